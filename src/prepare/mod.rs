//! Cleaning, scaling and windowing: a [`Dataset`](crate::data::Dataset) becomes model inputs and targets
//! (MODELS.md A.3 and A.4).
//!
//! In go values with gaps; out come finite inputs, targets that are never filled, and the forecast origins of
//! training, validation and test. Every statistic comes from the training part. Knows no graphs and no models.

mod preparation;
mod prepared;

mod clean;
mod sample;
mod split;

mod cube;
mod hampel;
mod impute;
mod scale;

mod leak;

mod resample;

pub use clean::{chosen_metric, target_metric};
pub use leak::{leak_checks, perturbed_after};
pub use preparation::Preparation;
pub use prepared::{PrepareError, Prepared, prepare, prepare_as};
pub use resample::{Sample, counter_rates, delayed, hold, linear};
pub use scale::{Scale, Scaler};
pub use split::Split;

pub(crate) use hampel::remove_outliers;
