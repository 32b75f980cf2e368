//! What `logreg`, `gbm-lite` and `iforest` see of a window: mean, slope and largest `|z|` of each instance.

use crate::detect::{Fold, Window};

/// Features per instance of [`sorted`].
pub(super) const N_SORTED: usize = 3;

/// Summary of a window, each `[I]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Summary {
    /// Mean over all slices.
    pub(super) mean: Vec<f32>,
    /// Slope of the least-squares line through all slices, per snapshot.
    pub(super) slope: Vec<f32>,
    /// Largest absolute value.
    pub(super) peak: Vec<f32>,
}

impl Summary {
    /// Of a real window.
    pub(super) fn of(fold: &Fold, window: Window) -> Self {
        Self::of_values(fold, &values(fold, window))
    }

    /// Of values `[Q, I, W]`.
    fn of_values(fold: &Fold, values: &[f32]) -> Self {
        let (n_instances, n_slices) = (fold.n_instances(), fold.n_slices());
        let n = fold.sequence * n_slices;
        // Times in slices, centred, so that the slope is Σ t x / Σ t².
        let time = |snapshot: usize, slice: usize| (snapshot * n_slices + slice) as f32 - (n as f32 - 1.0) / 2.0;
        let spread: f32 = (0..n).map(|at| time(0, at).powi(2)).sum();
        let mut summary =
            Self { mean: vec![0.0; n_instances], slope: vec![0.0; n_instances], peak: vec![0.0; n_instances] };
        for (at, slices) in values.chunks_exact(n_slices).enumerate() {
            let (snapshot, instance) = (at / n_instances, at % n_instances);
            for (slice, &value) in slices.iter().enumerate() {
                summary.mean[instance] += value;
                summary.slope[instance] += time(snapshot, slice) * value;
                summary.peak[instance] = summary.peak[instance].max(value.abs());
            }
        }
        let per_snapshot = if spread > 0.0 { n_slices as f32 / spread } else { 0.0 };
        summary.mean.iter_mut().for_each(|sum| *sum /= n as f32);
        summary.slope.iter_mut().for_each(|sum| *sum *= per_snapshot);
        summary
    }

    /// Each of the three sorted over the instances, largest first, `[3 · I]`: which instance it is does not matter.
    fn sorted(mut self) -> Vec<f32> {
        for part in [&mut self.mean, &mut self.slope, &mut self.peak] {
            part.sort_unstable_by(|a, b| b.total_cmp(a));
        }
        [self.mean, self.slope, self.peak].concat()
    }
}

/// Values of a window, `[Q, I, W]`.
fn values(fold: &Fold, window: Window) -> Vec<f32> {
    fold.snapshots(window).flatten().copied().collect()
}

/// Sorted features of a window, `[3 · I]`.
pub(super) fn sorted(fold: &Fold, window: Window) -> Vec<f32> {
    Summary::of(fold, window).sorted()
}

/// Features and labels of all training windows, real and made-up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Training {
    /// `[n, 3 · I]`.
    pub(super) rows: Vec<f32>,
    /// `[n]`.
    pub(super) labels: Vec<bool>,
}

impl Training {
    /// Sorted features of all training windows outside the buffers, as for the networks. Those of a made-up window
    /// follow from its values, as those of a real one do (B.8); it has the label of its parent.
    pub(super) fn sorted(fold: &Fold) -> Self {
        let outside = || fold.train.iter().filter(|window| !window.buffer);
        let real = outside().flat_map(|&window| sorted(fold, window));
        let made_up = fold.synthetic.iter();
        let made_up = made_up.flat_map(|&synthetic| Summary::of_values(fold, &fold.made_up(synthetic)).sorted());
        let parents = fold.synthetic.iter().map(|synthetic| fold.train[synthetic.parents[0] as usize].label);
        Self {
            rows: real.chain(made_up).collect(),
            labels: outside().map(|window| window.label).chain(parents).collect(),
        }
    }
}
