//! What preparation fits on the training part, kept apart from the data so that it can be used on others.

use std::ops::Range;

use super::cube::Cube;
use super::scale::{Scale, Scaler};

/// Scales and fill values of some nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// Metrics per node.
    pub n_metrics: usize,
    /// Bins that it was fitted on.
    pub fitted_on: Range<usize>,
    /// One scale per node and metric, shape `[N, metrics]`.
    pub scales: Vec<Scale>,
    /// Training means that long gaps are filled with, shape `[N, metrics]`, unit.
    pub means: Vec<f32>,
}

impl Preparation {
    /// The same for other nodes, by name. A node that is not known gets the scales of the first one, which are those of
    /// all nodes but under z-scores, and the mean of the known means.
    pub(super) fn of_nodes(&self, names: &[String]) -> Self {
        let m = self.n_metrics;
        let row = |name: &String| self.nodes.iter().position(|known| known == name);
        let rows: Vec<Option<usize>> = names.iter().map(row).collect();
        let pooled = |metric: usize| {
            let sum: f64 = self.means.iter().skip(metric).step_by(m).map(|&mean| f64::from(mean)).sum();
            (sum / self.nodes.len().max(1) as f64) as f32
        };
        let scales = rows.iter().flat_map(|row| self.scales.iter().skip(row.unwrap_or(0) * m).take(m).copied());
        let mean =
            |row: Option<usize>, metric: usize| row.map_or_else(|| pooled(metric), |row| self.means[row * m + metric]);
        let means = rows.iter().flat_map(|&row| (0..m).map(move |metric| mean(row, metric)));
        Self {
            nodes: names.to_vec(),
            n_metrics: m,
            fitted_on: self.fitted_on.clone(),
            scales: scales.collect(),
            means: means.collect(),
        }
    }

    pub(super) fn scaler(&self) -> Scaler {
        Scaler { fitted_on: self.fitted_on.clone(), scales: self.scales.clone() }
    }
}

/// Mean of each node's observed values in the first bins, `[N, metrics]`; that of all nodes where there is none.
pub(super) fn training_means(cube: &Cube, n_training: usize) -> Vec<f32> {
    let of_node = |node: usize, metric: usize| (0..n_training).map(move |bin| cube.at(bin, node, metric));
    let pooled: Vec<f32> = (0..cube.n_metrics)
        .map(|metric| mean((0..cube.n_nodes).flat_map(|node| of_node(node, metric))).unwrap_or(0.0))
        .collect();
    let cells = (0..cube.n_nodes).flat_map(|node| (0..cube.n_metrics).map(move |metric| (node, metric)));
    cells.map(|(node, metric)| mean(of_node(node, metric)).unwrap_or(pooled[metric])).collect()
}

/// Mean of the observed values; `None` if there is none.
fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, n) = values.filter(|value| !value.is_nan()).fold((0.0, 0_u64), |(sum, n), x| (sum + f64::from(x), n + 1));
    (n > 0).then(|| (sum / n as f64) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preparation() -> Preparation {
        let scale = |offset: f32| Scale { offset, factor: 2.0 };
        Preparation {
            nodes: vec!["a".into(), "b".into()],
            n_metrics: 2,
            fitted_on: 0..9,
            scales: [1.0, 2.0, 3.0, 4.0].map(scale).to_vec(),
            means: vec![10.0, 20.0, 30.0, 40.0],
        }
    }

    #[test]
    fn nodes_are_found_by_name_and_an_unknown_one_gets_the_mean() {
        let chosen = preparation().of_nodes(&["b".into(), "new".into()]);
        assert_eq!(chosen.scales.iter().map(|scale| scale.offset).collect::<Vec<_>>(), [3.0, 4.0, 1.0, 2.0]);
        assert_eq!(chosen.means, [30.0, 40.0, 20.0, 30.0]);
        assert_eq!(preparation().of_nodes(&preparation().nodes), preparation());
    }
}
