//! Split-conformal prediction intervals: forecast ± a quantile of the absolute errors on validation.
//!
//! The quantile is the `⌈(n + 1) · level⌉`-th smallest of `n` errors (Lei et al., 2018). Were the errors of validation
//! and test exchangeable, intervals of this width would hold at least `level` of the test points on average. Time
//! series are not exchangeable: load drifts, and neighbouring errors go together. So the coverage is measured on the
//! test part and reported, never promised.

use super::spread;
use crate::report::IntervalResult;

/// Fewer validation errors give no interval.
pub const MIN_ERRORS: usize = 10;

/// Absolute errors of one training.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AbsoluteErrors {
    /// On the validation part.
    pub validation: Vec<f64>,
    /// On the test part.
    pub test: Vec<f64>,
}

/// Half width of the interval; `None` with fewer than [`MIN_ERRORS`] errors, or where so few cannot vouch for the
/// level.
pub fn conformal(validation_abs_errors: &[f64], level: f64) -> Option<f64> {
    let n = validation_abs_errors.len();
    // The product may lie a rounding error above a whole number.
    let rank = ((n as f64 + 1.0) * level - 1e-9).ceil();
    if n < MIN_ERRORS || !(1.0..=n as f64).contains(&rank) {
        return None;
    }
    let mut sorted = validation_abs_errors.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Some(sorted[rank as usize - 1]).filter(|width| width.is_finite())
}

/// Share of errors that an interval holds, its ends included; `None` without errors.
pub fn coverage(test_abs_errors: &[f64], half_width: f64) -> Option<f64> {
    let n_inside = test_abs_errors.iter().filter(|error| **error <= half_width).count();
    (!test_abs_errors.is_empty()).then(|| n_inside as f64 / test_abs_errors.len() as f64)
}

/// The interval of a model, over its seeds; `None` where one of them has none.
pub fn interval(level: f64, seeds: &[AbsoluteErrors]) -> Option<IntervalResult> {
    let widths: Vec<Option<f64>> = seeds.iter().map(|errors| conformal(&errors.validation, level)).collect();
    let inside = seeds.iter().zip(&widths).map(|(errors, width)| coverage(&errors.test, (*width)?));
    Some(IntervalResult {
        level,
        coverage: spread(inside)?,
        half_width: spread(widths.iter().copied())?,
        n_validation: seeds.first()?.validation.len() as u64,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.01, 0.02, …, the largest first.
    fn errors(n: usize) -> Vec<f64> {
        (1..=n).rev().map(|k| k as f64 / 100.0).collect()
    }

    #[test]
    fn the_quantile_has_its_finite_sample_correction() {
        // ⌈20 · 0.9⌉ = 18th of 19, ⌈100 · 0.9⌉ = 90th of 99, ⌈101 · 0.9⌉ = 91st of 100.
        assert_eq!(conformal(&errors(19), 0.9), Some(0.18));
        assert_eq!(conformal(&errors(99), 0.9), Some(0.90));
        assert_eq!(conformal(&errors(100), 0.9), Some(0.91));
        // 0.07 · 100 is 7.000000000000001 in binary; the seventh is meant.
        assert_eq!(conformal(&errors(99), 0.07), Some(0.07));
    }

    #[test]
    fn too_few_errors_vouch_for_nothing() {
        assert_eq!(conformal(&errors(9), 0.5), None);
        assert_eq!(conformal(&errors(10), 0.9), Some(0.10));
        assert_eq!(conformal(&errors(10), 0.95), None, "the 11th of 10");
        assert_eq!(conformal(&errors(30), f64::NAN), None);
        assert_eq!(conformal(&errors(30), 0.0), None);
        assert_eq!(conformal(&[f64::INFINITY; 20], 0.5), None);
    }

    #[test]
    fn coverage_counts_the_ends() {
        assert_eq!(coverage(&[0.1, 0.2, 0.3, 0.4], 0.2), Some(0.5));
        assert_eq!(coverage(&[], 0.2), None);
    }

    #[test]
    fn an_interval_is_over_all_seeds_or_none() {
        let seed = |scale: f64| AbsoluteErrors {
            validation: errors(19).iter().map(|error| error * scale).collect(),
            test: vec![0.1, 0.2, 0.3, 0.4],
        };
        let found = interval(0.9, &[seed(1.0), seed(2.0)]).expect("19 errors each");
        assert!((found.half_width.mean - 0.27).abs() < 1e-12);
        assert!((found.coverage.mean - 0.5).abs() < 1e-12, "0.25 and 0.75");
        assert_eq!((found.level, found.n_validation), (0.9, 19));
        assert_eq!(interval(0.9, &[seed(1.0), AbsoluteErrors::default()]), None);
        assert_eq!(interval(0.9, &[]), None);
    }

    proptest::proptest! {
        #[test]
        fn at_least_the_level_of_the_validation_errors_lies_inside(
            errors in proptest::collection::vec(0.0_f64..1.0, 10..200), level in 0.05_f64..0.99,
        ) {
            if let Some(width) = conformal(&errors, level) {
                proptest::prop_assert!(coverage(&errors, width).expect("some errors") >= level);
                let mut turned = errors.clone();
                turned.reverse();
                proptest::prop_assert_eq!(conformal(&turned, level), Some(width));
            }
        }
    }
}
