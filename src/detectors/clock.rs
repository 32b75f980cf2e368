//! `clock` and `prior`: what can be had without looking at the data (MODELS.md B.7 and B.13).
//!
//! Both learn from real training windows only: a made-up window has no moment, and no share in the prevalence.

use super::Scores;
use super::logistic::{Logistic, Problem};
use crate::detect::{Fold, Window};
use crate::stream::Stream;

/// Width of a bin of elapsed time.
const BIN_MILLIS: i64 = 300_000;

/// Bin of the time from the start of the run to the decision.
fn bin(fold: &Fold, window: Window) -> usize {
    let elapsed = i64::from(window.last) * fold.window_millis;
    (elapsed / BIN_MILLIS) as usize
}

/// Logistic regression on one-hot bins of elapsed time. A bin that training does not hold has weight 0.
pub(super) fn clock(fold: &Fold) -> Scores {
    let width = fold.train.iter().map(|&window| bin(fold, window) + 1).max().unwrap_or(1);
    // All windows of a bin have the same features: one row per bin and class says everything.
    let mut counts = vec![[0.0; 2]; width];
    fold.train.iter().for_each(|&window| counts[bin(fold, window)][usize::from(window.label)] += 1.0);
    let one_hot = |bin: usize| (0..width).map(move |at| f32::from(u8::from(at == bin)));
    let rows: Vec<f32> = (0..width).flat_map(|bin| one_hot(bin).chain(one_hot(bin))).collect();
    let labels: Vec<bool> = (0..width).flat_map(|_| [false, true]).collect();
    let fitted = Logistic::fit(Problem { rows: &rows, width, labels: &labels, weights: counts.as_flattened() });
    let score = |window| fitted.probability(&one_hot(bin(fold, window)).collect::<Vec<f32>>()) as f32;
    Scores { n_params: fitted.n_params(), is_probability: true, ..Scores::of(fold, score) }
}

/// Says “fault” at random, as often as training has one: 1 or 0.
pub(super) fn prior(fold: &Fold, seed: u32) -> Scores {
    let n_faulty = fold.train.iter().filter(|window| window.label).count();
    let prevalence = n_faulty as f32 / fold.train.len() as f32;
    let mut rng = Stream::Sample.rng(seed, "prior");
    let scores = Scores::of(fold, |_| f32::from(u8::from(rng.unit() < prevalence)));
    Scores { n_params: 1, chosen: format!("prevalence {prevalence:.4}"), is_probability: true, ..scores }
}
