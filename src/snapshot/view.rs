//! A snapshot as plain data for a picture.

use serde::{Deserialize, Serialize};

use super::features::instance_of;
use super::hierarchy::{Hierarchy, Layer};
use super::series::SnapshotSeries;
use crate::data::{DocumentEdge, SnapshotHeader, SnapshotRecord};

/// What a time slider shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// When the first snapshot begins, on the clock of the data.
    pub start_millis: i64,
    /// From one snapshot to the next.
    pub step_millis: i64,
    /// Whether something was broken, snapshot by snapshot.
    pub labels: Vec<bool>,
    /// Whether a snapshot may be used.
    pub kept: Vec<bool>,
}

impl Timeline {
    /// All snapshots of a series.
    pub fn of(series: &SnapshotSeries) -> Self {
        Self {
            start_millis: series.slices.start_millis,
            step_millis: 1000 * i64::from(series.config.window_secs),
            labels: series.labels.clone(),
            kept: series.kept.clone(),
        }
    }
}

/// One snapshot, to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotView {
    /// When it begins, on the clock of the data.
    pub at_millis: i64,
    /// Whether something was broken.
    pub label: bool,
    /// Whether it may be used.
    pub kept: bool,
    /// Values are scaled per instance; else they are as they were stored.
    pub is_scaled: bool,
    /// Nodes in the order types, hosts, instances, slices.
    pub nodes: Vec<ViewNode>,
    /// Edges between them.
    pub edges: Vec<DocumentEdge>,
    /// The last calls of each pair, ordered by caller and callee; `None` where the data know of no calls.
    pub calls: Option<Vec<ViewCall>>,
}

/// Calls from one type to another, to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewCall {
    /// The calling type, a node.
    pub caller: usize,
    /// The called type.
    pub callee: usize,
    /// Calls.
    pub count: u32,
    /// Their mean duration in milliseconds.
    pub mean_millis: f32,
    /// How many snapshots ago they ended; 0 for this one.
    pub snapshots_ago: u32,
}

impl ViewCall {
    /// Adds calls of the same pair and snapshot.
    pub fn add(&mut self, more: &Self) {
        let (n, n_more) = (f64::from(self.count), f64::from(more.count));
        let sum = n * f64::from(self.mean_millis) + n_more * f64::from(more.mean_millis);
        self.mean_millis = (sum / (n + n_more)) as f32;
        self.count = self.count.saturating_add(more.count);
    }
}

/// A node, to be drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViewNode {
    /// What it stands for.
    pub layer: Layer,
    /// Name for people; that of a slice is its distance from the beginning of the snapshot.
    pub name: String,
    /// Its first feature.
    pub value: f32,
    /// Whether its instance has too few samples.
    pub missing: bool,
}

impl SnapshotView {
    /// Name of a node; empty for one that is not there.
    pub fn name(&self, node: usize) -> &str {
        self.nodes.get(node).map_or("", |node| &node.name)
    }

    /// A snapshot of a series or of a document, without calls.
    pub fn of(header: &SnapshotHeader, snapshot: &SnapshotRecord, is_scaled: bool) -> Self {
        let hierarchy = header.hierarchy();
        let width = header.feature_names.len().max(1);
        let node = |(node, features): (usize, &[f32])| {
            let layer = hierarchy.layer(node);
            let instance = instance_of(&hierarchy, node, layer);
            ViewNode {
                layer,
                name: name(header, &hierarchy, node),
                value: features.first().copied().unwrap_or(0.0),
                missing: instance.is_some_and(|instance| snapshot.missing.contains(&instance)),
            }
        };
        Self {
            at_millis: snapshot.at_millis,
            label: snapshot.label,
            kept: snapshot.kept,
            is_scaled,
            nodes: snapshot.features.chunks_exact(width).take(hierarchy.n_nodes()).enumerate().map(node).collect(),
            edges: header.edges.clone(),
            calls: None,
        }
    }
}

fn name(header: &SnapshotHeader, hierarchy: &Hierarchy, node: usize) -> String {
    let deployment = &header.deployment;
    match hierarchy.layer(node) {
        Layer::Type => deployment.types[node].clone(),
        Layer::Host => match deployment.hosts[node - hierarchy.n_types].as_str() {
            "" => "unknown host".to_owned(),
            host => host.to_owned(),
        },
        Layer::Instance => deployment.instances[node - hierarchy.first_instance()].name.clone(),
        Layer::Slice => {
            let slice = (node - hierarchy.slice(0, 0)) % hierarchy.n_slices;
            format!("+{} s", slice as f64 * header.delta_millis as f64 / 1000.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::series::two_minutes;
    use super::*;
    use crate::config::SnapshotConfig;

    #[test]
    fn a_snapshot_is_drawn_with_names_values_and_edges() {
        let config = SnapshotConfig { delta_millis: 500, typed_features: true, ..SnapshotConfig::default() };
        let mut dataset = two_minutes();
        dataset.system.placements[3].host.clear();
        let series = SnapshotSeries::build(&dataset, &config).expect("two minutes");
        let scaling = series.fit_scaling(&[0, 1], false);
        let view = SnapshotView::of(&SnapshotHeader::of(&series), &SnapshotRecord::of(&series, 13, &scaling), false);
        assert_eq!((view.at_millis, view.label, view.kept), (65_000, true, true));
        let names: Vec<&str> = view.nodes[..12].iter().map(|node| node.name.as_str()).collect();
        let wanted = ["a", "b", "c", "m1", "m2", "unknown host", "pod-0", "pod-1", "pod-2", "pod-3", "+0 s", "+0.5 s"];
        assert_eq!(names, wanted);
        assert_eq!((view.nodes.len(), view.edges.len()), (50, 4 + 4 + 40 + 36));
        assert_eq!((view.nodes[9].layer, view.nodes[10].layer), (Layer::Instance, Layer::Slice));
        assert!((view.nodes[9].value - 4.125).abs() < 1e-6);
        let timeline = Timeline::of(&series);
        assert_eq!((timeline.start_millis, timeline.step_millis, timeline.labels.len()), (0, 5000, 24));
    }
}
