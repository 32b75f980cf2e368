//! Settings of the networks that read each node's series by itself, with weights shared by the nodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Size of a recurrent baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecurrentConfig {
    /// Hidden units per layer.
    pub width: usize,
    /// Stacked layers.
    pub layers: usize,
}

impl Default for RecurrentConfig {
    fn default() -> Self {
        Self { width: 64, layers: 2 }
    }
}

impl RecurrentConfig {
    /// The default of `bilstm`, whose layers hold twice the weights (MODELS.md A.9).
    pub fn bidirectional() -> Self {
        Self { width: 64, layers: 1 }
    }
}

/// Two hidden layers on the flattened window (MODELS.md A.9, `mlp`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MlpConfig {
    /// Units of the first hidden layer.
    pub width: usize,
    /// Units of the second hidden layer.
    pub second_width: usize,
}

impl Default for MlpConfig {
    fn default() -> Self {
        Self { width: 128, second_width: 64 }
    }
}

/// Trend by a moving average, and two linear maps (MODELS.md A.9, `dlinear`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DlinearConfig {
    /// Steps of the moving average; odd.
    pub kernel: usize,
}

impl Default for DlinearConfig {
    fn default() -> Self {
        Self { kernel: 25 }
    }
}

/// Size of an attention encoder; the matched tier of MODELS.md A.9.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TransformerConfig {
    /// Model width.
    pub width: usize,
    /// Attention heads, a divisor of the width.
    pub heads: usize,
    /// Encoder layers.
    pub layers: usize,
    /// Units of the feed-forward part.
    pub feed_forward: usize,
    /// Dropout after attention, feed-forward and embedding.
    pub dropout: f64,
}

impl Default for TransformerConfig {
    fn default() -> Self {
        Self { width: 48, heads: 4, layers: 2, feed_forward: 96, dropout: 0.1 }
    }
}

/// Masked pre-training on patches, then fine-tuning (MODELS.md A.9, "BERT-style masked-pretrained encoder").
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BertConfig {
    /// Model width.
    pub width: usize,
    /// Attention heads, a divisor of the width.
    pub heads: usize,
    /// Encoder layers.
    pub layers: usize,
    /// Units of the feed-forward part.
    pub feed_forward: usize,
    /// Dropout after attention, feed-forward and embedding.
    pub dropout: f64,
    /// Steps of a patch; the input steps are a multiple of it.
    pub patch: usize,
    /// Share of patches that are masked in pre-training, at least one.
    pub mask_share: f64,
    /// Epochs of pre-training; they count in the budget of epochs.
    pub pretrain_epochs: usize,
}

impl Default for BertConfig {
    fn default() -> Self {
        Self {
            width: 48,
            heads: 4,
            layers: 2,
            feed_forward: 96,
            dropout: 0.1,
            patch: 4,
            mask_share: 0.25,
            pretrain_epochs: 20,
        }
    }
}

/// Informer per node series: ProbSparse encoder with distilling, generative decoder (MODELS.md A.9, `informer_ts`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct InformerConfig {
    /// Model width.
    pub width: usize,
    /// Attention heads, a divisor of the width.
    pub heads: usize,
    /// Encoder layers; between two of them the sequence is halved.
    pub layers: usize,
    /// Units of the feed-forward part.
    pub feed_forward: usize,
    /// Dropout after attention, feed-forward and embedding.
    pub dropout: f64,
    /// `c`: `c ⌈ln L⌉` queries get real attention.
    pub factor: usize,
    /// Last known steps that the decoder starts from; 0 takes half of the input steps.
    pub label_steps: usize,
}

impl Default for InformerConfig {
    fn default() -> Self {
        Self { width: 32, heads: 4, layers: 2, feed_forward: 64, dropout: 0.05, factor: 2, label_steps: 0 }
    }
}
