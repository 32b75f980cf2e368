//! Sizes and budget of the networks (MODELS.md B.5 and B.6).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sizes shared by all networks of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkConfig {
    /// `H`: width of the graph convolutions.
    pub hidden: usize,
    /// `u`: units of the LSTM.
    pub units: usize,
    /// Dropout between graph convolutions.
    pub dropout: f64,
    /// Dropout in the head.
    pub head_dropout: f64,
    /// How the nodes of a snapshot become one vector.
    pub pooling: Pooling,
    /// Which nodes are pooled.
    pub pool_over: PoolOver,
    /// Add a logit per instance, with label 1 for the target of the fault: says where, not only whether.
    pub node_head: bool,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            hidden: 128,
            units: 32,
            dropout: 0.2,
            head_dropout: 0.3,
            pooling: Pooling::Both,
            pool_over: PoolOver::All,
            node_head: false,
        }
    }
}

/// How the nodes of a snapshot become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Mean and maximum, side by side: `2H`.
    #[default]
    Both,
    /// Half of mean plus maximum: `H`.
    Sum,
    /// Mean: `H`.
    Mean,
    /// Maximum: `H`.
    Max,
}

/// Which nodes are pooled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PoolOver {
    /// All, slices included, as the paper says.
    #[default]
    All,
    /// Instances only.
    Instances,
}

/// Objective, optimiser and budget (MODELS.md B.6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DetectTrain {
    /// Most epochs.
    pub epochs: usize,
    /// Epochs without a better validation before training stops.
    pub patience: usize,
    /// Sequences per optimiser step.
    pub batch: usize,
    /// Consecutive sequences that are drawn together and share their snapshots.
    pub chunk: usize,
    /// Of the chunks that are all normal, one of so many is used in each epoch; 1 uses all.
    pub thin: usize,
    /// Adam's learning rate.
    pub learning_rate: f64,
    /// Largest global norm of the gradient.
    pub clip_norm: f64,
}

impl Default for DetectTrain {
    fn default() -> Self {
        Self { epochs: 40, patience: 8, batch: 16, chunk: 4, thin: 1, learning_rate: 1e-3, clip_norm: 1.0 }
    }
}
