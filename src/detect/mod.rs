//! Labelled runs become training, validation and test windows of a fold (MODELS.md B.1 to B.9). Knows no tensors and no
//! detectors.

mod fold;

pub use fold::{Episode, Fold, RunValues, Synthetic, Window};
