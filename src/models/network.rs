//! The learned models under one roof.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::batch::Batch;
use super::params::Dropout;
use super::recurrent::{Cell, Recurrent};
use super::shape::Shape;
use super::tsf::Tsf;
use crate::config::ModelConfig;
use crate::stream::Stream;

/// A learned model.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one network per training; boxing would only add noise")]
pub enum Network {
    /// `gru` and `lstm`.
    Recurrent(Recurrent),
    /// `tsf`.
    Tsf(Tsf),
}

impl Network {
    /// A network with the initial weights of a seed; `None` for closed-form models.
    pub fn init(config: &ModelConfig, shape: Shape, seed: u32, device: &Device) -> Option<Self> {
        let rng = &mut Stream::Init.rng(seed, config.id());
        match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) => None,
            ModelConfig::Gru(size) => Some(Self::Recurrent(Recurrent::init(Cell::Gru, size, shape, rng, device))),
            ModelConfig::Lstm(size) => Some(Self::Recurrent(Recurrent::init(Cell::Lstm, size, shape, rng, device))),
            ModelConfig::Tsf(tsf) => Some(Self::Tsf(Tsf::init(tsf, shape, rng, device))),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        match self {
            Self::Recurrent(network) => network.forward(batch),
            Self::Tsf(network) => network.forward(batch, dropout),
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
        match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) => 0,
            ModelConfig::Gru(size) => cells * size.layers * size.width * (6 * size.width + 90),
            ModelConfig::Lstm(size) => cells * size.layers * size.width * (8 * size.width + 150),
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
