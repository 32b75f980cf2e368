//! From raw values to finite model inputs, in the fixed order of MODELS.md A.3.

use super::cube::Cube;
use super::hampel::remove_outliers;
use super::impute::{Filled, carry_forward, interpolate};
use super::preparation::{Preparation, training_means};
use super::prepared::PrepareError;
use super::sample::{Sampled, draw};
use super::scale::{Scale, Scaler, is_bursty};
use super::split::part_bins;
use crate::config::{Checked, Imputation};
use crate::data::Dataset;

const SECS_PER_DAY: i64 = 86_400;
/// Metric that is predicted unless the config says otherwise.
const DEFAULT_TARGET: &str = "cpu";

/// Everything that does not depend on the choice of origins.
#[derive(Debug, Clone)]
pub(super) struct Cleaned {
    /// Nodes that take part, as indices into the data set.
    pub(super) node_idx: Vec<usize>,
    /// Which of them are of the common core of node samples; `None` without a sample.
    pub(super) core: Option<Vec<bool>>,
    /// Names of the nodes that a sample left out.
    pub(super) not_sampled: Vec<String>,
    /// Nodes left out, with their share of missing targets in the training part.
    pub(super) left_out: LeftOut,
    /// Names of the input features.
    pub(super) feature_names: Vec<String>,
    /// Index of the target among them.
    pub(super) target_feature: usize,
    /// Model inputs, `[T, N, F]`, finite.
    pub(super) inputs: Vec<f32>,
    /// Observed targets, `[T, N]`, NaN where missing.
    pub(super) target: Vec<f32>,
    /// Filled targets, `[T, N]`.
    pub(super) last_value: Vec<f32>,
    /// Scales of the metrics.
    pub(super) scaler: Scaler,
    /// Fill values of long gaps, `[N, metrics]`.
    pub(super) means: Vec<f32>,
    /// Scale of each node's target.
    pub(super) target_scale: Vec<Scale>,
    /// Rules and counts.
    pub(super) repairs: Vec<(String, u64)>,
    /// Values as observed, before any repair.
    pub(super) observed: Cube,
}

/// Index of the metric that is predicted: the one that the config names, else `cpu`, else the first.
///
/// # Errors
/// When the data do not hold it.
pub fn target_metric(dataset: &Dataset, config: &Checked) -> Result<usize, PrepareError> {
    let wanted = config.window.target.as_deref();
    chosen_metric(dataset, wanted).ok_or_else(|| {
        let ids: Vec<&str> = dataset.metrics.iter().map(|metric| metric.id.as_str()).collect();
        PrepareError::NoTarget { wanted: wanted.unwrap_or(DEFAULT_TARGET).to_owned(), found: ids.join(", ") }
    })
}

/// Index of the metric with an id; without one, that of `cpu`, else the first. `None` if there is no such metric.
pub fn chosen_metric(dataset: &Dataset, id: Option<&str>) -> Option<usize> {
    let position = |id: &str| dataset.metrics.iter().position(|metric| metric.id == id);
    match id {
        Some(id) => position(id),
        None => position(DEFAULT_TARGET).or((!dataset.metrics.is_empty()).then_some(0)),
    }
}

/// Cleans, fills and scales, with what is fitted on the training part unless it is `given`.
pub(super) fn clean(dataset: &Dataset, config: &Checked, given: Option<&Preparation>) -> Result<Cleaned, PrepareError> {
    let target_idx = target_metric(dataset, config)?;
    let training = part_bins(dataset.n_bins, config)[0].clone();
    let (kept, left_out) = choose_nodes(dataset, target_idx, training.len(), config)?;
    let Sampled { node_idx, core, not_sampled } = draw(kept, config.prepare.nodes);
    let observed = Cube::new(dataset, &node_idx);
    let metrics: Vec<String> = dataset.metrics.iter().map(|metric| metric.id.clone()).collect();

    let mut cube = observed.clone();
    let n_outliers = if config.prepare.hampel { remove_bursts(&mut cube, &metrics) } else { 0 };
    let names: Vec<String> = node_idx.iter().map(|&node| dataset.nodes[node].clone()).collect();
    let (scaler, means) = match given.map(|given| given.of_nodes(&names)) {
        Some(given) => (given.scaler(), given.means),
        None => {
            let scaler = Scaler::fit(&cube, &dataset.metrics, config.prepare.input_scale, training.clone());
            (scaler, training_means(&cube, training.len()))
        }
    };
    let filled = fill(&mut cube, &means, config);

    let mut feature_names = metrics;
    if config.prepare.mask_feature {
        feature_names.push("observed".to_owned());
    }
    if config.prepare.clock_features {
        feature_names.extend(["clock_sin".to_owned(), "clock_cos".to_owned()]);
    }
    let column = |cube: &Cube| cube.values.iter().skip(target_idx).step_by(cube.n_metrics).copied().collect::<Vec<_>>();
    let target_scale = scaler.scales.iter().skip(target_idx).step_by(cube.n_metrics).copied().collect();
    Ok(Cleaned {
        inputs: features(dataset, &cube, &observed, &scaler, (target_idx, config)),
        target: column(&observed),
        last_value: column(&cube),
        repairs: repairs(n_outliers, filled),
        node_idx,
        core,
        not_sampled: not_sampled.into_iter().map(|node| dataset.nodes[node].clone()).collect(),
        left_out,
        feature_names,
        // Metrics are the first features, in the order of the data set.
        target_feature: target_idx,
        scaler,
        means,
        target_scale,
        observed,
    })
}

/// Names of nodes and their share of missing targets in the training part.
type LeftOut = Vec<(String, f64)>;

/// Nodes with enough observed targets in the training part, and the others by name.
fn choose_nodes(
    dataset: &Dataset,
    target_idx: usize,
    n_training: usize,
    config: &Checked,
) -> Result<(Vec<usize>, LeftOut), PrepareError> {
    let missing_share = |node: usize| {
        let n_missing = (0..n_training).filter(|&bin| dataset.at(bin, node, target_idx).is_nan()).count();
        n_missing as f64 / n_training as f64
    };
    let limit = config.prepare.max_node_missing;
    let (mut kept, mut left_out) = (Vec::new(), Vec::new());
    for (node, name) in dataset.nodes.iter().enumerate() {
        let share = missing_share(node);
        // A node without any observed target has nothing to learn, whatever the limit says.
        if share <= limit && share < 1.0 { kept.push(node) } else { left_out.push((name.clone(), share)) }
    }
    if kept.is_empty() {
        let target = dataset.metrics[target_idx].label.clone();
        return Err(PrepareError::NoNodes { n_nodes: dataset.n_nodes(), limit_percent: 100.0 * limit, target });
    }
    Ok((kept, left_out))
}

/// The Hampel rule on network and disk.
fn remove_bursts(cube: &mut Cube, metrics: &[String]) -> u64 {
    let mut n_removed = 0;
    for (metric, _) in metrics.iter().enumerate().filter(|(_, name)| is_bursty(name)) {
        for node in 0..cube.n_nodes {
            let mut series = cube.series(node, metric);
            n_removed += remove_outliers(&mut series);
            cube.set_series(node, metric, &series);
        }
    }
    n_removed
}

/// Fills every gap; long ones with the means `[N, metrics]`.
fn fill(cube: &mut Cube, means: &[f32], config: &Checked) -> Filled {
    let mut filled = Filled::default();
    for metric in 0..cube.n_metrics {
        for node in 0..cube.n_nodes {
            let mut series = cube.series(node, metric);
            let mean = means[node * cube.n_metrics + metric];
            filled += match config.prepare.imputation {
                Imputation::Causal => carry_forward(&mut series, config.prepare.max_carry_bins, mean),
                Imputation::Paper => interpolate(&mut series, mean),
            };
            cube.set_series(node, metric, &series);
        }
    }
    filled
}

/// Scaled metrics, then the mask, then the clock.
fn features(
    dataset: &Dataset,
    filled: &Cube,
    observed: &Cube,
    scaler: &Scaler,
    (target_idx, config): (usize, &Checked),
) -> Vec<f32> {
    let mut inputs = Vec::new();
    for bin in 0..filled.n_bins {
        let clock = clock(dataset, bin);
        for node in 0..filled.n_nodes {
            let scales = &scaler.scales[node * filled.n_metrics..];
            inputs.extend((0..filled.n_metrics).map(|metric| scales[metric].apply(filled.at(bin, node, metric))));
            if config.prepare.mask_feature {
                inputs.push(f32::from(u8::from(!observed.at(bin, node, target_idx).is_nan())));
            }
            if config.prepare.clock_features {
                inputs.extend(clock);
            }
        }
    }
    inputs
}

/// Sine and cosine of the time of day at the start of a bin.
fn clock(dataset: &Dataset, bin: usize) -> [f32; 2] {
    let secs = (dataset.start_secs + bin as i64 * i64::from(dataset.grid_secs)).rem_euclid(SECS_PER_DAY);
    let angle = std::f64::consts::TAU * secs as f64 / SECS_PER_DAY as f64;
    [angle.sin() as f32, angle.cos() as f32]
}

fn repairs(n_outliers: u64, filled: Filled) -> Vec<(String, u64)> {
    [
        (
            "network and disk values far from the median of their last 11 bins, taken as missing (Hampel rule)",
            n_outliers,
        ),
        ("input gaps filled with the last observation", filled.carried),
        ("input gaps filled by a straight line, which looks ahead", filled.interpolated),
        ("input gaps filled with the training mean", filled.mean),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(rule, count)| (rule.to_owned(), count))
    .collect()
}
