//! `teg_ggnn_svdd`: the same description of what is normal as `ggnn_svdd`, on a graph of calls (MODELS.md B.12).
//!
//! DeepTraLog's trace event graph joins spans and log events. Here an event is a call from one type to another that is
//! known in the snapshot, with its standardised duration and how often it was made; there are no logs. Relations:
//! request (to the calls that its callee makes), response (back), and sequence (calls of the same caller).

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use super::description::{Description, PASSES, WIDTH};
use crate::models::activation::tanh;
use crate::stream::StreamRng;

/// Duration, whether it is known, and `ln(1 + calls)`.
const FEATURES: usize = 3;

/// The network.
#[derive(Module, Debug)]
pub struct Teg {
    description: Description,
    #[module(skip)]
    shape: DetectShape,
}

impl Teg {
    /// `None` where there are no calls.
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Option<Self> {
        let has_calls = !shape.calls.edges.is_empty();
        has_calls.then(|| Self { description: Description::init([3, FEATURES], rng, device), shape: shape.clone() })
    }

    /// The network with its centre, from the mean vector of normal snapshots before training.
    pub(in super::super) fn with_centre(self, mean: &[f32], device: &Device) -> Self {
        Self { description: self.description.with_centre(mean, device), ..self }
    }

    /// `g` of each snapshot, `[S, 32]`.
    pub(in super::super) fn vectors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let device = batch.device();
        let calls = &batch.host().calls;
        let n_edges = self.shape.calls.edges.len();
        let n_snapshots = calls.durations.len() / n_edges;
        let cells = (0..n_edges).flat_map(|edge| (0..n_snapshots).map(move |snapshot| snapshot * n_edges + edge));
        let features = cells.clone().flat_map(|cell| {
            let duration = calls.durations[cell];
            let is_known = f32::from(u8::from(!duration.is_nan()));
            [if duration.is_nan() { 0.0 } else { duration }, is_known, is_known * calls.counts[cell].ln_1p()]
        });
        let x = tensor::<2>(features.collect(), [n_edges * n_snapshots, FEATURES], device); // [E·S, 3]
        let is_event = x.clone().narrow(1, 1, 1); // [E·S, 1]
        let joined = related(&self.shape.calls.edges).map(|cells| tensor::<2>(cells, [n_edges, n_edges], device));
        let mut h = Description::begin(x.clone());
        for _ in 0..PASSES {
            let sent = self.description.relations.iter().zip(&joined).map(|(relation, joined)| {
                let rows = relation.forward(h.clone()) * is_event.clone();
                let messages = joined.clone().matmul(rows.reshape([n_edges, n_snapshots * WIDTH]));
                messages.reshape([n_edges * n_snapshots, WIDTH])
            });
            let messages = sent.reduce(|a, b| a + b).expect("there are relations");
            h = self.description.pass(messages, h);
        }
        let read = self.description.read(h, x) * is_event;
        tanh(read.reshape([n_edges, n_snapshots * WIDTH]).sum_dim(0).reshape([n_snapshots, WIDTH]))
    }

    /// Score of each sequence, `[B, 1]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        self.description.errors(self.vectors(batch), batch, self.shape.sequence)
    }

    /// `10⁻⁴ ‖W‖²` over all weights but biases, `[1]`.
    pub(in super::super) fn decay(&self) -> Tensor<1> {
        self.description.decay()
    }
}

/// Request, response and sequence: 1 where the event of a row hears that of a column, each `[E, E]`.
fn related(edges: &[(u32, u32)]) -> [Vec<f32>; 3] {
    let cells = |hears: &dyn Fn((u32, u32), (u32, u32)) -> bool| -> Vec<f32> {
        let pairs = edges.iter().flat_map(|&to| edges.iter().map(move |&from| (to, from)));
        pairs.map(|(to, from)| f32::from(u8::from(hears(to, from)))).collect()
    };
    [
        cells(&|to, from| from.1 == to.0),
        cells(&|to, from| to.1 == from.0),
        cells(&|to, from| to.0 == from.0 && to.1 != from.1),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_down_responses_up_and_siblings_hear_each_other() {
        // a → b, a → c, b → d.
        let [request, response, sequence] = related(&[(0, 1), (0, 2), (1, 3)]);
        assert_eq!(request, [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        assert_eq!(response, [0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(sequence, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    }
}
