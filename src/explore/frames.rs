//! The graph of each moment of a data set, made when it is asked for.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use super::Frame;
use super::snapshots::Snapshots;
use crate::config::Checked;
use crate::data::Dataset;
use crate::graph::{GraphError, GraphsOnDemand};
use crate::json;

/// Nodes of a frame at most; of more, the most connected ones.
const MOST_NODES: usize = 150;
/// Graphs that are kept: while time goes on, the one before is known.
const KEPT: usize = 2;

/// The graphs of a data set; nothing but the last ones is kept.
#[derive(Debug)]
pub struct Frames {
    dataset: Arc<Dataset>,
    graphs: GraphsOnDemand,
    snapshots: Option<Snapshots>,
    /// Weights by number of the graph, latest last.
    known: RefCell<VecDeque<(usize, Rc<[f32]>)>>,
}

impl Frames {
    /// Makes ready for looking at all nodes of a data set.
    ///
    /// # Errors
    /// When two graphs would not fit into memory, or there is no target.
    pub fn new(dataset: Arc<Dataset>, config: &Checked) -> Result<Self, GraphError> {
        let graphs = GraphsOnDemand::new(Arc::clone(&dataset), config)?;
        let snapshots = Snapshots::of(&dataset);
        Ok(Self { dataset, graphs, snapshots, known: RefCell::default() })
    }

    /// The graph in force at a bin; a bin behind the last one is the last one.
    pub fn at(&self, bin: usize) -> Frame {
        let Dataset { nodes, n_bins, start_secs, grid_secs, .. } = &*self.dataset;
        let bin = bin.min(n_bins.saturating_sub(1));
        let renew_bins = self.graphs.renew_bins();
        let before = bin.checked_sub(renew_bins).map(|before| self.weights(before));
        let weights = self.weights(bin);
        let count = |in_one: &[f32], in_other: &[f32]| {
            in_one.iter().zip(in_other).filter(|(one, other)| **one > 0.0 && **other <= 0.0).count()
        };
        let (n_came, n_went) = before.map_or((0, 0), |before| (count(&weights, &before), count(&before, &weights)));
        let grid_secs = i64::from(*grid_secs);
        let at_secs = start_secs.saturating_add((bin as i64).saturating_mul(grid_secs));
        let shown = most_connected(&weights, nodes.len());
        let cell = |to: usize, from: usize| weights[to * nodes.len() + from];
        let snapshots = self.snapshots.as_ref();
        let snapshot = snapshots.and_then(|snapshots| snapshots.at(&self.dataset, at_secs));
        Frame {
            bin,
            n_bins: *n_bins,
            renew_bins,
            at_secs,
            nodes: shown.iter().map(|&node| nodes[node].clone()).collect(),
            weights: shown.iter().flat_map(|&to| shown.iter().map(move |&from| cell(to, from))).collect(),
            sources: self.graphs.edge_sources().to_vec(),
            n_came,
            n_went,
            has_snapshots: self.snapshots.is_some(),
            around_json: snapshots
                .zip(snapshot.as_ref())
                .and_then(|(snapshots, shown)| snapshots.around(&self.dataset, at_secs, shown))
                .and_then(|around| json::text(&around)),
            snapshot_json: snapshot.as_ref().and_then(json::text),
        }
    }

    /// Correlation and records together, `[N, N]`.
    fn weights(&self, bin: usize) -> Rc<[f32]> {
        let number = self.graphs.renewal(bin);
        let mut known = self.known.borrow_mut();
        if let Some((_, weights)) = known.iter().find(|(known, _)| *known == number) {
            return Rc::clone(weights);
        }
        let mut weights = self.graphs.correlation_at(bin);
        if let Some(records) = self.graphs.records_at(bin) {
            weights.iter_mut().zip(records).for_each(|(weight, record)| *weight += record);
        }
        let weights: Rc<[f32]> = weights.into();
        if known.len() == KEPT {
            known.pop_front();
        }
        known.push_back((number, Rc::clone(&weights)));
        weights
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::preset;
    use crate::graph::ChannelGraphs;
    use crate::sandbox::simulate;

    #[test]
    fn frames_are_those_of_all_graphs_in_any_order_of_looking() {
        let dataset = Arc::new(simulate("sample").expect("a scenario"));
        let config = preset("quick").expect("a preset").config.check().expect("in range");
        let all = ChannelGraphs::of_all(&dataset, &config).expect("small");
        let frames = Frames::new(Arc::clone(&dataset), &config).expect("small");
        let weights = |bin: usize| -> Vec<f32> {
            let records = all.records_at(bin).expect("records");
            all.correlation_at(bin).iter().zip(records).map(|(a, b)| a + b).collect()
        };
        let last = dataset.n_bins - 1;
        for bin in [700, 0, 710, 700, last, 3, last] {
            let frame = frames.at(bin);
            assert_eq!((frame.bin, &frame.nodes, &frame.weights), (bin, &dataset.nodes, &weights(bin)));
            let before = bin.checked_sub(all.renew_bins()).map(weights);
            let came =
                |before: &Vec<f32>| frame.weights.iter().zip(before).filter(|(a, b)| **a > 0.0 && **b <= 0.0).count();
            assert_eq!(frame.n_came, before.as_ref().map_or(0, came));
        }
        assert_eq!(frames.at(usize::MAX), frames.at(last));
        assert!(!frames.at(0).has_snapshots);
    }
}
