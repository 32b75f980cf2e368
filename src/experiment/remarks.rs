//! What belongs under the table: every reduction from the reference size, and what the data could not give.

use crate::config::{InformerConfig, ModelConfig, RunConfig, TsfConfig, presets};
use crate::models::{Gwnet, InformerLengths, Shape, kept_queries};

/// Sentences about this run.
pub(super) fn remarks(config: &RunConfig, shape: Shape) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(reference) = presets().into_iter().find(|preset| preset.id == "reference") {
        let changes = reductions(config, &reference.config);
        if !changes.is_empty() {
            out.push(format!("Differs from the reference size: {}.", changes.join(", ")));
        }
    }
    let wants_records =
        config.models.iter().any(|model| matches!(model, ModelConfig::Tsf(tsf) if tsf.channels.records));
    if wants_records && !shape.has_records {
        out.push("The data hold no scheduling or call records, so the records channel is off.".to_owned());
    }
    out.extend(config.models.iter().filter_map(|model| match model {
        ModelConfig::InformerTs(informer) => Some(prob_sparse(informer, shape)),
        _ => None,
    }));
    out.extend(given_graph(config));
    out.extend(config.models.iter().filter_map(|model| match model {
        ModelConfig::Gwnet(gwnet) => {
            let seen = Gwnet::steps_seen(gwnet);
            (seen < shape.n_steps).then(|| format!("gwnet: sees the last {seen} of {} steps.", shape.n_steps))
        }
        ModelConfig::Timegnn(_) => Some("timegnn: its graph joins the steps of a window, not the nodes.".to_owned()),
        _ => None,
    }));
    if config.train.residual_output && config.models.iter().any(ModelConfig::is_learned) {
        out.push("All learned models predict the change from the last value.".to_owned());
    }
    if config.window.relative && config.models.iter().any(ModelConfig::is_learned) {
        out.push("All learned models read differences from the last value of the window.".to_owned());
    }
    if config.seeds.len() == 1 && config.models.iter().any(ModelConfig::is_learned) {
        out.push("One seed: no spread and no ranking.".to_owned());
    }
    out
}

/// What stands in place of the road distances of the published graph networks (MODELS.md A.9).
fn given_graph(config: &RunConfig) -> Option<String> {
    let reads = |model: &&ModelConfig| model.reads_mean_graph() && model.id() != "tsf";
    let ids: Vec<&str> = config.models.iter().filter(reads).map(ModelConfig::id).collect();
    (!ids.is_empty())
        .then(|| format!("{}: one given graph for all time, the mean of the training part.", ids.join(", ")))
}

/// How sparse ProbSparse attention is at these lengths (MODELS.md A.9).
fn prob_sparse(informer: &InformerConfig, shape: Shape) -> String {
    let lengths = InformerLengths::of(informer, shape.n_steps, shape.n_outputs);
    let kept = |len: &usize| format!("{} of {len}", kept_queries(informer.factor, *len));
    let encoder: Vec<String> = lengths.encoder.iter().map(kept).collect();
    let full = lengths.encoder.iter().chain([&lengths.decoder]).all(|&len| kept_queries(informer.factor, len) == len);
    format!(
        "informer_ts: ProbSparse keeps {} queries in the encoder and {} in the decoder{}.",
        encoder.join(", then "),
        kept(&lengths.decoder),
        if full { ", so it is full attention" } else { "" }
    )
}

fn reductions(config: &RunConfig, reference: &RunConfig) -> Vec<String> {
    let mut out = Vec::new();
    let mut note = |name: &str, now: usize, full: usize| {
        if now != full {
            out.push(format!("{name} {now} instead of {full}"));
        }
    };
    note("input steps", config.window.input_steps, reference.window.input_steps);
    note("training stride", config.window.train_stride, reference.window.train_stride);
    note("epochs", config.train.epochs, reference.train.epochs);
    note("seeds", config.seeds.len(), reference.seeds.len());
    for model in &config.models {
        match model {
            ModelConfig::Tsf(tsf) => {
                let full = TsfConfig::default();
                note("tsf width", tsf.width, full.width);
                note("tsf layers", tsf.layers, full.layers);
                note("tsf heads", tsf.heads, full.heads);
            }
            ModelConfig::Gru(size) | ModelConfig::Lstm(size) => {
                note(&format!("{} width", model.id()), size.width, 64);
                note(&format!("{} layers", model.id()), size.layers, 2);
            }
            ModelConfig::Bilstm(size) => {
                note("bilstm width", size.width, 64);
                note("bilstm layers", size.layers, 1);
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_on_the_mean_graph_are_named() {
        let of = |ids: &[&str]| {
            let models = ids.iter().filter_map(|id| ModelConfig::default_of(id)).collect();
            given_graph(&RunConfig { models, ..presets()[0].config.clone() })
        };
        assert_eq!(of(&["tsf", "agcrn", "gru"]), None);
        let told = "stgcn, dcrnn: one given graph for all time, the mean of the training part.";
        assert_eq!(of(&["stgcn", "dcrnn", "mtgnn"]).as_deref(), Some(told));
    }

    #[test]
    fn the_share_of_kept_queries_is_told() {
        let shape = |n_steps| Shape { n_nodes: 1, n_steps, n_features: 1, n_outputs: 1, has_records: false };
        let two = InformerConfig::default();
        let five = InformerConfig { factor: 5, ..InformerConfig::default() };
        assert_eq!(
            prob_sparse(&two, shape(24)),
            "informer_ts: ProbSparse keeps 8 of 24, then 6 of 12 queries in the encoder and 6 of 13 in the decoder."
        );
        assert_eq!(
            prob_sparse(&five, shape(12)),
            "informer_ts: ProbSparse keeps 12 of 12, then 6 of 6 queries in the encoder and 7 of 7 in the decoder, \
             so it is full attention."
        );
    }
}
