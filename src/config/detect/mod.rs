//! What a detection run can be told (MODELS.md part B).

mod check;
mod detector;
mod network;
mod study;

pub use check::CheckedDetect;
pub use detector::{Detector, Supervision};
pub use network::{DetectTrain, NetworkConfig, PoolOver, Pooling};
pub use study::{DetectAxis, DetectCell, DetectStudy, DetectSweep, paper_detect_sweeps};

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::SnapshotConfig;
use crate::json::Tagged;

/// What a detection run does; data, seeds and tensor library stand in [`RunConfig`](super::RunConfig).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DetectConfig {
    /// Samples to slices, slices to snapshots, snapshots to sequences.
    #[serde(default)]
    pub snapshot: SnapshotConfig,
    /// What the nodes of a snapshot are and carry.
    #[serde(default)]
    pub setup: SetupConfig,
    /// How windows are told apart into training, validation and test.
    #[serde(default)]
    pub split: DetectSplit,
    /// What is done about the rarity of faults in training.
    #[serde(default)]
    pub balance: Balance,
    /// How the threshold is chosen.
    #[serde(default)]
    pub threshold: ThresholdRule,
    /// The detectors to compare, each at most once.
    pub detectors: Vec<Detector>,
    /// Sizes shared by all networks.
    #[serde(default)]
    pub network: NetworkConfig,
    /// Budget and optimiser, the same for all networks.
    #[serde(default)]
    pub train: DetectTrain,
    /// What is varied beside the detectors.
    #[serde(default)]
    pub study: DetectStudy,
    /// Also tell which faults are found at so many false alarms a day, and whether the best detector is ahead of
    /// `zmax` (MODELS.md B.14). The threshold is chosen on the scored windows: an oracle's choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alarms_per_day: Option<f64>,
}

impl DetectConfig {
    /// Whether calls have to be known: as edges of the graph, or for a detector that reads nothing else.
    pub fn needs_calls(&self) -> bool {
        self.setup.calls || self.detectors.iter().any(|detector| detector.needs_calls())
    }
}

/// Nodes, scale and edges of a snapshot (MODELS.md B.4 and B.11).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SetupConfig {
    /// Where the scale of an instance comes from.
    pub scale: ScaleFrom,
    /// Minutes at the beginning of each run that [`ScaleFrom::Commission`] takes for healthy.
    pub commission_minutes: u32,
    /// One node per service, its instances averaged (the paper's section 7.5).
    pub merged: bool,
    /// Call durations as weights of edges between service types.
    pub calls: bool,
    /// Milliseconds over which call durations are averaged before windows are cut.
    pub call_millis: u32,
}

impl Default for SetupConfig {
    fn default() -> Self {
        Self {
            scale: ScaleFrom::TrainingNormal,
            commission_minutes: 20,
            merged: false,
            calls: false,
            call_millis: 1000,
        }
    }
}

/// Where the scale of an instance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScaleFrom {
    /// Mean and deviation of the normal windows of the training part.
    #[default]
    TrainingNormal,
    /// Mean and deviation of the first minutes of each run: assumes that runs start healthy.
    Commission,
    /// None: values as they are.
    Raw,
}

/// How windows are told apart (MODELS.md B.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DetectProtocol {
    /// One run, stratified at random, windows overlap: the leaky replica of the paper's numbers.
    P0Rand,
    /// One run, each class cut by time: the same episode on all sides.
    P0Class,
    /// One run, cut by time as the paper says.
    P0Chron,
    /// Whole runs, stratified by fault type.
    #[default]
    P1,
    /// The training runs of P1 alone, in folds: cross-validation that leaves its test runs alone.
    P1Folds,
    /// Whole runs; the targets of the test runs are never faulted in training.
    P1Target,
    /// Whole runs; one fault type is left out of training at a time.
    P2,
    /// One long stream, folds cut between episodes.
    P3,
    /// Training on normal windows only; all that is labelled is test.
    P4,
    /// Exactly the script of the published anchor on Sock Shop: `zmax` on minutes, labels at both ends, nothing left out.
    AnchorSockshop,
    /// Recordings that are normal for a while: the longest such stretch trains, all that follows it is scored.
    Testbed,
}

/// Protocol, folds and distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DetectSplit {
    /// The protocol.
    pub protocol: DetectProtocol,
    /// Share of runs, windows or time for training.
    pub train_share: f64,
    /// Share for validation; the rest is test.
    pub validation_share: f64,
    /// Folds of [`DetectProtocol::P3`] and [`DetectProtocol::P1Folds`].
    pub folds: usize,
    /// Seconds left out at each cut inside a run, beyond the length of a sequence.
    pub purge_secs: u32,
    /// Seconds left out behind each test block of [`DetectProtocol::P3`].
    pub embargo_secs: u32,
    /// Seed of everything that is drawn: which runs, which windows.
    pub seed: u32,
    /// A control: which draw of offsets moves the labels of each run in a circle before anything is cut. 0 moves none.
    #[serde(skip_serializing_if = "is_zero")]
    pub label_shift: u32,
}

/// Configs without a control keep their text and their digest.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Default for DetectSplit {
    fn default() -> Self {
        Self {
            protocol: DetectProtocol::P1,
            train_share: 0.5,
            validation_share: 0.25,
            folds: 5,
            purge_secs: 60,
            embargo_secs: 120,
            seed: 1,
            label_shift: 0,
        }
    }
}

/// What is done about the rarity of faults; training windows only (MODELS.md B.8).
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Balance {
    /// Nothing.
    #[default]
    None,
    /// Windows between two neighbours of the same run and fault type.
    Smote {
        /// Faulty windows per normal one that are aimed at.
        ratio: f64,
        /// Neighbours to choose from.
        neighbours: usize,
    },
    /// Faulty windows weigh more in the loss.
    Weights,
    /// Copies of faulty windows.
    Duplicate {
        /// Faulty windows per normal one that are aimed at.
        ratio: f64,
    },
}

/// How the threshold is chosen; on validation only (MODELS.md B.9).
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ThresholdRule {
    /// The paper's: of 0.470, 0.475, … 0.520 the one with the best F1 on validation; for scores that are no
    /// probabilities, the best F1 on validation over all thresholds.
    #[default]
    Paper,
    /// 0.5; the same fallback.
    Half,
    /// The best F1 on validation over all thresholds.
    BestF1,
    /// The lowest threshold with at most this many false alarms per hour on the normal windows of validation.
    Alarms {
        /// False alarms per hour.
        per_hour: f64,
    },
}

// Read by name, like the models: what serde derives for a tag would be kilobytes of the page.
impl<'de> Deserialize<'de> for Balance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Smote {
            ratio: f64,
            neighbours: usize,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Duplicate {
            ratio: f64,
        }

        let balance = Tagged::split(deserializer, "kind")?;
        match balance.name.as_str() {
            "none" => balance.nothing().map(|()| Self::None),
            "smote" => balance.content().map(|Smote { ratio, neighbours }| Self::Smote { ratio, neighbours }),
            "weights" => balance.nothing().map(|()| Self::Weights),
            "duplicate" => balance.content().map(|Duplicate { ratio }| Self::Duplicate { ratio }),
            other => Err(D::Error::unknown_variant(other, &["none", "smote", "weights", "duplicate"])),
        }
    }
}

impl<'de> Deserialize<'de> for ThresholdRule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Alarms {
            per_hour: f64,
        }

        let rule = Tagged::split(deserializer, "kind")?;
        match rule.name.as_str() {
            "paper" => rule.nothing().map(|()| Self::Paper),
            "half" => rule.nothing().map(|()| Self::Half),
            "best_f1" => rule.nothing().map(|()| Self::BestF1),
            "alarms" => rule.content().map(|Alarms { per_hour }| Self::Alarms { per_hour }),
            other => Err(D::Error::unknown_variant(other, &["paper", "half", "best_f1", "alarms"])),
        }
    }
}
