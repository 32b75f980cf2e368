//! The graph channels that data offer, ready for a model.

use super::correlation::{Rule, correlation_graphs};
use super::records::{Intervals, record_graphs};
use crate::config::Checked;
use crate::data::{Dataset, Relation, RelationKind};
use crate::prepare::{Prepared, perturbed_after};
use crate::report::LeakCheck;

/// Most bytes that all graphs may take.
const MAX_BYTES: usize = 512 << 20;
/// Trailing steps of the correlation on grids of 900 s and more, and on finer ones (MODELS.md A.5).
const DEFAULT_STEPS: (usize, usize) = (48, 60);

/// Graphs that would not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "The graphs of {n_nodes} machines need {needed_mib} MiB, and the limit is {limit_mib} MiB; choose fewer machines or \
     raise graph.renew_secs"
)]
pub struct GraphError {
    n_nodes: usize,
    needed_mib: usize,
    limit_mib: usize,
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
}

impl ChannelGraphs {
    /// Computes the graphs of the nodes that take part.
    ///
    /// # Errors
    /// When the graphs would not fit into memory.
    pub fn build(dataset: &Dataset, prepared: &Prepared, config: &Checked) -> Result<Self, GraphError> {
        Self::of_target(dataset, &prepared.target, &prepared.node_idx, config)
    }

    fn of_target(dataset: &Dataset, target: &[f32], node_idx: &[usize], config: &Checked) -> Result<Self, GraphError> {
        let grid_secs = dataset.grid_secs.max(1);
        let renew_bins = (config.graph.renew_secs / grid_secs).max(1) as usize;
        let has_records = !dataset.relations.is_empty();
        check_size(node_idx.len(), dataset.n_bins.div_ceil(renew_bins) * (1 + usize::from(has_records)))?;
        let (coarse, fine) = DEFAULT_STEPS;
        let n_steps = config.graph.correlation_steps.unwrap_or(if grid_secs >= 900 { coarse } else { fine });
        let rule = Rule { n_steps, min_joint: config.graph.min_joint_observations, renew_bins };
        let records = has_records.then(|| records(dataset, node_idx, renew_bins, config.graph.renew_secs));
        Ok(Self {
            renew_bins,
            correlation: correlation_graphs(target, node_idx.len(), rule),
            records,
            sources: sources(&dataset.relations, n_steps),
        })
    }

    /// Computes the graphs of all nodes, from values as they were observed.
    ///
    /// # Errors
    /// When the graphs would not fit into memory, or there is no target.
    pub fn of_all(dataset: &Dataset, config: &Checked) -> Result<Self, GraphError> {
        let metric = dataset.metrics.iter().position(|metric| metric.id == "cpu").unwrap_or(0);
        let target: Vec<f32> =
            dataset.values.iter().skip(metric).step_by(dataset.n_metrics().max(1)).map(|value| value / 100.0).collect();
        Self::of_target(dataset, &target, &(0..dataset.n_nodes()).collect::<Vec<_>>(), config)
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

    /// Bins for which a graph is in force: graphs of bins `k · n .. (k + 1) · n` are the same.
    pub fn renew_bins(&self) -> usize {
        self.renew_bins
    }

    /// What the edges come from, for people.
    pub fn edge_sources(&self) -> Vec<String> {
        self.sources.clone()
    }
}

fn check_size(n_nodes: usize, n_graphs: usize) -> Result<(), GraphError> {
    let bytes = n_nodes.saturating_mul(n_nodes).saturating_mul(n_graphs).saturating_mul(size_of::<f32>());
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    Err(GraphError { n_nodes, needed_mib: bytes.div_ceil(1 << 20), limit_mib: MAX_BYTES >> 20 })
}

fn records(dataset: &Dataset, node_idx: &[usize], renew_bins: usize, renew_secs: u32) -> Vec<Vec<f32>> {
    let mut node_of = vec![None; dataset.n_nodes()];
    for (row, &node) in node_idx.iter().enumerate() {
        node_of[node] = Some(row);
    }
    let length_secs = renew_bins as i64 * i64::from(dataset.grid_secs);
    let intervals = Intervals {
        start_secs: dataset.start_secs,
        length_secs,
        hold_secs: length_secs.max(i64::from(renew_secs)),
        n: dataset.n_bins.div_ceil(renew_bins),
    };
    record_graphs(&dataset.relations, &node_of, node_idx.len(), intervals)
}

fn sources(relations: &[Relation], n_steps: usize) -> Vec<String> {
    let count = |kind: RelationKind| relations.iter().filter(|relation| relation.kind == kind).count();
    let of_records = [
        (RelationKind::SharedApp, "shared applications"),
        (RelationKind::SharedJob, "shared jobs"),
        (RelationKind::Migration, "migrations"),
    ];
    let of_records = of_records.into_iter().map(|(kind, title)| (count(kind), title)).filter(|(n, _)| *n > 0);
    std::iter::once(format!("correlation of CPU over {n_steps} bins"))
        .chain(of_records.map(|(n, title)| format!("{title} ({n} records)")))
        .collect()
}

/// Changes all values and records behind some origins and compares every graph up to them, bit by bit.
///
/// `graphs` are those of the same data and config.
pub fn leak_check(dataset: &Dataset, prepared: &Prepared, graphs: &ChannelGraphs, config: &Checked) -> LeakCheck {
    let test = &prepared.split.test;
    let origins = [prepared.split.training.last(), test.first(), test.get(test.len() / 2)];
    let passed = origins.into_iter().flatten().all(|&origin| is_causal(dataset, prepared, config, (graphs, origin)));
    LeakCheck {
        id: "graph_causal".into(),
        title: "Changing every value and record behind an origin leaves all graphs up to it unchanged, bit by bit"
            .into(),
        passed: Some(passed),
    }
}

fn is_causal(
    dataset: &Dataset,
    prepared: &Prepared,
    config: &Checked,
    (graphs, origin): (&ChannelGraphs, usize),
) -> bool {
    let mut changed = perturbed_after(dataset, origin);
    let end_secs = dataset.start_secs + (origin + 1) as i64 * i64::from(dataset.grid_secs);
    for relation in changed.relations.iter_mut().filter(|relation| relation.at_secs >= end_secs) {
        relation.weight = 2.0 * relation.weight + 5.0;
        std::mem::swap(&mut relation.from, &mut relation.to);
    }
    let Some(metric) = dataset.metrics.iter().position(|metric| metric.id == "cpu") else { return false };
    let target: Vec<f32> = (0..dataset.n_bins)
        .flat_map(|bin| prepared.node_idx.iter().map(move |&node| (bin, node)))
        .map(|(bin, node)| changed.at(bin, node, metric) / 100.0)
        .collect();
    ChannelGraphs::of_target(&changed, &target, &prepared.node_idx, config).is_ok_and(|other| {
        (0..=origin).step_by(graphs.renew_bins).all(|bin| {
            graphs.correlation_at(bin) == other.correlation_at(bin) && graphs.records_at(bin) == other.records_at(bin)
        })
    })
}
