//! `agcrn`: a GRU whose maps are graph convolutions with weights of each node, on a learned graph (Bai et al. 2020;
//! MODELS.md A.9).
//!
//! Weights of a node are a mixture of a pool, `W_n = E_n · pool`, and the graph is `softmax(relu(E Eᵀ))` of the same
//! embeddings. The algebra is that of the authors' code, `h' = r ⊙ h + (1 - r) ⊙ ĥ` with the candidate `ĥ` reading
//! `z ⊙ h`; so its `z` is what a GRU calls the reset gate and its `r` the update gate, and here they have those names.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::{linear, normal, uniform};
use super::shape::Shape;
use crate::config::AgcrnConfig;
use crate::models::activation::{sigmoid, tanh};
use crate::stream::StreamRng;

/// `cheb_k`: the node itself, and what it receives.
const N_TERMS: usize = 2;

/// The network.
#[derive(Module, Debug)]
pub struct Agcrn {
    /// `E`, `[N, e]`.
    node_embedding: Param<Tensor<2>>,
    layers: Vec<Cell>,
    /// `[d, P]`.
    output: Linear,
}

impl Agcrn {
    /// Embeddings standard normal; pools so that the weights that nodes mix from them are of the size of 1/√fan_in.
    pub fn init(settings: &AgcrnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let d = settings.width;
        let input = |layer| if layer == 0 { shape.n_features } else { d };
        let cell = |layer, rng: &mut StreamRng| Cell::init([input(layer), d], settings.embedding, rng, device);
        Self {
            node_embedding: normal([shape.n_nodes, settings.embedding], rng, device),
            layers: (0..settings.layers).map(|layer| cell(layer, rng)).collect(),
            output: linear([d, shape.n_outputs], d, true, rng, device),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let step = |step: usize| batch.step(step).reshape([host.n_windows, host.n_nodes, host.n_features]);
        let mut steps: Vec<Tensor<3>> = (0..host.n_steps).map(|idx| step(idx).swap_dims(0, 1)).collect(); // T x [N, B, F]
        let embedding = self.node_embedding.val();
        let graph = learned_graph(embedding.clone());
        for layer in &self.layers {
            steps = layer.forward(steps, &embedding, &graph);
        }
        let last = steps.pop().expect("a window has at least one step"); // [N, B, d]
        self.output.forward(last).swap_dims(0, 1)
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them. Mixing the weights, which is done
    /// once for all windows of a batch, is counted in full.
    pub(super) fn cost(settings: &AgcrnConfig, shape: Shape) -> usize {
        let [d, layers, e] = [settings.width, settings.layers, settings.embedding].map(|size| size as u64);
        let [n, f, t] = [shape.n_nodes, shape.n_features, shape.n_steps].map(|size| size as u64);
        let layer = |input: u64| {
            let map = N_TERMS as u64 * (input + d) * 3 * d;
            t * (map + 2 * n * (input + d) + 90 * d) + e * map
        };
        shape.of_all_nodes(layer(f) + (layers - 1) * layer(d) + n * e)
    }
}

/// `softmax(relu(E Eᵀ))`, rows sum to 1, `[N, N]`.
fn learned_graph(embedding: Tensor<2>) -> Tensor<2> {
    softmax(relu(embedding.clone().matmul(embedding.transpose())), 1)
}

/// A layer of the network.
#[derive(Module, Debug)]
struct Cell {
    gates: NodeConv,
    candidate: NodeConv,
    width: usize,
}

impl Cell {
    fn init([d_input, width]: [usize; 2], embedding: usize, rng: &mut StreamRng, device: &Device) -> Self {
        Self {
            gates: NodeConv::init([d_input + width, 2 * width], embedding, rng, device),
            candidate: NodeConv::init([d_input + width, width], embedding, rng, device),
            width,
        }
    }

    /// States after each step `[N, B, in]`, from a zero state, `T x [N, B, d]`.
    fn forward(&self, steps: Vec<Tensor<3>>, embedding: &Tensor<2>, graph: &Tensor<2>) -> Vec<Tensor<3>> {
        let (gates, candidate) = (self.gates.of_nodes(embedding), self.candidate.of_nodes(embedding));
        let mut state: Option<Tensor<3>> = None;
        let advance = |input: Tensor<3>| {
            let [n, b, _] = input.dims();
            let before = state.take().unwrap_or_else(|| Tensor::zeros([n, b, self.width], &input.device()));
            let beside = |state: Tensor<3>| Tensor::cat(vec![input.clone(), state], 2);
            let gates = sigmoid(gates.apply(beside(before.clone()), graph));
            let gate = |idx: usize| gates.clone().narrow(2, idx * self.width, self.width);
            let (reset, keep) = (gate(0), gate(1));
            let new = tanh(candidate.apply(beside(reset * before.clone()), graph));
            // r ⊙ h + (1 - r) ⊙ ĥ = ĥ + r ⊙ (h - ĥ)
            let after = new.clone() + keep * (before - new);
            state = Some(after.clone());
            after
        };
        steps.into_iter().map(advance).collect()
    }
}

/// Pools from which every node mixes its own graph convolution.
#[derive(Module, Debug)]
struct NodeConv {
    /// `[e, 2·in·out]`: the map of the node itself, then that of what it receives.
    weight_pool: Param<Tensor<2>>,
    /// `[e, out]`.
    bias_pool: Param<Tensor<2>>,
}

impl NodeConv {
    /// An embedding has a mean square of 1, so a mixed weight has the variance of `e` pooled ones.
    fn init([d_input, d_output]: [usize; 2], embedding: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let bound = 1.0 / ((embedding * N_TERMS * d_input) as f32).sqrt();
        Self {
            weight_pool: uniform([embedding, N_TERMS * d_input * d_output], bound, rng, device),
            bias_pool: uniform([embedding, d_output], bound, rng, device),
        }
    }

    fn of_nodes(&self, embedding: &Tensor<2>) -> MixedConv {
        let bias = embedding.clone().matmul(self.bias_pool.val());
        let [n, d_output] = bias.dims();
        let weight = embedding.clone().matmul(self.weight_pool.val());
        let d_both = weight.dims()[1] / d_output;
        MixedConv { weight: weight.reshape([n, d_both, d_output]), bias: bias.reshape([n, 1, d_output]) }
    }
}

/// A graph convolution with weights of each node.
struct MixedConv {
    /// `[N, 2·in, out]`.
    weight: Tensor<3>,
    /// `[N, 1, out]`.
    bias: Tensor<3>,
}

impl MixedConv {
    /// `[x ‖ A x]_n W_n + b_n`, `[N, B, in]` to `[N, B, out]`.
    fn apply(&self, states: Tensor<3>, graph: &Tensor<2>) -> Tensor<3> {
        let [n, b, width] = states.dims();
        let received = graph.clone().matmul(states.clone().reshape([n, b * width])).reshape([n, b, width]);
        Tensor::cat(vec![states, received], 2).matmul(self.weight.clone()) + self.bias.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, load};
    use crate::stream::Stream;

    fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    // MODELS.md F.6.
    #[test]
    fn the_learned_graph_is_the_softmax_of_the_positive_products() {
        let embedding = Tensor::<2>::from_floats([[1.0, 0.0], [0.5, 1.0]], &device(Backend::Flex));
        let wanted = [0.622_459, 0.377_541, 0.320_821, 0.679_179];
        host(learned_graph(embedding)).iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-6, "{a} {b}"));
    }

    /// One node, one unit: the gates do not read the state and have these biases; the candidate is `tanh(100 z h)`.
    fn second_state(reset: f32, update: f32) -> f32 {
        let device = device(Backend::Flex);
        let cell = Cell::init([1, 1], 1, &mut Stream::Init.rng(1, ""), &device);
        // Rows of the candidate: x, h, received x, received h.
        let gates = [vec![0.0; 8], vec![reset, update]].concat();
        let candidate = [1.0, 100.0, 0.0, 0.0, 0.0].to_vec();
        let cell = load(cell, &[gates, candidate].concat());
        let step = |value: f32| Tensor::<3>::from_floats([[[value]]], &device);
        let one = Tensor::<2>::ones([1, 1], &device);
        host(cell.forward(vec![step(1.0), step(-0.1)], &one, &one).pop().expect("two steps"))[0]
    }

    #[test]
    fn the_first_gate_resets_and_the_second_keeps() {
        let (shut, open) = (-30.0, 30.0);
        // Nothing is kept and all is recalled: h = tanh(-0.1 + 100 tanh 1), which is 1. With the gates exchanged it
        // would be 0, because everything would be kept.
        assert!((second_state(open, shut) - 1.0).abs() < 1e-5);
        // Nothing is kept and nothing recalled: h = tanh(-0.1).
        assert!((second_state(shut, shut) - (-0.1_f32).tanh()).abs() < 1e-5);
        // All is kept: the zero state stays.
        assert!(second_state(shut, open).abs() < 1e-5);
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        // MODELS.md D.1 has 107.4 million: it mixes the weights anew at every step, which is most of that.
        let cost = Agcrn::cost(&AgcrnConfig::default(), shape);
        assert!((15_000_000..60_000_000).contains(&cost), "{cost}");
    }
}
