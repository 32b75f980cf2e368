//! Ready-made configs.

mod detect;
mod paper;

use serde::Serialize;

use super::{
    ArConfig, Backend, CONFIG_SCHEMA, DataConfig, GraphConfig, InputScale, ModelConfig, PrepareConfig, Protocol,
    RecurrentConfig, RunConfig, SplitConfig, Study, TrainConfig, TsfConfig, WindowConfig,
};

/// A named config.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Preset {
    /// Stable id.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The config.
    pub config: RunConfig,
}

/// The preset with this id.
pub fn preset(id: &str) -> Option<Preset> {
    presets().into_iter().find(|preset| preset.id == id)
}

/// All presets, the default first.
pub fn presets() -> Vec<Preset> {
    let mut presets = general();
    presets.extend(paper::presets());
    presets.extend(detect::presets());
    presets
}

fn general() -> Vec<Preset> {
    vec![
        Preset { id: "sample", title: "The simulated sample: 3 models and persistence, 3 seeds", config: sample() },
        Preset { id: "quick", title: "Quick look: small models, 12 steps in, 1 seed", config: quick() },
        Preset { id: "class", title: "Class size: 5 models, 12 steps in, 3 seeds", config: class() },
        Preset { id: "reference", title: "Reference size: 5 models, 24 steps in, 5 seeds", config: reference() },
        Preset {
            id: "anchor-118",
            title: "Published anchors: persistence and AR(24), exact protocol",
            config: anchor(),
        },
    ]
}

fn base(models: Vec<ModelConfig>, seeds: Vec<u32>) -> RunConfig {
    RunConfig {
        schema: CONFIG_SCHEMA,
        protocol: Protocol::Headline,
        data: DataConfig::default(),
        prepare: PrepareConfig { input_scale: InputScale::Zscore, ..PrepareConfig::default() },
        split: SplitConfig::default(),
        window: WindowConfig::default(),
        graph: GraphConfig::default(),
        models,
        train: TrainConfig { residual_output: true, ..TrainConfig::default() },
        seeds,
        backend: Backend::Auto,
        study: Study::Comparison,
        detect: None,
    }
}

/// Every learned model predicts the change from the last value on standardised inputs: without both, ten epochs are
/// spent on finding the level, for every model alike. The metrics stay on percent / 100.
fn sample() -> RunConfig {
    let tsf = TsfConfig { width: 16, layers: 2, heads: 2, attention_width: 8, dropout: 0.0, ..TsfConfig::default() };
    let models = vec![
        ModelConfig::Tsf(tsf),
        ModelConfig::Gru(RecurrentConfig { width: 16, layers: 1 }),
        ModelConfig::Ar(ArConfig::default()),
        ModelConfig::Persistence {},
    ];
    let train =
        TrainConfig { epochs: 8, patience: 3, learning_rate: 5e-3, residual_output: true, ..TrainConfig::default() };
    RunConfig {
        window: WindowConfig { input_steps: 12, train_stride: 4, ..WindowConfig::default() },
        train,
        ..base(models, vec![1, 2, 3])
    }
}

fn small_tsf() -> ModelConfig {
    ModelConfig::Tsf(TsfConfig { width: 32, layers: 2, ..TsfConfig::default() })
}

fn quick() -> RunConfig {
    let gru = RecurrentConfig { width: 32, layers: 1 };
    let models =
        vec![small_tsf(), ModelConfig::Gru(gru), ModelConfig::Ar(ArConfig::default()), ModelConfig::Persistence {}];
    RunConfig {
        window: WindowConfig { input_steps: 12, train_stride: 2, ..WindowConfig::default() },
        train: TrainConfig {
            epochs: 10,
            patience: 4,
            learning_rate: 3e-3,
            residual_output: true,
            ..TrainConfig::default()
        },
        ..base(models, vec![1])
    }
}

fn class() -> RunConfig {
    let size = RecurrentConfig { width: 32, layers: 2 };
    let models = vec![
        ModelConfig::Tsf(TsfConfig { width: 32, ..TsfConfig::default() }),
        ModelConfig::Gru(size.clone()),
        ModelConfig::Lstm(size),
        ModelConfig::Ar(ArConfig::default()),
        ModelConfig::Persistence {},
    ];
    RunConfig {
        window: WindowConfig { input_steps: 12, ..WindowConfig::default() },
        train: TrainConfig {
            epochs: 20,
            patience: 6,
            learning_rate: 2e-3,
            residual_output: true,
            ..TrainConfig::default()
        },
        ..base(models, vec![1, 2, 3])
    }
}

fn reference() -> RunConfig {
    let models = vec![
        ModelConfig::Tsf(TsfConfig::default()),
        ModelConfig::Gru(RecurrentConfig::default()),
        ModelConfig::Lstm(RecurrentConfig::default()),
        ModelConfig::Ar(ArConfig::default()),
        ModelConfig::Persistence {},
    ];
    base(models, vec![1, 2, 3, 4, 5])
}

fn anchor() -> RunConfig {
    let ar = ArConfig { lags: 24, ridge: vec![1e-2] };
    let prepare = PrepareConfig::default();
    RunConfig {
        protocol: Protocol::Anchor118,
        prepare,
        ..base(vec![ModelConfig::Ar(ar), ModelConfig::Persistence {}], vec![1])
    }
}
