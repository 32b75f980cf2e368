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

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let embedded = self.input.forward(batch.sequences()); // [B·N, T, d]
        let [_, n_steps, width] = embedded.dims();
        let tokens = dropout.apply(embedded + positions(n_steps, width, batch.device()), self.dropout);
        let last = |tokens: &Tensor<3>| tokens.clone().narrow(1, n_steps - 1, 1); // [B·N, 1, d]
        let (top, below) = self.layers.split_last().expect("at least one layer is checked");
        let tokens = below.iter().fold(tokens, |tokens, layer| layer.forward(tokens, dropout));
        // Only the last token is read, so the top layer computes no other.
        let read = top.forward_some(last(&tokens), tokens, dropout);
        self.output.forward(read).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}
