//! Every setting a reader can change, as one table: name, range, explanation, and how to read and write it.
//!
//! Forms, hints, validity marks and "what differs" are all derived from the table. It knows no widgets.

mod access;
mod table;

pub use table::settings;

use crate::config::{ConfigError, DetectConfig, DetectStudy, ModelConfig, RunConfig, Study};
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
    /// Stage Models: what varies.
    Study,
    /// Stage Models, under More settings.
    MoreModels,
    /// Stage Models: settings of single models.
    EachModel,
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
    /// Ascending numbers.
    Numbers {
        /// They are whole.
        whole: bool,
        /// What an empty field means; empty where it may not be.
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
    /// Its value as text; `None` where the config has no such setting, or is of the other task.
    pub fn value(&self, config: &RunConfig) -> Option<String> {
        let is_shared = self.id.starts_with("data.") || matches!(self.id, "seeds" | "backend");
        let is_its = is_shared || self.id.starts_with("detect.") == config.detect.is_some();
        if is_its { (self.get)(config) } else { None }
    }

    /// A value as people read it.
    pub fn shown(&self, value: &str) -> String {
        match self.kind {
            Kind::Number { auto, .. } | Kind::Numbers { auto, .. } if value.is_empty() => auto.to_owned(),
            Kind::Number { unit, .. } if !unit.is_empty() => format!("{value} {unit}"),
            Kind::Number { .. } | Kind::Numbers { .. } => value.to_owned(),
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
            Kind::Numbers { whole, .. } => strings::expected_numbers(whole).to_owned(),
            Kind::Choice(choices) => format::list(&choices.iter().map(|(_, label)| *label).collect::<Vec<_>>()),
            Kind::Toggle(on, off) => format::list(&[on, off]),
        }
    }

    /// Range and default, below the field.
    pub fn hint(&self, default: &RunConfig) -> String {
        let Kind::Number { min, max, auto, .. } = self.kind else { return String::new() };
        // The unit stands in the field already.
        let default = self.value(default).map(|value| if value.is_empty() { auto.to_owned() } else { value });
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
        changes.insert(0, Change { label: strings::list_label(new.detect.is_some()).to_owned(), from, to });
    }
    changes
}

/// A setting that only one side has came or went with its model, which is named already.
fn change_of(setting: &Setting, old: &RunConfig, new: &RunConfig) -> Option<Change> {
    let (from, to) = (setting.value(old)?, setting.value(new)?);
    (from != to).then(|| Change {
        label: setting.label.to_ascii_lowercase(),
        from: setting.shown(&from),
        to: setting.shown(&to),
    })
}

/// Ids of the models or detectors of a config, as a list.
pub fn model_names(config: &RunConfig) -> String {
    if let Some(detect) = &config.detect {
        return format::list(&detect.detectors.iter().map(|detector| detector.id()).collect::<Vec<_>>());
    }
    format::list(&config.models.iter().map(ModelConfig::id).collect::<Vec<_>>())
}

/// The setting that an error of the config is about; `models` for the list itself.
pub fn field_of(error: &ConfigError, config: &RunConfig) -> &'static str {
    if let Some(detect) = &config.detect {
        return detect_field(error, config, detect);
    }
    if config.study != Study::Comparison && error.field != "models" && without_study(config).check().is_ok() {
        return field_of_study(error, config);
    }
    // "seeds (their number)"
    let name = error.field.split(" (").next().unwrap_or_default();
    match name {
        "width" | "layers" => recurrent_field(name, config),
        other => setting(other).map_or("models", |setting| setting.id),
    }
}

/// The same for detection: where only the study is at fault, what it moves.
fn detect_field(error: &ConfigError, config: &RunConfig, detect: &DetectConfig) -> &'static str {
    let name = error.field.split(" (").next().unwrap_or_default();
    let alone = |study: DetectStudy| {
        let detect = DetectConfig { study, ..detect.clone() };
        RunConfig { detect: Some(Box::new(detect)), ..config.clone() }.check().is_ok()
    };
    if detect.study != DetectStudy::Comparison && alone(DetectStudy::Comparison) {
        let fault = match &detect.study {
            DetectStudy::Sensitivity { sweeps, protocols } => sweeps.iter().find_map(|sweep| {
                let study = DetectStudy::Sensitivity { sweeps: vec![sweep.clone()], protocols: protocols.clone() };
                setting(&format!("detect.study.{}", sweep.axis.id())).filter(|_| !alone(study))
            }),
            _ => None,
        };
        return fault.map_or("detect.study", |setting| setting.id);
    }
    setting(&format!("detect.{name}")).or_else(|| setting(name)).map_or("models", |setting| setting.id)
}

fn without_study(config: &RunConfig) -> RunConfig {
    RunConfig { study: Study::Comparison, ..config.clone() }
}

/// Where only the study is at fault: its own setting, the values that cannot be used, or the choice of the study.
fn field_of_study(error: &ConfigError, config: &RunConfig) -> &'static str {
    let own = setting(&error.field).filter(|setting| setting.place == Place::Study);
    let fault = || match &config.study {
        Study::Sensitivity { sweeps } => sweeps.iter().find_map(|sweep| {
            // One sweep at a time; each is bounded, as the whole is.
            let alone = Study::Sensitivity { sweeps: vec![sweep.clone()] };
            let wrong = RunConfig { study: alone, ..config.clone() }.check().is_err();
            setting(&format!("study.{}", sweep.axis.id())).filter(|_| wrong)
        }),
        _ => None,
    };
    own.or_else(fault).or_else(|| setting("study")).map_or("models", |setting| setting.id)
}

/// The recurrent networks share the names of their settings in errors.
fn recurrent_field(name: &str, config: &RunConfig) -> &'static str {
    let wrong = config.models.iter().find_map(|model| {
        let (ModelConfig::Gru(size) | ModelConfig::Lstm(size) | ModelConfig::Bilstm(size)) = model else { return None };
        let usable = if name == "width" { (1..=512).contains(&size.width) } else { (1..=6).contains(&size.layers) };
        (!usable).then(|| setting(&format!("{}.{name}", model.id())))?
    });
    wrong.map_or("models", |setting| setting.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{
        Axis, Balance, NodeSample, PrepareConfig, RecurrentConfig, Sweep, ThresholdRule, paper_sweeps, preset,
    };
    use crate::ui::state::MODEL_GROUPS;

    fn config() -> RunConfig {
        preset("reference").expect("preset").config
    }

    /// Configs that together have every setting.
    fn configs() -> Vec<RunConfig> {
        let axes = [Axis::Layers, Axis::Heads, Axis::Sparsity, Axis::Nodes, Axis::Window, Axis::Horizon, Axis::Width];
        let sweep = |axis| Sweep { axis, values: vec![if axis == Axis::Sparsity { 0.5 } else { 4.0 }, 12.0] };
        let sweeps = axes.map(sweep).to_vec();
        let base = RunConfig {
            models: MODEL_GROUPS.concat().into_iter().filter_map(ModelConfig::default_of).collect(),
            ..config()
        };
        let nodes = Some(NodeSample { count: 60, seed: 7 });
        let sampled = RunConfig { prepare: PrepareConfig { nodes, ..base.prepare.clone() }, ..base.clone() };
        let mut detect = preset("detect-quick").expect("preset").config;
        let found = detect.detect.as_mut().expect("a config of detection");
        found.balance = Balance::Smote { ratio: 1.0, neighbours: 5 };
        found.threshold = ThresholdRule::Alarms { per_hour: 1.0 };
        vec![
            RunConfig { study: Study::Search { trials: 3 }, ..sampled },
            RunConfig { study: Study::Sensitivity { sweeps }, ..base },
            detect,
            preset("detect-sensitivity").expect("preset").config,
        ]
    }

    /// The first of the configs that has the setting.
    fn config_with(setting: &Setting) -> RunConfig {
        configs().into_iter().find(|config| setting.value(config).is_some()).expect(setting.id)
    }

    #[test]
    fn reading_back_what_was_written_changes_nothing() {
        for setting in settings() {
            let before = config_with(setting);
            let mut config = before.clone();
            let value = (setting.get)(&config).expect(setting.id);
            assert!((setting.set)(&mut config, &value), "{} refuses its own value {value}", setting.id);
            assert_eq!(config, before, "{}", setting.id);
        }
    }

    #[test]
    fn every_setting_has_a_name_of_its_own_and_says_what_it_is() {
        let all: Vec<&Setting> = settings().collect();
        for (idx, setting) in all.iter().enumerate() {
            assert!(all[..idx].iter().all(|other| other.id != setting.id), "{}", setting.id);
            assert!(!setting.label.is_empty() && setting.explain.ends_with('.'), "{}", setting.id);
        }
    }

    #[test]
    fn the_ranges_of_the_table_are_those_of_the_check() {
        for setting in settings() {
            let Kind::Number { min, max, step, .. } = setting.kind else { continue };
            for outside in [min - step, max + step] {
                let mut config = config_with(setting);
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
                let mut config = config_with(setting);
                assert!((setting.set)(&mut config, value), "{} refuses {value}", setting.id);
                assert_eq!((setting.get)(&config).as_deref(), Some(*value));
            }
        }
    }

    #[test]
    fn lists_are_read_strictly() {
        let set = |id: &str, text: &str| {
            let mut config = configs().swap_remove(1);
            let setting = setting(id).expect(id);
            (setting.set)(&mut config, text).then(|| (setting.get)(&config).unwrap_or_default())
        };
        assert_eq!(set("study.layers", "1, 2,3  4").as_deref(), Some("1, 2, 3, 4"));
        assert_eq!(set("study.sparsity", "0.1 0.35").as_deref(), Some("0.1, 0.35"));
        for wrong in ["", " ", "1,,2", "1, 2,", "2, 1", "1, 1", "1.5", "0", "-1", "1e99", "nan", "inf", "one", "1;2"] {
            assert_eq!(set("study.layers", wrong), None, "{wrong}");
        }
        assert_eq!(set("window.also_score", "").as_deref(), Some(""));
        assert_eq!(set("window.also_score", "4 12").as_deref(), Some("4, 12"));
        assert_eq!(set("window.also_score", "12, 4"), None);
    }

    #[test]
    fn an_axis_is_switched_on_with_the_papers_values_and_keeps_its_place() {
        let mut config = RunConfig { study: Study::Sensitivity { sweeps: Vec::new() }, ..config() };
        for axis in ["nodes", "layers", "width"] {
            let toggle = setting(&format!("study.{axis}.on")).expect(axis);
            assert_eq!((toggle.get)(&config).as_deref(), Some("false"));
            assert!((toggle.set)(&mut config, "true"));
        }
        let Study::Sensitivity { sweeps } = &config.study else { panic!("the study stays") };
        let axes: Vec<&str> = sweeps.iter().map(|sweep| sweep.axis.id()).collect();
        assert_eq!(axes, ["layers", "nodes", "width"]);
        assert_eq!(sweeps[0], paper_sweeps()[0]);
        assert_eq!(config.check().err(), None);
    }

    #[test]
    fn an_error_of_a_study_leads_to_the_study() {
        let field = |study: Study| {
            let config = RunConfig { study, ..config() };
            field_of(&config.check().expect_err("unusable"), &config)
        };
        let sweep = |axis, values: &[f64]| Sweep { axis, values: values.to_vec() };
        let good = sweep(Axis::Layers, &[1.0, 2.0]);
        assert_eq!(field(Study::Sensitivity { sweeps: vec![good.clone(), sweep(Axis::Heads, &[3.0])] }), "study.heads");
        assert_eq!(field(Study::Sensitivity { sweeps: vec![sweep(Axis::Layers, &[13.0])] }), "study.layers");
        assert_eq!(field(Study::Sensitivity { sweeps: vec![] }), "study");
        assert_eq!(field(Study::Search { trials: 0 }), "study.trials");
        let mut without = config();
        without.study = Study::Ablation;
        without.models.retain(|model| model.id() != "tsf");
        assert_eq!(field_of(&without.check().expect_err("no tsf"), &without), "models");
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
    fn settings_of_one_task_are_unknown_to_the_other() {
        let detect = preset("detect-quick").expect("preset").config;
        let of = |config: &RunConfig| -> Vec<&'static str> {
            settings().filter(|setting| setting.value(config).is_some()).map(|setting| setting.id).collect()
        };
        assert!(of(&config()).iter().all(|id| !id.starts_with("detect.")));
        let shared = |id: &&&str| !id.starts_with("detect.") && !id.starts_with("data.");
        assert_eq!(of(&detect).iter().filter(shared).copied().collect::<Vec<_>>(), ["seeds", "backend"]);
        assert!(differences(&config(), &detect).iter().any(|change| change.label == "detectors"));
    }

    #[test]
    fn an_error_of_detection_finds_its_field() {
        let of = |change: &dyn Fn(&mut DetectConfig)| {
            let mut config = preset("detect-sensitivity").expect("preset").config;
            change(config.detect.as_mut().expect("a config of detection"));
            field_of(&config.check().expect_err("unusable"), &config)
        };
        assert_eq!(of(&|detect| detect.train.epochs = 0), "detect.train.epochs");
        assert_eq!(of(&|detect| detect.snapshot.delta_millis = 300), "detect.snapshot.delta_millis");
        assert_eq!(of(&|detect| detect.detectors.clear()), "models");
        assert_eq!(of(&|detect| detect.study = DetectStudy::Protocols { protocols: Vec::new() }), "detect.study");
        let hidden = |values: Vec<f64>| crate::config::DetectSweep { axis: crate::config::DetectAxis::Hidden, values };
        let swept = |values| DetectStudy::Sensitivity {
            sweeps: vec![hidden(values)],
            protocols: vec![crate::config::DetectProtocol::P1],
        };
        assert_eq!(of(&|detect| detect.study = swept(vec![32.0, 5000.0])), "detect.study.hidden");
    }

    #[test]
    fn protocols_and_axes_of_a_study_are_switched() {
        let mut config = preset("detect-protocols").expect("preset").config;
        let put = |config: &mut RunConfig, id: &str, text: &str| (setting(id).expect(id).set)(config, text);
        assert!(put(&mut config, "detect.study.p0-rand", "false") && put(&mut config, "detect.study.p2", "true"));
        let shown = |config: &RunConfig, id: &str| setting(id).expect(id).value(config);
        assert_eq!(shown(&config, "detect.study.p0-rand").as_deref(), Some("false"));
        assert_eq!(shown(&config, "detect.study.p2").as_deref(), Some("true"));
        assert_eq!(shown(&config, "detect.study.delta.on"), None, "no axis without a sensitivity study");
        assert!(put(&mut config, "detect.study", "sensitivity"));
        assert!(put(&mut config, "detect.study.delta.on", "false"));
        assert_eq!(shown(&config, "detect.study.delta"), None);
        assert!(put(&mut config, "detect.study.delta.on", "true"));
        assert_eq!(shown(&config, "detect.study.delta").as_deref(), Some("500, 1000, 5000"));
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
        let good = RecurrentConfig::default();
        for (width, layers, field) in [(0, 1, "width"), (8, 7, "layers")] {
            let bad = RecurrentConfig { width, layers };
            config.models = vec![ModelConfig::Gru(good.clone()), ModelConfig::Bilstm(bad)];
            let error = config.check().expect_err(field);
            assert_eq!(field_of(&error, &config), format!("bilstm.{field}"));
        }
        config.models.clear();
        let error = config.check().expect_err("no models");
        assert_eq!(field_of(&error, &config), "models");
    }
}
