//! The drawn layer: marks become SVG through plotters, without any text.
//!
//! plotters knows whole pixels only, so everything is drawn [`FINE`] times larger and shown through a `viewBox`.
//! Stroke widths are not scaled by the view (`vector-effect`), so a width of 2 is 2 pixels on the screen.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::{Color, ShapeStyle};

use super::ink::{Ink, Marker};

/// How much larger than shown a picture is drawn.
pub(super) const FINE: f64 = 4.0;

/// A place in screen pixels, from the upper left.
pub type Point = (f64, f64);

/// Outcome of drawing on a backend.
pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pen {
    /// Ink with its dash.
    pub ink: Ink,
    /// Width in screen pixels.
    pub width: u32,
    /// 1 is opaque.
    pub opacity: f64,
}

impl Pen {
    /// An opaque line.
    pub(super) fn new(ink: Ink, width: u32) -> Self {
        Self { ink, width, opacity: 1.0 }
    }

    /// The same line, paler.
    pub(super) fn faded(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Something drawn, in screen pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line; `None` opens a gap.
    Line(Vec<Option<Point>>, Pen),
    /// A filled outline, with its opacity.
    Area(Vec<Point>, Ink, f64),
    /// A filled rectangle by two corners, with its opacity.
    Rect(Point, Point, Ink, f64),
    /// Filled rectangles `[left, top, right, bottom]` of one ink, as one shape.
    Cells(Vec<[f64; 4]>, Ink),
    /// An open ring of a radius.
    Ring(Point, f64, Pen),
    /// A filled marker of a radius.
    Dot(Point, f64, Marker, Ink),
}

impl Mark {
    /// A straight line.
    pub(super) fn segment(from: Point, to: Point, pen: Pen) -> Self {
        Self::Line(vec![Some(from), Some(to)], pen)
    }
}

/// Draws the marks in their order as an SVG element of a size on the screen; equal marks give equal bytes.
pub(super) fn svg(width: u32, height: u32, marks: &[Mark]) -> String {
    let fine = |size: u32| (f64::from(size) * FINE) as u32;
    let mut text = String::new();
    let drawn = {
        let board = SVGBackend::with_string(&mut text, (fine(width), fine(height))).into_drawing_area();
        marks.iter().try_for_each(|mark| paint(&board, mark)).and_then(|()| board.present())
    };
    // A string cannot refuse bytes, so an error here has no cause; an empty picture is still a valid one.
    let inner = drawn.ok().and_then(|()| inner(&text)).unwrap_or_default();
    format!(
        "<svg class=\"plot\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" aria-hidden=\"true\" \
         focusable=\"false\">{inner}</svg>",
        fine(width),
        fine(height)
    )
}

/// What stands between the outermost tags.
fn inner(text: &str) -> Option<&str> {
    let start = text.find('>')? + 1;
    let end = text.rfind("</svg>")?;
    text.get(start..end)
}

/// Draws one mark.
///
/// # Errors
/// Whatever the backend refuses.
pub(super) fn paint<DB: DrawingBackend>(board: &DrawingArea<DB, Shift>, mark: &Mark) -> Drawn<DB> {
    match mark {
        Mark::Line(points, pen) => line(board, points, *pen),
        Mark::Area(outline, ink, opacity) => area(board, outline, *ink, *opacity),
        Mark::Rect(from, to, ink, opacity) => {
            board.draw(&Rectangle::new([snap(*from), snap(*to)], fill(*ink, *opacity)))
        }
        Mark::Cells(cells, ink) => board.draw(&Polygon::new(joined(cells), fill(*ink, 1.0))),
        Mark::Ring(at, radius, pen) => ring(board, *at, *radius, *pen),
        Mark::Dot(at, radius, Marker::Circle, ink) => {
            board.draw(&Circle::new(snap(*at), radius_of(*radius), fill(*ink, 1.0)))
        }
        Mark::Dot(at, radius, marker, ink) => area(board, &outline_of(*marker, *at, *radius), *ink, 1.0),
    }
}

/// Runs between gaps become lines; a point alone becomes a dot, so that nothing known goes unseen.
fn line<DB: DrawingBackend>(board: &DrawingArea<DB, Shift>, points: &[Option<Point>], pen: Pen) -> Drawn<DB> {
    for run in points.split(Option::is_none) {
        let run: Vec<(i32, i32)> = run.iter().flatten().map(|point| snap(*point)).collect();
        match run.as_slice() {
            [] => {}
            [alone] => {
                let dot = fill(pen.ink.undashed(), pen.opacity);
                board.draw(&Circle::new(*alone, radius_of(f64::from(pen.width) * 0.75), dot))?;
            }
            _ => board.draw(&PathElement::new(run, stroke(pen)))?,
        }
    }
    Ok(())
}

fn area<DB: DrawingBackend>(board: &DrawingArea<DB, Shift>, outline: &[Point], ink: Ink, opacity: f64) -> Drawn<DB> {
    if outline.len() < 3 {
        return Ok(());
    }
    let points: Vec<(i32, i32)> = outline.iter().map(|point| snap(*point)).collect();
    board.draw(&Polygon::new(points, fill(ink, opacity)))
}

fn ring<DB: DrawingBackend>(board: &DrawingArea<DB, Shift>, at: Point, radius: f64, pen: Pen) -> Drawn<DB> {
    board.draw(&Circle::new(snap(at), radius_of(radius), fill(Ink::SURFACE, 1.0)))?;
    board.draw(&Circle::new(snap(at), radius_of(radius), stroke(Pen { ink: pen.ink.undashed(), ..pen })))
}

/// One outline around many rectangles: from the first corner along a row and a column to each rectangle, around it
/// and back the same way. The ways there and back cover no area, so exactly the rectangles are filled.
fn joined(cells: &[[f64; 4]]) -> Vec<(i32, i32)> {
    let Some(first) = cells.first() else { return Vec::new() };
    let origin = snap((first[0], first[1]));
    let mut outline = vec![origin];
    for cell in cells {
        let ((left, top), (right, bottom)) = (snap((cell[0], cell[1])), snap((cell[2], cell[3])));
        let around = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        outline.push((left, origin.1));
        outline.extend(around);
        outline.extend([(left, origin.1), origin]);
    }
    outline
}

/// Corners of a marker about its centre.
pub fn outline_of(marker: Marker, at: Point, radius: f64) -> Vec<Point> {
    let unit: &[Point] = match marker {
        Marker::Up => &[(0.0, -1.15), (1.05, 0.75), (-1.05, 0.75)],
        Marker::Down => &[(0.0, 1.15), (1.05, -0.75), (-1.05, -0.75)],
        Marker::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Marker::Diamond => &[(0.0, -1.25), (1.25, 0.0), (0.0, 1.25), (-1.25, 0.0)],
        Marker::Plus => &PLUS,
        Marker::Cross => &CROSS,
        Marker::Pentagon => &PENTAGON,
        Marker::Circle => &OCTAGON,
    };
    unit.iter().map(|(x, y)| (at.0 + x * radius, at.1 + y * radius)).collect()
}

#[rustfmt::skip]
const PLUS: [Point; 12] = [
    (-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4),
    (0.4, 1.1), (-0.4, 1.1), (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4),
];
#[rustfmt::skip]
const CROSS: [Point; 12] = [
    (0.0, -0.55), (0.6, -1.1), (1.1, -0.6), (0.55, 0.0), (1.1, 0.6), (0.6, 1.1),
    (0.0, 0.55), (-0.6, 1.1), (-1.1, 0.6), (-0.55, 0.0), (-1.1, -0.6), (-0.6, -1.1),
];
const PENTAGON: [Point; 5] = [(0.0, -1.1), (1.046, -0.34), (0.647, 0.89), (-0.647, 0.89), (-1.046, -0.34)];
const OCTAGON: [Point; 8] = [
    (1.0, 0.0),
    (0.707, 0.707),
    (0.0, 1.0),
    (-0.707, 0.707),
    (-1.0, 0.0),
    (-0.707, -0.707),
    (0.0, -1.0),
    (0.707, -0.707),
];

/// Far outside any screen, and small enough that plotters' sums of coordinates stay whole numbers.
const FAR: f64 = 1e6;

fn snap((x, y): Point) -> (i32, i32) {
    let whole = |value: f64| (value * FINE).round().clamp(-FAR, FAR) as i32;
    (whole(x), whole(y))
}

fn radius_of(radius: f64) -> u32 {
    (radius * FINE).round().clamp(1.0, FAR) as u32
}

fn stroke(pen: Pen) -> ShapeStyle {
    ShapeStyle { color: pen.ink.color().mix(pen.opacity), filled: false, stroke_width: pen.width }
}

fn fill(ink: Ink, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: ink.undashed().color().mix(opacity), filled: true, stroke_width: 0 }
}

#[cfg(test)]
mod tests {
    use super::super::ink::look;
    use super::*;

    fn every_mark() -> Vec<Mark> {
        let pen = Pen::new(look("gru").ink(), 2);
        let markers = ["tsf", "gru", "bert", "ar", "stgcn", "mtgnn", "ets", "persistence"];
        let dots = markers
            .iter()
            .enumerate()
            .map(|(idx, id)| Mark::Dot((idx as f64, 5.0), 4.0, look(id).marker, look(id).ink()));
        let mut marks = vec![
            Mark::Line(vec![Some((0.0, 1.0)), Some((5.0, 2.5)), None, Some((9.0, 1.0))], pen),
            Mark::Area(vec![(0.0, 0.0), (4.0, 0.0), (4.0, 4.0)], look("tsf").ink(), 0.16),
            Mark::Rect((0.0, 0.0), (3.0, 3.0), Ink::TEST, 1.0),
            Mark::Cells(vec![[0.0, 0.0, 1.0, 1.0], [2.0, 2.0, 3.0, 3.0]], Ink::step(3)),
            Mark::Ring((3.0, 3.0), 4.0, pen),
        ];
        marks.extend(dots);
        marks
    }

    #[test]
    fn the_same_marks_give_the_same_bytes() {
        let first = svg(100, 50, &every_mark());
        assert_eq!(first, svg(100, 50, &every_mark()));
        assert!(
            first.starts_with("<svg class=\"plot\" width=\"100\" height=\"50\" viewBox=\"0 0 400 200\""),
            "{first}"
        );
    }

    #[test]
    fn no_style_attribute_and_no_text_leave_the_pen() {
        let picture = svg(100, 50, &every_mark());
        assert!(!picture.contains("style=") && !picture.contains("<text"), "{picture}");
    }

    #[test]
    fn a_gap_opens_the_line_and_a_lone_point_becomes_a_dot() {
        let line =
            Mark::Line(vec![Some((0.0, 0.0)), Some((1.0, 0.0)), None, Some((3.0, 0.0))], Pen::new(Ink::TRUTH, 2));
        let picture = svg(10, 10, &[line]);
        assert_eq!((picture.matches("<polyline").count(), picture.matches("<circle").count()), (1, 1), "{picture}");
    }

    #[test]
    fn cells_of_one_ink_are_one_shape_of_exactly_their_area() {
        let cells = [[10.0, 10.0, 12.0, 12.0], [0.0, 0.0, 3.0, 1.0], [5.0, 20.0, 6.0, 26.0]];
        let outline = joined(&cells);
        let twice: i64 = (0..outline.len())
            .map(|idx| (outline[idx], outline[(idx + 1) % outline.len()]))
            .map(|((x1, y1), (x2, y2))| i64::from(x1) * i64::from(y2) - i64::from(x2) * i64::from(y1))
            .sum();
        assert_eq!(twice / 2, (4 + 3 + 6) * 16);
        assert_eq!(svg(30, 30, &[Mark::Cells(cells.to_vec(), Ink::step(1))]).matches("<polygon").count(), 1);
    }

    #[test]
    fn odd_numbers_never_panic() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300];
        let pen = Pen::new(Ink::TRUTH, 1);
        for value in odd {
            let at = (value, value);
            let marks = [
                Mark::Line(vec![Some(at), Some((0.0, 0.0))], pen),
                Mark::Area(vec![at; 4], Ink::TRUTH, 0.5),
                Mark::Rect(at, (0.0, 0.0), Ink::TRUTH, 1.0),
                Mark::Cells(vec![[value; 4]], Ink::TRUTH),
                Mark::Ring(at, value, pen),
                Mark::Dot(at, value, Marker::Up, Ink::TRUTH),
                Mark::Cells(Vec::new(), Ink::TRUTH),
                Mark::Line(Vec::new(), pen),
            ];
            assert!(svg(10, 10, &marks).ends_with("</svg>"));
        }
    }
}
