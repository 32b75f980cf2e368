//! Picture of the coverage.

use std::rc::Rc;

use super::data::{Row, column_secs, rows};
use crate::charts::axes::{NARROW, Room, horizontal, rough_width};
use crate::charts::draw::Mark;
use crate::charts::ink::Ink;
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};
use crate::charts::text::{Clock, fixed};
use crate::data::DatasetSummary;

/// Room above for the key and below for the axis.
const ABOVE: u32 = 24;
const BELOW: u32 = 26;

/// Height of the whole picture: rows of 4 to 12 px, at most 360 px together.
pub(in crate::charts) fn height(summary: &DatasetSummary) -> u32 {
    let n_rows = rows(summary).len().max(1) as u32;
    n_rows * (360 / n_rows).clamp(4, 12) + ABOVE + BELOW
}

/// The chart at a size.
pub(in crate::charts) fn plot(summary: &Rc<DatasetSummary>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let rows = rows(summary);
    let widest = rows.iter().map(|row| rough_width(&short_name(&row.name))).fold(0.0, f64::max);
    let room = Room {
        left: (widest + 8.0).clamp(28.0, 120.0),
        top: f64::from(ABOVE),
        right: f64::from(width) - 44.0,
        bottom: f64::from(height) - f64::from(BELOW),
    }
    .at_least();
    let n_columns = summary.coverage.n_columns.max(1);
    let cell = (room.width() / n_columns as f64, room.height() / rows.len().max(1) as f64);
    cells(&mut plot, room, cell, &rows);
    row_names(&mut plot, room, cell.1, &rows);
    time_axis(&mut plot, room, summary);
    key(&mut plot, room);
    plot.hits = Hits::Grid { origin: (room.left, room.top), cell, n_columns, n_rows: rows.len() };
    let summary = Rc::clone(summary);
    plot.tip = Rc::new(move |idx| tip(&summary, &rows, room, cell, idx));
    plot
}

/// Tint of a share: `None` for nothing at all, which is hatched. A full share takes a middle step: a whole data set
/// is no reason for the darkest picture of the page.
fn ink_of(percent: f64) -> Option<Ink> {
    (percent > 0.0).then(|| Ink::step((percent / 100.0 * 5.0).round() as usize))
}

/// One shape per tint; equal neighbours in a row are one rectangle. A gap of 1 px separates rows that are high enough.
fn cells(plot: &mut Plot, room: Room, cell: (f64, f64), rows: &[Row]) {
    let gap = if cell.1 >= 6.0 { 1.0 } else { 0.0 };
    let mut tinted: Vec<(Option<Ink>, Vec<[f64; 4]>)> = Vec::new();
    for (row_idx, row) in rows.iter().enumerate() {
        let top = room.top + row_idx as f64 * cell.1;
        let inks: Vec<Option<Ink>> = row.percent.iter().map(|percent| ink_of(*percent)).collect();
        let mut column = 0;
        for run in inks.chunk_by(|a, b| a == b) {
            let (from, to) = (column as f64, (column + run.len()) as f64);
            let rect = [room.left + from * cell.0, top, room.left + to * cell.0, top + cell.1 - gap];
            match tinted.iter_mut().find(|(ink, _)| *ink == run[0]) {
                Some((_, rects)) => rects.push(rect),
                None => tinted.push((run[0], vec![rect])),
            }
            column += run.len();
        }
    }
    plot.marks.extend(tinted.into_iter().map(|(ink, rects)| Mark::Cells(rects, ink.unwrap_or(Ink::HATCH))));
}

/// Names of rows, as many as fit 14 px apart.
fn row_names(plot: &mut Plot, room: Room, row_height: f64, rows: &[Row]) {
    let stride = (14.0 / row_height).ceil().max(1.0) as usize;
    for (idx, row) in rows.iter().enumerate().step_by(stride) {
        let at = (room.left - 6.0, room.top + (idx as f64 + 0.5) * row_height);
        plot.labels.push(Label::new(at, short_name(&row.name), Anchor::End, Tone::Tick));
    }
}

/// The first name of a band; at most 16 letters.
fn short_name(name: &str) -> String {
    let first = name.split(" to ").next().unwrap_or(name);
    if first.chars().count() <= 16 { first.to_owned() } else { first.chars().take(15).chain(['…']).collect() }
}

fn time_axis(plot: &mut Plot, room: Room, summary: &DatasetSummary) {
    let (start, end) = (column_secs(summary, 0), column_secs(summary, summary.coverage.n_columns));
    let x = Scale::linear((start as f64, end as f64), (room.left, room.right));
    let most = if plot.width < NARROW { 3 } else { 6 };
    let labels = Clock::starting(summary.start_secs).labelled(start, end, most);
    let labelled: Vec<(f64, String)> =
        labels.into_iter().filter_map(|(stamp, label)| Some((x.px(stamp as f64)?, label))).collect();
    horizontal(plot, room, &labelled, "time");
}

/// Three numbers of the tint, above the picture.
fn key(plot: &mut Plot, room: Room) {
    let mut left = room.left;
    for percent in [0.0, 50.0, 100.0] {
        let ink = ink_of(percent).unwrap_or(Ink::HATCH);
        plot.marks.push(Mark::Rect((left, 4.0), (left + 14.0, 14.0), ink, 1.0));
        let text = if percent == 0.0 { "none".to_owned() } else { format!("{percent} %") };
        let next = left + 18.0 + rough_width(&text) + 14.0;
        plot.labels.push(Label::new((left + 18.0, 9.0), text, Anchor::Start, Tone::Tick));
        left = next;
    }
}

fn tip(summary: &DatasetSummary, rows: &[Row], room: Room, cell: (f64, f64), idx: usize) -> Tip {
    let n_columns = summary.coverage.n_columns.max(1);
    let (row_idx, column) = (idx / n_columns, idx % n_columns);
    let Some(row) = rows.get(row_idx) else { return Tip::default() };
    let clock = Clock::starting(summary.start_secs);
    let (from, to) = (column_secs(summary, column), column_secs(summary, column + 1));
    let (left, top) = (room.left + column as f64 * cell.0, room.top + row_idx as f64 * cell.1);
    let observed = format!("{} %", fixed(row.percent.get(column).copied().unwrap_or(0.0), 0));
    Tip {
        title: format!("{}, {} to {}", row.name, clock.stamp(from), clock.stamp(to)),
        rows: vec![TipRow::plain("bins with an observation", observed)],
        at: (left + cell.0 / 2.0, top),
        outline: Some([left, top, left + cell.0, top + cell.1]),
        ..Tip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::summary;
    use super::*;

    #[test]
    fn nothing_is_hatched_and_all_is_blue() {
        assert_eq!((ink_of(0.0), ink_of(100.0)), (None, Some(Ink::step(5))));
        let drawn = plot(&Rc::new(summary(2, 4, |node, _| if node == 0 { 0 } else { 100 })), 600, 74);
        let shapes = drawn.marks.iter().filter(|mark| matches!(mark, Mark::Cells(..))).count();
        assert_eq!(shapes, 2);
        assert_eq!((drawn.tip)(5).spoken(), "m_1, day 1, 01:00 to day 1, 02:00; bins with an observation 100 %");
    }

    #[test]
    fn the_same_data_give_the_same_bytes_and_odd_ones_never_panic() {
        for (n_nodes, n_columns) in [(0, 0), (1, 0), (1, 1), (118, 96), (4000, 96)] {
            let summary = Rc::new(summary(n_nodes, n_columns, |node, column| (node + column) as u8 % 101));
            for width in [0, 326, 900] {
                let drawn = plot(&summary, width, height(&summary));
                assert_eq!(drawn.svg(), plot(&summary, width, height(&summary)).svg());
                (0..drawn.hits.len().min(3) + 1).for_each(|idx| drop((drawn.tip)(idx)));
            }
        }
    }
}
