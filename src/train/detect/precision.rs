//! Average precision, for choosing an epoch (MODELS.md B.14, F.10).

/// `Σ (R_k − R_(k−1)) P_k` over the different scores, the highest first; equal scores are one step. `None` unless both
/// classes are there.
pub(super) fn average_precision(scores: &[f32], labels: &[bool]) -> Option<f64> {
    let n_positive = labels.iter().filter(|&&label| label).count();
    if n_positive == 0 || n_positive == labels.len() {
        return None;
    }
    let mut ranked: Vec<(f32, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let (mut found, mut seen, mut sum) = (0_usize, 0_usize, 0.0);
    for equal in ranked.chunk_by(|a, b| a.0 == b.0) {
        let new = equal.iter().filter(|(_, label)| *label).count();
        (found, seen) = (found + new, seen + equal.len());
        sum += new as f64 / n_positive as f64 * found as f64 / seen as f64;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.10.
    #[test]
    fn agrees_with_the_oracle() {
        let ap = |scores: &[f32], labels: &[u8]| {
            average_precision(scores, &labels.iter().map(|&label| label == 1).collect::<Vec<_>>())
        };
        let close = |found: Option<f64>, wanted: f64| assert!((found.expect("both classes") - wanted).abs() < 1e-6);
        close(ap(&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1]), 0.833_333_3);
        close(ap(&[0.5, 0.5, 0.2, 0.8], &[0, 1, 0, 1]), 0.833_333_3);
        close(ap(&[0.5; 8], &[0, 1, 0, 1, 0, 0, 0, 0]), 0.25);
        assert_eq!((ap(&[0.1, 0.2], &[0, 0]), ap(&[0.1, 0.2], &[1, 1]), ap(&[], &[])), (None, None, None));
    }
}
