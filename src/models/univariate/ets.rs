//! `ets`: exponential smoothing with additive errors, ETS(A,N,N) and ETS(A,Ad,N) (Hyndman, Koehler, Ord and Snyder,
//! "Forecasting with Exponential Smoothing", 2008, table 2.3; MODELS.md A.9).

/// Shares `α` of an error that the level takes over.
const ALPHAS: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
/// `β / α`: the share of the level's correction that the slope takes over.
const SLOPE_SHARES: [f64; 4] = [0.05, 0.1, 0.2, 0.4];

/// A level and perhaps a damped slope, in the form of error correction.
///
/// `e = y − (l + φ b)`, then `l ← l + φ b + α e` and `b ← φ b + β e`. The first value is the first level, the first
/// slope is 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Ets {
    alpha: f64,
    /// `(β, φ)`; `None` without a trend.
    trend: Option<(f64, f64)>,
    /// `(l, b)`; `None` before the first value.
    state: Option<(f64, f64)>,
}

impl Ets {
    /// ETS(A,N,N).
    pub fn of_level(alpha: f64) -> Self {
        Self { alpha, trend: None, state: None }
    }

    /// ETS(A,Ad,N).
    pub fn damped(alpha: f64, beta: f64, phi: f64) -> Self {
        Self { alpha, trend: Some((beta, phi)), state: None }
    }

    /// Whether it has a slope.
    pub fn has_trend(&self) -> bool {
        self.trend.is_some()
    }

    /// `α`.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// `α`, and `β` of a trend.
    pub(super) fn coefficients(&self) -> Vec<f64> {
        std::iter::once(self.alpha).chain(self.trend.map(|(beta, _)| beta)).collect()
    }

    pub(super) fn push(&mut self, value: f64) {
        let (beta, phi) = self.trend.unwrap_or((0.0, 0.0));
        self.state = Some(match self.state {
            None => (value, 0.0),
            Some((level, slope)) => {
                let error = value - (level + phi * slope);
                (level + phi * slope + self.alpha * error, phi * slope + beta * error)
            }
        });
    }

    /// `l + (φ + … + φ^h) b`.
    pub(super) fn forecast(&self, ahead: usize) -> f64 {
        let (level, slope) = self.state.unwrap_or_default();
        let (_, phi) = self.trend.unwrap_or((0.0, 0.0));
        let (damped, _) = (0..ahead).fold((0.0, 1.0), |(sum, power), _| (sum + power * phi, power * phi));
        level + damped * slope
    }
}

/// All models that validation chooses from: those without a trend first.
pub fn ets_candidates(phi: f64) -> Vec<Ets> {
    let damped = |alpha: f64| SLOPE_SHARES.map(|share| Ets::damped(alpha, share * alpha, phi));
    ALPHAS.into_iter().map(Ets::of_level).chain(ALPHAS.into_iter().flat_map(damped)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_follows_by_hand() {
        let mut ets = Ets::of_level(0.5);
        for value in [4.0, 8.0, 2.0] {
            ets.push(value);
        }
        // 4, then 4 + 0.5 · 4 = 6, then 6 − 0.5 · 4 = 4.
        assert_eq!([ets.forecast(1), ets.forecast(9)], [4.0, 4.0]);
    }

    #[test]
    fn a_damped_trend_follows_by_hand() {
        let mut ets = Ets::damped(0.5, 0.25, 0.5);
        for value in [4.0, 8.0, 7.0] {
            ets.push(value);
        }
        // e = 4: l = 6, b = 1. Forecast 6.5, e = 0.5: l = 6.75, b = 0.625.
        // One step ahead 6.75 + 0.5 · 0.625, two steps 6.75 + 0.75 · 0.625.
        assert_eq!([ets.forecast(1), ets.forecast(2)], [7.0625, 7.21875]);
    }

    #[test]
    fn with_all_of_the_error_the_level_is_the_last_value() {
        let mut ets = Ets::of_level(1.0);
        for value in [0.3, 0.9, 0.1] {
            ets.push(value);
            assert!((ets.forecast(3) - value).abs() < 1e-15);
        }
        assert!(ets_candidates(0.9).contains(&Ets::of_level(1.0)), "persistence is among the candidates");
    }
}
