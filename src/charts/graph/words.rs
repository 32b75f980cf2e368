//! Sentences and the table of the graph.

use super::GraphPicture;
use super::data::{Edges, MOST_NODES};
use crate::charts::order::sort_by;
use crate::charts::text::{Clock, count, fixed};
use crate::charts::twin::Twin;
use crate::report::{GraphMoment, LearnedGraph, Report};

/// The sentence where nothing was learned yet.
pub const UNTRAINED: &str = "Train tsf to see which nodes it listens to.";

/// What a graph model learned, to look at: the mean over the test part, or one of its moments.
///
/// `records` says whether the data hold records that connect nodes.
pub(in crate::charts) fn learned(report: &Report, records: bool, moment: Option<usize>) -> GraphPicture {
    let Some(graph) = &report.graph else { return named(UNTRAINED) };
    let mean = of_mean(graph, records);
    match moment.filter(|moment| *moment < graph.moments.len()) {
        Some(moment) => at_moment(report, graph, moment, mean),
        None => mean,
    }
}

/// Without nodes, only the sentence in their place.
fn named(empty: &str) -> GraphPicture {
    GraphPicture {
        testid: "graph-view".to_owned(),
        title: "Learned graph".to_owned(),
        empty: empty.to_owned(),
        ..GraphPicture::default()
    }
}

/// "day 2, 15:30"
pub fn moment_name(report: &Report, moment: &GraphMoment) -> String {
    let secs = (moment.bin as i64).saturating_mul(i64::from(report.dataset.grid_secs));
    Clock::starting(report.dataset.start_secs).stamp(report.dataset.start_secs.saturating_add(secs))
}

/// The kept edges of a moment between the nodes that the mean shows, so that all of them keep their places.
fn at_moment(report: &Report, graph: &LearnedGraph, moment: usize, mean: GraphPicture) -> GraphPicture {
    let shown = Edges::of(&graph.nodes, &graph.weights).shown;
    let n = shown.len();
    let place = |node: u32| shown.iter().position(|shown| *shown == node as usize);
    let edges = &graph.moments[moment].edges;
    let mut weights = vec![0.0; n * n];
    for (to, from, weight) in edges {
        if let (Some(to), Some(from)) = (place(*to), place(*from)) {
            weights[to * n + from] = *weight;
        }
    }
    let before = moment.checked_sub(1).and_then(|before| graph.moments.get(before));
    let names = |moment: &GraphMoment| moment_name(report, moment);
    let now = names(&graph.moments[moment]);
    let changed = before.map_or_else(
        || format!("At {now} {} edges are the strongest", count(edges.len())),
        |before| {
            let has =
                |all: &[(u32, u32, f32)], edge: &(u32, u32, f32)| all.iter().any(|e| (e.0, e.1) == (edge.0, edge.1));
            let came = edges.iter().filter(|edge| !has(&before.edges, edge)).count();
            let went = before.edges.iter().filter(|edge| !has(edges, edge)).count();
            let then = names(before);
            format!("At {now} {} edges came among the strongest and {} went since {then}", count(came), count(went))
        },
    );
    GraphPicture {
        nodes: shown.iter().map(|node| graph.nodes[*node].clone()).collect(),
        weights,
        reading: format!("{changed}."),
        caption: format!(
            "Kept weight at one moment of the test part, mean over heads, first seed; its {} strongest edges.",
            count(edges.len())
        ),
        ..mean
    }
}

fn of_mean(graph: &LearnedGraph, records: bool) -> GraphPicture {
    let edges = Edges::of(&graph.nodes, &graph.weights);
    let words =
        if edges.is_empty() { Default::default() } else { (reading(graph, &edges), caption(graph, records, &edges)) };
    GraphPicture {
        nodes: graph.nodes.clone(),
        weights: graph.weights.clone(),
        reading: words.0,
        caption: words.1,
        ..named("No pair is connected under these settings.")
    }
}

/// How many neighbours are kept, and how steady they are.
fn reading(graph: &LearnedGraph, edges: &Edges) -> String {
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
fn caption(graph: &LearnedGraph, records: bool, edges: &Edges) -> String {
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
        format!(" The {MOST_NODES} most connected of {} nodes.", count(edges.n_all))
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
pub(in crate::charts) fn twin(edges: &Edges) -> Twin {
    let mut all: Vec<(usize, super::data::Edge, usize)> = (0..edges.n())
        .flat_map(|to| {
            let received = edges.received(to);
            let n = received.len();
            received.into_iter().enumerate().map(move |(rank, edge)| (rank + 1, edge, n))
        })
        .collect();
    sort_by(&mut all, |a, b| b.1.weight.total_cmp(&a.1.weight));
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
    use super::super::data::tests::{edges_of, graph};
    use super::*;
    use crate::report::fixture::report;

    #[test]
    fn the_reading_says_kept_and_steady() {
        let graph = graph(3, |to, from| if to == from { 0.0 } else { 0.5 });
        let picture = of_mean(&graph, false);
        assert_eq!(
            picture.reading,
            "Each row keeps 2 of 2 neighbours; 62 % of the kept edges stay from one graph to the next."
        );
        assert!(picture.caption.contains("no records in these files"));
    }

    #[test]
    fn nothing_learned_and_nothing_connected_are_different() {
        assert_eq!(learned(&report(), true, None).empty, "Train tsf to see which nodes it listens to.");
        let none = of_mean(&graph(3, |_, _| 0.0), true);
        assert_eq!((none.empty.as_str(), none.reading.as_str()), ("No pair is connected under these settings.", ""));
    }

    #[test]
    fn a_moment_keeps_the_nodes_of_the_mean_and_says_what_changed() {
        let moment = |bin, edges: &[(u32, u32, f32)]| GraphMoment { bin, edges: edges.to_vec() };
        let moments =
            vec![moment(10, &[(0, 1, 0.9), (1, 0, 0.4)]), moment(20, &[(0, 1, 0.8), (2, 1, 0.5), (9, 9, 1.0)])];
        let graph = LearnedGraph { moments, ..graph(3, |to, from| if to == from { 0.0 } else { 0.5 }) };
        let report = Report { graph: Some(graph), ..report() };
        let mean = learned(&report, true, None);
        let first = learned(&report, true, Some(0));
        assert_eq!((first.nodes.len(), first.weights[1], first.weights[3]), (mean.nodes.len(), 0.9, 0.4));
        assert!(first.reading.ends_with("2 edges are the strongest."), "{}", first.reading);
        let second = learned(&report, true, Some(1));
        assert!(second.reading.contains("2 edges came among the strongest and 1 went"), "{}", second.reading);
        assert_eq!(learned(&report, true, Some(7)), mean, "a moment that is not there is the mean");
    }

    #[test]
    fn the_twin_lists_edges_by_weight() {
        let edges = edges_of(&graph(2, |to, from| if to == from { 0.0 } else { 0.25 + to as f32 * 0.25 }));
        assert_eq!(twin(&edges).rows, [["m_1", "m_0", "0.50", "1 of 1"], ["m_0", "m_1", "0.25", "1 of 1"]]);
    }
}
