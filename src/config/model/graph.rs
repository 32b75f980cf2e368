//! Settings of the published graph networks that the paper's model is measured against (MODELS.md A.9).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::check::{ConfigError, require, share, whole};

/// Gated temporal and Chebyshev graph convolutions in turn, on one given graph (MODELS.md A.9, `stgcn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StgcnConfig {
    /// Channels of the temporal convolutions; the output has twice as many.
    pub width: usize,
    /// Channels of the graph convolutions.
    pub graph_width: usize,
    /// Steps of a temporal convolution.
    pub kernel: usize,
    /// Dropout after each block and before the output.
    pub dropout: f64,
}

impl Default for StgcnConfig {
    fn default() -> Self {
        Self { width: 32, graph_width: 8, kernel: 3, dropout: 0.0 }
    }
}

impl StgcnConfig {
    /// Two blocks with two temporal convolutions each.
    pub const N_CONVOLUTIONS: usize = 4;

    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("stgcn.width", self.width, 1, 512)?;
        whole("stgcn.graph_width", self.graph_width, 1, 512)?;
        whole("stgcn.kernel", self.kernel, 1, 24)?;
        share("stgcn.dropout", self.dropout, 0.0, 0.9)
    }

    /// The convolutions must leave a step for the output.
    pub(in crate::config) fn check_fit(&self, n_steps: usize) -> Result<(), ConfigError> {
        whole("stgcn.kernel", self.kernel, 1, n_steps.saturating_sub(1) / Self::N_CONVOLUTIONS + 1)
    }
}

/// Dilated gated convolutions with diffusion on the given graph and on a learned one (MODELS.md A.9, `gwnet`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GwnetConfig {
    /// Channels of the convolutions.
    pub width: usize,
    /// Channels that each layer hands to the output.
    pub skip_width: usize,
    /// Units before the output.
    pub end_width: usize,
    /// Blocks of layers; dilations begin anew in each.
    pub blocks: usize,
    /// Layers of a block; the dilation doubles in each.
    pub layers: usize,
    /// Width of the embeddings that make the learned graph.
    pub embedding: usize,
    /// Dropout after each graph convolution.
    pub dropout: f64,
}

impl Default for GwnetConfig {
    fn default() -> Self {
        Self { width: 16, skip_width: 64, end_width: 128, blocks: 4, layers: 2, embedding: 10, dropout: 0.3 }
    }
}

impl GwnetConfig {
    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("gwnet.width", self.width, 1, 512)?;
        whole("gwnet.skip_width", self.skip_width, 1, 1024)?;
        whole("gwnet.end_width", self.end_width, 1, 2048)?;
        whole("gwnet.blocks", self.blocks, 1, 6)?;
        whole("gwnet.layers", self.layers, 1, 5)?;
        whole("gwnet.embedding", self.embedding, 1, 64)?;
        share("gwnet.dropout", self.dropout, 0.0, 0.9)
    }
}

/// Recurrent encoder and decoder with diffusion on one given graph (MODELS.md A.9, `dcrnn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DcrnnConfig {
    /// Hidden units per layer.
    pub width: usize,
    /// Stacked layers of the encoder and of the decoder.
    pub layers: usize,
}

impl Default for DcrnnConfig {
    fn default() -> Self {
        Self { width: 32, layers: 1 }
    }
}

impl DcrnnConfig {
    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("dcrnn.width", self.width, 1, 512)?;
        whole("dcrnn.layers", self.layers, 1, 6)
    }
}

/// GRU with graph convolutions whose weights belong to the nodes, on a learned graph (MODELS.md A.9, `agcrn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AgcrnConfig {
    /// Hidden units per layer.
    pub width: usize,
    /// Stacked layers.
    pub layers: usize,
    /// Width of the embeddings that make the learned graph and the weights of the nodes.
    pub embedding: usize,
}

impl Default for AgcrnConfig {
    fn default() -> Self {
        Self { width: 32, layers: 1, embedding: 8 }
    }
}

impl AgcrnConfig {
    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("agcrn.width", self.width, 1, 512)?;
        whole("agcrn.layers", self.layers, 1, 6)?;
        whole("agcrn.embedding", self.embedding, 1, 64)
    }
}

/// Dilated inception convolutions and mix-hop propagation on a learned sparse graph (MODELS.md A.9, `mtgnn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MtgnnConfig {
    /// Channels of the convolutions; a multiple of 4, the number of their lengths.
    pub width: usize,
    /// Channels that each layer hands to the output.
    pub skip_width: usize,
    /// Units before the output.
    pub end_width: usize,
    /// Layers; the dilation doubles in each.
    pub layers: usize,
    /// Width of the embeddings that make the learned graph.
    pub embedding: usize,
    /// Neighbours that each row of the learned graph keeps, at most all others.
    pub neighbours: usize,
    /// Dropout of the window that is handed to the output, and after each gated convolution.
    pub dropout: f64,
}

impl Default for MtgnnConfig {
    fn default() -> Self {
        Self { width: 16, skip_width: 32, end_width: 64, layers: 2, embedding: 16, neighbours: 20, dropout: 0.3 }
    }
}

impl MtgnnConfig {
    /// Convolutions of different lengths, which share the channels of a layer.
    pub const N_KERNELS: usize = 4;

    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("mtgnn.width", self.width, Self::N_KERNELS, 512)?;
        require(self.width.is_multiple_of(Self::N_KERNELS), "mtgnn.width", "a multiple of 4", self.width)?;
        whole("mtgnn.skip_width", self.skip_width, 1, 1024)?;
        whole("mtgnn.end_width", self.end_width, 1, 2048)?;
        whole("mtgnn.layers", self.layers, 1, 5)?;
        whole("mtgnn.embedding", self.embedding, 1, 64)?;
        whole("mtgnn.neighbours", self.neighbours, 1, 1000)?;
        share("mtgnn.dropout", self.dropout, 0.0, 0.9)
    }
}

/// A learned graph over the steps of each node's window (MODELS.md A.9, `timegnn`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimegnnConfig {
    /// Hidden units.
    pub width: usize,
    /// Graph layers.
    pub layers: usize,
    /// Whether edges are drawn, to be there or not; otherwise each has the weight of its probability.
    pub sampled: bool,
}

impl Default for TimegnnConfig {
    fn default() -> Self {
        Self { width: 32, layers: 3, sampled: true }
    }
}

impl TimegnnConfig {
    pub(in crate::config) fn check(&self) -> Result<(), ConfigError> {
        whole("timegnn.width", self.width, 1, 512)?;
        whole("timegnn.layers", self.layers, 1, 6)
    }
}
