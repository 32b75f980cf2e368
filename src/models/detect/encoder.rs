//! Graph convolutions and pooling: one vector per snapshot (MODELS.md B.5).

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::calls::CallWeights;
use super::graph::EncoderGraph;
use super::propagate::{Nodes, Propagation};
use crate::config::{NetworkConfig, PoolOver, Pooling};
use crate::models::Dropout;
use crate::models::params::linear;
use crate::stream::StreamRng;

/// `H^ℓ = ReLU(Â H^(ℓ-1) W^ℓ + b^ℓ)`, then pooling. The first `Â X` is in the input already.
#[derive(Module, Debug)]
pub(super) struct Encoder {
    layers: Vec<Linear>,
    /// Logit of each instance, `[H, 1]`.
    instance_head: Option<Linear>,
    /// Of edges between types that call each other; absent where the graph has none.
    calls: Option<CallWeights>,
    dropout: f64,
    #[module(skip)]
    pooling: Pooling,
    #[module(skip)]
    pool_over: PoolOver,
}

/// What an encoder says about snapshots.
#[derive(Debug, Clone)]
pub(super) struct Encoded {
    /// `[S, G]`.
    pub(super) pooled: Tensor<2>,
    /// Logit of each instance, `[S, I]`.
    pub(super) instance_logits: Option<Tensor<2>>,
}

impl Encoder {
    /// Layers of these widths, the first entry being the input's; weights from U(±1/√fan_in).
    pub(super) fn init(widths: &[usize], network: &NetworkConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let layers: Vec<Linear> =
            widths.windows(2).map(|pair| linear([pair[0], pair[1]], pair[0], true, rng, device)).collect();
        let hidden = widths.last().copied().unwrap_or_default();
        Self {
            instance_head: network.node_head.then(|| linear([hidden, 1], hidden, true, rng, device)),
            layers,
            calls: None,
            dropout: network.dropout,
            pooling: network.pooling,
            pool_over: network.pool_over,
        }
    }

    /// The same for a graph, with weights for its call edges if it has any.
    pub(super) fn on_graph(self, graph: &EncoderGraph, device: &Device) -> Self {
        Self { calls: graph.calls.as_ref().map(|_| CallWeights::init(device)), ..self }
    }

    /// `G`: width of the pooled vector over rows of width `hidden`.
    pub(super) fn pooled_width(pooling: Pooling, hidden: usize) -> usize {
        if pooling == Pooling::Both { 2 * hidden } else { hidden }
    }

    /// Encodes snapshots; without a graph `Â = I`. Durations of calls, `[S, E]`, are read if the graph has call edges.
    pub(super) fn forward(
        &self,
        inputs: Nodes,
        (graph, is_joined): (&EncoderGraph, bool),
        durations: &[f32],
        dropout: &mut Dropout<'_>,
    ) -> Encoded {
        let n_snapshots = inputs.shared.dims()[0] / graph.hierarchy.first_instance();
        let nodes = self.hidden(inputs, (graph, is_joined), durations, dropout);
        let instance_logits = self.instance_head.as_ref().map(|head| {
            let logits = head.forward(nodes.instances.clone()); // [I·S, 1]
            logits.reshape([graph.hierarchy.n_instances(), n_snapshots]).transpose()
        });
        Encoded { pooled: self.pool(nodes, n_snapshots), instance_logits }
    }

    /// Rows behind the last convolution.
    pub(super) fn hidden(
        &self,
        inputs: Nodes,
        (graph, is_joined): (&EncoderGraph, bool),
        durations: &[f32],
        dropout: &mut Dropout<'_>,
    ) -> Nodes {
        let device = inputs.shared.device();
        let pairs = graph.calls.as_ref().zip(self.calls.as_ref());
        let calls = pairs.map(|(pairs, weights)| (pairs, weights.of(pairs, durations, &device)));
        // Without call edges the first product is in the input already.
        let first = usize::from(calls.is_none());
        let propagation =
            (is_joined && self.layers.len() > first).then(|| Propagation::new(graph, calls.as_ref(), &device));
        let mut nodes = inputs;
        for (idx, layer) in self.layers.iter().enumerate() {
            if idx > 0 {
                nodes = nodes.map(|rows| dropout.apply_coarse(rows, self.dropout));
            }
            if idx >= first {
                nodes = propagation.iter().fold(nodes, |nodes, propagation| propagation.apply(nodes));
            }
            nodes = nodes.map(|rows| relu(layer.forward(rows)));
        }
        nodes
    }

    /// `[S, G]`.
    fn pool(&self, nodes: Nodes, n_snapshots: usize) -> Tensor<2> {
        let width = nodes.shared.dims()[1];
        let parts = match self.pool_over {
            PoolOver::All => vec![Some(nodes.shared), Some(nodes.instances), nodes.slices],
            PoolOver::Instances => vec![Some(nodes.instances)],
        };
        let columns = n_snapshots * width;
        let parts = parts.into_iter().flatten().map(|part| {
            let n_nodes = part.dims()[0] / n_snapshots;
            part.reshape([n_nodes, columns])
        });
        let parts: Vec<Tensor<2>> = parts.collect(); // each [nodes, S·H]
        let mean = || {
            let n_nodes: usize = parts.iter().map(|part| part.dims()[0]).sum();
            let sums = parts.iter().map(|part| part.clone().sum_dim(0));
            let sum = sums.reduce(|a, b| a + b).expect("a snapshot has nodes");
            (sum / n_nodes as f32).reshape([n_snapshots, width])
        };
        let max = || {
            let largest = parts.iter().map(|part| largest(part.clone()));
            let largest = largest.reduce(|a, b| a.max_pair(b)).expect("a snapshot has nodes");
            largest.reshape([n_snapshots, width])
        };
        match self.pooling {
            Pooling::Both => Tensor::cat(vec![mean(), max()], 1),
            Pooling::Sum => (mean() + max()) / 2.0,
            Pooling::Mean => mean(),
            Pooling::Max => max(),
        }
    }
}

/// Largest entry of each column, `[1, columns]`; of equal ones the first has the gradient.
///
/// The places are found on the host, row by row, in the order of memory; the libraries walk down each column.
fn largest(part: Tensor<2>) -> Tensor<2> {
    let n = part.dims()[1];
    let values = part.clone().detach().into_data().try_to_vec::<f32>().expect("hidden rows are f32");
    let mut best = vec![f32::NEG_INFINITY; n];
    let mut rows = vec![0_i32; n];
    for (cells, row) in values.chunks_exact(n).zip(0..) {
        for ((best, at), &value) in best.iter_mut().zip(&mut rows).zip(cells) {
            let is_larger = value > *best || value.is_nan();
            *best = if is_larger { value } else { *best };
            *at = if is_larger { row } else { *at };
        }
    }
    let device = part.device();
    part.gather(0, Tensor::<2, Int>::from_data(TensorData::new(rows, [1, n]), &device))
}
