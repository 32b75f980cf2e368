//! All graphs of a data set, one after the other.

use super::Frame;
use crate::config::{Checked, SnapshotConfig};
use crate::data::Dataset;
use crate::graph::{ChannelGraphs, GraphError};
use crate::snapshot::{
    Scaling, SnapshotDocument, SnapshotError, SnapshotHeader, SnapshotRecord, SnapshotSeries, SnapshotView,
};

/// Nodes of a frame at most; of more, the most connected ones.
const MOST_NODES: usize = 150;

/// The graphs of all bins, computed once.
#[derive(Debug)]
pub struct Frames {
    nodes: Vec<String>,
    n_bins: usize,
    start_secs: i64,
    grid_secs: i64,
    graphs: ChannelGraphs,
    snapshots: Option<Snapshots>,
}

/// The snapshot graphs of a deployment.
#[derive(Debug)]
struct Snapshots {
    series: SnapshotSeries,
    header: SnapshotHeader,
    /// Fitted on the whole trace: this is for looking at, and says so on the page; no model sees it.
    scaling: Scaling,
}

impl Snapshots {
    /// `None` where the data hold no instances with samples of their own.
    fn new(dataset: &Dataset) -> Option<Self> {
        let (series, scaling) = scaled_series(dataset, true).ok()?;
        Some(Self { header: SnapshotHeader::of(&series), series, scaling })
    }

    fn at(&self, millis: i64) -> Option<SnapshotView> {
        let behind = (0..self.series.n_snapshots()).find(|&snapshot| self.series.at_millis(snapshot) > millis);
        let snapshot = behind.unwrap_or(self.series.n_snapshots()).checked_sub(1)?;
        Some(SnapshotView::of(&self.header, &SnapshotRecord::of(&self.series, snapshot, &self.scaling)))
    }
}

/// All snapshots of a data set as one JSON document, with features, edges and labels.
///
/// # Errors
/// When the data hold no instances with samples of their own, or the document would be too large.
pub fn snapshot_document(dataset: &Dataset) -> Result<String, SnapshotError> {
    let (series, scaling) = scaled_series(dataset, false)?;
    Ok(SnapshotDocument::of(&series, &scaling)?.to_json())
}

/// All snapshots of a data set, with a scale of the whole trace.
fn scaled_series(dataset: &Dataset, is_scaled: bool) -> Result<(SnapshotSeries, Scaling), SnapshotError> {
    let series = SnapshotSeries::build(dataset, &snapshot_config(dataset))?;
    let all: Vec<usize> = (0..series.n_snapshots()).collect();
    let scaling = series.fit_scaling(&all, is_scaled);
    Ok((series, scaling))
}

/// Five slices of a second where samples are a few seconds apart, one slice per sample where they are rarer.
fn snapshot_config(dataset: &Dataset) -> SnapshotConfig {
    let default = SnapshotConfig::default();
    if dataset.grid_secs <= default.window_secs {
        return default;
    }
    let secs = dataset.grid_secs;
    SnapshotConfig {
        delta_millis: secs.saturating_mul(1000),
        window_secs: secs,
        block_secs: secs.saturating_mul(10),
        crash_after_secs: secs.saturating_mul(3),
        ..default
    }
}

impl Frames {
    /// Computes the graphs of all nodes of a data set.
    ///
    /// # Errors
    /// When they would not fit into memory, or there is no target.
    pub fn new(dataset: &Dataset, config: &Checked) -> Result<Self, GraphError> {
        Ok(Self {
            nodes: dataset.nodes.clone(),
            n_bins: dataset.n_bins,
            start_secs: dataset.start_secs,
            grid_secs: i64::from(dataset.grid_secs),
            graphs: ChannelGraphs::of_all(dataset, config)?,
            snapshots: Snapshots::new(dataset),
        })
    }

    /// The graph in force at a bin; a bin behind the last one is the last one.
    pub fn at(&self, bin: usize) -> Frame {
        let bin = bin.min(self.n_bins.saturating_sub(1));
        let renew_bins = self.graphs.renew_bins();
        let weights = self.weights(bin);
        let before = bin.checked_sub(renew_bins).map(|before| self.weights(before));
        let count = |in_one: &[f32], in_other: &[f32]| {
            in_one.iter().zip(in_other).filter(|(one, other)| **one > 0.0 && **other <= 0.0).count()
        };
        let (n_came, n_went) = before.map_or((0, 0), |before| (count(&weights, &before), count(&before, &weights)));
        let at_secs = self.start_secs + bin as i64 * self.grid_secs;
        let shown = most_connected(&weights, self.nodes.len());
        let cell = |to: usize, from: usize| weights[to * self.nodes.len() + from];
        Frame {
            bin,
            n_bins: self.n_bins,
            renew_bins,
            at_secs,
            nodes: shown.iter().map(|&node| self.nodes[node].clone()).collect(),
            weights: shown.iter().flat_map(|&to| shown.iter().map(move |&from| cell(to, from))).collect(),
            sources: self.graphs.edge_sources(),
            n_came,
            n_went,
            snapshot: self.snapshots.as_ref().and_then(|snapshots| snapshots.at(1000 * at_secs)),
        }
    }

    /// Correlation and records together, `[N, N]`.
    fn weights(&self, bin: usize) -> Vec<f32> {
        let correlation = self.graphs.correlation_at(bin);
        match self.graphs.records_at(bin) {
            None => correlation.to_vec(),
            Some(records) => correlation.iter().zip(records).map(|(a, b)| a + b).collect(),
        }
    }
}

/// Nodes by total weight, in their own order.
fn most_connected(weights: &[f32], n_nodes: usize) -> Vec<usize> {
    let mut nodes: Vec<usize> = (0..n_nodes).collect();
    if n_nodes <= MOST_NODES {
        return nodes;
    }
    let mut totals = vec![0.0_f64; n_nodes];
    for (cell, &weight) in weights.iter().enumerate() {
        totals[cell / n_nodes] += f64::from(weight);
        totals[cell % n_nodes] += f64::from(weight);
    }
    nodes.sort_by(|&a, &b| totals[b].total_cmp(&totals[a]).then(a.cmp(&b)));
    nodes.truncate(MOST_NODES);
    nodes.sort_unstable();
    nodes
}
