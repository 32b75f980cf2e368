//! `dcrnn`: a recurrent encoder and decoder whose maps diffuse over the given graph (Li et al. 2018; MODELS.md A.9).
//!
//! The terms of a diffusion are Chebyshev polynomials of the walks with and against the graph, `T_1 = S`,
//! `T_2 = 2 S² - I`, each walk from the same input. The PyTorch port of the authors' code rebinds that input inside its
//! loop, so that its second walk starts from what the first one left; this follows the paper.
//!
//! The decoder reads its own last forecast while training as well as later. The paper mixes in the true values at first
//! (scheduled sampling), which changes nothing for one step ahead, where the decoder reads only its start symbol.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::adjacency::walks;
use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::config::DcrnnConfig;
use crate::models::activation::{sigmoid, tanh};
use crate::stream::StreamRng;

/// `K`: polynomials of each walk behind the first.
const ORDER: usize = 2;
/// With and against the graph.
const N_WALKS: usize = 2;
/// Terms of a diffusion; the first is the input itself.
const N_TERMS: usize = 1 + N_WALKS * ORDER;

/// The network.
#[derive(Module, Debug)]
pub struct Dcrnn {
    encoder: Vec<Cell>,
    /// Reads one value per node, its last forecast.
    decoder: Vec<Cell>,
    /// `[d, 1]`.
    output: Linear,
}

impl Dcrnn {
    /// Weights from U(±1/√fan_in).
    pub fn init(settings: &DcrnnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let mut stack = |d_input: usize| -> Vec<Cell> {
            let input = |layer| if layer == 0 { d_input } else { settings.width };
            (0..settings.layers).map(|layer| Cell::init([input(layer), settings.width], rng, device)).collect()
        };
        let (encoder, decoder) = (stack(shape.n_features), stack(1));
        Self { encoder, decoder, output: linear([settings.width, 1], settings.width, true, rng, device) }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let (b, n) = (host.n_windows, host.n_nodes);
        let walks = Walks::new(walks(batch));
        let zeros = |width: usize| Tensor::zeros([b, n, width], batch.device());
        let mut states: Vec<Tensor<3>> = self.encoder.iter().map(|cell| zeros(cell.width)).collect();
        for step in 0..host.n_steps {
            advance(&self.encoder, batch.step(step).reshape([b, n, host.n_features]), &mut states, &walks);
        }
        let mut last = zeros(1);
        let ahead = (0..host.n_outputs).map(|_| {
            last = self.output.forward(advance(&self.decoder, last.clone(), &mut states, &walks));
            last.clone()
        });
        Tensor::cat(ahead.collect(), 2)
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &DcrnnConfig, shape: Shape) -> usize {
        let [d, layers, terms] = [settings.width, settings.layers, N_TERMS].map(|size| size as u64);
        let [n, f, t, p] = [shape.n_nodes, shape.n_features, shape.n_steps, shape.n_outputs].map(|size| size as u64);
        let cell = |d_input: u64| {
            let both = d_input + d;
            3 * d * (terms * both + 30) + 2 * (terms - 1) * n * both
        };
        let stack = |d_input: u64| cell(d_input) + (layers - 1) * cell(d);
        let squares = N_WALKS as u64 * n * n;
        shape.of_all_nodes(t * stack(f) + p * stack(1) + squares)
    }
}

/// One step of stacked cells from an input `[B, N, in]`; the state of the last one, `[B, N, d]`.
fn advance(cells: &[Cell], input: Tensor<3>, states: &mut [Tensor<3>], walks: &Walks) -> Tensor<3> {
    cells.iter().zip(states).fold(input, |input, (cell, state)| {
        *state = cell.forward(input, state.clone(), walks);
        state.clone()
    })
}

/// A GRU whose maps are diffusions: `r, u = σ(D([x ‖ h]))`, `c = tanh(D([x ‖ r ⊙ h]))`, `h' = u ⊙ h + (1 - u) ⊙ c`.
#[derive(Module, Debug)]
struct Cell {
    /// `[terms·(in + d), 2d]`.
    gates: Linear,
    /// `[terms·(in + d), d]`.
    candidate: Linear,
    width: usize,
}

impl Cell {
    fn init([d_input, width]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        let terms = N_TERMS * (d_input + width);
        Self {
            gates: linear([terms, 2 * width], terms, true, rng, device),
            candidate: linear([terms, width], terms, true, rng, device),
            width,
        }
    }

    fn forward(&self, input: Tensor<3>, state: Tensor<3>, walks: &Walks) -> Tensor<3> {
        let beside = |state: Tensor<3>| walks.diffuse(Tensor::cat(vec![input.clone(), state], 2));
        let gates = sigmoid(self.gates.forward(beside(state.clone())));
        let gate = |idx: usize| gates.clone().narrow(2, idx * self.width, self.width);
        let (reset, keep) = (gate(0), gate(1));
        let new = tanh(self.candidate.forward(beside(reset * state.clone())));
        // u ⊙ h + (1 - u) ⊙ c = c + u ⊙ (h - c)
        new.clone() + keep * (state - new)
    }
}

/// `T_1` and `T_2` of both walks, one below the other, so that a diffusion is one product.
struct Walks {
    /// `[B, walks·order·N, N]`.
    polynomials: Tensor<3>,
}

impl Walks {
    fn new(walks: [Tensor<3>; N_WALKS]) -> Self {
        let of_walk = |walk: Tensor<3>| {
            let n = walk.dims()[1];
            let identity = Tensor::<2>::eye(n, &walk.device()).unsqueeze::<3>();
            let second = walk.clone().matmul(walk.clone()).mul_scalar(2.0) - identity;
            [walk, second]
        };
        Self { polynomials: Tensor::cat(walks.into_iter().flat_map(of_walk).collect(), 1) }
    }

    /// The input and its polynomials side by side, `[B, N, w]` to `[B, N, terms·w]`.
    fn diffuse(&self, input: Tensor<3>) -> Tensor<3> {
        let [b, n, width] = input.dims();
        let spread = self.polynomials.clone().matmul(input.clone()).reshape([b, N_TERMS - 1, n, width]);
        Tensor::cat(vec![input, spread.swap_dims(1, 2).reshape([b, n, (N_TERMS - 1) * width])], 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::device;

    #[test]
    fn both_walks_start_from_the_input() {
        let device = device(Backend::Flex);
        let square = |values: [f32; 4]| Tensor::<1>::from_floats(values, &device).reshape([1, 2, 2]);
        let walks = Walks::new([square([0.0, 1.0, 0.0, 0.0]), square([0.0, 0.0, 0.5, 0.5])]);
        let input = Tensor::<1>::from_floats([3.0, 5.0], &device).reshape([1, 2, 1]);
        let found = walks.diffuse(input).into_data().try_to_vec::<f32>().expect("f32");
        // x, S x, 2 S² x - x of the first walk; then S x and 2 S² x - x of the second from x again: S x = (0, 4) and
        // S² x = (0, 2).
        assert_eq!(found, [3.0, 5.0, -3.0, 0.0, -3.0, 5.0, 0.0, -5.0, 4.0, -1.0]);
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        // MODELS.md D.1: 53.3 million without transcendental functions.
        let cost = Dcrnn::cost(&DcrnnConfig::default(), shape);
        assert!((45_000_000..75_000_000).contains(&cost), "{cost}");
    }
}
