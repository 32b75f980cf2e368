//! `gru_pred` and `static_pred`: the last snapshot of a window predicted from those before it (MODELS.md B.12, B.13).

use burn::module::Module;
use burn::nn::Linear;
use burn::nn::gru::Gru;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch};
use super::super::encoder::Encoder;
use super::super::graph::EncoderGraph;
use super::super::propagate::Nodes;
use crate::config::NetworkConfig;
use crate::models::Dropout;
use crate::models::params::linear;
use crate::models::recurrent::{gru_steps, init_gru};
use crate::stream::StreamRng;

/// States of the GRU, and width of the graph convolutions.
const WIDTH: usize = 32;

/// A GRU over each instance's snapshots, with weights shared by the instances, predicts the mean of its last snapshot.
///
/// Without a graph it reads the slices of each snapshot; with one, the rows of the instances after two graph
/// convolutions on the graph without slice nodes.
#[derive(Module, Debug)]
pub struct Predictor {
    encoder: Option<Encoder>,
    gru: Gru,
    output: Linear,
    #[module(skip)]
    graph: Option<EncoderGraph>,
    #[module(skip)]
    shape: DetectShape,
}

impl Predictor {
    pub(in super::super) fn init(
        on_graph: bool,
        network: &NetworkConfig,
        shape: &DetectShape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Self {
        let graph = on_graph.then(|| EncoderGraph::new(shape, 0, 1));
        let plain = NetworkConfig { node_head: false, ..network.clone() };
        let encoder = graph.as_ref().map(|graph| Encoder::init(&[graph.width(), WIDTH, WIDTH], &plain, rng, device));
        let input = if on_graph { WIDTH } else { shape.n_slices() };
        Self {
            encoder,
            gru: init_gru([input, WIDTH], rng, device),
            output: linear([WIDTH, 1], WIDTH, true, rng, device),
            graph,
            shape: shape.clone(),
        }
    }

    /// Absolute error of the prediction for each instance, `[B, I]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Tensor<2> {
        let rows = [self.shape.n_instances(), batch.n_sequences()];
        let steps: Vec<Tensor<2>> = match self.encoder.as_ref().zip(self.graph.as_ref()) {
            Some((encoder, graph)) => self.encoded_steps((encoder, graph), batch, dropout),
            None => (0..self.n_inputs()).map(|step| batch.slices_at(step, &self.shape)).collect(),
        };
        let state = gru_steps(&self.gru, steps).pop().expect("a window has snapshots to predict from"); // [I·B, 32]
        let predicted = self.output.forward(state).reshape(rows);
        (predicted - batch.means_at(self.shape.sequence - 1, &self.shape)).abs().transpose()
    }

    /// Snapshots before the last; a window of one snapshot predicts itself, as there is nothing else.
    fn n_inputs(&self) -> usize {
        self.shape.sequence.saturating_sub(1).max(1)
    }

    /// Rows of the instances at each step, `[I·B, 32]`.
    fn encoded_steps(
        &self,
        (encoder, graph): (&Encoder, &EncoderGraph),
        batch: &SequenceBatch,
        dropout: &mut Dropout<'_>,
    ) -> Vec<Tensor<2>> {
        let device = batch.device();
        let host = batch.host();
        let inputs = graph.inputs(&batch.snapshot_means(&self.shape), &host.missing);
        let nodes = encoder.hidden(Nodes::new(inputs, graph.width(), device), (graph, true), &[], dropout);
        let n_instances = self.shape.n_instances();
        let n_snapshots = host.missing.len() / n_instances;
        let hidden = nodes.instances.reshape([n_instances, n_snapshots, WIDTH]);
        let step = |step: usize| {
            let index = batch.index_at(step, self.shape.sequence);
            hidden.clone().select(1, index).reshape([n_instances * batch.n_sequences(), WIDTH])
        };
        (0..self.n_inputs()).map(step).collect()
    }
}
