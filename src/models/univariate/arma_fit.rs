//! Orders and coefficients of `arma`: conditional least squares for each `(p, q)`, and the orders by AIC (Box, Jenkins
//! and Reinsel, "Time Series Analysis", chapter 7; MODELS.md A.9).
//!
//! All orders count the errors of the same values, so that their AIC can be compared. Coefficients are reached through
//! partial autocorrelations in (−1, 1), which keeps every model stationary and invertible (Monahan 1984). Each order
//! starts from the better of the two that are one smaller, so its sum of squares is never larger than theirs.

use nalgebra::{DMatrix, DVector};

use super::arma::Arma;

const MAX_ITERATIONS: usize = 40;
/// Relative gain below which a fit has converged.
const SMALLEST_GAIN: f64 = 1e-9;
/// Step of the numerical derivatives; parameters are of order 1.
const STEP: f64 = 1e-6;

/// A fitted model and how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub struct ArmaFit {
    /// The model, before the first value.
    pub model: Arma,
    /// Sum of squared errors over the counted values.
    pub squares: f64,
    /// `n ln(squares / n) + 2 k` with `k = p + q + 2`: the coefficients, the mean and the variance.
    pub aic: f64,
}

/// The fit with the smallest AIC; among equal ones the smaller orders. `None` if there are too few observed values.
///
/// `observed` says which values count as errors; the others are told as they stand.
pub fn fit_arma(series: &[f64], observed: &[bool], (max_ar, max_ma): (usize, usize)) -> Option<ArmaFit> {
    let fits = fit_arma_orders(series, observed, (max_ar, max_ma))?;
    fits.into_iter().min_by(|a, b| a.aic.total_cmp(&b.aic))
}

/// Fits of all orders, by `p` and then by `q`.
pub fn fit_arma_orders(series: &[f64], observed: &[bool], (max_ar, max_ma): (usize, usize)) -> Option<Vec<ArmaFit>> {
    let task = Task::new(series, observed, max_ar.max(max_ma))?;
    let mut fits: Vec<Point> = Vec::new();
    for p in 0..=max_ar {
        for q in 0..=max_ma {
            let width = max_ma + 1;
            let fewer_ar = (p > 0).then(|| &fits[(p - 1) * width + q]);
            let fewer_ma = (q > 0).then(|| &fits[p * width + q - 1]);
            let nested = fewer_ar.into_iter().chain(fewer_ma).min_by(|a, b| a.squares.total_cmp(&b.squares));
            let start = nested.map_or_else(|| task.mean_only(), |nested| nested.grown(p, q));
            fits.push(task.refine(start));
        }
    }
    Some(fits.into_iter().map(|fit| task.finish(&fit)).collect())
}

/// A series in units of its own spread.
struct Task<'a> {
    values: Vec<f64>,
    observed: &'a [bool],
    offset: f64,
    spread: f64,
    warm_up: usize,
    n_counted: usize,
}

/// Free parameters and their sum of squares: the mean, then one number without bounds per coefficient.
#[derive(Clone)]
struct Point {
    mean: f64,
    ar: Vec<f64>,
    ma: Vec<f64>,
    squares: f64,
}

impl Point {
    /// The same model as one of higher orders.
    fn grown(&self, p: usize, q: usize) -> Self {
        let mut out = self.clone();
        out.ar.resize(p, 0.0);
        out.ma.resize(q, 0.0);
        out
    }

    fn free(&self) -> Vec<f64> {
        [&[self.mean][..], &self.ar, &self.ma].concat()
    }

    /// The same orders with other free parameters.
    fn with(&self, free: &[f64]) -> Self {
        let (ar, ma) = free[1..].split_at(self.ar.len());
        Self { mean: free[0], ar: ar.to_vec(), ma: ma.to_vec(), squares: f64::INFINITY }
    }

    fn model(&self, warm_up: usize) -> Arma {
        let ma = stationary(&self.ma).into_iter().map(|coefficient| -coefficient).collect();
        Arma::new(self.mean, stationary(&self.ar), ma, warm_up)
    }
}

impl<'a> Task<'a> {
    fn new(series: &[f64], observed: &'a [bool], warm_up: usize) -> Option<Self> {
        let known: Vec<f64> = series.iter().zip(observed).filter(|(_, seen)| **seen).map(|(value, _)| *value).collect();
        let n_counted = observed.iter().skip(warm_up).filter(|seen| **seen).count();
        // Room for the coefficients and the variance.
        if n_counted < 2 * warm_up + 4 {
            return None;
        }
        let offset = known.iter().sum::<f64>() / known.len() as f64;
        let variance = known.iter().map(|value| (value - offset).powi(2)).sum::<f64>() / known.len() as f64;
        let spread = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        let values = series.iter().map(|value| (value - offset) / spread).collect();
        Some(Self { values, observed, offset, spread, warm_up, n_counted })
    }

    fn mean_only(&self) -> Point {
        Point { mean: 0.0, ar: Vec::new(), ma: Vec::new(), squares: f64::INFINITY }
    }

    /// Errors of the counted values.
    fn errors(&self, point: &Point) -> DVector<f64> {
        let mut model = point.model(self.warm_up);
        let told = self.values.iter().enumerate().map(|(place, &value)| (place, model.push(value)));
        let counted = told.filter(|(place, _)| *place >= self.warm_up && self.observed[*place]);
        DVector::from_iterator(self.n_counted, counted.map(|(_, error)| error))
    }

    /// Levenberg and Marquardt's method with numerical derivatives; never leaves for a larger sum of squares.
    fn refine(&self, start: Point) -> Point {
        let mut errors = self.errors(&start);
        let mut best = Point { squares: errors.norm_squared(), ..start };
        let mut damping = 1e-3;
        for _ in 0..MAX_ITERATIONS {
            let slopes = self.slopes(&best, &errors);
            let (gram, gradient) = (slopes.tr_mul(&slopes), slopes.tr_mul(&errors));
            let before = best.squares;
            while damping < 1e8 {
                if let Some((point, found)) = self.attempt(&best, &gram, &gradient, damping) {
                    (best, errors) = (point, found);
                    damping = f64::max(damping / 10.0, 1e-12);
                    break;
                }
                damping *= 10.0;
            }
            if before - best.squares <= SMALLEST_GAIN * before {
                break;
            }
        }
        best
    }

    fn attempt(
        &self,
        from: &Point,
        gram: &DMatrix<f64>,
        gradient: &DVector<f64>,
        damping: f64,
    ) -> Option<(Point, DVector<f64>)> {
        let damped = gram + DMatrix::from_diagonal(&gram.diagonal().map(|entry| damping * (entry + 1e-9)));
        let change = damped.cholesky()?.solve(gradient);
        let free: Vec<f64> = from.free().iter().zip(change.iter()).map(|(now, change)| now - change).collect();
        let point = from.with(&free);
        let errors = self.errors(&point);
        let squares = errors.norm_squared();
        (squares < from.squares).then_some((Point { squares, ..point }, errors))
    }

    /// Derivatives of the errors by the free parameters, `[errors, parameters]`.
    fn slopes(&self, point: &Point, errors: &DVector<f64>) -> DMatrix<f64> {
        let free = point.free();
        let column = |parameter: usize| {
            let mut moved = free.clone();
            moved[parameter] += STEP;
            (self.errors(&point.with(&moved)) - errors) / STEP
        };
        let columns: Vec<DVector<f64>> = (0..free.len()).map(column).collect();
        DMatrix::from_columns(&columns)
    }

    /// Back to the units of the series.
    fn finish(&self, point: &Point) -> ArmaFit {
        let (n, k) = (self.n_counted as f64, (point.ar.len() + point.ma.len() + 2) as f64);
        let squares = point.squares * self.spread * self.spread;
        let scaled = Point { mean: self.offset + self.spread * point.mean, ..point.clone() };
        // A series without errors fits at every order alike.
        let aic = n * (squares / n).max(f64::MIN_POSITIVE).ln() + 2.0 * k;
        ArmaFit { model: scaled.model(self.warm_up), squares, aic }
    }
}

/// Coefficients of a stationary autoregression: each number without bounds becomes a partial autocorrelation
/// `u / √(1 + u²)`, and these become coefficients by Durbin and Levinson's recursion.
fn stationary(free: &[f64]) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::with_capacity(free.len());
    for &u in free {
        let partial = u / (1.0 + u * u).sqrt();
        let before = out.clone();
        for (coefficient, mirrored) in out.iter_mut().zip(before.iter().rev()) {
            *coefficient -= partial * mirrored;
        }
        out.push(partial);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ARMA(2, 1) with φ = (0.6, −0.3), θ = 0.4 and mean 5, driven by a fixed sequence without pattern.
    fn series(n: usize) -> Vec<f64> {
        let mut state = 1_u32;
        let mut noise = move || {
            let mut sum = 0.0;
            for _ in 0..12 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                sum += f64::from(state >> 8) / f64::from(1_u32 << 24);
            }
            sum - 6.0
        };
        let (mut z, mut e) = ([0.0; 2], 0.0);
        let mut next = move || {
            let error = noise();
            let value = 0.6 * z[0] - 0.3 * z[1] + error + 0.4 * e;
            (z, e) = ([value, z[0]], error);
            5.0 + value
        };
        (0..n).map(|_| next()).collect()
    }

    #[test]
    fn the_coefficients_that_made_a_series_are_found() {
        let series = series(8000);
        let fits = fit_arma_orders(&series, &vec![true; series.len()], (3, 3)).expect("enough values");
        let fit = &fits[2 * 4 + 1];
        assert_eq!(fit.model.orders(), (2, 1));
        for (found, wanted) in fit.model.coefficients().iter().zip([5.0, 0.6, -0.3, 0.4]) {
            assert!((found - wanted).abs() < 0.06, "{found} is not {wanted}");
        }
        assert!((fit.squares / 8000.0 - 1.0).abs() < 0.05, "{}", fit.squares);
    }

    #[test]
    fn higher_orders_never_fit_worse_and_aic_weighs_them() {
        let series = series(600);
        let all = vec![true; series.len()];
        let fits = fit_arma_orders(&series, &all, (3, 3)).expect("enough values");
        for p in 0..4 {
            for q in 0..4 {
                let here = fits[p * 4 + q].squares;
                assert!(p == 0 || here <= fits[(p - 1) * 4 + q].squares);
                assert!(q == 0 || here <= fits[p * 4 + q - 1].squares);
            }
        }
        let chosen = fit_arma(&series, &all, (3, 3)).expect("enough values");
        assert!(fits.iter().all(|fit| chosen.aic <= fit.aic));
        assert!(chosen.aic < fits[0].aic - 100.0, "the series has a memory");
    }

    #[test]
    fn units_change_nothing_but_the_units() {
        let series = series(300);
        let scaled: Vec<f64> = series.iter().map(|value| 1e9 * value).collect();
        let all = vec![true; series.len()];
        let [small, large] = [&series, &scaled].map(|series| fit_arma(series, &all, (2, 1)).expect("enough values"));
        assert_eq!(small.model.orders(), large.model.orders());
        let pairs = small.model.coefficients().into_iter().zip(large.model.coefficients()).enumerate();
        for (place, (small, large)) in pairs {
            let unit = if place == 0 { 1e9 } else { 1.0 };
            assert!((large - unit * small).abs() < 1e-4 * unit * small.abs().max(0.1), "{large} is not {small}");
        }
    }

    #[test]
    fn a_constant_series_is_its_mean_and_a_short_one_is_refused() {
        let constant = fit_arma(&[3.0; 40], &[true; 40], (3, 3)).expect("enough values");
        assert_eq!((constant.model.orders(), constant.model.coefficients()), ((0, 0), vec![3.0]));
        assert_eq!(fit_arma(&[1.0, 2.0, 1.5, 2.5, 2.0, 1.0], &[true; 6], (3, 3)), None);
        assert_eq!(fit_arma(&[1.0; 40], &[false; 40], (1, 1)), None);
    }

    #[test]
    fn values_that_were_not_observed_are_no_errors() {
        let mut series = series(400);
        let mut observed = vec![true; 400];
        series[399] = 1e6;
        observed[399] = false;
        let without = fit_arma(&series, &observed, (1, 1)).expect("enough values");
        assert!(without.squares < 800.0, "{}", without.squares);
    }

    #[test]
    fn every_free_number_gives_a_stationary_model() {
        for free in [[0.0, 0.0, 0.0], [5.0, -3.0, 9.0], [-40.0, 40.0, 1.0]] {
            let mut arma = Arma::new(0.0, stationary(&free), Vec::new(), 0);
            (0..3).for_each(|_| {
                arma.push(1.0);
            });
            assert!(arma.forecast(20_000).abs() < 3.0, "{free:?}");
        }
    }
}
