//! Everything about one detector, at the threshold that was frozen before.

use super::outcome::DetectionMetrics;
use super::{
    Alarms, Measure, Ranking, Truth, VUS_BUFFER, accuracy, affiliation, average_precision, balanced_accuracy, brier,
    budget, budget_thresholds, classes, cluster_interval, confusion, events, f1, finite, fpr_at_recall, matthews,
    mean_scores, point_adjusted, pr_curve, reliability, roc_auc, roc_curve, volumes, weighted_scores,
};

/// Judges a detector; `seed` draws the resamples of the intervals.
///
/// Measures of single windows leave out the buffers; those of ranges and events see all windows.
pub fn judge(truth: &Truth, alarms: Alarms, seed: u32) -> DetectionMetrics {
    let (scores, labels) = truth.core(alarms.scores);
    let counted = |(scores, labels): &(Vec<f32>, Vec<bool>)| {
        confusion(&Alarms { scores, threshold: alarms.threshold }.flags(), labels)
    };
    let counts = counted(&truth.core(alarms.scores));
    let by_class = classes(&counts);
    let cuts = Ranking::new(&scores, &labels).cuts();
    let areas = volumes(truth, alarms.scores, VUS_BUFFER);
    let (affiliation_precision, affiliation_recall) = affiliation(truth, &alarms.flags());
    let interval = |measure| cluster_interval(truth, alarms, measure, seed);
    DetectionMetrics {
        threshold: finite(alarms.threshold),
        confusion: counts,
        buffer: counted(&truth.buffer(alarms.scores)),
        accuracy: accuracy(&counts),
        balanced_accuracy: balanced_accuracy(&counts),
        matthews: matthews(&counts),
        classes: [by_class[0], by_class[1], mean_scores(&by_class), weighted_scores(&by_class)],
        roc_auc: roc_auc(&cuts),
        average_precision: average_precision(&cuts),
        intervals: [Measure::F1, Measure::RocAuc, Measure::AveragePrecision].map(interval),
        fpr_at_recall_95: fpr_at_recall(&cuts, 0.95),
        brier: brier(&scores, &labels),
        reliability: reliability(&scores, &labels),
        vus_roc: areas.roc,
        vus_pr: areas.pr,
        affiliation_precision,
        affiliation_recall,
        point_adjusted_f1: adjusted_f1(truth, alarms),
        events: events(truth, alarms),
        budget: budget(truth, alarms.scores, &budget_thresholds(alarms.scores, alarms.threshold)),
        roc: roc_curve(&cuts, alarms.threshold),
        pr: pr_curve(&cuts, alarms.threshold),
    }
}

/// F1 after point adjustment, over all windows.
pub(super) fn adjusted_f1(truth: &Truth, alarms: Alarms) -> Option<f64> {
    f1(&confusion(&point_adjusted(truth, &alarms.flags()), &truth.labels()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::BudgetRow;
    use crate::evaluate::detection::Span;
    use crate::evaluate::detection::truth::instants;
    use crate::stream::Stream;

    #[test]
    fn buffers_are_counted_apart() {
        let mut windows = instants(&[false, false, true, true, false]);
        windows[4].buffer = true;
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let found = judge(&truth, Alarms { scores: &[0.1, 0.9, 0.8, 0.2, 0.9], threshold: 0.5 }, 0);
        let counts = [found.confusion, found.buffer].map(|counts| (counts.tn, counts.fp, counts.missed, counts.tp));
        assert_eq!(counts, [(1, 1, 1, 1), (0, 1, 0, 0)]);
        assert_eq!(found.classes[3].recall, found.accuracy);
    }

    #[test]
    fn nothing_to_judge_is_undefined() {
        let truth = Truth { windows: &[], step_millis: 5000, episodes: &[] };
        let found = judge(&truth, Alarms { scores: &[], threshold: 0.5 }, 0);
        let budget = vec![BudgetRow { threshold: 0.5, alarms_per_week: None, found: 0, median_delay_secs: None }];
        assert_eq!(found, DetectionMetrics { threshold: Some(0.5), budget, ..DetectionMetrics::default() });
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
        #[test]
        fn no_number_of_a_report_is_undefined_without_saying_so(
            n in 0_usize..40, seed: u32, fault in 0_f32..1.0, odd in 0_usize..5,
        ) {
            let mut rng = Stream::Data.rng(seed, "windows");
            let labels: Vec<bool> = (0..n).map(|_| rng.unit() < fault).collect();
            let mut windows = instants(&labels);
            windows.iter_mut().skip(n / 2).for_each(|window| window.run = 1);
            windows.iter_mut().for_each(|window| window.buffer = rng.unit() < 0.2);
            let strange = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, f32::MAX][odd];
            let scores: Vec<f32> = (0..n).map(|_| if rng.unit() < 0.2 { strange } else { rng.unit() }).collect();
            let episodes = [0, 1].map(|run| Span { run, start_millis: 0, end_millis: 1_000_000 });
            let truth = Truth { windows: &windows, step_millis: 5000, episodes: &episodes };
            let found = judge(&truth, Alarms { scores: &scores, threshold: 0.5 }, seed);
            // Debug text shows every number, and numbers alone can be NaN or infinite.
            let text = format!("{found:?}");
            proptest::prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
            proptest::prop_assert_eq!(found.roc_auc.is_some(), !found.roc.is_empty());
        }
    }
}
