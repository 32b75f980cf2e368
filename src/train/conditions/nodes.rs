//! Nodes that come and go.

use crate::models::HostBatch;
use crate::stream::Stream;

/// Smallest and largest factor between an added node and the one that it copies.
const FACTORS: (f32, f32) = (0.5, 1.5);

/// Nodes to copy, all different, and their factors.
pub(super) fn added(n: usize, count: usize, seed: u32) -> Vec<(usize, f32)> {
    let rng = &mut Stream::Data.rng(seed, "factors of added nodes");
    let nodes = drawn(n, count.min(n), seed, "nodes added");
    nodes.into_iter().map(|node| (node, rng.uniform(FACTORS.0, FACTORS.1))).collect()
}

/// The first nodes of a seeded order: a larger number holds the smaller ones.
pub(super) fn drawn(n: usize, count: usize, seed: u32, scope: &str) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    Stream::Split.rng(seed, scope).shuffle(&mut order);
    order.truncate(count);
    order
}

/// The windows of some nodes, in this order.
pub(super) fn with_nodes(host: &HostBatch, rows: &[usize]) -> HostBatch {
    let n = host.n_nodes;
    let select = |values: &Vec<f32>, width: usize| -> Vec<f32> {
        let groups = values.chunks_exact(n * width);
        let of_group = |group: &[f32]| -> Vec<f32> {
            rows.iter().flat_map(|&row| group[row * width..(row + 1) * width].to_vec()).collect()
        };
        groups.flat_map(of_group).collect()
    };
    let squares = |graphs: &Vec<Vec<f32>>| -> Vec<Vec<f32>> {
        let columns = |values: &Vec<f32>| select(values, 1); // [B, N, N']
        let both = |values: &Vec<f32>| select(&columns(values), rows.len());
        graphs.iter().map(both).collect()
    };
    let inputs = |all: &Vec<Vec<f32>>| all.iter().map(|values| select(values, host.n_features)).collect();
    HostBatch {
        n_nodes: rows.len(),
        inputs: select(&host.inputs, host.n_features),
        last: select(&host.last, 1),
        target: select(&host.target, host.n_outputs),
        weight: select(&host.weight, host.n_outputs),
        correlation: squares(&host.correlation),
        records: squares(&host.records),
        graph_inputs: inputs(&host.graph_inputs),
        edges_left: squares(&host.edges_left),
        strided: inputs(&host.strided),
        ..host.clone()
    }
}

/// The windows with copies of some nodes behind the others, each `(node, factor)`.
pub(super) fn with_copies(host: &HostBatch, n_metrics: usize, copies: &[(usize, f32)]) -> HostBatch {
    let n = host.n_nodes;
    let rows: Vec<usize> = (0..n).chain(copies.iter().map(|(node, _)| *node)).collect();
    let mut out = with_nodes(host, &rows);
    let factor = |row: usize| row.checked_sub(n).map_or(1.0, |copy| copies[copy].1);
    let (all, f) = (out.n_nodes, out.n_features);
    let inputs = std::iter::once(&mut out.inputs).chain(&mut out.strided).chain(&mut out.graph_inputs);
    for values in inputs {
        for (row, features) in values.chunks_exact_mut(f).enumerate() {
            features[..n_metrics].iter_mut().for_each(|value| *value *= factor(row % all));
        }
    }
    out.last.iter_mut().enumerate().for_each(|(row, last)| *last *= factor(row % all));
    let is_copy = |at: usize, width: usize| at / width % all >= n;
    let p = out.n_outputs;
    out.weight.iter_mut().enumerate().filter(|(at, _)| is_copy(*at, p)).for_each(|(_, weight)| *weight = 0.0);
    out.correlation.iter_mut().for_each(|graphs| correlate_copies(graphs, all, (n, copies)));
    out
}

/// A series and its multiple correlate perfectly; without a correlation to any node there is nothing to compare.
fn correlate_copies(graphs: &mut [f32], all: usize, (n, copies): (usize, &[(usize, f32)])) {
    for graph in graphs.chunks_exact_mut(all * all) {
        for (copy, &(node, _)) in copies.iter().enumerate() {
            let has_any = graph[node * all..node * all + n].iter().any(|&weight| weight > 0.0);
            let weight = if has_any { 1.0 } else { 0.0 };
            (graph[node * all + n + copy], graph[(n + copy) * all + node]) = (weight, weight);
        }
    }
}
