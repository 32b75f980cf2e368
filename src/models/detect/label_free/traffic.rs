//! `rpc_stgcn`: the traffic of each pattern of calls, predicted by gated temporal convolutions around a graph convolution
//! (Chen, Huang & Chen; Yu, Yin & Zhu 2018; MODELS.md B.12).
//!
//! Nodes are the pairs of types that call each other, joined where they share a type. Each pattern has a series of how
//! many calls were made and how long they took; one more is of what follows no pattern. The last snapshot of a window is
//! predicted from those before it.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use crate::models::activation::sigmoid;
use crate::models::conv::TemporalConv;
use crate::models::params::linear;
use crate::stream::StreamRng;

const WIDTH: usize = 16;
/// Steps of a temporal convolution, as far as there are so many.
const KERNEL: usize = 2;

/// The network.
#[derive(Module, Debug)]
pub struct Traffic {
    first: TemporalConv,
    /// Of a node and of its neighbours, side by side: polynomials of `Â` up to the first.
    graph: Linear,
    second: TemporalConv,
    /// Over all steps that are left.
    output: TemporalConv,
    #[module(skip)]
    shape: DetectShape,
}

impl Traffic {
    /// `None` where there are no calls.
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Option<Self> {
        if shape.calls.edges.is_empty() {
            return None;
        }
        let (n_channels, n_inputs) = (n_channels(shape), n_inputs(shape));
        let kernel = KERNEL.min(n_inputs);
        let left = n_inputs + 1 - kernel;
        let next = KERNEL.min(left);
        Some(Self {
            first: TemporalConv::init([n_channels, 2 * WIDTH], [kernel, 1], rng, device),
            graph: linear([2 * WIDTH, WIDTH], 2 * WIDTH, true, rng, device),
            second: TemporalConv::init([WIDTH, 2 * WIDTH], [next, 1], rng, device),
            output: TemporalConv::init([WIDTH, n_channels], [left + 1 - next, 1], rng, device),
            shape: shape.clone(),
        })
    }

    /// Absolute error of each series, `[B, E·C]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let (n_edges, n_channels) = (self.shape.calls.edges.len(), n_channels(&self.shape));
        let n = batch.n_sequences();
        let rows = n_edges * n;
        let steps: Vec<Tensor<3>> =
            (0..n_inputs(&self.shape)).map(|step| self.at(batch, step).reshape([rows, 1, n_channels])).collect();
        let hidden = gated(self.first.forward(Tensor::cat(steps, 1))); // [E·B, T, 16]
        let [_, n_steps, _] = hidden.dims();
        let adjacency = tensor::<2>(adjacency(&self.shape.calls.edges), [n_edges, n_edges], batch.device());
        let near = adjacency.matmul(hidden.clone().reshape([n_edges, n * n_steps * WIDTH]));
        let both = Tensor::cat(vec![hidden, near.reshape([rows, n_steps, WIDTH])], 2);
        let mixed = relu(self.graph.forward(both));
        let predicted = self.output.forward(gated(self.second.forward(mixed))); // [E·B, 1, C]
        let apart = predicted.reshape([rows, n_channels]) - self.at(batch, self.shape.sequence - 1);
        apart.abs().reshape([n_edges, n, n_channels]).swap_dims(0, 1).reshape([n, n_edges * n_channels])
    }

    /// Series of snapshot `step` of each sequence, `[E·B, C]`: of each pattern `ln(1 + calls)` and the duration, 0 where the
    /// snapshot follows another or has no call.
    fn at(&self, batch: &SequenceBatch, step: usize) -> Tensor<2> {
        let calls = &batch.host().calls;
        let (n_edges, n_channels) = (self.shape.calls.edges.len(), n_channels(&self.shape));
        let snapshots: Vec<usize> = batch.snapshots_at(step, self.shape.sequence).collect();
        let mut cells = vec![0.0; n_edges * snapshots.len() * n_channels];
        let rows = (0..n_edges).flat_map(|edge| snapshots.iter().map(move |&snapshot| (edge, snapshot)));
        for (row, (edge, snapshot)) in cells.chunks_exact_mut(n_channels).zip(rows) {
            let cell = snapshot * n_edges + edge;
            if calls.counts[cell] > 0.0 {
                let pattern = 2 * calls.patterns[snapshot] as usize;
                row[pattern] = calls.counts[cell].ln_1p();
                row[pattern + 1] = if calls.durations[cell].is_nan() { 0.0 } else { calls.durations[cell] };
            }
        }
        tensor(cells, [n_edges * snapshots.len(), n_channels], batch.device())
    }
}

/// `C`: two series of each pattern, and of none of them.
fn n_channels(shape: &DetectShape) -> usize {
    2 * (shape.calls.n_patterns + 1)
}

/// Snapshots before the last; a window of one predicts itself, as there is nothing else.
fn n_inputs(shape: &DetectShape) -> usize {
    shape.sequence.saturating_sub(1).max(1)
}

/// `P ⊙ σ(Q)`.
fn gated(states: Tensor<3>) -> Tensor<3> {
    states.clone().narrow(2, 0, WIDTH) * sigmoid(states.narrow(2, WIDTH, WIDTH))
}

/// `D^-½ (A + I) D^-½` of pairs that share a type, `[E, E]`.
fn adjacency(edges: &[(u32, u32)]) -> Vec<f32> {
    let is_joined = |a: &(u32, u32), b: &(u32, u32)| [a.0, a.1].iter().any(|end| [b.0, b.1].contains(end));
    let degree = |a: &(u32, u32)| edges.iter().filter(|b| is_joined(a, b)).count() as f64;
    let entry = |a: &(u32, u32), b: &(u32, u32)| {
        if is_joined(a, b) { (1.0 / (degree(a) * degree(b)).sqrt()) as f32 } else { 0.0 }
    };
    edges.iter().flat_map(|a| edges.iter().map(move |b| entry(a, b))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_joined_where_they_share_a_type() {
        // a → b, b → c, d → e.
        let found = adjacency(&[(0, 1), (1, 2), (3, 4)]);
        assert_eq!(found, [0.5, 0.5, 0.0, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0]);
    }
}
