//! `nlinear` and `dlinear`.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::config::DlinearConfig;
use crate::stream::StreamRng;

/// The network.
#[derive(Module, Debug)]
pub struct Nlinear {
    output: Linear,
}

impl Nlinear {
    /// Weights from U(±1/√fan_in).
    pub fn init(shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        Self { output: linear([shape.n_features, shape.n_outputs], shape.n_features, true, rng, device) }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        self.output.forward(batch.step(host.n_steps - 1)).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

/// The network.
#[derive(Module, Debug)]
pub struct Dlinear {
    output: Linear,
}

impl Dlinear {
    /// Weights from U(±1/√fan_in).
    pub fn init(_settings: &DlinearConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        Self { output: linear([shape.n_features, shape.n_outputs], shape.n_features, true, rng, device) }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        self.output.forward(batch.step(host.n_steps - 1)).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}
