//! What a detection run varies beside its detectors (MODELS.md B.8, B.11 and B.16).

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Balance, DetectConfig, DetectProtocol, Detector, Pooling};
use crate::json::Tagged;

/// What is varied.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DetectStudy {
    /// Nothing: the detectors side by side.
    #[default]
    Comparison,
    /// The same under several protocols.
    Protocols {
        /// The protocols.
        protocols: Vec<DetectProtocol>,
    },
    /// Slices and call durations, each with and without: the paper's Table 1 as a 2 × 2.
    Features,
    /// The config as it is, then with its pooling, its instances, its slices and its calls exchanged, one at a time.
    Variants,
    /// SMOTE and its controls: none, weights, duplication.
    Balance,
    /// One setting after the other, all else as configured, under each of the protocols.
    Sensitivity {
        /// The settings and their values.
        sweeps: Vec<DetectSweep>,
        /// The protocols.
        protocols: Vec<DetectProtocol>,
    },
    /// A control: the labels of each run moved in a circle, so often. Nothing can be learned from them.
    LabelShift {
        /// How many draws of offsets.
        shifts: u32,
    },
    /// The config as it is, and what its graph costs by snapshots, services and slices, counted (MODELS.md B.18).
    Complexity,
}

/// One setting and the values it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectSweep {
    /// The setting.
    pub axis: DetectAxis,
    /// Its values, ascending.
    pub values: Vec<f64>,
}

/// A setting that a sweep can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetectAxis {
    /// `δ`: milliseconds between slices.
    Delta,
    /// `T_w`: seconds of a snapshot.
    Window,
    /// `Q`: snapshots of a sequence.
    Sequence,
    /// `H`: width of the graph convolutions.
    Hidden,
    /// Sequences per optimiser step.
    Batch,
    /// `u`: units of the LSTM.
    Units,
}

/// Names of all studies, in the order of [`DetectStudy`].
const KINDS: &[&str] =
    &["comparison", "protocols", "features", "variants", "balance", "sensitivity", "label_shift", "complexity"];

// Read by name, like the studies of forecasting.
impl<'de> Deserialize<'de> for DetectStudy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Protocols {
            protocols: Vec<DetectProtocol>,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sensitivity {
            sweeps: Vec<DetectSweep>,
            protocols: Vec<DetectProtocol>,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct LabelShift {
            shifts: u32,
        }

        let study = Tagged::split(deserializer, "kind")?;
        match study.name.as_str() {
            "comparison" => study.nothing().map(|()| Self::Comparison),
            "protocols" => study.content().map(|Protocols { protocols }| Self::Protocols { protocols }),
            "features" => study.nothing().map(|()| Self::Features),
            "variants" => study.nothing().map(|()| Self::Variants),
            "balance" => study.nothing().map(|()| Self::Balance),
            "sensitivity" => {
                let content = |Sensitivity { sweeps, protocols }| Self::Sensitivity { sweeps, protocols };
                study.content().map(content)
            }
            "label_shift" => study.content().map(|LabelShift { shifts }| Self::LabelShift { shifts }),
            "complexity" => study.nothing().map(|()| Self::Complexity),
            other => Err(D::Error::unknown_variant(other, KINDS)),
        }
    }
}

impl DetectAxis {
    /// Stable id, as in the JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::Window => "window",
            Self::Sequence => "sequence",
            Self::Hidden => "hidden",
            Self::Batch => "batch",
            Self::Units => "units",
        }
    }
}

/// One config of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectCell {
    /// What the cell belongs to: an axis, `protocols`, `features`, …; cells of one group are compared.
    pub group: String,
    /// The value or the variant, for people.
    pub label: String,
    /// Place on a numeric axis.
    pub x: Option<f64>,
    /// The config, with the study taken out.
    pub config: DetectConfig,
}

/// The paper's grids (MODELS.md B.16).
pub fn paper_detect_sweeps() -> Vec<DetectSweep> {
    let sweep = |axis, values: &[f64]| DetectSweep { axis, values: values.to_vec() };
    vec![
        sweep(DetectAxis::Delta, &[500.0, 1000.0, 5000.0]),
        sweep(DetectAxis::Window, &[3.0, 5.0, 10.0]),
        sweep(DetectAxis::Sequence, &[3.0, 5.0, 8.0, 10.0]),
        sweep(DetectAxis::Hidden, &[32.0, 64.0, 96.0, 128.0]),
        sweep(DetectAxis::Batch, &[8.0, 16.0, 32.0]),
        sweep(DetectAxis::Units, &[16.0, 32.0, 64.0]),
    ]
}

impl DetectProtocol {
    /// Stable id, as in the JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::P0Rand => "p0-rand",
            Self::P0Class => "p0-class",
            Self::P0Chron => "p0-chron",
            Self::P1 => "p1",
            Self::P1Folds => "p1-folds",
            Self::P1Target => "p1-target",
            Self::P2 => "p2",
            Self::P3 => "p3",
            Self::P4 => "p4",
            Self::AnchorSockshop => "anchor-sockshop",
            Self::Testbed => "testbed",
        }
    }
}

impl DetectConfig {
    /// The configs of the study, in the order in which they are run; the first is the reference of its group.
    pub fn cells(&self) -> Vec<DetectCell> {
        let base = Self { study: DetectStudy::Comparison, ..self.clone() };
        let of = |group: &str, label: &str, config| DetectCell {
            group: group.to_owned(),
            label: label.to_owned(),
            x: None,
            config,
        };
        match &self.study {
            DetectStudy::Comparison => vec![of("comparison", "", base)],
            DetectStudy::Protocols { protocols } => {
                protocols.iter().map(|&protocol| of("protocols", protocol.id(), base.under(protocol))).collect()
            }
            DetectStudy::Features => changed("features", &base.of_network(&[]), &SETUPS),
            DetectStudy::Variants => changed("variants", &base.of_network(&[Detector::Zmax]), &VARIANTS),
            DetectStudy::Balance => changed("balance", &base, &BALANCES),
            DetectStudy::Sensitivity { sweeps, protocols } => {
                let moved = |&protocol: &DetectProtocol| {
                    let base = base.under(protocol);
                    sweeps.iter().flat_map(move |sweep| swept(&base, sweep, protocol)).collect::<Vec<_>>()
                };
                protocols.iter().flat_map(moved).collect()
            }
            DetectStudy::LabelShift { shifts } => (1..=*shifts).map(|shift| shifted(&base, shift)).collect(),
            DetectStudy::Complexity => vec![of("complexity", "", base)],
        }
    }

    /// The paper's network alone, with these beside it.
    fn of_network(&self, beside: &[Detector]) -> Self {
        Self { detectors: [&[Detector::Integrated], beside].concat(), ..self.clone() }
    }

    fn under(&self, protocol: DetectProtocol) -> Self {
        let mut config = self.clone();
        config.split.protocol = protocol;
        config
    }
}

type DetectChange = fn(&mut DetectConfig);

/// One cell per change.
fn changed(group: &str, base: &DetectConfig, changes: &[(&str, DetectChange)]) -> Vec<DetectCell> {
    let of = |&(label, change): &(&str, DetectChange)| {
        let mut config = base.clone();
        change(&mut config);
        DetectCell { group: group.to_owned(), label: label.to_owned(), x: None, config }
    };
    changes.iter().map(of).collect()
}

/// The paper's Setup A (slices, no calls) and Setup B (calls, no slices), and what lies between them (MODELS.md B.11).
const SETUPS: [(&str, DetectChange); 4] = [
    ("slices", |config| config.setup.calls = false),
    ("no slices", |config| {
        without_slices(config);
        config.setup.calls = false;
    }),
    ("slices, calls", |config| config.setup.calls = true),
    ("no slices, calls", without_slices_with_calls),
];

/// The reference, then pooling by mean or by maximum alone (the paper's section 6.4 takes both), one node per service
/// (7.5), and the other three corners of the square of [`SETUPS`].
const VARIANTS: [(&str, DetectChange); 7] = [
    ("as configured", |_| {}),
    ("mean alone", |config| config.network.pooling = Pooling::Mean),
    ("maximum alone", |config| config.network.pooling = Pooling::Max),
    ("merged", |config| config.setup.merged = true),
    ("no slices", without_slices),
    ("calls", |config| config.setup.calls = true),
    ("no slices, calls", without_slices_with_calls),
];

const BALANCES: [(&str, DetectChange); 4] = [
    ("SMOTE", |config| config.balance = Balance::Smote { ratio: 1.0, neighbours: 5 }),
    ("none", |config| config.balance = Balance::None),
    ("class weights", |config| config.balance = Balance::Weights),
    ("duplication", |config| config.balance = Balance::Duplicate { ratio: 1.0 }),
];

/// Of the paper's network, `static` is the one without slices.
fn without_slices(config: &mut DetectConfig) {
    config.detectors[0] = Detector::Static;
}

fn without_slices_with_calls(config: &mut DetectConfig) {
    without_slices(config);
    config.setup.calls = true;
}

fn shifted(base: &DetectConfig, shift: u32) -> DetectCell {
    let mut config = base.clone();
    config.split.label_shift = shift;
    DetectCell { group: "label_shift".to_owned(), label: shift.to_string(), x: Some(f64::from(shift)), config }
}

fn swept(base: &DetectConfig, sweep: &DetectSweep, protocol: DetectProtocol) -> Vec<DetectCell> {
    let at = |&value: &f64| DetectCell {
        group: format!("{} {}", sweep.axis.id(), protocol.id()),
        label: format!("{value}"),
        x: Some(value),
        config: moved(base, sweep.axis, value),
    };
    sweep.values.iter().map(at).collect()
}

fn moved(base: &DetectConfig, axis: DetectAxis, value: f64) -> DetectConfig {
    let mut config = base.clone();
    match axis {
        DetectAxis::Delta => config.snapshot.delta_millis = value as u32,
        DetectAxis::Window => config.snapshot.window_secs = value as u32,
        DetectAxis::Sequence => config.snapshot.sequence = value as usize,
        DetectAxis::Hidden => config.network.hidden = value as usize,
        DetectAxis::Batch => config.train.batch = value as usize,
        DetectAxis::Units => config.network.units = value as usize,
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{RunConfig, preset};

    #[test]
    fn every_cell_of_a_study_can_run_whatever_detectors_were_chosen() {
        for study in [DetectStudy::Features, DetectStudy::Variants, DetectStudy::Balance] {
            let run = preset("detect-complete").expect("a preset").config;
            let detect = DetectConfig { study, ..*run.detect.clone().expect("a config of detection") };
            for cell in detect.cells() {
                let config = RunConfig { detect: Some(Box::new(cell.config)), ..run.clone() };
                assert_eq!(config.check().err(), None, "{} {}", cell.group, cell.label);
            }
        }
    }
}
