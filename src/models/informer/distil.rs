//! Circular convolution, and the halving of the sequence between two encoder layers (MODELS.md A.9).

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool1d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor};

use crate::models::norm::BatchNorm;
use crate::models::params::linear;
use crate::stream::StreamRng;

/// Convolution of three steps over a sequence whose ends meet, with a bias: a linear map of
/// `[before ‖ here ‖ behind]`, `[3·in, out]`.
#[derive(Module, Debug)]
pub(super) struct CircularConv {
    linear: Linear,
}

impl CircularConv {
    /// Weights from U(±1/√(3·in)).
    pub(super) fn init([d_input, d_output]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        Self { linear: linear([3 * d_input, d_output], 3 * d_input, true, rng, device) }
    }

    /// `[R, L, in]` to `[R, L, out]`.
    pub(super) fn forward(&self, tokens: Tensor<3>) -> Tensor<3> {
        let len = tokens.dims()[1];
        let end = |at| tokens.clone().narrow(1, at, 1);
        let ring = Tensor::cat(vec![end(len - 1), tokens.clone(), end(0)], 1); // [R, L + 2, in]
        let shifted = (0..3).map(|shift| ring.clone().narrow(1, shift, len)).collect();
        self.linear.forward(Tensor::cat(shifted, 2))
    }
}

/// Length after a halving: `⌊(L - 1) / 2⌋ + 1`.
pub(super) fn distilled_len(len: usize) -> usize {
    len.saturating_sub(1) / 2 + 1
}

/// Circular convolution, batch normalisation, ELU, and the maximum of three neighbours at every second step.
#[derive(Module, Debug)]
pub(super) struct Distil {
    conv: CircularConv,
    norm: BatchNorm,
}

impl Distil {
    pub(super) fn init(width: usize, rng: &mut StreamRng, device: &Device) -> Self {
        Self { conv: CircularConv::init([width, width], rng, device), norm: BatchNorm::init(width, device) }
    }

    /// `[R, L, d]` to `[R, ⌊(L - 1) / 2⌋ + 1, d]`.
    pub(super) fn forward(&self, tokens: Tensor<3>, training: bool) -> Tensor<3> {
        let normal = elu(self.norm.forward(self.conv.forward(tokens), training));
        let options = MaxPoolOptions::new([3]).with_stride([2]).with_padding([1]);
        max_pool1d(normal.swap_dims(1, 2), options).swap_dims(1, 2)
    }
}

/// `x` above 0, `eˣ - 1` below; the exponent never sees a positive number, whose power could overflow.
fn elu(tensor: Tensor<3>) -> Tensor<3> {
    relu(tensor.clone()) + relu(tensor.neg()).neg().exp().sub_scalar(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, load};
    use crate::stream::Stream;

    fn sequence(values: &[f32], device: &Device) -> Tensor<3> {
        Tensor::<1>::from_floats(values, device).reshape([1, values.len() as i32, 1])
    }

    fn host(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn the_ends_of_the_sequence_meet() {
        for backend in [Backend::Ndarray, Backend::Flex] {
            let device = device(backend);
            let conv = CircularConv::init([1, 1], &mut Stream::Init.rng(0, ""), &device);
            let conv = load(conv, &[100.0, 10.0, 1.0, 0.5]);
            assert_eq!(host(conv.forward(sequence(&[1.0, 2.0, 3.0], &device))), [312.5, 123.5, 231.5]);
            assert_eq!(host(conv.forward(sequence(&[2.0], &device))), [222.5]);
        }
    }

    #[test]
    fn lengths_are_those_of_the_specification() {
        let device = device(Backend::Flex);
        let distil = Distil::init(2, &mut Stream::Init.rng(0, ""), &device);
        for (len, wanted) in [(12, 6), (24, 12), (25, 13), (48, 24), (1, 1), (2, 1), (3, 2)] {
            assert_eq!(distilled_len(len), wanted);
            let tokens = Tensor::zeros([3, len, 2], &device);
            assert_eq!(distil.forward(tokens, false).dims(), [3, wanted, 2]);
        }
    }

    #[test]
    fn elu_bends_below_zero() {
        let device = device(Backend::Flex);
        let found = host(elu(sequence(&[2.0, 0.0, -1.0, -200.0], &device)));
        let wanted = [2.0, 0.0, (-1.0_f32).exp() - 1.0, -1.0];
        found.iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-6));
    }
}
