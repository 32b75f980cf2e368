//! The room of a plot, its axes and the names beside its lines.

use super::draw::{Mark, Pen, Point};
use super::ink::Ink;
use super::scale::Scale;
use super::scene::{Anchor, Label, Plot, Swatch, Tone};
use super::series::apart;
use super::text::tick;
use super::ticks;

/// Plots below this width have fewer ticks and narrower margins.
pub const NARROW: u32 = 480;

/// Distance of two names beside lines.
pub(super) const NAME_GAP: f64 = 14.0;

/// Rough width of a text of 12 px; used to leave room, never to place a letter.
pub(super) fn rough_width(text: &str) -> f64 {
    text.chars().map(|letter| if letter.is_ascii() { 6.4 } else { 9.0 }).sum()
}

/// The rectangle inside the axes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    /// Left edge, where the vertical axis stands.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge, where the horizontal axis lies.
    pub bottom: f64,
}

impl Room {
    /// The room of a chart with a title above the vertical axis and these names beside the ends of its lines.
    pub(super) fn of(width: u32, height: u32, names: &[&str]) -> Self {
        let least: f64 = if width < NARROW { 56.0 } else { 96.0 };
        let widest = names.iter().map(|name| rough_width(name)).fold(0.0, f64::max);
        let right = least.max(widest + 36.0).min(f64::from(width) * 0.4);
        Self { left: 44.0, top: 26.0, right: f64::from(width) - right, bottom: f64::from(height) - 26.0 }.at_least()
    }

    /// Never inside out, however small the chart.
    pub(super) fn at_least(self) -> Self {
        Self { right: self.right.max(self.left + 8.0), bottom: self.bottom.max(self.top + 8.0), ..self }
    }

    /// Width.
    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    /// Height.
    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// Both axes of a plot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axes {
    /// The axis that lies.
    pub x: Scale,
    /// The upright axis.
    pub y: Scale,
    /// The rectangle between them.
    pub room: Room,
}

impl Axes {
    /// Where a value stands; nothing for a missing one, and for one that an axis does not have.
    pub(super) fn at(&self, x: f64, value: Option<f64>) -> Option<Point> {
        Some((self.x.px(x)?, self.y.px(value?)?))
    }
}

/// Round values along a linear axis, about so many, with their labels.
pub(super) fn labelled(scale: &Scale, most: usize) -> Vec<(f64, String)> {
    let (low, high) = scale.from();
    let step = ticks::step_125(high - low, most);
    ticks::linear(low, high, most).into_iter().map(|value| (value, tick(value, step))).collect()
}

/// Draws the axis below rows with upright grid lines, at most so many, and writes its unit.
pub(super) fn below_rows(plot: &mut Plot, room: Room, x: &Scale, most: usize, unit: &str) {
    let at = |(value, text): (f64, String)| Some((x.px(value)?, text));
    let labelled: Vec<(f64, String)> = labelled(x, most).into_iter().filter_map(at).collect();
    for (px, _) in &labelled {
        plot.marks.push(Mark::segment((*px, room.top), (*px, room.bottom), Pen::new(Ink::GRID, 1)));
    }
    horizontal(plot, room, &labelled, unit);
}

/// Draws horizontal grid lines with their labels and writes the title above the left end.
pub(super) fn vertical(plot: &mut Plot, room: Room, scale: &Scale, ticks: &[(f64, String)], title: &str) {
    for (value, text) in ticks {
        let Some(y) = scale.px(*value) else { continue };
        let ink = if *value == 0.0 { Ink::AXIS } else { Ink::GRID };
        plot.marks.push(Mark::segment((room.left, y), (room.right, y), Pen::new(ink, 1)));
        plot.labels.push(Label::new((room.left - 8.0, y), text, Anchor::End, Tone::Tick));
    }
    plot.labels.push(Label::new((room.left - 36.0, room.top - 18.0), title, Anchor::Start, Tone::Tick));
}

/// Draws the horizontal axis with ticks at pixels and writes its unit in the right margin.
pub(super) fn horizontal(plot: &mut Plot, room: Room, ticks: &[(f64, String)], unit: &str) {
    let pen = Pen::new(Ink::AXIS, 1);
    plot.marks.push(Mark::segment((room.left, room.bottom), (room.right, room.bottom), pen));
    let mut free_from = f64::NEG_INFINITY;
    for (x, text) in ticks {
        plot.marks.push(Mark::segment((*x, room.bottom), (*x, room.bottom + 4.0), pen));
        let half = rough_width(text) / 2.0;
        let at = x.min(f64::from(plot.width) - half).max(half);
        if at - half >= free_from {
            free_from = at + half + 8.0;
            plot.labels.push(Label::new((at, room.bottom + 14.0), text, Anchor::Middle, Tone::Tick));
        }
    }
    let unit_at = (room.right + 10.0).max(free_from);
    plot.labels.push(Label::new((unit_at, room.bottom + 14.0), unit, Anchor::Start, Tone::Tick));
}

/// A name to be written beside the end of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LineName {
    /// End of the line.
    pub end: Point,
    /// Name, with what else is to be said.
    pub text: String,
    /// Its stroke.
    pub swatch: Swatch,
}

/// Writes names in the right margin at the heights of their lines, apart from each other.
///
/// A leader goes to a name that had to move away from a line which ends at the margin.
pub(super) fn names(plot: &mut Plot, room: Room, names: &[LineName]) {
    let heights: Vec<f64> = names.iter().map(|name| name.end.1).collect();
    let placed = apart(&heights, NAME_GAP, room.top, room.bottom - 4.0);
    for (name, y) in names.iter().zip(placed) {
        let moved = (y - name.end.1).abs() > 3.0 && room.right - name.end.0 < 8.0;
        plot.labels.push(Label {
            at: (room.right + 12.0, y),
            text: name.text.clone(),
            anchor: Anchor::Start,
            tone: Tone::Name,
            swatch: Some(name.swatch),
            leader: moved.then_some((room.right + 3.0, name.end.1)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_chart_still_has_room() {
        let room = Room::of(0, 0, &[]);
        assert!(room.width() > 0.0 && room.height() > 0.0);
    }

    #[test]
    fn tick_labels_that_would_overlap_are_left_out() {
        let mut plot = Plot::blank(300, 100);
        let ticks: Vec<_> = (0..20).map(|idx| (50.0 + f64::from(idx) * 5.0, "12:00".to_owned())).collect();
        horizontal(&mut plot, Room::of(300, 100, &[]), &ticks, "time");
        let written: Vec<f64> =
            plot.labels.iter().filter(|label| label.text == "12:00").map(|label| label.at.0).collect();
        assert!(written.len() > 1 && written.windows(2).all(|pair| pair[1] - pair[0] > 32.0), "{written:?}");
    }

    #[test]
    fn a_moved_name_gets_a_leader() {
        let mut plot = Plot::blank(300, 200);
        let name =
            |y: f64| LineName { end: (Room::of(300, 200, &[]).right, y), text: "x".into(), swatch: Swatch::truth() };
        names(&mut plot, Room::of(300, 200, &[]), &[name(100.0), name(101.0)]);
        assert_eq!(plot.labels.iter().map(|label| label.leader.is_some()).collect::<Vec<_>>(), [false, true]);
    }
}
