//! Detectors without tensors: deviations, control charts, trees, distances (MODELS.md B.12, B.13 and B.17).
//!
//! In goes a [`Fold`](crate::detect::Fold), out come the scores of its windows. Whatever is fitted is fitted on training
//! windows, and a score needs nothing after its window. Knows no tensors, no thresholds and no report.
//!
//! What is written here and not taken from a crate, and why:
//! - isolation forest: `extended-isolation-forest` draws from the thread's generator;
//! - boosted trees: `gbdt` does too; `smartcore` boosts for regression only;
//! - DBSCAN: `linfa-clustering` and `smartcore` keep labels and forget the core points, which are all that a new point is
//!   compared with; `augurs-outlier` is about series that leave their group;
//! - logistic regression: `linfa-logistic` brings an optimiser and an array library for thirty lines of Newton, and rows
//!   cannot be weighted;
//! - matrix profile: a join that leaves out pieces of a series, and whatever shares snapshots with the query.
//!
//! Matrices and their decompositions come from nalgebra.

mod fit;
mod scores;

mod features;
mod levels;
mod rank;

mod deviation;

mod chart;
mod symmetry;

mod clock;
mod logistic;
mod logreg;

mod forest;
mod gbm;
mod trees;

mod dbscan;
mod pca;
mod profile;

mod anchor;

pub use anchor::{Anchor, AnchorError, AnchorKind, anchor};
pub use fit::{blame, fit_and_score};
pub use scores::Scores;
