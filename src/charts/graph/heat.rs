//! Adjacency heat map: rows receive, columns send.

use std::rc::Rc;

use super::data::Edges;
use super::words::{pair, weight};
use crate::charts::axes::{Room, rough_width};
use crate::charts::draw::{Mark, Pen};
use crate::charts::ink::Ink;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};

/// Room below the square for the key.
pub(super) const BELOW: u32 = 36;

/// Room above for the title and the names of the columns.
const ABOVE: f64 = 36.0;

/// Largest side of a cell.
const LARGEST_CELL: f64 = 16.0;

/// The chart at a size.
pub(super) fn plot(edges: &Rc<Edges>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let (room, cell) = square(edges, width, height);
    cells(&mut plot, edges, room, cell);
    border(&mut plot, room);
    axis_words(&mut plot, edges, room, cell);
    key(&mut plot, edges, room);
    let n = edges.n();
    plot.hits = Hits::Grid { origin: (room.left, room.top), cell: (cell, cell), n_columns: n, n_rows: n };
    let edges = Rc::clone(edges);
    plot.tip = Rc::new(move |idx| tip(&edges, room, cell, idx));
    plot
}

/// A square as large as fits, with cells of whole quarter pixels, in the middle of the width.
fn square(edges: &Edges, width: u32, height: u32) -> (Room, f64) {
    let names = edges.nodes.iter().map(|name| rough_width(&short(name))).fold(0.0, f64::max);
    let left = (names + 10.0).min(f64::from(width) * 0.35);
    let n = edges.n().max(1) as f64;
    let side = (f64::from(width) - left - 8.0).min(f64::from(height) - ABOVE - f64::from(BELOW)).max(8.0);
    let cell = ((side / n * 4.0).floor() / 4.0).clamp(0.25, LARGEST_CELL);
    let slack = (f64::from(width) - left - cell * n - 8.0).max(0.0) / 2.0;
    let left = left + slack.round();
    (Room { left, top: ABOVE, right: left + cell * n, bottom: ABOVE + cell * n }, cell)
}

fn cells(plot: &mut Plot, edges: &Edges, room: Room, cell: f64) {
    let gap = if cell >= 8.0 { 1.0 } else { 0.0 };
    let mut by_step: [Vec<[f64; 4]>; 9] = Default::default();
    for to in 0..edges.n() {
        for from in 0..edges.n() {
            let Some(step) = edges.step(edges.weight(to, from)) else { continue };
            let (left, top) = (room.left + from as f64 * cell, room.top + to as f64 * cell);
            by_step[step].push([left, top, left + cell - gap, top + cell - gap]);
        }
    }
    let drawn = by_step.into_iter().enumerate().filter(|(_, cells)| !cells.is_empty());
    plot.marks.extend(drawn.map(|(step, cells)| Mark::Cells(cells, Ink::step(step))));
}

fn border(plot: &mut Plot, room: Room) {
    let (left, top) = (room.left - 1.0, room.top - 1.0);
    let corners = [(left, top), (room.right, top), (room.right, room.bottom), (left, room.bottom), (left, top)];
    plot.marks.push(Mark::Line(corners.map(Some).to_vec(), Pen::new(Ink::GRID, 1)));
}

/// Names of rows 14 px apart and of columns as far apart as they are wide; what the axes are stands above.
fn axis_words(plot: &mut Plot, edges: &Edges, room: Room, cell: f64) {
    let middle = |idx: usize| (idx as f64 + 0.5) * cell;
    let rows = (14.0 / cell).ceil().max(1.0) as usize;
    for (idx, name) in edges.nodes.iter().enumerate().step_by(rows) {
        let at = (room.left - 6.0, room.top + middle(idx));
        plot.labels.push(Label::new(at, short(name), Anchor::End, Tone::Tick));
    }
    let widest = edges.nodes.iter().map(|name| rough_width(&short(name))).fold(0.0, f64::max);
    let columns = ((widest + 12.0) / cell).ceil().max(1.0) as usize;
    for (idx, name) in edges.nodes.iter().enumerate().step_by(columns) {
        let at = (room.left + middle(idx), room.top - 9.0);
        plot.labels.push(Label::new(at, short(name), Anchor::Middle, Tone::Tick));
    }
    let words = "rows receive, columns send";
    plot.labels.push(Label::new((room.left, 8.0), words, Anchor::Start, Tone::Name));
}

/// At most 12 letters.
pub(super) fn short(name: &str) -> String {
    if name.chars().count() <= 12 { name.to_owned() } else { name.chars().take(11).chain(['…']).collect() }
}

/// The nine tints with three numbers.
fn key(plot: &mut Plot, edges: &Edges, room: Room) {
    let (top, side) = (room.bottom + 10.0, 16.0);
    for step in 0..9 {
        let left = room.left + f64::from(step) * side;
        plot.marks.push(Mark::Rect((left, top), (left + side, top + 8.0), Ink::step(step as usize), 1.0));
    }
    let end = room.left + 9.0 * side;
    let numbers = [(room.left, "0".to_owned(), Anchor::Start), (end, weight(edges.largest), Anchor::End)];
    let middle = ((room.left + end) / 2.0, weight(edges.largest / 2.0), Anchor::Middle);
    for (x, text, anchor) in numbers.into_iter().chain([middle]) {
        plot.labels.push(Label::new((x, top + 17.0), text, anchor, Tone::Tick));
    }
    plot.labels.push(Label::new((end + 8.0, top + 4.0), "weight", Anchor::Start, Tone::Tick));
}

fn tip(edges: &Edges, room: Room, cell: f64, idx: usize) -> Tip {
    let n = edges.n().max(1);
    let (to, from) = (idx / n, idx % n);
    let (left, top) = (room.left + from as f64 * cell, room.top + to as f64 * cell);
    let row = match edges.rank(to, from) {
        Some((rank, of)) => TipRow::plain(weight(edges.weight(to, from)), format!("rank {rank} of {of}")),
        None if to == from => TipRow::plain("a machine is no neighbour of itself", ""),
        None => TipRow::plain("no edge kept", ""),
    };
    Tip {
        title: pair(edges, to, from),
        rows: vec![row],
        at: (left + cell, top),
        outline: Some([left, top, left + cell, top + cell]),
        ..Tip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{edges_of, graph};
    use super::*;

    #[test]
    fn the_tooltip_says_receiver_sender_weight_and_rank() {
        let edges = Rc::new(edges_of(&graph(3, |to, from| if to == 0 { from as f32 * 0.2 } else { 0.0 })));
        let drawn = plot(&edges, 600, 456);
        assert_eq!((drawn.tip)(1).spoken(), "m_0 receives from m_1; 0.20 rank 2 of 2");
        assert_eq!((drawn.tip)(3).spoken(), "m_1 receives from m_0; no edge kept");
    }

    #[test]
    fn one_shape_per_tint() {
        let edges = Rc::new(edges_of(&graph(24, |to, from| ((to * 7 + from * 3) % 11) as f32 / 11.0)));
        let shapes = plot(&edges, 600, 456).marks.iter().filter(|mark| matches!(mark, Mark::Cells(..))).count();
        assert!(shapes <= 9, "{shapes}");
    }

    #[test]
    fn the_same_graph_gives_the_same_bytes_and_odd_ones_never_panic() {
        for n in [0, 1, 2, 118, 300] {
            let edges = Rc::new(edges_of(&graph(n, |to, from| (to + from) as f32)));
            for (width, height) in [(0, 0), (326, 362), (900, 456)] {
                let drawn = plot(&edges, width, height);
                assert_eq!(drawn.svg(), plot(&edges, width, height).svg());
                drop((drawn.tip)(0));
            }
        }
    }
}
