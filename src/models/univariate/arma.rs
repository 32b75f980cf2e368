//! `arma`: an ARMA(p, q) model of one series (MODELS.md A.9).

/// `z_t = Σ φ_i z_{t−i} + e_t + Σ θ_j e_{t−j}` with `z = y − mean`.
#[derive(Debug, Clone, PartialEq)]
pub struct Arma {
    mean: f64,
    ar: Vec<f64>,
    ma: Vec<f64>,
    /// Values that are told before errors are counted; until then they are 0.
    warm_up: usize,
    n_told: usize,
    /// Last deviations from the mean, the newest first; one per `φ`.
    deviations: Vec<f64>,
    /// Last errors, the newest first; one per `θ`.
    errors: Vec<f64>,
}

impl Arma {
    /// With its mean, the `φ`, the `θ` and the number of values without errors.
    pub fn new(mean: f64, ar: Vec<f64>, ma: Vec<f64>, warm_up: usize) -> Self {
        let (deviations, errors) = (vec![0.0; ar.len()], vec![0.0; ma.len()]);
        Self { mean, ar, ma, warm_up, n_told: 0, deviations, errors }
    }

    /// `(p, q)`.
    pub fn orders(&self) -> (usize, usize) {
        (self.ar.len(), self.ma.len())
    }

    /// The mean, the `φ`, the `θ`.
    pub fn coefficients(&self) -> Vec<f64> {
        [&[self.mean][..], &self.ar, &self.ma].concat()
    }

    /// Tells the next value; the error of its forecast, 0 during warm-up.
    pub(super) fn push(&mut self, value: f64) -> f64 {
        let deviation = value - self.mean;
        let expected = dot(&self.ar, &self.deviations) + dot(&self.ma, &self.errors);
        let error = if self.n_told < self.warm_up { 0.0 } else { deviation - expected };
        self.n_told += 1;
        shift_in(&mut self.deviations, deviation);
        shift_in(&mut self.errors, error);
        error
    }

    /// The recursion without further errors.
    pub(super) fn forecast(&self, ahead: usize) -> f64 {
        if self.n_told == 0 {
            return self.mean;
        }
        let (mut deviations, mut errors) = (self.deviations.clone(), self.errors.clone());
        let mut expected = 0.0;
        for _ in 0..ahead {
            expected = dot(&self.ar, &deviations) + dot(&self.ma, &errors);
            shift_in(&mut deviations, expected);
            shift_in(&mut errors, 0.0);
        }
        self.mean + expected
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn shift_in(recent: &mut [f64], newest: f64) {
    if let Some(last) = recent.len().checked_sub(1) {
        recent.copy_within(..last, 1);
        recent[0] = newest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_order_model_follows_by_hand() {
        let mut arma = Arma::new(1.0, vec![0.5], vec![0.25], 1);
        // z = 2, no error yet; z = 3 against 1: e = 2; the next is 0.5 · 3 + 0.25 · 2 = 2, then 0.5 · 2 = 1.
        assert_eq!([arma.push(3.0), arma.push(4.0)], [0.0, 2.0]);
        assert_eq!([arma.forecast(1), arma.forecast(2)], [3.0, 2.0]);
    }

    #[test]
    fn without_orders_it_is_the_mean() {
        let mut arma = Arma::new(7.0, Vec::new(), Vec::new(), 0);
        assert_eq!(arma.push(9.0), 2.0);
        assert_eq!(arma.forecast(5), 7.0);
    }
}
