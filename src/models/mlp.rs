//! `mlp`: two hidden layers on each node's flattened window, weights shared by the nodes (MODELS.md A.9).

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::config::MlpConfig;
use crate::stream::StreamRng;

/// `W_3 φ(W_2 φ(W_1 x + b_1) + b_2) + b_3` with `φ = max(0, ·)`.
#[derive(Module, Debug)]
pub struct Mlp {
    /// `[T·F, width]`, steps before features.
    first: Linear,
    /// `[width, second width]`.
    second: Linear,
    /// `[second width, P]`.
    output: Linear,
}

impl Mlp {
    /// Weights from U(±1/√fan_in).
    pub fn init(settings: &MlpConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let mut layer = |d_input: usize, d_output: usize| linear([d_input, d_output], d_input, true, rng, device);
        Self {
            first: layer(shape.n_steps * shape.n_features, settings.width),
            second: layer(settings.width, settings.second_width),
            output: layer(settings.second_width, shape.n_outputs),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let window: Tensor<2> = batch.sequences().flatten(1, 2); // [B·N, T·F]
        let hidden = relu(self.second.forward(relu(self.first.forward(window))));
        self.output.forward(hidden).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}
