//! One graph layer: aggregate per head, transform, and (by default) normalise and add (MODELS.md A.6.4).

use burn::module::Module;
use burn::nn::{LayerNorm, LayerNormConfig, Linear};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::config::{Stack, TsfConfig};
use crate::models::params::{Dropout, linear};
use crate::stream::StreamRng;

/// `H' = H + dropout(φ(LN(‖_k Ã^k H_k) W + b))`, or `φ(‖_k Ã^k H_k W + b)` in the strict stack.
#[derive(Module, Debug)]
pub(super) struct GraphLayer {
    norm: Option<LayerNorm>,
    linear: Linear,
}

impl GraphLayer {
    pub(super) fn init(sizes: [usize; 2], settings: &TsfConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let norm = || LayerNormConfig::new(sizes[0]).init(device);
        Self {
            norm: (settings.stack == Stack::Residual).then(norm),
            linear: linear(sizes, sizes[0], true, rng, device),
        }
    }

    /// # Shapes
    /// - hidden: `[B, N, G, in]`, adjacency: `[B, K, N, N]`, or none for Ã = I
    /// - output: `[B, N, G, d]`
    pub(super) fn forward(
        &self,
        hidden: Tensor<4>,
        adjacency: Option<&Tensor<4>>,
        probability: f64,
        dropout: &mut Dropout<'_>,
    ) -> Tensor<4> {
        let gathered = adjacency.map_or_else(|| hidden.clone(), |adjacency| aggregate(hidden.clone(), adjacency));
        let Some(norm) = &self.norm else { return relu(self.linear.forward(gathered)) };
        let update = relu(self.linear.forward(norm.forward(gathered)));
        hidden + dropout.apply(update, probability)
    }
}

/// `‖_k Ã^k H_k`, where `H_k` is the k-th block of columns; a width that the heads do not divide is aggregated with
/// the mean of the heads (only the strict stack of one layer, which reads `F` raw features).
fn aggregate(hidden: Tensor<4>, adjacency: &Tensor<4>) -> Tensor<4> {
    let [b, n, g, width] = hidden.dims();
    let heads = adjacency.dims()[1];
    if !width.is_multiple_of(heads) || heads == 1 {
        let mean = adjacency.clone().mean_dim(1).reshape([b, n, n]);
        return mean.matmul(hidden.reshape([b, n, g * width])).reshape([b, n, g, width]);
    }
    let per_head = width / heads;
    let columns = hidden.reshape([b, n, g, heads, per_head]).permute([0, 3, 1, 2, 4]); // [B, K, N, G, d/K]
    let sums = adjacency.clone().matmul(columns.reshape([b, heads, n, g * per_head])); // [B, K, N, G·d/K]
    sums.reshape([b, heads, n, g, per_head]).permute([0, 2, 3, 1, 4]).reshape([b, n, g, width])
}
