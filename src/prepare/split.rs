//! Forecast origins of training, validation and test (MODELS.md A.4).
//!
//! The time axis is cut by the shares of the config, and a window belongs to a part only if all its inputs and targets
//! lie inside. So no bin of one part is an input or a target of another, and between the last origin of a part and the
//! first of the next lie `T + P − 1` unused origins. With a test share of its own, what lies behind the test is unused.

use std::ops::Range;

use super::cube::Cube;
use super::prepared::PrepareError;
use crate::config::Checked;
use crate::report::Part;

/// Forecast origins; origin `t` sees bins `t − T + 1 ..= t` and predicts bins `t + 1 ..= t + P`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Origins of the training part, at the training stride.
    pub training: Vec<usize>,
    /// Origins of the validation part.
    pub validation: Vec<usize>,
    /// Origins of the test part.
    pub test: Vec<usize>,
    /// The three parts, for the report.
    pub parts: Vec<Part>,
    /// `T + P − 1`: origins left unused between two parts.
    pub purge_bins: usize,
    /// Windows left out because too much of their input was missing.
    pub windows_left_out: usize,
    /// Windows left out because none of their targets was observed.
    pub windows_without_target: usize,
}

const NAMES: [&str; 3] = ["training", "validation", "test"];

/// Bins of training, validation and test; bins behind the test part are not used.
pub(super) fn part_bins(n_bins: usize, config: &Checked) -> [Range<usize>; 3] {
    let border = |share: f64| ((share * n_bins as f64).round() as usize).min(n_bins);
    let split = &config.split;
    let learned = split.train_share + split.validation_share;
    let (first, second) = (border(split.train_share), border(learned));
    let end = split.test_share.map_or(n_bins, |test| border(learned + test));
    [0..first, first..second, second..end.max(second)]
}

/// All origins whose windows lie inside some bins.
fn origins_in(bins: &Range<usize>, config: &Checked) -> Range<usize> {
    let (inputs, outputs) = (config.window.input_steps, config.window.output_steps);
    bins.start + inputs - 1..(bins.end.saturating_sub(outputs)).max(bins.start + inputs - 1)
}

/// Refuses a trace that is too short for one window in each part.
pub(super) fn check_length(n_bins: usize, grid_secs: u32, config: &Checked) -> Result<(), PrepareError> {
    for (bins, name) in part_bins(n_bins, config).iter().zip(NAMES) {
        if origins_in(bins, config).is_empty() {
            let needed = config.window.input_steps + config.window.output_steps;
            return Err(PrepareError::TooFewBins { part: name, n_bins: bins.len(), grid_secs, needed });
        }
    }
    Ok(())
}

/// Which windows can be used.
pub(super) struct Usable<'a> {
    config: &'a Checked,
    n_cells_per_bin: usize,
    /// Missing inputs before each bin.
    missing_before: Vec<usize>,
    /// Observed targets before each bin.
    targets_before: Vec<usize>,
}

impl<'a> Usable<'a> {
    /// Counts in the observed values, before anything was filled.
    pub(super) fn new(observed: &Cube, target: &[f32], config: &'a Checked) -> Self {
        let n_targets = |bin: &[f32]| bin.iter().filter(|value| !value.is_nan()).count();
        let targets = target.chunks_exact(observed.n_nodes).map(n_targets);
        Self {
            config,
            n_cells_per_bin: observed.n_nodes * observed.n_metrics,
            missing_before: running_sum(observed.missing_per_bin().into_iter()),
            targets_before: running_sum(targets),
        }
    }

    /// Whether at most the permitted share of the window's inputs is missing.
    pub(super) fn has_inputs(&self, origin: usize) -> bool {
        let steps = self.config.window.input_steps;
        let n_missing = self.missing_before[origin + 1] - self.missing_before[origin + 1 - steps];
        n_missing as f64 <= self.config.prepare.max_window_missing * (steps * self.n_cells_per_bin) as f64
    }

    fn has_target(&self, origin: usize) -> bool {
        self.targets_before[origin + 1 + self.config.window.output_steps] > self.targets_before[origin + 1]
    }

    /// Cuts the time axis and takes the usable origins of each part.
    pub(super) fn split(&self, n_bins: usize) -> Result<Split, PrepareError> {
        let window = &self.config.window;
        let all_bins = part_bins(n_bins, self.config);
        let (mut left_out, mut without_target) = (0, 0);
        let mut origins: Vec<Vec<usize>> = Vec::new();
        for (bins, name) in all_bins.iter().zip(NAMES) {
            let stride = if name == NAMES[0] { window.train_stride } else { 1 };
            let planned: Vec<usize> = origins_in(bins, self.config).step_by(stride).collect();
            let (kept, sparse): (Vec<usize>, Vec<usize>) = planned.iter().partition(|&&t| self.has_inputs(t));
            let (kept, blind): (Vec<usize>, Vec<usize>) = kept.iter().partition(|&&t| self.has_target(t));
            if kept.is_empty() {
                return Err(PrepareError::NoOrigins { part: name, n_windows: planned.len() });
            }
            left_out += sparse.len();
            without_target += blind.len();
            origins.push(kept);
        }
        let part = |idx: usize| Part {
            name: NAMES[idx].to_owned(),
            first_bin: all_bins[idx].start,
            end_bin: all_bins[idx].end,
            n_origins: origins[idx].len(),
        };
        Ok(Split {
            parts: (0..3).map(part).collect(),
            purge_bins: window.input_steps + window.output_steps - 1,
            windows_left_out: left_out,
            windows_without_target: without_target,
            training: origins[0].clone(),
            validation: origins[1].clone(),
            test: origins[2].clone(),
        })
    }

    /// Usable origins of the training part at stride 1.
    pub(super) fn training_origins(&self, n_bins: usize) -> impl Iterator<Item = usize> {
        origins_in(&part_bins(n_bins, self.config)[0], self.config).filter(|&origin| self.has_inputs(origin))
    }
}

/// Sums of all items before each place, one longer than the items.
fn running_sum(items: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut sums = vec![0];
    let mut sum = 0;
    for item in items {
        sum += item;
        sums.push(sum);
    }
    sums
}
