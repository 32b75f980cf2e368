//! How good a detection is: scores of windows and what was true in, [`DetectionMetrics`] out (MODELS.md B.14).
//!
//! A score is any number that is larger where a fault is more likely; a window raises an alarm if its score reaches
//! the threshold. A score that is not a number never does. What would divide by 0 is undefined (`None`), never 0 or 1.
//! Knows no tensors and not which detector it judges.

mod outcome;

mod truth;

mod ranking;

mod confusion;

mod calibration;

mod threshold;

mod curves;

mod events;

mod ranges;

mod affiliation;

mod clusters;

mod silhouette;

#[cfg(feature = "engine")]
mod pca;

mod lies;

mod judge;

pub use affiliation::affiliation;
pub use calibration::{brier, prior_shift, reliability};
pub use clusters::{Measure, Resamples, cluster_difference, cluster_interval, clusters};
pub use confusion::{accuracy, balanced_accuracy, classes, confusion, f1, matthews, mean_scores, weighted_scores};
pub use curves::{MAX_POINTS, pr_curve, roc_curve};
pub use events::{budget, budget_thresholds, events};
pub use judge::judge;
pub use lies::lies;
pub use outcome::{
    BudgetRow, ClassScores, Confusion, CurvePoint, DetectionMetrics, Embedding, EpisodeRow, EventMetrics, LieRow,
    ReliabilityBin,
};
#[cfg(feature = "engine")]
pub use pca::{Pca, embedding};
pub use ranges::{Areas, VUS_BUFFER, point_adjusted, range_areas, volumes};
pub use ranking::{Cut, Ranking, average_precision, fpr_at_recall, roc_auc};
pub use silhouette::silhouette;
pub use threshold::{best_f1, budget_cut, found_at_alarms, paper_cut, share_between};
pub use truth::{Alarms, Instant, Span, Truth};

/// A quotient, or `None` where it would divide by 0.
fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    (denominator > 0.0).then(|| numerator / denominator)
}

/// A threshold for a report, which has no infinity.
fn finite(threshold: f32) -> Option<f64> {
    threshold.is_finite().then_some(f64::from(threshold))
}
