//! Labelled runs become training, validation and test windows of a fold (MODELS.md B.1 to B.9). Knows no tensors and no
//! detectors.

mod error;
mod fold;

mod runs;
mod shift;

mod calls;
mod dbscan;
mod episode;
mod patterns;
mod run;

mod split;

mod scale;
mod source;
mod summary;

pub mod smote;

mod audit;
mod cost;

#[cfg(test)]
mod made;

pub use audit::audit;
pub use calls::{Calls, RunCalls};
pub use cost::{COST_AXES, costs};
pub use dbscan::{Clusters, dbscan, kth_distances};
pub use error::DetectError;
pub use fold::{Episode, Fold, RunValues, Synthetic, Window};
pub use runs::{RunSpan, cut, runs};
pub use scale::SnapshotRange;
pub use smote::{Balanced, balance};
pub use source::Source;
pub use split::Part;
pub use summary::{FoldSummary, RunSummary, Shared, WindowCounts};
