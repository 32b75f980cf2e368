//! The level of every instance in every snapshot: the mean of its slices.

use crate::detect::{Fold, Window};

/// Levels of all runs.
#[derive(Debug, Clone)]
pub(super) struct Levels {
    n_instances: usize,
    sequence: u32,
    /// `[S, I]` of each run.
    runs: Vec<Vec<f32>>,
}

/// Mean and population standard deviation of an instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl Levels {
    pub(super) fn new(fold: &Fold) -> Self {
        let (n_instances, n_slices) = (fold.n_instances(), fold.n_slices());
        let level = |slices: &[f32]| slices.iter().sum::<f32>() / n_slices as f32;
        let of_run = |slices: &[f32]| slices.chunks_exact(n_slices).map(level).collect();
        let runs = fold.runs.iter().map(|run| of_run(&run.slices)).collect();
        Self { n_instances, sequence: fold.sequence as u32, runs }
    }

    /// `I`.
    pub(super) fn n_instances(&self) -> usize {
        self.n_instances
    }

    /// `S` of a run.
    pub(super) fn n_snapshots(&self, run: usize) -> usize {
        self.runs[run].len() / self.n_instances.max(1)
    }

    /// `[S, I]` of a run.
    pub(super) fn run(&self, run: usize) -> &[f32] {
        &self.runs[run]
    }

    /// Snapshots of a run, each `[I]`, in the order of time.
    pub(super) fn snapshots(&self, run: usize) -> impl ExactSizeIterator<Item = &[f32]> {
        self.runs[run].chunks_exact(self.n_instances.max(1))
    }

    /// Mean of each instance over a window, `[I]`.
    pub(super) fn window_mean(&self, window: Window) -> Vec<f32> {
        window_mean(&self.runs[window.run as usize], self.n_instances, window, self.sequence)
    }

    /// Mean and deviation of each instance over the snapshots that normal training windows cover.
    pub(super) fn normal_moments(&self, fold: &Fold) -> Vec<Moments> {
        let is_normal = normal_snapshots(fold);
        let mut rows: Vec<&[f32]> = Vec::new();
        for (run, is_normal) in is_normal.iter().enumerate() {
            rows.extend(self.snapshots(run).zip(is_normal).filter(|(_, is_normal)| **is_normal).map(|(row, _)| row));
        }
        (0..self.n_instances).map(|instance| moments(rows.iter().map(|row| f64::from(row[instance])))).collect()
    }
}

/// Mean over a window of values `[S, I]` of its run.
pub(super) fn window_mean(values: &[f32], n_instances: usize, window: Window, sequence: u32) -> Vec<f32> {
    let first = (window.last + 1 - sequence) as usize;
    let mut mean = vec![0.0; n_instances];
    for row in values[first * n_instances..(window.last as usize + 1) * n_instances].chunks_exact(n_instances) {
        mean.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    mean.iter_mut().for_each(|sum| *sum /= sequence as f32);
    mean
}

/// Mean and population deviation; 0 without values.
pub(super) fn moments(values: impl Iterator<Item = f64> + Clone) -> Moments {
    let n = values.clone().count().max(1) as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|value| (value - mean).powi(2)).sum::<f64>() / n;
    Moments { mean, sd: variance.sqrt() }
}

/// Which snapshots of each run normal training windows cover, `[S]` per run.
pub(super) fn normal_snapshots(fold: &Fold) -> Vec<Vec<bool>> {
    let per_snapshot = fold.n_instances() * fold.n_slices();
    let mut is_normal: Vec<Vec<bool>> =
        fold.runs.iter().map(|run| vec![false; run.slices.len() / per_snapshot.max(1)]).collect();
    for window in &fold.normal {
        let first = window.last as usize + 1 - fold.sequence;
        is_normal[window.run as usize][first..=window.last as usize].fill(true);
    }
    is_normal
}
