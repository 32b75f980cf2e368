//! Sentences and the table of a snapshot.

use crate::charts::text::{count, fixed};
use crate::charts::twin::Twin;
use crate::snapshot::{Layer, SnapshotView, ViewNode};

pub(super) const TITLE: &str = "Snapshot graph";
pub(super) const EMPTY: &str = "No snapshot has begun at this time.";

/// What the values are.
pub(super) fn caption(snapshot: Option<&SnapshotView>) -> &'static str {
    if snapshot.is_some_and(|snapshot| !snapshot.is_scaled) {
        "Values are as they were saved. No line stands for a call."
    } else {
        "Values are scaled per instance over the whole trace, for looking at only. No line stands for a call."
    }
}

/// How many nodes there are, whether something is broken, and who is highest.
pub(super) fn reading(snapshot: &SnapshotView) -> String {
    let n = |layer: Layer| count(of_layer(snapshot, layer).count());
    let state = match (snapshot.label, snapshot.kept) {
        (true, _) => "a fault is labelled",
        (false, true) => "no fault is labelled",
        (false, false) => "too many samples are missing",
    };
    let highest = of_layer(snapshot, Layer::Instance).max_by(|(_, a), (_, b)| a.value.total_cmp(&b.value));
    let highest = highest.map_or_else(String::new, |(_, node)| format!("; highest: {} at {}", node.name, value(node)));
    format!(
        "{} services, {} instances, {} hosts; {state}{highest}.",
        n(Layer::Type),
        n(Layer::Instance),
        n(Layer::Host)
    )
}

/// Nodes of a layer with their indices.
pub(super) fn of_layer(snapshot: &SnapshotView, layer: Layer) -> impl Iterator<Item = (usize, &ViewNode)> {
    snapshot.nodes.iter().enumerate().filter(move |(_, node)| node.layer == layer)
}

/// The value of a node, or why there is none.
pub(super) fn value(node: &ViewNode) -> String {
    if node.missing { "missing".to_owned() } else { fixed(f64::from(node.value), 2) }
}

/// A layer in a word.
pub(super) fn layer(layer: Layer) -> &'static str {
    match layer {
        Layer::Type => "service",
        Layer::Host => "host",
        Layer::Instance => "instance",
        Layer::Slice => "slice",
    }
}

/// All nodes but the slices.
pub(in crate::charts) fn twin(snapshot: &SnapshotView) -> Twin {
    let mut twin = Twin::with_head(["Node", "Layer", if snapshot.is_scaled { "Value (scaled)" } else { "Value" }]);
    let nodes = snapshot.nodes.iter().filter(|node| node.layer != Layer::Slice);
    twin.rows = nodes.map(|node| vec![node.name.clone(), layer(node.layer).to_owned(), value(node)]).collect();
    twin
}
