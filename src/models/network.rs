//! The learned models under one roof.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::bert::Bert;
use super::informer::Informer;
use super::linear_models::{Dlinear, Nlinear};
use super::mlp::Mlp;
use super::params::Dropout;
use super::recurrent::{Cell, Recurrent};
use super::shape::Shape;
use super::transformer::Transformer;
use super::tsf::Tsf;
use crate::config::ModelConfig;
use crate::stream::{Stream, StreamRng};

/// A learned model.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one network per training; boxing would only add noise")]
pub enum Network {
    /// `gru`, `lstm` and `bilstm`.
    Recurrent(Recurrent),
    /// `nlinear`.
    Nlinear(Nlinear),
    /// `dlinear`.
    Dlinear(Dlinear),
    /// `mlp`.
    Mlp(Mlp),
    /// `transformer`.
    Transformer(Transformer),
    /// `bert`.
    Bert(Bert),
    /// `informer_ts`.
    Informer(Informer),
    /// `tsf`.
    Tsf(Tsf),
}

impl Network {
    /// A network with the initial weights of a seed; `None` for closed-form models.
    pub fn init(config: &ModelConfig, shape: Shape, seed: u32, device: &Device) -> Option<Self> {
        let rng = &mut Stream::Init.rng(seed, config.id());
        Some(match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) => return None,
            ModelConfig::Nlinear {} => Self::Nlinear(Nlinear::init(shape, rng, device)),
            ModelConfig::Dlinear(dlinear) => Self::Dlinear(Dlinear::init(dlinear, shape, rng, device)),
            ModelConfig::Mlp(mlp) => Self::Mlp(Mlp::init(mlp, shape, rng, device)),
            ModelConfig::Gru(size) => Self::Recurrent(Recurrent::init(Cell::Gru, size, shape, rng, device)),
            ModelConfig::Lstm(size) => Self::Recurrent(Recurrent::init(Cell::Lstm, size, shape, rng, device)),
            ModelConfig::Bilstm(size) => Self::Recurrent(Recurrent::init(Cell::Bilstm, size, shape, rng, device)),
            ModelConfig::Transformer(size) => Self::Transformer(Transformer::init(size, shape, rng, device)),
            ModelConfig::Bert(bert) => Self::Bert(Bert::init(bert, shape, rng, device)),
            ModelConfig::InformerTs(size) => Self::Informer(Informer::init(size, shape, rng, device)),
            ModelConfig::Tsf(tsf) => Self::Tsf(Tsf::init(tsf, shape, rng, device)),
        })
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        match self {
            Self::Recurrent(network) => network.forward(batch),
            Self::Nlinear(network) => network.forward(batch),
            Self::Dlinear(network) => network.forward(batch),
            Self::Mlp(network) => network.forward(batch),
            Self::Transformer(network) => network.forward(batch, dropout),
            Self::Bert(network) => network.forward(batch, dropout),
            Self::Informer(network) => network.forward(batch, dropout),
            Self::Tsf(network) => network.forward(batch, dropout),
        }
    }

    /// Sum of squared errors of what is learned before the forecast, and the number of values it is over; `None` for
    /// models without pre-training. Reads the inputs of the windows only.
    pub fn pretrain(
        &self,
        batch: &Batch,
        masks: &mut StreamRng,
        dropout: &mut Dropout<'_>,
    ) -> Option<(Tensor<1>, usize)> {
        match self {
            Self::Bert(network) => Some(network.pretrain(batch, masks, dropout)),
            _ => None,
        }
    }

    /// Steps of a window at which the model wants a graph; empty if it uses none.
    pub fn graph_steps(config: &ModelConfig, n_steps: usize) -> Vec<usize> {
        match config {
            ModelConfig::Tsf(tsf) => (0..n_steps).step_by(tsf.refresh_steps).collect(),
            _ => Vec::new(),
        }
    }

    /// Multiply-adds of one window's forward pass, with transcendental functions counted as 30 each; used to cut a
    /// batch into pieces short enough for a prompt stop. An estimate: it never changes a result but for rounding.
    pub fn cost(config: &ModelConfig, shape: Shape) -> usize {
        let cells = shape.n_nodes * shape.n_steps;
        let encoder = |tokens: usize, width: usize, feed_forward: usize, layers: usize| {
            let token = 4 * width * width + 2 * width * feed_forward + tokens * (2 * width + 30) + 60 * width;
            shape.n_nodes * tokens * layers * token
        };
        match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) => 0,
            ModelConfig::Nlinear {} => cells * shape.n_outputs,
            ModelConfig::Dlinear(dlinear) => cells * (2 * shape.n_outputs + dlinear.kernel),
            ModelConfig::Mlp(mlp) => {
                cells * shape.n_features * mlp.width + shape.n_nodes * mlp.width * (mlp.second_width + 1)
            }
            ModelConfig::Gru(size) => cells * size.layers * size.width * (6 * size.width + 90),
            ModelConfig::Lstm(size) => cells * size.layers * size.width * (8 * size.width + 150),
            ModelConfig::Bilstm(size) => 2 * cells * size.layers * size.width * (8 * size.width + 150),
            ModelConfig::Transformer(size) => encoder(shape.n_steps, size.width, size.feed_forward, size.layers),
            ModelConfig::Bert(bert) => {
                // In and, in pre-training, out of the patches.
                let patches = cells.saturating_mul(2 * shape.n_features * bert.width);
                let tokens = shape.n_steps / bert.patch + 1;
                patches.saturating_add(encoder(tokens, bert.width, bert.feed_forward, bert.layers))
            }
            ModelConfig::InformerTs(size) => Informer::cost(size, shape),
            ModelConfig::Tsf(tsf) => {
                let layer = tsf.width * (tsf.width + shape.n_nodes + 30);
                let recurrent = tsf.width * (6 * tsf.width + 90);
                let n_graphs = shape.n_steps.div_ceil(tsf.refresh_steps);
                let pairs = n_graphs * shape.n_nodes * shape.n_nodes;
                cells * (tsf.layers * layer + recurrent) + pairs * tsf.attention_width * 35
            }
        }
    }
}
