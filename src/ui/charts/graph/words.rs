//! Sentences and the table of the graph.

use super::data::{Edges, MOST_NODES};
use crate::report::LearnedGraph;
use crate::ui::charts::text::{count, fixed};
use crate::ui::charts::twin::Twin;

/// Sentence in place of the picture.
pub(super) fn empty(graph: &Option<LearnedGraph>, edges: &Edges) -> Option<&'static str> {
    match graph {
        None => Some("Train tsf to see which machines it listens to."),
        Some(_) if edges.is_empty() => Some("No pair is connected under these settings."),
        Some(_) => None,
    }
}

/// How many neighbours are kept, and how steady they are.
pub(super) fn reading(graph: &Option<LearnedGraph>, edges: &Edges) -> String {
    let Some(graph) = graph.as_ref().filter(|_| !edges.is_empty()) else { return String::new() };
    let others = edges.n_all.saturating_sub(1);
    let kept = format!("Each row keeps {} of {} neighbours", count(graph.kept_per_row), count(others));
    match graph.overlap {
        Some(share) => {
            format!("{kept}; {} % of the kept edges stay from one graph to the next.", fixed(share * 100.0, 0))
        }
        None => format!("{kept}."),
    }
}

/// What the weights are and where they come from.
pub(super) fn caption(graph: &Option<LearnedGraph>, records: bool, edges: &Edges) -> String {
    let Some(graph) = graph.as_ref().filter(|_| !edges.is_empty()) else { return String::new() };
    let [from_records, correlation, attention] = graph.lambda.map(|share| fixed(f64::from(share), 2));
    let sources = if records {
        format!("records {from_records}, correlation {correlation}, attention {attention}")
    } else {
        format!("no records in these files; correlation {correlation}, attention {attention}")
    };
    let fusion = graph.alpha.map_or_else(String::new, |alpha| {
        format!(" Share of the graph in the forecast {}.", fixed(f64::from(alpha), 2))
    });
    let shown = if edges.n_all > edges.n() {
        format!(" The {MOST_NODES} most connected of {} machines.", count(edges.n_all))
    } else {
        String::new()
    };
    format!("Mean kept weight over the test origins and heads, first seed. Shares: {sources}.{fusion}{shown}")
}

/// "m_7 receives from m_3".
pub(super) fn pair(edges: &Edges, to: usize, from: usize) -> String {
    let name = |node: usize| edges.nodes.get(node).map_or("", String::as_str);
    format!("{} receives from {}", name(to), name(from))
}

/// A weight as printed everywhere.
pub(super) fn weight(value: f64) -> String {
    fixed(value, if value < 0.1 { 3 } else { 2 })
}

/// Edges by weight.
pub(super) fn twin(edges: &Edges) -> Twin {
    let mut all: Vec<(usize, super::data::Edge, usize)> = (0..edges.n())
        .flat_map(|to| {
            let received = edges.received(to);
            let n = received.len();
            received.into_iter().enumerate().map(move |(rank, edge)| (rank + 1, edge, n))
        })
        .collect();
    all.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
    let mut twin = Twin::with_head(["Receiver", "Sender", "Weight", "Rank at the receiver"]);
    let name = |node: usize| edges.nodes[node].clone();
    let row = |(rank, edge, n): &(usize, super::data::Edge, usize)| {
        vec![name(edge.to), name(edge.from), weight(edge.weight), format!("{rank} of {n}")]
    };
    twin.rows = all.iter().map(row).collect();
    twin
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::graph;
    use super::*;

    #[test]
    fn the_reading_says_kept_and_steady() {
        let graph = graph(3, |to, from| if to == from { 0.0 } else { 0.5 });
        let edges = Edges::of(&graph);
        assert_eq!(
            reading(&Some(graph.clone()), &edges),
            "Each row keeps 2 of 2 neighbours; 62 % of the kept edges stay from one graph to the next."
        );
        assert!(caption(&Some(graph.clone()), false, &edges).contains("no records in these files"));
        assert_eq!(empty(&Some(graph), &edges), None);
    }

    #[test]
    fn nothing_learned_and_nothing_connected_are_different() {
        let none = graph(3, |_, _| 0.0);
        let edges = Edges::of(&none);
        assert_eq!(empty(&None, &Edges::default()), Some("Train tsf to see which machines it listens to."));
        assert_eq!(empty(&Some(none), &edges), Some("No pair is connected under these settings."));
    }

    #[test]
    fn the_twin_lists_edges_by_weight() {
        let edges = Edges::of(&graph(2, |to, from| if to == from { 0.0 } else { 0.25 + to as f32 * 0.25 }));
        assert_eq!(twin(&edges).rows, [["m_1", "m_0", "0.50", "1 of 1"], ["m_0", "m_1", "0.25", "1 of 1"]]);
    }
}
