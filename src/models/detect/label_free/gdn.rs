//! `gdn`: graph deviation network (Deng and Hooi 2021; MODELS.md B.13).
//!
//! `g_i = v_i ‖ W x_i`, `π_ij = LeakyReLU(a · (g_i ‖ g_j))`, `α_i = softmax over i and its neighbours`,
//! `z_i = ReLU(Σ_j α_ij W x_j)`, and the prediction is a linear map of `v_i ⊙ z_i`. Neighbours are the 15 others whose
//! embedding `v` points most nearly the same way, chosen anew in every pass. Reads the snapshots of the window before
//! the last, where the authors read five; their batch normalisation is left out.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::{leaky_relu, relu, softmax};
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use crate::models::Dropout;
use crate::models::params::{linear, uniform};
use crate::stream::StreamRng;

const WIDTH: usize = 64;
const NEIGHBOURS: usize = 15;
const SLOPE: f64 = 0.2;
/// The authors' dropout before the output.
const DROPOUT: f64 = 0.2;
/// Added where there is no edge.
const NO_EDGE: f32 = -1e9;

/// The network.
#[derive(Module, Debug)]
pub struct Gdn {
    /// `v`, `[I, 64]`.
    embedding: Param<Tensor<2>>,
    /// `W`, `[Q − 1, 64]`.
    input: Linear,
    /// The parts of `a` for `v_i ‖ W x_i`, `[128, 1]`, and for `v_j ‖ W x_j`.
    receiver: Linear,
    sender: Linear,
    output: Linear,
    #[module(skip)]
    shape: DetectShape,
}

impl Gdn {
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Self {
        let n_inputs = n_inputs(shape);
        Self {
            embedding: uniform([shape.n_instances(), WIDTH], 1.0 / (WIDTH as f32).sqrt(), rng, device),
            input: linear([n_inputs, WIDTH], n_inputs, false, rng, device),
            receiver: linear([2 * WIDTH, 1], 4 * WIDTH, false, rng, device),
            sender: linear([2 * WIDTH, 1], 4 * WIDTH, false, rng, device),
            output: linear([WIDTH, 1], WIDTH, true, rng, device),
            shape: shape.clone(),
        }
    }

    /// Absolute error of the prediction for each instance, `[B, I]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Tensor<2> {
        let (n, b) = (self.shape.n_instances(), batch.n_sequences());
        let columns = (0..n_inputs(&self.shape)).map(|step| batch.means_at(step, &self.shape).transpose());
        let columns: Vec<Tensor<3>> = columns.map(|column| column.reshape([b, n, 1])).collect();
        let projected = self.input.forward(Tensor::cat(columns, 2)); // [B, I, 64]
        let embedding = self.embedding.val();
        let everywhere = embedding.clone().reshape([1, n, WIDTH]).expand([b, n, WIDTH]);
        let both = Tensor::cat(vec![everywhere.clone(), projected.clone()], 2); // [B, I, 128]
        let receive = self.receiver.forward(both.clone()); // [B, I, 1]
        let send = self.sender.forward(both).swap_dims(1, 2); // [B, 1, I]
        let scores = leaky_relu(receive + send, SLOPE) + self.edges(embedding, batch.device());
        let mixed = relu(softmax(scores, 2).matmul(projected)); // [B, I, 64]
        let hidden = dropout.apply(relu(mixed * everywhere), DROPOUT);
        let predicted = self.output.forward(hidden).reshape([b, n]);
        (predicted - batch.means_at(self.shape.sequence - 1, &self.shape).transpose()).abs()
    }

    /// 0 where there is an edge or a loop, `[1, I, I]`.
    fn edges(&self, embedding: Tensor<2>, device: &Device) -> Tensor<3> {
        let values = embedding.detach().into_data().try_to_vec::<f32>().expect("parameters are f32");
        let n = self.shape.n_instances();
        tensor(
            nearest(&values, n).into_iter().map(|is_edge| if is_edge { 0.0 } else { NO_EDGE }).collect(),
            [1, n, n],
            device,
        )
    }
}

fn n_inputs(shape: &DetectShape) -> usize {
    shape.sequence.saturating_sub(1).max(1)
}

/// Each row itself and its nearest others by cosine, `[n, n]`; of equal ones the first.
fn nearest(embedding: &[f32], n: usize) -> Vec<bool> {
    let width = embedding.len() / n.max(1);
    let row = |i: usize| &embedding[i * width..(i + 1) * width];
    let dot = |i: usize, j: usize| row(i).iter().zip(row(j)).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let lengths: Vec<f64> = (0..n).map(|i| dot(i, i).sqrt().max(1e-12)).collect();
    let mut edges = vec![false; n * n];
    for i in 0..n {
        let mut others: Vec<(f64, usize)> =
            (0..n).filter(|&j| j != i).map(|j| (dot(i, j) / (lengths[i] * lengths[j]), j)).collect();
        others.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        edges[i * n + i] = true;
        others.iter().take(NEIGHBOURS).for_each(|&(_, j)| edges[i * n + j] = true);
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_point_the_same_way() {
        let mut embedding: Vec<f32> = (0..20).flat_map(|i| [(0.1 * i as f32).cos(), (0.1 * i as f32).sin()]).collect();
        embedding[0] = 100.0;
        let edges = nearest(&embedding, 20);
        assert!(edges.chunks(20).all(|row| row.iter().filter(|edge| **edge).count() == NEIGHBOURS + 1));
        // The first points along the axis; the last four are farthest from it.
        assert_eq!(edges[..20].iter().rposition(|edge| *edge), Some(15));
        assert_eq!(edges[19 * 20..].iter().position(|edge| *edge), Some(4));
    }
}
