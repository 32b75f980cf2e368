//! How counts grow.

use statrs::statistics::Statistics;

use crate::report::CostRow;

/// The exponent of the growth along an axis: slope of the logarithms by least squares. `None` with fewer than two values.
pub fn exponent(rows: &[CostRow], axis: &str, count: fn(&CostRow) -> u64) -> Option<f64> {
    let of_axis = rows.iter().filter(|row| row.axis == axis && row.value > 0 && count(row) > 0);
    let (x, y): (Vec<f64>, Vec<f64>) = of_axis.map(|row| ((row.value as f64).ln(), (count(row) as f64).ln())).unzip();
    let variance = x.iter().variance();
    (variance > 0.0).then(|| x.iter().covariance(y.iter()) / variance)
}
