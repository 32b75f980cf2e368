//! The result of preparation.

use std::rc::Rc;

use super::clean::{Cleaned, clean, target_metric};
use super::preparation::Preparation;
use super::scale::{Scale, Scaler};
use super::split::{Split, Usable, check_length};
use crate::config::Checked;
use crate::data::Dataset;

/// Why a data set cannot be prepared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrepareError {
    /// The data do not hold the metric that is to be predicted.
    #[error("The data hold no metric {wanted} (found: {found}); set window.target to one that they hold")]
    NoTarget {
        /// Id of the metric.
        wanted: String,
        /// Ids of the metrics that there are.
        found: String,
    },
    /// A part is shorter than one window.
    #[error(
        "The {part} part has {n_bins} bins of {grid_secs} s, and one forecast needs {needed}; choose a longer trace, a \
         narrower grid, fewer input steps or another split"
    )]
    TooFewBins {
        /// Which part.
        part: &'static str,
        /// Its bins.
        n_bins: usize,
        /// Width of a bin.
        grid_secs: u32,
        /// Input and output steps.
        needed: usize,
    },
    /// No node has enough observed targets.
    #[error(
        "All {n_nodes} nodes miss more than {limit_percent} % of their {target} values in the training part; choose a \
         wider grid or raise prepare.max_node_missing"
    )]
    NoNodes {
        /// Nodes of the data set.
        n_nodes: usize,
        /// The limit.
        limit_percent: f64,
        /// Name of the target metric.
        target: String,
    },
    /// Every window of a part was left out.
    #[error(
        "None of the {n_windows} windows of the {part} part can be used, because too many of their values are missing; \
         choose a wider grid, another split or raise prepare.max_window_missing"
    )]
    NoOrigins {
        /// Which part.
        part: &'static str,
        /// Windows that were tried.
        n_windows: usize,
    },
}

/// Inputs, targets and origins, ready for models.
///
/// Origin `t` sees bins `t − T + 1 ..= t` of [`inputs`](Self::inputs) and predicts bins `t + 1 ..= t + P` of
/// [`target`](Self::target). "Unit" is the one in which errors are measured:
/// percent / 100, or the metric's own unit if it is none.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Names of the nodes that take part.
    pub node_names: Vec<String>,
    /// The same nodes as indices into the data set.
    pub node_idx: Vec<usize>,
    /// Which of them are of the core that all node samples of a seed share; `None` where all nodes are used.
    pub core: Option<Vec<bool>>,
    /// Names of the nodes that would take part and are not in the sample.
    pub not_sampled: Vec<String>,
    /// Bins of the time axis.
    pub n_bins: usize,
    /// Width of a bin, in seconds.
    pub grid_secs: u32,
    /// Names of the input features: metrics, then `observed`, then `clock_sin` and `clock_cos`.
    pub feature_names: Vec<String>,
    /// Index of the target among the features.
    pub target_feature: usize,
    /// Scaled model inputs, shape `[n_bins, N, F]`, all finite.
    pub inputs: Vec<f32>,
    /// Observed target, shape `[n_bins, N]`, unit; NaN where it was not observed, never filled.
    pub target: Vec<f32>,
    /// Target with gaps filled as in the inputs, shape `[n_bins, N]`, unit: what persistence and the residual output use.
    pub last_value: Vec<f32>,
    /// Scale of each node's target in the model.
    pub target_scale: Vec<Scale>,
    /// Scales of all metrics, with the bins they were fitted on.
    pub scaler: Scaler,
    /// Training means of all metrics, `[N, metrics]`, unit: what long gaps are filled with.
    pub means: Vec<f32>,
    /// Where scales and means come from, if they were not fitted here.
    pub given: Option<Rc<Preparation>>,
    /// Forecast origins.
    pub split: Split,
    /// Nodes left out for missing targets, with their share in the training part; not those left out by a sample.
    pub left_out: Vec<(String, f64)>,
    /// What was repaired in the model input: rule and count.
    pub repairs: Vec<(String, u64)>,
    /// Mean absolute error of persistence at the scored step over the training part, unit, for MASE; 0 if there is no
    /// observed point.
    pub naive_mae: f64,
}

impl Prepared {
    /// `N`: nodes that take part.
    pub fn n_nodes(&self) -> usize {
        self.node_names.len()
    }

    /// `F`: input features per node.
    pub fn n_features(&self) -> usize {
        self.feature_names.len()
    }

    /// Scales and means, for other data.
    pub fn preparation(&self) -> Preparation {
        Preparation {
            nodes: self.node_names.clone(),
            n_metrics: self.scaler.scales.len() / self.n_nodes().max(1),
            fitted_on: self.scaler.fitted_on.clone(),
            scales: self.scaler.scales.clone(),
            means: self.means.clone(),
        }
    }

    /// What a node sample left out, for the remarks of the protocol; `None` without a sample.
    ///
    /// `words` are one node and several of them.
    pub fn sample_remark(&self, words: (&str, &str)) -> Option<String> {
        let n_core = self.core.as_ref()?.iter().filter(|is_core| **is_core).count();
        let (n, n_kept) = (self.n_nodes(), self.n_nodes() + self.not_sampled.len());
        let noun = |n: usize| if n == 1 { words.0 } else { words.1 };
        let core = format!("{n_core} of them {} the common core", if n_core == 1 { "is" } else { "are" });
        Some(format!("{n} of {n_kept} {} with enough values take part, drawn at random; {core}.", noun(n_kept)))
    }

    /// Inputs of one bin, shape `[N, F]`.
    pub fn inputs_at(&self, bin: usize) -> &[f32] {
        let n = self.n_nodes() * self.n_features();
        &self.inputs[bin * n..(bin + 1) * n]
    }

    /// Observed target of one bin, shape `[N]`, unit; NaN where missing.
    pub fn target_at(&self, bin: usize) -> &[f32] {
        &self.target[bin * self.n_nodes()..(bin + 1) * self.n_nodes()]
    }

    /// Filled target of one bin, shape `[N]`, unit.
    pub fn last_value_at(&self, bin: usize) -> &[f32] {
        &self.last_value[bin * self.n_nodes()..(bin + 1) * self.n_nodes()]
    }
}

/// Cleans, scales and splits a data set.
///
/// # Errors
/// When there is no target, no node, or no window to learn from or to score.
pub fn prepare(dataset: &Dataset, config: &Checked) -> Result<Prepared, PrepareError> {
    prepare_as(dataset, config, None)
}

/// The same with scales and means that were fitted elsewhere.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_as(
    dataset: &Dataset,
    config: &Checked,
    given: Option<Rc<Preparation>>,
) -> Result<Prepared, PrepareError> {
    target_metric(dataset, config)?;
    check_length(dataset.n_bins, dataset.grid_secs, config)?;
    let cleaned = clean(dataset, config, given.as_deref())?;
    let usable = Usable::new(&cleaned.observed, &cleaned.target, config);
    let split = usable.split(dataset.n_bins)?;
    let naive_mae = naive_mae(&cleaned, usable.training_origins(dataset.n_bins), config.window.score_step);
    let mut repairs = cleaned.repairs;
    if split.windows_without_target > 0 {
        let rule = "windows without any observed target, left out".to_owned();
        repairs.push((rule, split.windows_without_target as u64));
    }
    Ok(Prepared {
        node_names: cleaned.node_idx.iter().map(|&node| dataset.nodes[node].clone()).collect(),
        node_idx: cleaned.node_idx,
        core: cleaned.core,
        not_sampled: cleaned.not_sampled,
        n_bins: dataset.n_bins,
        grid_secs: dataset.grid_secs,
        feature_names: cleaned.feature_names,
        target_feature: cleaned.target_feature,
        inputs: cleaned.inputs,
        target: cleaned.target,
        last_value: cleaned.last_value,
        target_scale: cleaned.target_scale,
        scaler: cleaned.scaler,
        means: cleaned.means,
        given,
        split,
        left_out: cleaned.left_out,
        repairs,
        naive_mae,
    })
}

/// Mean absolute error of the last value, some steps ahead, over observed targets.
fn naive_mae(cleaned: &Cleaned, origins: impl Iterator<Item = usize>, step: usize) -> f64 {
    let n_nodes = cleaned.node_idx.len();
    let (mut sum, mut n) = (0.0, 0_u64);
    for origin in origins {
        let last = &cleaned.last_value[origin * n_nodes..][..n_nodes];
        let target = &cleaned.target[(origin + step) * n_nodes..][..n_nodes];
        for (last, target) in last.iter().zip(target).filter(|(_, target)| !target.is_nan()) {
            sum += f64::from((target - last).abs());
            n += 1;
        }
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}
