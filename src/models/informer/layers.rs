//! The encoder's and the decoder's layer, post-norm as in the original.

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig};
use burn::tensor::{Device, Tensor};

use super::attention::{SampledKeys, Sight, attend};
use crate::config::InformerConfig;
use crate::models::encoder::{Activation, Attention, FeedForward};
use crate::models::params::Dropout;
use crate::stream::StreamRng;

/// `LN(x + dropout(update))`.
#[derive(Module, Debug)]
struct AddNorm {
    norm: LayerNorm,
    dropout: f64,
}

impl AddNorm {
    fn init(settings: &InformerConfig, device: &Device) -> Self {
        Self { norm: LayerNormConfig::new(settings.width).init(device), dropout: settings.dropout }
    }

    fn forward(&self, tokens: Tensor<3>, update: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        self.norm.forward(tokens + dropout.apply(update, self.dropout))
    }
}

/// ProbSparse self-attention, then the feed-forward part with GELU.
#[derive(Module, Debug)]
pub(super) struct EncoderLayer {
    attention: Attention,
    attention_norm: AddNorm,
    feed_forward: FeedForward,
    feed_forward_norm: AddNorm,
}

impl EncoderLayer {
    pub(super) fn init(settings: &InformerConfig, rng: &mut StreamRng, device: &Device) -> Self {
        Self {
            attention: Attention::init(settings.width, settings.heads, rng, device),
            attention_norm: AddNorm::init(settings, device),
            feed_forward: init_feed_forward(settings, rng, device),
            feed_forward_norm: AddNorm::init(settings, device),
        }
    }

    /// `[R, L, d]` to `[R, L, d]`.
    pub(super) fn forward(&self, tokens: Tensor<3>, sampled: &SampledKeys, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let found = attend(&self.attention, tokens.clone(), sampled, Sight::All);
        let tokens = self.attention_norm.forward(tokens, found, dropout);
        let update = self.feed_forward.forward(tokens.clone());
        self.feed_forward_norm.forward(tokens, update, dropout)
    }
}

/// Masked ProbSparse self-attention, full attention on the encoder's tokens, then the feed-forward part.
#[derive(Module, Debug)]
pub(super) struct DecoderLayer {
    attention: Attention,
    attention_norm: AddNorm,
    cross: Attention,
    cross_norm: AddNorm,
    feed_forward: FeedForward,
    feed_forward_norm: AddNorm,
}

impl DecoderLayer {
    pub(super) fn init(settings: &InformerConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let attention = |rng: &mut StreamRng| Attention::init(settings.width, settings.heads, rng, device);
        Self {
            attention: attention(rng),
            attention_norm: AddNorm::init(settings, device),
            cross: attention(rng),
            cross_norm: AddNorm::init(settings, device),
            feed_forward: init_feed_forward(settings, rng, device),
            feed_forward_norm: AddNorm::init(settings, device),
        }
    }

    /// # Shapes
    /// - tokens and output: `[R, L, d]`
    /// - encoded: `[R, E, d]`
    pub(super) fn forward(
        &self,
        tokens: Tensor<3>,
        encoded: Tensor<3>,
        sampled: &SampledKeys,
        dropout: &mut Dropout<'_>,
    ) -> Tensor<3> {
        let found = attend(&self.attention, tokens.clone(), sampled, Sight::Past);
        let tokens = self.attention_norm.forward(tokens, found, dropout);
        let found = self.cross.forward(tokens.clone(), encoded.clone(), encoded, None);
        let tokens = self.cross_norm.forward(tokens, found, dropout);
        let update = self.feed_forward.forward(tokens.clone());
        self.feed_forward_norm.forward(tokens, update, dropout)
    }
}

fn init_feed_forward(settings: &InformerConfig, rng: &mut StreamRng, device: &Device) -> FeedForward {
    FeedForward::init(settings.width, settings.feed_forward, Activation::Gelu, rng, device)
}
