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

    /// Shares of the record, correlation and attention channels, and of the spatial encoding; `None` for models that
    /// mix nothing.
    pub fn mixing(&self) -> Option<([f32; 3], Option<f32>)> {
        match self {
            Self::Tsf(tsf) => tsf.mixing(),
            _ => None,
        }
    }

    /// Steps of a window at which the model wants a graph; empty if it uses none.
    pub fn graph_steps(config: &ModelConfig, n_steps: usize) -> Vec<usize> {
        match config {
            ModelConfig::Tsf(tsf) => Tsf::graph_steps(tsf, n_steps),
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
                encoder(shape.n_steps / bert.patch + 1, bert.width, bert.feed_forward, bert.layers)
            }
            ModelConfig::InformerTs(size) => 3 * encoder(shape.n_steps, size.width, size.feed_forward, size.layers) / 2,
            ModelConfig::Tsf(tsf) => Tsf::cost(tsf, shape),
        }
    }
}
