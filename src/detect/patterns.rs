//! Patterns of calls: what is usually called together (Chen, Huang & Chen; MODELS.md B.12).
//!
//! A point is how many calls a snapshot holds along each edge. Single requests are not told apart once their calls are
//! counted; where few requests are traced, a snapshot rarely holds more than one.

use super::dbscan::{dbscan, distance, kth_distances};
use super::run::Run;
use super::scale::SnapshotRange;

/// Points that make a neighbourhood dense, the point itself included.
const MIN_SAMPLES: usize = 16;
/// Quantile of the distance to the 16th nearest point that is taken as `ε`.
const QUANTILE: f64 = 0.95;
/// Most points that are clustered: each is compared with each.
const MAX_POINTS: usize = 1024;
/// Most patterns that have a series of their own.
const MAX_PATTERNS: usize = 4;

/// Core points of the patterns, the most frequent first.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Patterns {
    radius: f64,
    cores: Vec<Vec<Vec<f64>>>,
}

impl Patterns {
    /// Clusters the snapshots with calls among those that the scale is fitted on, evenly chosen.
    pub(super) fn fit(runs: &[&Run], ranges: &[SnapshotRange], edges: &[(u32, u32)]) -> Self {
        let snapshots = ranges.iter().flat_map(|range| (range.begin..range.end).map(|snapshot| (range.run, snapshot)));
        let points = snapshots.map(|(run, snapshot)| counts(runs[run as usize], snapshot as usize, edges));
        let points: Vec<Vec<f64>> = points.filter(|point| point.iter().any(|&n| n > 0.0)).collect();
        let step = points.len().div_ceil(MAX_POINTS).max(1);
        let points: Vec<Vec<f64>> = points.into_iter().step_by(step).collect();
        if points.is_empty() {
            return Self::default();
        }
        let min_samples = MIN_SAMPLES.min(points.len());
        let mut distances = kth_distances(&points, min_samples);
        distances.sort_unstable_by(f64::total_cmp);
        let radius = distances[(QUANTILE * (distances.len() - 1) as f64).round() as usize];
        let found = dbscan(&points, radius, min_samples);
        let n_clusters = found.labels.iter().flatten().max().map_or(0, |last| last + 1);
        let size = |cluster: usize| found.labels.iter().filter(|label| **label == Some(cluster)).count();
        let mut order: Vec<usize> = (0..n_clusters).collect();
        order.sort_unstable_by_key(|&cluster| (std::cmp::Reverse(size(cluster)), cluster));
        order.truncate(MAX_PATTERNS);
        let cores = |cluster: usize| {
            let is_its = |at: &usize| found.is_core[*at] && found.labels[*at] == Some(cluster);
            let mut cores: Vec<Vec<f64>> = (0..points.len()).filter(is_its).map(|at| points[at].clone()).collect();
            // Counts are whole, so that many points are the same.
            cores.sort_unstable_by(|a, b| a.iter().map(|n| *n as u64).cmp(b.iter().map(|n| *n as u64)));
            cores.dedup();
            cores
        };
        Self { radius, cores: order.into_iter().map(cores).collect() }
    }

    /// How many there are.
    pub(super) fn n(&self) -> usize {
        self.cores.len()
    }

    /// Pattern of each snapshot of a run, `[S]`: that of the nearest core point within `ε`; the number of patterns stands
    /// for none of them.
    pub(super) fn of(&self, run: &Run, edges: &[(u32, u32)]) -> Vec<u32> {
        let pattern = |snapshot: u32| {
            let point = counts(run, snapshot as usize, edges);
            let all = self.cores.iter().zip(0_u32..).flat_map(|(cores, idx)| cores.iter().map(move |core| (core, idx)));
            let near = all.map(|(core, idx)| (distance(&point, core), idx)).filter(|(apart, _)| *apart <= self.radius);
            let nearest = near.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            nearest.map_or(self.n() as u32, |(_, idx)| idx)
        };
        if self.cores.is_empty() {
            return vec![0; run.n() as usize];
        }
        (0..run.n()).map(pattern).collect()
    }
}

/// Calls of a snapshot along each edge.
fn counts(run: &Run, snapshot: usize, edges: &[(u32, u32)]) -> Vec<f64> {
    edges.iter().map(|edge| run.calls.get(edge).map_or(0.0, |series| f64::from(series.counts[snapshot]))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::super::made::{changed, twelve_runs_of};
    use crate::config::{DetectProtocol, Detector};
    use crate::data::CallStat;

    // Two kinds of requests: a → b, and a → b → c; in the tenth minute of each run something that never happened before.
    #[test]
    fn what_is_called_together_is_a_pattern() {
        let config = changed(DetectProtocol::P1, |config| config.detectors = vec![Detector::Zmax, Detector::RpcStgcn]);
        let mut data = twelve_runs_of(&["a", "b", "c"], &["a", "b", "c"]);
        let call = |at_secs: i64, caller, callee, count| CallStat {
            at_secs,
            caller,
            callee,
            count,
            mean_millis: 2.0,
            p95_millis: 3.0,
        };
        let of_request = |run: i64, k: i64| {
            let at = run * 180 * 60 + 10 * k;
            let count = if k == 60 { 40 } else { 1 };
            let second = (k % 3 == 0).then(|| call(at, 1, 2, count));
            std::iter::once(call(at, 0, 1, count)).chain(second)
        };
        data.system.calls = (0..12).flat_map(|run| (0..240).flat_map(move |k| of_request(run, k))).collect();
        let fold = Source::new(&data, &config).expect("runs").fold(0).expect("a fold");
        let calls = fold.calls.expect("calls");
        assert_eq!((calls.edges.as_slice(), calls.n_patterns, calls.on_graph), (&[(0, 1), (1, 2)][..], 2, false));
        let run = &calls.runs[0];
        // The request of one call is more frequent; snapshots without calls follow no pattern.
        assert_eq!(run.patterns[..8], [1, 2, 0, 2, 0, 2, 1, 2]);
        assert_eq!(run.counts[..6], [1.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!((run.patterns[120], run.counts[240]), (2, 40.0));
    }
}
