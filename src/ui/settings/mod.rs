//! Every setting a reader can change, as one table: name, range, explanation, and how to read and write it.
//!
//! Forms, hints, validity marks and "what differs" are all derived from the table. It knows no widgets.

mod access;
mod table;

pub use table::settings;

use crate::config::{ConfigError, ModelConfig, RunConfig};
use crate::ui::{format, strings};

/// Where a setting is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Stage Data.
    Data,
    /// Stage Data, under More settings.
    MoreData,
    /// Stage Graph.
    Graph,
    /// Stage Models.
    Models,
    /// Stage Models, under More settings.
    MoreModels,
}

/// What kind of value a setting has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// A number from `min` to `max`.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
        /// Step of the arrow keys; a whole number means that the value is one, too.
        step: f64,
        /// Unit, empty for counts that the label names.
        unit: &'static str,
        /// What an empty field means; empty where it means nothing.
        auto: &'static str,
    },
    /// One of a few words: value and label.
    Choice(&'static [(&'static str, &'static str)]),
    /// On or off, with the words for both.
    Toggle(&'static str, &'static str),
}

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Path as in the JSON.
    pub id: &'static str,
    /// Name for people.
    pub label: &'static str,
    /// One sentence on what it is and what it costs.
    pub explain: &'static str,
    /// Where it is shown.
    pub place: Place,
    /// What it holds.
    pub kind: Kind,
    /// Its value as text; `None` where the config has no such setting.
    pub get: fn(&RunConfig) -> Option<String>,
    /// Writes a value; false where the text is no value.
    pub set: fn(&mut RunConfig, &str) -> bool,
}

impl PartialEq for Setting {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Setting {
    /// A value as people read it.
    pub fn shown(&self, value: &str) -> String {
        match self.kind {
            Kind::Number { auto, .. } if value.is_empty() => auto.to_owned(),
            Kind::Number { unit, .. } if !unit.is_empty() => format!("{value} {unit}"),
            Kind::Number { .. } => value.to_owned(),
            Kind::Choice(choices) => {
                choices.iter().find(|(id, _)| *id == value).map_or(value, |(_, label)| label).to_owned()
            }
            Kind::Toggle(on, off) => (if value == "true" { on } else { off }).to_owned(),
        }
    }

    /// What a valid value is, as in "a whole number from 1 to 96".
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Number { min, max, step, .. } => {
                strings::expected_number(step.fract() == 0.0, &limit(min), &limit(max))
            }
            Kind::Choice(choices) => format::list(&choices.iter().map(|(_, label)| *label).collect::<Vec<_>>()),
            Kind::Toggle(on, off) => format::list(&[on, off]),
        }
    }

    /// Range and default, below the field.
    pub fn hint(&self, default: &RunConfig) -> String {
        let Kind::Number { min, max, auto, .. } = self.kind else { return String::new() };
        // The unit stands in the field already.
        let default = (self.get)(default).map(|value| if value.is_empty() { auto.to_owned() } else { value });
        strings::hint(&limit(min), &limit(max), &default.unwrap_or_default())
    }
}

fn limit(value: f64) -> String {
    match value {
        value if value.fract() == 0.0 => format::whole(value as u64),
        // More zeros than can be counted at a glance.
        tiny if tiny < 1e-3 => format!("{tiny:e}"),
        value => value.to_string(),
    }
}

/// The setting with this path.
pub fn setting(id: &str) -> Option<&'static Setting> {
    settings().find(|setting| setting.id == id)
}

/// A setting that differs between two configs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Name for people.
    pub label: String,
    /// Value before.
    pub from: String,
    /// Value now.
    pub to: String,
}

/// What differs, by the names the page uses.
pub fn differences(old: &RunConfig, new: &RunConfig) -> Vec<Change> {
    let mut changes: Vec<Change> = settings().filter_map(|setting| change_of(setting, old, new)).collect();
    let (from, to) = (model_names(old), model_names(new));
    if from != to {
        changes.insert(0, Change { label: strings::MODELS_LABEL.to_owned(), from, to });
    }
    changes
}

/// A setting that only one side has came or went with its model, which is named already.
fn change_of(setting: &Setting, old: &RunConfig, new: &RunConfig) -> Option<Change> {
    let (from, to) = ((setting.get)(old)?, (setting.get)(new)?);
    (from != to).then(|| Change {
        label: setting.label.to_ascii_lowercase(),
        from: setting.shown(&from),
        to: setting.shown(&to),
    })
}

/// Ids of the models of a config, as a list.
pub fn model_names(config: &RunConfig) -> String {
    format::list(&config.models.iter().map(ModelConfig::id).collect::<Vec<_>>())
}

/// The setting that an error of the config is about; `models` for the list itself.
pub fn field_of(error: &ConfigError, config: &RunConfig) -> &'static str {
    match error.field.as_str() {
        "seeds (their number)" | "seeds" => "seeds",
        "width" | "layers" => recurrent_field(&error.field, config),
        other => setting(other).map_or("models", |setting| setting.id),
    }
}

/// The two recurrent baselines share the names of their settings in errors.
fn recurrent_field(name: &str, config: &RunConfig) -> &'static str {
    let usable = |width: usize, layers: usize| match name {
        "width" => (1..=512).contains(&width),
        _ => (1..=6).contains(&layers),
    };
    let lstm =
        config.models.iter().any(|model| matches!(model, ModelConfig::Lstm(size) if !usable(size.width, size.layers)));
    let gru =
        config.models.iter().any(|model| matches!(model, ModelConfig::Gru(size) if !usable(size.width, size.layers)));
    match (name, lstm && !gru) {
        ("width", true) => "lstm.width",
        ("width", false) => "gru.width",
        (_, true) => "lstm.layers",
        (_, false) => "gru.layers",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{RecurrentConfig, preset};

    fn config() -> RunConfig {
        preset("reference").expect("preset").config
    }

    #[test]
    fn reading_back_what_was_written_changes_nothing() {
        for setting in settings() {
            let mut config = config();
            let value = (setting.get)(&config).expect(setting.id);
            assert!((setting.set)(&mut config, &value), "{} refuses its own value {value}", setting.id);
            assert_eq!(config, self::config(), "{}", setting.id);
        }
    }

    #[test]
    fn the_ranges_of_the_table_are_those_of_the_check() {
        for setting in settings() {
            let Kind::Number { min, max, step, .. } = setting.kind else { continue };
            for outside in [min - step, max + step] {
                let mut config = config();
                let accepted = (setting.set)(&mut config, &outside.to_string());
                let error = config.check().err();
                assert!(!accepted || error.is_some(), "{} accepts {outside}", setting.id);
                if let Some(error) = error.filter(|_| accepted) {
                    assert_eq!(field_of(&error, &config), setting.id, "{error}");
                }
            }
        }
    }

    #[test]
    fn every_choice_can_be_chosen() {
        for setting in settings() {
            let Kind::Choice(choices) = setting.kind else { continue };
            for (value, _) in choices {
                let mut config = config();
                assert!((setting.set)(&mut config, value), "{} refuses {value}", setting.id);
                assert_eq!((setting.get)(&config).as_deref(), Some(*value));
            }
        }
    }

    #[test]
    fn differences_are_named_old_to_new() {
        let (old, mut new) = (config(), config());
        new.window.input_steps = 48;
        new.data.grid_secs = Some(60);
        new.models.pop();
        let lines: Vec<String> = differences(&old, &new)
            .iter()
            .map(|change| format!("{} {} → {}", change.label, change.from, change.to))
            .collect();
        assert_eq!(
            lines,
            [
                "models tsf, gru, lstm, ar and persistence → tsf, gru, lstm and ar",
                "grid auto: step of the file → 60 s",
                "window 24 steps → 48 steps",
            ]
        );
    }

    #[test]
    fn hints_say_range_and_default() {
        let hint = |id| setting(id).expect(id).hint(&config());
        assert_eq!(hint("window.input_steps"), "1 to 96, default 24");
        assert_eq!(hint("data.grid_secs"), "1 to 86,400, default auto: step of the file");
        assert_eq!(hint("train.learning_rate").split(',').next(), Some("1e-7 to 1"));
    }

    #[test]
    fn an_error_finds_its_field() {
        let mut config = config();
        config.models = vec![ModelConfig::Lstm(RecurrentConfig { width: 0, layers: 1 })];
        let error = config.check().expect_err("width 0");
        assert_eq!(field_of(&error, &config), "lstm.width");
        config.models.clear();
        let error = config.check().expect_err("no models");
        assert_eq!(field_of(&error, &config), "models");
    }
}
