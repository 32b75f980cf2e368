//! `informer_ts`: Informer on each node's series, weights shared by the nodes (Zhou et al. 2021; MODELS.md A.9).
//!
//! ProbSparse encoder with distilling, one decoder layer, generative decoder: the last known steps and zeros go in, the
//! forecast of all steps ahead comes out in one pass.
//!
//! The original adds a linear map of clock features to both embeddings. Here clock features, where asked for, are input
//! features like all others, so there is no such map. The parameter counts of MODELS.md (34 657 at `d = 32`, 132 801 at
//! `d = 64`) are `12 d` above those of this network at `F = 5`. They come out exactly with that map for five clock
//! features and its bias in both embeddings, which is our reading; or with seven input features and no map.

mod attention;
mod distil;
mod layers;

pub use attention::{SampledKeys, kept_queries};

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear};
use burn::tensor::{Device, Tensor};
use distil::{CircularConv, Distil, distilled_len};
use layers::{DecoderLayer, EncoderLayer};

use super::batch::Batch;
use super::encoder::positions;
use super::params::{Dropout, linear};
use super::shape::Shape;
use crate::config::InformerConfig;
use crate::stream::{Stream, StreamRng};

/// The network.
#[derive(Module, Debug)]
pub struct Informer {
    encoder_input: CircularConv,
    encoder: Vec<EncoderLayer>,
    /// Between two encoder layers.
    distil: Vec<Distil>,
    encoder_norm: LayerNorm,
    decoder_input: CircularConv,
    decoder: DecoderLayer,
    decoder_norm: LayerNorm,
    /// `[d, 1]`.
    output: Linear,
    #[module(skip)]
    settings: InformerConfig,
}

/// Tokens that each part of the network sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InformerLengths {
    /// Of each encoder layer.
    pub encoder: Vec<usize>,
    /// Known steps that the decoder starts from.
    pub label: usize,
    /// Of the decoder: known steps and steps ahead.
    pub decoder: usize,
}

impl InformerLengths {
    /// For a window; `label_steps` of 0 is half of the window, rounded up.
    pub fn of(settings: &InformerConfig, n_steps: usize, n_outputs: usize) -> Self {
        let halved = |len: &usize| Some(distilled_len(*len));
        let label = if settings.label_steps == 0 { n_steps.div_ceil(2) } else { settings.label_steps.min(n_steps) };
        Self {
            encoder: std::iter::successors(Some(n_steps), halved).take(settings.layers).collect(),
            label,
            decoder: label + n_outputs,
        }
    }
}

impl Informer {
    /// Weights from U(±1/√fan_in).
    pub fn init(settings: &InformerConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let width = settings.width;
        let norm = || LayerNormConfig::new(width).init(device);
        Self {
            encoder_input: CircularConv::init([shape.n_features, width], rng, device),
            encoder: (0..settings.layers).map(|_| EncoderLayer::init(settings, rng, device)).collect(),
            distil: (1..settings.layers).map(|_| Distil::init(width, rng, device)).collect(),
            encoder_norm: norm(),
            decoder_input: CircularConv::init([shape.n_features, width], rng, device),
            decoder: DecoderLayer::init(settings, rng, device),
            decoder_norm: norm(),
            output: linear([width, 1], width, true, rng, device),
            settings: settings.clone(),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    ///
    /// While training, the sampled keys come from the stream of dropout; at evaluation from a constant one, so that a
    /// forecast does not depend on the windows beside it.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let lengths = self.lengths(batch);
        let factor = self.settings.factor;
        let layers = lengths.encoder.iter().enumerate().map(|(layer, &len)| (format!("encoder/{layer}"), len));
        let all = layers.chain([("decoder".to_owned(), lengths.decoder)]);
        let draw = |(name, len): (String, usize)| match &mut dropout.rng {
            Some(rng) => SampledKeys::draw(factor, len, rng),
            None => SampledKeys::draw(factor, len, &mut Stream::Sample.rng(0, &format!("informer_ts/{name}"))),
        };
        let sampled: Vec<SampledKeys> = all.map(draw).collect();
        self.forward_with(batch, &sampled, dropout)
    }

    /// The same with given keys: those of each encoder layer, then those of the decoder.
    ///
    /// # Panics
    /// If `sampled` has fewer entries than the network has layers.
    pub fn forward_with(&self, batch: &Batch, sampled: &[SampledKeys], dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let series = batch.sequences(); // [B·N, T, F]
        let (of_encoder, of_decoder) = sampled.split_at(self.encoder.len());
        let encoded = self.encode(series.clone(), of_encoder, dropout); // [B·N, E, d]
        let lengths = self.lengths(batch);
        let known = series.narrow(1, host.n_steps - lengths.label, lengths.label);
        let unknown = Tensor::zeros([known.dims()[0], host.n_outputs, host.n_features], batch.device());
        let start = self.embed(&self.decoder_input, Tensor::cat(vec![known, unknown], 1), dropout);
        let decoded = self.decoder.forward(start, encoded, &of_decoder[0], dropout); // [B·N, label + P, d]
        let ahead = self.decoder_norm.forward(decoded.narrow(1, lengths.label, host.n_outputs));
        self.output.forward(ahead).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    fn encode(&self, series: Tensor<3>, sampled: &[SampledKeys], dropout: &mut Dropout<'_>) -> Tensor<3> {
        let mut tokens = self.embed(&self.encoder_input, series, dropout);
        for (idx, (layer, sampled)) in self.encoder.iter().zip(sampled).enumerate() {
            tokens = layer.forward(tokens, sampled, dropout);
            if let Some(distil) = self.distil.get(idx) {
                tokens = distil.forward(tokens, dropout.is_training());
            }
        }
        self.encoder_norm.forward(tokens)
    }

    /// Values and positions, `[R, L, F]` to `[R, L, d]`.
    fn embed(&self, input: &CircularConv, values: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let tokens = input.forward(values);
        let [_, len, width] = tokens.dims();
        let placed = tokens.clone() + positions(len, width, &tokens.device());
        dropout.apply(placed, self.settings.dropout)
    }

    fn lengths(&self, batch: &Batch) -> InformerLengths {
        InformerLengths::of(&self.settings, batch.host().n_steps, batch.host().n_outputs)
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &InformerConfig, shape: Shape) -> usize {
        let wide = |value: usize| value as u64;
        let (d, feed_forward) = (wide(settings.width), wide(settings.feed_forward));
        let lengths = InformerLengths::of(settings, shape.n_steps, shape.n_outputs);
        let encoder: Vec<u64> = lengths.encoder.iter().map(|&len| wide(len)).collect();
        let (encoded, decoder) = (encoder.last().copied().unwrap_or(0), wide(lengths.decoder));
        let attend = |len: u64, keys: u64| 2 * d * d * (len + keys) + len * keys * (2 * d + 30);
        let feed = |len: u64| len * (2 * d * feed_forward + 30 * feed_forward + 30 * d);
        let layers: u64 = encoder.iter().map(|&len| attend(len, len) + feed(len)).sum();
        let distil: u64 = encoder.iter().rev().skip(1).map(|&len| len * d * (3 * d + 30)).sum();
        let decode = attend(decoder, decoder) + attend(decoder, encoded) + feed(decoder);
        let embed = 3 * wide(shape.n_features) * d * (wide(shape.n_steps) + decoder);
        // A node's cost passes 2^32 at the largest settings, where `usize` may have 32 bits.
        let all = wide(shape.n_nodes).saturating_mul(embed + layers + distil + decode);
        usize::try_from(all).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_halved_between_layers_and_the_label_is_half_of_the_window() {
        let of = |layers, label_steps, n_steps| {
            InformerLengths::of(&InformerConfig { layers, label_steps, ..InformerConfig::default() }, n_steps, 1)
        };
        assert_eq!(of(3, 0, 24), InformerLengths { encoder: vec![24, 12, 6], label: 12, decoder: 13 });
        assert_eq!(of(2, 0, 25), InformerLengths { encoder: vec![25, 13], label: 13, decoder: 14 });
        assert_eq!(of(1, 5, 24), InformerLengths { encoder: vec![24], label: 5, decoder: 6 });
        assert_eq!(of(2, 0, 1), InformerLengths { encoder: vec![1, 1], label: 1, decoder: 2 });
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        let cost = |width| {
            Informer::cost(&InformerConfig { width, feed_forward: 2 * width, ..InformerConfig::default() }, shape)
        };
        // MODELS.md D.1: 35.6 and 134.4 million, transcendental functions not counted.
        assert!((35_000_000..60_000_000).contains(&cost(32)), "{}", cost(32));
        assert!((134_000_000..180_000_000).contains(&cost(64)), "{}", cost(64));
    }
}
