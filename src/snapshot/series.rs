//! All snapshots of a recording.

use super::error::SnapshotError;
use super::features::{FeatureLayout, Scaling, features};
use super::grid::Slices;
use super::hierarchy::Hierarchy;
use super::missing::Blocks;
use super::track::Tracks;
use super::window::{Faulty, Sequence, majority_labels, sequences};
use crate::config::SnapshotConfig;
use crate::data::{Dataset, Deployment, Metric};
use crate::prepare::chosen_metric;

/// Snapshots of one metric of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct SnapshotSeries {
    /// How they were made.
    pub config: SnapshotConfig,
    /// The metric.
    pub metric: Metric,
    /// Types, hosts and instances.
    pub deployment: Deployment,
    /// The graph that all snapshots share.
    pub hierarchy: Hierarchy,
    /// Values of all slices.
    pub slices: Slices,
    /// What the missing rule says.
    pub blocks: Blocks,
    /// When anything was broken.
    pub faults: Faulty,
    /// Label of each snapshot.
    pub labels: Vec<bool>,
    /// Whether a snapshot may be used: no block that it touches was left out.
    pub kept: Vec<bool>,
}

impl SnapshotSeries {
    /// Resamples a recording and cuts it into snapshots.
    ///
    /// # Errors
    /// When a setting cannot be used, or there is nothing to cut.
    pub fn build(dataset: &Dataset, config: &SnapshotConfig) -> Result<Self, SnapshotError> {
        config.check()?;
        let metric = chosen_metric(dataset, config.metric.as_deref()).ok_or_else(|| no_metric(dataset, config))?;
        let about = dataset.metrics[metric].clone();
        let tracks = Tracks::new(dataset, metric, config)
            .ok_or_else(|| SnapshotError::NoSamples { metric: about.id.clone() })?;
        let slices = Slices::new(&tracks, config)?;
        let faults = Faulty::new(&dataset.system.faults);
        let blocks = Blocks::new(&tracks, &slices, &faults, config);
        let deployment = Deployment::of(dataset);
        let n_snapshots = slices.n / config.n_slices();
        let window = 1000 * i64::from(config.window_secs);
        let is_kept = |snapshot: usize| blocks.keeps(snapshot as i64 * window, (snapshot as i64 + 1) * window);
        Ok(Self {
            config: config.clone(),
            metric: about,
            hierarchy: Hierarchy::new(&deployment, config.n_slices()),
            labels: majority_labels(&faults, slices.start_millis, config.window_secs, n_snapshots),
            kept: (0..n_snapshots).map(is_kept).collect(),
            deployment,
            slices,
            blocks,
            faults,
        })
    }

    /// Number of snapshots, those that were left out included.
    pub fn n_snapshots(&self) -> usize {
        self.labels.len()
    }

    /// When a snapshot begins, on the clock of the data.
    pub fn at_millis(&self, snapshot: usize) -> i64 {
        self.slices.start_millis + self.begin(snapshot)
    }

    fn begin(&self, snapshot: usize) -> i64 {
        snapshot as i64 * 1000 * i64::from(self.config.window_secs)
    }

    /// All sequences of snapshots that may be used.
    pub fn sequences(&self) -> Vec<Sequence> {
        sequences((&self.labels, &self.kept), (&self.faults, self.slices.start_millis), &self.config)
    }

    /// Which instances are missing in a snapshot, `[I]`: marked by the rule, or not yet seen.
    pub fn missing(&self, snapshot: usize) -> Vec<bool> {
        let (begin, end) = (self.begin(snapshot), self.begin(snapshot + 1));
        let is_missing = |instance: usize| {
            self.blocks.marks(instance, begin, end) || self.values_of(instance, snapshot).iter().all(|v| v.is_nan())
        };
        (0..self.hierarchy.n_instances()).map(is_missing).collect()
    }

    /// Values of one instance in a snapshot, `[W]`.
    fn values_of(&self, instance: usize, snapshot: usize) -> &[f32] {
        let w = self.hierarchy.n_slices;
        &self.slices.values[instance * self.slices.n + snapshot * w..][..w]
    }

    /// Fits a scaling on some snapshots; their missing instances are left out.
    pub fn fit_scaling(&self, snapshots: &[usize], is_scaled: bool) -> Scaling {
        let missing: Vec<Vec<bool>> = snapshots.iter().map(|&snapshot| self.missing(snapshot)).collect();
        let of_instance = |instance: usize| -> Vec<f32> {
            let seen = snapshots.iter().zip(&missing).filter(|(_, missing)| !missing[instance]);
            seen.flat_map(|(&snapshot, _)| self.values_of(instance, snapshot)).copied().collect()
        };
        Scaling::fit((0..self.hierarchy.n_instances()).map(of_instance), is_scaled)
    }

    /// Features of one snapshot, `[n, F0]`, all finite; what is missing is the mean that the scaling was fitted on.
    pub fn features(&self, snapshot: usize, scaling: &Scaling) -> Vec<f32> {
        let missing = self.missing(snapshot);
        let read = |(instance, &is_missing): (usize, &bool)| {
            let values = self.values_of(instance, snapshot);
            values
                .iter()
                .map(|&value| scaling.apply(instance, if is_missing { f32::NAN } else { value }))
                .collect::<Vec<f32>>()
        };
        let slices: Vec<f32> = missing.iter().enumerate().flat_map(read).collect();
        features(&self.hierarchy, &slices, &missing, FeatureLayout::of(&self.config))
    }
}

fn no_metric(dataset: &Dataset, config: &SnapshotConfig) -> SnapshotError {
    let ids: Vec<&str> = dataset.metrics.iter().map(|metric| metric.id.as_str()).collect();
    SnapshotError::NoMetric { wanted: config.metric.clone().unwrap_or_default(), found: ids.join(", ") }
}

#[cfg(test)]
pub(super) use tests::two_minutes;

#[cfg(test)]
mod tests {
    use super::super::grid::recorded;
    use super::*;
    use crate::data::{Fault, Placement};

    /// Two minutes of four pods on two hosts, one of which stops, with a fault in the second minute.
    pub(in super::super) fn two_minutes() -> Dataset {
        let pod = |level: f32, n: i64| (0..n).map(|k| (5000 * k, level + (k % 3) as f32 / 8.0)).collect::<Vec<_>>();
        let pods = [pod(0.5, 24), pod(1.0, 24), pod(2.0, 12), pod(4.0, 24)];
        let mut dataset = recorded(&pods.each_ref().map(Vec::as_slice));
        let place = |service: &str, host: &str| Placement {
            service: service.to_owned(),
            host: host.to_owned(),
            ..Placement::default()
        };
        dataset.system.placements = vec![place("a", "m1"), place("a", "m2"), place("b", "m1"), place("c", "m2")];
        dataset.system.faults =
            vec![Fault { start_millis: 60_000, end_millis: 90_000, target: "b".into(), kind: "crash".into() }];
        dataset
    }

    #[test]
    fn a_recording_becomes_labelled_snapshots() {
        let series = SnapshotSeries::build(&two_minutes(), &SnapshotConfig::default()).expect("two minutes");
        assert_eq!((series.n_snapshots(), series.hierarchy.n_nodes()), (24, 3 + 2 + 4 + 20));
        let broken: Vec<usize> = (0..24).filter(|&snapshot| series.labels[snapshot]).collect();
        assert_eq!(broken, (12..18).collect::<Vec<_>>());
        assert_eq!(series.sequences().len(), 20);
        // The third pod is silent from 55 s on and counts as crashed from 70 s on.
        let scaling = series.fit_scaling(&(0..12).collect::<Vec<_>>(), false);
        let node = series.hierarchy.instance(2);
        assert_eq!(series.features(14, &scaling)[node], 0.0);
        assert!(series.features(13, &scaling)[node] > 1.9);
        assert!(series.missing(14).iter().all(|is_missing| !is_missing));
        let scaled = series.fit_scaling(&(0..12).collect::<Vec<_>>(), true);
        assert!(series.features(14, &scaled)[node] < -5.0);
        assert!((0..24).all(|snapshot| series.features(snapshot, &scaled).iter().all(|value| value.is_finite())));
    }

    #[test]
    fn what_cannot_be_cut_is_said_in_one_sentence() {
        let config = SnapshotConfig::default();
        let said = |dataset: &Dataset, config: &SnapshotConfig| {
            SnapshotSeries::build(dataset, config).expect_err("nothing to cut").to_string()
        };
        let mut dataset = two_minutes();
        let named = SnapshotConfig { metric: Some("rt".into()), ..config.clone() };
        assert_eq!(
            said(&dataset, &named),
            "The data hold no metric rt (found: cpu); set snapshot.metric to one that they hold"
        );
        let long = SnapshotConfig { window_secs: 60, period_millis: Some(1000), ..config.clone() };
        dataset.system.recording.iter_mut().for_each(|series| {
            series.at_millis.truncate(3);
            series.values.truncate(3);
        });
        assert_eq!(
            said(&dataset, &long),
            "The recording lasts 11000 ms, and one snapshot needs 60000 ms; choose a longer recording"
        );
        dataset.system.recording.clear();
        assert!(said(&dataset, &config).starts_with("The data hold no single samples of cpu"));
        assert!(said(&dataset, &SnapshotConfig { sequence: 0, ..config }).starts_with("snapshot.sequence must be"));
    }

    #[test]
    fn no_time_stamp_makes_a_grid_too_large_for_memory() {
        let dataset = recorded(&[&[(0, 1.0), (i64::MAX / 2, 1.0)], &[(-5, 1.0)]]);
        let error = SnapshotSeries::build(&dataset, &SnapshotConfig::default()).expect_err("too long").to_string();
        assert!(error.contains("and the limit is 40000000"), "{error}");
        let dataset = recorded(&[&[(i64::MIN, 1.0), (i64::MAX, 1.0)]]);
        assert!(SnapshotSeries::build(&dataset, &SnapshotConfig::default()).is_err());
    }
}
