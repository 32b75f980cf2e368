//! What a detector says of the windows of a fold.

use crate::detect::{Fold, Window};

/// Scores of the windows of a fold; a higher one is more suspicious. All are finite.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scores {
    /// In the order of [`Fold::validation`].
    pub validation: Vec<f32>,
    /// In the order of [`Fold::test`].
    pub test: Vec<f32>,
    /// In the order of [`Fold::normal`]: what is usual, for quantiles.
    pub normal: Vec<f32>,
    /// How many numbers were fitted.
    pub n_params: usize,
    /// What was chosen on the way, for people; empty if nothing was.
    pub chosen: String,
    /// Whether a score is the probability of a fault.
    pub is_probability: bool,
}

impl Scores {
    /// Scores window by window.
    pub(super) fn of(fold: &Fold, mut score: impl FnMut(Window) -> f32) -> Self {
        let mut all = |windows: &[Window]| windows.iter().map(|&window| score(window)).collect();
        Self { validation: all(&fold.validation), test: all(&fold.test), normal: all(&fold.normal), ..Self::default() }
    }

    /// The same score for every window, with the reason: there was nothing to fit.
    pub(super) fn constant(fold: &Fold, score: f32, reason: &str) -> Self {
        Self { chosen: reason.to_owned(), ..Self::of(fold, |_| score) }
    }

    /// Scores from one score per snapshot of each run: that of the last snapshot counts.
    pub(super) fn at_last(fold: &Fold, by_run: &[Vec<f32>]) -> Self {
        Self::of(fold, |window| by_run[window.run as usize][window.last as usize])
    }
}
