//! Settings of the models without gradient steps.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Pooled ridge regression on past values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ArConfig {
    /// Number of lags; 0 takes the input steps of the window.
    pub lags: usize,
    /// Penalties on the normal equations; the one with the smallest validation error is used.
    pub ridge: Vec<f64>,
}

impl Default for ArConfig {
    fn default() -> Self {
        Self { lags: 0, ridge: vec![1e-4, 1e-2, 1.0, 100.0] }
    }
}
