//! `gru` and `lstm`: stacked recurrent layers over each node's series, weights shared by the nodes (MODELS.md A.9).

use burn::module::Module;
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::{GateController, Initializer, Linear, Lstm, LstmConfig};
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::config::RecurrentConfig;
use crate::models::activation::{sigmoid, tanh};
use crate::stream::StreamRng;

/// Which cell a layer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Gated recurrent unit.
    Gru,
    /// Long short-term memory.
    Lstm,
}

/// Stacked recurrent layers and a linear output on the last state.
#[derive(Module, Debug)]
pub struct Recurrent {
    gru: Vec<Gru>,
    lstm: Vec<Lstm>,
    output: Linear,
}

impl Recurrent {
    /// Weights from U(±1/√H), as in PyTorch.
    pub fn init(cell: Cell, size: &RecurrentConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let widths = |layer| [if layer == 0 { shape.n_features } else { size.width }, size.width];
        let (mut gru, mut lstm) = (Vec::new(), Vec::new());
        for layer in 0..size.layers {
            match cell {
                Cell::Gru => gru.push(init_gru(widths(layer), rng, device)),
                Cell::Lstm => lstm.push(init_lstm(widths(layer), rng, device)),
            }
        }
        let output = linear([size.width, shape.n_outputs], size.width, true, rng, device);
        Self { gru, lstm, output }
    }

    /// Forecast in the scale of the model.
    ///
    /// # Shapes
    /// - output: `[B, N, P]`
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let mut steps: Vec<Tensor<2>> = (0..host.n_steps).map(|step| batch.step(step)).collect(); // T x [B·N, F]
        for layer in &self.gru {
            steps = gru_steps(layer, steps);
        }
        for layer in &self.lstm {
            steps = lstm_steps(layer, steps);
        }
        let last = steps.pop().expect("a window has at least one step"); // [B·N, d]
        self.output.forward(last).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

/// A GRU layer over steps `[R, in]`; gives the states `[R, H]` after each step, from a zero state.
///
/// `r = σ(x W_ir + b_ir + h W_hr + b_hr)`, `z` likewise, `n = tanh(x W_in + b_in + r ⊙ (h W_hn + b_hn))`,
/// `h' = (1 - z) ⊙ n + z ⊙ h` (MODELS.md A.6.5, PyTorch's convention). The weights are burn's module; the loop is
/// ours because its own loop writes each state into one large tensor, which costs `T²` when differentiated.
pub fn gru_steps(layer: &Gru, steps: Vec<Tensor<2>>) -> Vec<Tensor<2>> {
    let mut hidden: Option<Tensor<2>> = None;
    let advance = |input: Tensor<2>| {
        let before = hidden.take().unwrap_or_else(|| zeros_like(&input, layer.d_hidden));
        let after = gru_step(layer, input, before);
        hidden = Some(after.clone());
        after
    };
    steps.into_iter().map(advance).collect()
}

/// One step of a GRU layer from a state `[R, H]`.
pub(super) fn gru_step(layer: &Gru, input: Tensor<2>, before: Tensor<2>) -> Tensor<2> {
    let reset = sigmoid(layer.reset_gate.gate_product(input.clone(), before.clone()));
    let keep = sigmoid(layer.update_gate.gate_product(input.clone(), before.clone()));
    let recalled = reset * layer.new_gate.hidden_transform.forward(before.clone());
    let new = tanh(layer.new_gate.input_transform.forward(input) + recalled);
    // (1 - z) ⊙ n + z ⊙ h = n + z ⊙ (h - n)
    new.clone() + keep * (before - new)
}

/// An LSTM layer over steps `[R, in]`; gives the states `[R, H]` after each step, from a zero state.
///
/// `c' = f ⊙ c + i ⊙ g`, `h' = o ⊙ tanh(c')` with gates `σ` and `g = tanh` (oracle F.5).
pub fn lstm_steps(layer: &Lstm, steps: Vec<Tensor<2>>) -> Vec<Tensor<2>> {
    let forget_gate = layer.forget_gate.as_ref().expect("built with a forget gate");
    let mut state: Option<[Tensor<2>; 2]> = None;
    let advance = |input: Tensor<2>| {
        let [hidden, cell] = state.take().unwrap_or_else(|| [0, 1].map(|_| zeros_like(&input, layer.d_hidden)));
        let gate = |gate: &GateController| gate.gate_product(input.clone(), hidden.clone());
        let written = sigmoid(gate(&layer.input_gate)) * tanh(gate(&layer.cell_gate));
        let cell = sigmoid(gate(forget_gate)) * cell + written;
        let hidden = sigmoid(gate(&layer.output_gate)) * tanh(cell.clone());
        state = Some([hidden.clone(), cell]);
        hidden
    };
    steps.into_iter().map(advance).collect()
}

fn zeros_like(input: &Tensor<2>, width: usize) -> Tensor<2> {
    Tensor::zeros([input.dims()[0], width], &input.device())
}

/// A GRU layer `[in, H]` drawn from U(±1/√H).
pub(super) fn init_gru([d_input, d_hidden]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Gru {
    let mut layer = GruConfig::new(d_input, d_hidden, true).with_initializer(Initializer::Zeros).init(device);
    for gate in [&mut layer.update_gate, &mut layer.reset_gate, &mut layer.new_gate] {
        *gate = init_gate([d_input, d_hidden], rng, device);
    }
    layer
}

/// An LSTM layer `[in, H]` drawn from U(±1/√H).
pub(super) fn init_lstm([d_input, d_hidden]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Lstm {
    let mut layer = LstmConfig::new(d_input, d_hidden, true).with_initializer(Initializer::Zeros).init(device);
    for gate in [&mut layer.input_gate, &mut layer.output_gate, &mut layer.cell_gate] {
        *gate = init_gate([d_input, d_hidden], rng, device);
    }
    layer.forget_gate = Some(init_gate([d_input, d_hidden], rng, device));
    layer
}

fn init_gate([d_input, d_hidden]: [usize; 2], rng: &mut StreamRng, device: &Device) -> GateController {
    GateController {
        input_transform: linear([d_input, d_hidden], d_hidden, true, rng, device),
        hidden_transform: linear([d_hidden, d_hidden], d_hidden, true, rng, device),
    }
}
