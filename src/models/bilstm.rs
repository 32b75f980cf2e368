//! `bilstm`: LSTM layers over each node's window in both directions, weights shared by the nodes (MODELS.md A.9).
//!
//! Both directions stay inside the window, so nothing behind the origin is read.

use burn::module::Module;
use burn::nn::{Linear, Lstm};
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::linear;
use super::recurrent::{init_lstm, lstm_steps};
use super::shape::Shape;
use crate::config::RecurrentConfig;
use crate::stream::StreamRng;

/// Stacked layers and a linear output on `[h→_T ‖ h←_1]`, the states that have seen the whole window.
#[derive(Module, Debug)]
pub struct Bilstm {
    layers: Vec<BothWays>,
    /// `[2d, P]`.
    output: Linear,
}

impl Bilstm {
    /// Weights from U(±1/√d), the output from U(±1/√2d), as in PyTorch.
    pub fn init(size: &RecurrentConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let layer = |idx: usize, rng: &mut StreamRng| {
            let d_input = if idx == 0 { shape.n_features } else { 2 * size.width };
            BothWays::init([d_input, size.width], rng, device)
        };
        Self {
            layers: (0..size.layers).map(|idx| layer(idx, rng)).collect(),
            output: linear([2 * size.width, shape.n_outputs], 2 * size.width, true, rng, device),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let steps: Vec<Tensor<2>> = (0..host.n_steps).map(|step| batch.step(step)).collect(); // T x [B·N, F]
        let (top, below) = self.layers.split_last().expect("a checked config has at least one layer");
        let steps = below.iter().fold(steps, |steps, layer| {
            let [ahead, back] = layer.forward(steps);
            ahead.into_iter().zip(back).map(|(ahead, back)| beside(ahead, back)).collect() // T x [B·N, 2d]
        });
        let [mut ahead, mut back] = top.forward(steps);
        let whole_window = "a window has at least one step";
        let ends = beside(ahead.pop().expect(whole_window), back.swap_remove(0)); // [B·N, 2d]
        self.output.forward(ends).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

/// One layer: an LSTM from the first step on, and one from the last step back.
#[derive(Module, Debug)]
struct BothWays {
    ahead: Lstm,
    back: Lstm,
}

impl BothWays {
    fn init(sizes: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        Self { ahead: init_lstm(sizes, rng, device), back: init_lstm(sizes, rng, device) }
    }

    /// States of both directions over steps `[R, in]`, each in the order of time, `T x [R, d]`.
    fn forward(&self, steps: Vec<Tensor<2>>) -> [Vec<Tensor<2>>; 2] {
        let ahead = lstm_steps(&self.ahead, steps.clone());
        let mut back = lstm_steps(&self.back, steps.into_iter().rev().collect());
        back.reverse();
        [ahead, back]
    }
}

fn beside(ahead: Tensor<2>, back: Tensor<2>) -> Tensor<2> {
    Tensor::cat(vec![ahead, back], 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{HostBatch, device, flatten, load};
    use crate::stream::Stream;

    fn forecast(network: &Bilstm, inputs: &[f32], device: &Device) -> f32 {
        let host = HostBatch {
            n_windows: 1,
            n_steps: inputs.len(),
            n_nodes: 1,
            n_features: 1,
            n_outputs: 1,
            inputs: inputs.to_vec(),
            ..HostBatch::default()
        };
        network.forward(&Batch::new(host, device)).into_scalar::<f32>()
    }

    #[test]
    fn with_equal_weights_both_ways_time_has_no_direction() {
        let device = device(Backend::Flex);
        let shape = Shape { n_nodes: 1, n_steps: 3, n_features: 1, n_outputs: 1, has_records: false };
        let size = RecurrentConfig { width: 3, layers: 1 };
        let network = Bilstm::init(&size, shape, &mut Stream::Init.rng(1, "bilstm"), &device);
        let (ahead, turned) = ([0.9, -2.0, 0.4], [0.4, -2.0, 0.9]);
        let differ = forecast(&network, &ahead, &device) - forecast(&network, &turned, &device);
        assert!(differ.abs() > 1e-4, "{differ}");

        let mut weights = flatten(&network);
        let one_way = flatten(&network.layers[0].ahead).len();
        weights.copy_within(..one_way, one_way);
        weights.copy_within(2 * one_way..2 * one_way + 3, 2 * one_way + 3);
        let network = load(network, &weights);
        let differ = forecast(&network, &ahead, &device) - forecast(&network, &turned, &device);
        assert!(differ.abs() < 1e-6, "{differ}");
    }
}
