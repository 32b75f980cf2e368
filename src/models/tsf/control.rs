//! Choices that take the information out of a graph, made once or once per moment, on host arrays.

use crate::stream::{Stream, StreamRng};

/// Swaps that are tried per edge.
const SWAPS_PER_EDGE: usize = 10;

/// 1 at `keep` columns of each row that were drawn once, never the row's own, `[N, N]`.
pub(super) fn random_columns(n_nodes: usize, keep: usize) -> Vec<f32> {
    let rng = &mut Stream::Split.rng(0, "random graph");
    let mut out = vec![0.0; n_nodes * n_nodes];
    for row in 0..n_nodes {
        let mut others: Vec<usize> = (0..n_nodes).filter(|&column| column != row).collect();
        rng.shuffle(&mut others);
        others.iter().take(keep).for_each(|&column| out[row * n_nodes + column] = 1.0);
    }
    out
}

/// An order of the nodes, drawn once, in which none keeps its place (but a lone one).
///
/// Sattolo's shuffle: every result is one cycle through all nodes.
pub(super) fn other_order(n_nodes: usize) -> Vec<usize> {
    let rng = &mut Stream::Split.rng(0, "permuted graph");
    let mut order: Vec<usize> = (0..n_nodes).collect();
    for last in (1..n_nodes).rev() {
        order.swap(last, rng.below(last));
    }
    order
}

/// Edges with their ends exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rewired {
    /// `(receiver, sender, sender before)` of each edge.
    pub(super) edges: Vec<(usize, usize, usize)>,
}

/// Double-edge swaps: `i ← j` and `k ← l` become `i ← l` and `k ← j` unless that gives a loop or an edge twice, so
/// that each row keeps its number of edges in and each column its number of edges out (Maslov and Sneppen 2002).
///
/// # Shapes
/// `kept: [N, N]`, above 0 at an edge.
pub(super) fn rewire(kept: &[f32], n_nodes: usize, rng: &mut StreamRng) -> Rewired {
    let mut is_edge: Vec<bool> = kept.iter().map(|&kept| kept > 0.0).collect();
    let places = (0..kept.len()).filter(|&at| is_edge[at]);
    let mut edges: Vec<_> = places.map(|at| (at / n_nodes, at % n_nodes, at % n_nodes)).collect();
    for _ in 0..SWAPS_PER_EDGE * edges.len() {
        let (a, b) = (rng.below(edges.len()), rng.below(edges.len()));
        let ((i, j, _), (k, l, _)) = (edges[a], edges[b]);
        let (new_a, new_b) = (i * n_nodes + l, k * n_nodes + j);
        if i == l || k == j || is_edge[new_a] || is_edge[new_b] {
            continue;
        }
        (is_edge[i * n_nodes + j], is_edge[k * n_nodes + l]) = (false, false);
        (is_edge[new_a], is_edge[new_b]) = (true, true);
        (edges[a].1, edges[b].1) = (l, j);
    }
    Rewired { edges }
}

#[cfg(test)]
mod tests {
    use super::super::sparsity::keep_strongest;
    use super::*;

    #[test]
    fn no_node_keeps_its_place_and_none_is_lost() {
        for n in 2..30 {
            let order = other_order(n);
            assert!(order.iter().enumerate().all(|(place, &node)| place != node), "{order:?}");
            let mut sorted = order;
            sorted.sort_unstable();
            assert_eq!(sorted, (0..n).collect::<Vec<_>>());
        }
        assert_eq!(other_order(1), [0]);
    }

    #[test]
    fn random_rows_have_the_number_of_columns_and_never_their_own() {
        let (n, keep) = (9, 4);
        let graph = random_columns(n, keep);
        assert_eq!(graph, random_columns(n, keep), "drawn once");
        for (idx, row) in graph.chunks(n).enumerate() {
            assert_eq!((row.iter().sum::<f32>(), row[idx]), (keep as f32, 0.0));
        }
    }

    fn degrees(n: usize, edges: impl Iterator<Item = (usize, usize)>) -> (Vec<usize>, Vec<usize>) {
        let (mut received, mut sent) = (vec![0; n], vec![0; n]);
        edges.for_each(|(receiver, sender)| {
            received[receiver] += 1;
            sent[sender] += 1;
        });
        (received, sent)
    }

    #[test]
    fn rewiring_keeps_both_degrees_of_every_node_without_loops_or_twins() {
        for (seed, n, keep) in [(1, 12, 3), (2, 20, 10), (3, 5, 4), (4, 2, 1), (5, 1, 0)] {
            let rng = &mut Stream::Data.rng(seed, "rewire");
            let weights: Vec<f32> = (0..n * n).map(|_| rng.unit()).collect();
            let kept = keep_strongest(&weights, n, keep);
            let Rewired { edges } = rewire(&kept, n, rng);
            let now = degrees(n, edges.iter().map(|&(receiver, sender, _)| (receiver, sender)));
            assert_eq!(now, degrees(n, edges.iter().map(|&(receiver, _, before)| (receiver, before))), "{n} nodes");
            assert!(edges.iter().all(|(receiver, sender, _)| receiver != sender));
            let mut places: Vec<_> = edges.iter().map(|&(receiver, sender, _)| (receiver, sender)).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), kept.iter().filter(|&&kept| kept > 0.0).count());
        }
    }

    #[test]
    fn rewiring_moves_most_edges_of_a_sparse_graph() {
        let rng = &mut Stream::Data.rng(1, "rewire");
        let weights: Vec<f32> = (0..900).map(|_| rng.unit()).collect();
        let Rewired { edges } = rewire(&keep_strongest(&weights, 30, 5), 30, rng);
        let moved = edges.iter().filter(|(_, sender, before)| sender != before).count();
        assert!(moved > 100, "{moved} of {}", edges.len());
    }
}
