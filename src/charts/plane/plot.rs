//! Picture of the square.

use std::rc::Rc;

use super::{Course, Plane, Spot, SpotKind};
use crate::charts::axes::{Axes, NAME_GAP, Room, horizontal, labelled, rough_width, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, Marker};
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Swatch, Tip, TipRow, Tone};
use crate::charts::series::{extent, thin};

/// Names of curves, from the edge of the square.
const INSET: f64 = 14.0;

/// The chart at a size.
pub(in crate::charts) fn plot(plane: &Rc<Plane>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let room = room(width, height);
    let (x, y) = ranges(plane);
    let axes =
        Axes { x: Scale::linear(x, (room.left, room.right)), y: Scale::linear(y, (room.bottom, room.top)), room };
    frame(&mut plot, plane, &axes);
    for course in plane.courses.iter().rev() {
        let points: Vec<Option<Point>> = course.points.iter().map(|(x, y)| axes.at(*x, Some(*y))).collect();
        plot.marks.push(Mark::Line(thin(&points), Pen::new(course.look.ink(), 2)));
    }
    for (course, at) in plane.courses.iter().filter_map(|course| Some((course, course.ring?))) {
        plot.marks.extend(axes.at(at.0, Some(at.1)).map(|at| Mark::Ring(at, 5.0, Pen::new(course.look.ink(), 2))));
    }
    spots(&mut plot, plane, &axes);
    names(&mut plot, plane, room);
    let places = plane.spots.iter().map(|spot| axes.at(spot.at.0, Some(spot.at.1)).unwrap_or((room.left, room.bottom)));
    plot.hits = Hits::Points(places.collect());
    let plane = Rc::clone(plane);
    plot.tip = Rc::new(move |idx| tip(&plane, &axes, idx));
    plot
}

/// The largest square that the place has room for.
fn room(width: u32, height: u32) -> Room {
    let (left, top) = (44.0, 26.0);
    let side = (f64::from(width) - left - 12.0).min(f64::from(height) - top - 26.0);
    Room { left, top, right: left + side, bottom: top + side }.at_least()
}

/// Given ends, or those of the points with the same scale on both axes.
fn ranges(plane: &Plane) -> ((f64, f64), (f64, f64)) {
    if let Some(range) = plane.range {
        return (range, range);
    }
    let x = extent(plane.spots.iter().map(|spot| spot.at.0)).unwrap_or((0.0, 1.0));
    let y = extent(plane.spots.iter().map(|spot| spot.at.1)).unwrap_or((0.0, 1.0));
    let half = ((x.1 - x.0).max(y.1 - y.0) * 0.53).max(1e-6);
    let around = |(low, high): (f64, f64)| {
        let middle = f64::midpoint(low, high);
        (middle - half, middle + half)
    };
    (around(x), around(y))
}

fn frame(plot: &mut Plot, plane: &Plane, axes: &Axes) {
    vertical(plot, axes.room, &axes.y, &labelled(&axes.y, 4), &plane.y_title);
    let below: Vec<(f64, String)> =
        labelled(&axes.x, 4).into_iter().filter_map(|(value, text)| Some((axes.x.px(value)?, text))).collect();
    horizontal(plot, axes.room, &below, "");
    let end = (axes.room.right, axes.room.bottom - 9.0);
    plot.labels.push(Label::new(end, &plane.x_title, Anchor::End, Tone::Tick));
    let Some(([from, to], name)) = &plane.reference else { return };
    let ends = axes.at(from.0, Some(from.1)).zip(axes.at(to.0, Some(to.1)));
    let Some((from, to)) = ends else { return };
    plot.marks.push(Mark::segment(from, to, Pen::new(Ink::REFERENCE.dashed(6), 1)));
    let middle = (f64::midpoint(from.0, to.0) + 6.0, f64::midpoint(from.1, to.1) - 8.0);
    plot.labels.push(Label::new(middle, name, Anchor::Start, Tone::Tick));
}

fn spots(plot: &mut Plot, plane: &Plane, axes: &Axes) {
    let any = plane.spots.iter().any(|spot| spot.selected);
    // What is selected stands above the rest.
    let layers = [false, true].map(|selected| plane.spots.iter().filter(move |spot| spot.selected == selected));
    for spot in layers.into_iter().flatten() {
        let Some(at) = axes.at(spot.at.0, Some(spot.at.1)) else { continue };
        match spot.kind {
            SpotKind::OfCurve => continue,
            SpotKind::Fault => plot.marks.push(Mark::Dot(at, 4.0, Marker::Up, Ink::ANOMALY)),
            SpotKind::Edge => plot.marks.push(Mark::Dot(at, 2.0, Marker::Circle, Ink::NORMAL)),
            SpotKind::Normal if any && !spot.selected => {
                plot.marks.push(Mark::Ring(at, 3.0, Pen::new(Ink::NORMAL, 1).faded(0.35)));
            }
            SpotKind::Normal => plot.marks.push(Mark::Ring(at, 3.0, Pen::new(Ink::NORMAL, 1))),
        }
        if spot.selected {
            plot.marks.push(outline(at));
        }
    }
}

/// Two pixels of ink around a point.
fn outline((x, y): Point) -> Mark {
    let corners = [(x - 6.0, y - 6.0), (x + 6.0, y - 6.0), (x + 6.0, y + 6.0), (x - 6.0, y + 6.0), (x - 6.0, y - 6.0)];
    Mark::Line(corners.map(Some).to_vec(), Pen::new(Ink::SELECTION, 2))
}

/// All curves end together, so their names stand in the corner that they leave free.
fn names(plot: &mut Plot, plane: &Plane, room: Room) {
    let widest = plane.courses.iter().map(|course| rough_width(&course.name)).fold(0.0, f64::max);
    let n = plane.courses.len() as f64;
    let first = if plane.names_above { room.top + INSET } else { room.bottom - 24.0 - (n - 1.0) * NAME_GAP };
    let left = if plane.names_above { room.left + INSET } else { room.right - widest - 28.0 };
    for (idx, course) in plane.courses.iter().enumerate() {
        let at = (left.max(room.left + 4.0), first + idx as f64 * NAME_GAP);
        let swatch = Some(swatch(course));
        plot.labels.push(Label { swatch, ..Label::new(at, &course.name, Anchor::Start, Tone::Name) });
    }
}

fn swatch(course: &Course) -> Swatch {
    Swatch { ink: course.look.ink(), width: 2, marker: None }
}

fn tip(plane: &Plane, axes: &Axes, idx: usize) -> Tip {
    let Some(spot) = plane.spots.get(idx) else { return Tip::default() };
    let at = axes.at(spot.at.0, Some(spot.at.1)).unwrap_or((axes.room.left, axes.room.bottom));
    Tip {
        title: spot.title.clone(),
        rows: spot.rows.iter().map(|(name, value)| TipRow::plain(name.clone(), value.clone())).collect(),
        at,
        rings: vec![(at, ring_ink(spot))],
        picks: spot.pick.into_iter().collect(),
        ..Tip::default()
    }
}

fn ring_ink(spot: &Spot) -> Ink {
    if spot.kind == SpotKind::Fault { Ink::ANOMALY } else { Ink::TRUTH }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(at: (f64, f64), kind: SpotKind, selected: bool) -> Spot {
        Spot { at, kind, selected, title: "w".to_owned(), rows: Vec::new(), pick: Some(7) }
    }

    fn plane(spots: Vec<Spot>) -> Rc<Plane> {
        Rc::new(Plane { spots, ..Plane::default() })
    }

    #[test]
    fn both_axes_have_the_same_scale() {
        let plane = plane(vec![spot((0.0, 0.0), SpotKind::Normal, false), spot((10.0, 1.0), SpotKind::Fault, false)]);
        let ((x0, x1), (y0, y1)) = ranges(&plane);
        assert!(((x1 - x0) - (y1 - y0)).abs() < 1e-12 && x0 < 0.0 && x1 > 10.0);
        let room = room(500, 364);
        assert!((room.width() - room.height()).abs() < 1e-9);
    }

    #[test]
    fn a_point_selects_its_window_and_a_selected_one_is_outlined() {
        let spots = vec![spot((0.0, 0.0), SpotKind::Normal, true), spot((1.0, 1.0), SpotKind::Fault, false)];
        let plot = plot(&plane(spots), 390, 364);
        assert_eq!(((plot.tip)(0).picks, plot.hits.len()), (vec![7], 2));
        let outlined = plot.marks.iter().filter(|mark| matches!(mark, Mark::Line(_, Pen { ink: Ink::SELECTION, .. })));
        assert_eq!(outlined.count(), 1);
    }

    #[test]
    fn one_point_and_none_are_drawn_all_the_same() {
        for spots in [Vec::new(), vec![spot((3.0, f64::NAN), SpotKind::Edge, false)]] {
            assert!(plot(&plane(spots), 20, 20).svg().ends_with("</svg>"));
        }
    }
}
