//! The kept edges of one graph (MODELS.md A.6.3 and A.6.4), and what the controls do with them.

use burn::tensor::{Int, Tensor, TensorData};

use super::control::{other_order, random_columns, rewire};
use super::sparsity::{keep_per_row, keep_strongest, keep_strongest_left};
use crate::models::batch::Batch;
use crate::stream::Stream;

/// The kept edges of one graph per window.
#[derive(Debug, Clone)]
pub struct EdgeGraph {
    /// Weight of each kept edge per head, `[B, K, N, N]`; 0 elsewhere and on the diagonal. One head stands for all.
    pub weights: Tensor<4>,
    /// 1 where an edge is kept, the same for all heads, `[B, N, N]`.
    pub kept: Vec<f32>,
}

impl EdgeGraph {
    /// The strongest edges of each row by the mean of the heads; gradients flow through the kept weights.
    ///
    /// # Shapes
    /// `mixed: [B, K, N, N]`
    pub(super) fn strongest(mixed: Tensor<4>, sparsity: f64, batch: &Batch, graph: usize) -> Self {
        let host = batch.host();
        let left = host.edges_left.get(graph);
        let mixed = left.map_or(mixed.clone(), |left| mixed * batch.square(left.clone()));
        let mean = head_mean(&mixed);
        let kept = match left {
            Some(left) => keep_strongest_left(&mean, left, host.n_nodes, sparsity),
            None => keep_strongest(&mean, host.n_nodes, keep_per_row(sparsity, host.n_nodes)),
        };
        let mask = batch.square(kept.clone()); // [B, 1, N, N]
        Self { weights: mixed * mask, kept }
    }

    /// As many edges per row, all of weight 1, their columns drawn once for all windows and moments.
    pub(super) fn random(sparsity: f64, batch: &Batch, graph: usize) -> Self {
        let host = batch.host();
        let columns = random_columns(host.n_nodes, keep_per_row(sparsity, host.n_nodes));
        let mut kept = columns.repeat(host.n_windows);
        if let Some(left) = host.edges_left.get(graph) {
            kept.iter_mut().zip(left).for_each(|(kept, left)| *kept *= left);
        }
        Self { weights: batch.square(kept.clone()), kept }
    }

    /// `E'[i, j] = E[π(i), π(j)]` with one order `π` for all windows and moments.
    pub(super) fn permuted(self) -> Self {
        let n = self.weights.dims()[2];
        let order = other_order(n);
        let index: Vec<i32> = order.iter().map(|&node| node as i32).collect();
        let index = Tensor::<1, Int>::from_data(TensorData::new(index, [n]), &self.weights.device());
        let moved = |kept: &[f32]| -> Vec<f32> {
            order.iter().flat_map(|&row| order.iter().map(move |&column| kept[row * n + column])).collect()
        };
        Self {
            weights: self.weights.select(2, index.clone()).select(3, index),
            kept: self.kept.chunks_exact(n * n).flat_map(moved).collect(),
        }
    }

    /// Every edge keeps its receiving row and its weight and gets another sender; the draw is keyed by the moment, so
    /// that it does not depend on which windows stand in a batch.
    pub(super) fn rewired(self, batch: &Batch, graph: usize) -> Self {
        let [b, heads, n, _] = self.weights.dims();
        let mut kept = vec![0.0; self.kept.len()];
        // An entry that is no edge points to itself and is masked.
        let mut senders: Vec<i32> = (0..self.kept.len()).map(|at| (at % n) as i32).collect();
        for (window, before) in self.kept.chunks_exact(n * n).enumerate() {
            let moment = batch.host().moment(window, graph);
            let rng = &mut Stream::Split.rng(0, &format!("rewired graph {moment}"));
            for (receiver, sender, sender_before) in rewire(before, n, rng).edges {
                let at = (window * n + receiver) * n + sender;
                (kept[at], senders[at]) = (1.0, sender_before as i32);
            }
        }
        let senders = Tensor::<4, Int>::from_data(TensorData::new(senders, [b, 1, n, n]), batch.device());
        let weights = self.weights.gather(3, senders.repeat_dim(1, heads)); // [B, K, N, N]
        Self { weights: weights * batch.square(kept.clone()), kept }
    }

    /// `D^{-1} (E + I)`: rows sum to 1, for directed graphs too (MODELS.md A.6.4), `[B, K, N, N]`.
    pub fn row_stochastic(&self) -> Tensor<4> {
        let [_, _, n, _] = self.weights.dims();
        let with_self = self.weights.clone() + Tensor::eye(n, &self.weights.device()).unsqueeze::<4>();
        let degree = with_self.clone().sum_dim(3);
        with_self / degree
    }

    /// Weights averaged over the heads, `[B, N, N]`.
    pub fn mean_weights(&self) -> Vec<f32> {
        head_mean(&self.weights)
    }

    /// The graph in use, `D^{-1} (E + I)`, averaged over the heads, `[B, N, N]`.
    pub fn mean_in_use(&self) -> Vec<f32> {
        head_mean(&self.row_stochastic())
    }
}

fn head_mean(weights: &Tensor<4>) -> Vec<f32> {
    weights.clone().detach().mean_dim(1).into_data().try_to_vec::<f32>().expect("weights are f32")
}
