//! The learned models under one roof.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::agcrn::Agcrn;
use super::batch::Batch;
use super::bert::Bert;
use super::bilstm::Bilstm;
use super::dcrnn::Dcrnn;
use super::dlinear::Dlinear;
use super::gwnet::Gwnet;
use super::informer::Informer;
use super::mlp::Mlp;
use super::mtgnn::Mtgnn;
use super::nlinear::Nlinear;
use super::params::Dropout;
use super::recurrent::{Cell, Recurrent};
use super::shape::Shape;
use super::stgcn::Stgcn;
use super::timegnn::Timegnn;
use super::transformer::Transformer;
use super::tsf::Tsf;
use crate::config::ModelConfig;
use crate::stream::{Stream, StreamRng};

/// A learned model.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one network per training; boxing would only add noise")]
pub enum Network {
    /// `gru` and `lstm`.
    Recurrent(Recurrent),
    /// `bilstm`.
    Bilstm(Bilstm),
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
    /// `stgcn`.
    Stgcn(Stgcn),
    /// `gwnet`.
    Gwnet(Gwnet),
    /// `dcrnn`.
    Dcrnn(Dcrnn),
    /// `agcrn`.
    Agcrn(Agcrn),
    /// `mtgnn`.
    Mtgnn(Mtgnn),
    /// `timegnn`.
    Timegnn(Timegnn),
    /// `tsf`.
    Tsf(Tsf),
}

impl Network {
    /// A network with the initial weights of a seed; `None` for closed-form models.
    pub fn init(config: &ModelConfig, shape: Shape, seed: u32, device: &Device) -> Option<Self> {
        let rng = &mut Stream::Init.rng(seed, config.id());
        Some(match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) | ModelConfig::SeasonalNaive(_) => return None,
            ModelConfig::MovingAverage(_) | ModelConfig::Ets(_) => return None,
            ModelConfig::Arma(_) | ModelConfig::Mstl(_) => return None,
            ModelConfig::Nlinear {} => Self::Nlinear(Nlinear::init(shape, rng, device)),
            ModelConfig::Dlinear(dlinear) => Self::Dlinear(Dlinear::init(dlinear, shape, rng, device)),
            ModelConfig::Mlp(mlp) => Self::Mlp(Mlp::init(mlp, shape, rng, device)),
            ModelConfig::Gru(size) => Self::Recurrent(Recurrent::init(Cell::Gru, size, shape, rng, device)),
            ModelConfig::Lstm(size) => Self::Recurrent(Recurrent::init(Cell::Lstm, size, shape, rng, device)),
            ModelConfig::Bilstm(size) => Self::Bilstm(Bilstm::init(size, shape, rng, device)),
            ModelConfig::Transformer(size) => Self::Transformer(Transformer::init(size, shape, rng, device)),
            ModelConfig::Bert(bert) => Self::Bert(Bert::init(bert, shape, rng, device)),
            ModelConfig::InformerTs(size) => Self::Informer(Informer::init(size, shape, rng, device)),
            ModelConfig::Stgcn(size) => Self::Stgcn(Stgcn::init(size, shape, rng, device)),
            ModelConfig::Gwnet(size) => Self::Gwnet(Gwnet::init(size, shape, rng, device)),
            ModelConfig::Dcrnn(size) => Self::Dcrnn(Dcrnn::init(size, shape, rng, device)),
            ModelConfig::Agcrn(size) => Self::Agcrn(Agcrn::init(size, shape, rng, device)),
            ModelConfig::Mtgnn(size) => Self::Mtgnn(Mtgnn::init(size, shape, rng, device)),
            ModelConfig::Timegnn(size) => Self::Timegnn(Timegnn::init(size, shape, rng, device)),
            ModelConfig::Tsf(tsf) => Self::Tsf(Tsf::init(tsf, shape, rng, device)),
        })
    }

    /// Forecast in the scale of the model, `[B, N, P]`; the change from the last value if that is what the model
    /// [predicts](Self::predicts_change).
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        match self {
            Self::Recurrent(network) => network.forward(batch),
            Self::Bilstm(network) => network.forward(batch),
            Self::Nlinear(network) => network.forward(batch),
            Self::Dlinear(network) => network.forward(batch),
            Self::Mlp(network) => network.forward(batch),
            Self::Transformer(network) => network.forward(batch, dropout),
            Self::Bert(network) => network.forward(batch, dropout),
            Self::Informer(network) => network.forward(batch, dropout),
            Self::Stgcn(network) => network.forward(batch, dropout),
            Self::Gwnet(network) => network.forward(batch, dropout),
            Self::Dcrnn(network) => network.forward(batch),
            Self::Agcrn(network) => network.forward(batch),
            Self::Mtgnn(network) => network.forward(batch, dropout),
            Self::Timegnn(network) => network.forward(batch, dropout),
            Self::Tsf(network) => network.forward(batch, dropout),
        }
    }

    /// Whether the output is a change from the last value by the model's own definition, and not only where a run asks
    /// all its models for it.
    pub fn predicts_change(&self) -> bool {
        matches!(self, Self::Nlinear(_))
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
            model if model.reads_mean_graph() => vec![0],
            _ => Vec::new(),
        }
    }

    /// Multiply-adds of one window's forward pass, with transcendental functions counted as 30 each; used to cut a
    /// batch into pieces short enough for a prompt stop. An estimate: it never changes a result but for rounding.
    pub fn cost(config: &ModelConfig, shape: Shape) -> usize {
        // Within the checked settings the cost of one cell is far below 2^32, which that of all cells need not be.
        let cells = shape.n_nodes.saturating_mul(shape.n_steps);
        let times_cells = |per_cell: usize| cells.saturating_mul(per_cell);
        let encoder = |tokens: usize, width: usize, feed_forward: usize, layers: usize| {
            let token = 4 * width * width + 2 * width * feed_forward + tokens * (2 * width + 30) + 60 * width;
            shape.n_nodes.saturating_mul(tokens * layers).saturating_mul(token)
        };
        match config {
            ModelConfig::Persistence {} | ModelConfig::Ar(_) | ModelConfig::SeasonalNaive(_) => 0,
            ModelConfig::MovingAverage(_) | ModelConfig::Ets(_) => 0,
            ModelConfig::Arma(_) | ModelConfig::Mstl(_) => 0,
            ModelConfig::Nlinear {} => times_cells(shape.n_features + shape.n_outputs),
            ModelConfig::Dlinear(_) => times_cells(shape.n_features + shape.n_steps + 2 * shape.n_outputs),
            ModelConfig::Mlp(mlp) => {
                let behind = mlp.width * (mlp.second_width + 30) + mlp.second_width * (shape.n_outputs + 30);
                times_cells(shape.n_features * mlp.width + behind.div_ceil(shape.n_steps))
            }
            ModelConfig::Gru(size) => times_cells(size.layers * size.width * (6 * size.width + 90)),
            ModelConfig::Lstm(size) => times_cells(size.layers * size.width * (8 * size.width + 150)),
            // Layers above the first read both directions.
            ModelConfig::Bilstm(size) => {
                times_cells(2 * size.width * (size.layers * (12 * size.width + 150) - 4 * size.width))
            }
            ModelConfig::Transformer(size) => times_cells(Transformer::cost_of_step(size, shape)),
            ModelConfig::Bert(bert) => {
                // In and, in pre-training, out of the patches.
                let patches = cells.saturating_mul(2 * shape.n_features * bert.width);
                let tokens = shape.n_steps / bert.patch + 1;
                patches.saturating_add(encoder(tokens, bert.width, bert.feed_forward, bert.layers))
            }
            ModelConfig::InformerTs(size) => Informer::cost(size, shape),
            ModelConfig::Stgcn(size) => Stgcn::cost(size, shape),
            ModelConfig::Gwnet(size) => Gwnet::cost(size, shape),
            ModelConfig::Dcrnn(size) => Dcrnn::cost(size, shape),
            ModelConfig::Agcrn(size) => Agcrn::cost(size, shape),
            ModelConfig::Mtgnn(size) => Mtgnn::cost(size, shape),
            ModelConfig::Timegnn(size) => Timegnn::cost(size, shape),
            ModelConfig::Tsf(tsf) => Tsf::cost(tsf, shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{RecurrentConfig, TransformerConfig, TsfConfig};

    #[test]
    fn the_largest_sizes_have_a_cost() {
        let shape = Shape { n_nodes: usize::MAX / 4, n_steps: 96, n_features: 9, n_outputs: 96, has_records: true };
        let size = RecurrentConfig { width: 512, layers: 6 };
        let encoder = TransformerConfig { width: 512, heads: 64, layers: 6, feed_forward: 2048, dropout: 0.1 };
        for config in [ModelConfig::Bilstm(size), ModelConfig::Transformer(encoder)] {
            assert_eq!(Network::cost(&config, shape), usize::MAX, "{}", config.id());
        }
        assert!(Network::cost(&ModelConfig::Tsf(TsfConfig::default()), Shape { n_nodes: 100_000, ..shape }) > 1 << 31);
    }
}
