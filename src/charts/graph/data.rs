//! The edges of a learned graph, ranked per receiver.

use crate::charts::order::sort_by;

/// Machines shown at most; of more, the most connected.
pub(super) const MOST_NODES: usize = 120;

/// Steps of the tint.
const STEPS: f64 = 9.0;

/// Weights between the shown machines.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::charts) struct Edges {
    /// Names, in the order of the report.
    pub nodes: Vec<String>,
    /// Their indices in the whole graph.
    pub shown: Vec<usize>,
    /// `[N, N]`; row receives from column; 0 where there is no edge.
    weights: Vec<f64>,
    /// Machines of the whole graph.
    pub n_all: usize,
    /// Largest weight.
    pub largest: f64,
}

/// One edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    /// Receiving machine.
    pub to: usize,
    /// Sending machine.
    pub from: usize,
    /// Weight.
    pub weight: f64,
}

impl Edges {
    /// The edges of a graph; weights that are no positive number count as none.
    pub(super) fn of(nodes: &[String], weights: &[f32]) -> Self {
        let n_all = nodes.len();
        let weight = |to: usize, from: usize| {
            let found = weights.get(to * n_all + from).copied().map_or(0.0, f64::from);
            if to != from && found.is_finite() && found > 0.0 { found } else { 0.0 }
        };
        let shown = most_connected(n_all, weight);
        let weights: Vec<f64> = shown.iter().flat_map(|to| shown.iter().map(|from| weight(*to, *from))).collect();
        let largest = weights.iter().copied().fold(0.0, f64::max);
        Self { nodes: shown.iter().map(|node| nodes[*node].clone()).collect(), shown, weights, n_all, largest }
    }

    /// `N`.
    pub(super) fn n(&self) -> usize {
        self.nodes.len()
    }

    /// Weight with which `to` receives from `from`.
    pub(super) fn weight(&self, to: usize, from: usize) -> f64 {
        self.weights.get(to * self.n() + from).copied().unwrap_or(0.0)
    }

    /// Whether no pair is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.largest == 0.0
    }

    /// Step 0 to 8 of the tint; `None` where there is no edge.
    pub(super) fn step(&self, weight: f64) -> Option<usize> {
        (weight > 0.0).then(|| ((weight / self.largest * STEPS) as usize).min(8))
    }

    /// What a machine receives, strongest first; equal weights in the order of the machines.
    pub(super) fn received(&self, to: usize) -> Vec<Edge> {
        let edges = (0..self.n()).map(|from| Edge { to, from, weight: self.weight(to, from) });
        let mut edges: Vec<Edge> = edges.filter(|edge| edge.weight > 0.0).collect();
        sort_by(&mut edges, |a, b| b.weight.total_cmp(&a.weight));
        edges
    }

    /// Rank of an edge among those its receiver has, from 1, and their number.
    pub(super) fn rank(&self, to: usize, from: usize) -> Option<(usize, usize)> {
        let received = self.received(to);
        let place = received.iter().position(|edge| edge.from == from)?;
        Some((place + 1, received.len()))
    }

    /// All that a machine sends.
    pub(super) fn sent(&self, from: usize) -> f64 {
        (0..self.n()).map(|to| self.weight(to, from)).sum()
    }

    /// How alike two machines are: the weight between them, both ways.
    pub(super) fn between(&self, a: usize, b: usize) -> f64 {
        self.weight(a, b) + self.weight(b, a)
    }
}

/// The machines with the largest total weight, in their own order; all of them if they are few.
fn most_connected(n: usize, weight: impl Fn(usize, usize) -> f64) -> Vec<usize> {
    let mut nodes: Vec<usize> = (0..n).collect();
    if n > MOST_NODES {
        let total = |node: usize| (0..n).map(|other| weight(node, other) + weight(other, node)).sum::<f64>();
        let totals: Vec<f64> = nodes.iter().map(|node| total(*node)).collect();
        sort_by(&mut nodes, |a, b| totals[*b].total_cmp(&totals[*a]));
        nodes.truncate(MOST_NODES);
        sort_by(&mut nodes, usize::cmp);
    }
    nodes
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::report::LearnedGraph;

    pub(crate) fn edges_of(graph: &LearnedGraph) -> Edges {
        Edges::of(&graph.nodes, &graph.weights)
    }

    pub(crate) fn graph(n: usize, weight: impl Fn(usize, usize) -> f32) -> LearnedGraph {
        LearnedGraph {
            nodes: (0..n).map(|node| format!("m_{node}")).collect(),
            weights: (0..n * n).map(|cell| weight(cell / n, cell % n)).collect(),
            lambda: [0.2, 0.5, 0.3],
            alpha: Some(0.4),
            kept_per_row: 2,
            overlap: Some(0.62),
            smoothing: Vec::new(),
            moments: Vec::new(),
        }
    }

    #[test]
    fn rows_receive_and_are_ranked() {
        let edges = edges_of(&graph(3, |to, from| if to == 0 { from as f32 * 0.2 } else { 0.0 }));
        assert_eq!(
            (edges.rank(0, 2), edges.rank(0, 1), edges.rank(0, 0), edges.rank(1, 0)),
            (Some((1, 2)), Some((2, 2)), None, None)
        );
        assert_eq!((edges.step(edges.largest), edges.step(0.0)), (Some(8), None));
    }

    #[test]
    fn the_diagonal_and_odd_weights_are_no_edges() {
        let odd = edges_of(&graph(2, |to, from| if to == from { 1.0 } else { f32::NAN }));
        assert!(odd.is_empty());
        let short = LearnedGraph { weights: vec![0.5], ..graph(2, |_, _| 0.0) };
        assert!(edges_of(&short).is_empty());
    }

    #[test]
    fn of_many_machines_the_most_connected_are_shown() {
        let edges = edges_of(&graph(200, |to, from| if to == 199 && from > 100 { 1.0 } else { 0.0 }));
        assert_eq!((edges.n(), edges.n_all), (MOST_NODES, 200));
        assert!(edges.nodes.contains(&"m_199".to_owned()) && edges.nodes.contains(&"m_150".to_owned()));
    }
}
