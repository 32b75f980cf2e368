//! Settings of each model; ids as in MODELS.md A.6 and A.9.

mod closed_form;
mod sequence;
mod tsf;

pub use closed_form::ArConfig;
pub use sequence::{BertConfig, DlinearConfig, InformerConfig, MlpConfig, RecurrentConfig, TransformerConfig};
pub use tsf::{Channels, Combine, Fusion, GruInput, Stack, TsfConfig};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A model and its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "id", rename_all = "snake_case", deny_unknown_fields)]
pub enum ModelConfig {
    /// The last value again.
    Persistence {},
    /// Pooled ridge regression on the lags of the target.
    Ar(ArConfig),
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
    /// The load-forecasting paper's temporal-structural fusion.
    Tsf(TsfConfig),
}

impl ModelConfig {
    /// Stable id, used in reports, links and tests.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Persistence {} => "persistence",
            Self::Ar(_) => "ar",
            Self::Nlinear {} => "nlinear",
            Self::Dlinear(_) => "dlinear",
            Self::Mlp(_) => "mlp",
            Self::Gru(_) => "gru",
            Self::Lstm(_) => "lstm",
            Self::Bilstm(_) => "bilstm",
            Self::Transformer(_) => "transformer",
            Self::Bert(_) => "bert",
            Self::InformerTs(_) => "informer_ts",
            Self::Tsf(_) => "tsf",
        }
    }

    /// Whether the model is trained by gradient steps, once per seed.
    pub fn is_learned(&self) -> bool {
        !matches!(self, Self::Persistence {} | Self::Ar(_))
    }

    /// Epochs that are spent before the forecast itself is learned; they count in the budget.
    pub fn pretrain_epochs(&self) -> usize {
        match self {
            Self::Bert(bert) => bert.pretrain_epochs,
            _ => 0,
        }
    }
}
