//! From a vector to a logit.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use crate::models::Dropout;
use crate::models::params::linear;
use crate::stream::StreamRng;

/// `Linear(in, u) → ReLU → Dropout → Linear(u, 1)` (MODELS.md B.5).
#[derive(Module, Debug)]
pub(super) struct Head {
    hidden: Linear,
    output: Linear,
    dropout: f64,
}

impl Head {
    /// Weights from U(±1/√fan_in).
    pub(super) fn init(sizes: [usize; 2], dropout: f64, rng: &mut StreamRng, device: &Device) -> Self {
        let [input, units] = sizes;
        Self {
            hidden: linear([input, units], input, true, rng, device),
            output: linear([units, 1], units, true, rng, device),
            dropout,
        }
    }

    /// Logits, `[B, in]` to `[B]`.
    pub(super) fn forward(&self, vectors: Tensor<2>, dropout: &mut Dropout<'_>) -> Tensor<1> {
        let n = vectors.dims()[0];
        let hidden = dropout.apply(relu(self.hidden.forward(vectors)), self.dropout);
        self.output.forward(hidden).reshape([n])
    }
}
