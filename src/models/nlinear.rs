//! `nlinear`: one linear map on the target's differences from its last value (Zeng et al. 2023, LTSF-Linear; MODELS.md
//! A.9).
//!
//! The reference shares its weights over the channels and predicts each channel from its own past; only the target is
//! predicted here, so only its own past is read.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::stream::StreamRng;

/// `ŷ = W (x - x_T) + b`, the change from the last value `x_T`.
///
/// The published model adds `x_T` back. Whoever runs the network does that, as for every network whose residual output
/// is on (`Network::predicts_change`): so the model is the same one with the residual output on and off, and `x_T` is
/// never added twice.
#[derive(Module, Debug)]
pub struct Nlinear {
    /// `[T, P]`.
    output: Linear,
}

impl Nlinear {
    /// Weights from U(±1/√T), the reference's default.
    pub fn init(shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        Self { output: linear([shape.n_steps, shape.n_outputs], shape.n_steps, true, rng, device) }
    }

    /// Change from the last value in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let lags = batch.target_lags(); // [B·N, T]
        let last = lags.clone().narrow(1, host.n_steps - 1, 1);
        self.output.forward(lags - last).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{HostBatch, device, load};
    use crate::stream::Stream;

    /// One window of one node, two features, the second one the target.
    fn forecast(lags: [f32; 3], weights: &[f32]) -> Vec<f32> {
        let device = device(Backend::Flex);
        let shape = Shape { n_nodes: 1, n_steps: 3, n_features: 2, n_outputs: 1, has_records: false };
        let network = load(Nlinear::init(shape, &mut Stream::Init.rng(1, "nlinear"), &device), weights);
        let host = HostBatch {
            n_windows: 1,
            n_steps: 3,
            n_nodes: 1,
            n_features: 2,
            n_outputs: 1,
            target_feature: 1,
            inputs: lags.iter().flat_map(|&lag| [100.0, lag]).collect(),
            ..HostBatch::default()
        };
        network.forward(&Batch::new(host, &device)).into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn differences_from_the_last_value_are_weighted() {
        // 0.5 (1 - 4) + 0.25 (2 - 4) + 9 (4 - 4) + 0.125
        assert_eq!(forecast([1.0, 2.0, 4.0], &[0.5, 0.25, 9.0, 0.125]), [-1.875]);
    }

    #[test]
    fn a_moved_level_changes_nothing() {
        let weights = [0.5, 0.25, 9.0, 0.125];
        assert_eq!(forecast([1.0, 2.0, 4.0], &weights), forecast([33.0, 34.0, 36.0], &weights));
    }
}
