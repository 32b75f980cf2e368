//! Layer normalisation over all nodes together, as STGCN and MTGNN have it.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};

use super::params::constant;

/// Added to the variance.
const EPSILON: f64 = 1e-5;

/// `(x - mean) / √(variance + ε)` over all nodes and `W` values of each, times a gain plus a shift that every node has
/// for itself.
///
/// With `W` the channels of a step, every step is normalised by itself; with `W` the channels of all steps, the window
/// is.
#[derive(Module, Debug)]
pub(super) struct NodeNorm {
    /// `[N, W]`.
    node_gain: Param<Tensor<2>>,
    /// `[N, W]`.
    node_shift: Param<Tensor<2>>,
}

impl NodeNorm {
    /// Gains 1, shifts 0.
    pub(super) fn init(n_nodes: usize, width: usize, device: &Device) -> Self {
        Self { node_gain: constant([n_nodes, width], 1.0, device), node_shift: constant([n_nodes, width], 0.0, device) }
    }

    /// `[B·N, T, d]` to the same, where `W` divides `T·d`.
    pub(super) fn forward(&self, states: Tensor<3>) -> Tensor<3> {
        let [rows, len, d] = states.dims();
        let [n, width] = self.node_gain.dims();
        let groups = len * d / width;
        let states = states.reshape([rows / n, n, groups, width]);
        let mean = |values: Tensor<4>| values.mean_dim(3).mean_dim(1); // [B, 1, groups, 1]
        let centred = states.clone() - mean(states);
        let variance = mean(centred.clone().square());
        let of_node = |param: &Param<Tensor<2>>| param.val().reshape([1, n, 1, width]);
        let normal = centred / variance.add_scalar(EPSILON).sqrt();
        (normal * of_node(&self.node_gain) + of_node(&self.node_shift)).reshape([rows, len, d])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, load};

    fn normalised(width: usize, params: &[f32]) -> Vec<f32> {
        let device = device(Backend::Flex);
        let norm = load(NodeNorm::init(2, width, &device), params);
        // Node 0 has 1 and 5, node 1 has 3 and 5.
        let states = Tensor::<1>::from_floats([1.0, 5.0, 3.0, 5.0], &device).reshape([2, 2, 1]);
        norm.forward(states).into_data().try_to_vec::<f32>().expect("f32")
    }

    fn close(found: &[f32], wanted: &[f32]) {
        found.iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-4, "{found:?} is not {wanted:?}"));
    }

    #[test]
    fn a_step_is_normalised_over_its_nodes() {
        // Step 0: 1 and 3, mean 2, deviation 1; step 1: all alike. Gains 1 and 10, shifts 0 and 2.
        close(&normalised(1, &[1.0, 10.0, 0.0, 2.0]), &[-1.0, 0.0, 12.0, 2.0]);
    }

    #[test]
    fn a_window_is_normalised_over_nodes_and_steps() {
        let sd = (44.0_f32 / 16.0).sqrt();
        close(&normalised(2, &[1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]), &[-2.5, 1.5, -0.5, 1.5].map(|x| x / sd));
    }
}
