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
    let mut comparisons = pairs(series, score_step);
    judge(&mut comparisons);
    comparisons
}

/// Every pair of models at every step ahead, corrected over all steps together.
///
/// Takes and gives `(step, …)`, in the same order.
pub fn compare_all_horizons(horizons: &[(usize, Vec<LossSeries>)]) -> Vec<(usize, Vec<Comparison>)> {
    let by_step: Vec<Vec<Comparison>> = horizons.iter().map(|(step, series)| pairs(series, *step)).collect();
    let lengths: Vec<usize> = by_step.iter().map(Vec::len).collect();
    let mut all: Vec<Comparison> = by_step.into_iter().flatten().collect();
    judge(&mut all);
    let mut judged = all.into_iter();
    let steps = horizons.iter().zip(lengths);
    steps.map(|((step, _), n)| (*step, judged.by_ref().take(n).collect())).collect()
}

/// Each of the others (`a`) against a reference (`b`) on the same origins, corrected together.
pub fn compare_to(reference: &LossSeries, others: &[LossSeries], score_step: usize) -> Vec<Comparison> {
    let mut comparisons: Vec<Comparison> = others.iter().map(|other| compare(other, reference, score_step)).collect();
    judge(&mut comparisons);
    comparisons
}

fn pairs(series: &[LossSeries], score_step: usize) -> Vec<Comparison> {
    let pairs = (0..series.len()).flat_map(|a| (a + 1..series.len()).map(move |b| (a, b)));
    pairs.map(|(a, b)| compare(&series[a], &series[b], score_step)).collect()
}

/// Corrects one family of comparisons and decides each.
fn judge(comparisons: &mut [Comparison]) {
    holm(comparisons);
    comparisons.iter_mut().for_each(decide);
}

fn compare(a: &LossSeries, b: &LossSeries, score_step: usize) -> Comparison {
    let same_origins = a.losses.len() == b.losses.len();
    let pairs = a.losses.iter().zip(&b.losses).filter(|_| same_origins);
    let differences: Vec<f64> = pairs.filter_map(|(a, b)| Some((*a)? - (*b)?)).collect();
    let enough = differences.len() >= MIN_ORIGINS;
    let p = if enough { p_value(&differences, score_step.saturating_sub(1).max(5)) } else { None };
    let reason = match (enough, p) {
        _ if !same_origins => "the two are scored at different origins".to_owned(),
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
    fn steps_ahead_are_corrected_together_and_keep_their_order() {
        let models = [series("a", noise), series("b", |t| noise(t + 1000) + 0.08)];
        let alone = compare_all(&models, 1);
        let horizons = [(1, models.to_vec()), (12, models[..1].to_vec()), (6, models.to_vec())];
        let found = compare_all_horizons(&horizons);
        let shape: Vec<(usize, usize)> = found.iter().map(|(step, comparisons)| (*step, comparisons.len())).collect();
        assert_eq!(shape, [(1, 1), (12, 0), (6, 1)]);
        // Steps 1 and 6 both use lag 5, so the same p value is corrected for two tests instead of one.
        let (one, two) = (alone[0].p_holm.expect("tested"), found[0].1[0].p_holm.expect("tested"));
        assert!((two - 2.0 * one).abs() < 1e-12, "{one} and {two}");
        assert_eq!(found[0].1[0].p, found[2].1[0].p);
        assert_eq!(compare_all_horizons(&[(1, models.to_vec())])[0].1, alone);
    }

    #[test]
    fn variants_stand_first_and_the_reference_second() {
        let full = series("full", noise);
        let others = [series("worse", |t| noise(t + 1000) + 1.0), series("same", |t| noise(t + 2000))];
        let found = compare_to(&full, &others, 1);
        assert_eq!((found[0].a.as_str(), found[0].b.as_str(), found[0].outcome), ("worse", "full", Outcome::Worse));
        assert_eq!(found[1].outcome, Outcome::NoDifference);
        assert!(found[1].interval.is_some_and(|(low, high)| low < 0.0 && high > 0.0));
    }

    #[test]
    fn series_of_different_origins_are_not_compared() {
        let mut short = series("short", noise);
        short.losses.truncate(150);
        let found = compare_to(&series("full", |t| noise(t) + 1.0), &[short], 1);
        assert_eq!((found[0].outcome, found[0].p, found[0].difference), (Outcome::Undefined, None, 0.0));
        assert_eq!(found[0].reason, "the two are scored at different origins");
    }

    #[test]
    fn bartlett_weights_by_hand() {
        // Centred -2, 0, 2: covariances 8/3, 0 and -4/3, weights 1, 2/3, 1/3.
        let values = [1.0, 3.0, 5.0];
        assert!((newey_west(&values, 2) - (8.0 / 3.0 - 2.0 / 3.0 * 4.0 / 3.0)).abs() < 1e-12);
        assert!((newey_west(&values, 0) - 8.0 / 3.0).abs() < 1e-12);
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config::with_cases(32))]
        #[test]
        fn no_verdict_where_the_interval_holds_zero(shift in -0.3_f64..0.3, step in 1_usize..13, seed in 0_usize..9) {
            let models = [series("a", noise), series("b", |t| noise(t + 1000 * (seed + 1)) + shift)];
            for comparison in compare_all(&models, step) {
                let (low, high) = comparison.interval.expect("200 origins");
                if low <= 0.0 && high >= 0.0 {
                    proptest::prop_assert_eq!(comparison.outcome, Outcome::NoDifference);
                }
                proptest::prop_assert!(low <= high && comparison.p_holm >= comparison.p);
            }
        }
    }

    #[test]
    fn the_interval_holds_the_mean() {
        let values: Vec<f64> = (0..100).map(noise).collect();
        let (low, high) = bootstrap_interval(&values);
        assert!(low < mean(&values) && mean(&values) < high);
    }
}
