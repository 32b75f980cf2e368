//! What a run varies: nothing, one setting at a time, the parts of the paper's model, or the conditions of the test.
//!
//! A study is unfolded into cells, each an ordinary config; a plain run has one.

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Channels, Combine, Fusion, GraphControl, GruInput, ModelConfig, NodeSample, RunConfig, Stack, TsfConfig};
use crate::json::Tagged;
use crate::stream::Stream;

/// What is varied.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Study {
    /// Nothing: the models side by side.
    #[default]
    Comparison,
    /// One setting after the other, all else as configured (MODELS.md A.11).
    Sensitivity {
        /// The settings and their values.
        sweeps: Vec<Sweep>,
    },
    /// Parts of the paper's model taken away or exchanged (MODELS.md A.8).
    Ablation,
    /// Graphs that carry no information, or less of it.
    Necessity,
    /// The trained models under noise, gaps and lost edges (MODELS.md A.10b).
    Robustness,
    /// Three folds whose training part ends later and later (MODELS.md A.4).
    Rolling,
    /// Random search with the same number of trials for every learned model, judged on validation (MODELS.md A.12).
    Search {
        /// Trials per learned model.
        trials: usize,
    },
}

/// One setting and the values it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// The setting.
    pub axis: Axis,
    /// Its values, ascending.
    pub values: Vec<f64>,
}

/// A setting that a sweep can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// `L`: graph layers of `tsf`.
    Layers,
    /// `K`: attention heads of `tsf`, the total attention width fixed.
    Heads,
    /// `s`: sparsity of the graph of `tsf`.
    Sparsity,
    /// `N`: nested sets of nodes; the common core is scored beside the whole set.
    Nodes,
    /// `T`: input steps.
    Window,
    /// Δ: the step ahead that is predicted and scored.
    Horizon,
    /// `d`: hidden width of every learned model that has one.
    Width,
}

/// Names of all studies, in the order of [`Study`].
const KINDS: &[&str] = &["comparison", "sensitivity", "ablation", "necessity", "robustness", "rolling", "search"];

impl<'de> Deserialize<'de> for Study {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Sensitivity {
            sweeps: Vec<Sweep>,
        }

        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Search {
            trials: usize,
        }

        let study = Tagged::split(deserializer, "kind")?;
        match study.name.as_str() {
            "comparison" => study.nothing().map(|()| Self::Comparison),
            "sensitivity" => study.content().map(|Sensitivity { sweeps }| Self::Sensitivity { sweeps }),
            "ablation" => study.nothing().map(|()| Self::Ablation),
            "necessity" => study.nothing().map(|()| Self::Necessity),
            "robustness" => study.nothing().map(|()| Self::Robustness),
            "rolling" => study.nothing().map(|()| Self::Rolling),
            "search" => study.content().map(|Search { trials }| Self::Search { trials }),
            other => Err(D::Error::unknown_variant(other, KINDS)),
        }
    }
}

impl Study {
    /// For serde: left out where nothing is varied.
    pub(super) fn is_plain(&self) -> bool {
        *self == Self::Comparison
    }
}

impl Axis {
    /// Stable id, as in the JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Heads => "heads",
            Self::Sparsity => "sparsity",
            Self::Nodes => "nodes",
            Self::Window => "window",
            Self::Horizon => "horizon",
            Self::Width => "width",
        }
    }

    /// Whether the axis belongs to `tsf` alone.
    fn is_of_tsf(self) -> bool {
        matches!(self, Self::Layers | Self::Heads | Self::Sparsity)
    }
}

/// One config of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What the cell belongs to: an axis, `ablation`, `necessity`, …; cells of one group are compared.
    pub group: String,
    /// The value or the variant, for people.
    pub label: String,
    /// Place on a numeric axis.
    pub x: Option<f64>,
    /// The config, with the study taken out.
    pub config: RunConfig,
}

/// The four sweeps of the paper's Figures 2 to 5.
pub fn paper_sweeps() -> Vec<Sweep> {
    let sweep = |axis, values: &[f64]| Sweep { axis, values: values.to_vec() };
    vec![
        sweep(Axis::Layers, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        sweep(Axis::Heads, &[1.0, 2.0, 4.0, 8.0]),
        sweep(Axis::Sparsity, &[0.1, 0.3, 0.5, 0.7, 0.9]),
        sweep(Axis::Nodes, &[20.0, 40.0, 60.0, 80.0, 100.0]),
    ]
}

impl RunConfig {
    /// The configs of the study, in the order in which they are run; the first is the reference of its group.
    pub fn cells(&self) -> Vec<Cell> {
        let base = Self { study: Study::Comparison, ..self.clone() };
        match &self.study {
            Study::Comparison | Study::Robustness => vec![cell("comparison", "", None, base)],
            Study::Sensitivity { sweeps } => sweeps.iter().flat_map(|sweep| swept(&base, sweep)).collect(),
            Study::Ablation => with_variants(base, "ablation", ablations()),
            Study::Necessity => with_variants(base, "necessity", controls()),
            Study::Rolling => rolling(&base),
            Study::Search { trials } => search(&base, *trials),
        }
    }

    /// Settings of the paper's model, if it is among the models.
    pub fn tsf(&self) -> Option<&TsfConfig> {
        self.models.iter().find_map(|model| match model {
            ModelConfig::Tsf(tsf) => Some(tsf),
            _ => None,
        })
    }
}

fn cell(group: &str, label: impl Into<String>, x: Option<f64>, config: RunConfig) -> Cell {
    Cell { group: group.to_owned(), label: label.into(), x, config }
}

fn swept(base: &RunConfig, sweep: &Sweep) -> Vec<Cell> {
    let at = |&value: &f64| cell(sweep.axis.id(), format!("{value}"), Some(value), moved(base, sweep.axis, value));
    sweep.values.iter().map(at).collect()
}

/// The config with one setting moved; models that the axis does not touch are left out.
fn moved(base: &RunConfig, axis: Axis, value: f64) -> RunConfig {
    let mut config = base.clone();
    let whole = value as usize;
    if axis.is_of_tsf() {
        config.models.retain(|model| matches!(model, ModelConfig::Tsf(_)));
    }
    if axis == Axis::Width {
        config.models.retain(ModelConfig::is_learned);
    }
    for model in &mut config.models {
        match (axis, &mut *model) {
            (Axis::Layers, ModelConfig::Tsf(tsf)) => tsf.layers = whole,
            (Axis::Heads, ModelConfig::Tsf(tsf)) => tsf.heads = whole,
            (Axis::Sparsity, ModelConfig::Tsf(tsf)) => tsf.sparsity = value,
            (Axis::Width, model) => model.set_width(whole),
            _ => {}
        }
    }
    match axis {
        Axis::Nodes => {
            let seed = base.prepare.nodes.map_or(0, |sample| sample.seed);
            config.prepare.nodes = Some(NodeSample { count: whole, seed });
        }
        Axis::Window => config.window.input_steps = whole,
        Axis::Horizon => {
            config.window.output_steps = whole;
            config.window.score_step = whole;
            config.window.also_score.clear();
        }
        _ => {}
    }
    config
}

/// The base with all its models, then one cell of `tsf` alone per variant.
fn with_variants(base: RunConfig, group: &str, variants: Vec<(&'static str, TsfChange)>) -> Vec<Cell> {
    let Some(tsf) = base.tsf().cloned() else { return vec![cell(group, "full", None, base)] };
    let changed = |(label, change): (&'static str, TsfChange)| {
        let mut tsf = tsf.clone();
        change(&mut tsf);
        cell(group, label, None, RunConfig { models: vec![ModelConfig::Tsf(tsf)], ..base.clone() })
    };
    let cells: Vec<Cell> = variants.into_iter().map(changed).collect();
    std::iter::once(cell(group, "full", None, base)).chain(cells).collect()
}

type TsfChange = fn(&mut TsfConfig);

fn ablations() -> Vec<(&'static str, TsfChange)> {
    vec![
        ("no records", |tsf| tsf.channels = Channels { records: false, ..Channels::default() }),
        ("no correlation", |tsf| tsf.channels = Channels { correlation: false, ..Channels::default() }),
        ("no attention", |tsf| tsf.channels = Channels { attention: false, ..Channels::default() }),
        ("product", |tsf| tsf.combine = Combine::Product),
        ("strict", |tsf| tsf.stack = Stack::Strict),
        ("parallel", |tsf| tsf.gru_input = GruInput::Parallel),
        ("concat", |tsf| tsf.gru_input = GruInput::Concat),
        ("gate", |tsf| tsf.fusion = Fusion::Gate),
        ("spatial only", |tsf| tsf.fusion = Fusion::SpatialOnly),
        ("temporal only", |tsf| tsf.fusion = Fusion::TemporalOnly),
        ("multi-scale", |tsf| tsf.multi_scale = true),
        ("no graph", |tsf| tsf.control = GraphControl::None),
    ]
}

fn controls() -> Vec<(&'static str, TsfChange)> {
    vec![
        ("no graph", |tsf| tsf.control = GraphControl::None),
        ("identity", |tsf| tsf.control = GraphControl::Identity),
        ("rewired", |tsf| tsf.control = GraphControl::Rewired),
        ("random", |tsf| tsf.control = GraphControl::Random),
        ("time-shuffled", |tsf| tsf.control = GraphControl::TimeShuffled),
        ("static mean", |tsf| tsf.control = GraphControl::StaticMean),
        ("permuted", |tsf| tsf.control = GraphControl::Permuted),
    ]
}

/// Training ends at 50, 60 and 70 % of time; the next 10 % are validation, the next 20 % test.
fn rolling(base: &RunConfig) -> Vec<Cell> {
    let fold = |(idx, end): (usize, f64)| {
        let mut config = base.clone();
        config.split.train_share = end;
        config.split.validation_share = 0.1;
        config.split.test_share = Some(0.2);
        cell("rolling", format!("fold {}", idx + 1), Some(end), config)
    };
    [0.5, 0.6, 0.7].into_iter().enumerate().map(fold).collect()
}

/// Trial `t` of a model draws from its own stream, so the trials of one model do not depend on the other models.
fn search(base: &RunConfig, trials: usize) -> Vec<Cell> {
    let learned: Vec<&ModelConfig> = base.models.iter().filter(|model| model.is_learned()).collect();
    let cells = learned.into_iter().flat_map(|model| (0..trials).map(move |trial| (model, trial)));
    cells.map(|(model, trial)| trial_cell(base, model, trial)).collect()
}

/// Ranges of MODELS.md A.12: learning rate 3e-4 to 3e-3 (log), dropout 0, 0.1 or 0.2, two width tiers, weight decay 0
/// or 1e-4. The first trial is the config as it stands.
fn trial_cell(base: &RunConfig, model: &ModelConfig, trial: usize) -> Cell {
    let mut config = RunConfig { models: vec![model.clone()], seeds: base.seeds[..1].to_vec(), ..base.clone() };
    if trial > 0 {
        let rng = &mut Stream::Split.rng(trial as u32, model.id());
        config.train.learning_rate = 3e-4 * 10f64.powf(f64::from(rng.unit()));
        let dropout = [0.0, 0.1, 0.2][rng.below(3)];
        let is_narrow = rng.below(2) == 0;
        config.train.weight_decay = [0.0, 1e-4][rng.below(2)];
        config.models[0].set_dropout(dropout);
        if is_narrow && let Some(width) = model.width() {
            config.models[0].set_width((width / 2).max(8));
        }
    }
    cell(model.id(), format!("trial {}", trial + 1), Some(trial as f64 + 1.0), config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::preset;

    fn class() -> RunConfig {
        preset("class").expect("a preset").config
    }

    #[test]
    fn a_plain_run_is_one_cell_of_itself() {
        let cells = class().cells();
        assert_eq!(cells.len(), 1);
        assert_eq!(cells[0].config, class());
    }

    #[test]
    fn the_papers_sweeps_give_a_cell_per_value_and_every_cell_can_run() {
        let config = RunConfig { study: Study::Sensitivity { sweeps: paper_sweeps() }, ..class() };
        let cells = config.cells();
        assert_eq!(cells.len(), 6 + 4 + 5 + 5);
        for cell in &cells {
            assert_eq!(cell.config.check().err(), None, "{} {}", cell.group, cell.label);
            assert_eq!(cell.config.study, Study::Comparison);
        }
        assert_eq!(cells[1].config.models.len(), 1, "layers belong to tsf alone");
        assert_eq!(cells[19].config.models.len(), class().models.len(), "nodes concern every model");
    }

    #[test]
    fn every_variant_differs_from_the_full_model() {
        for study in [Study::Ablation, Study::Necessity] {
            let cells = RunConfig { study, ..class() }.cells();
            assert_eq!(cells[0].label, "full");
            for cell in &cells[1..] {
                assert_ne!(cell.config.models.last(), cells[0].config.models.first(), "{}", cell.label);
                assert_eq!(cell.config.check().err(), None, "{}", cell.label);
            }
        }
    }

    #[test]
    fn trials_of_a_model_do_not_depend_on_the_others() {
        let study = Study::Search { trials: 4 };
        let all = RunConfig { study: study.clone(), ..class() }.cells();
        let mut alone = class();
        alone.models.retain(|model| model.id() == "gru");
        let alone = RunConfig { study, ..alone }.cells();
        let of_gru: Vec<Cell> = all.into_iter().filter(|cell| cell.group == "gru").collect();
        assert_eq!(of_gru, alone);
        assert_eq!(alone[0].config.train, class().train, "the first trial is the config as it stands");
    }
}
