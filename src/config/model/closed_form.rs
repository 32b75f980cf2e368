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

/// Seconds of a day and of a week.
const DAY: usize = 86_400;
const WEEK: usize = 7 * DAY;

/// The value one season before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SeasonalNaiveConfig {
    /// Length of the season in seconds; the training part must hold two of them.
    pub season_secs: usize,
}

impl Default for SeasonalNaiveConfig {
    fn default() -> Self {
        Self { season_secs: DAY }
    }
}

/// The mean of the last values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MovingAverageConfig {
    /// Numbers of values; the one with the smallest validation error is used.
    pub windows: Vec<usize>,
}

impl Default for MovingAverageConfig {
    fn default() -> Self {
        Self { windows: vec![2, 4, 8] }
    }
}

/// Exponential smoothing of each node, without a trend or with a damped one; its shares are chosen on validation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EtsConfig {
    /// Share of the slope that is left after each step.
    pub damping: f64,
}

impl Default for EtsConfig {
    fn default() -> Self {
        Self { damping: 0.9 }
    }
}

/// ARMA of each node, its orders chosen by AIC on the training part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ArmaConfig {
    /// Most past values.
    pub max_ar: usize,
    /// Most past errors.
    pub max_ma: usize,
}

impl Default for ArmaConfig {
    fn default() -> Self {
        Self { max_ar: 3, max_ma: 3 }
    }
}

/// Seasonal decomposition of each node, and exponential smoothing of the rest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MstlConfig {
    /// Lengths of the seasons in seconds, ascending; those that the training part holds twice are used.
    pub season_secs: Vec<usize>,
}

impl Default for MstlConfig {
    fn default() -> Self {
        Self { season_secs: vec![DAY, WEEK] }
    }
}
