//! Reading and writing one value of a config as text.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::{
    ArConfig, ArmaConfig, EtsConfig, ModelConfig, MovingAverageConfig, MstlConfig, NodeSample, RunConfig,
    SeasonalNaiveConfig, TsfConfig,
};
use crate::json;

/// Writes a number or a truth value.
pub(super) fn put<T: DeserializeOwned>(slot: &mut T, text: &str) -> bool {
    json::typed(text).map(|value| *slot = value).is_some()
}

/// Writes a number that may be left to the program: the empty text.
pub(super) fn put_auto<T: DeserializeOwned>(slot: &mut Option<T>, text: &str) -> bool {
    if text.trim().is_empty() {
        *slot = None;
        return true;
    }
    json::typed(text).map(|value| *slot = Some(value)).is_some()
}

/// The text of a number that may be left to the program.
pub(super) fn auto<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// The name of an enum value, as in the JSON.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Writes an enum value by its name in the JSON.
pub(super) fn put_word<T: DeserializeOwned>(slot: &mut T, text: &str) -> bool {
    json::from_value(&serde_json::Value::String(text.to_owned())).map(|value| *slot = value).is_ok()
}

/// Writes an enum value that may be left to the program: the empty text.
pub(super) fn put_optional_word<T: DeserializeOwned>(slot: &mut Option<T>, text: &str) -> bool {
    let value = if text.is_empty() { serde_json::Value::Null } else { serde_json::Value::String(text.to_owned()) };
    json::from_value(&value).map(|value| *slot = value).is_ok()
}

/// Writes the number of seeds: those there are, continued by the next whole numbers.
pub(super) fn put_seeds(seeds: &mut Vec<u32>, text: &str) -> bool {
    let Ok(n) = text.trim().parse::<usize>() else { return false };
    // More than the check accepts is refused anyway; the cap keeps a typo from filling the memory.
    let n = n.min(1_000);
    seeds.truncate(n);
    while seeds.len() < n {
        let next = seeds.iter().max().map_or(1, |largest| largest.saturating_add(1));
        seeds.push(next);
    }
    true
}

/// Ascending numbers, separated by commas or spaces; `None` where the text is anything else.
pub(super) fn numbers(text: &str, whole: bool) -> Option<Vec<f64>> {
    let mut out: Vec<f64> = Vec::new();
    for part in text.split(',') {
        let before = out.len();
        for word in part.split_whitespace() {
            let value: f64 = json::typed(word)?;
            // Bounded, so that it fits any count.
            let usable = (0.0..=1e6).contains(&value) && (!whole || (value.fract() == 0.0 && value > 0.0));
            let rises = out.last().is_none_or(|last| *last < value);
            (usable && rises).then(|| out.push(value))?;
        }
        (out.len() > before).then_some(())?;
    }
    Some(out)
}

/// Numbers as text, as [`numbers`] reads it.
pub(super) fn list<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Writes steps ahead; the empty text is none.
pub(super) fn put_steps(slot: &mut Vec<usize>, text: &str) -> bool {
    let steps = if text.trim().is_empty() { Some(Vec::new()) } else { numbers(text, true) };
    steps.map(|steps| *slot = steps.into_iter().map(|step| step as usize).collect()).is_some()
}

/// Writes how many nodes are used; the empty text is all.
pub(super) fn put_node_count(slot: &mut Option<NodeSample>, text: &str) -> bool {
    let mut count = None;
    let is_number = put_auto(&mut count, text);
    if is_number {
        let seed = slot.map_or(0, |sample| sample.seed);
        *slot = count.map(|count| NodeSample { count, seed });
    }
    is_number
}

macro_rules! part {
    ($get:ident, $get_mut:ident, $variant:ident, $config:ty) => {
        pub(super) fn $get(config: &RunConfig) -> Option<&$config> {
            config.models.iter().find_map(|model| match model {
                ModelConfig::$variant(found) => Some(found),
                _ => None,
            })
        }

        pub(super) fn $get_mut(config: &mut RunConfig) -> Option<&mut $config> {
            config.models.iter_mut().find_map(|model| match model {
                ModelConfig::$variant(found) => Some(found),
                _ => None,
            })
        }
    };
}

part!(tsf, tsf_mut, Tsf, TsfConfig);
part!(ar, ar_mut, Ar, ArConfig);
part!(arma, arma_mut, Arma, ArmaConfig);
part!(ets, ets_mut, Ets, EtsConfig);
part!(mstl, mstl_mut, Mstl, MstlConfig);
part!(moving_average, moving_average_mut, MovingAverage, MovingAverageConfig);
part!(seasonal_naive, seasonal_naive_mut, SeasonalNaive, SeasonalNaiveConfig);
