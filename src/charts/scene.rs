//! What a chart hands to its frame: marks to draw, texts to write, and what is found under the pointer.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::draw::{self, Mark, Point};
use super::ink::{Ink, Look, Marker, look};
use super::series::{nearest, nearest_point};

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Anchor {
    /// Left end.
    Start,
    /// Middle.
    Middle,
    /// Right end.
    End,
}

impl Anchor {
    /// Value of the attribute `text-anchor`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Voice of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// Ticks and units.
    Tick,
    /// Names beside marks.
    Name,
    /// Numbers and names that lead.
    Strong,
}

/// A short piece of a model's stroke with its marker.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Swatch {
    /// Ink of the stroke.
    pub ink: Ink,
    /// Width of the stroke.
    pub width: u32,
    /// Marker on it, if any.
    pub marker: Option<Marker>,
}

impl Swatch {
    /// Stroke and marker of a model.
    pub fn of(model: &str) -> Self {
        let Look { marker, .. } = look(model);
        Self { ink: look(model).ink(), width: 2, marker: Some(marker) }
    }

    /// Stroke of the truth.
    pub fn truth() -> Self {
        Self { ink: Ink::TRUTH, width: 2, marker: None }
    }
}

/// A text of the written layer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Place of the anchor, on the middle line of the text.
    pub at: Point,
    /// The text.
    pub text: String,
    /// Which part of it stands at the place.
    pub anchor: Anchor,
    /// Its voice.
    pub tone: Tone,
    /// Stroke written before it.
    pub swatch: Option<Swatch>,
    /// Where the mark is, if the text had to move away from it.
    pub leader: Option<Point>,
}

impl Label {
    /// A text without swatch and leader.
    pub fn new(at: Point, text: impl Into<String>, anchor: Anchor, tone: Tone) -> Self {
        Self { at, text: text.into(), anchor, tone, swatch: None, leader: None }
    }
}

/// A line of a tooltip.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TipRow {
    /// Stroke of the series.
    pub swatch: Option<Swatch>,
    /// Name of the series.
    pub name: String,
    /// Value with its unit.
    pub value: String,
}

impl TipRow {
    /// A line without a stroke.
    pub fn plain(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { swatch: None, name: name.into(), value: value.into() }
    }
}

/// What is said about one place of a chart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tip {
    /// The place: time, epoch, pair or node.
    pub title: String,
    /// Values, in the vertical order of their marks.
    pub rows: Vec<TipRow>,
    /// Where the tooltip points.
    pub at: Point,
    /// Upright line through the place, from top to bottom.
    pub crosshair: Option<(f64, f64)>,
    /// Marks to put a ring on.
    pub rings: Vec<(Point, Ink)>,
    /// Rectangle `[left, top, right, bottom]` to outline.
    pub outline: Option<[f64; 4]>,
    /// Lines to bring out.
    pub lines: Vec<(Point, Point)>,
    /// Test windows that a press on the place selects.
    pub picks: Vec<u32>,
}

impl Tip {
    /// The same as a sentence for a screen reader.
    pub fn spoken(&self) -> String {
        let rows = self.rows.iter().map(|row| format!("{} {}", row.name, row.value).trim().to_owned());
        std::iter::once(self.title.clone()).chain(rows).collect::<Vec<_>>().join("; ")
    }
}

/// A step with the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Left or right, by this many places.
    Along(i64),
    /// Up or down, by this many places.
    Across(i64),
    /// To the first place.
    First,
    /// To the last place.
    Last,
}

/// Places that can be pointed at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Hits {
    /// Upright lines, by their x in rising order.
    Along(Vec<f64>),
    /// Marks.
    Points(Vec<Point>),
    /// Cells, counted row by row.
    Grid {
        /// Upper left corner.
        origin: Point,
        /// Width and height of a cell.
        cell: Point,
        /// Number of columns.
        n_columns: usize,
        /// Number of rows.
        n_rows: usize,
    },
}

impl Hits {
    /// Number of places.
    pub fn len(&self) -> usize {
        match self {
            Self::Along(xs) => xs.len(),
            Self::Points(points) => points.len(),
            Self::Grid { n_columns, n_rows, .. } => n_columns * n_rows,
        }
    }

    /// Whether there is nothing to point at.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place under the pointer; a grid has none outside of itself.
    pub fn under(&self, at: Point) -> Option<usize> {
        match self {
            Self::Along(xs) => nearest(xs, at.0),
            Self::Points(points) => nearest_point(points, at),
            Self::Grid { origin, cell, n_columns, n_rows } => {
                let column = index_in(at.0 - origin.0, cell.0, *n_columns)?;
                let row = index_in(at.1 - origin.1, cell.1, *n_rows)?;
                Some(row * n_columns + column)
            }
        }
    }

    /// The place after a step with the keyboard; the first step goes to the first or the last place.
    pub fn moved(&self, from: Option<usize>, step: Move) -> Option<usize> {
        let last = self.len().checked_sub(1)?;
        let shift = |from: usize, by: i64| (from as i64).saturating_add(by).clamp(0, last as i64) as usize;
        Some(match (step, from, self) {
            (Move::First, ..) => 0,
            (Move::Last, ..) => last,
            (Move::Along(by) | Move::Across(by), None, _) => {
                if by < 0 {
                    last
                } else {
                    0
                }
            }
            (Move::Along(by), Some(from), Self::Grid { n_columns, .. }) => {
                let row = from / n_columns * n_columns;
                row + ((from - row) as i64).saturating_add(by).clamp(0, *n_columns as i64 - 1) as usize
            }
            (Move::Across(by), Some(from), Self::Grid { n_columns, n_rows, .. }) => {
                let row = ((from / n_columns) as i64).saturating_add(by).clamp(0, *n_rows as i64 - 1) as usize;
                row * n_columns + from % n_columns
            }
            (Move::Along(by), Some(from), _) => shift(from, by),
            (Move::Across(by), Some(from), Self::Points(_)) => shift(from, by),
            (Move::Across(_), Some(from), Self::Along(_)) => from,
        })
    }
}

fn index_in(offset: f64, size: f64, n: usize) -> Option<usize> {
    let idx = (offset / size).floor();
    (idx >= 0.0 && idx < n as f64).then_some(idx as usize)
}

/// A chart of a size, as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Width on the screen.
    pub width: u32,
    /// Height on the screen.
    pub height: u32,
    /// Drawn layer, an SVG element.
    pub svg: String,
    /// Written layer.
    pub labels: Vec<Label>,
    /// Places that can be pointed at.
    pub hits: Hits,
}

/// A finished chart of a size.
#[derive(Clone)]
pub(super) struct Plot {
    /// Width on the screen.
    pub width: u32,
    /// Height on the screen.
    pub height: u32,
    /// Drawn layer.
    pub marks: Vec<Mark>,
    /// Written layer.
    pub labels: Vec<Label>,
    /// Places that can be pointed at.
    pub hits: Hits,
    /// What is said about a place, by its index.
    pub tip: Rc<dyn Fn(usize) -> Tip>,
}

impl Plot {
    /// An empty chart of a size.
    pub(super) fn blank(width: u32, height: u32) -> Self {
        let hits = Hits::Along(Vec::new());
        Self { width, height, marks: Vec::new(), labels: Vec::new(), hits, tip: Rc::new(|_| Tip::default()) }
    }

    /// The chart as it is shown.
    pub(super) fn drawing(&self) -> Drawing {
        let Self { width, height, .. } = *self;
        Drawing { width, height, svg: self.svg(), labels: self.labels.clone(), hits: self.hits.clone() }
    }

    /// The drawn layer as an SVG element.
    pub(super) fn svg(&self) -> String {
        draw::svg(self.width, self.height, &self.marks)
    }
}

impl std::fmt::Debug for Plot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Plot").field("marks", &self.marks).field("labels", &self.labels).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Hits {
        Hits::Grid { origin: (10.0, 20.0), cell: (4.0, 5.0), n_columns: 3, n_rows: 2 }
    }

    #[test]
    fn a_grid_is_hit_inside_only() {
        assert_eq!(grid().under((10.0, 20.0)), Some(0));
        assert_eq!(grid().under((21.9, 29.9)), Some(5));
        assert_eq!(grid().under((9.9, 22.0)), None);
        assert_eq!(grid().under((f64::NAN, 22.0)), None);
    }

    #[test]
    fn keys_stay_inside_the_row_and_the_column() {
        assert_eq!(grid().moved(Some(1), Move::Along(10)), Some(2));
        assert_eq!(grid().moved(Some(1), Move::Across(1)), Some(4));
        assert_eq!(grid().moved(Some(4), Move::Across(9)), Some(4));
        assert_eq!(grid().moved(None, Move::Last), Some(5));
    }

    #[test]
    fn keys_on_a_line_stop_at_its_ends() {
        let hits = Hits::Along(vec![0.0, 1.0, 2.0]);
        assert_eq!(hits.moved(None, Move::Along(1)), Some(0));
        assert_eq!(hits.moved(Some(1), Move::Along(10)), Some(2));
        assert_eq!(hits.moved(Some(1), Move::Along(-10)), Some(0));
        assert_eq!(Hits::Along(Vec::new()).moved(None, Move::First), None);
    }

    #[test]
    fn a_tip_is_spoken_in_one_line() {
        let tip = Tip { title: "epoch 3".into(), rows: vec![TipRow::plain("tsf", "0.01")], ..Tip::default() };
        assert_eq!(tip.spoken(), "epoch 3; tsf 0.01");
    }
}
