//! What attention networks share: multi-head attention, the encoder layer and sinusoidal positions (Vaswani et al.
//! 2017; MODELS.md A.9, `transformer`).
//!
//! Further dimension letters: `R` sequences (`B·N`, one per node and window), `L` tokens of a sequence, `Q` tokens that
//! ask. Heads stand side by side in the columns of the projections, so that all of them are one product.

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear};
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor, TensorData};

use super::params::{Dropout, linear};
use crate::stream::StreamRng;

/// What stands between the two linear maps of a feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Activation {
    /// `max(0, x)`.
    Relu,
    /// `x Φ(x)` with the exact normal distribution function.
    Gelu,
}

impl Activation {
    fn apply<const D: usize>(self, tensor: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => relu(tensor),
            Self::Gelu => gelu(tensor),
        }
    }
}

/// `x Φ(x)`. Not burn's function, whose gradient is that of an approximation in one of the two tensor libraries.
fn gelu<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    let twice = tensor.clone().div_scalar(std::f64::consts::SQRT_2).erf().add_scalar(1.0); // 2 Φ(x)
    tensor.mul_scalar(0.5) * twice
}

/// `softmax(Q Kᵀ / √(d/K)) V` per head, then a linear map of the heads side by side; every projection has a bias.
#[derive(Module, Debug)]
pub(super) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: usize,
}

impl Attention {
    /// `heads` divides `width`; weights from U(±1/√d).
    pub(super) fn init(width: usize, heads: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let mut square = || linear([width, width], width, true, rng, device);
        Self { query: square(), key: square(), value: square(), output: square(), heads }
    }

    /// # Shapes
    /// - queries: `[R, Q, d]`; keys and values: `[R, L, d]`
    /// - mask: `[Q, L]`, added to the scores: 0 where a query may look, −1e9 where not
    /// - output: `[R, Q, d]`
    pub(super) fn forward(
        &self,
        queries: Tensor<3>,
        keys: Tensor<3>,
        values: Tensor<3>,
        mask: Option<Tensor<2>>,
    ) -> Tensor<3> {
        let [queries, keys, values] = self.project(queries, keys, values);
        let scores = scores(queries, keys); // [R, K, Q, L]
        let scores = match mask {
            Some(mask) => scores + mask.unsqueeze::<4>(),
            None => scores,
        };
        self.merge(softmax(scores, 3).matmul(values))
    }

    /// Queries, keys and values of all heads, `[R, K, L, d/K]` each.
    pub(super) fn project(&self, queries: Tensor<3>, keys: Tensor<3>, values: Tensor<3>) -> [Tensor<4>; 3] {
        let split = |layer: &Linear, tokens: Tensor<3>| {
            let [rows, len, width] = tokens.dims();
            layer.forward(tokens).reshape([rows, len, self.heads, width / self.heads]).swap_dims(1, 2)
        };
        [split(&self.query, queries), split(&self.key, keys), split(&self.value, values)]
    }

    /// From what each head found, `[R, K, Q, d/K]`, to the output `[R, Q, d]`.
    pub(super) fn merge(&self, found: Tensor<4>) -> Tensor<3> {
        let [rows, heads, len, per_head] = found.dims();
        self.output.forward(found.swap_dims(1, 2).reshape([rows, len, heads * per_head]))
    }
}

/// `Q Kᵀ / √(d/K)` of projected queries `[R, K, Q, d/K]` and keys `[R, K, L, d/K]`, `[R, K, Q, L]`.
pub(super) fn scores(queries: Tensor<4>, keys: Tensor<4>) -> Tensor<4> {
    let scale = (queries.dims()[3] as f64).sqrt();
    // The queries are the smaller tensor wherever the sequence is longer than a head is wide.
    queries.div_scalar(scale).matmul(keys.swap_dims(2, 3))
}

/// `W_2 φ(W_1 x + b_1) + b_2`.
#[derive(Module, Debug)]
pub(super) struct FeedForward {
    inner: Linear,
    outer: Linear,
    #[module(skip)]
    activation: Activation,
}

impl FeedForward {
    /// From `width` to `inner` units and back.
    pub(super) fn init(
        width: usize,
        inner: usize,
        activation: Activation,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        Self {
            inner: linear([width, inner], width, true, rng, device),
            outer: linear([inner, width], inner, true, rng, device),
            activation,
        }
    }

    /// `[R, L, d]` to `[R, L, d]`.
    pub(super) fn forward(&self, tokens: Tensor<3>) -> Tensor<3> {
        self.outer.forward(self.activation.apply(self.inner.forward(tokens)))
    }
}

/// Post-norm encoder layer: `x ← LN(x + dropout(attention(x)))`, `x ← LN(x + dropout(feed_forward(x)))`.
///
/// Dropout stands where the original has it, on the two updates; attention weights and inner units get none.
#[derive(Module, Debug)]
pub(super) struct EncoderLayer {
    attention: Attention,
    attention_norm: LayerNorm,
    feed_forward: FeedForward,
    feed_forward_norm: LayerNorm,
    dropout: f64,
}

impl EncoderLayer {
    /// `heads` divides `width`; `feed_forward` is the inner width; weights from U(±1/√fan_in).
    pub(super) fn init(
        width: usize,
        heads: usize,
        feed_forward: usize,
        activation: Activation,
        dropout: f64,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let norm = || LayerNormConfig::new(width).init(device);
        Self {
            attention: Attention::init(width, heads, rng, device),
            attention_norm: norm(),
            feed_forward: FeedForward::init(width, feed_forward, activation, rng, device),
            feed_forward_norm: norm(),
            dropout,
        }
    }

    /// Every token looks at every token, `[R, L, d]` to `[R, L, d]`.
    pub(super) fn forward(&self, tokens: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        self.forward_some(tokens.clone(), tokens, dropout)
    }

    /// The layer's output at some of its tokens only, which spares the rest of the work in a last layer.
    ///
    /// # Shapes
    /// - asking: `[R, Q, d]`, tokens of `tokens`
    /// - tokens: `[R, L, d]`
    /// - output: `[R, Q, d]`
    pub(super) fn forward_some(&self, asking: Tensor<3>, tokens: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let found = self.attention.forward(asking.clone(), tokens.clone(), tokens, None);
        let mixed = self.attention_norm.forward(asking + dropout.apply(found, self.dropout));
        let update = self.feed_forward.forward(mixed.clone());
        self.feed_forward_norm.forward(mixed + dropout.apply(update, self.dropout))
    }
}

/// Sinusoidal positions, `[1, len, width]`: column `2i` is `sin(t / 10000^(2i/d))`, column `2i + 1` its cosine.
pub(super) fn positions(len: usize, width: usize, device: &Device) -> Tensor<3> {
    let value = |step: usize, column: usize| {
        let even = (column - column % 2) as f64;
        let angle = step as f64 / 10_000_f64.powf(even / width as f64);
        if column.is_multiple_of(2) { angle.sin() as f32 } else { angle.cos() as f32 }
    };
    let values = (0..len).flat_map(|step| (0..width).map(move |column| value(step, column))).collect::<Vec<_>>();
    Tensor::from_data(TensorData::new(values, [1, len, width]), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, flatten};
    use crate::stream::Stream;

    fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    fn tokens(shape: [usize; 3], device: &Device) -> Tensor<3> {
        let rng = &mut Stream::Data.rng(3, "encoder");
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| rng.uniform(-1.0, 1.0)).collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    fn layer(device: &Device) -> EncoderLayer {
        EncoderLayer::init(8, 2, 12, Activation::Relu, 0.0, &mut Stream::Init.rng(1, "encoder"), device)
    }

    fn close(found: &[f32], wanted: &[f32]) {
        assert_eq!(found.len(), wanted.len());
        let apart = found.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-6, "{apart} apart");
    }

    #[test]
    fn a_layer_has_the_parameters_of_the_specification() {
        let device = device(Backend::Flex);
        let layer = EncoderLayer::init(64, 4, 128, Activation::Relu, 0.1, &mut Stream::Init.rng(1, "encoder"), &device);
        assert_eq!(flatten(&layer).len(), 33_472);
    }

    #[test]
    fn one_token_has_only_itself_to_look_at() {
        let device = device(Backend::Flex);
        let attention = Attention::init(8, 2, &mut Stream::Init.rng(1, "encoder"), &device);
        let one = tokens([3, 1, 8], &device);
        let found = attention.forward(one.clone(), one.clone(), one.clone(), None);
        close(&host(found), &host(attention.output.forward(attention.value.forward(one))));
    }

    #[test]
    fn a_masked_token_is_not_looked_at() {
        let device = device(Backend::Flex);
        let attention = Attention::init(8, 2, &mut Stream::Init.rng(1, "encoder"), &device);
        let all = tokens([2, 3, 8], &device);
        let first_two = all.clone().narrow(1, 0, 2);
        let mask = Tensor::from_data([[0.0, 0.0, -1e9_f32]], &device);
        let asking = all.clone().narrow(1, 0, 1);
        let masked = attention.forward(asking.clone(), all.clone(), all, Some(mask));
        close(&host(masked), &host(attention.forward(asking, first_two.clone(), first_two, None)));
    }

    #[test]
    fn some_tokens_are_those_of_all() {
        let device = device(Backend::Flex);
        let (layer, tokens) = (layer(&device), tokens([3, 5, 8], &device));
        let off = &mut Dropout { rng: None };
        let all = layer.forward(tokens.clone(), off);
        let last = layer.forward_some(tokens.clone().narrow(1, 4, 1), tokens, off);
        close(&host(last), &host(all.narrow(1, 4, 1)));
    }

    #[test]
    fn without_positions_the_order_of_the_tokens_does_not_matter() {
        let device = device(Backend::Flex);
        let (layer, tokens) = (layer(&device), tokens([2, 4, 8], &device));
        let off = &mut Dropout { rng: None };
        let plain = layer.forward(tokens.clone(), off);
        let turned = layer.forward(tokens.flip([1]), off);
        close(&host(turned.flip([1])), &host(plain));
    }

    #[test]
    fn positions_are_sines_and_cosines() {
        let found = host(positions(2, 3, &device(Backend::Flex)));
        let slow = 1.0 / 10_000_f32.powf(2.0 / 3.0);
        close(&found, &[0.0, 1.0, 0.0, 1_f32.sin(), 1_f32.cos(), slow.sin()]);
    }
}
