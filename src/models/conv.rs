//! Convolution over time as a linear map of neighbouring steps, the same for every node.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::params::linear;
use crate::stream::StreamRng;

/// Convolution of `k` steps that lie `dilation` apart, with a bias and without padding: a linear map of
/// `[oldest ‖ … ‖ newest]`, `[k·in, out]`.
#[derive(Module, Debug)]
pub(super) struct TemporalConv {
    linear: Linear,
    kernel: usize,
    dilation: usize,
}

impl TemporalConv {
    /// Weights from U(±1/√(k·in)).
    pub(super) fn init(
        [d_input, d_output]: [usize; 2],
        [kernel, dilation]: [usize; 2],
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let linear = linear([kernel * d_input, d_output], kernel * d_input, true, rng, device);
        Self { linear, kernel, dilation }
    }

    /// Steps that the output is shorter by.
    pub(super) fn reach(&self) -> usize {
        (self.kernel - 1) * self.dilation
    }

    /// `[R, T, in]` to `[R, T - (k - 1)·dilation, out]`.
    pub(super) fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        let len = states.dims()[1] - self.reach();
        let tap = |tap: usize| states.clone().narrow(1, tap * self.dilation, len);
        self.linear.forward(Tensor::cat((0..self.kernel).map(tap).collect(), 2))
    }
}

/// The last steps, `[R, T, d]` to `[R, len, d]`.
pub(super) fn last_steps(states: &Tensor<3>, len: usize) -> Tensor<3> {
    states.clone().narrow(1, states.dims()[1] - len, len)
}

/// The same, with zeros before them where there are fewer.
pub(super) fn from_last_steps(states: Tensor<3>, len: usize) -> Tensor<3> {
    let [rows, found, width] = states.dims();
    if found >= len {
        return last_steps(&states, len);
    }
    let zeros = Tensor::zeros([rows, len - found, width], &states.device());
    Tensor::cat(vec![zeros, states], 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, load};
    use crate::stream::Stream;

    #[test]
    fn taps_are_dilated_and_the_oldest_comes_first() {
        let device = device(Backend::Flex);
        let conv = TemporalConv::init([1, 1], [2, 2], &mut Stream::Init.rng(1, ""), &device);
        let conv = load(conv, &[10.0, 1.0, 0.5]);
        let steps = Tensor::<1>::from_floats([1.0, 2.0, 3.0, 4.0], &device).reshape([1, 4, 1]);
        let found = conv.forward(steps).into_data().try_to_vec::<f32>().expect("f32");
        assert_eq!(found, [10.0 + 3.0 + 0.5, 20.0 + 4.0 + 0.5]);
    }
}
