//! `ar`: one ridge regression on the lags of the target, pooled over the nodes, direct per horizon (MODELS.md A.9).

use nalgebra::{DMatrix, DVector};

/// Coefficients of the lags, oldest first, and the intercept last.
#[derive(Debug, Clone, PartialEq)]
pub struct ArModel {
    /// `T` lag coefficients and the intercept.
    pub coefficients: Vec<f64>,
}

impl ArModel {
    /// Forecast from the lags, oldest first.
    pub fn forecast(&self, lags: &[f32]) -> f64 {
        let (intercept, slopes) = self.coefficients.split_last().expect("an intercept is always fitted");
        slopes.iter().zip(lags).map(|(slope, &lag)| slope * f64::from(lag)).sum::<f64>() + intercept
    }
}

/// Normal equations `XᵀX` and `Xᵀy` of a regression with intercept, added up row by row.
#[derive(Debug, Clone)]
pub struct NormalEquations {
    gram: DMatrix<f64>,
    moment: DVector<f64>,
}

impl NormalEquations {
    /// No rows yet.
    pub fn new(n_lags: usize) -> Self {
        Self { gram: DMatrix::zeros(n_lags + 1, n_lags + 1), moment: DVector::zeros(n_lags + 1) }
    }

    /// Adds one row.
    pub fn add(&mut self, lags: &[f32], target: f64) {
        let n = lags.len();
        let value = |idx: usize| if idx == n { 1.0 } else { f64::from(lags[idx]) };
        for row in 0..=n {
            for column in 0..=n {
                self.gram[(row, column)] += value(row) * value(column);
            }
            self.moment[row] += value(row) * target;
        }
    }

    /// The coefficients with a penalty on all of them, the intercept included (as the anchor does).
    ///
    /// `None` if the penalised matrix is not positive definite.
    pub fn solve(&self, ridge: f64) -> Option<ArModel> {
        let n = self.moment.len();
        let penalised = &self.gram + DMatrix::identity(n, n) * ridge;
        let solution = penalised.cholesky()?.solve(&self.moment);
        Some(ArModel { coefficients: solution.iter().copied().collect() })
    }
}

/// Ridge regression on rows of equal length.
pub fn solve_ridge<'a>(rows: impl Iterator<Item = (&'a [f32], f64)>, n_lags: usize, ridge: f64) -> Option<ArModel> {
    let mut equations = NormalEquations::new(n_lags);
    rows.for_each(|(lags, target)| equations.add(lags, target));
    equations.solve(ridge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_line_is_recovered() {
        let rows: Vec<([f32; 2], f64)> = (0..20)
            .map(|t| ([t as f32, (t * t % 7) as f32], 0.5 * f64::from(t) - 0.25 * f64::from(t * t % 7) + 3.0))
            .collect();
        let model = solve_ridge(rows.iter().map(|(lags, y)| (&lags[..], *y)), 2, 1e-9).expect("full rank");
        for (found, wanted) in model.coefficients.iter().zip([0.5, -0.25, 3.0]) {
            assert!((found - wanted).abs() < 1e-6, "{found} is not {wanted}");
        }
        assert!((model.forecast(&[2.0, 4.0]) - 3.0).abs() < 1e-6);
    }

    #[test]
    fn a_larger_penalty_shrinks_the_coefficients() {
        let rows: Vec<([f32; 1], f64)> = (0..9).map(|t| ([t as f32], f64::from(t))).collect();
        let norm = |ridge| {
            let model = solve_ridge(rows.iter().map(|(lags, y)| (&lags[..], *y)), 1, ridge).expect("penalised");
            model.coefficients.iter().map(|c| c * c).sum::<f64>()
        };
        assert!(norm(100.0) < norm(0.01));
    }

    #[test]
    fn without_rows_and_penalty_there_is_no_solution() {
        assert_eq!(solve_ridge(std::iter::empty(), 3, 0.0), None);
    }
}
