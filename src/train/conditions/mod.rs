//! A trained model under conditions that it was not trained for (MODELS.md A.10b).
//!
//! What a forecast reads is changed; what it is scored against is not. Every draw is keyed by a seed and by the origin
//! or the bin, so neither the other windows of a batch nor the model change it: all models see the same noise and the
//! same gaps. The given graph channels are left as they are but for lost edges.

mod disturb;
mod nodes;

use disturb::disturb;
use nodes::{added, drawn, with_copies, with_nodes};

use crate::config::ModelConfig;
use crate::models::{Batch, Dropout, HostBatch, Network, backend_of, device};
use crate::stream::Stream;
use crate::train::Problem;

/// What is done to the windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Condition {
    /// Normal noise of this standard deviation on every metric, in the scale of the model: that of the training part
    /// under z-scores.
    Noise(f64),
    /// This share of the values of the window, each by itself, is not there.
    Missing(f64),
    /// The same share in gaps of 6 steps of a node's metric.
    MissingBlocks(f64),
    /// This share of the pairs of nodes can have no edge; each row then keeps the same share of the pairs that are
    /// left. Models without a graph notice nothing.
    Edges(f64),
    /// This many nodes are not there, at most all but one.
    NodesRemoved(usize),
    /// This many nodes that the model has never seen, at most as many as there are.
    NodesAdded(usize),
}

impl Condition {
    /// Id of the kind, as in the report.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Noise(_) => "noise",
            Self::Missing(_) => "missing",
            Self::MissingBlocks(_) => "missing-blocks",
            Self::Edges(_) => "edges",
            Self::NodesRemoved(_) => "nodes-removed",
            Self::NodesAdded(_) => "nodes-added",
        }
    }

    /// Strength; 0 changes nothing.
    pub fn level(self) -> f64 {
        match self {
            Self::Noise(level) | Self::Missing(level) | Self::MissingBlocks(level) | Self::Edges(level) => level,
            Self::NodesRemoved(count) | Self::NodesAdded(count) => count as f64,
        }
    }
}

impl Problem {
    /// The windows that end at these origins, as a model reads them under a condition.
    ///
    /// The last known target follows the disturbed inputs, because a model that adds its forecast to it would
    /// otherwise know the undisturbed value. Missing values are filled with the last one inside the window, else with
    /// 0 in the scale of the model (under z-scores the training mean). An added node copies the series, channels and
    /// records of another one, its metrics times a factor from 0.5 to 1.5 in the scale of the model, and is not scored;
    /// of the nodes that were left out the problem holds no series.
    pub fn batch_under(&self, model: &ModelConfig, origins: &[usize], condition: Condition, seed: u32) -> HostBatch {
        let mut host = self.batch_for(model, origins);
        if condition.level() <= 0.0 {
            return host;
        }
        match condition {
            Condition::Noise(_) | Condition::Missing(_) | Condition::MissingBlocks(_) => {
                disturb(self, &mut host, condition, seed);
            }
            Condition::Edges(share) => lose_edges(&mut host, share, seed),
            Condition::NodesRemoved(_) => {
                let rows: Vec<usize> = self.nodes_under(condition, seed).into_iter().flatten().collect();
                host = with_nodes(&host, &rows);
            }
            Condition::NodesAdded(count) => {
                host = with_copies(&host, self.n_metrics(), &added(host.n_nodes, count, seed))
            }
        }
        host
    }

    /// The node of each row of a batch under a condition; `None` for a node that was added.
    pub fn nodes_under(&self, condition: Condition, seed: u32) -> Vec<Option<usize>> {
        let n = self.prepared.n_nodes();
        let all = (0..n).map(Some);
        match condition {
            Condition::NodesRemoved(count) => {
                let removed = drawn(n, count.min(n.saturating_sub(1)), seed, "nodes removed");
                all.filter(|node| node.is_some_and(|node| !removed.contains(&node))).collect()
            }
            Condition::NodesAdded(count) => all.chain(std::iter::repeat_n(None, count.min(n))).collect(),
            _ => all.collect(),
        }
    }

    /// Forecasts of a network without gradients at these origins, at the scored step, in the unit in which errors are
    /// measured, `[B, N]` of the problem's own nodes; NaN for those that were removed.
    pub fn forecast_under(
        &self,
        (network, model): (&Network, &ModelConfig),
        origins: &[usize],
        condition: Condition,
        seed: u32,
    ) -> Vec<f32> {
        let host = self.batch_under(model, origins, condition, seed);
        let batch = Batch::new(host, &device(backend_of(self.config.backend, model)));
        let output = network.forward(&batch, &mut Dropout { rng: None });
        let is_change = self.config.train.residual_output || network.predicts_change();
        let output = if is_change { output + batch.last() } else { output };
        let values = output.into_data().try_to_vec::<f32>().expect("forecasts are f32");
        let window = &self.config.window;
        let scored: Vec<f32> = values.into_iter().skip(window.score_step - 1).step_by(window.output_steps).collect();
        let nodes = self.nodes_under(condition, seed);
        let mut out = vec![f32::NAN; origins.len() * self.prepared.n_nodes()];
        let rows = out.chunks_exact_mut(self.prepared.n_nodes()).zip(scored.chunks_exact(nodes.len()));
        for (out, scored) in rows {
            let known = nodes.iter().zip(scored).filter_map(|(node, value)| Some(((*node)?, value)));
            known.for_each(|(node, &value)| out[node] = self.to_unit(value, node));
        }
        out
    }
}

/// Takes pairs away, keyed by the moment of the graph.
fn lose_edges(host: &mut HostBatch, share: f64, seed: u32) {
    let n_pairs = host.n_nodes * host.n_nodes;
    let left = |graph: usize| -> Vec<f32> {
        let of_window = |window: usize| {
            let rng = &mut Stream::Data.rng(seed, &format!("edges at {}", host.moment(window, graph)));
            (0..n_pairs).map(|_| f32::from(u8::from(f64::from(rng.unit()) >= share))).collect::<Vec<f32>>()
        };
        (0..host.n_windows).flat_map(of_window).collect()
    };
    let left: Vec<Vec<f32>> = (0..host.graph_steps.len()).map(left).collect();
    for channel in [&mut host.correlation, &mut host.records] {
        for (weights, left) in channel.iter_mut().zip(&left) {
            weights.iter_mut().zip(left).for_each(|(weight, left)| *weight *= left);
        }
    }
    host.edges_left = left;
}
