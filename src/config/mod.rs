//! Everything a run can be told: plain, versioned data, without tensors and without a browser.
//!
//! [`RunConfig`] is what a form or a file says; [`RunConfig::check`] turns it into [`Checked`],
//! and only a checked config starts a run.

mod check;
mod detect;
mod mapping;
mod model;
mod preset;
mod snapshot;
mod study;

pub use check::{Checked, ConfigError};
pub use detect::{
    Balance, CheckedDetect, DetectAxis, DetectCell, DetectConfig, DetectProtocol, DetectSplit, DetectStudy,
    DetectSweep, DetectTrain, Detector, NetworkConfig, PoolOver, Pooling, ScaleFrom, SetupConfig, Supervision,
    ThresholdRule, paper_detect_sweeps,
};
pub use mapping::{LongLayout, Mapping, MetricColumn, TableLayout, TimeColumn, TimeUnit, Unit, WideColumn, WideLayout};
pub use model::{
    ArConfig, BertConfig, Channels, Combine, DlinearConfig, Fusion, GraphControl, GruInput, InformerConfig, MlpConfig,
    ModelConfig, RecurrentConfig, Stack, TransformerConfig, TsfConfig,
};
pub use preset::{Preset, preset, presets};
pub use snapshot::{HostFeature, Resampling, SnapshotConfig};
pub use study::{Axis, Cell, Study, Sweep, paper_sweeps};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of [`RunConfig`]; a config with a higher one was made by a newer page.
pub const CONFIG_SCHEMA: u32 = 1;

/// One run, of forecasting or of detection: data, protocol, models and budget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Version of this structure, [`CONFIG_SCHEMA`].
    pub schema: u32,
    /// Which rules of preparation and scoring hold.
    pub protocol: Protocol,
    /// How files are read.
    #[serde(default)]
    pub data: DataConfig,
    /// How the series are cleaned and scaled.
    #[serde(default)]
    pub prepare: PrepareConfig,
    /// How time is cut into training, validation and test.
    #[serde(default)]
    pub split: SplitConfig,
    /// What a forecast sees and predicts.
    #[serde(default)]
    pub window: WindowConfig,
    /// How the dependency graph is computed from data.
    #[serde(default)]
    pub graph: GraphConfig,
    /// The models to compare, each at most once.
    pub models: Vec<ModelConfig>,
    /// Budget and optimiser, the same for all learned models.
    #[serde(default)]
    pub train: TrainConfig,
    /// One training per learned model and seed.
    pub seeds: Vec<u32>,
    /// Which tensor library computes.
    #[serde(default)]
    pub backend: Backend,
    /// What is varied beside the models.
    // Left out where it is nothing, so that configs keep their digests.
    #[serde(default, skip_serializing_if = "Study::is_plain")]
    pub study: Study,
    /// A run of fault detection instead of forecasting: of the fields above only `data`, `seeds` and `backend` count, and
    /// `models` is empty.
    // Left out of forecasting configs, so that they keep their digests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detect: Option<Box<DetectConfig>>,
}

/// Rules of preparation and scoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// Causal cleaning, purged chronological split, identical points for all models (MODELS.md A.3 and A.4).
    Headline,
    /// Exactly the protocol of the published anchors: forward fill, no purge, each model on the points it can
    /// predict. Closed-form models only.
    #[serde(rename = "anchor-118")]
    Anchor118,
}

/// How files are read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DataConfig {
    /// Width of a grid bin in seconds; `None` takes 900 s for raw files and the file's own step for gridded ones.
    pub grid_secs: Option<u32>,
    /// Count and leave out rows that cannot be read, instead of stopping at the first.
    pub skip_bad_rows: bool,
    /// What the nodes are; `None` takes services, then instances, then machines, whichever have series.
    pub nodes: Option<NodeLevel>,
    /// Seconds added to the time of every fault label: labels are sometimes hours off.
    pub label_offset_secs: i64,
    /// Ids of repairs that are not made.
    pub off: Vec<String>,
    /// What the columns of a table of any origin mean; `None` guesses it for each table.
    pub mapping: Option<Mapping>,
}

impl DataConfig {
    /// Whether a repair is made.
    pub fn repairs(&self, id: &str) -> bool {
        !self.off.iter().any(|off| off == id)
    }
}

/// What the nodes of a data set are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NodeLevel {
    /// Machines of a cluster, or hosts.
    #[default]
    Machine,
    /// Services: all instances of one together.
    Service,
    /// Containers, pods, instances of a service.
    Instance,
}

impl NodeLevel {
    /// One and several of them, for people.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Machine => ("machine", "machines"),
            Self::Service => ("service", "services"),
            Self::Instance => ("instance", "instances"),
        }
    }
}

/// How gaps in the model input are filled. Targets are never filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Imputation {
    /// Last observation carried forward for a few bins, then the node's training mean.
    Causal,
    /// Linear interpolation, as the paper does; it looks into the future.
    Paper,
}

/// Scale of the model input. Metrics are always computed on percent / 100, or on the unit of a target that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum InputScale {
    /// Percent / 100; nothing is fitted.
    Unit,
    /// `(x - min) / (max - min)` per metric over the training part.
    Minmax,
    /// `(x - mean) / sd` per node and metric over the training part.
    Zscore,
}

/// Cleaning and scaling (MODELS.md A.3 and A.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PrepareConfig {
    /// How input gaps are filled.
    pub imputation: Imputation,
    /// Bins that an observation may be carried forward (causal imputation).
    pub max_carry_bins: usize,
    /// Scale of the model input.
    pub input_scale: InputScale,
    /// A node with a larger share of missing targets in the training part is left out.
    pub max_node_missing: f64,
    /// A window with a larger share of missing inputs is left out.
    pub max_window_missing: f64,
    /// Apply the Hampel rule (trailing 11 bins, 3 scaled MAD) to network and disk inputs.
    pub hampel: bool,
    /// Append one feature that is 1 where the target metric was observed.
    pub mask_feature: bool,
    /// Append sine and cosine of the time of day.
    pub clock_features: bool,
    /// Use only some of the nodes that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nodes: Option<NodeSample>,
}

/// Some of the nodes: the first ones of a seeded order, so that smaller sets lie in larger ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeSample {
    /// How many, at most.
    pub count: usize,
    /// Seed of the order.
    pub seed: u32,
}

/// Nodes that every sample of the same seed shares; they are scored by themselves (MODELS.md A.11, figure 5).
pub const CORE_NODES: usize = 20;

impl Default for PrepareConfig {
    fn default() -> Self {
        Self {
            imputation: Imputation::Causal,
            max_carry_bins: 6,
            input_scale: InputScale::Unit,
            max_node_missing: 0.2,
            max_window_missing: 0.3,
            hampel: true,
            mask_feature: false,
            clock_features: false,
            nodes: None,
        }
    }
}

/// Shares of the time axis of origins; the rest is test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SplitConfig {
    /// Share of time for training.
    pub train_share: f64,
    /// Share of time for validation.
    pub validation_share: f64,
    /// Share of time for the test, right behind validation; `None` takes all the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test_share: Option<f64>,
}

impl SplitConfig {
    /// Share of time of the test part.
    pub fn test_part(&self) -> f64 {
        self.test_share.unwrap_or(1.0 - self.train_share - self.validation_share)
    }
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self { train_share: 0.6, validation_share: 0.2, test_share: None }
    }
}

/// What a forecast sees and predicts, in grid steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WindowConfig {
    /// `T`: past steps a forecast sees.
    pub input_steps: usize,
    /// `P`: steps ahead that are predicted.
    pub output_steps: usize,
    /// The step ahead that is scored, from 1 to `output_steps`.
    pub score_step: usize,
    /// Further steps ahead that are scored in a table of their own, ascending.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_score: Vec<usize>,
    /// Learned models read each metric as its difference from the last value of the window. One switch for all of them,
    /// so that the comparison stays fair.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub relative: bool,
    /// Distance between training origins; validation and test use every origin.
    pub train_stride: usize,
    /// Id of the metric that is predicted; `None` takes `cpu`, else the first metric of the data.
    // Left out where it is not given, so that configs keep their digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
}

impl WindowConfig {
    /// All steps ahead that are scored, ascending.
    pub fn scored_steps(&self) -> Vec<usize> {
        let mut steps = self.also_score.clone();
        steps.push(self.score_step);
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

impl Default for WindowConfig {
    fn default() -> Self {
        Self {
            input_steps: 24,
            output_steps: 1,
            score_step: 1,
            also_score: Vec::new(),
            relative: false,
            train_stride: 1,
            target: None,
        }
    }
}

/// The dependency graph computed from data (MODELS.md A.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GraphConfig {
    /// Trailing steps of the correlation; `None` takes 48 on grids of 900 s and more, else 60.
    pub correlation_steps: Option<usize>,
    /// Pairs with fewer joint observations get correlation 0.
    pub min_joint_observations: usize,
    /// Seconds between renewals of the graph.
    pub renew_secs: u32,
    /// Join nodes of the same narrow failure domain; it is one more source of the record graph, and never changes.
    // Left out where it is off, so that configs keep their digests.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub failure_domains: bool,
}

impl Default for GraphConfig {
    fn default() -> Self {
        Self { correlation_steps: None, min_joint_observations: 20, renew_secs: 600, failure_domains: false }
    }
}

/// How the learning rate moves over the epochs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The rate stays.
    Constant,
    /// Half a cosine from the rate to zero over the planned epochs.
    Cosine,
    /// Halved when validation has not improved for half the patience.
    Plateau,
}

/// Objective, optimiser and budget (MODELS.md A.7).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Most epochs.
    pub epochs: usize,
    /// Epochs without a better validation loss before training stops.
    pub patience: usize,
    /// Windows per optimiser step.
    pub batch: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Largest global norm of the gradient.
    pub clip_norm: f64,
    /// How the learning rate moves.
    pub schedule: Schedule,
    /// L2 penalty added to the gradient.
    pub weight_decay: f64,
    /// Learned models predict the change from the last value. One switch for all of them, so that the comparison
    /// stays fair.
    pub residual_output: bool,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            epochs: 50,
            patience: 8,
            batch: 16,
            learning_rate: 1e-3,
            clip_norm: 5.0,
            schedule: Schedule::Cosine,
            weight_decay: 0.0,
            residual_output: false,
        }
    }
}

/// Tensor library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Backend {
    /// The one measured faster for each model.
    #[default]
    Auto,
    /// `burn-ndarray`.
    Ndarray,
    /// `burn-flex`.
    Flex,
}

impl RunConfig {
    /// SHA-256 of the canonical JSON of this config.
    pub fn sha256(&self) -> String {
        crate::digest::sha256_of(self)
    }
}
