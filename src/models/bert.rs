//! `bert`: BERT-style masked-pretrained encoder on patches of each node's series, weights shared by the nodes
//! (Devlin et al. 2019; MODELS.md A.9). Not TimesBERT, which is a foundation model trained on 260 billion points.
//!
//! Pre-training hides some patches and asks for their values; fine-tuning moves all weights towards the forecast.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::batch::Batch;
use super::encoder::{Activation, EncoderLayer, positions};
use super::params::{Dropout, linear, uniform};
use super::shape::Shape;
use crate::config::BertConfig;
use crate::stream::StreamRng;

/// Of the patches chosen, the share that becomes `[MASK]`, and the share that does so or becomes another patch.
const HIDDEN: f32 = 0.8;
const HIDDEN_OR_REPLACED: f32 = 0.9;

/// What pre-training does with a patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Shown, and not asked for.
    Shown,
    /// `[MASK]` stands in its place.
    Hidden,
    /// Another patch stands in its place: its index among all patches of the batch.
    Replaced(usize),
    /// Shown, and asked for.
    Unchanged,
}

/// The fate of every patch of a batch, `[B·N·n]` for `n` patches per series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masking(pub Vec<Fate>);

impl Masking {
    /// Chooses `mask_share` of the patches of each series, rounded half up, at least one; of these 80 % are hidden,
    /// 10 % replaced by a patch of the same window (of any node) and 10 % left as they are.
    pub fn draw(mask_share: f64, [n_windows, n_nodes, n_patches]: [usize; 3], rng: &mut StreamRng) -> Self {
        let chosen = ((mask_share * n_patches as f64 + 0.5).floor() as usize).clamp(1, n_patches.max(1));
        let per_window = n_nodes * n_patches;
        let mut fates = vec![Fate::Shown; n_windows * per_window];
        let mut order: Vec<usize> = Vec::with_capacity(n_patches);
        for (idx, series) in fates.chunks_exact_mut(n_patches.max(1)).enumerate() {
            order.clear();
            order.extend(0..n_patches);
            rng.shuffle(&mut order);
            for &patch in order.iter().take(chosen) {
                let draw = rng.unit();
                series[patch] = if draw < HIDDEN {
                    Fate::Hidden
                } else if draw < HIDDEN_OR_REPLACED {
                    Fate::Replaced(idx / n_nodes * per_window + rng.below(per_window))
                } else {
                    Fate::Unchanged
                };
            }
        }
        Self(fates)
    }

    /// Number of patches that are asked for.
    pub fn n_asked(&self) -> usize {
        self.0.iter().filter(|&&fate| fate != Fate::Shown).count()
    }

    /// 1 where the fate is one of these, else 0, `[B·N·n, 1]`.
    fn flags(&self, of: impl Fn(Fate) -> bool, device: &Device) -> Tensor<2> {
        let flags: Vec<f32> = self.0.iter().map(|&fate| f32::from(u8::from(of(fate)))).collect();
        Tensor::from_data(TensorData::new(flags, [self.0.len(), 1]), device)
    }

    /// For each place the patch that stands there, `[B·N·n]`.
    fn sources(&self, device: &Device) -> Tensor<1, Int> {
        let source = |(idx, &fate): (usize, &Fate)| match fate {
            Fate::Replaced(other) => other as i32,
            _ => idx as i32,
        };
        let sources: Vec<i32> = self.0.iter().enumerate().map(source).collect();
        Tensor::from_data(TensorData::new(sources, [self.0.len()]), device)
    }
}

/// Patches and `[CLS]` as tokens with sinusoidal positions, bidirectional post-norm layers with GELU, a linear output
/// on `[CLS] ‖ mean of the patches`.
#[derive(Module, Debug)]
pub struct Bert {
    /// `[p·F, d]`.
    input: Linear,
    /// `[CLS]`, `[d]`.
    class: Param<Tensor<1>>,
    /// `[MASK]`, `[d]`; in pre-training only.
    mask: Param<Tensor<1>>,
    layers: Vec<EncoderLayer>,
    /// `[2d, P]`.
    output: Linear,
    /// `[d, p·F]`; in pre-training only.
    reconstruction: Linear,
    #[module(skip)]
    settings: BertConfig,
}

impl Bert {
    /// Weights from U(±1/√fan_in); the two special tokens as the weights of the layers above them.
    pub fn init(settings: &BertConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let BertConfig { width, heads, layers, feed_forward, dropout, patch, .. } = *settings;
        let n_values = patch * shape.n_features;
        let layer = |rng: &mut StreamRng| {
            EncoderLayer::init(width, heads, feed_forward, Activation::Gelu, dropout, rng, device)
        };
        let token = |rng: &mut StreamRng| uniform([width], 1.0 / (width as f32).sqrt(), rng, device);
        Self {
            input: linear([n_values, width], n_values, true, rng, device),
            class: token(rng),
            mask: token(rng),
            layers: (0..layers).map(|_| layer(rng)).collect(),
            output: linear([2 * width, shape.n_outputs], 2 * width, true, rng, device),
            reconstruction: linear([width, n_values], width, true, rng, device),
            settings: settings.clone(),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let tokens = self.encode(batch, self.input.forward(self.patches(batch)), dropout); // [B·N, n + 1, d]
        let [rows, n_tokens, width] = tokens.dims();
        let class = tokens.clone().narrow(1, 0, 1);
        let mean = tokens.narrow(1, 1, n_tokens - 1).mean_dim(1);
        let read = Tensor::cat(vec![class, mean], 2).reshape([rows, 2 * width]);
        self.output.forward(read).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    /// Sum of squared errors over the values of the patches asked for, and their number; reads inputs only.
    pub fn pretrain(&self, batch: &Batch, masks: &mut StreamRng, dropout: &mut Dropout<'_>) -> (Tensor<1>, usize) {
        let host = batch.host();
        let n_patches = host.n_steps / self.settings.patch;
        let masking = Masking::draw(self.settings.mask_share, [host.n_windows, host.n_nodes, n_patches], masks);
        self.pretrain_with(batch, &masking, dropout)
    }

    /// The same with given fates of the patches.
    pub fn pretrain_with(&self, batch: &Batch, masking: &Masking, dropout: &mut Dropout<'_>) -> (Tensor<1>, usize) {
        let device = batch.device();
        let patches = self.patches(batch); // [B·N·n, p·F]
        let [n, n_values] = patches.dims();
        let shown = self.input.forward(patches.clone().select(0, masking.sources(device)));
        let hidden = masking.flags(|fate| fate == Fate::Hidden, device); // [B·N·n, 1]
        let mask = self.mask.val().unsqueeze::<2>();
        let embedded = shown * hidden.clone().neg().add_scalar(1.0) + mask * hidden;
        let tokens = self.encode(batch, embedded, dropout); // [B·N, n + 1, d]
        let [_, n_tokens, width] = tokens.dims();
        let tokens = tokens.narrow(1, 1, n_tokens - 1).reshape([n, width]);
        let asked = masking.flags(|fate| fate != Fate::Shown, device);
        let error = (self.reconstruction.forward(tokens) - patches) * asked;
        (error.square().sum(), masking.n_asked() * n_values)
    }

    /// Patches of all series, step by step within a patch, `[B·N·n, p·F]`.
    fn patches(&self, batch: &Batch) -> Tensor<2> {
        let host = batch.host();
        let n_patches = host.n_steps / self.settings.patch;
        let rows = host.n_windows * host.n_nodes * n_patches;
        batch.sequences().reshape([rows, self.settings.patch * host.n_features])
    }

    /// From embedded patches `[B·N·n, d]` to tokens `[B·N, n + 1, d]`, `[CLS]` first.
    fn encode(&self, batch: &Batch, embedded: Tensor<2>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let [n, width] = embedded.dims();
        let rows = host.n_windows * host.n_nodes;
        let class = self.class.val().reshape([1, 1, width]).expand([rows, 1, width]);
        let tokens = Tensor::cat(vec![class, embedded.reshape([rows, n / rows, width])], 1);
        let placed = tokens + positions(n / rows + 1, width, batch.device());
        let tokens = dropout.apply(placed, self.settings.dropout);
        self.layers.iter().fold(tokens, |tokens, layer| layer.forward(tokens, dropout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn every_series_is_asked_for_its_share_of_patches() {
        let rng = &mut Stream::Mask.rng(1, "bert");
        for (share, n_patches, wanted) in [(0.25, 6, 2), (0.25, 8, 2), (0.01, 6, 1), (0.9, 1, 1), (0.5, 4, 2)] {
            let masking = Masking::draw(share, [3, 4, n_patches], rng);
            for series in masking.0.chunks(n_patches) {
                assert_eq!(series.iter().filter(|&&fate| fate != Fate::Shown).count(), wanted);
            }
            assert_eq!(masking.n_asked(), 3 * 4 * wanted);
        }
    }

    #[test]
    fn fates_have_the_shares_of_the_specification_and_replacements_stay_in_their_window() {
        let masking = Masking::draw(0.5, [50, 10, 20], &mut Stream::Mask.rng(2, "bert"));
        let share = |of: fn(&Fate) -> bool| masking.0.iter().filter(|fate| of(fate)).count() as f64 / 5000.0;
        assert!((share(|fate| *fate == Fate::Hidden) - 0.8).abs() < 0.02);
        assert!((share(|fate| matches!(fate, Fate::Replaced(_))) - 0.1).abs() < 0.02);
        assert!((share(|fate| *fate == Fate::Unchanged) - 0.1).abs() < 0.02);
        for (idx, fate) in masking.0.iter().enumerate() {
            if let Fate::Replaced(other) = fate {
                assert_eq!(other / 200, idx / 200);
            }
        }
    }

    #[test]
    fn masks_do_not_depend_on_how_windows_are_cut_into_pieces() {
        let whole = Masking::draw(0.3, [4, 3, 5], &mut Stream::Mask.rng(3, "bert"));
        let rng = &mut Stream::Mask.rng(3, "bert");
        let mut pieces = Masking::draw(0.3, [1, 3, 5], rng).0;
        let shift = |fate| if let Fate::Replaced(other) = fate { Fate::Replaced(other + 15) } else { fate };
        pieces.extend(Masking::draw(0.3, [3, 3, 5], rng).0.into_iter().map(shift));
        assert_eq!(whole.0, pieces);
    }
}
