//! Edges: records, correlation and additive attention, mixed (MODELS.md A.6.2).

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::softmax;
use burn::tensor::{Device, Tensor, TensorData};

use crate::config::{Channels, Combine, TsfConfig};
use crate::models::activation::{sigmoid, tanh};
use crate::models::batch::Batch;
use crate::models::params::{constant, linear, uniform};
use crate::models::shape::Shape;
use crate::stream::StreamRng;

/// `ε` of the product ablation (MODELS.md A.6.2).
const PRODUCT_FLOOR: f64 = 0.05;

/// Learned edge weights and the mixture with the given channels.
#[derive(Module, Debug)]
pub(super) struct EdgeAttention {
    /// `W_1` and `b`: what the receiving node brings, `[F, K·d_a]`, heads side by side.
    receiver: Linear,
    /// `W_2`: what the sending node brings, `[F, K·d_a]`.
    sender: Linear,
    /// `w_a` of each head, `[K, d_a]`.
    score: Param<Tensor<2>>,
    /// Logits of λ: records, correlation, attention.
    lambda: Param<Tensor<1>>,
    #[module(skip)]
    channels: Channels,
    #[module(skip)]
    combine: Combine,
}

impl EdgeAttention {
    pub(super) fn init(settings: &TsfConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let (f, total) = (shape.n_features, settings.attention_width);
        let per_head = total / settings.heads;
        let bound = 1.0 / (per_head as f32).sqrt();
        let channels = Channels { records: settings.channels.records && shape.has_records, ..settings.channels };
        Self {
            receiver: linear([f, total], f, true, rng, device),
            sender: linear([f, total], f, false, rng, device),
            score: uniform([settings.heads, per_head], bound, rng, device),
            lambda: constant([3], 0.0, device),
            channels,
            combine: settings.combine,
        }
    }

    /// `E^k` of all pairs at the graph with this index, before any is dropped, `[B, K, N, N]`; the diagonal is not used.
    pub(super) fn mix(&self, batch: &Batch, graph: usize) -> Tensor<4> {
        let attention = self.channels.attention.then(|| self.attend(batch, graph));
        let correlation = self.channels.correlation.then(|| batch.correlation(graph));
        let records = if self.channels.records { batch.records(graph) } else { None };
        let host = batch.host();
        let full = [host.n_windows, self.score.dims()[0], host.n_nodes, host.n_nodes];
        if self.combine == Combine::Product {
            let floor = |channel: Tensor<4>| channel.add_scalar(PRODUCT_FLOOR);
            let given = [records, correlation].into_iter().flatten().map(floor);
            let product = given.chain(attention).reduce(|a, b| a * b);
            return product.map_or_else(|| Tensor::zeros(full, batch.device()), |product| product.expand(full));
        }
        let lambda = self.lambda();
        let share = |idx: usize| lambda.clone().narrow(0, idx, 1).reshape([1, 1, 1, 1]);
        let channels = [records, correlation, attention].into_iter().enumerate();
        let weighted = channels.filter_map(|(idx, channel)| channel.map(|channel| share(idx) * channel));
        // The records alone, on data without any, leave no channel and no edge.
        let sum = weighted.reduce(|a, b| a + b);
        sum.map_or_else(|| Tensor::zeros(full, batch.device()), |sum| sum.expand(full))
    }

    /// `σ(w_a · tanh(W_1 x_i + b + W_2 x_j))` for all pairs, `[B, K, N, N]`; the paper's formula, once per head.
    fn attend(&self, batch: &Batch, graph: usize) -> Tensor<4> {
        let host = batch.host();
        let (b, n) = (host.n_windows, host.n_nodes);
        let [k, a] = self.score.dims();
        let first = batch.graph_input(graph); // [B·N, F]
        let receiver = self.receiver.forward(first.clone()).reshape([b, n, 1, k * a]);
        let sender = self.sender.forward(first).reshape([b, 1, n, k * a]);
        let pairs = tanh(receiver + sender).reshape([b * n * n, k, a]); // [B·N·N, K, d_a]
        let scores = (pairs * self.score.val().unsqueeze::<3>()).sum_dim(2); // [B·N·N, K, 1]
        sigmoid(scores).reshape([b, n * n, k]).swap_dims(1, 2).reshape([b, k, n, n])
    }

    /// `softmax` over the channels that are on, `[3]`.
    fn lambda(&self) -> Tensor<1> {
        let on = [self.channels.records, self.channels.correlation, self.channels.attention];
        // A logit of -1e9 gives an exact 0 after the softmax and no gradient.
        let off: Vec<f32> = on.iter().map(|&on| if on { 0.0 } else { -1e9 }).collect();
        let logits = self.lambda.val();
        let off = Tensor::from_data(TensorData::new(off, [3]), &logits.device());
        softmax(logits + off, 0)
    }

    pub(super) fn lambda_values(&self) -> [f32; 3] {
        let channels = self.channels;
        let none = !(channels.records || channels.correlation || channels.attention);
        if none || self.combine == Combine::Product {
            return [0.0; 3];
        }
        let values = self.lambda().detach().into_data().try_to_vec::<f32>().expect("weights are f32");
        [values[0], values[1], values[2]]
    }
}
