//! `stgcn`: gated temporal convolutions with a Chebyshev graph convolution between them (Yu, Yin & Zhu 2018; MODELS.md
//! A.9).
//!
//! Two blocks and an output, as in the paper's figure 2 and equations 7 and 8; the residual connections are those of the
//! published PyTorch code, and the given graph is the training part's mean. Layer normalisation has weights of single
//! nodes.
//!
//! The parameter counts of MODELS.md (99 649 at width 32 and `T = 24`) are those of that code at `F = 1`. It holds an
//! alignment, a linear map from the old to the new width, in every convolution, and uses it only where the width
//! shrinks; here the others do not exist.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::adjacency::{given, on_device, receive, scaled_laplacian};
use super::batch::Batch;
use super::conv::{TemporalConv, last_steps};
use super::node_norm::NodeNorm;
use super::params::{Dropout, linear};
use super::shape::Shape;
use crate::config::StgcnConfig;
use crate::models::activation::sigmoid;
use crate::stream::StreamRng;

/// `Ks`: polynomials of the graph convolution, `T_0` to `T_2`.
const N_POLYNOMIALS: usize = 3;

/// The network.
#[derive(Module, Debug)]
pub struct Stgcn {
    blocks: Vec<Block>,
    /// Over all steps that the blocks leave.
    last: GatedConv,
    norm: NodeNorm,
    /// `[2d, 2d]`.
    hidden: Linear,
    /// `[2d, P]`.
    output: Linear,
    #[module(skip)]
    settings: StgcnConfig,
}

impl Stgcn {
    /// Weights from U(±1/√fan_in).
    ///
    /// # Panics
    /// If the temporal convolutions are longer than the window, which a checked config rules out.
    pub fn init(settings: &StgcnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let (d, out) = (settings.width, 2 * settings.width);
        let left = shape.n_steps - StgcnConfig::N_CONVOLUTIONS * (settings.kernel - 1);
        Self {
            blocks: [shape.n_features, d].map(|width| Block::init(width, settings, shape, rng, device)).to_vec(),
            last: GatedConv::init([d, out], left, rng, device),
            norm: NodeNorm::init(shape.n_nodes, out, device),
            hidden: linear([out, out], out, true, rng, device),
            output: linear([out, shape.n_outputs], out, true, rng, device),
            settings: settings.clone(),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let laplacian = on_device(scaled_laplacian(&given(host), host.n_nodes), batch); // [B, N, N]
        let mut states = batch.sequences(); // [B·N, T, F]
        for block in &self.blocks {
            states = dropout.apply(block.forward(states, &laplacian), self.settings.dropout);
        }
        let last = self.norm.forward(self.last.forward(states)); // [B·N, 1, 2d]
        let hidden = dropout.apply(relu(self.hidden.forward(last)), self.settings.dropout);
        self.output.forward(hidden).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &StgcnConfig, shape: Shape) -> usize {
        let [d, graph, kernel] = [settings.width, settings.graph_width, settings.kernel].map(|size| size as u64);
        let [n, f, t] = [shape.n_nodes, shape.n_features, shape.n_steps].map(|size| size as u64);
        let convolution = |from: u64, to: u64| kernel * from * 2 * to + 35 * to;
        let spatial = d * graph + N_POLYNOMIALS as u64 * graph * (graph + n);
        let block = |from: u64| convolution(from, d) + spatial + convolution(graph, d);
        // The last convolution reads each step once.
        shape.of_all_nodes(t * (block(f) + block(d) + 4 * d * d))
    }
}

/// Temporal, graph and temporal convolution, then normalisation (equation 8).
#[derive(Module, Debug)]
struct Block {
    first: GatedConv,
    align: Align,
    /// `[Ks·g, g]`, polynomials side by side.
    chebyshev: Linear,
    second: GatedConv,
    norm: NodeNorm,
}

impl Block {
    fn init(d_input: usize, settings: &StgcnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let (d, graph, kernel) = (settings.width, settings.graph_width, settings.kernel);
        Self {
            first: GatedConv::init([d_input, d], kernel, rng, device),
            align: Align::init([d, graph], rng, device),
            chebyshev: linear([N_POLYNOMIALS * graph, graph], N_POLYNOMIALS * graph, true, rng, device),
            second: GatedConv::init([graph, d], kernel, rng, device),
            norm: NodeNorm::init(shape.n_nodes, d, device),
        }
    }

    /// `[B·N, T, in]` to `[B·N, T - 2 (Kt - 1), d]` on a scaled Laplacian `[B, N, N]`.
    fn forward(&self, states: Tensor<3>, laplacian: &Tensor<3>) -> Tensor<3> {
        let states = self.align.forward(self.first.forward(states)); // [B·N, T', g]
        let spread = self.chebyshev.forward(Tensor::cat(polynomials(laplacian, &states), 2));
        self.norm.forward(self.second.forward(relu(spread + states)))
    }
}

/// `T_k(L̃) x`: `T_0 = x`, `T_1 = L̃ x`, `T_k = 2 L̃ T_{k-1} - T_{k-2}`.
fn polynomials(laplacian: &Tensor<3>, states: &Tensor<3>) -> Vec<Tensor<3>> {
    let mut terms = vec![states.clone(), receive(laplacian, states)];
    while terms.len() < N_POLYNOMIALS {
        let next = receive(laplacian, &terms[terms.len() - 1]).mul_scalar(2.0) - terms[terms.len() - 2].clone();
        terms.push(next);
    }
    terms
}

/// `(P + x) ⊙ σ(Q)` with the halves `[P ‖ Q]` of a convolution (equation 7).
#[derive(Module, Debug)]
struct GatedConv {
    conv: TemporalConv,
    align: Align,
}

impl GatedConv {
    fn init([d_input, d_output]: [usize; 2], kernel: usize, rng: &mut StreamRng, device: &Device) -> Self {
        Self {
            conv: TemporalConv::init([d_input, 2 * d_output], [kernel, 1], rng, device),
            align: Align::init([d_input, d_output], rng, device),
        }
    }

    /// `[R, T, in]` to `[R, T - Kt + 1, out]`.
    fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        let both = self.conv.forward(states.clone());
        let [_, len, twice] = both.dims();
        let kept = self.align.forward(last_steps(&states, len));
        let half = |start: usize| both.clone().narrow(2, start, twice / 2);
        (half(0) + kept) * sigmoid(half(twice / 2))
    }
}

/// Brings states to another width: zeros are added, or a linear map takes channels away.
#[derive(Module, Debug)]
struct Align {
    linear: Option<Linear>,
    width: usize,
}

impl Align {
    fn init([d_input, width]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        Self { linear: (d_input > width).then(|| linear([d_input, width], d_input, true, rng, device)), width }
    }

    fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        let [rows, len, d] = states.dims();
        match &self.linear {
            Some(linear) => linear.forward(states),
            None if d == self.width => states,
            None => {
                let zeros = Tensor::zeros([rows, len, self.width - d], &states.device());
                Tensor::cat(vec![states, zeros], 2)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::device;

    #[test]
    fn the_third_polynomial_is_twice_the_square_less_one() {
        let device = device(Backend::Flex);
        let laplacian = Tensor::<1>::from_floats([0.0, -1.0, -0.5, 0.0], &device).reshape([1, 2, 2]);
        let states = Tensor::<1>::from_floats([1.0, 3.0], &device).reshape([2, 1, 1]);
        let terms = polynomials(&laplacian, &states);
        let host = |term: &Tensor<3>| term.clone().into_data().try_to_vec::<f32>().expect("f32");
        assert_eq!(terms.iter().map(host).collect::<Vec<_>>(), [[1.0, 3.0], [-3.0, -0.5], [0.0, 0.0]]);
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        // MODELS.md D.1: 17.8 million, with shorter sequences in the second block and without transcendental functions.
        let cost = Stgcn::cost(&StgcnConfig::default(), shape);
        assert!((17_800_000..60_000_000).contains(&cost), "{cost}");
    }
}
