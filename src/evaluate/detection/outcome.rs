//! What is found out about a detection: one [`DetectionMetrics`] per detector and seed (MODELS.md B.14, B.15).
//!
//! Undefined is `None`, never 0 or 1; no value is NaN or infinite.

/// Windows by what was true and what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion {
    /// Normal, and no alarm.
    pub tn: u64,
    /// Normal, and an alarm.
    pub fp: u64,
    /// Fault, and no alarm.
    pub missed: u64,
    /// Fault, and an alarm.
    pub tp: u64,
}

impl Confusion {
    /// All windows.
    pub fn n(&self) -> u64 {
        self.tn + self.fp + self.missed + self.tp
    }
}

/// Precision, recall and F1 of a class, or a mean of classes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClassScores {
    /// Share of the windows given to the class that belong to it.
    pub precision: Option<f64>,
    /// Share of the windows of the class that were given to it.
    pub recall: Option<f64>,
    /// Harmonic mean of the two.
    pub f1: Option<f64>,
    /// Windows of the class.
    pub support: u64,
}

/// A point of a curve over thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Windows with at least this score are flagged; `None` where no number says it.
    pub threshold: Option<f64>,
    /// False positive rate, or recall.
    pub x: f64,
    /// Recall, or precision.
    pub y: f64,
}

/// Windows of similar score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// Mean score.
    pub score: f64,
    /// Share of faults.
    pub share: f64,
    /// Windows.
    pub n: u64,
}

/// What became of one episode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EpisodeRow {
    /// Index of the episode.
    pub episode: u32,
    /// Windows that were scored in it.
    pub n_windows: u64,
    /// Those of them that raised an alarm.
    pub n_alarms: u64,
    /// Seconds from its onset until two consecutive windows had raised an alarm; undefined where its onset was not scored.
    pub delay_secs: Option<f64>,
}

/// Episodes found, how late, and false alarms.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EventMetrics {
    /// Episodes with at least one scored window.
    pub n_episodes: u64,
    /// Episodes with at least one alarm.
    pub found: u64,
    /// Median over the episodes that have a delay.
    pub median_delay_secs: Option<f64>,
    /// Alarms on normal windows outside buffers; those of a run within 60 s are one.
    pub false_alarms: u64,
    /// Time covered by normal windows outside buffers.
    pub normal_hours: f64,
    /// False alarms over normal hours.
    pub false_alarms_per_hour: Option<f64>,
    /// One row per episode that was scored, in order.
    pub episodes: Vec<EpisodeRow>,
}

/// What a threshold would cost and bring.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetRow {
    /// The threshold.
    pub threshold: f64,
    /// False alarms in 168 normal hours.
    pub alarms_per_week: Option<f64>,
    /// Episodes with at least one alarm.
    pub found: u64,
    /// Median delay of the episodes that have one.
    pub median_delay_secs: Option<f64>,
}

/// Everything about one detector and seed on the test windows, at the frozen threshold.
///
/// Measures of single windows leave out the buffers; those of ranges and events see all windows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DetectionMetrics {
    /// The threshold; `None` if it is not finite.
    pub threshold: Option<f64>,
    /// Windows outside buffers.
    pub confusion: Confusion,
    /// Windows inside buffers.
    pub buffer: Confusion,
    /// Share told right.
    pub accuracy: Option<f64>,
    /// Mean of the two recalls.
    pub balanced_accuracy: Option<f64>,
    /// Matthews correlation coefficient.
    pub matthews: Option<f64>,
    /// Normal, fault, their plain mean and their mean weighted by support.
    pub classes: [ClassScores; 4],
    /// Area under the ROC curve, ties counted ½.
    pub roc_auc: Option<f64>,
    /// Average precision over distinct scores.
    pub average_precision: Option<f64>,
    /// 95 % intervals of F1 of the fault class, ROC AUC and average precision, resampled over episodes.
    pub intervals: [Option<(f64, f64)>; 3],
    /// False positive rate at a recall of 0.95.
    pub fpr_at_recall_95: Option<f64>,
    /// Mean squared distance of probabilities from labels; undefined for other scores.
    pub brier: Option<f64>,
    /// Score against share of faults; empty for scores that are no probabilities.
    pub reliability: Vec<ReliabilityBin>,
    /// Volume under the ROC surface over buffer lengths.
    pub vus_roc: Option<f64>,
    /// Volume under the precision-recall surface over buffer lengths.
    pub vus_pr: Option<f64>,
    /// Affiliation precision.
    pub affiliation_precision: Option<f64>,
    /// Affiliation recall.
    pub affiliation_recall: Option<f64>,
    /// F1 after one hit is allowed to earn a whole range; an exhibit, not a result.
    pub point_adjusted_f1: Option<f64>,
    /// Episodes, delays and false alarms.
    pub events: EventMetrics,
    /// The same by threshold, descending.
    pub budget: Vec<BudgetRow>,
    /// False positive rate against recall.
    pub roc: Vec<CurvePoint>,
    /// Recall against precision.
    pub pr: Vec<CurvePoint>,
}

/// The same scores under every measure.
#[derive(Debug, Clone, PartialEq)]
pub struct LieRow {
    /// Detector, or `random` or `always`.
    pub id: String,
    /// Share of windows flagged.
    pub alarm_share: Option<f64>,
    /// Share told right.
    pub accuracy: Option<f64>,
    /// F1 of the fault class.
    pub f1: Option<f64>,
    /// F1 weighted by support.
    pub weighted_f1: Option<f64>,
    /// F1 after point adjustment.
    pub point_adjusted_f1: Option<f64>,
    /// Area under the ROC curve.
    pub roc_auc: Option<f64>,
    /// Average precision.
    pub average_precision: Option<f64>,
    /// Volume under the ROC surface.
    pub vus_roc: Option<f64>,
    /// Volume under the precision-recall surface.
    pub vus_pr: Option<f64>,
    /// Affiliation precision.
    pub affiliation_precision: Option<f64>,
    /// Affiliation recall.
    pub affiliation_recall: Option<f64>,
    /// Share of episodes found.
    pub episodes_found: Option<f64>,
    /// False alarms per normal hour.
    pub false_alarms_per_hour: Option<f64>,
}

/// Test windows in the plane of the two directions in which the training windows vary most.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    /// Coordinates, `[n, 2]`; at most 800 windows, evenly spaced.
    pub points: Vec<f32>,
    /// Whether a fault was active, `[n]`.
    pub labels: Vec<bool>,
    /// Share of the training variance along each direction.
    pub ratios: [f64; 2],
    /// Mean silhouette of the true classes in this plane.
    pub silhouette: Option<f64>,
    /// ROC AUC of the first coordinate.
    pub first_auc: Option<f64>,
}
