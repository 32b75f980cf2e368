//! How good a forecast or a detection is: plain slices in, [`Metrics`](crate::report::Metrics) and verdicts out.
//!
//! Knows no tensors and not which model it judges. All errors of forecasts are on the scale percent / 100.

mod conformal;
mod deciles;
mod growth;
mod metrics;
mod significance;

pub mod detection;

pub use conformal::{AbsoluteErrors, MIN_ERRORS, conformal, coverage, interval};
pub use deciles::{ErrorSums, Tenth, by_decile, decile_results, deciles};
pub use growth::exponent;
pub use metrics::{MAPE_FLOOR, Point, score, spread};
pub use significance::{LossSeries, compare_all, compare_all_horizons, compare_to};
