//! How well scores rank windows (MODELS.md B.14); only for choices on validation and for the anchor.

/// Labels in the order of falling scores, and whether a score is the last of its equals.
fn ranked(scores: &[f64], labels: &[bool]) -> Vec<(bool, bool)> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let is_last = |at: usize| order.get(at + 1).is_none_or(|&next| scores[next] != scores[order[at]]);
    (0..order.len()).map(|at| (labels[order[at]], is_last(at))).collect()
}

/// Share of pairs of a faulty and a normal window that are in the right order, ties half. `None` for one class.
pub(super) fn roc_auc(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let (mut pairs, mut n_faulty, mut n_normal) = (0.0, 0.0, 0.0);
    let (mut tied_faulty, mut tied_normal) = (0.0, 0.0);
    for (label, is_last) in ranked(scores, labels) {
        *(if label { &mut tied_faulty } else { &mut tied_normal }) += 1.0;
        if is_last {
            pairs += tied_normal * (n_faulty + tied_faulty / 2.0);
            n_faulty += tied_faulty;
            n_normal += tied_normal;
            (tied_faulty, tied_normal) = (0.0, 0.0);
        }
    }
    (n_faulty > 0.0 && n_normal > 0.0).then(|| pairs / (n_faulty * n_normal))
}

/// `Σ (R_k − R_{k−1}) P_k` over distinct scores. `None` without faulty windows.
pub(super) fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let n_faulty = labels.iter().filter(|&&label| label).count() as f64;
    let (mut sum, mut n, mut hits, mut counted) = (0.0, 0.0, 0.0, 0.0);
    for (label, is_last) in ranked(scores, labels) {
        n += 1.0;
        hits += f64::from(u8::from(label));
        if is_last {
            sum += (hits - counted) * hits / n;
            counted = hits;
        }
    }
    (n_faulty > 0.0).then(|| sum / n_faulty)
}

/// Quantile between the two nearest values, linearly (numpy's default). `None` without values.
pub(super) fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let place = share * (values.len() as f64 - 1.0);
    let low = *values.get(place.floor() as usize)?;
    let high = *values.get(place.ceil() as usize)?;
    Some(low + (high - low) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(of: &[u8]) -> Vec<bool> {
        of.iter().map(|&label| label == 1).collect()
    }

    // MODELS.md F.10.
    #[test]
    fn areas_are_the_published_ones() {
        for (scores, of, auc, precision) in [
            ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75, 0.833_333),
            ([0.5, 0.5, 0.2, 0.8], [0, 1, 0, 1], 0.875, 0.833_333),
            ([0.3, 0.3, 0.3, 0.3], [0, 1, 0, 0], 0.5, 0.25),
        ] {
            let labels = labels(&of);
            assert!((roc_auc(&scores, &labels).expect("two classes") - auc).abs() < 1e-6);
            assert!((average_precision(&scores, &labels).expect("faults") - precision).abs() < 1e-6);
        }
    }

    #[test]
    fn one_class_has_no_area() {
        assert_eq!(roc_auc(&[1.0, 2.0], &labels(&[1, 1])), None);
        assert_eq!(average_precision(&[1.0, 2.0], &labels(&[0, 0])), None);
        assert_eq!(roc_auc(&[], &[]), None);
    }

    #[test]
    fn quantiles_lie_between_values() {
        assert_eq!(quantile(vec![4.0, 1.0, 2.0], 0.25), Some(1.5));
        assert_eq!(quantile(vec![4.0, 1.0], 1.0), Some(4.0));
        assert_eq!(quantile(Vec::new(), 0.5), None);
    }
}
