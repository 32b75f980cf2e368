//! `logreg`: logistic regression on sorted features, the fair opponent of the networks (MODELS.md B.13).

use super::Scores;
use super::features::{N_SORTED, Training, sorted};
use super::logistic::{Logistic, Problem};
use crate::detect::Fold;

/// A feature that varies less than this in training is left out.
const SMALLEST_DEVIATION: f64 = 1e-6;

/// Mean and deviation of each feature in training.
#[derive(Debug, Clone)]
struct Standard {
    mean: Vec<f64>,
    deviation: Vec<f64>,
}

impl Standard {
    fn fit(rows: &[f32], width: usize) -> Self {
        let n = (rows.len() / width).max(1) as f64;
        let sums = |of: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; width];
            for row in rows.chunks_exact(width) {
                sums.iter_mut().enumerate().for_each(|(at, sum)| *sum += of(at, f64::from(row[at])));
            }
            sums.into_iter().map(|sum| sum / n).collect::<Vec<f64>>()
        };
        let mean = sums(&|_, value| value);
        let deviation = sums(&|at, value| (value - mean[at]).powi(2)).into_iter().map(f64::sqrt).collect();
        Self { mean, deviation }
    }

    fn apply(&self, row: &mut [f32]) {
        for ((value, mean), deviation) in row.iter_mut().zip(&self.mean).zip(&self.deviation) {
            let is_constant = *deviation < SMALLEST_DEVIATION;
            *value = if is_constant { 0.0 } else { ((f64::from(*value) - mean) / deviation) as f32 };
        }
    }
}

/// Probabilities of a fault.
pub(super) fn logreg(fold: &Fold) -> Scores {
    let width = N_SORTED * fold.n_instances();
    let Training { mut rows, labels } = Training::sorted(fold);
    let standard = Standard::fit(&rows, width);
    rows.chunks_exact_mut(width).for_each(|row| standard.apply(row));
    let weights = vec![1.0; labels.len()];
    let fitted = Logistic::fit(Problem { rows: &rows, width, labels: &labels, weights: &weights });
    let score = |window| {
        let mut row = sorted(fold, window);
        standard.apply(&mut row);
        fitted.probability(&row) as f32
    };
    Scores { n_params: fitted.n_params(), is_probability: true, ..Scores::of(fold, score) }
}
