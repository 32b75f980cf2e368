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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{HostBatch, device, load};
    use crate::stream::Stream;

    #[test]
    fn the_window_of_a_node_is_flattened_step_by_step() {
        let device = device(Backend::Flex);
        let shape = Shape { n_nodes: 2, n_steps: 2, n_features: 2, n_outputs: 1, has_records: false };
        let settings = MlpConfig { width: 2, second_width: 1 };
        let network = Mlp::init(&settings, shape, &mut Stream::Init.rng(1, "mlp"), &device);
        let first = [[1.0, -1.0], [10.0, 0.0], [100.0, 0.0], [1000.0, 0.0]].concat();
        let network = load(network, &[first, vec![0.5, 0.0, 1.0, 7.0, -0.25, 2.0, 0.125]].concat());
        let host = HostBatch {
            n_windows: 1,
            n_steps: 2,
            n_nodes: 2,
            n_features: 2,
            n_outputs: 1,
            // Step 0: node 0 has 1 2, node 1 has 5 6; step 1: 3 4 and 7 8.
            inputs: vec![1.0, 2.0, 5.0, 6.0, 3.0, 4.0, 7.0, 8.0],
            ..HostBatch::default()
        };
        let forecast = network.forward(&Batch::new(host, &device)).into_data();
        // 2 (4321.5 - 0.25) + 0.125; the second unit is below 0 and cut off.
        assert_eq!(forecast.try_to_vec::<f32>().expect("f32"), [8642.625, 17530.625]);
    }
}
