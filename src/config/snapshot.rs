//! How a recording becomes a series of labelled snapshot graphs (MODELS.md B.2 to B.4).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ConfigError;
use super::check::{require, share, whole};

/// Most time slices of a snapshot.
const MAX_SLICES: u32 = 64;

/// Samples to slices, slices to snapshots, snapshots to sequences.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SnapshotConfig {
    /// Id of the metric; `None` takes `cpu`, else the first metric of the data.
    pub metric: Option<String>,
    /// `δ`: milliseconds between two slices; divides the window.
    pub delta_millis: u32,
    /// `T_w`: seconds of a snapshot.
    pub window_secs: u32,
    /// `Q`: consecutive snapshots of a sequence.
    pub sequence: usize,
    /// What a slice between two samples is.
    pub mode: Resampling,
    /// Control: repeat the first slice of a snapshot in all its slices, on the same graph.
    pub hold: bool,
    /// Milliseconds between two samples of a series; `None` takes the middle distance of the recording.
    pub period_millis: Option<u32>,
    /// Leave out blocks in which too many samples are missing, and mark instances that miss too many.
    pub missing_rule: bool,
    /// Seconds of a block.
    pub block_secs: u32,
    /// Largest share of missing samples of a block, and of an instance in it.
    pub max_missing: f64,
    /// An instance that falls silent while others report uses nothing.
    pub crash_as_zero: bool,
    /// Seconds of silence after which it counts as crashed.
    pub crash_after_secs: u32,
    /// Apply the Hampel rule (trailing 11 samples, 3 scaled MAD) to the samples.
    pub hampel: bool,
    /// Seconds after a fault that belong to its recovery, scored separately.
    pub recovery_secs: u32,
    /// What a host's node carries.
    pub host_feature: HostFeature,
    /// Append four features that say which layer a node is in.
    pub typed_features: bool,
    /// Append one feature that is 1 where an instance is marked as missing.
    pub mask_feature: bool,
}

impl Default for SnapshotConfig {
    fn default() -> Self {
        Self {
            metric: None,
            delta_millis: 1000,
            window_secs: 5,
            sequence: 5,
            mode: Resampling::Causal,
            hold: false,
            period_millis: None,
            missing_rule: true,
            block_secs: 60,
            max_missing: 0.3,
            crash_as_zero: true,
            crash_after_secs: 15,
            hampel: false,
            recovery_secs: 120,
            host_feature: HostFeature::Mean,
            typed_features: false,
            mask_feature: false,
        }
    }
}

/// What a slice between two samples is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resampling {
    /// The last sample.
    #[default]
    Causal,
    /// A line between the last two samples, one period late; knows nothing of the future either.
    Delayed,
    /// A line between the two neighbouring samples, as the paper draws it; looks ahead by up to one period.
    Paper,
}

/// What a host's node carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostFeature {
    /// Mean of its instances.
    #[default]
    Mean,
    /// Sum of its instances: the host's load.
    Sum,
}

impl SnapshotConfig {
    /// `W`: slices of a snapshot.
    pub fn n_slices(&self) -> usize {
        (u64::from(self.window_secs) * 1000 / u64::from(self.delta_millis.max(1))) as usize
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn check(&self) -> Result<(), ConfigError> {
        require(
            self.metric.as_deref() != Some(""),
            "snapshot.metric",
            "the id of a metric, or absent",
            "an empty text",
        )?;
        whole("snapshot.window_secs", self.window_secs as usize, 1, 60)?;
        let window_millis = 1000 * self.window_secs;
        let smallest = window_millis.div_ceil(MAX_SLICES).max(100);
        whole("snapshot.delta_millis", self.delta_millis as usize, smallest as usize, window_millis as usize)?;
        let divides = window_millis.is_multiple_of(self.delta_millis);
        require(divides, "snapshot.delta_millis", format!("a divisor of {window_millis}"), self.delta_millis)?;
        whole("snapshot.sequence", self.sequence, 1, 64)?;
        let period = self.period_millis.unwrap_or(1000);
        whole("snapshot.period_millis", period as usize, 100, 3_600_000)?;
        whole("snapshot.block_secs", self.block_secs as usize, 1, 86_400)?;
        share("snapshot.max_missing", self.max_missing, 0.0, 1.0)?;
        whole("snapshot.crash_after_secs", self.crash_after_secs as usize, 1, 3600)?;
        whole("snapshot.recovery_secs", self.recovery_secs as usize, 0, 86_400)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_specification_and_survive_json() {
        let config = SnapshotConfig::default();
        assert_eq!((config.check(), config.n_slices(), config.sequence), (Ok(()), 5, 5));
        assert_eq!(serde_json::from_str::<SnapshotConfig>("{}").expect("all have defaults"), config);
        assert!(serde_json::from_str::<SnapshotConfig>("{\"detla_millis\": 1}").is_err());
    }

    #[test]
    fn slices_fill_the_window() {
        let with =
            |delta_millis, window_secs| SnapshotConfig { delta_millis, window_secs, ..SnapshotConfig::default() };
        for (delta, window, n_slices) in [(5000, 5, 1), (1000, 3, 3), (1000, 10, 10), (500, 5, 10)] {
            assert_eq!((with(delta, window).check(), with(delta, window).n_slices()), (Ok(()), n_slices));
        }
        let error = with(2000, 5).check().expect_err("2 s do not divide 5 s").to_string();
        assert_eq!(error, "snapshot.delta_millis must be a divisor of 5000, found 2000");
        assert!(with(0, 5).check().is_err() && with(1000, 0).check().is_err() && with(10, 60).check().is_err());
    }
}
