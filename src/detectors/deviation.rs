//! `zmax` and `ztop3`: the bar to beat (MODELS.md B.13).

use super::Scores;
use super::levels::Levels;
use crate::detect::Fold;

/// `|z|` of each instance, the mean over the window, of all test windows, `[test windows, I]`.
pub(super) fn of_instances(fold: &Fold) -> Vec<f32> {
    let levels = Levels::new(fold);
    fold.test.iter().flat_map(|&window| levels.window_mean(window)).map(f32::abs).collect()
}

/// Mean of the `k` largest `|z|` of the instances, each the mean over the window.
///
/// Values of a fold are deviations from training-normal already, with a floor under the divisor (B.4), so nothing is
/// fitted here; of unscaled values it is the busiest instance.
pub(super) fn mean_of_top(fold: &Fold, k: usize) -> Scores {
    let levels = Levels::new(fold);
    Scores::of(fold, |window| {
        let mut deviations: Vec<f32> = levels.window_mean(window).into_iter().map(f32::abs).collect();
        deviations.sort_unstable_by(|a, b| b.total_cmp(a));
        deviations.truncate(k);
        deviations.iter().sum::<f32>() / deviations.len() as f32
    })
}
