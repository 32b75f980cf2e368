//! A control: labels that say nothing about the values (MODELS.md E).
//!
//! The faults of a run are moved by whole snapshots in a circle of the run's length before anything is cut, so the
//! labels keep their number, their lengths and their types, and every later step (majority labels, split, scale,
//! SMOTE, threshold) sees the moved ones alone. What a detector finds then is what the pipeline gives away for free.

use super::runs::RunSpan;
use crate::config::DetectConfig;
use crate::data::Fault;
use crate::stream::Stream;

/// Moves the faults of one run if the config asks for it.
pub(super) fn shift_labels(faults: &mut Vec<Fault>, span: &RunSpan, config: &DetectConfig) {
    let shift = config.split.label_shift;
    if shift == 0 {
        return;
    }
    let circle = Circle::of(span, 1000 * i64::from(config.snapshot.window_secs));
    if circle.n > 1 {
        // Never 0, which would be the truth.
        let mut rng = Stream::LabelShift.rng(config.split.seed, &format!("{shift}/{}", span.name));
        let offset = 1 + rng.below(circle.n - 1) as i64;
        *faults = faults.iter().flat_map(|fault| circle.moved(fault, offset)).collect();
    }
}

/// The whole snapshots of a run, the last one followed by the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Circle {
    start_millis: i64,
    window_millis: i64,
    n: usize,
}

impl Circle {
    /// Snapshots begin in the second of the first sample, as those of the series do.
    fn of(span: &RunSpan, window_millis: i64) -> Self {
        let start_millis = span.begin_millis.saturating_sub(span.begin_millis.rem_euclid(1000));
        let n = span.end_millis.saturating_sub(start_millis) / window_millis.max(1);
        Self { start_millis, window_millis, n: usize::try_from(n).unwrap_or(0) }
    }

    /// A fault some snapshots later; in two pieces if it runs over the end.
    fn moved(self, fault: &Fault, offset: i64) -> impl Iterator<Item = Fault> {
        let length = self.n as i64 * self.window_millis;
        let inside = |millis: i64| (millis.saturating_sub(self.start_millis)).clamp(0, length);
        let (start, end) = (inside(fault.start_millis), inside(fault.end_millis));
        let from = (start + offset * self.window_millis).rem_euclid(length.max(1));
        let to = from + (end - start);
        let pieces = [(from, to.min(length)), (0, to - length)];
        let whole = fault.clone();
        let start_millis = self.start_millis;
        pieces.into_iter().filter(|(from, to)| from < to).map(move |(from, to)| Fault {
            start_millis: start_millis + from,
            end_millis: start_millis + to,
            ..whole.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::{changed, many_runs, twelve_runs};
    use super::super::{Source, Window};
    use super::*;
    use crate::config::{CheckedDetect, DetectProtocol, Detector};
    use crate::evaluate::detection::{Ranking, roc_auc};
    use crate::snapshot::{Faulty, majority_labels};

    const MINUTE: i64 = 60_000;

    fn fault(start_millis: i64, end_millis: i64) -> Fault {
        Fault { start_millis, end_millis, target: "pod-0".to_owned(), kind: "crash".to_owned() }
    }

    fn span(begin_millis: i64, end_millis: i64) -> RunSpan {
        RunSpan { name: "run 1".to_owned(), begin_millis, end_millis }
    }

    fn shifted(shift: u32) -> CheckedDetect {
        changed(DetectProtocol::P1, |config| config.split.label_shift = shift)
    }

    #[test]
    fn what_runs_over_the_end_goes_on_at_the_beginning() {
        let circle = Circle::of(&span(1_000_300, 1_052_000), 5000);
        assert_eq!(circle, Circle { start_millis: 1_000_000, window_millis: 5000, n: 10 });
        let moved = |start: i64, end: i64, offset: i64| -> Vec<(i64, i64)> {
            let given = fault(1_000_000 + start, 1_000_000 + end);
            circle
                .moved(&given, offset)
                .map(|fault| (fault.start_millis - 1_000_000, fault.end_millis - 1_000_000))
                .collect()
        };
        assert_eq!(moved(7000, 12_000, 2), [(17_000, 22_000)]);
        assert_eq!(moved(7000, 22_000, 6), [(37_000, 50_000), (0, 2000)]);
        assert_eq!(moved(7000, 22_000, 10), [(7000, 22_000)], "once around");
        // What lies outside of the run, or behind its last whole snapshot, is left out first.
        assert_eq!(moved(-9000, 5000, 1), [(5000, 10_000)]);
        assert_eq!((moved(-9000, -5000, 1), moved(45_000, 52_000, 1)), (vec![], vec![(0, 5000)]));
    }

    #[test]
    fn the_number_of_faulty_snapshots_stays_for_every_offset() {
        let circle = Circle::of(&span(0, 40 * MINUTE), 5000);
        let faults = [fault(10 * MINUTE + 1000, 20 * MINUTE), fault(33 * MINUTE, 39 * MINUTE + 3000)];
        let labels = |faults: &[Fault]| majority_labels(&Faulty::new(faults), 0, 5, circle.n);
        let before = labels(&faults);
        for offset in [1, 7, 100, 479] {
            let moved: Vec<Fault> = faults.iter().flat_map(|fault| circle.moved(fault, offset)).collect();
            let after = labels(&moved);
            let mut turned = before.clone();
            turned.rotate_right(offset as usize);
            assert_eq!(after, turned, "offset {offset}");
        }
    }

    #[test]
    fn values_and_split_stay_and_only_labels_move() {
        let dataset = twelve_runs();
        let fold = |config: &CheckedDetect| Source::new(&dataset, config).expect("runs").fold(0).expect("a fold");
        let (truth, first, again, second) =
            (fold(&shifted(0)), fold(&shifted(1)), fold(&shifted(1)), fold(&shifted(2)));
        assert_eq!(first, again, "the same seed and shift");
        assert_ne!(first, second);
        assert_ne!(truth.test, first.test);
        let places = |windows: &[Window]| windows.iter().map(|window| (window.run, window.last)).collect::<Vec<_>>();
        assert_eq!(places(&truth.test), places(&first.test), "the same runs are tested");
        let names = |fold: &super::super::Fold| fold.runs.iter().map(|run| run.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&truth), names(&first));
        let n_faulty = |windows: &[Window]| windows.iter().filter(|window| window.label).count();
        // A window carries the label of its last snapshot; those of the first four of a run have none.
        for (before, after) in [(&truth.train, &first.train), (&truth.test, &first.test)] {
            let (before, after) = (n_faulty(before) as i64, n_faulty(after) as i64);
            assert!(before > 0 && (before - after).abs() <= 4 * 12, "{before} and {after}");
        }
        let raw = |shift: u32| {
            let config = changed(DetectProtocol::P1, |config| {
                config.split.label_shift = shift;
                config.setup.scale = crate::config::ScaleFrom::Raw;
            });
            fold(&config).runs
        };
        assert_eq!(raw(0), raw(3), "metrics are not touched");
    }

    /// Mean AUC over some shifts, of a detector that is fitted as always.
    fn mean_auc(dataset: &crate::data::Dataset, detector: Detector, shifts: &[u32]) -> f64 {
        let auc = |&shift: &u32| {
            let fold = Source::new(dataset, &shifted(shift)).expect("runs").fold(0).expect("a fold");
            let scores = crate::detectors::fit_and_score(detector, &fold, 1).expect("a detector").test;
            let core = fold.test.iter().zip(scores).filter(|(window, _)| !window.buffer);
            let (labels, scores): (Vec<bool>, Vec<f32>) = core.map(|(window, score)| (window.label, score)).unzip();
            roc_auc(&Ranking::new(&scores, &labels).cuts()).expect("two classes")
        };
        shifts.iter().map(auc).sum::<f64>() / shifts.len() as f64
    }

    #[test]
    fn detectors_that_were_right_come_to_a_half() {
        let faults: Vec<(&str, &str)> = [("crash", "pod-0"), ("hang", "pod-1")].repeat(6);
        let dataset = many_runs(&faults);
        let shifts: Vec<u32> = (1..=40).collect();
        // All runs have their fault at about the same minutes: the clock reads them, as `zmax` reads the values.
        for detector in [Detector::Clock, Detector::Zmax] {
            let (true_auc, moved) = (mean_auc(&dataset, detector, &[0]), mean_auc(&dataset, detector, &shifts));
            assert!(true_auc > 0.6, "{}: {true_auc}", detector.id());
            assert!((moved - 0.5).abs() < 0.1, "{}: {moved}", detector.id());
        }
    }
}
