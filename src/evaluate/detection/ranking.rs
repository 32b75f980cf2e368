//! Windows in the order of their scores, and the areas that follow from it.

use super::ratio;

/// What stands at or above one of the distinct scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// The score.
    pub threshold: f32,
    /// Weight of the labelled windows with at least this score.
    pub tp: f64,
    /// Weight of the other windows with at least this score.
    pub fp: f64,
}

/// Windows by descending score. A score that is not a number counts as the lowest.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Score, label and index of each window.
    pub(super) ranked: Vec<(f32, bool, usize)>,
}

impl Ranking {
    /// Sorts the windows, `O(n log n)`.
    pub fn new(scores: &[f32], labels: &[bool]) -> Self {
        let lowest = |score: f32| if score.is_nan() { f32::NEG_INFINITY } else { score };
        let windows = scores.iter().zip(labels).enumerate();
        let mut ranked: Vec<_> = windows.map(|(idx, (&score, &label))| (lowest(score), label, idx)).collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
        Self { ranked }
    }

    /// One cut per distinct score, descending; every window counts once.
    pub fn cuts(&self) -> Vec<Cut> {
        self.weighted_cuts(|_| 1.0)
    }

    /// The same with a weight for each window, say how often a bootstrap drew it.
    pub fn weighted_cuts(&self, weight: impl Fn(usize) -> f64) -> Vec<Cut> {
        let mut cuts: Vec<Cut> = Vec::new();
        let (mut tp, mut fp) = (0.0, 0.0);
        for &(threshold, label, idx) in &self.ranked {
            *(if label { &mut tp } else { &mut fp }) += weight(idx);
            match cuts.last_mut() {
                Some(cut) if cut.threshold == threshold => *cut = Cut { threshold, tp, fp },
                _ => cuts.push(Cut { threshold, tp, fp }),
            }
        }
        cuts
    }
}

/// Area under the ROC curve, ties counted ½ (Mann-Whitney). `None` unless both classes occur.
pub fn roc_auc(cuts: &[Cut]) -> Option<f64> {
    let end = cuts.last()?;
    let (mut area, mut before) = (0.0, Cut { threshold: 0.0, tp: 0.0, fp: 0.0 });
    for &cut in cuts {
        area += (cut.fp - before.fp) * (cut.tp + before.tp) / 2.0;
        before = cut;
    }
    ratio(area, end.tp * end.fp)
}

/// `Σ (R_k − R_{k−1}) P_k` over distinct scores, not the trapezoid. `None` without a labelled window.
pub fn average_precision(cuts: &[Cut]) -> Option<f64> {
    let (mut sum, mut tp) = (0.0, 0.0);
    for cut in cuts {
        // Where nothing has weight yet, nothing is gained either.
        sum += (cut.tp - tp) * ratio(cut.tp, cut.tp + cut.fp).unwrap_or(0.0);
        tp = cut.tp;
    }
    ratio(sum, tp)
}

/// Smallest false positive rate at which the recall is at least `recall`. `None` unless both classes occur.
pub fn fpr_at_recall(cuts: &[Cut], recall: f64) -> Option<f64> {
    let end = cuts.last()?;
    let reached = cuts.iter().find(|cut| end.tp > 0.0 && cut.tp >= recall * end.tp)?;
    ratio(reached.fp, end.fp)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cuts(scores: &[f32], labels: &[u8]) -> Vec<Cut> {
        Ranking::new(scores, &labels.iter().map(|&label| label == 1).collect::<Vec<_>>()).cuts()
    }

    #[test]
    fn areas_are_those_of_the_oracle() {
        // MODELS.md F.10.
        let table: [(&[f32], &[u8], f64, f64); 3] = [
            (&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1], 0.75, 0.833_333),
            (&[0.5, 0.5, 0.2, 0.8], &[0, 1, 0, 1], 0.875, 0.833_333),
            (&[0.3; 5], &[0, 0, 1, 0, 0], 0.5, 0.2),
        ];
        for (scores, labels, auc, ap) in table {
            let cuts = cuts(scores, labels);
            assert!((roc_auc(&cuts).expect("two classes") - auc).abs() < 1e-6, "{scores:?}");
            assert!((average_precision(&cuts).expect("a label") - ap).abs() < 1e-6, "{scores:?}");
        }
    }

    #[test]
    fn one_class_has_no_area() {
        for labels in [&[0, 0][..], &[1, 1], &[]] {
            let cuts = cuts(&[0.2, 0.7], labels);
            assert_eq!((roc_auc(&cuts), fpr_at_recall(&cuts, 0.95)), (None, None));
        }
        assert_eq!(average_precision(&cuts(&[0.2, 0.7], &[0, 0])), None);
        assert_eq!(average_precision(&cuts(&[0.2, 0.7], &[1, 1])), Some(1.0));
    }

    #[test]
    fn a_weight_of_two_is_the_window_twice() {
        let weights = [2.0, 0.0, 1.0, 3.0];
        let ranking = Ranking::new(&[0.4, 0.9, 0.4, 0.1], &[true, false, false, true]);
        let twice = cuts(&[0.4, 0.4, 0.4, 0.1, 0.1, 0.1], &[1, 1, 0, 1, 1, 1]);
        let weighted = ranking.weighted_cuts(|idx| weights[idx]);
        assert_eq!(roc_auc(&weighted), roc_auc(&twice));
        assert_eq!(average_precision(&weighted), average_precision(&twice));
    }

    #[test]
    fn the_rate_is_that_of_the_first_cut_with_enough_recall() {
        let cuts = cuts(&[0.9, 0.8, 0.7, 0.6, 0.5], &[1, 0, 1, 0, 0]);
        assert_eq!(fpr_at_recall(&cuts, 0.5), Some(0.0));
        assert_eq!(fpr_at_recall(&cuts, 0.95), Some(1.0 / 3.0));
    }

    #[test]
    fn what_is_not_a_number_comes_last() {
        let cuts = cuts(&[f32::NAN, 0.2, f32::NEG_INFINITY], &[1, 0, 1]);
        assert_eq!(cuts.iter().map(|cut| (cut.tp, cut.fp)).collect::<Vec<_>>(), [(0.0, 1.0), (2.0, 1.0)]);
    }
}
