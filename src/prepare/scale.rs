//! Scales of the model input, fitted on the training part (MODELS.md A.4).

use std::ops::Range;

use super::cube::Cube;
use crate::config::InputScale;

/// Smallest divisor, one percentage point: a resting series has no spread to divide by (MODELS.md E, pitfall 27).
const MIN_FACTOR: f64 = 0.01;
/// Quantiles that stand for the extremes of network and disk, whose largest values are single bursts.
const BURST_QUANTILES: (f64, f64) = (0.001, 0.999);

/// Model value = (unit value − offset) / factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What becomes 0, on the scale percent / 100.
    pub offset: f32,
    /// What becomes a distance of 1; above 0.
    pub factor: f32,
}

impl Scale {
    /// Percent / 100 itself.
    pub const UNIT: Self = Self { offset: 0.0, factor: 1.0 };

    fn new(offset: f64, factor: f64) -> Self {
        Self { offset: offset as f32, factor: factor.max(MIN_FACTOR) as f32 }
    }

    /// From the scale percent / 100 to the scale of the model.
    pub fn apply(self, unit: f32) -> f32 {
        (unit - self.offset) / self.factor
    }

    /// From the scale of the model to percent / 100.
    pub fn invert(self, model: f32) -> f32 {
        model * self.factor + self.offset
    }
}

/// Scales of all nodes and metrics, and the bins that they were fitted on.
#[derive(Debug, Clone, PartialEq)]
pub struct Scaler {
    /// Bins whose values were used.
    pub fitted_on: Range<usize>,
    /// One scale per node and metric, shape `[N, F]`.
    pub scales: Vec<Scale>,
}

impl Scaler {
    /// Fits scales on the observed values of some bins.
    pub(super) fn fit(cube: &Cube, metrics: &[String], kind: InputScale, bins: Range<usize>) -> Self {
        let (n_nodes, n_metrics) = (cube.n_nodes, cube.n_metrics);
        let observed = |node: usize, metric: usize| {
            bins.clone().map(move |bin| f64::from(cube.at(bin, node, metric))).filter(|value| !value.is_nan())
        };
        let scales = match kind {
            InputScale::Unit => vec![Scale::UNIT; n_nodes * n_metrics],
            InputScale::Minmax => {
                let pooled = |metric: usize| {
                    let values = (0..n_nodes).flat_map(|node| observed(node, metric)).collect();
                    min_max(values, is_bursty(&metrics[metric]))
                };
                let row: Vec<Scale> = (0..n_metrics).map(pooled).collect();
                row.repeat(n_nodes)
            }
            InputScale::Zscore => {
                let one = |node: usize, metric: usize| z_score(&observed(node, metric).collect::<Vec<_>>());
                (0..n_nodes).flat_map(|node| (0..n_metrics).map(move |metric| one(node, metric))).collect()
            }
        };
        Self { fitted_on: bins, scales }
    }
}

/// Network and disk: their bursts are measurement noise more often than load.
pub(super) fn is_bursty(metric: &str) -> bool {
    metric.starts_with("net") || metric == "disk"
}

fn min_max(mut values: Vec<f64>, is_bursty: bool) -> Scale {
    if values.is_empty() {
        return Scale::UNIT;
    }
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = if is_bursty { BURST_QUANTILES } else { (0.0, 1.0) };
    let (low, high) = (quantile(&values, low), quantile(&values, high));
    Scale::new(low, high - low)
}

/// Quantile of sorted values with linear interpolation (type 7 of Hyndman and Fan, the default of NumPy and R).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// Mean and population standard deviation.
fn z_score(values: &[f64]) -> Scale {
    if values.is_empty() {
        return Scale::UNIT;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    Scale::new(mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cube(values: &[f32], n_nodes: usize) -> Cube {
        Cube { n_bins: values.len() / n_nodes, n_nodes, n_metrics: 1, values: values.to_vec() }
    }

    #[test]
    fn z_scores_are_per_node_and_ignore_bins_behind_the_training_part() {
        let cube = cube(&[0.1, 0.5, 0.3, 0.5, f32::NAN, 0.5, 0.9, 0.0], 2);
        let scaler = Scaler::fit(&cube, &["cpu".to_owned()], InputScale::Zscore, 0..3);
        assert!((scaler.scales[0].offset - 0.2).abs() < 1e-6 && (scaler.scales[0].factor - 0.1).abs() < 1e-6);
        assert_eq!((scaler.scales[1].offset, scaler.scales[1].factor), (0.5, 0.01));
        assert_eq!(scaler.fitted_on, 0..3);
    }

    #[test]
    fn min_max_is_pooled_and_takes_quantiles_for_bursty_metrics() {
        let values: Vec<f32> = (0..=1000).map(|i| i as f32 / 1000.0).collect();
        let fit =
            |name: &str| Scaler::fit(&cube(&values, 1), &[name.to_owned()], InputScale::Minmax, 0..1001).scales[0];
        assert_eq!((fit("mem").offset, fit("mem").factor), (0.0, 1.0));
        assert!((fit("disk").offset - 0.001).abs() < 1e-6 && (fit("disk").factor - 0.998).abs() < 1e-6);
        assert!(fit("net_in").apply(1.0) > 1.0, "values outside are not clipped");
    }

    #[test]
    fn scaling_is_inverted() {
        let scale = Scale { offset: 0.3, factor: 0.05 };
        assert!((scale.invert(scale.apply(0.42)) - 0.42).abs() < 1e-6);
    }

    #[test]
    fn quantiles_interpolate() {
        assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&[1.0], 0.999), 1.0);
    }
}
