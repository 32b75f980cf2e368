//! Scales of the model input, fitted on the training part (MODELS.md A.4).

use std::ops::Range;

use super::cube::Cube;
use crate::config::InputScale;
use crate::data::{Metric, Unit};

/// Smallest divisor of shares, one percentage point: a resting series has no spread to divide by (MODELS.md E,
/// pitfall 27).
const MIN_FACTOR: f64 = 0.01;
/// Smallest divisor of everything else, as a share of the offset (as in MODELS.md B.4) and of the largest training
/// value of all nodes.
const MIN_SHARES: (f64, f64) = (0.05, 1e-4);
/// Quantiles that stand for the extremes of network and disk, whose largest values are single bursts.
const BURST_QUANTILES: (f64, f64) = (0.001, 0.999);

/// Model value = (unit value − offset) / factor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// What becomes 0, in the unit in which errors are measured.
    pub offset: f32,
    /// What becomes a distance of 1; above 0.
    pub factor: f32,
}

impl Scale {
    /// The value itself.
    pub const UNIT: Self = Self { offset: 0.0, factor: 1.0 };

    fn new(offset: f64, factor: f64, floor: Floor) -> Self {
        Self { offset: offset as f32, factor: factor.max(floor.at(offset)) as f32 }
    }

    /// From the unit in which errors are measured to the scale of the model.
    pub fn apply(self, unit: f32) -> f32 {
        (unit - self.offset) / self.factor
    }

    /// From the scale of the model to the unit in which errors are measured.
    pub fn invert(self, model: f32) -> f32 {
        model * self.factor + self.offset
    }
}

/// Smallest divisor of a metric.
#[derive(Debug, Clone, Copy)]
enum Floor {
    /// Values are shares of a capacity.
    OfShares,
    /// Values have no known capacity; this is the largest absolute one of the training part.
    OfLargest(f64),
}

impl Floor {
    fn new(unit: Unit, values: impl Iterator<Item = f64>) -> Self {
        if unit.is_share() { Self::OfShares } else { Self::OfLargest(values.map(f64::abs).fold(0.0, f64::max)) }
    }

    fn at(self, offset: f64) -> f64 {
        match self {
            Self::OfShares => MIN_FACTOR,
            Self::OfLargest(largest) => {
                let floor = (MIN_SHARES.0 * offset.abs()).max(MIN_SHARES.1 * largest);
                // Nothing but zeros, or numbers too small for a divisor of 32 bits: any divisor does.
                if floor >= f64::from(f32::MIN_POSITIVE) { floor } else { 1.0 }
            }
        }
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
    pub(super) fn fit(cube: &Cube, metrics: &[Metric], kind: InputScale, bins: Range<usize>) -> Self {
        let (n_nodes, n_metrics) = (cube.n_nodes, cube.n_metrics);
        let observed = |node: usize, metric: usize| {
            bins.clone().map(move |bin| f64::from(cube.at(bin, node, metric))).filter(|value| !value.is_nan())
        };
        let pooled = |metric: usize| (0..n_nodes).flat_map(move |node| observed(node, metric));
        let floor = |(metric, about): (usize, &Metric)| Floor::new(about.unit, pooled(metric));
        let floors: Vec<Floor> = metrics.iter().enumerate().map(floor).collect();
        let scales = match kind {
            InputScale::Unit => vec![Scale::UNIT; n_nodes * n_metrics],
            InputScale::Minmax => {
                let of_metric =
                    |metric: usize| min_max(pooled(metric).collect(), is_bursty(&metrics[metric].id), floors[metric]);
                let row: Vec<Scale> = (0..n_metrics).map(of_metric).collect();
                row.repeat(n_nodes)
            }
            InputScale::Zscore => {
                let one =
                    |node: usize, metric: usize| z_score(&observed(node, metric).collect::<Vec<_>>(), floors[metric]);
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

fn min_max(mut values: Vec<f64>, is_bursty: bool, floor: Floor) -> Scale {
    if values.is_empty() {
        return Scale::UNIT;
    }
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = if is_bursty { BURST_QUANTILES } else { (0.0, 1.0) };
    let (low, high) = (quantile(&values, low), quantile(&values, high));
    Scale::new(low, high - low, floor)
}

/// Quantile of sorted values with linear interpolation (type 7 of Hyndman and Fan, the default of NumPy and R).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

/// Mean and population standard deviation.
fn z_score(values: &[f64], floor: Floor) -> Scale {
    if values.is_empty() {
        return Scale::UNIT;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    Scale::new(mean, variance.sqrt(), floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(id: &str, unit: Unit) -> Metric {
        Metric { id: id.into(), label: id.into(), unit }
    }

    fn cube(values: &[f32], n_nodes: usize) -> Cube {
        Cube { n_bins: values.len() / n_nodes, n_nodes, n_metrics: 1, values: values.to_vec() }
    }

    #[test]
    fn z_scores_are_per_node_and_ignore_bins_behind_the_training_part() {
        let cube = cube(&[0.1, 0.5, 0.3, 0.5, f32::NAN, 0.5, 0.9, 0.0], 2);
        let scaler = Scaler::fit(&cube, &[metric("cpu", Unit::Percent)], InputScale::Zscore, 0..3);
        assert!((scaler.scales[0].offset - 0.2).abs() < 1e-6 && (scaler.scales[0].factor - 0.1).abs() < 1e-6);
        assert_eq!((scaler.scales[1].offset, scaler.scales[1].factor), (0.5, 0.01));
        assert_eq!(scaler.fitted_on, 0..3);
    }

    #[test]
    fn min_max_is_pooled_and_takes_quantiles_for_bursty_metrics() {
        let values: Vec<f32> = (0..=1000).map(|i| i as f32 / 1000.0).collect();
        let fit = |name: &str| {
            Scaler::fit(&cube(&values, 1), &[metric(name, Unit::Percent)], InputScale::Minmax, 0..1001).scales[0]
        };
        assert_eq!((fit("mem").offset, fit("mem").factor), (0.0, 1.0));
        assert!((fit("disk").offset - 0.001).abs() < 1e-6 && (fit("disk").factor - 0.998).abs() < 1e-6);
        assert!(fit("net_in").apply(1.0) > 1.0, "values outside are not clipped");
    }

    #[test]
    fn without_a_capacity_the_smallest_divisor_follows_the_values() {
        let fit = |values: &[f32], n_nodes: usize| {
            let metrics = [metric("mem", Unit::Bytes)];
            Scaler::fit(&cube(values, n_nodes), &metrics, InputScale::Zscore, 0..values.len() / n_nodes).scales
        };
        let resting = fit(&[1e9, 2e9, 1e9, 4e9], 2);
        assert_eq!((resting[0].offset, resting[0].factor), (1e9, 5e7));
        assert_eq!(fit(&[0.0, 8.0, 0.0, 8.0], 2)[0].factor, 8e-4);
        assert_eq!(fit(&[0.0, 0.0], 1)[0].factor, 1.0);
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
