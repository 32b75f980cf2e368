//! The scale of each instance, and what it was fitted on (MODELS.md B.4).

use serde::{Deserialize, Serialize};

use super::fold::{RunValues, Window};
use super::run::Run;
use crate::config::{DetectConfig, ScaleFrom};
use crate::snapshot::Scaling;

/// Snapshots of a run, from `begin` to before `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRange {
    /// Index of the run.
    pub run: u32,
    /// First snapshot.
    pub begin: u32,
    /// The one behind the last.
    pub end: u32,
}

/// Snapshots that a scale is fitted on, by run and time: those of normal training windows, or the first minutes of each
/// run.
pub(super) fn fitted_on(runs: &[&Run], train: &[Window], config: &DetectConfig) -> Vec<SnapshotRange> {
    if config.setup.scale == ScaleFrom::Commission {
        let n = (config.setup.commission_minutes * 60).div_ceil(config.snapshot.window_secs);
        let first = |(run, values): (usize, &&Run)| SnapshotRange { run: run as u32, begin: 0, end: n.min(values.n()) };
        return runs.iter().enumerate().map(first).collect();
    }
    let q = config.snapshot.sequence as u32;
    let mut ranges: Vec<SnapshotRange> = Vec::new();
    for window in train.iter().filter(|window| window.is_normal()) {
        let range = SnapshotRange { run: window.run, begin: window.last + 1 - q, end: window.last + 1 };
        match ranges.last_mut() {
            Some(last) if last.run == range.run && range.begin <= last.end => last.end = last.end.max(range.end),
            _ => ranges.push(range),
        }
    }
    ranges
}

/// One scale for all runs, or one for each of them if it is fitted on its own first minutes.
pub(super) fn scalings(runs: &[&Run], ranges: &[SnapshotRange], n_instances: usize, from: ScaleFrom) -> Vec<Scaling> {
    let is_scaled = from != ScaleFrom::Raw;
    if from == ScaleFrom::Commission {
        let own = |run: usize| ranges.iter().filter(|range| range.run as usize == run).copied().collect::<Vec<_>>();
        return (0..runs.len()).map(|run| fit(runs, &own(run), n_instances, is_scaled)).collect();
    }
    vec![fit(runs, ranges, n_instances, is_scaled); runs.len()]
}

/// Mean and deviation of each instance where it is not missing.
fn fit(runs: &[&Run], ranges: &[SnapshotRange], n_instances: usize, is_scaled: bool) -> Scaling {
    let of_instance = |instance: usize| -> Vec<f32> {
        let snapshots = ranges.iter().flat_map(|range| (range.begin..range.end).map(|snapshot| (range.run, snapshot)));
        let values = snapshots.flat_map(|(run, snapshot)| {
            let run = runs[run as usize];
            let w = run.values.len() / run.missing.len().max(1);
            &run.values[(snapshot as usize * n_instances + instance) * w..][..w]
        });
        values.copied().filter(|value| value.is_finite()).collect()
    };
    Scaling::fit((0..n_instances).map(of_instance), is_scaled)
}

impl Run {
    /// `S`.
    pub(super) fn n(&self) -> u32 {
        let n_instances = self.n_instances.max(1);
        (self.missing.len() / n_instances) as u32
    }

    /// What models read.
    pub(super) fn scaled(&self, scaling: &Scaling) -> RunValues {
        let n_instances = self.n_instances.max(1);
        let w = (self.values.len() / self.missing.len().max(1)).max(1);
        let read = |(idx, &value): (usize, &f32)| scaling.apply(idx / w % n_instances, value);
        RunValues {
            name: self.span.name.clone(),
            start_millis: self.start_millis,
            slices: self.values.iter().enumerate().map(read).collect(),
            missing: self.missing.clone(),
        }
    }
}
