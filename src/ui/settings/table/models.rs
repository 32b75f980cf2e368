//! Settings of the baselines: one row each.

use super::super::access::put;
use super::super::{Kind, Place, Setting};
use crate::config::{ModelConfig, RunConfig};

/// A setting that is a whole number.
#[derive(Debug, Clone, Copy)]
enum Size {
    Width,
    SecondWidth,
    Layers,
    Heads,
    FeedForward,
    Patch,
    Pretraining,
    Factor,
    LabelSteps,
    Kernel,
    GraphWidth,
    SkipWidth,
    EndWidth,
    Blocks,
    Embedding,
    Neighbours,
}

/// A setting that is a share.
#[derive(Debug, Clone, Copy)]
enum Share {
    Dropout,
    Mask,
}

fn size_of(model: &mut ModelConfig, size: Size) -> Option<&mut usize> {
    use ModelConfig::{
        Agcrn, Bert, Bilstm, Dcrnn, Dlinear, Gru, Gwnet, InformerTs, Lstm, Mlp, Mtgnn, Stgcn, Timegnn, Transformer,
    };
    use Size::{
        Blocks, Embedding, EndWidth, Factor, FeedForward, GraphWidth, Heads, Kernel, LabelSteps, Layers, Neighbours,
        Patch, Pretraining, SecondWidth, SkipWidth, Width,
    };
    Some(match (model, size) {
        (Gru(m) | Lstm(m) | Bilstm(m), Width) => &mut m.width,
        (Gru(m) | Lstm(m) | Bilstm(m), Layers) => &mut m.layers,
        (Mlp(m), Width) => &mut m.width,
        (Mlp(m), SecondWidth) => &mut m.second_width,
        (Transformer(m), Width) => &mut m.width,
        (Transformer(m), Layers) => &mut m.layers,
        (Transformer(m), Heads) => &mut m.heads,
        (Transformer(m), FeedForward) => &mut m.feed_forward,
        (Bert(m), Width) => &mut m.width,
        (Bert(m), Layers) => &mut m.layers,
        (Bert(m), Heads) => &mut m.heads,
        (Bert(m), FeedForward) => &mut m.feed_forward,
        (Bert(m), Patch) => &mut m.patch,
        (Bert(m), Pretraining) => &mut m.pretrain_epochs,
        (InformerTs(m), Width) => &mut m.width,
        (InformerTs(m), Layers) => &mut m.layers,
        (InformerTs(m), Heads) => &mut m.heads,
        (InformerTs(m), FeedForward) => &mut m.feed_forward,
        (InformerTs(m), Factor) => &mut m.factor,
        (InformerTs(m), LabelSteps) => &mut m.label_steps,
        (Dlinear(m), Kernel) => &mut m.kernel,
        (Stgcn(m), Width) => &mut m.width,
        (Stgcn(m), GraphWidth) => &mut m.graph_width,
        (Stgcn(m), Kernel) => &mut m.kernel,
        (Gwnet(m), Width) => &mut m.width,
        (Gwnet(m), SkipWidth) => &mut m.skip_width,
        (Gwnet(m), EndWidth) => &mut m.end_width,
        (Gwnet(m), Blocks) => &mut m.blocks,
        (Gwnet(m), Layers) => &mut m.layers,
        (Gwnet(m), Embedding) => &mut m.embedding,
        (Dcrnn(m), Width) => &mut m.width,
        (Dcrnn(m), Layers) => &mut m.layers,
        (Agcrn(m), Width) => &mut m.width,
        (Agcrn(m), Layers) => &mut m.layers,
        (Agcrn(m), Embedding) => &mut m.embedding,
        (Mtgnn(m), Width) => &mut m.width,
        (Mtgnn(m), SkipWidth) => &mut m.skip_width,
        (Mtgnn(m), EndWidth) => &mut m.end_width,
        (Mtgnn(m), Layers) => &mut m.layers,
        (Mtgnn(m), Embedding) => &mut m.embedding,
        (Mtgnn(m), Neighbours) => &mut m.neighbours,
        (Timegnn(m), Width) => &mut m.width,
        (Timegnn(m), Layers) => &mut m.layers,
        _ => return None,
    })
}

fn share_of(model: &mut ModelConfig, share: Share) -> Option<&mut f64> {
    Some(match (model, share) {
        (ModelConfig::Transformer(m), Share::Dropout) => &mut m.dropout,
        (ModelConfig::Bert(m), Share::Dropout) => &mut m.dropout,
        (ModelConfig::Bert(m), Share::Mask) => &mut m.mask_share,
        (ModelConfig::InformerTs(m), Share::Dropout) => &mut m.dropout,
        (ModelConfig::Stgcn(m), Share::Dropout) => &mut m.dropout,
        (ModelConfig::Gwnet(m), Share::Dropout) => &mut m.dropout,
        (ModelConfig::Mtgnn(m), Share::Dropout) => &mut m.dropout,
        _ => return None,
    })
}

fn model(config: &RunConfig, id: &str) -> Option<ModelConfig> {
    config.models.iter().find(|model| model.id() == id).cloned()
}

fn model_mut<'a>(config: &'a mut RunConfig, id: &str) -> Option<&'a mut ModelConfig> {
    config.models.iter_mut().find(|model| model.id() == id)
}

fn size(config: &RunConfig, id: &str, size: Size) -> Option<String> {
    size_of(&mut model(config, id)?, size).map(|slot| slot.to_string())
}

fn put_size(config: &mut RunConfig, id: &str, size: Size, text: &str) -> bool {
    model_mut(config, id).and_then(|model| size_of(model, size)).is_some_and(|slot| put(slot, text))
}

fn share(config: &RunConfig, id: &str, share: Share) -> Option<String> {
    share_of(&mut model(config, id)?, share).map(|slot| slot.to_string())
}

fn put_share(config: &mut RunConfig, id: &str, share: Share, text: &str) -> bool {
    model_mut(config, id).and_then(|model| share_of(model, share)).is_some_and(|slot| put(slot, text))
}

/// Model, field in the JSON, words of the label, slot, range with step, unit, explanation.
macro_rules! size {
    ($id:literal, $field:literal, $words:literal, $slot:ident, ($min:literal, $max:literal, $step:literal), $unit:literal, $explain:expr) => {
        Setting {
            id: concat!($id, ".", $field),
            label: concat!($id, " ", $words),
            explain: $explain,
            place: Place::EachModel,
            kind: Kind::Number { min: $min, max: $max, step: $step, unit: $unit, auto: "" },
            get: |c| size(c, $id, Size::$slot),
            set: |c, text| put_size(c, $id, Size::$slot, text),
        }
    };
}

/// Model, field in the JSON, words of the label, slot, smallest and largest, explanation.
macro_rules! share {
    ($id:literal, $field:literal, $words:literal, $slot:ident, $min:literal, $max:literal, $explain:expr) => {
        Setting {
            id: concat!($id, ".", $field),
            label: concat!($id, " ", $words),
            explain: $explain,
            place: Place::EachModel,
            kind: Kind::Number { min: $min, max: $max, step: 0.05, unit: "", auto: "" },
            get: |c| share(c, $id, Share::$slot),
            set: |c, text| put_share(c, $id, Share::$slot, text),
        }
    };
}

const WIDTH: &str = "Hidden units per layer.";
const ATTENTION_WIDTH: &str = "Width of the model; the heads must divide it.";
const LAYERS: &str = "Stacked layers.";
const HEADS: &str = "Attention heads; they divide the width.";
const FEED_FORWARD: &str = "Units of the feed-forward part of each layer.";
const DROPOUT: &str = "Share of units dropped after embedding, attention and feed-forward while training.";
const CHANNELS: &str = "Channels of the temporal convolutions.";
const GRAPH_DROPOUT: &str = "Share of units dropped while training.";
const SKIP_WIDTH: &str = "Channels that each layer hands to the output.";
const END_WIDTH: &str = "Units before the output.";
const EMBEDDING: &str = "Width of the embeddings that make the learned graph.";

pub(super) static SETTINGS: &[Setting] = &[
    size!("stgcn", "width", "width", Width, (1.0, 512.0, 1.0), "channels", CHANNELS),
    size!(
        "stgcn",
        "graph_width",
        "graph width",
        GraphWidth,
        (1.0, 512.0, 1.0),
        "channels",
        "Channels of the graph convolutions."
    ),
    size!(
        "stgcn",
        "kernel",
        "kernel",
        Kernel,
        (1.0, 24.0, 1.0),
        "steps",
        "Steps of a temporal convolution; four of them must fit into the window."
    ),
    share!("stgcn", "dropout", "dropout", Dropout, 0.0, 0.9, GRAPH_DROPOUT),
    size!("gwnet", "width", "width", Width, (1.0, 512.0, 1.0), "channels", CHANNELS),
    size!("gwnet", "skip_width", "skip width", SkipWidth, (1.0, 1024.0, 1.0), "channels", SKIP_WIDTH),
    size!("gwnet", "end_width", "end width", EndWidth, (1.0, 2048.0, 1.0), "units", END_WIDTH),
    size!("gwnet", "blocks", "blocks", Blocks, (1.0, 6.0, 1.0), "", "Blocks of layers; dilations begin anew in each."),
    size!("gwnet", "layers", "layers", Layers, (1.0, 5.0, 1.0), "", "Layers of a block; the dilation doubles in each."),
    size!("gwnet", "embedding", "embedding", Embedding, (1.0, 64.0, 1.0), "", EMBEDDING),
    share!("gwnet", "dropout", "dropout", Dropout, 0.0, 0.9, GRAPH_DROPOUT),
    size!("dcrnn", "width", "width", Width, (1.0, 512.0, 1.0), "units", WIDTH),
    size!(
        "dcrnn",
        "layers",
        "layers",
        Layers,
        (1.0, 6.0, 1.0),
        "",
        "Stacked layers of the encoder and of the decoder."
    ),
    size!("agcrn", "width", "width", Width, (1.0, 512.0, 1.0), "units", WIDTH),
    size!("agcrn", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("agcrn", "embedding", "embedding", Embedding, (1.0, 64.0, 1.0), "", EMBEDDING),
    size!("mtgnn", "width", "width", Width, (4.0, 512.0, 4.0), "channels", CHANNELS),
    size!("mtgnn", "skip_width", "skip width", SkipWidth, (1.0, 1024.0, 1.0), "channels", SKIP_WIDTH),
    size!("mtgnn", "end_width", "end width", EndWidth, (1.0, 2048.0, 1.0), "units", END_WIDTH),
    size!("mtgnn", "layers", "layers", Layers, (1.0, 5.0, 1.0), "", "Stacked layers; the dilation doubles in each."),
    size!("mtgnn", "embedding", "embedding", Embedding, (1.0, 64.0, 1.0), "", EMBEDDING),
    size!(
        "mtgnn",
        "neighbours",
        "neighbours",
        Neighbours,
        (1.0, 1000.0, 1.0),
        "",
        "Neighbours that each node keeps in the learned graph, at most all others."
    ),
    share!("mtgnn", "dropout", "dropout", Dropout, 0.0, 0.9, GRAPH_DROPOUT),
    size!("timegnn", "width", "width", Width, (1.0, 512.0, 1.0), "units", "Hidden units."),
    size!("timegnn", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", "Graph layers."),
    size!("gru", "width", "width", Width, (1.0, 512.0, 1.0), "units", WIDTH),
    size!("gru", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("lstm", "width", "width", Width, (1.0, 512.0, 1.0), "units", WIDTH),
    size!("lstm", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("bilstm", "width", "width", Width, (1.0, 512.0, 1.0), "units", "Hidden units per layer and direction."),
    size!("bilstm", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("mlp", "width", "first layer", Width, (1.0, 1024.0, 1.0), "units", "Units of the first hidden layer."),
    size!(
        "mlp",
        "second_width",
        "second layer",
        SecondWidth,
        (1.0, 1024.0, 1.0),
        "units",
        "Units of the second hidden layer."
    ),
    size!("transformer", "width", "width", Width, (1.0, 512.0, 1.0), "units", ATTENTION_WIDTH),
    size!("transformer", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("transformer", "heads", "heads", Heads, (1.0, 64.0, 1.0), "", HEADS),
    size!("transformer", "feed_forward", "feed-forward", FeedForward, (1.0, 2048.0, 1.0), "units", FEED_FORWARD),
    share!("transformer", "dropout", "dropout", Dropout, 0.0, 0.9, DROPOUT),
    size!("bert", "width", "width", Width, (1.0, 512.0, 1.0), "units", ATTENTION_WIDTH),
    size!("bert", "layers", "layers", Layers, (1.0, 6.0, 1.0), "", LAYERS),
    size!("bert", "heads", "heads", Heads, (1.0, 64.0, 1.0), "", HEADS),
    size!("bert", "feed_forward", "feed-forward", FeedForward, (1.0, 2048.0, 1.0), "units", FEED_FORWARD),
    share!("bert", "dropout", "dropout", Dropout, 0.0, 0.9, DROPOUT),
    size!(
        "bert",
        "patch",
        "patch",
        Patch,
        (1.0, 96.0, 1.0),
        "steps",
        "Steps that make one token; the window is a multiple of it."
    ),
    share!(
        "bert",
        "mask_share",
        "masked",
        Mask,
        0.01,
        0.9,
        "Share of the patches that are hidden and guessed in pre-training."
    ),
    size!(
        "bert",
        "pretrain_epochs",
        "pre-training",
        Pretraining,
        (1.0, 1000.0, 1.0),
        "epochs",
        "Epochs of guessing hidden patches, on training windows only; they count in the budget and stay below it."
    ),
    size!("informer_ts", "width", "width", Width, (1.0, 512.0, 1.0), "units", ATTENTION_WIDTH),
    size!(
        "informer_ts",
        "layers",
        "layers",
        Layers,
        (1.0, 6.0, 1.0),
        "",
        "Encoder layers; between two of them the sequence is halved."
    ),
    size!("informer_ts", "heads", "heads", Heads, (1.0, 64.0, 1.0), "", HEADS),
    size!("informer_ts", "feed_forward", "feed-forward", FeedForward, (1.0, 2048.0, 1.0), "units", FEED_FORWARD),
    share!("informer_ts", "dropout", "dropout", Dropout, 0.0, 0.9, DROPOUT),
    size!(
        "informer_ts",
        "factor",
        "factor",
        Factor,
        (1.0, 50.0, 1.0),
        "",
        "Queries with real attention: factor × ⌈ln of the window⌉. In short windows that is all of them, and nothing is sparse."
    ),
    size!(
        "informer_ts",
        "label_steps",
        "label steps",
        LabelSteps,
        (0.0, 96.0, 1.0),
        "steps",
        "Last known steps that the decoder starts from; 0 takes half of the window."
    ),
    size!(
        "dlinear",
        "kernel",
        "moving average",
        Kernel,
        (1.0, 95.0, 2.0),
        "steps",
        "Steps of the moving average that makes the trend; odd."
    ),
];
