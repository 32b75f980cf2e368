//! Measures of a confusion matrix, with the meaning of scikit-learn's `classification_report`.

use super::outcome::{ClassScores, Confusion};
use super::ratio;

/// Counts flags against labels.
pub fn confusion(flags: &[bool], labels: &[bool]) -> Confusion {
    let mut counts = Confusion::default();
    for (&flag, &label) in flags.iter().zip(labels) {
        *match (flag, label) {
            (true, true) => &mut counts.tp,
            (true, false) => &mut counts.fp,
            (false, true) => &mut counts.missed,
            (false, false) => &mut counts.tn,
        } += 1;
    }
    counts
}

/// Share of windows that were told right.
pub fn accuracy(counts: &Confusion) -> Option<f64> {
    ratio((counts.tp + counts.tn) as f64, counts.n() as f64)
}

/// Mean of the two recalls.
pub fn balanced_accuracy(counts: &Confusion) -> Option<f64> {
    mean_scores(&classes(counts)).recall
}

/// Matthews correlation coefficient; `None` where a row or a column of the matrix is empty.
pub fn matthews(counts: &Confusion) -> Option<f64> {
    let [tp, fp, tn, missed] = [counts.tp, counts.fp, counts.tn, counts.missed].map(|n| n as f64);
    ratio(tp * tn - fp * missed, ((tp + fp) * (tp + missed) * (tn + fp) * (tn + missed)).sqrt())
}

/// F1 of the fault class, `2TP / (2TP + FP + FN)`.
pub fn f1(counts: &Confusion) -> Option<f64> {
    let [_, fault] = classes(counts);
    fault.f1
}

/// Precision, recall and F1 of the normal class and of the fault class.
pub fn classes(counts: &Confusion) -> [ClassScores; 2] {
    [class(counts.tn, counts.missed, counts.fp), class(counts.tp, counts.fp, counts.missed)]
}

fn class(right: u64, wrongly_given: u64, wrongly_withheld: u64) -> ClassScores {
    let [hit, given, held] = [right, right + wrongly_given, right + wrongly_withheld].map(|n| n as f64);
    ClassScores {
        precision: ratio(hit, given),
        recall: ratio(hit, held),
        f1: ratio(2.0 * hit, given + held),
        support: right + wrongly_withheld,
    }
}

/// Unweighted mean of the classes; undefined where a class is.
pub fn mean_scores(classes: &[ClassScores; 2]) -> ClassScores {
    averaged(classes, [1.0; 2])
}

/// Mean of the classes weighted by their support; a class without windows has no part in it.
///
/// The weighted recall is the accuracy: `Σ (n_c / n) (right_c / n_c)`.
pub fn weighted_scores(classes: &[ClassScores; 2]) -> ClassScores {
    averaged(classes, [classes[0].support as f64, classes[1].support as f64])
}

fn averaged(classes: &[ClassScores; 2], weights: [f64; 2]) -> ClassScores {
    let mean = |of: fn(&ClassScores) -> Option<f64>| {
        let mut sum = 0.0;
        for (class, weight) in classes.iter().zip(weights).filter(|(_, weight)| *weight > 0.0) {
            sum += weight * of(class)?;
        }
        ratio(sum, weights[0] + weights[1])
    };
    ClassScores {
        precision: mean(|class| class.precision),
        recall: mean(|class| class.recall),
        f1: mean(|class| class.f1),
        support: classes[0].support + classes[1].support,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_that_of_the_oracle() {
        // MODELS.md F.10.
        let counts = Confusion { tn: 4, fp: 2, missed: 1, tp: 3 };
        let classes = classes(&counts);
        let table = [
            (classes[0], [0.8, 0.666_667, 0.727_273], 6),
            (classes[1], [0.6, 0.75, 0.666_667], 4),
            (mean_scores(&classes), [0.7, 0.708_333, 0.696_970], 10),
            (weighted_scores(&classes), [0.72, 0.7, 0.703_030], 10),
        ];
        for (found, wanted, support) in table {
            assert_eq!(found.support, support);
            for (found, wanted) in [found.precision, found.recall, found.f1].into_iter().zip(wanted) {
                assert!((found.expect("defined") - wanted).abs() < 1e-6, "{found:?} is not {wanted}");
            }
        }
        assert_eq!(accuracy(&counts), Some(0.7));
    }

    #[test]
    fn a_class_that_does_not_occur_is_undefined() {
        // The chronological split of a run with one fault: no fault in the part that is scored (MODELS.md B.7).
        let silent = Confusion { tn: 5, ..Confusion::default() };
        let classes = classes(&silent);
        assert_eq!((classes[1].precision, classes[1].recall, classes[1].f1), (None, None, None));
        assert_eq!(mean_scores(&classes).recall, None);
        assert_eq!(weighted_scores(&classes).recall, Some(1.0));
        assert_eq!((balanced_accuracy(&silent), matthews(&silent)), (None, None));
        assert_eq!(accuracy(&Confusion::default()), None);
    }

    proptest::proptest! {
        #[test]
        fn the_weighted_recall_is_the_accuracy(windows in proptest::collection::vec(proptest::bool::ANY, 2..80)) {
            let (flags, labels) = windows.split_at(windows.len() / 2);
            let counts = confusion(flags, labels);
            let weighted = weighted_scores(&classes(&counts)).recall.expect("windows");
            proptest::prop_assert!((weighted - accuracy(&counts).expect("windows")).abs() < 1e-12);
        }
    }
}
