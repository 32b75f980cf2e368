//! What a study found: one result per cell, and comparisons inside each group of cells.

use serde::{Deserialize, Serialize};

use super::{Comparison, ModelResult, Spread};

/// All cells of a study, in the order of the config.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StudyResult {
    /// Groups of cells that are shown together: one per axis of a sensitivity study, one for all other studies.
    pub groups: Vec<StudyGroup>,
}

/// Cells that are shown together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StudyGroup {
    /// An axis (`layers`, `heads`, `sparsity`, `nodes`, `window`, `horizon`, `width`), or `ablation`, `necessity`,
    /// `rolling`, or the id of a model that was searched.
    pub id: String,
    /// The cells, the reference first where there is one (`ablation` and `necessity`: the full model).
    pub cells: Vec<CellResult>,
    /// Each cell's `tsf` (`a`, named by the cell's label) against the reference cell's (`b`, `full`), corrected
    /// together; empty where cells do not share their test points.
    pub comparisons: Vec<Comparison>,
}

/// One config of a study.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellResult {
    /// The value or the variant.
    pub label: String,
    /// Place on a numeric axis; absent for variants.
    pub x: Option<f64>,
    /// SHA-256 of the cell's config.
    pub config_sha256: String,
    /// Nodes that took part.
    pub n_nodes: usize,
    /// Neighbours that each node keeps in the graph of `tsf`; absent without it.
    pub kept_per_row: Option<usize>,
    /// Scored points.
    pub n_points: u64,
    /// The models of the cell, without those that are not finished.
    pub models: Vec<ModelResult>,
    /// Validation error that a search is judged on: mean squared error in the scale of the model, mean over seeds;
    /// absent for closed-form models and unfinished cells.
    pub validation: Option<f64>,
}

/// Errors at one step ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonResult {
    /// Steps ahead.
    pub step: usize,
    /// Scored points.
    pub n: u64,
    /// Over seeds.
    pub rmse: Option<Spread>,
    /// Over seeds.
    pub mae: Option<Spread>,
    /// Over seeds; undefined where persistence makes no error.
    pub skill: Option<Spread>,
}

/// Errors on the targets of one tenth of the load, from the lowest to the highest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecileResult {
    /// Smallest target of the tenth, percent / 100 or the unit of the target.
    pub low: f64,
    /// Largest target of the tenth.
    pub high: f64,
    /// Scored points.
    pub n: u64,
    /// Over seeds.
    pub rmse: Option<Spread>,
    /// Mean of forecast minus truth, over seeds.
    pub bias: Option<Spread>,
}

/// Split-conformal prediction interval: forecast ± the validation quantile of absolute errors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct IntervalResult {
    /// Coverage that was asked for.
    pub level: f64,
    /// Half width, percent / 100 or the unit of the target, over seeds.
    pub half_width: Spread,
    /// Share of test points inside, over seeds.
    pub coverage: Spread,
    /// Validation errors it was computed from.
    pub n_validation: u64,
}

/// The trained model under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionResult {
    /// Kind: `noise`, `missing`, `missing-blocks`, `edges`, `nodes-removed` or `nodes-added`.
    pub kind: String,
    /// Its strength: training standard deviations, share of inputs or edges, number of nodes; 0 is the plain test.
    pub level: f64,
    /// RMSE over seeds, on the nodes that are neither removed nor added.
    pub rmse: Option<Spread>,
}

/// Comparisons at one step ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HorizonComparisons {
    /// Steps ahead.
    pub step: usize,
    /// Every pair of models once; corrected over all steps of the report together.
    pub comparisons: Vec<Comparison>,
}

/// Errors on the nodes that all node samples share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CoreResult {
    /// Nodes of the core.
    pub n_nodes: usize,
    /// Over seeds.
    pub mse: Spread,
    /// Over seeds.
    pub rmse: Spread,
    /// Over seeds.
    pub mae: Spread,
    /// Over seeds; undefined without targets of at least 0.05.
    pub mape: Option<Spread>,
}

/// Mixing weights of the paper's model after an epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mixing {
    /// Epoch, from 1; 0 is before training.
    pub epoch: usize,
    /// Shares of the record, correlation and attention channels.
    pub lambda: [f32; 3],
    /// Share of the spatial encoding; undefined for a gate.
    pub alpha: Option<f32>,
}

/// How alike the nodes are after a graph layer (MODELS.md A.11).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Smoothing {
    /// Layer, from 1; 0 is the projected input.
    pub layer: usize,
    /// Mean cosine of the encodings of two different nodes.
    pub cosine: f64,
    /// Dirichlet energy of the encodings on the graph in use, per node.
    pub energy: f64,
}

/// The graph at one moment of the test part: its strongest edges.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GraphMoment {
    /// Bin of the data.
    pub bin: usize,
    /// `(receiver, sender, weight)`, the strongest first, at most 400; weights to three decimals.
    pub edges: Vec<(u32, u32, f32)>,
}

/// Error of one trained model under one condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionError {
    /// As in [`ConditionResult::kind`].
    pub kind: String,
    /// As in [`ConditionResult::level`].
    pub level: f64,
    /// RMSE; undefined without a scored point.
    pub rmse: Option<f64>,
}
