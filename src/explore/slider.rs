//! A time slider over the bins of a data set: where it stops, and where things lie along it.

use crate::data::{DatasetSummary, Fault};

/// Gaps between two faults that are too small to be seen: a thousandth of the slider.
const SMALLEST_GAP: f64 = 1e-3;

/// Stops are bins; a step goes to the next one at which the picture changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slider {
    start_secs: i64,
    grid_secs: i64,
    last: usize,
    stride: usize,
}

/// A part of the slider, as shares of its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Where it begins, 0 to 1.
    pub from: f64,
    /// Where it ends, not before it begins.
    pub to: f64,
}

impl Slider {
    /// The slider of a data set whose graphs are renewed every so many seconds; stored snapshots have a step each.
    pub fn new(dataset: &DatasetSummary, renew_secs: u32) -> Self {
        let of_renewal = (renew_secs / dataset.grid_secs.max(1)).max(1) as usize;
        Self {
            start_secs: dataset.start_secs,
            grid_secs: i64::from(dataset.grid_secs),
            last: dataset.n_bins.saturating_sub(1),
            stride: if dataset.system.snapshots.is_some() { 1 } else { of_renewal },
        }
    }

    /// The last stop.
    pub fn last(self) -> usize {
        self.last
    }

    /// The next renewal behind a bin; `None` if the graph stays to the end.
    pub fn next(self, bin: usize) -> Option<usize> {
        let next = (bin / self.stride).checked_add(1)?.checked_mul(self.stride)?;
        (next <= self.last).then_some(next)
    }

    /// The last renewal before a bin; `None` at the beginning.
    pub fn previous(self, bin: usize) -> Option<usize> {
        Some(bin.checked_sub(1)? / self.stride * self.stride)
    }

    /// When a stop is, on the clock of the data.
    pub fn at_secs(self, bin: usize) -> i64 {
        self.start_secs.saturating_add((bin as i64).saturating_mul(self.grid_secs))
    }

    /// Where a moment lies, below 0 or above 1 if it lies outside.
    pub fn share(self, millis: i64) -> f64 {
        let secs = millis as f64 / 1000.0 - self.start_secs as f64;
        secs / (self.grid_secs as f64 * self.last.max(1) as f64)
    }

    /// Faults that begin or last within the time of the data, in their order.
    pub fn within(self, faults: &[Fault]) -> impl Iterator<Item = &Fault> {
        let end_millis = self.at_secs(self.last.saturating_add(1)).saturating_mul(1000);
        let start_millis = self.start_secs.saturating_mul(1000);
        faults.iter().filter(move |fault| fault.start_millis < end_millis && fault.end_millis > start_millis)
    }

    /// Where something is broken; faults that overlap, or cannot be told apart by eye, are one stretch.
    pub fn broken(self, faults: &[Fault]) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        // Faults are ordered by their start.
        for fault in self.within(faults) {
            let from = self.share(fault.start_millis).clamp(0.0, 1.0);
            let to = self.share(fault.end_millis).clamp(from, 1.0);
            match stretches.last_mut().filter(|before| from <= before.to + SMALLEST_GAP) {
                Some(before) => before.to = before.to.max(to),
                None => stretches.push(Stretch { from, to }),
            }
        }
        stretches
    }

    /// Where the graph is renewed, if that is seldom enough to be shown.
    pub fn renewals(self, most: usize) -> Vec<f64> {
        if self.last / self.stride > most {
            return Vec::new();
        }
        (0..=self.last).step_by(self.stride).map(|bin| bin as f64 / self.last.max(1) as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::data::SnapshotCounts;
    use crate::sandbox::simulate;

    /// Bins of 60 s from second 1000 on.
    fn summary(n_bins: usize) -> DatasetSummary {
        let summary = simulate("sample").expect("a scenario").summary;
        DatasetSummary { n_bins, grid_secs: 60, start_secs: 1000, ..summary }
    }

    fn fault(start_secs: i64, end_secs: i64) -> Fault {
        let (start_millis, end_millis) = (1000 * start_secs, 1000 * end_secs);
        Fault { start_millis, end_millis, target: String::new(), kind: String::new() }
    }

    #[test]
    fn steps_go_from_renewal_to_renewal() {
        let slider = Slider::new(&summary(25), 600);
        assert_eq!(
            [0, 9, 10, 19, 20, 24].map(|bin| slider.next(bin)),
            [Some(10), Some(10), Some(20), Some(20), None, None]
        );
        assert_eq!([0, 1, 10, 11, 24].map(|bin| slider.previous(bin)), [None, Some(0), Some(0), Some(10), Some(20)]);
        assert_eq!((slider.last(), slider.at_secs(10)), (24, 1600));
        assert_eq!(slider.renewals(2), [0.0, 10.0 / 24.0, 20.0 / 24.0]);
        assert!(slider.renewals(1).is_empty());
    }

    #[test]
    fn stored_snapshots_have_a_step_each() {
        let mut summary = summary(3);
        summary.system.snapshots = Some(SnapshotCounts { n_snapshots: 3, n_nodes: 9, n_edges: 9, n_labels: 0 });
        let slider = Slider::new(&summary, 600);
        assert_eq!([slider.next(0), slider.next(1), slider.next(2)], [Some(1), Some(2), None]);
    }

    #[test]
    fn faults_lie_where_the_thumb_is_then() {
        let slider = Slider::new(&summary(11), 600);
        // The thumb stands at the start of a bin: 1000 s is 0, 1600 s is 1.
        let faults = [
            fault(0, 900),
            fault(990, 1060),
            fault(1300, 1360),
            fault(1330, 1340),
            fault(1600, 1700),
            fault(1660, 9999),
        ];
        let found: Vec<(f64, f64)> = slider.broken(&faults).iter().map(|s| (s.from, s.to)).collect();
        assert_eq!(found, [(0.0, 0.1), (0.5, 0.6), (1.0, 1.0)]);
        assert_eq!(slider.within(&faults).count(), 4);
    }

    proptest! {
        #[test]
        fn no_label_breaks_the_slider(
            n_bins in 0_usize..9,
            spans in proptest::collection::vec((any::<i64>(), any::<i64>()), 0..6),
            renew: u32,
            grid in 1_u32..,
            start: i64,
        ) {
            let mut faults: Vec<Fault> = spans
                .into_iter()
                .map(|(start_millis, end_millis)| Fault { start_millis, end_millis, ..fault(0, 0) })
                .collect();
            faults.sort_by_key(|fault| fault.start_millis);
            let summary = DatasetSummary { n_bins, grid_secs: grid, start_secs: start, ..summary(1) };
            let slider = Slider::new(&summary, renew);
            let stretches = slider.broken(&faults);
            prop_assert!(stretches.iter().all(|s| 0.0 <= s.from && s.from <= s.to && s.to <= 1.0));
            prop_assert!(stretches.windows(2).all(|pair| pair[0].to < pair[1].from));
            let mut bin = 0;
            while let Some(next) = slider.next(bin) {
                prop_assert!(next > bin && next <= slider.last() && slider.previous(next) <= Some(bin.max(next - 1)));
                bin = next;
            }
        }
    }
}
