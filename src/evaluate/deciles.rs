//! Errors by tenth of the load: whether a model fails where it matters, at the bursts (MODELS.md A.10).

use super::{Point, spread};
use crate::report::DecileResult;

/// Targets of one tenth, percent / 100 or the unit of the target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tenth {
    /// Smallest.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

/// Errors of the points of one tenth.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ErrorSums {
    /// Scored points.
    pub n: u64,
    /// Sum of squared errors.
    pub squared: f64,
    /// Sum of forecast minus truth.
    pub bias: f64,
}

impl ErrorSums {
    /// Root of the mean squared error; `None` without points.
    pub fn rmse(&self) -> Option<f64> {
        (self.n > 0).then(|| (self.squared / self.n as f64).sqrt())
    }

    /// Mean of forecast minus truth; `None` without points.
    pub fn mean_bias(&self) -> Option<f64> {
        (self.n > 0).then(|| self.bias / self.n as f64)
    }
}

/// The tenths of the observed targets, from the lowest to the highest.
///
/// The `k`-th ends at the `⌈k n / 10⌉`-th smallest target. Equal targets stay together in the lowest tenth that holds
/// one of them, so many equal ones, or fewer than ten, give fewer tenths. NaN is left out.
pub fn deciles(truths: &[f64]) -> Vec<Tenth> {
    let mut sorted: Vec<f64> = truths.iter().copied().filter(|truth| !truth.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut tenths: Vec<Tenth> = Vec::new();
    let mut start = 0;
    for end in (1..=10).map(|k| (k * sorted.len()).div_ceil(10)) {
        if end <= start {
            continue;
        }
        let tenth = Tenth { low: sorted[start], high: sorted[end - 1] };
        start = sorted.partition_point(|&truth| truth <= tenth.high);
        tenths.push(tenth);
    }
    tenths
}

/// Sums of each tenth: every point with a target counts in exactly one of them.
///
/// A target between two tenths belongs to the upper one, a target above all to the last. Empty without tenths.
pub fn by_decile(points: impl Iterator<Item = Point>, tenths: &[Tenth]) -> Vec<ErrorSums> {
    let mut sums = vec![ErrorSums::default(); tenths.len()];
    for point in points.filter(|point| !point.truth.is_nan()) {
        let place = tenths.partition_point(|tenth| tenth.high < point.truth).min(tenths.len().saturating_sub(1));
        if let Some(sum) = sums.get_mut(place) {
            let error = point.forecast - point.truth;
            sum.n += 1;
            sum.squared += error * error;
            sum.bias += error;
        }
    }
    sums
}

/// The tenths of a model, over its seeds (one result of [`by_decile`] each).
pub fn decile_results(tenths: &[Tenth], seeds: &[Vec<ErrorSums>]) -> Vec<DecileResult> {
    let of_tenth = |idx: usize| seeds.iter().filter_map(move |sums| sums.get(idx));
    let result = |(idx, tenth): (usize, &Tenth)| DecileResult {
        low: tenth.low,
        high: tenth.high,
        n: of_tenth(idx).next().map_or(0, |sums| sums.n),
        rmse: spread(of_tenth(idx).map(ErrorSums::rmse)),
        bias: spread(of_tenth(idx).map(ErrorSums::mean_bias)),
    };
    tenths.iter().enumerate().map(result).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(pairs: &[(f64, f64)]) -> Vec<Point> {
        pairs.iter().map(|&(truth, forecast)| Point { truth, forecast, naive: f64::NAN }).collect()
    }

    fn ends(truths: &[f64]) -> Vec<(f64, f64)> {
        deciles(truths).iter().map(|tenth| (tenth.low, tenth.high)).collect()
    }

    #[test]
    fn twenty_targets_are_ten_pairs() {
        let truths: Vec<f64> = (1..=20).rev().map(f64::from).collect();
        let found = ends(&truths);
        assert_eq!(found.len(), 10);
        assert_eq!((found[0], found[9]), ((1.0, 2.0), (19.0, 20.0)));
    }

    #[test]
    fn equal_targets_stay_together_and_few_targets_give_few_tenths() {
        let mut truths = vec![0.0; 95];
        truths.extend([1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(ends(&truths), [(0.0, 0.0), (1.0, 5.0)]);
        assert_eq!(ends(&[3.0, 1.0, 2.0]), [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)]);
        assert_eq!(ends(&[7.0; 40]), [(7.0, 7.0)]);
        assert_eq!(ends(&[f64::NAN]), []);
    }

    #[test]
    fn sums_are_those_by_hand() {
        let tenths = deciles(&[0.1, 0.5]);
        let sums = by_decile(points(&[(0.1, 0.2), (0.5, 0.3), (0.4, 0.5), (0.9, 0.9)]).into_iter(), &tenths);
        assert_eq!((sums[0].n, sums[1].n), (1, 3));
        assert!((sums[0].rmse().expect("a point") - 0.1).abs() < 1e-12);
        assert!((sums[1].squared - 0.05).abs() < 1e-12 && (sums[1].bias + 0.1).abs() < 1e-12);
        assert_eq!(ErrorSums::default().rmse(), None);
        assert_eq!(by_decile(points(&[(0.1, 0.2)]).into_iter(), &[]), []);
    }

    #[test]
    fn results_are_means_over_the_seeds() {
        let tenths = deciles(&[0.1, 0.5]);
        let seed = |shift: f64| by_decile(points(&[(0.1, 0.1 + shift)]).into_iter(), &tenths);
        let found = decile_results(&tenths, &[seed(0.1), seed(-0.3)]);
        let (rmse, bias) = (found[0].rmse.expect("a point"), found[0].bias.expect("a point"));
        assert!((rmse.mean - 0.2).abs() < 1e-12 && (bias.mean + 0.1).abs() < 1e-12);
        assert_eq!((found[0].n, found[1].n, found[1].rmse), (1, 0, None));
    }

    proptest! {
        #[test]
        fn tenths_part_the_points(truths in proptest::collection::vec(0_u8..40, 0..300)) {
            let truths: Vec<f64> = truths.into_iter().map(f64::from).collect();
            let tenths = deciles(&truths);
            prop_assert!(tenths.len() <= 10);
            prop_assert!(tenths.is_sorted_by(|a, b| a.high < b.low));
            let inside = |tenth: &Tenth| truths.iter().filter(|&&truth| tenth.low <= truth && truth <= tenth.high).count();
            let all = truths.iter().map(|&truth| Point { truth, forecast: 0.0, naive: 0.0 });
            let sums = by_decile(all, &tenths);
            for (tenth, sum) in tenths.iter().zip(&sums) {
                prop_assert_eq!(inside(tenth) as u64, sum.n);
                prop_assert!(sum.n > 0 && truths.contains(&tenth.low) && truths.contains(&tenth.high));
            }
            prop_assert_eq!(sums.iter().map(|sum| sum.n).sum::<u64>(), truths.len() as u64);
        }

        #[test]
        fn distinct_targets_fill_tenths_evenly(n in 10_usize..500) {
            let truths: Vec<f64> = (0..n).map(|k| k as f64).collect();
            let tenths = deciles(&truths);
            prop_assert_eq!(tenths.len(), 10);
            let all = truths.iter().map(|&truth| Point { truth, forecast: 0.0, naive: 0.0 });
            for sum in by_decile(all, &tenths) {
                prop_assert!(sum.n as usize == n / 10 || sum.n as usize == n.div_ceil(10));
            }
        }
    }
}
