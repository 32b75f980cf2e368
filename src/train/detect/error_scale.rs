//! Errors of instances on one scale (GDN; MODELS.md B.13): `(|e| − median) / (|IQR| + 0.01)`, with median and quartiles
//! of normal validation windows, then the mean of a window and the three before it, then the largest instance.

use std::collections::BTreeMap;

use crate::detect::{Fold, Window};

/// Added to the distance of the quartiles.
const SMALLEST_IQR: f32 = 1e-2;
/// Windows that are averaged.
const SMOOTHED: u32 = 4;

/// What errors are usual, and those that were seen last.
#[derive(Debug)]
pub(super) struct ErrorScale {
    windows: Vec<Window>,
    n_seen: usize,
    /// `[seen windows, I]`.
    errors: Vec<f32>,
    /// Median and distance of the quartiles of each instance.
    usual: Vec<(f32, f32)>,
    /// Deviations `[I]` by run and last snapshot: those that the last call used.
    memory: BTreeMap<(u32, u32), Vec<f32>>,
}

impl ErrorScale {
    /// Of normal validation windows; of the training part's where validation has none, and never of the test part's.
    pub(super) fn new(fold: &Fold) -> Self {
        let mut windows: Vec<Window> = fold.validation.iter().filter(|window| window.is_normal()).copied().collect();
        if windows.is_empty() {
            windows.clone_from(&fold.normal);
        }
        Self { windows, n_seen: 0, errors: Vec::new(), usual: Vec::new(), memory: BTreeMap::new() }
    }

    /// The next windows to learn from.
    pub(super) fn next(&self, n: usize) -> Vec<Window> {
        self.windows[self.n_seen..].iter().take(n).copied().collect()
    }

    /// Takes the errors of the [next](Self::next) windows.
    pub(super) fn learn(&mut self, errors: &[f32], n_series: usize) {
        self.errors.extend_from_slice(errors);
        self.n_seen = self.errors.len() / n_series;
        if self.n_seen < self.windows.len() {
            return;
        }
        let usual = |series: usize| {
            let mut of_series: Vec<f32> = self.errors.iter().skip(series).step_by(n_series).copied().collect();
            of_series.sort_unstable_by(f32::total_cmp);
            let at = |share| quantile(&of_series, share);
            (at(0.5), (at(0.75) - at(0.25)).abs() + SMALLEST_IQR)
        };
        self.usual = (0..n_series).map(usual).collect();
        self.errors = Vec::new();
    }

    pub(super) fn is_known(&self) -> bool {
        self.n_seen == self.windows.len()
    }

    /// The windows whose errors are needed and not known: these and the three before each, as far as the run goes back.
    pub(super) fn unknown(&self, fold: &Fold, windows: &[Window]) -> Vec<Window> {
        let needed: BTreeMap<(u32, u32), Window> = windows.iter().flat_map(|&window| smoothed(fold, window)).collect();
        needed.into_iter().filter(|(key, _)| !self.memory.contains_key(key)).map(|(_, window)| window).collect()
    }

    /// Smoothed deviations of windows, with the errors of those that were [unknown](Self::unknown).
    pub(super) fn rows(
        &mut self,
        fold: &Fold,
        windows: &[Window],
        (new, errors): (&[Window], &[f32]),
    ) -> Vec<Vec<f32>> {
        let n_series = self.usual.len().max(1);
        for (window, errors) in new.iter().zip(errors.chunks_exact(n_series)) {
            let deviations = errors.iter().zip(&self.usual).map(|(error, (median, iqr))| (error - median) / iqr);
            self.memory.insert((window.run, window.last), deviations.collect());
        }
        let row = |&window: &Window| {
            let rows: Vec<&Vec<f32>> = smoothed(fold, window).map(|(key, _)| &self.memory[&key]).collect();
            let mean = |i: usize| rows.iter().map(|row| row[i]).sum::<f32>() / rows.len() as f32;
            (0..n_series).map(mean).collect()
        };
        let found = windows.iter().map(row).collect();
        let used: BTreeMap<(u32, u32), Window> = windows.iter().flat_map(|&window| smoothed(fold, window)).collect();
        self.memory.retain(|key, _| used.contains_key(key));
        found
    }
}

/// A window and the three before it.
fn smoothed(fold: &Fold, window: Window) -> impl Iterator<Item = ((u32, u32), Window)> {
    let earliest = (fold.sequence as u32 - 1).max((window.last + 1).saturating_sub(SMOOTHED));
    (earliest..=window.last).map(move |last| ((window.run, last), Window { last, ..window }))
}

/// By linear interpolation between the sorted values; 0 of nothing.
fn quantile(sorted: &[f32], share: f32) -> f32 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let at = share * last as f32;
    let below = at as usize;
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f32) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn a_deviation_is_the_published_one() {
        let window = |last: u32| Window { run: 0, last, label: false, buffer: false, episode: None };
        let mut scale = ErrorScale {
            windows: (0..4).map(window).collect(),
            n_seen: 0,
            errors: Vec::new(),
            usual: Vec::new(),
            memory: BTreeMap::new(),
        };
        assert_eq!(scale.next(3).len(), 3);
        scale.learn(&[0.4, 0.1, 0.3], 1);
        assert!(!scale.is_known());
        scale.learn(&[0.2], 1);
        assert!(scale.is_known());
        let (median, iqr) = scale.usual[0];
        assert!(((2.0 - median) / iqr - 10.9375).abs() < 1e-3);
    }
}
