//! Node-link picture: arrows end at the receiver, the strongest edges of each are drawn.

use std::rc::Rc;

use super::data::{Edge, Edges};
use super::heat::short;
use super::layout::{KEPT, strongest};
use super::words::weight;
use crate::charts::axes::rough_width;
use crate::charts::draw::{Mark, Point};
use crate::charts::ink::{Ink, Marker};
use crate::charts::order::sort_by;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};

/// Names written at most.
const MOST_NAMES: usize = 12;

/// A machine on the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Node {
    at: Point,
    radius: f64,
}

/// The chart at a size, machines at their places in the unit square.
pub(super) fn plot(edges: &Rc<Edges>, places: &[(f64, f64)], width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let nodes = nodes(edges, places, width, height);
    for edge in strongest(edges) {
        draw_edge(&mut plot, &nodes, edge, edges.largest);
    }
    let most = sent(edges).iter().copied().fold(0.0, f64::max);
    for (idx, node) in nodes.iter().enumerate() {
        let share = if most > 0.0 { edges.sent(idx) / most } else { 0.0 };
        plot.marks.push(Mark::Dot(node.at, node.radius + 1.5, Marker::Square, Ink::SURFACE));
        plot.marks.push(Mark::Dot(node.at, node.radius, Marker::Square, Ink::step(3 + (share * 5.0) as usize)));
    }
    write_names(&mut plot, edges, &nodes);
    let words = format!("arrows end at the receiver; {KEPT} strongest of each");
    plot.labels.push(Label::new((4.0, f64::from(height) - 8.0), words, Anchor::Start, Tone::Tick));
    plot.hits = Hits::Points(nodes.iter().map(|node| node.at).collect());
    let edges = Rc::clone(edges);
    plot.tip = Rc::new(move |idx| tip(&edges, &nodes, idx));
    plot
}

fn sent(edges: &Edges) -> Vec<f64> {
    (0..edges.n()).map(|node| edges.sent(node)).collect()
}

/// Places in pixels and radii from 4 to 10 by what a machine sends.
fn nodes(edges: &Edges, places: &[(f64, f64)], width: u32, height: u32) -> Vec<Node> {
    let sent = sent(edges);
    let most = sent.iter().copied().fold(0.0, f64::max);
    let side = (28.0, 20.0);
    let room = ((f64::from(width) - 2.0 * side.0).max(1.0), (f64::from(height) - 2.0 * side.1 - 16.0).max(1.0));
    let node = |(place, sent): (&(f64, f64), &f64)| Node {
        at: (side.0 + place.0 * room.0, side.1 + place.1 * room.1),
        radius: (4.0 + 6.0 * if most > 0.0 { sent / most } else { 0.0 }) * small(edges.n()),
    };
    places.iter().zip(&sent).map(node).collect()
}

/// Many machines are drawn smaller.
fn small(n: usize) -> f64 {
    if n > 60 { 0.6 } else { 1.0 }
}

/// A slim arrow of 0.75 to 3 px from the rim of the sender to the rim of the receiver.
fn draw_edge(plot: &mut Plot, nodes: &[Node], edge: Edge, largest: f64) {
    let (Some(from), Some(to)) = (nodes.get(edge.from), nodes.get(edge.to)) else { return };
    let (dx, dy) = (to.at.0 - from.at.0, to.at.1 - from.at.1);
    let length = (dx * dx + dy * dy).sqrt();
    let free = length - from.radius - to.radius - 4.0;
    if free < 2.0 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    let share = edge.weight / largest;
    let half = (0.75 + 2.25 * share) / 2.0;
    let head = (5.0 + 3.0 * share).min(free);
    let place = |along: f64, across: f64| (from.at.0 + ux * along - uy * across, from.at.1 + uy * along + ux * across);
    let (start, tip) = (from.radius + 2.0, length - to.radius - 2.0);
    let neck = tip - head;
    let outline = vec![
        place(start, half),
        place(neck, half),
        place(neck, half + head * 0.35),
        place(tip, 0.0),
        place(neck, -half - head * 0.35),
        place(neck, -half),
        place(start, -half),
    ];
    plot.marks.push(Mark::Area(outline, Ink::NORMAL, 0.35 + 0.45 * share));
}

/// Names of the largest machines, each where it covers no other name and no machine.
fn write_names(plot: &mut Plot, edges: &Edges, nodes: &[Node]) {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    let sent = sent(edges);
    sort_by(&mut order, |a, b| sent[*b].total_cmp(&sent[*a]));
    let mut taken: Vec<[f64; 4]> = nodes.iter().map(box_of).collect();
    for idx in order.into_iter().take(MOST_NAMES) {
        let name = short(&edges.nodes[idx]);
        let free = sides(nodes[idx], rough_width(&name)).into_iter().find(|(_, _, area)| {
            let inside = area[0] >= 0.0 && area[2] <= f64::from(plot.width);
            inside && taken.iter().all(|other| !overlap(area, other))
        });
        if let Some((at, anchor, area)) = free {
            taken.push(area);
            plot.labels.push(Label::new(at, name, anchor, Tone::Strong));
        }
    }
}

fn box_of(node: &Node) -> [f64; 4] {
    let ((x, y), r) = (node.at, node.radius);
    [x - r, y - r, x + r, y + r]
}

/// Right, left, below and above of a machine, with the box that a name takes there.
fn sides(node: Node, width: f64) -> [(Point, Anchor, [f64; 4]); 4] {
    let ((x, y), r) = (node.at, node.radius);
    let (right, left, below, above) = (x + r + 4.0, x - r - 4.0, y + r + 9.0, y - r - 9.0);
    let half = width / 2.0;
    [
        ((right, y), Anchor::Start, [right, y - 7.0, right + width, y + 7.0]),
        ((left, y), Anchor::End, [left - width, y - 7.0, left, y + 7.0]),
        ((x, below), Anchor::Middle, [x - half, below - 7.0, x + half, below + 7.0]),
        ((x, above), Anchor::Middle, [x - half, above - 7.0, x + half, above + 7.0]),
    ]
}

fn overlap(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

fn tip(edges: &Edges, nodes: &[Node], idx: usize) -> Tip {
    let Some(node) = nodes.get(idx) else { return Tip::default() };
    let received = edges.received(idx);
    let name = |node: usize| edges.nodes[node].clone();
    let mut rows: Vec<TipRow> = received
        .iter()
        .take(KEPT)
        .map(|edge| TipRow::plain(format!("from {}", name(edge.from)), weight(edge.weight)))
        .collect();
    let n_receivers = (0..edges.n()).filter(|to| edges.weight(*to, idx) > 0.0).count();
    rows.push(TipRow::plain("receives from", format!("{} machines", received.len())));
    rows.push(TipRow::plain("sends to", format!("{n_receivers} machines, {} together", weight(edges.sent(idx)))));
    let lines = received.iter().take(KEPT).filter_map(|edge| Some((nodes.get(edge.from)?.at, node.at)));
    let [left, top, right, bottom] = box_of(node);
    Tip {
        title: name(idx),
        rows,
        at: node.at,
        outline: Some([left - 2.0, top - 2.0, right + 2.0, bottom + 2.0]),
        lines: lines.collect(),
        ..Tip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{edges_of, graph};
    use super::super::layout::places;
    use super::*;

    #[test]
    fn each_receiver_has_its_strongest_arrows_and_twelve_names_at_most() {
        let edges = Rc::new(edges_of(&graph(30, |to, from| ((to * 7 + from * 5) % 13) as f32 / 13.0)));
        let drawn = plot(&edges, &places(&edges), 700, 456);
        let arrows = drawn.marks.iter().filter(|mark| matches!(mark, Mark::Area(..))).count();
        assert!(arrows > 60 && arrows <= 30 * KEPT, "{arrows}");
        assert!(drawn.labels.iter().filter(|label| label.tone == Tone::Strong).count() <= MOST_NAMES);
    }

    #[test]
    fn the_tooltip_names_the_senders() {
        let edges = Rc::new(edges_of(&graph(3, |to, from| if to == 0 { from as f32 * 0.2 } else { 0.0 })));
        let drawn = plot(&edges, &places(&edges), 700, 456);
        let spoken = (drawn.tip)(0).spoken();
        assert!(spoken.starts_with("m_0; from m_2 0.40; from m_1 0.20; receives from 2 machines"), "{spoken}");
    }

    #[test]
    fn the_same_graph_gives_the_same_bytes_and_odd_ones_never_panic() {
        for n in [0, 1, 2, 118] {
            let edges = Rc::new(edges_of(&graph(n, |to, from| (to + from) as f32)));
            for (width, height) in [(0, 0), (326, 362), (900, 456)] {
                let drawn = plot(&edges, &places(&edges), width, height);
                assert_eq!(drawn.svg(), plot(&edges, &places(&edges), width, height).svg());
                drop((drawn.tip)(0));
            }
        }
    }
}
