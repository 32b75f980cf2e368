//! The paper's table and figures, and the controls beside them, each in a size for a lesson or in full.

use super::{Preset, base, class};
use crate::config::{
    ArConfig, BertConfig, GruInput, InformerConfig, MlpConfig, ModelConfig, RecurrentConfig, RunConfig, Study,
    TrainConfig, TransformerConfig, TsfConfig, WindowConfig, paper_sweeps,
};

/// Trials per learned model (MODELS.md A.12).
const TRIALS: usize = 12;

pub(super) fn presets() -> Vec<Preset> {
    let preset = |id, title, config| Preset { id, title, config: relative(config) };
    vec![
        preset("table1-class", "Table 1, class size: 11 models, 3 seeds", table1_class()),
        preset("table1-full", "Table 1, full size: 12 models, 5 seeds", table1_full()),
        preset("horizons", "1, 4 and 12 steps ahead: 11 models, 3 seeds", horizons()),
        preset("sensitivity-class", "Sensitivity, class size: 4 sweeps, 1 seed", sensitivity_class()),
        preset("sensitivity-seeds", "Sensitivity, class size: 4 sweeps, 5 seeds", sensitivity_seeds()),
        preset("sensitivity-full", "Sensitivity, full size: 4 sweeps, 5 seeds", sensitivity_full()),
        preset("ablation", "Ablation: 12 changes to tsf", study(Study::Ablation, FOUR)),
        preset("tsf-chosen", "The tsf that validation chose, against ar, 5 seeds", chosen()),
        preset("necessity", "Graph necessity: tsf on 7 other graphs", study(Study::Necessity, FOUR)),
        preset("robustness", "Robustness: noise, gaps, lost edges", study(Study::Robustness, &["tsf", "gru", "ar"])),
        preset("rolling", "Rolling origin: 3 folds, 3 seeds", study(Study::Rolling, FOUR)),
        preset("coupling", "Coupling: 3 graph models, 4 without a graph", coupling()),
        preset("search", "Random search: 12 trials of tsf and gru", search()),
    ]
}

/// The days of the test differ in level from those of training, so models that read absolute values have it harder, all
/// alike; under disturbed inputs the switch is not allowed.
fn relative(mut config: RunConfig) -> RunConfig {
    config.window.relative = config.study != Study::Robustness;
    config
}

const FOUR: &[&str] = &["tsf", "gru", "ar", "persistence"];

/// The models with these ids in class size: hidden width 32.
fn of_class_size(ids: &[&str]) -> Vec<ModelConfig> {
    let sized = |id: &str| match id {
        "tsf" => Some(ModelConfig::Tsf(TsfConfig { width: 32, ..TsfConfig::default() })),
        "gru" => Some(ModelConfig::Gru(RecurrentConfig { width: 32, layers: 2 })),
        "lstm" => Some(ModelConfig::Lstm(RecurrentConfig { width: 32, layers: 2 })),
        "bilstm" => Some(ModelConfig::Bilstm(RecurrentConfig { width: 32, layers: 1 })),
        "mlp" => Some(ModelConfig::Mlp(MlpConfig { width: 64, second_width: 32 })),
        "transformer" => {
            let size = TransformerConfig { width: 32, feed_forward: 64, ..TransformerConfig::default() };
            Some(ModelConfig::Transformer(size))
        }
        "bert" => {
            let size = BertConfig { width: 32, feed_forward: 64, pretrain_epochs: 3, ..BertConfig::default() };
            Some(ModelConfig::Bert(size))
        }
        "informer_ts" => {
            let size = InformerConfig { width: 32, feed_forward: 64, ..InformerConfig::default() };
            Some(ModelConfig::InformerTs(size))
        }
        other => ModelConfig::default_of(other),
    };
    ids.iter().filter_map(|id| sized(id)).collect()
}

/// All models of Table 1 and the baselines that it lacks.
const TABLE: &[&str] =
    &["tsf", "gru", "lstm", "bilstm", "mlp", "transformer", "bert", "informer_ts", "dlinear", "ar", "persistence"];

/// On every node that cleaning keeps.
fn table1_class() -> RunConfig {
    of_table_size(TABLE)
}

/// What Table 1 in class size and the studies beside it share: width 32, half of the training origins, ten epochs.
fn of_table_size(ids: &[&str]) -> RunConfig {
    let class = class();
    let train = TrainConfig { epochs: 10, patience: 4, ..class.train };
    let window = WindowConfig { train_stride: 2, ..class.window };
    RunConfig { models: of_class_size(ids), window, train, ..class }
}

/// Sizes and budget of MODELS.md A.7 and A.9.
fn table1_full() -> RunConfig {
    let ids = [
        "tsf",
        "gru",
        "lstm",
        "bilstm",
        "mlp",
        "transformer",
        "bert",
        "informer_ts",
        "nlinear",
        "dlinear",
        "ar",
        "persistence",
    ];
    base(ids.into_iter().filter_map(ModelConfig::default_of).collect(), vec![1, 2, 3, 4, 5])
}

fn horizons() -> RunConfig {
    let config = of_table_size(TABLE);
    RunConfig { window: WindowConfig { output_steps: 12, also_score: vec![4, 12], ..config.window }, ..config }
}

fn swept() -> Study {
    Study::Sensitivity { sweeps: paper_sweeps() }
}

/// `ar` and `persistence` have no layers, heads or sparsity: they run in the sweep over the nodes.
fn with_closed_form(tsf: TsfConfig) -> Vec<ModelConfig> {
    let closed = ["ar", "persistence"].into_iter().filter_map(ModelConfig::default_of);
    std::iter::once(ModelConfig::Tsf(tsf)).chain(closed).collect()
}

/// The learning rate is that of the sample, whose models are as small and whose stride is the same.
fn sensitivity_class() -> RunConfig {
    let tsf = TsfConfig { width: 16, attention_width: 16, ..TsfConfig::default() };
    let config = base(with_closed_form(tsf), vec![1]);
    RunConfig {
        window: WindowConfig { input_steps: 12, train_stride: 4, ..WindowConfig::default() },
        train: TrainConfig { epochs: 6, patience: 3, learning_rate: 5e-3, ..config.train },
        study: swept(),
        ..config
    }
}

fn sensitivity_seeds() -> RunConfig {
    RunConfig { seeds: vec![1, 2, 3, 4, 5], ..sensitivity_class() }
}

fn sensitivity_full() -> RunConfig {
    RunConfig { study: swept(), ..base(with_closed_form(TsfConfig::default()), vec![1, 2, 3, 4, 5]) }
}

/// Of the ablation's variants on the 118 machines, `concat` has the smallest validation error; nothing was looked up in
/// the test part, and there is one comparison, so nothing is lost to correction.
fn chosen() -> RunConfig {
    let concat = TsfConfig { width: 32, gru_input: GruInput::Concat, ..TsfConfig::default() };
    let models = vec![ModelConfig::Tsf(concat), ModelConfig::Ar(ArConfig::default())];
    RunConfig { models, seeds: vec![1, 2, 3, 4, 5], ..of_table_size(&[]) }
}

fn study(study: Study, ids: &[&str]) -> RunConfig {
    RunConfig { study, ..of_table_size(ids) }
}

/// For the simulated clusters `cluster` and `cluster-uncoupled`: whoever reads neighbours can win on the first alone.
fn coupling() -> RunConfig {
    let models = of_class_size(&["tsf", "stgcn", "dcrnn", "gru", "lstm", "ar", "persistence"]);
    let class = class();
    let train = TrainConfig { epochs: 10, patience: 3, ..class.train };
    let window = WindowConfig { train_stride: 4, ..class.window };
    RunConfig { models, window, train, ..class }
}

/// Trials are judged on one seed each.
fn search() -> RunConfig {
    RunConfig { seeds: vec![1], ..study(Study::Search { trials: TRIALS }, &["tsf", "gru"]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{preset, presets};

    fn config(id: &str) -> RunConfig {
        preset(id).expect(id).config
    }

    fn ids(config: &RunConfig) -> Vec<&str> {
        config.models.iter().map(ModelConfig::id).collect()
    }

    #[test]
    fn ids_and_titles_of_presets_are_unique_and_titles_are_short() {
        let presets = presets();
        for (idx, preset) in presets.iter().enumerate() {
            assert!(preset.title.len() <= 60, "{}", preset.title);
            assert!(presets[..idx].iter().all(|other| other.id != preset.id && other.title != preset.title));
        }
        assert_eq!(presets.len(), 33);
    }

    #[test]
    fn table_1_has_all_models_in_both_sizes() {
        let (class, full) = (config("table1-class"), config("table1-full"));
        assert_eq!((class.models.len(), full.models.len()), (11, 12));
        assert_eq!((class.window.input_steps, full.window.input_steps), (12, 24));
        assert_eq!((class.train.epochs, class.train.patience, class.train.learning_rate), (10, 4, 2e-3));
        assert_eq!((full.train.epochs, full.train.patience, full.train.batch), (50, 8, 16));
        for config in [&class, &full] {
            assert!(config.train.residual_output && config.prepare.nodes.is_none());
        }
        for model in class.models.iter().filter(|model| model.width().is_some()) {
            assert_eq!(model.width(), Some(32), "{}", model.id());
        }
    }

    #[test]
    fn sweeps_run_the_closed_form_models_over_the_nodes_only() {
        for (id, n_seeds, width) in [("sensitivity-class", 1, 16), ("sensitivity-full", 5, 64)] {
            let config = config(id);
            let cells = config.cells();
            assert_eq!((cells.len(), config.seeds.len()), (20, n_seeds));
            for cell in cells {
                let expected: &[&str] = if cell.group == "nodes" { &["tsf", "ar", "persistence"] } else { &["tsf"] };
                assert_eq!(ids(&cell.config), expected);
                assert_eq!(cell.config.models[0].width(), Some(width));
            }
        }
    }

    #[test]
    fn a_model_is_found_by_its_id() {
        for preset in presets() {
            for model in &preset.config.models {
                assert_eq!(ModelConfig::default_of(model.id()).as_ref().map(ModelConfig::id), Some(model.id()));
            }
        }
        assert_eq!(ModelConfig::default_of("none"), None);
        let bilstm = ModelConfig::Bilstm(RecurrentConfig::bidirectional());
        assert_eq!(ModelConfig::default_of("bilstm"), Some(bilstm));
    }
}
