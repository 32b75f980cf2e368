//! What can be read off the network: encodings, mixing weights, its wishes and its cost.

use burn::tensor::Tensor;

use super::attention::EdgeAttention;
use super::{FURTHER_STRIDES, Tsf, effective, steps};
use crate::config::{Fusion, GraphControl, TsfConfig};
use crate::models::activation::sigmoid;
use crate::models::batch::Batch;
use crate::models::params::Dropout;
use crate::models::shape::Shape;

impl Tsf {
    /// Encodings of the nodes at the last step of the windows, before the first graph layer and after each of them.
    pub fn encodings(&self, batch: &Batch) -> Vec<Encoding> {
        let host = batch.host();
        let last = self.block_starts(host).len() - 1;
        let adjacency = self.graph(batch, last).map(|edges| edges.row_stochastic());
        let mut hidden = self.project(batch.block(host.n_steps - 1, 1)); // [B, N, 1, ·]
        let mut out = vec![Encoding::new(&hidden)];
        for layer in &self.layers {
            hidden = layer.forward(hidden, adjacency.as_ref(), 0.0, &mut Dropout { rng: None });
            out.push(Encoding::new(&hidden));
        }
        out
    }

    /// Shares of the record, correlation and attention channels; 0 for a channel that is off.
    pub fn lambda(&self) -> [f32; 3] {
        self.attention.as_ref().map_or([0.0; 3], EdgeAttention::lambda_values)
    }

    /// Share of the spatial encoding, for the scalar fusion and its two fixed ends.
    pub fn alpha(&self) -> Option<f32> {
        match self.settings.fusion {
            Fusion::Scalar => self.share.as_ref().map(|share| sigmoid(share.val().detach()).into_scalar::<f32>()),
            Fusion::SpatialOnly => Some(1.0),
            Fusion::TemporalOnly => Some(0.0),
            Fusion::Gate => None,
        }
    }

    /// Both of them; `None` without a graph, where nothing is mixed.
    pub fn mixing(&self) -> Option<([f32; 3], Option<f32>)> {
        (self.settings.control != GraphControl::None).then(|| (self.lambda(), self.alpha()))
    }

    /// Steps of a window at which the model wants a graph.
    pub fn graph_steps(settings: &TsfConfig, n_steps: usize) -> Vec<usize> {
        match settings.control {
            GraphControl::None | GraphControl::Identity => Vec::new(),
            _ => steps(settings, n_steps),
        }
    }

    /// Multiply-adds of one window's forward pass, see [`super::Network::cost`].
    pub fn cost(settings: &TsfConfig, shape: Shape) -> usize {
        let settings = effective(settings);
        let layer = settings.width * (settings.width + shape.n_nodes + 30);
        let n_strides = if settings.multi_scale { 1 + FURTHER_STRIDES.len() } else { 1 };
        let recurrent = n_strides * settings.width * (6 * settings.width + 90);
        let n_graphs = Self::graph_steps(&settings, shape.n_steps).len();
        let pairs = n_graphs * shape.n_nodes * shape.n_nodes;
        shape.n_nodes * shape.n_steps * (settings.layers * layer + recurrent) + pairs * settings.attention_width * 35
    }
}

/// Encodings of all nodes at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoding {
    /// Width of a row.
    pub width: usize,
    /// `[B, N, width]`.
    pub values: Vec<f32>,
}

impl Encoding {
    fn new(hidden: &Tensor<4>) -> Self {
        let values = hidden.clone().into_data().try_to_vec::<f32>().expect("encodings are f32");
        Self { width: hidden.dims()[3], values }
    }
}
