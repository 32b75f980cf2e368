//! The paper's printed numbers beside those of a run: the shape, without the numbers.

use super::{Report, Spread};

/// A printed number and ours.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayRow {
    /// The model, as the paper writes it.
    pub model: String,
    /// The measure.
    pub metric: &'static str,
    /// As printed.
    pub published: f64,
    /// Of this run; absent where the model was not run.
    pub ours: Option<Spread>,
    /// Ours minus published.
    pub difference: Option<f64>,
    /// What the difference means, in a word.
    pub flag: &'static str,
    /// Indices into [`footnotes`].
    pub notes: Vec<usize>,
}

/// All printed numbers.
pub fn replay(_: &Report) -> Vec<ReplayRow> {
    Vec::new()
}

/// What has to be known about them.
pub fn footnotes() -> &'static [&'static str] {
    &[]
}
