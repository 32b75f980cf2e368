//! Sentences and the table of a snapshot.

use super::Setup;
use crate::charts::text::{count, fixed, significant};
use crate::charts::twin::Twin;
use crate::snapshot::{Layer, SnapshotView, ViewCall, ViewNode};

pub(super) const TITLE: &str = "Snapshot graph";
pub(super) const EMPTY: &str = "No snapshot has begun at this time.";

/// What is chosen, and the choices.
pub(super) const SETUP: &str = "Show";
pub(super) const SETUPS: [&str; 2] = ["slices (Setup A)", "calls (Setup B)"];

/// What the values and lines are.
pub(super) fn caption(snapshot: Option<&SnapshotView>, setup: Setup) -> String {
    let values = if snapshot.is_some_and(|snapshot| !snapshot.is_scaled) {
        "Values are as they were saved."
    } else {
        "Values are scaled per instance over the whole trace, for looking at only."
    };
    let lines = match setup {
        Setup::Slices => "No line stands for a call.",
        Setup::Calls => {
            "Arcs: the last calls of each pair up to a minute ago, to the right above and to the left below; thicker: slower."
        }
    };
    format!("{values} {lines}")
}

/// How many nodes there are, whether something is broken, who is highest, and in Setup B which calls are slowest.
pub(super) fn reading(snapshot: &SnapshotView, setup: Setup) -> String {
    match setup {
        Setup::Slices => of_nodes(snapshot),
        Setup::Calls => format!("{} {}", of_nodes(snapshot), of_calls(snapshot)),
    }
}

fn of_calls(snapshot: &SnapshotView) -> String {
    let calls = snapshot.calls.as_deref().unwrap_or_default();
    let Some(slowest) = calls.iter().max_by(|a, b| a.mean_millis.total_cmp(&b.mean_millis)) else {
        return "No call ended within a minute.".to_owned();
    };
    let (from, to) = (snapshot.name(slowest.caller), snapshot.name(slowest.callee));
    let pairs = if calls.len() == 1 { "1 pair" } else { &format!("{} pairs", count(calls.len())) };
    format!("Last calls of {pairs} within a minute; slowest: {from} to {to} with {}.", millis(slowest.mean_millis))
}

/// A duration.
pub(super) fn millis(millis: f32) -> String {
    format!("{} ms", significant(f64::from(millis)))
}

fn of_nodes(snapshot: &SnapshotView) -> String {
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

/// All nodes but the slices; in Setup B all calls.
pub(in crate::charts) fn twin(snapshot: &SnapshotView, setup: Setup) -> Twin {
    if setup == Setup::Calls {
        let mut twin = Twin::with_head(["Caller", "Callee", "Calls", "Mean ms", "Snapshots ago"]);
        let name = |node: usize| snapshot.name(node).to_owned();
        let calls = snapshot.calls.iter().flatten();
        let row = |call: &ViewCall| {
            let mean = significant(f64::from(call.mean_millis));
            let ago = count(call.snapshots_ago as usize);
            vec![name(call.caller), name(call.callee), count(call.count as usize), mean, ago]
        };
        twin.rows = calls.map(row).collect();
        return twin;
    }
    let mut twin = Twin::with_head(["Node", "Layer", if snapshot.is_scaled { "Value (scaled)" } else { "Value" }]);
    let nodes = snapshot.nodes.iter().filter(|node| node.layer != Layer::Slice);
    twin.rows = nodes.map(|node| vec![node.name.clone(), layer(node.layer).to_owned(), value(node)]).collect();
    twin
}
