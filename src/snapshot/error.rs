//! Why there are no snapshots.

use crate::config::ConfigError;

/// Why there are no snapshots: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// A setting cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data do not hold the metric.
    #[error("The data hold no metric {wanted} (found: {found}); set snapshot.metric to one that they hold")]
    NoMetric {
        /// Id of the metric.
        wanted: String,
        /// Ids of the metrics that there are.
        found: String,
    },
    /// There is nothing to resample.
    #[error(
        "The data hold no single samples of {metric}, only sums on a grid; choose a recording of a few hours, such as a \
         Prometheus answer"
    )]
    NoSamples {
        /// Id of the metric.
        metric: String,
    },
    /// Not even one snapshot.
    #[error(
        "The recording lasts {found_millis} ms, and one snapshot needs {needed_millis} ms; choose a longer recording"
    )]
    TooShort {
        /// How long it lasts.
        found_millis: i64,
        /// How long a snapshot is.
        needed_millis: i64,
    },
    /// Memory does not suffice.
    #[error("{what} needs {needed} values, and the limit is {limit}; {advice}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// How many values it has.
        needed: String,
        /// How many there may be.
        limit: usize,
        /// What to do.
        advice: &'static str,
    },
}
