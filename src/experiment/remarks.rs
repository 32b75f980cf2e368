//! What belongs under the table: every reduction from the reference size, and what the data could not give.

use crate::config::{ModelConfig, RunConfig, TsfConfig, presets};
use crate::models::Shape;

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
    if config.train.residual_output && config.models.iter().any(ModelConfig::is_learned) {
        out.push("All learned models predict the change from the last value.".to_owned());
    }
    if config.seeds.len() == 1 && config.models.iter().any(ModelConfig::is_learned) {
        out.push("One seed: no spread and no ranking.".to_owned());
    }
    out
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
