//! How long calls between service types take, per snapshot (MODELS.md B.11).

use std::collections::BTreeMap;

use super::patterns::Patterns;
use super::run::{Nodes, Run};
use super::scale::SnapshotRange;
use crate::config::DetectConfig;
use crate::data::{CallStat, Dataset};

/// Smallest deviation of the logarithm of a duration.
const LEAST_DEVIATION: f64 = 1e-3;
/// Standardised durations are cut here, as values are.
const LARGEST: f64 = 10.0;

/// Call durations as features of edges between types.
#[derive(Debug, Clone, PartialEq)]
pub struct Calls {
    /// Types of caller and callee, of all pairs with calls in what the scale is fitted on; ascending.
    pub edges: Vec<(u32, u32)>,
    /// One per run of the fold.
    pub runs: Vec<RunCalls>,
    /// Patterns of what is called together.
    pub n_patterns: usize,
    /// Whether they are edges of the snapshot graph, not only what some detectors read.
    pub on_graph: bool,
}

/// Call durations of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunCalls {
    /// `(ln(1 + mean ms) − μ) / σ` with `μ` and `σ` of the edge, `[S, E]`; 0 where absent.
    pub values: Vec<f32>,
    /// Whether there was a call in the snapshot, or up to 60 s before it, `[S, E]`; without, the weight of the edge is 0.
    pub present: Vec<bool>,
    /// Calls that ended in the snapshot, `[S, E]`.
    pub counts: Vec<f32>,
    /// Pattern of the snapshot's calls, `[S]`; [`Calls::n_patterns`] stands for none of them.
    pub patterns: Vec<u32>,
}

/// Calls along one edge in one run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct EdgeSeries {
    /// Logarithms of durations, `[S]`, NaN where there is none.
    durations: Vec<f32>,
    /// How many ended in each snapshot, `[S]`.
    pub(super) counts: Vec<f32>,
}

/// Calls of one run, by edge.
pub(super) type Durations = BTreeMap<(u32, u32), EdgeSeries>;

/// Means over the intervals of `setup.call_millis` in which there were calls, snapshot by snapshot. Calls between what are
/// no types, and within a type, are left out.
///
/// Calls are known by the second, so that shorter intervals than that hold the same. A call belongs to the interval in which
/// it [ended](crate::data::CallStat::ended_millis).
pub(super) fn durations(
    part: &Dataset,
    (start_millis, n): (i64, usize),
    config: &DetectConfig,
    nodes: &Nodes,
) -> Durations {
    let types = nodes.deployment.types_of(&part.system.services);
    let window = 1000 * i64::from(config.snapshot.window_secs);
    let interval = i64::from(config.setup.call_millis);
    // Milliseconds and calls of each edge and interval.
    let mut intervals: BTreeMap<((u32, u32), i64), (f64, f64)> = BTreeMap::new();
    for call in &part.system.calls {
        let of = |service: u32| types.get(service as usize).copied().flatten().map(|idx| idx as u32);
        let ends = (of(call.caller), of(call.callee), call.ended_millis());
        let (Some(caller), Some(callee), Some(ended)) = ends else { continue };
        let at = ended.saturating_sub(start_millis);
        if caller != callee && at >= 0 {
            let count = f64::from(call.count);
            let sum = intervals.entry(((caller, callee), at.div_euclid(interval))).or_default();
            *sum = (sum.0 + count * f64::from(call.mean_millis), sum.1 + count);
        }
    }
    let mut sums: BTreeMap<(u32, u32), Vec<Sums>> = BTreeMap::new();
    for ((edge, number), (millis, count)) in intervals {
        let snapshot = usize::try_from(number * interval / window).unwrap_or(usize::MAX);
        if let Some(sum) = sums.entry(edge).or_insert_with(|| vec![(0.0, 0.0, 0.0); n]).get_mut(snapshot) {
            *sum = (sum.0 + millis / count, sum.1 + 1.0, sum.2 + count);
        }
    }
    let carry = usize::try_from(CallStat::CARRY_MILLIS / window).unwrap_or(0);
    let series = |sums: Vec<Sums>| EdgeSeries {
        durations: carried(&sums, carry),
        counts: sums.iter().map(|&(_, _, count)| count as f32).collect(),
    };
    sums.into_iter().map(|(edge, sums)| (edge, series(sums))).collect()
}

/// Of an edge in a snapshot: the mean durations of its intervals added up, how many intervals, and how many calls.
type Sums = (f64, f64, f64);

/// `ln(1 + mean)`, and the last one for as many snapshots without calls as may be.
fn carried(sums: &[Sums], carry: usize) -> Vec<f32> {
    let mut last: Option<(usize, f32)> = None;
    let value = |(snapshot, &(sum, n, _)): (usize, &Sums)| {
        if n > 0.0 {
            last = Some((snapshot, (sum / n).ln_1p() as f32));
        }
        last.filter(|(at, _)| snapshot - at <= carry).map_or(f32::NAN, |(_, value)| value)
    };
    sums.iter().enumerate().map(value).collect()
}

/// Standardised durations of all runs of a fold, and patterns if a detector reads them, for they cost a comparison of each
/// snapshot with each other; `None` if there are no calls in what the scale is fitted on.
pub(super) fn standardised(runs: &[&Run], ranges: &[SnapshotRange], config: &DetectConfig) -> Option<Calls> {
    let mut moments: BTreeMap<(u32, u32), (f64, f64)> = BTreeMap::new();
    let mut edges: Vec<(u32, u32)> = runs.iter().flat_map(|run| run.calls.keys().copied()).collect();
    edges.sort_unstable();
    edges.dedup();
    for edge in edges {
        let of_range = |range: &SnapshotRange| {
            let of_edge = runs[range.run as usize].calls.get(&edge);
            of_edge.map(|series| &series.durations[range.begin as usize..range.end as usize]).unwrap_or_default()
        };
        let values = || ranges.iter().flat_map(of_range).filter(|value| !value.is_nan()).map(|&value| f64::from(value));
        let n = values().count();
        if n > 0 {
            let mean = values().sum::<f64>() / n as f64;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f64>() / n as f64;
            moments.insert(edge, (mean, variance.sqrt().max(LEAST_DEVIATION)));
        }
    }
    let edges: Vec<(u32, u32)> = moments.keys().copied().collect();
    let reads_patterns = config.detectors.iter().any(|detector| detector.reads_patterns());
    let patterns = if reads_patterns { Patterns::fit(runs, ranges, &edges) } else { Patterns::default() };
    let of_run = |run: &&Run| {
        let n = run.n() as usize;
        let (mut values, mut present) = (Vec::with_capacity(n * moments.len()), Vec::with_capacity(n * moments.len()));
        for snapshot in 0..n {
            for (edge, (mean, sd)) in &moments {
                let value = run.calls.get(edge).map_or(f32::NAN, |series| series.durations[snapshot]);
                let scaled = ((f64::from(value) - mean) / sd).clamp(-LARGEST, LARGEST) as f32;
                present.push(!value.is_nan());
                values.push(if value.is_nan() { 0.0 } else { scaled });
            }
        }
        let count = |(snapshot, edge): (usize, &(u32, u32))| run.calls.get(edge).map_or(0.0, |s| s.counts[snapshot]);
        let cells = (0..n).flat_map(|snapshot| edges.iter().map(move |edge| (snapshot, edge)));
        RunCalls { values, present, counts: cells.map(count).collect(), patterns: patterns.of(run, &edges) }
    };
    let runs: Vec<RunCalls> = runs.iter().map(of_run).collect();
    (!edges.is_empty()).then_some(Calls { n_patterns: patterns.n(), edges, runs, on_graph: config.setup.calls })
}

#[cfg(test)]
mod tests {
    use super::super::made::{changed, twelve_runs, twelve_runs_of};
    use super::super::{DetectError, Fold, Source};
    use crate::config::DetectProtocol;
    use crate::data::{CallStat, Dataset};

    /// Calls from a to b every 20 s of each run, of durations of their own; from a call on they take 12 s.
    fn with_calls(slow_from: i64) -> Dataset {
        let mut data = twelve_runs_of(&["a", "b", "b"], &["a", "b"]);
        let call = |(run, idx): (i64, i64)| {
            let millis = if idx >= slow_from { 12_000.0 } else { 5.0 + (idx % 7) as f32 };
            let at_secs = run * 180 * 60 + 20 * idx;
            CallStat { at_secs, caller: 0, callee: 1, count: 1, mean_millis: millis, p95_millis: millis }
        };
        data.system.calls = (0..12).flat_map(|run| (0..120).map(move |idx| (run, idx))).map(call).collect();
        data
    }

    #[test]
    fn nothing_after_a_moment_changes_what_is_known_by_then() {
        let config = changed(DetectProtocol::P0Class, |config| config.setup.calls = true);
        let fold = |slow_from| Source::new(&with_calls(slow_from), &config).expect("runs").fold(0).expect("a fold");
        let plain = fold(i64::MAX);
        let run = plain.test[0].run;
        let known = |fold: &Fold| fold.calls.clone().expect("calls").runs[run as usize].clone();
        let fitted = plain.train.iter().filter(|window| window.is_normal()).map(|window| window.last);
        // What the scale is fitted on is over by then; four snapshots lie between two calls.
        let first_slow = fitted.max().expect("normal training windows") as usize / 4 + 2;
        assert!(first_slow < 110, "calls go on: {first_slow}");
        let (before, after) = (known(&plain), known(&fold(first_slow as i64)));
        let begins = 4 * first_slow;
        assert_eq!(before.values[..begins], after.values[..begins]);
        assert_eq!(before.present[..begins], after.present[..begins]);
        // A call of 12 s is known when it is over, and until then the one before it stands.
        assert_eq!(after.values[begins..begins + 2], [before.values[begins - 1]; 2]);
        assert_ne!(before.values[begins], before.values[begins - 1]);
        assert_eq!(after.values[begins + 2], 10.0);
    }

    #[test]
    fn durations_are_carried_for_a_minute_and_standardised_on_training() {
        let config = changed(DetectProtocol::P1, |config| config.setup.calls = true);
        assert_eq!(Source::new(&twelve_runs(), &config).expect("runs").fold(0), Err(DetectError::NoCalls));
        let mut data = twelve_runs_of(&["a", "b", "b"], &["b", "elsewhere", "a"]);
        let call = |at_secs: i64, caller, callee, mean_millis| CallStat {
            at_secs,
            caller,
            callee,
            count: 1,
            mean_millis,
            p95_millis: mean_millis,
        };
        // From a to b every 100 s, of 1 and 3 ms in turns; of each run of 40 minutes the first ten.
        let starts = (0..12).map(|run| run * 180 * 60);
        let of_run = |start: i64| (0..6).map(move |k| call(start + 100 * k, 2, 0, if k % 2 == 0 { 1.0 } else { 3.0 }));
        data.system.calls = starts.flat_map(of_run).collect();
        data.system.calls.push(call(5, 1, 0, 7.0));
        let fold = Source::new(&data, &config).expect("runs").fold(0).expect("a fold");
        let calls = fold.calls.as_ref().expect("calls");
        assert_eq!(calls.edges, [(0, 1)]);
        let run = &calls.runs[3];
        let present: Vec<usize> = (0..run.present.len()).filter(|&snapshot| run.present[snapshot]).collect();
        let expected: Vec<usize> = (0..6).flat_map(|k| 20 * k..20 * k + 13).collect();
        assert_eq!(present, expected);
        assert!((run.values[0] + 1.0).abs() < 0.2 && (run.values[20] - 1.0).abs() < 0.2, "{:?}", &run.values[..21]);
        assert!(run.values[12] == run.values[0] && run.values[13] == 0.0);
    }
}
