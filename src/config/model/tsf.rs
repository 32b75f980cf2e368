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

/// A graph that carries no information, or less of it, in place of the learned one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GraphControl {
    /// The graph as learned.
    #[default]
    Learned,
    /// No graph layers: the GRU alone.
    None,
    /// Graph layers in which every node hears itself only.
    Identity,
    /// As many edges per row, their columns drawn once.
    Random,
    /// The learned edges with their ends exchanged, so that every node keeps its numbers of edges in and out.
    Rewired,
    /// The graph of another moment of the training part.
    TimeShuffled,
    /// One graph: that of the training part's mean.
    StaticMean,
    /// The learned graph of the nodes in another order.
    Permuted,
}

impl GraphControl {
    /// For serde: left out where it is the default, so that configs keep their digests.
    fn is_learned(&self) -> bool {
        *self == Self::Learned
    }
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
    /// What stands in place of the learned graph.
    #[serde(skip_serializing_if = "GraphControl::is_learned")]
    pub control: GraphControl,
    /// The GRU also reads the input at strides 2 and 4; its states are joined before the output (MODELS.md A.10b).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub multi_scale: bool,
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
            control: GraphControl::Learned,
            multi_scale: false,
        }
    }
}
