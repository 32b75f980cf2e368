//! Is one model better than another? Diebold-Mariano with Newey-West variance, Holm correction and a moving-block
//! bootstrap interval, on per-origin mean squared errors (MODELS.md A.12).

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::report::{Comparison, Outcome};
use crate::stream::Stream;

/// Length of a bootstrap block, in origins.
const BLOCK: usize = 12;
/// Bootstrap resamples.
const RESAMPLES: usize = 2000;
/// Fewer origins cannot be tested.
const MIN_ORIGINS: usize = 24;

/// Mean squared error of a model at each test origin, averaged over its seeds; origins in time order.
#[derive(Debug, Clone, PartialEq)]
pub struct LossSeries {
    /// Model id.
    pub id: String,
    /// One loss per origin; `None` where no point was scored.
    pub losses: Vec<Option<f64>>,
}

/// Every pair of models, each once, corrected together.
///
/// `score_step` is the horizon: forecasts that far ahead have errors correlated up to that lag.
pub fn compare_all(series: &[LossSeries], score_step: usize) -> Vec<Comparison> {
    let pairs = (0..series.len()).flat_map(|a| (a + 1..series.len()).map(move |b| (a, b)));
    let mut comparisons: Vec<Comparison> = pairs.map(|(a, b)| compare(&series[a], &series[b], score_step)).collect();
    holm(&mut comparisons);
    comparisons.iter_mut().for_each(decide);
    comparisons
}

/// Every pair of models at every step ahead, all corrected together.
pub fn compare_all_horizons(steps: &[(usize, Vec<LossSeries>)]) -> Vec<(usize, Vec<Comparison>)> {
    steps.iter().map(|(step, series)| (*step, compare_all(series, *step))).collect()
}

/// Each series against a reference, corrected together.
pub fn compare_to(reference: &LossSeries, others: &[LossSeries], step: usize) -> Vec<Comparison> {
    others.iter().map(|other| compare(other, reference, step)).collect()
}

fn compare(a: &LossSeries, b: &LossSeries, score_step: usize) -> Comparison {
    let pairs = a.losses.iter().zip(&b.losses);
    let differences: Vec<f64> = pairs.filter_map(|(a, b)| Some((*a)? - (*b)?)).collect();
    let enough = differences.len() >= MIN_ORIGINS;
    let p = if enough { p_value(&differences, score_step.saturating_sub(1).max(5)) } else { None };
    let reason = match (enough, p) {
        (false, _) => format!("only {} origins are scored, and the test needs {MIN_ORIGINS}", differences.len()),
        (true, None) => "the two models make the same errors everywhere".to_owned(),
        (true, Some(_)) => String::new(),
    };
    Comparison {
        a: a.id.clone(),
        b: b.id.clone(),
        difference: mean(&differences),
        interval: p.map(|_| bootstrap_interval(&differences)),
        p,
        p_holm: None,
        outcome: Outcome::Undefined,
        reason,
    }
}

/// Two-sided p value of a zero mean; `None` if the differences have no variance.
///
/// Harvey, Leybourne and Newbold's small-sample form: Student's t with n - 1 degrees of freedom.
fn p_value(differences: &[f64], lag: usize) -> Option<f64> {
    let n = differences.len() as f64;
    let variance = newey_west(differences, lag) / n;
    if variance <= 0.0 || !variance.is_finite() {
        return None;
    }
    let statistic = mean(differences) / variance.sqrt();
    let student = StudentsT::new(0.0, 1.0, n - 1.0).ok()?;
    Some(2.0 * (1.0 - student.cdf(statistic.abs())))
}

/// Long-run variance with Bartlett weights, which keep it from being negative.
fn newey_west(values: &[f64], lag: usize) -> f64 {
    let centre = mean(values);
    let centred: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let covariance = |lag: usize| {
        let products = centred.iter().zip(&centred[lag..]).map(|(a, b)| a * b);
        products.sum::<f64>() / values.len() as f64
    };
    let bartlett = |lag_now: usize| 1.0 - lag_now as f64 / (lag as f64 + 1.0);
    covariance(0) + (1..=lag.min(values.len() - 1)).map(|lag| 2.0 * bartlett(lag) * covariance(lag)).sum::<f64>()
}

/// 2.5 % and 97.5 % quantiles of the mean over resampled blocks.
fn bootstrap_interval(values: &[f64]) -> (f64, f64) {
    let n = values.len();
    let block = BLOCK.min(n);
    let rng = &mut Stream::Bootstrap.rng(0, "");
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let blocks = (0..n.div_ceil(block)).flat_map(|_| {
                let start = rng.below(n - block + 1);
                &values[start..start + block]
            });
            blocks.take(n).sum::<f64>() / n as f64
        })
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| means[((RESAMPLES - 1) as f64 * share).round() as usize];
    (at(0.025), at(0.975))
}

/// Holm's step-down correction over all defined p values.
fn holm(comparisons: &mut [Comparison]) {
    let mut order: Vec<usize> = (0..comparisons.len()).filter(|&idx| comparisons[idx].p.is_some()).collect();
    order.sort_by(|&a, &b| comparisons[a].p.partial_cmp(&comparisons[b].p).unwrap_or(std::cmp::Ordering::Equal));
    let n = order.len();
    let mut floor = 0.0_f64;
    for (rank, idx) in order.into_iter().enumerate() {
        let adjusted = comparisons[idx].p.map_or(1.0, |p| (p * (n - rank) as f64).min(1.0));
        floor = floor.max(adjusted);
        comparisons[idx].p_holm = Some(floor);
    }
}

/// "Clearly" needs both: adjusted p below .05 and an interval without 0.
fn decide(comparison: &mut Comparison) {
    let (Some(p), Some((low, high))) = (comparison.p_holm, comparison.interval) else { return };
    comparison.outcome = match (p < 0.05, high < 0.0, low > 0.0) {
        (true, true, _) => Outcome::Better,
        (true, _, true) => Outcome::Worse,
        _ => Outcome::NoDifference,
    };
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(id: &str, loss: impl Fn(usize) -> f64) -> LossSeries {
        LossSeries { id: id.to_owned(), losses: (0..200).map(|t| Some(loss(t))).collect() }
    }

    fn noise(t: usize) -> f64 {
        f64::from(Stream::Data.rng(t as u32, "noise").unit())
    }

    #[test]
    fn a_large_difference_is_clear_and_has_a_sign() {
        let found = compare_all(&[series("good", noise), series("bad", |t| noise(t + 1000) + 1.0)], 1);
        assert_eq!(found[0].outcome, Outcome::Better);
        let found = compare_all(&[series("bad", |t| noise(t + 1000) + 1.0), series("good", noise)], 1);
        assert_eq!(found[0].outcome, Outcome::Worse);
    }

    #[test]
    fn noise_alone_is_no_difference() {
        let found = compare_all(&[series("a", noise), series("b", |t| noise(t + 1000))], 1);
        assert_eq!(found[0].outcome, Outcome::NoDifference);
    }

    #[test]
    fn equal_models_and_short_tests_are_undefined_with_a_reason() {
        let same = compare_all(&[series("a", noise), series("b", noise)], 1);
        assert_eq!(same[0].outcome, Outcome::Undefined);
        assert!(same[0].reason.contains("same errors"));
        let short = LossSeries { id: "s".to_owned(), losses: vec![Some(1.0); 5] };
        assert!(compare_all(&[short.clone(), short], 1)[0].reason.contains("only 5"));
    }

    #[test]
    fn white_noise_has_its_plain_variance_and_positive_correlation_has_more() {
        let white: Vec<f64> = (0..5000).map(noise).collect();
        assert!((newey_west(&white, 5) * 12.0 - 1.0).abs() < 0.1);
        let smooth: Vec<f64> = white.windows(5).map(mean).collect();
        assert!(newey_west(&smooth, 5) > 2.0 * newey_west(&smooth, 0));
    }

    #[test]
    fn holm_adjusts_by_rank_and_never_decreases() {
        let mut comparisons = compare_all(
            &[series("a", noise), series("b", |t| noise(t + 1000) + 0.05), series("c", |t| noise(t + 2000) + 0.1)],
            1,
        );
        comparisons.iter_mut().zip([0.01, 0.04, 0.03]).for_each(|(c, p)| c.p = Some(p));
        holm(&mut comparisons);
        let adjusted: Vec<f64> = comparisons.iter().filter_map(|c| c.p_holm).collect();
        for (found, wanted) in adjusted.iter().zip([0.03, 0.06, 0.06]) {
            assert!((found - wanted).abs() < 1e-12, "{adjusted:?}");
        }
    }

    #[test]
    fn the_interval_holds_the_mean() {
        let values: Vec<f64> = (0..100).map(noise).collect();
        let (low, high) = bootstrap_interval(&values);
        assert!(low < mean(&values) && mean(&values) < high);
    }
}
