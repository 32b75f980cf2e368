//! Labels of snapshots, and sequences of them (MODELS.md B.3).

use crate::config::SnapshotConfig;
use crate::data::Fault;

/// Times at which anything is broken, on the clock of the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faulty {
    /// Intervals that neither overlap nor touch, ascending; the end is not included.
    intervals: Vec<(i64, i64)>,
}

impl Faulty {
    /// The union of some faults.
    pub fn new(faults: &[Fault]) -> Self {
        let mut spans: Vec<(i64, i64)> = faults
            .iter()
            .map(|fault| (fault.start_millis, fault.end_millis))
            .filter(|(start, end)| start < end)
            .collect();
        spans.sort_unstable();
        let mut intervals: Vec<(i64, i64)> = Vec::new();
        for (start, end) in spans {
            match intervals.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => intervals.push((start, end)),
            }
        }
        Self { intervals }
    }

    /// Whether anything is broken at a time.
    pub fn at(&self, millis: i64) -> bool {
        self.overlaps(millis, millis.saturating_add(1))
    }

    /// Whether anything is broken at some time of `begin .. end`.
    pub fn overlaps(&self, begin: i64, end: i64) -> bool {
        let next = self.intervals.partition_point(|&(_, fault_end)| fault_end <= begin);
        self.intervals.get(next).is_some_and(|&(fault_start, _)| fault_start < end)
    }

    /// Whether a fault begins or ends inside `begin .. end`, or ended less than `recovery` before it or inside it.
    fn is_between(&self, begin: i64, end: i64, recovery: i64) -> bool {
        let next = self.intervals.partition_point(|&(_, fault_end)| fault_end <= begin);
        let recovers = next.checked_sub(1).and_then(|idx| self.intervals.get(idx));
        let recovers = recovers.is_some_and(|&(_, fault_end)| begin < fault_end.saturating_add(recovery));
        // The first fault that is not over at `begin`.
        let changes = self.intervals.get(next);
        let changes = changes.is_some_and(|&(start, stop)| (begin < start && start < end) || stop < end);
        recovers || changes
    }
}

/// Labels of snapshots: the majority of their seconds, a tie is a fault.
///
/// A second is broken if anything is broken at its beginning.
pub fn majority_labels(faults: &Faulty, start_millis: i64, window_secs: u32, n: usize) -> Vec<bool> {
    let seconds = i64::from(window_secs);
    let is_broken = |second: i64| faults.at(start_millis.saturating_add(second.saturating_mul(1000)));
    let label = |snapshot: i64| {
        let n_broken = (snapshot * seconds..(snapshot + 1) * seconds).filter(|&second| is_broken(second)).count();
        2 * n_broken as i64 >= seconds
    };
    (0..n as i64).map(label).collect()
}

/// Consecutive snapshots, none of which was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence {
    /// Its last snapshot; the others are the `Q − 1` before it.
    pub last: usize,
    /// Label of the last snapshot.
    pub label: bool,
    /// Whether a fault begins or ends inside it, or ended shortly before: scored separately.
    pub buffer: bool,
}

/// All sequences with stride 1.
pub fn sequences(
    (labels, kept): (&[bool], &[bool]),
    (faults, start_millis): (&Faulty, i64),
    config: &SnapshotConfig,
) -> Vec<Sequence> {
    let (window, recovery) = (1000 * i64::from(config.window_secs), 1000 * i64::from(config.recovery_secs));
    let time = |snapshot: usize| start_millis.saturating_add((snapshot as i64).saturating_mul(window));
    let q = config.sequence.max(1);
    let mut n_in_a_row = 0;
    let mut out = Vec::new();
    for (last, (&label, &is_kept)) in labels.iter().zip(kept).enumerate() {
        n_in_a_row = if is_kept { n_in_a_row + 1 } else { 0 };
        if n_in_a_row >= q {
            let buffer = faults.is_between(time(last + 1 - q), time(last + 1), recovery);
            out.push(Sequence { last, label, buffer });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;

    fn faulty(spans: &[(i64, i64)]) -> Faulty {
        let fault = |&(start_millis, end_millis): &(i64, i64)| Fault {
            start_millis,
            end_millis,
            target: String::new(),
            kind: String::new(),
        };
        Faulty::new(&spans.iter().map(fault).collect::<Vec<_>>())
    }

    // MODELS.md F.8 and B.7.
    #[test]
    fn the_published_run_of_four_hours() {
        let faults = faulty(&[(60 * MINUTE, 105 * MINUTE)]);
        let labels = majority_labels(&faults, 0, 5, 2880);
        let broken: Vec<usize> = (0..2880).filter(|&snapshot| labels[snapshot]).collect();
        assert_eq!((broken[0], broken[broken.len() - 1], broken.len()), (720, 1259, 540));
        let halves = [0..1440, 1440..2160, 2160..2880].map(|part| labels[part].iter().filter(|l| **l).count());
        assert_eq!(halves, [540, 0, 0]);
        let sequences = sequences((&labels, &[true; 2880]), (&faults, 0), &SnapshotConfig::default());
        assert_eq!(sequences.len(), 2876);
        assert!(sequences.iter().all(|sequence| sequence.label == labels[sequence.last]));
        let buffered: Vec<usize> = sequences.iter().filter(|s| s.buffer).map(|s| s.last).collect();
        // Four around the beginning; four around the end and 24 that begin in the two minutes behind it.
        assert_eq!(buffered, (720..724).chain(1260..1288).collect::<Vec<_>>());
    }

    #[test]
    fn three_of_five_and_two_of_four_are_a_fault() {
        assert_eq!(majority_labels(&faulty(&[(2000, 5000)]), 0, 5, 1), [true]);
        assert_eq!(majority_labels(&faulty(&[(3000, 5000)]), 0, 5, 1), [false]);
        assert_eq!(majority_labels(&faulty(&[(1000, 3000)]), 0, 4, 1), [true]);
        assert_eq!(majority_labels(&faulty(&[(9000, 10_000), (6000, 8000)]), 5000, 3, 2), [true, false]);
    }

    #[test]
    fn overlapping_faults_are_one() {
        let faults = faulty(&[(10, 20), (0, 12), (20, 30), (40, 50), (45, 45)]);
        assert_eq!(faults.intervals, [(0, 30), (40, 50)]);
        assert!(faults.at(29) && !faults.at(30) && faults.overlaps(35, 41) && !faults.overlaps(30, 40));
    }

    #[test]
    fn a_sequence_never_spans_a_snapshot_that_was_left_out() {
        let config = SnapshotConfig { sequence: 3, ..SnapshotConfig::default() };
        let kept = [true, true, true, true, false, true, true, true];
        let found = sequences((&[false; 8], &kept), (&Faulty::default(), 0), &config);
        assert_eq!(found.iter().map(|sequence| sequence.last).collect::<Vec<_>>(), [2, 3, 7]);
    }
}
