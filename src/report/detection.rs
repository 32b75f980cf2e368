//! What a run of detection found (MODELS.md part B), as plain data.

use serde::{Deserialize, Serialize};

use super::{EpochPoint, Outcome, Spread, StopReason};

/// Everything about a run of detection that a report of forecasting has no place for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectionReport {
    /// The cells of the study, the reference first; one without a study.
    pub cells: Vec<DetectCellResult>,
    /// The first cell's windows, scores and embeddings, for the figures.
    pub board: Option<DetectBoard>,
    /// The same scores of the first cell under every metric, beside random ones.
    pub lies: Vec<LieRow>,
    /// What was checked about leaks, of the first cell.
    pub audit: Vec<AuditResult>,
    // What only some runs ask for is left out of all others, so that they keep their digests.
    /// Mean areas of a control with moved labels, one per detector.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shifts: Vec<ShiftResult>,
    /// What one propagation costs, counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub costs: Vec<CostRow>,
    /// Why there are scores and no measures; empty where there are.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub withheld: String,
}

/// A control: what a detector scores with labels that say nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShiftResult {
    /// Id of the detector.
    pub id: String,
    /// Shifts with an area.
    pub n: usize,
    /// Mean area under the ROC curve over the shifts.
    pub mean: f64,
    /// Its standard error: the deviation over the shifts by the root of their number.
    pub standard_error: f64,
}

impl ShiftResult {
    /// Whether one half lies within two standard errors of the mean.
    pub fn holds_half(&self) -> bool {
        (self.mean - 0.5).abs() <= 2.0 * self.standard_error
    }
}

/// Multiply-adds of one product of `Â` with `H` columns, for all snapshots of a row (MODELS.md B.18, D.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostRow {
    /// What is varied: `snapshots`, `services` or `slices`.
    pub axis: String,
    /// Its value.
    pub value: u64,
    /// Nodes of a snapshot.
    pub nodes: u64,
    /// Edges of a snapshot, without loops.
    pub edges: u64,
    /// Entries of `Â` that are not zero.
    pub nonzeros: u64,
    /// Multiply-adds by the structure, entry by entry.
    pub structured: u64,
    /// The same in the blocks that the networks multiply: `T` and `M` with their zeros.
    pub blocks: u64,
    /// Multiply-adds of the dense product.
    pub dense: u64,
}

/// One config of a study.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectCellResult {
    /// What the cell belongs to.
    pub group: String,
    /// The value or the variant; empty without a study.
    pub label: String,
    /// Place on a numeric axis; absent for variants.
    pub x: Option<f64>,
    /// SHA-256 of the cell's config.
    pub config_sha256: String,
    /// Windows of training, validation and test.
    pub parts: Vec<WindowCount>,
    /// What is worth knowing about how the windows were told apart.
    pub remarks: Vec<String>,
    /// The detectors, without those that are not finished.
    pub detectors: Vec<DetectorResult>,
    /// Each detector's average precision against that of `zmax`, or of the first detector.
    pub differences: Vec<DetectDifference>,
}

/// How many windows a part has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowCount {
    /// `training`, `validation`, `test`, `normal` or `synthetic`.
    pub name: String,
    /// Runs or blocks that it has windows of.
    pub runs: usize,
    /// Windows without a fault, outside the buffer.
    pub normal: u64,
    /// Windows with a fault, outside the buffer.
    pub faulty: u64,
    /// Windows around the ends of faults.
    pub buffer: u64,
    /// Faults that it has windows of.
    pub episodes: usize,
}

/// A number with a stable id; undefined where it is absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Stable id, for example `ap` or `episodes_found`.
    pub id: String,
    /// The number.
    pub value: Option<f64>,
}

/// One detector of a cell, all seeds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectorResult {
    /// Id as in the config.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// `labels`, `normal_only` or `none`: what it learned from.
    pub supervision: String,
    /// Trained by gradient steps.
    pub learned: bool,
    /// Number of fitted numbers.
    pub n_params: usize,
    /// Tensor library; empty without one.
    pub backend: String,
    /// Finished seeds; one entry for detectors without chance.
    pub seeds: Vec<DetectSeed>,
    /// Mean and spread over seeds of every measure that all seeds define.
    pub spreads: Vec<MeasureSpread>,
}

/// A measure over seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasureSpread {
    /// Id of the measure.
    pub id: String,
    /// Over seeds.
    pub spread: Spread,
}

/// One seed of a detector, over all folds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectSeed {
    /// Seed; 0 for detectors without chance.
    pub seed: u32,
    /// Frozen thresholds, one per fold; absent where validation could not choose one.
    pub thresholds: Vec<Option<f64>>,
    /// True negatives, false positives, false negatives, true positives on the test windows outside the buffer.
    pub confusion: [u64; 4],
    /// All measures.
    pub measures: Vec<Measured>,
    /// Measures of each fault type against the normal windows.
    pub kinds: Vec<KindResult>,
    /// ROC curve: false and true alarm rate; empty where undefined.
    pub roc: Vec<(f64, f64)>,
    /// Precision-recall curve: recall and precision; empty where undefined.
    pub pr: Vec<(f64, f64)>,
    /// Other thresholds: what they would have given on the test windows.
    pub choices: Vec<ThresholdChoice>,
    /// What thresholds cost in alarms, on validation and on test.
    pub budget: Vec<BudgetRow>,
    /// Loss curve; empty for detectors that are not trained by gradient steps.
    pub curve: Vec<EpochPoint>,
    /// Accuracy on training and validation windows after each epoch.
    pub accuracy: Vec<(f64, f64)>,
    /// Epoch whose weights are scored, from 1; 0 without epochs.
    pub best_epoch: usize,
    /// Why training ended.
    pub stop: StopReason,
    /// What was chosen on validation.
    pub chosen: String,
    /// SHA-256 of the scored weights and scores.
    pub weights_sha256: String,
    /// Whether the true target is found; absent unless it is asked where a fault is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub located: Option<Located>,
}

/// How often the instance that a fault was aimed at is among the most suspicious ones: over the faulty test windows outside
/// the buffer whose target is known. Undefined without any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Located {
    /// Windows.
    pub n: u64,
    /// Faults that they belong to.
    pub episodes: u64,
    /// Of the windows, those with the target in the first place.
    pub first: u64,
    /// Those with the target in the first three places.
    pub three: u64,
}

/// One fault type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KindResult {
    /// Fault type as labelled.
    pub kind: String,
    /// Faulty windows of this type outside the buffer.
    pub n: u64,
    /// Area under the ROC curve, this type against all normal windows.
    pub auc: Option<f64>,
    /// Average precision, the same windows.
    pub ap: Option<f64>,
    /// Faults of this type.
    pub episodes: usize,
    /// Of these, found at the frozen threshold.
    pub found: usize,
}

/// A threshold by another rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdChoice {
    /// `half`, `paper`, `best_f1`, `alarms` or `prior`.
    pub rule: String,
    /// The threshold; absent where it cannot be chosen.
    pub threshold: Option<f64>,
    /// Its F1 on the test windows.
    pub f1: Option<f64>,
    /// Its false alarms per hour on the test windows.
    pub alarms_per_hour: Option<f64>,
    /// Share of faults it finds.
    pub found: Option<f64>,
}

/// What a threshold costs and gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BudgetRow {
    /// The threshold.
    pub threshold: f64,
    /// False alarms per week of normal operation, on validation.
    pub validation_per_week: f64,
    /// The same on the test windows.
    pub test_per_week: f64,
    /// Faults found in the test windows.
    pub found: usize,
    /// Median delay in seconds of those found.
    pub delay_secs: Option<f64>,
}

/// A difference between two detectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DetectDifference {
    /// First detector.
    pub a: String,
    /// Second detector.
    pub b: String,
    /// Average precision of `a` minus that of `b`, mean over seeds.
    pub difference: Option<f64>,
    /// Bootstrap over runs or episodes, 95 %.
    pub interval: Option<(f64, f64)>,
}

impl DetectDifference {
    /// Clear where the interval does not hold 0.
    pub fn outcome(&self) -> Outcome {
        match self.interval {
            Some((low, _)) if low > 0.0 => Outcome::Better,
            Some((_, high)) if high < 0.0 => Outcome::Worse,
            Some(_) => Outcome::NoDifference,
            None => Outcome::Undefined,
        }
    }
}

/// The test windows of the first cell.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DetectBoard {
    /// Seconds between two snapshots.
    pub window_secs: f64,
    /// Names of the instances.
    pub instances: Vec<String>,
    /// Names of the runs.
    pub runs: Vec<String>,
    /// Start of each run on the clock of the data.
    pub start_millis: Vec<i64>,
    /// Run of each test window.
    pub run: Vec<u32>,
    /// Last snapshot of each test window, within its run.
    pub last: Vec<u32>,
    /// 0 normal, 1 faulty, plus 2 in the buffer.
    pub label: Vec<u8>,
    /// Fold that each test window is scored by.
    pub fold: Vec<u32>,
    /// Faults of the runs that have test windows.
    pub episodes: Vec<BoardEpisode>,
    /// Scores, one entry per detector: its first seed.
    pub lines: Vec<ScoreLine>,
    /// Embeddings of some test windows, one per picture.
    pub embeddings: Vec<EmbeddingView>,
    /// Instances behind alarms; empty unless it is asked where a fault is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub located: Vec<LocatedLine>,
    /// Calls in these windows; absent also where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<BoardCalls>,
}

/// The most suspicious instances of one detector's alarms.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct LocatedLine {
    /// Id of the detector.
    pub id: String,
    /// Test windows with an alarm, ascending; evenly chosen where there are many.
    pub windows: Vec<u32>,
    /// Of each window the indices of its instances, the most suspicious first, at most three.
    pub instances: Vec<Vec<u32>>,
    /// Their scores: a probability, a deviation or `|z|`, as the detector has it.
    pub scores: Vec<Vec<f32>>,
}

/// The call edges with the most unusual durations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct BoardCalls {
    /// Caller and callee of each edge.
    pub edges: Vec<(String, String)>,
    /// Test windows, ascending: those of the located alarms.
    pub windows: Vec<u32>,
    /// Of the last snapshot of each, the edges whose standardised durations are farthest from 0, at most three, with them.
    pub unusual: Vec<Vec<(u32, f32)>>,
}

/// A fault on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardEpisode {
    /// Index of the run.
    pub run: u32,
    /// From when, in seconds of the run.
    pub start_secs: f64,
    /// Until when.
    pub end_secs: f64,
    /// Fault type.
    pub kind: String,
    /// What it was aimed at.
    pub target: String,
}

/// Scores of one detector on the test windows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScoreLine {
    /// Id of the detector.
    pub id: String,
    /// One per test window.
    pub scores: Vec<f32>,
    /// Thresholds, one per fold; absent where there is none.
    pub thresholds: Vec<Option<f64>>,
}

/// Windows as points of a plane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmbeddingView {
    /// Id of the detector, or `raw`.
    pub id: String,
    /// `trained`, `untrained` or `raw`.
    pub state: String,
    /// Shares of the variance that the two components explain.
    pub explained: Vec<f64>,
    /// Index of the test window of each point.
    pub window: Vec<u32>,
    /// First component.
    pub x: Vec<f32>,
    /// Second component.
    pub y: Vec<f32>,
    /// Silhouette of the true classes; undefined with one class.
    pub silhouette: Option<f64>,
    /// Area under the ROC curve of the first component alone; undefined with one class.
    pub auc: Option<f64>,
}

/// One detector under every metric.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LieRow {
    /// Id of the detector, or what was scored in its place.
    pub id: String,
    /// Measures by id.
    pub measures: Vec<Measured>,
}

/// One check on leaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditResult {
    /// Stable id.
    pub id: String,
    /// What was checked.
    pub title: String,
    /// Whether it held; absent where it does not apply.
    pub passed: Option<bool>,
    /// What was found, with numbers.
    pub detail: String,
}

/// Whether the first window scored in an episode ends soon enough after the onset, within a minute or two windows, to
/// tell a delay: where a part begins in mid-fault, nobody was there to be quick or slow.
pub fn sees_onset(late_millis: i64, step_millis: i64) -> bool {
    late_millis <= (2 * step_millis).max(60_000)
}

impl DetectorResult {
    /// A measure over seeds; `None` where it is undefined.
    pub fn measured(&self, id: &str) -> Option<Spread> {
        self.spreads.iter().find(|measure| measure.id == id).map(|measure| measure.spread)
    }
}

impl DetectCellResult {
    /// The detector that the cell is about: the paper's, else the first network, else the first that might win, else
    /// any.
    pub fn chosen(&self) -> Option<&DetectorResult> {
        let all = || self.detectors.iter();
        all()
            .find(|detector| detector.id == "integrated")
            .or_else(|| all().find(|detector| detector.learned))
            .or_else(|| all().find(|detector| !matches!(detector.id.as_str(), "clock" | "prior")))
            .or_else(|| all().next())
    }

    /// The detector that is asked for, else the one that the cell is about.
    pub fn shown(&self, asked: Option<&str>) -> Option<&DetectorResult> {
        let found = asked.and_then(|asked| self.detectors.iter().find(|detector| detector.id == asked));
        found.or_else(|| self.chosen())
    }
}

impl ScoreLine {
    /// Whether a window, scored by this fold, raises an alarm; `None` without a threshold.
    pub fn alarm(&self, window: usize, fold: u32) -> Option<bool> {
        let threshold = self.thresholds.get(fold as usize).copied()??;
        self.scores.get(window).map(|score| f64::from(*score) >= threshold)
    }
}

impl DetectBoard {
    /// The instances behind an alarm of a detector, with their scores.
    pub fn located(&self, id: &str, window: u32) -> Option<(&[u32], &[f32])> {
        let line = self.located.iter().find(|line| line.id == id)?;
        let at = line.windows.binary_search(&window).ok()?;
        Some((line.instances.get(at)?, line.scores.get(at)?))
    }

    /// The unusual calls of a window, caller and callee, with their standardised durations.
    pub fn unusual_calls(&self, window: u32) -> Vec<(String, f32)> {
        let known = self.calls.as_ref().and_then(|calls| Some((calls, calls.windows.binary_search(&window).ok()?)));
        let Some((calls, at)) = known else { return Vec::new() };
        let named = |&(edge, duration): &(u32, f32)| {
            let (caller, callee) = calls.edges.get(edge as usize)?;
            Some((format!("{caller} → {callee}"), duration))
        };
        calls.unusual.get(at).map_or_else(Vec::new, |edges| edges.iter().filter_map(named).collect())
    }

    /// Second of its run in which a test window ends.
    pub fn end_secs(&self, window: usize) -> f64 {
        f64::from(self.last.get(window).copied().unwrap_or(0) + 1) * self.window_secs
    }

    /// Test windows of a run that lie in a stretch of its seconds, at least in part.
    pub fn windows_in(&self, run: u32, from: f64, to: f64) -> Vec<u32> {
        let lies_in = |idx: &usize| {
            let end = self.end_secs(*idx);
            self.run.get(*idx) == Some(&run) && end > from && end - self.window_secs < to
        };
        (0..self.last.len()).filter(lies_in).map(|idx| idx as u32).collect()
    }

    /// Whether a window raises an alarm of a detector; `None` where it has no threshold.
    pub fn alarm(&self, line: &ScoreLine, window: usize) -> Option<bool> {
        line.alarm(window, self.fold.get(window).copied().unwrap_or(0))
    }
}
