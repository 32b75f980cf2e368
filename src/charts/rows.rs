//! A row per variant: a dot, its interval, and what is said about it.

use std::rc::Rc;

use super::axes::{NARROW, Room, below_rows, rough_width};
use super::draw::{Mark, Pen};
use super::ink::{Ink, look};
use super::scale::Scale;
use super::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};
use super::series::extent;
use super::twin::Twin;

/// Height of a row.
const ROW: f64 = 24.0;

/// Room above for the name of the zero line and below for the axis.
const ABOVE: f64 = 20.0;
const BELOW: f64 = 30.0;

/// One variant.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Row {
    /// Its name.
    pub name: String,
    /// Whose stroke it wears.
    pub model: String,
    /// Where its dot is; `None` where the value is undefined.
    pub value: Option<f64>,
    /// Ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// The dot is filled: a clear difference, or a plain value that is not tested.
    pub filled: bool,
    /// The verdict; written where there is room.
    pub verdict: String,
    /// Its number, written at the right.
    pub text: String,
    /// The rest of its row in the table.
    pub cells: Vec<String>,
}

/// All of the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// What the axis measures.
    pub axis: String,
    /// Name of the upright line at 0; without one the axis need not hold 0.
    pub zero: Option<&'static str>,
    /// Heads of the table, that of the name first.
    pub head: Vec<String>,
}

impl Rows {
    /// Height of the whole picture.
    pub(super) fn height(&self) -> u32 {
        (self.rows.len().max(2) as f64 * ROW + ABOVE + BELOW) as u32
    }

    /// The table.
    pub(super) fn twin(&self) -> Twin {
        let mut twin = Twin::with_head(self.head.clone());
        let line = |row: &Row| std::iter::once(row.name.clone()).chain(row.cells.iter().cloned()).collect();
        twin.rows = self.rows.iter().map(line).collect();
        twin
    }

    /// Ends of the axis, a little beyond all marks.
    fn range(&self) -> (f64, f64) {
        let interval = |row: &Row| row.interval.into_iter().flat_map(|(low, high)| [low, high]).collect::<Vec<_>>();
        let marks = self.rows.iter().flat_map(|row| row.value.into_iter().chain(interval(row)));
        let Some((low, high)) = extent(marks.chain(self.zero.map(|_| 0.0))) else { return (0.0, 1.0) };
        let pad = (high - low) * 0.06;
        if pad > 0.0 && pad.is_finite() { (low - pad, high + pad) } else { (low - 1.0, high + 1.0) }
    }
}

/// The chart at a size.
pub(super) fn plot(rows: &Rc<Rows>, width: u32) -> Plot {
    let mut plot = Plot::blank(width, rows.height());
    let wide = width >= NARROW;
    let text = |row: &Row| if wide { format!("{}  {}", row.text, row.verdict) } else { row.text.clone() };
    let widest =
        |text: &dyn Fn(&Row) -> String| rows.rows.iter().map(|row| rough_width(&text(row))).fold(0.0, f64::max);
    let right = (widest(&text) + 16.0).min(f64::from(width) * 0.5);
    let room = Room {
        left: widest(&|row| row.name.clone()) + 16.0,
        top: ABOVE,
        right: f64::from(width) - right,
        bottom: ABOVE + rows.rows.len() as f64 * ROW,
    }
    .at_least();
    let x = Scale::linear(rows.range(), (room.left, room.right));
    value_axis(&mut plot, room, &x, rows);
    for (idx, row) in rows.rows.iter().enumerate() {
        let y = middle(idx);
        draw_row(&mut plot, &x, row, y);
        plot.labels.push(Label::new((room.left - 10.0, y), &row.name, Anchor::End, Tone::Name));
        plot.labels.push(Label::new((room.right + 12.0, y), text(row).trim_end(), Anchor::Start, Tone::Name));
    }
    let points = rows.rows.iter().enumerate();
    let points = points.map(|(idx, row)| (row.value.and_then(|at| x.px(at)).unwrap_or(room.left), middle(idx)));
    plot.hits = Hits::Points(points.collect());
    let rows = Rc::clone(rows);
    plot.tip = Rc::new(move |idx| tip(&rows, &x, idx));
    plot
}

fn middle(idx: usize) -> f64 {
    ABOVE + (idx as f64 + 0.5) * ROW
}

/// Grid, ticks and the line at 0 with its name above.
fn value_axis(plot: &mut Plot, room: Room, x: &Scale, rows: &Rows) {
    below_rows(plot, room, x, if plot.width < NARROW { 2 } else { 5 }, &rows.axis);
    if let Some((name, px)) = rows.zero.and_then(|name| Some((name, x.px(0.0)?))) {
        plot.marks.push(Mark::segment((px, room.top - 4.0), (px, room.bottom), Pen::new(Ink::REFERENCE.dashed(6), 1)));
        plot.labels.push(Label::new((px, 8.0), name, Anchor::Middle, Tone::Tick));
    }
}

/// A whisker over the interval; a filled dot for a clear difference, an open one else.
fn draw_row(plot: &mut Plot, x: &Scale, row: &Row, y: f64) {
    let look = look(&row.model);
    let ink = look.ink().undashed();
    if let Some((low, high)) = row.interval.and_then(|(low, high)| x.px(low).zip(x.px(high))) {
        let pen = Pen::new(ink, 2);
        plot.marks.push(Mark::segment((low, y), (high, y), pen));
        plot.marks.extend([low, high].map(|end| Mark::segment((end, y - 4.0), (end, y + 4.0), pen)));
    }
    if let Some(at) = row.value.and_then(|value| x.px(value)) {
        plot.marks.push(if row.filled {
            Mark::Dot((at, y), 4.5, look.marker, ink)
        } else {
            Mark::Ring((at, y), 4.5, Pen::new(ink, 2))
        });
    }
}

fn tip(rows: &Rows, x: &Scale, idx: usize) -> Tip {
    let Some(row) = rows.rows.get(idx) else { return Tip::default() };
    let at = (row.value.and_then(|value| x.px(value)).unwrap_or(0.0), middle(idx));
    let told = rows.head.iter().skip(1).zip(&row.cells);
    let told = told.map(|(name, value)| TipRow::plain(name.clone(), value.clone())).collect();
    let rings = if row.value.is_some() { vec![(at, look(&row.model).ink())] } else { Vec::new() };
    Tip { title: row.name.clone(), rows: told, at, rings, ..Tip::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: Option<f64>, interval: Option<(f64, f64)>, filled: bool) -> Row {
        Row {
            name: name.into(),
            model: "tsf".into(),
            value,
            interval,
            filled,
            verdict: if filled { "clearly worse" } else { "no clear difference" }.into(),
            text: "0.0412 ± 0.0005".into(),
            cells: vec!["0.0412".into(), "0.0005".into()],
        }
    }

    fn rows() -> Rows {
        Rows {
            rows: vec![
                row("no graph", Some(3.0), Some((1.0, 5.0)), true),
                row("permuted", Some(-0.5), Some((-2.0, 1.0)), false),
                row("gate", None, None, false),
            ],
            axis: "10⁻⁶".into(),
            zero: Some("same"),
            head: ["Variant", "RMSE", "sd"].map(String::from).to_vec(),
        }
    }

    fn count(plot: &Plot, is: fn(&Mark) -> bool) -> usize {
        plot.marks.iter().filter(|mark| is(mark)).count()
    }

    #[test]
    fn a_clear_difference_is_filled_and_zero_is_named() {
        let drawn = plot(&Rc::new(rows()), 700);
        assert_eq!(count(&drawn, |mark| matches!(mark, Mark::Dot(..))), 1);
        assert_eq!(count(&drawn, |mark| matches!(mark, Mark::Ring(..))), 1);
        let texts: Vec<&str> = drawn.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(texts.contains(&"same") && texts.contains(&"0.0412 ± 0.0005  clearly worse"), "{texts:?}");
    }

    #[test]
    fn a_narrow_picture_leaves_the_verdict_to_the_table() {
        let drawn = plot(&Rc::new(rows()), 326);
        assert!(drawn.labels.iter().all(|label| !label.text.contains("clearly")));
        assert!(drawn.labels.iter().all(|label| label.at.0 <= 326.0));
    }

    #[test]
    fn the_tooltip_reads_the_row_of_the_table() {
        let drawn = plot(&Rc::new(rows()), 700);
        assert_eq!((drawn.tip)(0).spoken(), "no graph; RMSE 0.0412; sd 0.0005");
        assert_eq!(rows().twin().rows[2], ["gate", "0.0412", "0.0005"]);
    }

    #[test]
    fn the_same_rows_give_the_same_bytes_and_odd_ones_never_panic() {
        for value in [0.0, f64::NAN, f64::INFINITY, f64::MAX, -f64::MAX] {
            let odd = vec![row("a", Some(value), Some((value, 0.0)), true), row("", None, Some((value, value)), false)];
            let odd = Rc::new(Rows { rows: odd, ..rows() });
            for width in [0, 326, 900] {
                let drawn = plot(&odd, width);
                assert_eq!(drawn.svg(), plot(&odd, width).svg());
                (0..3).for_each(|idx| drop((drawn.tip)(idx)));
            }
        }
        assert!(plot(&Rc::new(Rows::default()), 300).hits.is_empty());
    }
}
