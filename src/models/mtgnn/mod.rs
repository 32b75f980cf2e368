//! `mtgnn`: dilated inception convolutions and mix-hop propagation on a learned sparse graph (Wu et al. 2020; MODELS.md
//! A.9).
//!
//! The published code also holds a residual convolution per layer that it never uses; with those the parameter count of
//! MODELS.md (78 497 at `N = 60`, `F = 5`, `T = 24`) comes out. Layer normalisation has weights of single nodes.

mod learner;

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use learner::{GraphLearner, row_stochastic};

use super::adjacency::receive;
use super::batch::Batch;
use super::conv::{TemporalConv, from_last_steps, last_steps};
use super::node_norm::NodeNorm;
use super::params::{Dropout, linear};
use super::shape::Shape;
use crate::config::MtgnnConfig;
use crate::models::activation::{sigmoid, tanh};
use crate::stream::StreamRng;

/// Steps of the convolutions that share a layer's channels.
const KERNELS: [usize; MtgnnConfig::N_KERNELS] = [2, 3, 6, 7];
/// Hops of a propagation.
const DEPTH: usize = 2;
/// `β`: share of the input in every hop.
const KEPT: f64 = 0.05;

/// The network.
#[derive(Module, Debug)]
pub struct Mtgnn {
    /// `[F, d]`.
    input: Linear,
    graph: GraphLearner,
    /// From the whole window, `[L·F, skip]`.
    first_skip: Linear,
    layers: Vec<Layer>,
    /// From all steps that are left, `[L'·d, skip]`.
    last_skip: Linear,
    /// `[skip, end]`.
    hidden: Linear,
    /// `[end, P]`.
    output: Linear,
    #[module(skip)]
    settings: MtgnnConfig,
}

/// Steps that a layer takes away: dilations double from layer to layer.
fn reach(layer: usize) -> usize {
    (KERNELS[KERNELS.len() - 1] - 1) << layer
}

/// `L`: the window, with zeros before it where it is shorter than the receptive field.
fn padded_len(settings: &MtgnnConfig, n_steps: usize) -> usize {
    let field = 1 + (0..settings.layers).map(reach).sum::<usize>();
    n_steps.max(field)
}

impl Mtgnn {
    /// Weights from U(±1/√fan_in), embeddings standard normal.
    pub fn init(settings: &MtgnnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let (d, skip, end) = (settings.width, settings.skip_width, settings.end_width);
        let len = padded_len(settings, shape.n_steps);
        let dense = |from: usize, to: usize, rng: &mut StreamRng| linear([from, to], from, true, rng, device);
        let input = dense(shape.n_features, d, rng);
        let graph = GraphLearner::init(shape.n_nodes, settings, rng, device);
        let first_skip = dense(len * shape.n_features, skip, rng);
        let mut left = len;
        let layer = |idx: usize| {
            left -= reach(idx);
            Layer::init([idx, left], settings, shape, rng, device)
        };
        let layers = (0..settings.layers).map(layer).collect();
        Self {
            input,
            graph,
            first_skip,
            layers,
            last_skip: dense(left * d, skip, rng),
            hidden: dense(skip, end, rng),
            output: dense(end, shape.n_outputs, rng),
            settings: settings.clone(),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let graph = self.graph.forward(dropout); // [1, N, N]
        let graphs = [row_stochastic(graph.clone()), row_stochastic(graph.swap_dims(1, 2))];
        let window = from_last_steps(batch.sequences(), padded_len(&self.settings, host.n_steps));
        let mut states = self.input.forward(window.clone()); // [B·N, L, d]
        let mut skip = whole(&self.first_skip, dropout.apply(window, self.settings.dropout)); // [B·N, skip]
        for layer in &self.layers {
            let gated = dropout.apply(layer.gated(states.clone()), self.settings.dropout);
            skip = skip + whole(&layer.skip, gated.clone());
            states = layer.propagate(gated, states, &graphs);
        }
        let skip = skip + whole(&self.last_skip, states);
        let ahead = self.output.forward(relu(self.hidden.forward(relu(skip)))); // [B·N, P]
        ahead.reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &MtgnnConfig, shape: Shape) -> usize {
        let [d, skip, end] = [settings.width, settings.skip_width, settings.end_width].map(|size| size as u64);
        let [n, f, e] = [shape.n_nodes, shape.n_features, settings.embedding].map(|size| size as u64);
        let (len, depth) = (padded_len(settings, shape.n_steps), DEPTH as u64);
        let taps = KERNELS.iter().sum::<usize>().div_ceil(KERNELS.len()) as u64;
        let step = 2 * d * (taps * d + 30) + d * skip + 2 * depth * d * n + 2 * (depth + 1) * d * d;
        let lens = (0..settings.layers).scan(len, |left, layer| {
            *left -= reach(layer);
            Some(*left as u64)
        });
        let once = len as u64 * f * (d + skip) + (skip + shape.n_outputs as u64) * end;
        let graph = 2 * e * (n + e) + 60 * n;
        shape.of_all_nodes(lens.sum::<u64>() * step + once + graph)
    }
}

/// A linear map of all steps of a node, `[R, T, d]` to `[R, out]`.
fn whole(linear: &Linear, states: Tensor<3>) -> Tensor<2> {
    linear.forward(states.flatten::<2>(1, 2))
}

#[derive(Module, Debug)]
struct Layer {
    filter: Inception,
    gate: Inception,
    /// `[T'·d, skip]`.
    skip: Linear,
    /// Hops along the graph, `[(1 + depth)·d, d]`.
    along: Linear,
    /// Hops against the graph.
    against: Linear,
    norm: NodeNorm,
}

impl Layer {
    /// `left` are the steps that the layer leaves.
    fn init(
        [idx, left]: [usize; 2],
        settings: &MtgnnConfig,
        shape: Shape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let (d, hops) = (settings.width, (1 + DEPTH) * settings.width);
        Self {
            filter: Inception::init(d, 1 << idx, rng, device),
            gate: Inception::init(d, 1 << idx, rng, device),
            skip: linear([left * d, settings.skip_width], left * d, true, rng, device),
            along: linear([hops, d], hops, true, rng, device),
            against: linear([hops, d], hops, true, rng, device),
            norm: NodeNorm::init(shape.n_nodes, left * d, device),
        }
    }

    /// `[R, T, d]` to `[R, T', d]`.
    fn gated(&self, states: Tensor<3>) -> Tensor<3> {
        tanh(self.filter.forward(states.clone())) * sigmoid(self.gate.forward(states))
    }

    /// Both propagations, the residual and the normalisation, `[R, T', d]`.
    fn propagate(&self, gated: Tensor<3>, before: Tensor<3>, [along, against]: &[Tensor<3>; 2]) -> Tensor<3> {
        let len = gated.dims()[1];
        let spread = self.along.forward(hops(along, &gated)) + self.against.forward(hops(against, &gated));
        self.norm.forward(spread + last_steps(&before, len))
    }
}

/// `H_0 = X`, `H_k = β X + (1 - β) Ã H_{k-1}`, side by side.
fn hops(graph: &Tensor<3>, states: &Tensor<3>) -> Tensor<3> {
    let mut all = vec![states.clone()];
    for hop in 0..DEPTH {
        all.push(states.clone().mul_scalar(KEPT) + receive(graph, &all[hop]).mul_scalar(1.0 - KEPT));
    }
    Tensor::cat(all, 2)
}

/// Convolutions of different lengths, each with a share of the channels, at the steps that the longest one reaches.
#[derive(Module, Debug)]
struct Inception {
    convs: Vec<TemporalConv>,
}

impl Inception {
    fn init(d: usize, dilation: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let sizes = [d, d / KERNELS.len()];
        let conv = |kernel: &usize| TemporalConv::init(sizes, [*kernel, dilation], rng, device);
        Self { convs: KERNELS.iter().map(conv).collect() }
    }

    fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        let longest = self.convs.iter().map(TemporalConv::reach).max().unwrap_or(0);
        let len = states.dims()[1] - longest;
        // A shorter convolution needs no more than the steps that its last outputs see.
        let of = |conv: &TemporalConv| conv.forward(last_steps(&states, len + conv.reach()));
        Tensor::cat(self.convs.iter().map(of).collect(), 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::device;

    #[test]
    fn the_receptive_field_is_that_of_the_specification() {
        assert_eq!(padded_len(&MtgnnConfig::default(), 1), 19);
        assert_eq!(padded_len(&MtgnnConfig::default(), 24), 24);
    }

    #[test]
    fn every_hop_keeps_a_share_of_the_input() {
        let device = device(Backend::Flex);
        let graph = Tensor::<3>::from_floats([[[0.0, 1.0], [1.0, 0.0]]], &device);
        let states = Tensor::<1>::from_floats([1.0, 3.0], &device).reshape([2, 1, 1]);
        let found = hops(&graph, &states).into_data().try_to_vec::<f32>().expect("f32");
        // 0.05 + 0.95 · 3 = 2.9 and 0.15 + 0.95 = 1.1; then 0.05 + 0.95 · 1.1 = 1.095 and 0.15 + 0.95 · 2.9 = 2.905.
        let wanted = [1.0, 2.9, 1.095, 3.0, 1.1, 2.905];
        found.iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{found:?}"));
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        // MODELS.md D.1: 13.2 million without transcendental functions.
        let cost = Mtgnn::cost(&MtgnnConfig::default(), shape);
        assert!((11_000_000..25_000_000).contains(&cost), "{cost}");
    }
}
