//! Settings of the published graph networks that the paper's model is measured against (MODELS.md A.9).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::check::{ConfigError, share, whole};

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
