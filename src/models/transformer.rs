//! `transformer`: an attention encoder over the steps of each node's series, weights shared by the nodes (MODELS.md A.9).

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::encoder::{Activation, EncoderLayer, positions};
use super::params::{Dropout, linear};
use super::shape::Shape;
use crate::config::TransformerConfig;
use crate::stream::StreamRng;

/// Steps as tokens with sinusoidal positions, post-norm layers, and a linear output on the last token.
#[derive(Module, Debug)]
pub struct Transformer {
    /// `[F, d]`.
    input: Linear,
    layers: Vec<EncoderLayer>,
    /// `[d, P]`.
    output: Linear,
    dropout: f64,
}

impl Transformer {
    /// Weights from U(±1/√fan_in).
    pub fn init(settings: &TransformerConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let TransformerConfig { width, heads, layers, feed_forward, dropout } = *settings;
        let layer = |rng: &mut StreamRng| {
            EncoderLayer::init(width, heads, feed_forward, Activation::Relu, dropout, rng, device)
        };
        Self {
            input: linear([shape.n_features, width], shape.n_features, true, rng, device),
            layers: (0..layers).map(|_| layer(rng)).collect(),
            output: linear([width, shape.n_outputs], width, true, rng, device),
            dropout,
        }
    }

    /// Cost of one step of one node, as `Network::cost` counts it.
    ///
    /// Besides the products, a token costs 200 per unit and layer (two layer norms, two dropout masks, sums, activation)
    /// and half of that when it is embedded; both measured.
    pub(super) fn cost_of_step(settings: &TransformerConfig, shape: Shape) -> usize {
        let width = settings.width;
        let asking = 2 * width * width + 2 * width * settings.feed_forward + 200 * width;
        let looking = shape.n_steps * (2 * width + 30 * settings.heads);
        let whole_layer = asking + looking + 2 * width * width;
        // The top layer asks from one token only.
        let top = 2 * width * width + (asking + looking) / shape.n_steps;
        width * (shape.n_features + 100) + (settings.layers - 1) * whole_layer + top
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let embedded = self.input.forward(batch.sequences()); // [B·N, T, d]
        let [_, n_steps, width] = embedded.dims();
        let tokens = dropout.apply(embedded + positions(n_steps, width, batch.device()), self.dropout);
        let last = |tokens: &Tensor<3>| tokens.clone().narrow(1, n_steps - 1, 1); // [B·N, 1, d]
        let (top, below) = self.layers.split_last().expect("a checked config has at least one layer");
        let tokens = below.iter().fold(tokens, |tokens, layer| layer.forward(tokens, dropout));
        // Only the last token is read, so the top layer computes no other.
        let read = top.forward_some(last(&tokens), tokens, dropout);
        self.output.forward(read).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{HostBatch, device};
    use crate::stream::Stream;

    const SHAPE: Shape = Shape { n_nodes: 2, n_steps: 5, n_features: 1, n_outputs: 1, has_records: false };

    fn host() -> HostBatch {
        HostBatch {
            n_windows: 1,
            n_steps: SHAPE.n_steps,
            n_nodes: SHAPE.n_nodes,
            n_features: SHAPE.n_features,
            n_outputs: SHAPE.n_outputs,
            inputs: (0..10).map(|idx| (idx as f32 * 0.7).sin()).collect(),
            ..HostBatch::default()
        }
    }

    fn forecast(host: HostBatch, backend: Backend, masks: Option<u32>) -> Vec<f32> {
        let device = device(backend);
        let settings = TransformerConfig { width: 8, heads: 2, layers: 2, feed_forward: 12, dropout: 0.5 };
        let network = Transformer::init(&settings, SHAPE, &mut Stream::Init.rng(1, "transformer"), &device);
        let mut rng = masks.map(|seed| Stream::Dropout.rng(seed, "transformer"));
        let output = network.forward(&Batch::new(host, &device), &mut Dropout { rng: rng.as_mut() });
        output.into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn dropout_follows_its_stream_in_both_libraries() {
        let flex = forecast(host(), Backend::Flex, Some(1));
        let ndarray = forecast(host(), Backend::Ndarray, Some(1));
        assert!(flex.iter().zip(&ndarray).all(|(a, b)| (a - b).abs() < 1e-5), "{flex:?} {ndarray:?}");
        assert_ne!(flex, forecast(host(), Backend::Flex, Some(2)));
        assert_ne!(flex, forecast(host(), Backend::Flex, None));
    }

    #[test]
    fn the_order_of_the_steps_matters() {
        let plain = host();
        let mut swapped = plain.clone();
        (0..2).for_each(|node| swapped.inputs.swap(node, 2 + node));
        assert_ne!(forecast(plain, Backend::Flex, None), forecast(swapped, Backend::Flex, None));
    }
}
