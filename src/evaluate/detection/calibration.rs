//! Do scores mean what they say? Only asked of scores between 0 and 1.

use super::outcome::ReliabilityBin;
use super::ratio;

/// Bins of equal width.
const BINS: usize = 10;

fn probabilities(scores: &[f32]) -> bool {
    !scores.is_empty() && scores.iter().all(|score| (0.0..=1.0).contains(score))
}

/// Mean squared distance of scores from labels. `None` if a score is no probability.
pub fn brier(scores: &[f32], labels: &[bool]) -> Option<f64> {
    let squares = || scores.iter().zip(labels).map(|(&p, &label)| (f64::from(p) - f64::from(u8::from(label))).powi(2));
    probabilities(scores).then(|| squares().sum::<f64>() / scores.len() as f64)
}

/// Mean score against the share of labelled windows, in ten bins of equal width; empty bins are left out, and all of
/// them if a score is no probability.
pub fn reliability(scores: &[f32], labels: &[bool]) -> Vec<ReliabilityBin> {
    let mut sums = [(0_u64, 0.0, 0.0); BINS];
    for (&score, &label) in scores.iter().zip(labels).filter(|_| probabilities(scores)) {
        let bin = &mut sums[((score * BINS as f32) as usize).min(BINS - 1)];
        *bin = (bin.0 + 1, bin.1 + f64::from(score), bin.2 + f64::from(u8::from(label)));
    }
    let filled = sums.into_iter().filter(|bin| bin.0 > 0);
    filled.map(|(n, score, share)| ReliabilityBin { score: score / n as f64, share: share / n as f64, n }).collect()
}

/// What a probability learned from balanced classes means where the share of faults is `prior` (MODELS.md B.8).
///
/// `None` where it would be 0/0: certain of what never occurs.
pub fn prior_shift(probability: f64, prior: f64) -> Option<f64> {
    let fault = probability * prior;
    ratio(fault, fault + (1.0 - probability) * (1.0 - prior))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_shift_is_that_of_the_oracle() {
        // MODELS.md F.10.
        for (p, wanted) in [(0.5, 0.1875), (0.47, 0.1699), (0.52, 0.2000), (0.8125, 0.5)] {
            let found = prior_shift(p, 0.1875).expect("defined");
            assert!((found - wanted).abs() < 5e-5, "{p}: {found}");
            // The same on logits: `logit(p) + logit(π) − logit(½)`.
            let logit = (p / (1.0 - p)).ln() + (0.1875_f64 / (1.0 - 0.1875)).ln();
            assert!((1.0 / (1.0 + (-logit).exp()) - found).abs() < 1e-12);
        }
        assert_eq!(prior_shift(1.0, 0.0), None);
    }

    #[test]
    fn a_sure_detector_that_is_right_has_a_brier_score_of_zero() {
        assert_eq!(brier(&[1.0, 0.0], &[true, false]), Some(0.0));
        assert_eq!(brier(&[1.0, 0.0], &[false, true]), Some(1.0));
        assert_eq!(brier(&[0.5, 1.5], &[true, false]), None);
        assert_eq!(brier(&[], &[]), None);
    }

    #[test]
    fn bins_hold_every_window_once() {
        let bins = reliability(&[0.0, 0.05, 0.95, 1.0], &[false, true, true, true]);
        let found: Vec<_> = bins.iter().map(|bin| (bin.share, bin.n)).collect();
        assert_eq!(found, [(0.5, 2), (1.0, 2)]);
        assert_eq!(reliability(&[0.5, f32::NAN], &[true, false]), []);
    }
}
