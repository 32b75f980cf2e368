//! Values of the kept nodes in the unit in which errors are measured.

use crate::data::Dataset;

/// Values of shape `[T, N, F]`, row-major; NaN where missing.
#[derive(Debug, Clone)]
pub(super) struct Cube {
    pub(super) n_bins: usize,
    pub(super) n_nodes: usize,
    pub(super) n_metrics: usize,
    pub(super) values: Vec<f32>,
}

impl Cube {
    /// The values of some nodes; per cent are divided by 100.
    pub(super) fn new(dataset: &Dataset, nodes: &[usize]) -> Self {
        let (n_bins, n_nodes, n_metrics) = (dataset.n_bins, nodes.len(), dataset.n_metrics());
        let mut values = Vec::with_capacity(n_bins * n_nodes * n_metrics);
        for bin in 0..n_bins {
            for &node in nodes {
                let metrics = dataset.metrics.iter().enumerate();
                values.extend(metrics.map(|(metric, about)| about.unit.to_unit(dataset.at(bin, node, metric))));
            }
        }
        Self { n_bins, n_nodes, n_metrics, values }
    }

    pub(super) fn at(&self, bin: usize, node: usize, metric: usize) -> f32 {
        self.values[(bin * self.n_nodes + node) * self.n_metrics + metric]
    }

    /// The series of one metric of one node.
    pub(super) fn series(&self, node: usize, metric: usize) -> Vec<f32> {
        (0..self.n_bins).map(|bin| self.at(bin, node, metric)).collect()
    }

    /// Replaces the series of one metric of one node.
    pub(super) fn set_series(&mut self, node: usize, metric: usize, series: &[f32]) {
        for (bin, &value) in series.iter().enumerate() {
            self.values[(bin * self.n_nodes + node) * self.n_metrics + metric] = value;
        }
    }

    /// Number of missing values in each bin.
    pub(super) fn missing_per_bin(&self) -> Vec<usize> {
        let missing = |bin: &[f32]| bin.iter().filter(|value| value.is_nan()).count();
        self.values.chunks_exact(self.n_nodes * self.n_metrics).map(missing).collect()
    }
}
