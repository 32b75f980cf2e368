//! Logistic regression with a quadratic penalty, by Newton's method.

use nalgebra::{DMatrix, DVector};

/// Rows that are multiplied at once: bounds memory, keeps the product in cache.
const BLOCK: usize = 512;
const MAX_STEPS: usize = 100;
/// Largest change of a coefficient in the last step.
const TOLERANCE: f64 = 1e-8;

/// `p = σ(w · x + b)`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Logistic {
    /// `w`, then `b`.
    coefficients: DVector<f64>,
}

/// What a regression is fitted on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem<'a> {
    /// `[n, d]`.
    pub(super) rows: &'a [f32],
    /// `d`, at least 1.
    pub(super) width: usize,
    /// `[n]`.
    pub(super) labels: &'a [bool],
    /// How often each row counts, `[n]`.
    pub(super) weights: &'a [f64],
}

impl Logistic {
    /// Minimises `½ ‖w‖² + Σ weight · cross-entropy`, the intercept free (scikit-learn's `C = 1`).
    ///
    /// With one class only the intercept has no finite optimum; then `w = 0` and `b` is what [`log_odds`] says.
    pub(super) fn fit(problem: Problem<'_>) -> Self {
        let of = |class: bool| -> f64 {
            problem.labels.iter().zip(problem.weights).filter(|(label, _)| **label == class).map(|(_, w)| w).sum()
        };
        let (positive, negative) = (of(true), of(false));
        let mut coefficients = DVector::zeros(problem.width + 1);
        coefficients[problem.width] = log_odds(positive, negative);
        let mut fitted = Self { coefficients };
        if positive > 0.0 && negative > 0.0 {
            let mut loss = fitted.loss(problem);
            for _ in 0..MAX_STEPS {
                let Some(step) = fitted.newton_step(problem) else { break };
                let (next, next_loss) = fitted.damped(problem, &step, loss);
                let moved = (&next.coefficients - &fitted.coefficients).amax();
                (fitted, loss) = (next, next_loss);
                if moved < TOLERANCE {
                    break;
                }
            }
        }
        fitted
    }

    /// Number of coefficients, the intercept included.
    pub(super) fn n_params(&self) -> usize {
        self.coefficients.len()
    }

    /// `P(label | row)`.
    pub(super) fn probability(&self, row: &[f32]) -> f64 {
        logistic(self.logit(row))
    }

    fn logit(&self, row: &[f32]) -> f64 {
        let (weights, intercept) = self.coefficients.as_slice().split_at(row.len());
        weights.iter().zip(row).map(|(weight, &value)| weight * f64::from(value)).sum::<f64>() + intercept[0]
    }

    fn penalised(&self) -> &[f64] {
        &self.coefficients.as_slice()[..self.coefficients.len() - 1]
    }

    /// `softplus(x) − y · x` over all rows, and the penalty.
    fn loss(&self, problem: Problem<'_>) -> f64 {
        let penalty = self.penalised().iter().map(|weight| weight * weight).sum::<f64>() / 2.0;
        let rows = problem.rows.chunks_exact(problem.width).zip(problem.labels).zip(problem.weights);
        let cross_entropy = |((row, &label), weight): ((&[f32], &bool), &f64)| {
            let logit = self.logit(row);
            weight * (logit.max(0.0) + (-logit.abs()).exp().ln_1p() - if label { logit } else { 0.0 })
        };
        penalty + rows.map(cross_entropy).sum::<f64>()
    }

    /// `H⁻¹ g`; `None` if the Hessian is not positive definite in floating point.
    fn newton_step(&self, problem: Problem<'_>) -> Option<DVector<f64>> {
        let n = self.coefficients.len();
        let mut hessian = DMatrix::zeros(n, n);
        let mut gradient = DVector::zeros(n);
        for (weight, place) in self.penalised().iter().zip(0..) {
            hessian[(place, place)] = 1.0;
            gradient[place] = *weight;
        }
        let blocks = problem.rows.chunks(BLOCK * problem.width);
        for ((rows, labels), weights) in blocks.zip(problem.labels.chunks(BLOCK)).zip(problem.weights.chunks(BLOCK)) {
            // One row of the problem per column, with a last 1 for the intercept.
            let mut block = DMatrix::from_element(n, labels.len(), 1.0);
            for (at, row) in rows.chunks_exact(problem.width).enumerate() {
                let probability = self.probability(row);
                let mut column = block.column_mut(at);
                column.iter_mut().zip(row).for_each(|(cell, &value)| *cell = f64::from(value));
                gradient.axpy(weights[at] * (probability - f64::from(u8::from(labels[at]))), &column, 1.0);
                column *= (weights[at] * probability * (1.0 - probability)).sqrt();
            }
            hessian.gemm(1.0, &block, &block.transpose(), 1.0);
        }
        Some(hessian.cholesky()?.solve(&gradient))
    }

    /// Halves the step until the loss does not grow; far from the optimum a full one can overshoot.
    fn damped(&self, problem: Problem<'_>, step: &DVector<f64>, loss: f64) -> (Self, f64) {
        let mut share = 1.0;
        for _ in 0..30 {
            let next = Self { coefficients: &self.coefficients - step * share };
            let next_loss = next.loss(problem);
            if next_loss <= loss {
                return (next, next_loss);
            }
            share /= 2.0;
        }
        (self.clone(), loss)
    }
}

/// Log odds of two counts; half a window of each class is added if one has none.
pub(super) fn log_odds(positive: f64, negative: f64) -> f64 {
    let added = if positive > 0.0 && negative > 0.0 { 0.0 } else { 0.5 };
    ((positive + added) / (negative + added)).ln()
}

/// `1 / (1 + e^-x)`.
pub(super) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
