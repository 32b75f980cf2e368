//! The graph channels that data offer, ready for a model.

use super::correlation::{Rule, correlation_graphs};
use super::records::{Intervals, record_graphs};
use super::rows::Rows;
use super::sources::{Sources, describe_relations};
use crate::config::Checked;
use crate::data::{Dataset, Metric};
use crate::prepare::{Prepared, target_metric};

/// Most bytes that all graphs may take.
const MAX_BYTES: usize = 512 << 20;
/// Trailing steps of the correlation on grids of 900 s and more, and on finer ones (MODELS.md A.5).
const DEFAULT_STEPS: (usize, usize) = (48, 60);

/// Why there are no graphs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// They would not fit.
    #[error(
        "The graphs of {n_nodes} nodes need {needed_mib} MiB, and the limit is {limit_mib} MiB; choose fewer nodes or \
         raise graph.renew_secs"
    )]
    TooLarge {
        /// Nodes that take part.
        n_nodes: usize,
        /// Memory of all graphs.
        needed_mib: usize,
        /// Memory that there is for them.
        limit_mib: usize,
    },
    /// The data do not hold the target.
    #[error("{0}")]
    NoTarget(String),
}

/// Adjacencies from data over the whole time axis; each uses only what lies before it.
///
/// In every graph, `A[i, j]` is the weight with which row `i` receives from column `j`; the diagonal is 0.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelGraphs {
    renew_bins: usize,
    correlation: Vec<Vec<f32>>,
    records: Option<Vec<Vec<f32>>>,
    sources: Vec<String>,
    training_mean: Option<MeanChannels>,
}

/// Means of the graphs that begin in the training part, each `[N, N]`: one graph for all time.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanChannels {
    /// Of the correlation.
    pub correlation: Vec<f32>,
    /// Of the records, if the data hold any.
    pub records: Option<Vec<f32>>,
}

impl ChannelGraphs {
    /// Computes the graphs of the nodes that take part.
    ///
    /// # Errors
    /// When the graphs would not fit into memory, or there is no target.
    pub fn build(dataset: &Dataset, prepared: &Prepared, config: &Checked) -> Result<Self, GraphError> {
        let mut graphs = Self::of_target(dataset, &prepared.target, &prepared.node_idx, (config, None))?;
        let n_training = prepared.split.parts.first().map_or(0, |part| part.end_bin);
        let n_graphs = n_training.div_ceil(graphs.renew_bins).min(graphs.correlation.len());
        graphs.training_mean = (n_graphs > 0).then(|| MeanChannels {
            correlation: mean(&graphs.correlation[..n_graphs]),
            records: graphs.records.as_ref().map(|records| mean(&records[..n_graphs])),
        });
        Ok(graphs)
    }

    /// The same for some target, `[T, N]`; `has_records` says whether there is a record graph, `None` that the data do.
    pub(super) fn of_target(
        dataset: &Dataset,
        target: &[f32],
        node_idx: &[usize],
        (config, has_records): (&Checked, Option<bool>),
    ) -> Result<Self, GraphError> {
        let rows = Rows::new(dataset.n_nodes(), node_idx);
        let intervals = intervals(dataset, config);
        let sources = Sources::new(dataset, &rows, intervals, config.graph.failure_domains);
        let Basis { rule, has_records, edge_sources, .. } =
            Basis::new(dataset, (&rows, &sources), intervals, (config, has_records))?;
        check_size(node_idx.len(), intervals.n.saturating_mul(1 + usize::from(has_records)))?;
        let records = has_records.then(|| record_graphs(&dataset.relations, &rows, sources, intervals));
        let correlation = correlation_graphs(target, node_idx.len(), rule);
        Ok(Self { renew_bins: rule.renew_bins, correlation, records, sources: edge_sources, training_mean: None })
    }

    /// Computes the graphs of all nodes, from values as they were observed.
    ///
    /// # Errors
    /// When the graphs would not fit into memory, or there is no target.
    pub fn of_all(dataset: &Dataset, config: &Checked) -> Result<Self, GraphError> {
        let metric = target(dataset, config)?;
        let unit = dataset.metrics[metric].unit;
        let observed = dataset.values.iter().skip(metric).step_by(dataset.n_metrics().max(1));
        let target: Vec<f32> = observed.map(|&value| unit.to_unit(value)).collect();
        let node_idx: Vec<usize> = (0..dataset.n_nodes()).collect();
        Self::of_target(dataset, &target, &node_idx, (config, None))
    }

    /// Correlation graph that is in force at a bin, `[N, N]`: it uses observations up to that bin at most.
    pub fn correlation_at(&self, bin: usize) -> &[f32] {
        &self.correlation[bin / self.renew_bins]
    }

    /// Record graph that is in force at a bin, `[N, N]`: it uses records up to the start of the bin's interval.
    /// `None` if the data hold no records.
    pub fn records_at(&self, bin: usize) -> Option<&[f32]> {
        self.records.as_ref().map(|graphs| graphs[bin / self.renew_bins].as_slice())
    }

    /// Means over the training part; `None` for graphs that were made without a split.
    pub fn training_mean(&self) -> Option<&MeanChannels> {
        self.training_mean.as_ref()
    }

    /// Bins for which a graph is in force: graphs of bins `k · n .. (k + 1) · n` are the same.
    pub fn renew_bins(&self) -> usize {
        self.renew_bins
    }

    /// What the edges come from, for people.
    pub fn edge_sources(&self) -> Vec<String> {
        self.sources.clone()
    }
}

fn mean(graphs: &[Vec<f32>]) -> Vec<f32> {
    let mut sums = vec![0.0_f64; graphs.first().map_or(0, Vec::len)];
    for graph in graphs {
        sums.iter_mut().zip(graph).for_each(|(sum, &weight)| *sum += f64::from(weight));
    }
    sums.iter().map(|sum| (sum / graphs.len() as f64) as f32).collect()
}

/// By what rules graphs are made, and from what, before any is made.
#[derive(Debug)]
pub(super) struct Basis {
    pub(super) rule: Rule,
    pub(super) intervals: Intervals,
    pub(super) has_records: bool,
    pub(super) edge_sources: Vec<String>,
}

impl Basis {
    /// `has_records` says whether there is a record graph, `None` that the data do.
    pub(super) fn new<'a>(
        dataset: &'a Dataset,
        (rows, sources): (&'a Rows, &Sources<'a>),
        intervals: Intervals,
        (config, has_records): (&Checked, Option<bool>),
    ) -> Result<Self, GraphError> {
        let has_records = has_records.unwrap_or_else(|| !dataset.relations.is_empty() || !sources.is_empty());
        let metric = &dataset.metrics[target(dataset, config)?];
        let rule = rule(dataset, metric, config);
        let mut edge_sources = vec![format!("correlation of {} over {} bins", metric.label, rule.n_steps)];
        if has_records {
            edge_sources.extend(describe_relations(&dataset.relations));
            edge_sources.extend(sources.describe(&dataset.system.schedule.containers, rows));
        }
        Ok(Self { rule, intervals, has_records, edge_sources })
    }
}

/// Index of the metric that is correlated.
pub(super) fn target(dataset: &Dataset, config: &Checked) -> Result<usize, GraphError> {
    target_metric(dataset, config).map_err(|error| GraphError::NoTarget(error.to_string()))
}

fn renew_bins(dataset: &Dataset, config: &Checked) -> usize {
    (config.graph.renew_secs / dataset.grid_secs.max(1)).max(1) as usize
}

fn rule(dataset: &Dataset, metric: &Metric, config: &Checked) -> Rule {
    let (coarse, fine) = DEFAULT_STEPS;
    Rule {
        n_steps: config.graph.correlation_steps.unwrap_or(if dataset.grid_secs >= 900 { coarse } else { fine }),
        min_joint: config.graph.min_joint_observations,
        renew_bins: renew_bins(dataset, config),
        of_shares: metric.unit.is_share(),
    }
}

pub(super) fn intervals(dataset: &Dataset, config: &Checked) -> Intervals {
    let renew_bins = renew_bins(dataset, config);
    let length_secs = renew_bins as i64 * i64::from(dataset.grid_secs);
    Intervals {
        start_secs: dataset.start_secs,
        length_secs,
        hold_secs: length_secs.max(i64::from(config.graph.renew_secs)),
        n: dataset.n_bins.div_ceil(renew_bins),
    }
}

/// Refuses graphs that would not fit into memory together.
pub(super) fn check_size(n_nodes: usize, n_graphs: usize) -> Result<(), GraphError> {
    let bytes = n_nodes.saturating_mul(n_nodes).saturating_mul(n_graphs).saturating_mul(size_of::<f32>());
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(GraphError::TooLarge { n_nodes, needed_mib: bytes.div_ceil(1 << 20), limit_mib: MAX_BYTES >> 20 })
}
