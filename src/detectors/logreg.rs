//! `logreg`: logistic regression on sorted features, the fair opponent of the networks (MODELS.md B.13).

use super::Scores;
use super::features::{N_SORTED, Training, sorted};
use super::levels::{Moments, moments};
use super::logistic::{Logistic, Problem};
use crate::detect::Fold;

/// A feature that varies less than this in training is left out.
const SMALLEST_DEVIATION: f64 = 1e-6;

/// Mean and deviation of each feature in training.
#[derive(Debug, Clone)]
struct Standard(Vec<Moments>);

impl Standard {
    fn fit(rows: &[f32], width: usize) -> Self {
        let column = |at: usize| rows.iter().skip(at).step_by(width).map(|&value| f64::from(value));
        Self((0..width).map(|at| moments(column(at))).collect())
    }

    fn apply(&self, row: &mut [f32]) {
        for (value, of) in row.iter_mut().zip(&self.0) {
            let is_constant = of.sd < SMALLEST_DEVIATION;
            *value = if is_constant { 0.0 } else { ((f64::from(*value) - of.mean) / of.sd) as f32 };
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
