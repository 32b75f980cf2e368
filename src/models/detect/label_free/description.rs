//! What `ggnn_svdd` and `teg_ggnn_svdd` share: gated passes along relations, a gated readout, and a point that the vectors
//! of normal snapshots are drawn to (MODELS.md B.12).

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::gru::Gru;
use burn::tensor::{Device, Tensor};

use super::super::batch::{SequenceBatch, tensor};
use crate::models::activation::{sigmoid, tanh};
use crate::models::params::{constant, linear};
use crate::models::recurrent::{gru_step, init_gru};
use crate::stream::StreamRng;

/// Entries of a hidden row, and of a vector.
pub(super) const WIDTH: usize = 32;
/// How often every node hears its neighbours.
pub(super) const PASSES: usize = 3;
/// Entries of the centre that are nearer to 0 are moved here, so that weights of 0 are no solution.
const FARTHEST_FROM_0: f32 = 0.1;
/// Weight of `‖W‖²` in the loss.
const DECAY: f32 = 1e-4;

/// The weights of the passes and of the readout, and the centre.
#[derive(Module, Debug)]
pub(super) struct Description {
    /// `W_r`, without bias.
    pub(super) relations: Vec<Linear>,
    gru: Gru,
    /// `i` and `j` of the readout, on `h ‖ x`, without bias.
    gate: Linear,
    value: Linear,
    /// `c`, `[32]`; set once and never learned.
    centre: Param<Tensor<1>>,
}

impl Description {
    pub(super) fn init([n_relations, n_features]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        let readout = WIDTH + n_features;
        let mut without_bias = |sizes: [usize; 2]| linear(sizes, sizes[0], false, rng, device);
        let relations = (0..n_relations).map(|_| without_bias([WIDTH, WIDTH])).collect();
        let (gate, value) = (without_bias([readout, WIDTH]), without_bias([readout, WIDTH]));
        let centre: Param<Tensor<1>> = constant([WIDTH], 0.0, device);
        let gru = init_gru([WIDTH, WIDTH], rng, device);
        Self { relations, gru, gate, value, centre: centre.set_require_grad(false) }
    }

    /// With the centre from the mean vector of normal snapshots before training.
    pub(super) fn with_centre(self, mean: &[f32], device: &Device) -> Self {
        let centre: Param<Tensor<1>> =
            Param::from_tensor(tensor(mean.iter().copied().map(away_from_0).collect(), [WIDTH], device));
        Self { centre: centre.set_require_grad(false), ..self }
    }

    /// `h⁰ = [x ‖ 0]`, `[R, 32]`.
    pub(super) fn begin(x: Tensor<2>) -> Tensor<2> {
        let [n, width] = x.dims();
        let rest = Tensor::zeros([n, WIDTH - width], &x.device());
        Tensor::cat(vec![x, rest], 1)
    }

    /// `GRU(m, h)`, `[R, 32]`.
    pub(super) fn pass(&self, messages: Tensor<2>, h: Tensor<2>) -> Tensor<2> {
        gru_step(&self.gru, messages, h)
    }

    /// `σ(i(h, x)) ⊙ tanh(j(h, x))`, `[R, 32]`.
    pub(super) fn read(&self, h: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
        let both = Tensor::cat(vec![h, x], 1);
        sigmoid(self.gate.forward(both.clone())) * tanh(self.value.forward(both))
    }

    /// Score of each sequence, `[B, 1]`: the mean of `‖g − c‖²` over its snapshots, whose vectors are `[S, 32]`.
    pub(super) fn errors(&self, vectors: Tensor<2>, batch: &SequenceBatch, sequence: usize) -> Tensor<2> {
        let apart = vectors - self.centre.val().reshape([1, WIDTH]);
        let squares = (apart.clone() * apart).sum_dim(1); // [S, 1]
        let steps = (0..sequence).map(|step| squares.clone().select(0, batch.index_at(step, sequence)));
        steps.reduce(|a, b| a + b).expect("a sequence has snapshots") / sequence as f32
    }

    /// `10⁻⁴ ‖W‖²` over all weights but biases, `[1]`.
    pub(super) fn decay(&self) -> Tensor<1> {
        let gates = [&self.gru.update_gate, &self.gru.reset_gate, &self.gru.new_gate];
        let layers = gates.into_iter().flat_map(|gate| [&gate.input_transform, &gate.hidden_transform]);
        let layers = layers.chain(&self.relations).chain([&self.gate, &self.value]);
        layers.map(squares).reduce(|a, b| a + b).expect("there are layers") * DECAY
    }
}

/// `‖W‖²` of a layer, without its bias.
fn squares(layer: &Linear) -> Tensor<1> {
    let weight = layer.weight.val();
    (weight.clone() * weight).sum()
}

/// F.9: entries nearer to 0 than 0.1 are pushed there, each to its own side.
fn away_from_0(entry: f32) -> f32 {
    if entry.abs() >= FARTHEST_FROM_0 {
        entry
    } else if entry < 0.0 {
        -FARTHEST_FROM_0
    } else {
        FARTHEST_FROM_0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn the_centre_keeps_away_from_zero() {
        assert_eq!([0.05, -0.02, 0.3, -0.5].map(away_from_0), [0.1, -0.1, 0.3, -0.5]);
    }
}
