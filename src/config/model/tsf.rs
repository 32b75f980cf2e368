//! Settings of the load-forecasting paper's model.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which sources of edges are mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Channels {
    /// Scheduling or call records.
    pub records: bool,
    /// Trailing correlation.
    pub correlation: bool,
    /// Learned edge attention.
    pub attention: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self { records: true, correlation: true, attention: true }
    }
}

/// How the channels make one edge weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Learned convex sum.
    Sum,
    /// `(0.05 + records) (0.05 + correlation) attention`, an ablation.
    Product,
}

/// How graph layers are stacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stack {
    /// Layer norm and a residual connection.
    Residual,
    /// The printed formula and nothing else.
    Strict,
}

/// What the GRU reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GruInput {
    /// The output of the graph layers.
    Serial,
    /// The projected input, beside the graph layers.
    Parallel,
    /// Both.
    Concat,
}

/// How the spatial and the temporal encoding are merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fusion {
    /// One learned share.
    Scalar,
    /// A learned share per node and unit.
    Gate,
    /// Only the GRU state.
    TemporalOnly,
    /// Only the graph encoding.
    SpatialOnly,
}

/// The paper's model (MODELS.md A.6).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TsfConfig {
    /// `d`: hidden width.
    pub width: usize,
    /// `L`: graph layers.
    pub layers: usize,
    /// `K`: attention heads; divides `width` and `attention_width`.
    pub heads: usize,
    /// Attention width of all heads together.
    pub attention_width: usize,
    /// `s`: share of the off-diagonal entries of a row that is dropped.
    pub sparsity: f64,
    /// `G`: steps of a window that share one graph.
    pub refresh_steps: usize,
    /// Sources of edges.
    pub channels: Channels,
    /// How the sources are combined.
    pub combine: Combine,
    /// How graph layers are stacked.
    pub stack: Stack,
    /// What the GRU reads.
    pub gru_input: GruInput,
    /// How the two encodings are merged.
    pub fusion: Fusion,
    /// Dropout after each graph layer (residual stack only).
    pub dropout: f64,
}

impl Default for TsfConfig {
    fn default() -> Self {
        Self {
            width: 64,
            layers: 4,
            heads: 4,
            attention_width: 16,
            sparsity: 0.5,
            refresh_steps: 4,
            channels: Channels::default(),
            combine: Combine::Sum,
            stack: Stack::Residual,
            gru_input: GruInput::Serial,
            fusion: Fusion::Scalar,
            dropout: 0.1,
        }
    }
}
