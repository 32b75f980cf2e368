//! How good a forecast is: plain slices in, [`Metrics`](crate::report::Metrics) and verdicts out.
//!
//! Knows no tensors and not which model it judges. All errors are on the scale percent / 100.

mod conformal;
mod deciles;
mod metrics;
mod significance;

pub use conformal::{AbsoluteErrors, MIN_ERRORS, conformal, coverage, interval};
pub use deciles::{ErrorSums, Tenth, by_decile, decile_results, deciles};
pub use metrics::{MAPE_FLOOR, Point, score, spread};
pub use significance::{LossSeries, compare_all, compare_all_horizons, compare_to};
