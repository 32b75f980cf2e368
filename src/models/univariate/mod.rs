//! Models of one series by itself, fitted once and then only told each new value (MODELS.md A.9): `seasonal_naive`,
//! `moving_average`, `ets`, `arma` and `mstl`.
//!
//! A forecast depends on the values told so far and on nothing else, so it cannot know what comes after its origin.

mod arma;
mod arma_fit;
mod ets;
mod mstl;
mod recent;

pub use arma::Arma;
pub use arma_fit::{ArmaFit, fit_arma, fit_arma_orders};
pub use ets::{Ets, ets_candidates};
pub use mstl::{Mstl, last_seasons};
pub use recent::{MovingAverage, SeasonalNaive, seasons_back};

/// A model of one series, and its state after the values so far.
#[derive(Debug, Clone, PartialEq)]
pub enum Univariate {
    /// `seasonal_naive`.
    SeasonalNaive(SeasonalNaive),
    /// `moving_average`.
    MovingAverage(MovingAverage),
    /// `ets`.
    Ets(Ets),
    /// `arma`.
    Arma(Arma),
    /// `mstl`.
    Mstl(Mstl),
}

impl Univariate {
    /// Tells the next value.
    pub fn push(&mut self, value: f64) {
        match self {
            Self::SeasonalNaive(model) => model.push(value),
            Self::MovingAverage(model) => model.push(value),
            Self::Ets(model) => model.push(value),
            Self::Arma(model) => {
                model.push(value);
            }
            Self::Mstl(model) => model.push(value),
        }
    }

    /// Forecast `ahead` steps (at least 1) behind the last value; 0 before the first.
    pub fn forecast(&self, ahead: usize) -> f64 {
        match self {
            Self::SeasonalNaive(model) => model.forecast(ahead),
            Self::MovingAverage(model) => model.forecast(),
            Self::Ets(model) => model.forecast(ahead),
            Self::Arma(model) => model.forecast(ahead),
            Self::Mstl(model) => model.forecast(ahead),
        }
    }

    /// The fitted numbers, in a fixed order.
    pub fn coefficients(&self) -> Vec<f64> {
        match self {
            Self::SeasonalNaive(_) | Self::MovingAverage(_) => Vec::new(),
            Self::Ets(model) => model.coefficients(),
            Self::Arma(model) => model.coefficients(),
            Self::Mstl(model) => model.coefficients(),
        }
    }
}
