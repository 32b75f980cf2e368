//! `ewma` and `cusum`: control charts per instance (MODELS.md B.13).
//!
//! Both run over a whole run from its beginning, and the chart's state at the last snapshot of a window is its score.

use super::Scores;
use super::levels::{Levels, Moments};
use super::rank::average_precision;
use crate::detect::Fold;

/// Added to a standard deviation, in units of the fold's scale, where training-normal has about 1: an idle instance does
/// not alarm at its first stir.
const LEAST_DEVIATION: f64 = 0.1;
/// `λ` to choose from.
const RATES: [f64; 2] = [0.05, 0.2];
/// `k`: what a deviation must exceed to add up, in standard deviations.
const SLACK: f64 = 0.5;
/// `h`: the decision interval.
const INTERVAL: f64 = 5.0;

/// Runs one chart per instance over all runs: `begin` makes its state, `step` takes a level and says a score.
///
/// The score of a snapshot is the largest of its instances; a missing one says nothing, and its chart rests.
fn largest<C>(
    fold: &Fold,
    levels: &Levels,
    begin: impl Fn(usize) -> C,
    step: impl Fn(&mut C, f64) -> f64,
) -> Vec<Vec<f32>> {
    let of_run = |run: usize| {
        let mut charts: Vec<C> = (0..levels.n_instances()).map(&begin).collect();
        let of_snapshot = |(snapshot, row): (usize, &[f32])| {
            let missing = fold.missing(run as u32, snapshot as u32);
            let seen = charts.iter_mut().zip(row).zip(missing).filter(|(_, is_missing)| !**is_missing);
            seen.map(|((chart, &level), _)| step(chart, f64::from(level))).fold(0.0, f64::max) as f32
        };
        levels.snapshots(run).enumerate().map(of_snapshot).collect()
    };
    (0..fold.runs.len()).map(of_run).collect()
}

/// Exponentially weighted mean and variance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Ewma {
    mean: f64,
    variance: f64,
}

impl Ewma {
    /// `|x − m| / √v`, and only then the update: a jump is not measured by a variance that it has widened itself.
    fn step(&mut self, rate: f64, level: f64) -> f64 {
        let deviation = level - self.mean;
        let score = deviation.abs() / (self.variance.sqrt() + LEAST_DEVIATION);
        self.mean += rate * deviation;
        self.variance = (1.0 - rate) * (self.variance + rate * deviation * deviation);
        score
    }
}

/// EWMA chart from the mean and variance of training-normal on; `λ` has the best average precision on validation, the
/// slow one if that is undefined.
pub(super) fn ewma(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let usual = levels.normal_moments(fold);
    let begin = |instance: usize| Ewma { mean: usual[instance].mean, variance: usual[instance].sd.powi(2) };
    let at_rate = |rate: f64| {
        let by_run = largest(fold, &levels, begin, |chart, level| chart.step(rate, level));
        let scores = Scores::at_last(fold, &by_run);
        (rate, on_validation(fold, &scores.validation), scores)
    };
    let [slow, fast] = RATES.map(at_rate);
    let (rate, _, scores) = if fast.1 > slow.1 { fast } else { slow };
    Scores { n_params: 2 * usual.len() + 1, chosen: format!("λ = {rate}"), ..scores }
}

/// Average precision on the validation windows outside buffers.
fn on_validation(fold: &Fold, scores: &[f32]) -> Option<f64> {
    let clear = fold.validation.iter().zip(scores).filter(|(window, _)| !window.buffer);
    let (labels, scores): (Vec<bool>, Vec<f64>) =
        clear.map(|(window, &score)| (window.label, f64::from(score))).unzip();
    average_precision(&scores, &labels)
}

/// Sums of what lies above and below.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Cusum {
    above: f64,
    below: f64,
}

impl Cusum {
    /// The larger sum, in decision intervals. A sum that has crossed the interval begins anew (Page 1954): otherwise one
    /// long fault would hide all that comes after it.
    fn step(&mut self, z: f64) -> f64 {
        self.above = (self.above + z - SLACK).max(0.0);
        self.below = (self.below - z - SLACK).max(0.0);
        let score = self.above.max(self.below) / INTERVAL;
        for sum in [&mut self.above, &mut self.below] {
            if *sum > INTERVAL {
                *sum = 0.0;
            }
        }
        score
    }
}

/// Two-sided CUSUM of deviations from training-normal; 1 is the textbook's alarm.
pub(super) fn cusum(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let usual = levels.normal_moments(fold);
    let begin = |instance: usize| (Cusum::default(), usual[instance]);
    let step = |(chart, Moments { mean, sd }): &mut (Cusum, Moments), level: f64| {
        chart.step((level - *mean) / (*sd + LEAST_DEVIATION))
    };
    let by_run = largest(fold, &levels, begin, step);
    let chosen = format!("k = {SLACK}, h = {INTERVAL}");
    Scores { n_params: 2 * usual.len(), chosen, ..Scores::at_last(fold, &by_run) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn mean_and_variance_move_as_published() {
        let mut chart = Ewma { mean: 1.0, variance: 0.0 };
        assert_eq!(chart.step(0.5, 2.0), 1.0 / LEAST_DEVIATION);
        assert_eq!((chart.mean, chart.variance), (1.5, 0.25));
        assert_eq!(chart.step(0.5, 4.0), 2.5 / 0.6);
        assert_eq!((chart.mean, chart.variance), (2.75, 1.6875));
    }

    #[test]
    fn small_deviations_add_up_on_both_sides_and_begin_anew() {
        for sign in [1.0, -1.0] {
            let mut chart = Cusum::default();
            let scores: Vec<f64> = (0..7).map(|_| chart.step(1.5 * sign)).collect();
            assert_eq!(scores, [0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 0.2]);
        }
        let mut chart = Cusum::default();
        assert!((0..100).all(|_| chart.step(0.5) == 0.0));
    }
}
