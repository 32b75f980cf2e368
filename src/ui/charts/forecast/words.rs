//! Sentences and the table of the forecast chart.

use super::data::NodeView;
use crate::ui::charts::text::{Clock, count, fixed, span};
use crate::ui::charts::twin::Twin;

/// Title with the machine.
pub(super) fn title(view: &NodeView) -> String {
    format!("Forecast and truth, {}", view.name)
}

/// How closely the chosen models follow.
pub(super) fn reading(view: &NodeView) -> String {
    let told: Vec<(&str, Option<f64>)> = view.lines.iter().map(|line| (line.model.as_str(), line.mae)).collect();
    match told.as_slice() {
        _ if view.is_empty() => String::new(),
        [] => format!("Truth of {}; choose a model to lay its forecast over it.", view.name),
        [(model, None), ..] => format!("{model} cannot be compared with {}: no bin has truth and forecast.", view.name),
        [(model, Some(mae)), rest @ ..] => {
            let first = format!("{model} follows {} with MAE {} points", view.name, fixed(*mae, 1));
            let rest = rest.iter().filter_map(|(model, mae)| Some(format!("{model} with {}", fixed((*mae)?, 1))));
            format!("{}.", std::iter::once(first).chain(rest).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Part, number of bins, step ahead and seeds.
pub(super) fn caption(view: &NodeView) -> String {
    if view.is_empty() {
        return String::new();
    }
    let missing = match view.n_missing() {
        0 => String::new(),
        n => format!(", {} without an observed value (open gaps)", count(n)),
    };
    let steps = if view.step == 1 { "1 step".to_owned() } else { format!("{} steps", view.step) };
    let seeds = if view.n_seeds > 1 { format!(", mean over {} seeds", view.n_seeds) } else { String::new() };
    format!(
        "Test part, {} bins of {}{missing}; forecasts {steps} ahead{seeds}. Times as in the data.",
        count(view.truth.len()),
        span(view.grid_secs)
    )
}

/// Time, truth and forecasts.
pub(super) fn twin(view: &NodeView) -> Twin {
    let clock = Clock::starting(view.start_secs);
    let names = view.lines.iter().map(|line| format!("{}, %", line.model));
    let mut twin = Twin::with_head(["Time".to_owned(), "Truth, %".to_owned()].into_iter().chain(names));
    twin.rows = (0..view.truth.len())
        .map(|idx| {
            let time = clock.stamp(view.secs(idx));
            let truth = view.truth[idx].map_or_else(|| "missing".to_owned(), |value| fixed(value, 1));
            let forecast = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), |value| fixed(value, 1));
            let lines = view.lines.iter().map(|line| forecast(line.values.get(idx).copied().flatten()));
            [time, truth].into_iter().chain(lines).collect()
        })
        .collect();
    twin
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::view;
    use super::*;

    #[test]
    fn the_reading_says_machine_and_error() {
        let view = view(&[Some(10.0), Some(20.0)], &[Some(14.0), Some(16.2)]);
        assert_eq!(reading(&view), "tsf follows m_07 with MAE 3.9 points.");
        assert_eq!(
            caption(&view),
            "Test part, 2 bins of 15 min; forecasts 1 step ahead, mean over 3 seeds. Times as in the data."
        );
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        let view = view(&[None], &[Some(14.0)]);
        assert!(reading(&view).contains("no bin has truth and forecast"), "{}", reading(&view));
    }

    #[test]
    fn missing_values_are_words_in_the_table() {
        let twin = twin(&view(&[None, Some(2.0)], &[Some(1.0), None]));
        assert_eq!(twin.rows[0], ["day 1, 20:00", "missing", "1.0"]);
        assert_eq!(twin.rows[1], ["day 1, 20:15", "2.0", "none"]);
    }
}
