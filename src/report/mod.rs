//! What a run says: plain data with units, drawn by the page and written by the native binary.
//!
//! Knows no tensors, no browser and no drawing. Wall-clock timings live in [`Report::timings`] alone and are left
//! out of [`Report::digest`], so the digest depends on config, bytes, seeds and arithmetic only.

mod csv;
mod detection;
mod detection_tables;
#[cfg(all(test, feature = "web"))]
pub(crate) mod fixture;
mod paper;
mod receipt;
mod study;
mod tables;

pub use csv::CsvTable;
pub use detection::{
    AuditResult, BoardCalls, BoardEpisode, BudgetRow, CostRow, DetectBoard, DetectCellResult, DetectDifference,
    DetectSeed, DetectionReport, DetectorResult, EmbeddingView, KindResult, LieRow, Located, LocatedLine,
    MeasureSpread, Measured, ScoreLine, ShiftResult, ThresholdChoice, WindowCount, sees_onset,
};
pub use paper::{
    CLAIM_REMARK, CLAIMS, Claim, ClaimRow, Finding, Measure, Published, REMARKS, ReplayRow, Standing, TABLE_1, claims,
    replay,
};
pub use receipt::{Difference, Receipt, Verdict};
pub use study::{
    CellResult, ConditionError, ConditionResult, CoreResult, DecileResult, GraphMoment, HorizonComparisons,
    HorizonResult, IntervalResult, Mixing, Smoothing, StudyGroup, StudyResult,
};

use serde::{Deserialize, Serialize};

use crate::config::RunConfig;
use crate::data::DatasetSummary;

/// Version of [`Report`].
pub const REPORT_SCHEMA: u32 = 1;

/// Everything a run found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of this structure, [`REPORT_SCHEMA`].
    pub schema: u32,
    /// Version of the program.
    pub app_version: String,
    /// Computed by `wasm32` or by the native binary; equal digests are promised within `wasm32`.
    pub target: String,
    /// False when the run was stopped before every part was done.
    pub complete: bool,
    /// What was asked.
    pub config: RunConfig,
    /// SHA-256 of the canonical config.
    pub config_sha256: String,
    /// What it was asked of.
    pub dataset: DatasetSummary,
    /// Which points were used for what.
    pub protocol: ProtocolSummary,
    /// One entry per model, in the order of the config.
    pub models: Vec<ModelResult>,
    /// Pairwise tests, best model first named by its id.
    pub comparisons: Vec<Comparison>,
    /// The same at each further step ahead that was scored.
    pub horizons: Vec<HorizonComparisons>,
    /// All cells of a study; `None` for a plain run. The models above are then those of the first cell.
    pub study: Option<StudyResult>,
    /// Forecasts over the test part.
    pub forecast: ForecastBoard,
    /// What the graph model learned, if one was run.
    pub graph: Option<LearnedGraph>,
    /// What a run of detection found; the members about forecasts are then empty.
    // Left out of reports of forecasting, so that they keep their digests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detection: Option<Box<DetectionReport>>,
    /// Wall-clock seconds; left out of the digest.
    pub timings: Vec<Timing>,
}

impl Report {
    /// SHA-256 of the canonical JSON of everything but the timings.
    pub fn digest(&self) -> String {
        crate::digest::sha256_without(self, "timings")
    }

    /// The result of a model.
    pub fn model(&self, id: &str) -> Option<&ModelResult> {
        self.models.iter().find(|model| model.id == id)
    }
}

/// A part of the time axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `training`, `validation` or `test`.
    pub name: String,
    /// First bin that belongs to the part.
    pub first_bin: usize,
    /// One past the last bin.
    pub end_bin: usize,
    /// Forecast origins used.
    pub n_origins: usize,
}

/// A check that the run made on itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakCheck {
    /// Stable id.
    pub id: String,
    /// What was checked, as a sentence.
    pub title: String,
    /// Whether it held; `None` where it does not apply.
    pub passed: Option<bool>,
}

/// Which points were used for what, and how they were prepared.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ProtocolSummary {
    /// Training, validation and test.
    pub parts: Vec<Part>,
    /// Bins left unused between two parts.
    pub purge_bins: usize,
    /// Names of the nodes that take part, in order.
    pub nodes: Vec<String>,
    /// Names of the nodes left out, with their share of missing targets in the training part.
    pub left_out: Vec<(String, f64)>,
    /// Windows left out because too much of their input was missing.
    pub windows_left_out: usize,
    /// Scored points: (origin, node) pairs of the test part with an observed target; the same for all models under
    /// the headline protocol.
    pub n_points: u64,
    /// What was repaired in the model input: rule and count.
    pub repairs: Vec<(String, u64)>,
    /// Sources of edges that the data offer.
    pub edge_sources: Vec<String>,
    /// Checks on leaks.
    pub leak_checks: Vec<LeakCheck>,
    /// Remarks that belong under the table.
    pub remarks: Vec<String>,
}

/// Errors of one model over the scored points, on the scale percent / 100 (MODELS.md A.10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Number of points.
    pub n: u64,
    /// Mean squared error.
    pub mse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// Root of the pooled mean squared error.
    pub rmse: f64,
    /// Mean absolute percentage error over targets of at least 0.05, in percent; undefined if there are none.
    pub mape: Option<f64>,
    /// Share of points below 0.05, which MAPE leaves out.
    pub mape_dropped: f64,
    /// Mean of `|e| / max(y, 0.05)`, in percent: every point counts.
    pub mape_clipped: f64,
    /// Mean of `2 |e| / (|y| + |forecast|)`, in percent; a point where both are 0 counts 0.
    pub smape: f64,
    /// `100 Σ|e| / Σ|y|`, in percent; undefined if all targets are 0.
    pub wape: Option<f64>,
    /// MAE over the training MAE of persistence at the same step; undefined if that is 0.
    pub mase: Option<f64>,
    /// `1 - MSE / MSE of persistence` on the same points; undefined if that is 0 or was not computed.
    pub skill: Option<f64>,
}

/// Mean and sample standard deviation over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Sample standard deviation; undefined with one seed and for closed-form models.
    pub sd: Option<f64>,
}

/// One model, all seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelResult {
    /// Id as in the config.
    pub id: String,
    /// Trained once per seed; otherwise closed form.
    pub learned: bool,
    /// Number of fitted numbers.
    pub n_params: usize,
    /// Tensor library that computed it; empty for closed-form models.
    pub backend: String,
    /// Finished seeds (one entry for a closed-form model).
    pub seeds: Vec<SeedResult>,
    /// RMSE over seeds.
    pub rmse: Option<Spread>,
    /// MAE over seeds.
    pub mae: Option<Spread>,
    /// MSE over seeds.
    pub mse: Option<Spread>,
    /// Skill over seeds.
    pub skill: Option<Spread>,
    /// MAPE over seeds.
    pub mape: Option<Spread>,
    /// WAPE over seeds.
    pub wape: Option<Spread>,
    /// MASE over seeds.
    pub mase: Option<Spread>,
    /// RMSE per node (order of [`ProtocolSummary::nodes`]), mean over seeds; undefined where a node has no point.
    pub rmse_by_node: Vec<Option<f64>>,
    /// What was chosen on validation, for example a ridge penalty.
    pub chosen: String,
    /// Errors at every scored step ahead.
    pub by_horizon: Vec<HorizonResult>,
    /// Errors by tenth of the load.
    pub by_decile: Vec<DecileResult>,
    /// Conformal interval; undefined with fewer than 10 validation points.
    pub interval: Option<IntervalResult>,
    /// Errors on the common core of node samples; absent where all nodes are used.
    pub core: Option<CoreResult>,
    /// The trained model under noise, gaps and lost edges; empty unless the study asks for it.
    pub conditions: Vec<ConditionResult>,
}

/// Why training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// Closed form: nothing to stop.
    #[default]
    Fitted,
    /// The planned epochs were done.
    Planned,
    /// Validation did not improve for the patience.
    Early,
    /// The reader pressed Stop; the best weights so far are scored.
    Asked,
    /// The loss was no longer a number; the last good weights are scored.
    Diverged,
}

/// Name of the file of a trained model.
pub fn model_file(id: &str, seed: u32) -> String {
    format!("{id}-{seed}.safetensors")
}

/// One training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeedResult {
    /// Seed of init, shuffle and dropout.
    pub seed: u32,
    /// Errors on the test part with the best weights.
    pub metrics: Metrics,
    /// Loss curve, one point per finished epoch.
    pub curve: Vec<EpochPoint>,
    /// Epoch (from 1) whose weights are scored; 0 for closed-form models.
    pub best_epoch: usize,
    /// Why it ended.
    pub stop: StopReason,
    /// SHA-256 of the scored weights (little-endian f32 or f64).
    pub weights_sha256: String,
    /// Loss of each epoch of pre-training; empty for models without.
    pub pretraining: Vec<f64>,
    /// Mixing weights over the epochs; empty for models without.
    pub mixing: Vec<Mixing>,
}

/// Losses of one epoch, in the scale of the model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpochPoint {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Mean squared error over the training windows, while the weights were moving.
    pub train: f64,
    /// Mean squared error over the validation windows after the epoch.
    pub validation: f64,
    /// Learning rate of the epoch.
    pub rate: f64,
    /// Largest global gradient norm of the epoch, before clipping.
    pub gradient_norm: f64,
}

/// Verdict of a comparison, in the page's four phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// `a` is better: of errors, Holm-adjusted p below .05 and the interval without 0; of detectors, the interval alone.
    Better,
    /// `a` is worse, by the same rule.
    Worse,
    /// Neither.
    NoDifference,
    /// Cannot be tested.
    Undefined,
}

/// Diebold-Mariano test of two models on per-origin mean squared errors (MODELS.md A.12).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// First model.
    pub a: String,
    /// Second model.
    pub b: String,
    /// Mean squared error of `a` minus that of `b`, averaged over seeds.
    pub difference: f64,
    /// Moving-block bootstrap 95 % interval of the difference.
    pub interval: Option<(f64, f64)>,
    /// Two-sided p value, Newey-West variance.
    pub p: Option<f64>,
    /// The same after Holm's correction over all comparisons of the report.
    pub p_holm: Option<f64>,
    /// The verdict on `a`.
    pub outcome: Outcome,
    /// Why it is undefined, else empty.
    pub reason: String,
}

/// Truth and forecasts over the test part, for the chart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ForecastBoard {
    /// First target bin.
    pub first_bin: usize,
    /// Number of consecutive target bins.
    pub n_bins: usize,
    /// Truth in percent, `[n_bins, N]`; `None` where it was not observed.
    pub truth: Vec<Option<f32>>,
    /// One entry per model.
    pub models: Vec<ForecastLine>,
}

/// Forecasts of one model: the mean over its seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ForecastLine {
    /// Model id.
    pub id: String,
    /// Forecast in percent, `[n_bins, N]`; `None` where the origin was left out.
    pub values: Vec<Option<f32>>,
}

/// The graph that the model used, averaged over the test origins and heads (first seed).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LearnedGraph {
    /// Node names, in order.
    pub nodes: Vec<String>,
    /// Mean kept edge weight, `[N, N]`; row i receives from column j; the diagonal is 0.
    pub weights: Vec<f32>,
    /// Shares of the record, correlation and attention channels.
    pub lambda: [f32; 3],
    /// Share of the spatial encoding in the fusion; undefined for a gate.
    pub alpha: Option<f32>,
    /// Neighbours kept per row.
    pub kept_per_row: usize,
    /// Mean share of kept edges that stay from one graph to the next.
    pub overlap: Option<f64>,
    /// How alike the nodes become, layer by layer.
    pub smoothing: Vec<Smoothing>,
    /// The graph at up to 12 moments of the test part, in time order.
    pub moments: Vec<GraphMoment>,
}

/// Wall-clock time of one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Model id.
    pub model: String,
    /// Seed; 0 for closed-form models.
    pub seed: u32,
    /// Seconds.
    pub secs: f64,
    /// Milliseconds for the forecast of all nodes at one origin; absent for closed-form models.
    pub forecast_millis: Option<f64>,
    /// Index of the study's cell.
    pub cell: usize,
}
