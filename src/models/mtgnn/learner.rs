//! The learned graph of MTGNN: directed, and sparse by keeping the strongest neighbours of each node.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use crate::config::MtgnnConfig;
use crate::models::activation::tanh;
use crate::models::params::{Dropout, linear, normal};
use crate::models::tsf::keep_strongest;
use crate::stream::StreamRng;

/// `α`: how soon the hyperbolic tangents saturate.
const SATURATION: f64 = 3.0;
/// Noise below this breaks ties between saturated weights while training, as in the published code; at evaluation there
/// is none, so that a forecast does not depend on a draw.
const NOISE: f32 = 0.01;

/// `A = relu(tanh(α (M_1 M_2ᵀ - M_2 M_1ᵀ)))` with `M_i = tanh(α (E_i Θ_i + b_i))`, of which every row keeps its
/// strongest entries. The choice is a constant; gradients flow through the weights that are kept.
#[derive(Module, Debug)]
pub(super) struct GraphLearner {
    /// `E_1`, `[N, e]`.
    node_first: Param<Tensor<2>>,
    /// `E_2`, `[N, e]`.
    node_second: Param<Tensor<2>>,
    first: Linear,
    second: Linear,
    neighbours: usize,
}

impl GraphLearner {
    pub(super) fn init(n_nodes: usize, settings: &MtgnnConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let e = settings.embedding;
        Self {
            node_first: normal([n_nodes, e], rng, device),
            node_second: normal([n_nodes, e], rng, device),
            first: linear([e, e], e, true, rng, device),
            second: linear([e, e], e, true, rng, device),
            neighbours: settings.neighbours,
        }
    }

    /// The kept weights, `[1, N, N]`.
    pub(super) fn forward(&self, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let bent = |layer: &Linear, nodes: &Param<Tensor<2>>| tanh(layer.forward(nodes.val()).mul_scalar(SATURATION));
        let (first, second) = (bent(&self.first, &self.node_first), bent(&self.second, &self.node_second));
        let ahead = first.matmul(second.transpose());
        let weights = relu(tanh((ahead.clone() - ahead.transpose()).mul_scalar(SATURATION))); // [N, N]
        let kept = self.strongest(&weights, dropout);
        (weights * kept).unsqueeze()
    }

    /// 1 at the kept entries, `[N, N]`.
    fn strongest(&self, weights: &Tensor<2>, dropout: &mut Dropout<'_>) -> Tensor<2> {
        let n = weights.dims()[0];
        let mut order = weights.clone().detach().into_data().try_to_vec::<f32>().expect("weights are f32");
        if let Some(rng) = dropout.rng.as_mut() {
            order.iter_mut().for_each(|weight| *weight += NOISE * rng.unit());
        }
        let kept = keep_strongest(&order, n, self.neighbours.min(n.saturating_sub(1)));
        Tensor::from_data(TensorData::new(kept, [n, n]), &weights.device())
    }
}

/// `D^-1 (A + I)`, `[1, N, N]`.
pub(super) fn row_stochastic(weights: Tensor<3>) -> Tensor<3> {
    let n = weights.dims()[1];
    let with_self = weights.clone() + Tensor::<2>::eye(n, &weights.device()).unsqueeze::<3>();
    with_self.clone() / with_self.sum_dim(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, gradients};
    use crate::stream::Stream;

    const N: usize = 6;

    fn learner(device: &Device) -> GraphLearner {
        let settings = MtgnnConfig { embedding: 4, neighbours: 2, ..MtgnnConfig::default() };
        GraphLearner::init(N, &settings, &mut Stream::Init.rng(3, "mtgnn"), device)
    }

    fn host(graph: Tensor<3>) -> Vec<f32> {
        graph.into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn rows_keep_their_strongest_neighbours_one_way_only() {
        let device = device(Backend::Flex);
        let all = GraphLearner { neighbours: N, ..learner(&device) };
        let (all, kept) = (host(all.forward(&mut Dropout { rng: None })), learner(&device));
        let kept = host(kept.forward(&mut Dropout { rng: None }));
        for (idx, (row, all)) in kept.chunks(N).zip(all.chunks(N)).enumerate() {
            let n_kept = row.iter().filter(|&&weight| weight > 0.0).count();
            assert!(n_kept <= 2 && row[idx] == 0.0, "{row:?}");
            let weakest = row.iter().copied().filter(|&weight| weight > 0.0).fold(f32::INFINITY, f32::min);
            let stronger = all.iter().filter(|&&weight| weight > weakest).count();
            assert!(n_kept == 0 || stronger < 2, "{row:?} of {all:?}");
        }
        assert!(all.iter().filter(|&&weight| weight > 0.0).count() > kept.iter().filter(|&&w| w > 0.0).count());
        (0..N * N).for_each(|at| assert!(all[at] == 0.0 || all[at % N * N + at / N] == 0.0, "both ways at {at}"));
    }

    /// A top-k whose result is cut off from the weights would leave all of them without a gradient.
    #[test]
    fn gradients_pass_the_choice_of_the_strongest() {
        let device = device(Backend::Flex).autodiff();
        let learner = learner(&device);
        let graph = learner.forward(&mut Dropout { rng: None });
        let grads = graph.square().sum().backward();
        let found = gradients(&learner, &grads);
        assert_eq!(found.len(), 2 * (N * 4 + 4 * 4 + 4));
        let moved = found.iter().filter(|&&slope| slope != 0.0).count();
        assert!(moved > found.len() / 2, "{moved} of {}", found.len());
    }

    #[test]
    fn noise_breaks_ties_in_training_and_nothing_else_is_drawn() {
        let device = device(Backend::Flex);
        let learner = learner(&device);
        let plain = host(learner.forward(&mut Dropout { rng: None }));
        assert_eq!(plain, host(learner.forward(&mut Dropout { rng: None })));
        let rng = &mut Stream::Dropout.rng(1, "mtgnn");
        let noisy = host(learner.forward(&mut Dropout { rng: Some(rng) }));
        // The noise is not in the weights themselves.
        let all = host(GraphLearner { neighbours: N, ..learner }.forward(&mut Dropout { rng: None }));
        assert!(noisy.iter().zip(&all).all(|(noisy, weight)| *noisy == 0.0 || noisy == weight));
    }
}
