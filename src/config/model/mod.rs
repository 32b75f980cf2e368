//! Settings of each model; ids as in MODELS.md A.6 and A.9.

mod closed_form;
mod graph;
mod sequence;
mod tsf;

pub use closed_form::{ArConfig, ArmaConfig, EtsConfig, MovingAverageConfig, MstlConfig, SeasonalNaiveConfig};
pub use graph::{AgcrnConfig, DcrnnConfig, GwnetConfig, MtgnnConfig, StgcnConfig, TimegnnConfig};
pub use sequence::{BertConfig, DlinearConfig, InformerConfig, MlpConfig, RecurrentConfig, TransformerConfig};
pub use tsf::{Channels, Combine, Fusion, GraphControl, GruInput, Stack, TsfConfig};

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::Tagged;

/// A model and its settings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "id", rename_all = "snake_case", deny_unknown_fields)]
pub enum ModelConfig {
    /// The last value again.
    Persistence {},
    /// Pooled ridge regression on the lags of the target.
    Ar(ArConfig),
    /// The value one season before.
    SeasonalNaive(SeasonalNaiveConfig),
    /// The mean of the last values.
    MovingAverage(MovingAverageConfig),
    /// Exponential smoothing of each node's series.
    Ets(EtsConfig),
    /// ARMA of each node's series.
    Arma(ArmaConfig),
    /// Seasonal decomposition of each node's series, and exponential smoothing of the rest.
    Mstl(MstlConfig),
    /// One linear map on the differences from the last value.
    Nlinear {},
    /// Trend and remainder, one linear map each.
    Dlinear(DlinearConfig),
    /// Two hidden layers on the flattened window.
    Mlp(MlpConfig),
    /// Stacked GRU over each node's series, weights shared by the nodes.
    Gru(RecurrentConfig),
    /// Stacked LSTM over each node's series, weights shared by the nodes.
    Lstm(RecurrentConfig),
    /// LSTM in both directions inside the window.
    Bilstm(RecurrentConfig),
    /// Attention encoder over the steps.
    Transformer(TransformerConfig),
    /// BERT-style masked-pretrained encoder over patches of steps.
    Bert(BertConfig),
    /// Informer on each node's series.
    InformerTs(InformerConfig),
    /// Temporal and graph convolutions in turn, on one given graph.
    Stgcn(StgcnConfig),
    /// Dilated gated convolutions with diffusion on given and learned graphs.
    Gwnet(GwnetConfig),
    /// Recurrent encoder and decoder whose maps diffuse over the given graph.
    Dcrnn(DcrnnConfig),
    /// GRU with graph convolutions whose weights belong to the nodes, on a learned graph.
    Agcrn(AgcrnConfig),
    /// Dilated inception convolutions and mix-hop propagation on a learned sparse graph.
    Mtgnn(MtgnnConfig),
    /// A learned graph over the steps of each node's window.
    Timegnn(TimegnnConfig),
    /// The load-forecasting paper's temporal-structural fusion.
    Tsf(TsfConfig),
}

/// Ids of all models, in the order of [`ModelConfig`].
const IDS: &[&str] = &[
    "persistence",
    "ar",
    "seasonal_naive",
    "moving_average",
    "ets",
    "arma",
    "mstl",
    "nlinear",
    "dlinear",
    "mlp",
    "gru",
    "lstm",
    "bilstm",
    "transformer",
    "bert",
    "informer_ts",
    "stgcn",
    "gwnet",
    "dcrnn",
    "agcrn",
    "mtgnn",
    "timegnn",
    "tsf",
];

impl<'de> Deserialize<'de> for ModelConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let model = Tagged::split(deserializer, "id")?;
        match model.name.as_str() {
            "persistence" => model.nothing().map(|()| Self::Persistence {}),
            "ar" => model.content().map(Self::Ar),
            "seasonal_naive" => model.content().map(Self::SeasonalNaive),
            "moving_average" => model.content().map(Self::MovingAverage),
            "ets" => model.content().map(Self::Ets),
            "arma" => model.content().map(Self::Arma),
            "mstl" => model.content().map(Self::Mstl),
            "nlinear" => model.nothing().map(|()| Self::Nlinear {}),
            "dlinear" => model.content().map(Self::Dlinear),
            "mlp" => model.content().map(Self::Mlp),
            "gru" => model.content().map(Self::Gru),
            "lstm" => model.content().map(Self::Lstm),
            "bilstm" => model.content().map(Self::Bilstm),
            "transformer" => model.content().map(Self::Transformer),
            "bert" => model.content().map(Self::Bert),
            "informer_ts" => model.content().map(Self::InformerTs),
            "stgcn" => model.content().map(Self::Stgcn),
            "gwnet" => model.content().map(Self::Gwnet),
            "dcrnn" => model.content().map(Self::Dcrnn),
            "agcrn" => model.content().map(Self::Agcrn),
            "mtgnn" => model.content().map(Self::Mtgnn),
            "timegnn" => model.content().map(Self::Timegnn),
            "tsf" => model.content().map(Self::Tsf),
            other => Err(D::Error::unknown_variant(other, IDS)),
        }
    }
}

impl ModelConfig {
    /// Stable id, used in reports, links and tests.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Persistence {} => "persistence",
            Self::Ar(_) => "ar",
            Self::SeasonalNaive(_) => "seasonal_naive",
            Self::MovingAverage(_) => "moving_average",
            Self::Ets(_) => "ets",
            Self::Arma(_) => "arma",
            Self::Mstl(_) => "mstl",
            Self::Nlinear {} => "nlinear",
            Self::Dlinear(_) => "dlinear",
            Self::Mlp(_) => "mlp",
            Self::Gru(_) => "gru",
            Self::Lstm(_) => "lstm",
            Self::Bilstm(_) => "bilstm",
            Self::Transformer(_) => "transformer",
            Self::Bert(_) => "bert",
            Self::InformerTs(_) => "informer_ts",
            Self::Stgcn(_) => "stgcn",
            Self::Gwnet(_) => "gwnet",
            Self::Dcrnn(_) => "dcrnn",
            Self::Agcrn(_) => "agcrn",
            Self::Mtgnn(_) => "mtgnn",
            Self::Timegnn(_) => "timegnn",
            Self::Tsf(_) => "tsf",
        }
    }

    /// The model with this id, with its default settings.
    pub fn default_of(id: &str) -> Option<Self> {
        Some(match id {
            "persistence" => Self::Persistence {},
            "ar" => Self::Ar(ArConfig::default()),
            "seasonal_naive" => Self::SeasonalNaive(SeasonalNaiveConfig::default()),
            "moving_average" => Self::MovingAverage(MovingAverageConfig::default()),
            "ets" => Self::Ets(EtsConfig::default()),
            "arma" => Self::Arma(ArmaConfig::default()),
            "mstl" => Self::Mstl(MstlConfig::default()),
            "nlinear" => Self::Nlinear {},
            "dlinear" => Self::Dlinear(DlinearConfig::default()),
            "mlp" => Self::Mlp(MlpConfig::default()),
            "gru" => Self::Gru(RecurrentConfig::default()),
            "lstm" => Self::Lstm(RecurrentConfig::default()),
            "bilstm" => Self::Bilstm(RecurrentConfig::bidirectional()),
            "transformer" => Self::Transformer(TransformerConfig::default()),
            "bert" => Self::Bert(BertConfig::default()),
            "informer_ts" => Self::InformerTs(InformerConfig::default()),
            "stgcn" => Self::Stgcn(StgcnConfig::default()),
            "gwnet" => Self::Gwnet(GwnetConfig::default()),
            "dcrnn" => Self::Dcrnn(DcrnnConfig::default()),
            "agcrn" => Self::Agcrn(AgcrnConfig::default()),
            "mtgnn" => Self::Mtgnn(MtgnnConfig::default()),
            "timegnn" => Self::Timegnn(TimegnnConfig::default()),
            "tsf" => Self::Tsf(TsfConfig::default()),
            _ => return None,
        })
    }

    /// Whether the model is trained by gradient steps, once per seed.
    pub fn is_learned(&self) -> bool {
        let is_baseline = matches!(self, Self::Persistence {} | Self::Ar(_) | Self::SeasonalNaive(_));
        let is_classical = matches!(self, Self::MovingAverage(_) | Self::Ets(_) | Self::Arma(_) | Self::Mstl(_));
        !is_baseline && !is_classical
    }

    /// Whether the model reads one graph for all time: the training part's mean of the given channels.
    pub fn reads_mean_graph(&self) -> bool {
        match self {
            Self::Stgcn(_) | Self::Gwnet(_) | Self::Dcrnn(_) => true,
            Self::Tsf(tsf) => tsf.control == GraphControl::StaticMean,
            _ => false,
        }
    }

    /// Whether weights belong to single nodes, so that the model knows no other nodes than those of its training.
    pub fn knows_its_nodes(&self) -> bool {
        matches!(self, Self::Stgcn(_) | Self::Gwnet(_) | Self::Agcrn(_) | Self::Mtgnn(_))
    }

    /// Epochs that are spent before the forecast itself is learned; they count in the budget.
    pub fn pretrain_epochs(&self) -> usize {
        match self {
            Self::Bert(bert) => bert.pretrain_epochs,
            _ => 0,
        }
    }

    /// Hidden width, for models that have one.
    pub fn width(&self) -> Option<usize> {
        match self {
            Self::Mlp(size) => Some(size.second_width),
            Self::Gru(size) | Self::Lstm(size) | Self::Bilstm(size) => Some(size.width),
            Self::Transformer(size) => Some(size.width),
            Self::Bert(size) => Some(size.width),
            Self::InformerTs(size) => Some(size.width),
            Self::Stgcn(size) => Some(size.width),
            Self::Gwnet(size) => Some(size.width),
            Self::Dcrnn(size) => Some(size.width),
            Self::Agcrn(size) => Some(size.width),
            Self::Mtgnn(size) => Some(size.width),
            Self::Timegnn(size) => Some(size.width),
            Self::Tsf(size) => Some(size.width),
            _ => None,
        }
    }

    /// Sets the hidden width, and what hangs on it in proportion; nothing for models without one.
    pub fn set_width(&mut self, width: usize) {
        match self {
            Self::Mlp(size) => (size.width, size.second_width) = (2 * width, width),
            Self::Gru(size) | Self::Lstm(size) | Self::Bilstm(size) => size.width = width,
            Self::Transformer(size) => (size.width, size.feed_forward) = (width, 2 * width),
            Self::Bert(size) => (size.width, size.feed_forward) = (width, 2 * width),
            Self::InformerTs(size) => (size.width, size.feed_forward) = (width, 2 * width),
            Self::Stgcn(size) => (size.width, size.graph_width) = (width, (width / 4).max(1)),
            Self::Gwnet(size) => (size.width, size.skip_width, size.end_width) = (width, 4 * width, 8 * width),
            Self::Dcrnn(size) => size.width = width,
            Self::Agcrn(size) => size.width = width,
            Self::Mtgnn(size) => (size.width, size.skip_width, size.end_width) = (width, 2 * width, 4 * width),
            Self::Timegnn(size) => size.width = width,
            Self::Tsf(size) => size.width = width,
            _ => {}
        }
    }

    /// Sets the dropout; nothing for models without one.
    pub fn set_dropout(&mut self, dropout: f64) {
        match self {
            Self::Transformer(size) => size.dropout = dropout,
            Self::Bert(size) => size.dropout = dropout,
            Self::InformerTs(size) => size.dropout = dropout,
            Self::Stgcn(size) => size.dropout = dropout,
            Self::Gwnet(size) => size.dropout = dropout,
            Self::Mtgnn(size) => size.dropout = dropout,
            Self::Tsf(size) => size.dropout = dropout,
            _ => {}
        }
    }
}
