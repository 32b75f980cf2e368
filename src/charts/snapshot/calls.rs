//! Calls of a snapshot as arcs between services.

use super::words::millis;
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::Ink;
use crate::charts::order::sort_by;
use crate::charts::scene::TipRow;
use crate::charts::text::count;
use crate::snapshot::{SnapshotView, ViewCall};

/// Points of an arc.
const N_POINTS: usize = 25;
/// Highest and lowest arc, in pixels from the row of the services.
const HIGHEST: f64 = 68.0;
const LOWEST: f64 = 40.0;
/// Width of the slowest calls.
const WIDEST: f64 = 4.0;
/// Calls of a service that its tip lists.
const MOST_LISTED: usize = 6;

/// One arc per pair: above to a service at the right, below to one at the left, so that both directions are seen; the
/// higher the farther, and the wider the slower.
pub(super) fn arcs(snapshot: &SnapshotView, places: &[Point]) -> Vec<Mark> {
    let calls = snapshot.calls.as_deref().unwrap_or_default();
    let slowness = |call: &ViewCall| f64::from(call.mean_millis).max(0.0).ln_1p();
    let slowest = calls.iter().map(slowness).fold(0.0, f64::max);
    let width = places.iter().map(|place| place.0).fold(1.0, f64::max);
    let arc = |call: &ViewCall| {
        let (from, to) = (*places.get(call.caller)?, *places.get(call.callee)?);
        let share = if slowest > 0.0 { slowness(call) / slowest } else { 0.0 };
        let pen = Pen::new(Ink::series(1), (WIDEST * share).round().max(1.0) as u32).faded(0.3 + 0.6 * share);
        Some(Mark::Line(arc((from, to), width).into_iter().map(Some).collect(), pen))
    };
    calls.iter().filter_map(arc).collect()
}

/// Half an ellipse from one place to the other.
fn arc((from, to): (Point, Point), width: f64) -> Vec<Point> {
    let distance = (to.0 - from.0).abs() / width;
    let height = if to.0 >= from.0 { -HIGHEST } else { LOWEST } * (0.2 + 0.8 * distance.sqrt());
    let point = |n: usize| {
        let angle = std::f64::consts::PI * n as f64 / (N_POINTS - 1) as f64;
        let x = (from.0 + to.0) / 2.0 - angle.cos() * (to.0 - from.0) / 2.0;
        (x, from.1 + (to.1 - from.1) * n as f64 / (N_POINTS - 1) as f64 + height * angle.sin())
    };
    (0..N_POINTS).map(point).collect()
}

/// Calls of a service in both directions, the slowest first.
pub(super) fn rows(snapshot: &SnapshotView, service: usize) -> Vec<TipRow> {
    let calls = snapshot.calls.iter().flatten();
    let mut calls: Vec<&ViewCall> = calls.filter(|call| call.caller == service || call.callee == service).collect();
    sort_by(&mut calls, |a, b| b.mean_millis.total_cmp(&a.mean_millis));
    let row = |call: &&ViewCall| {
        let other = if call.caller == service {
            format!("to {}", snapshot.name(call.callee))
        } else {
            format!("from {}", snapshot.name(call.caller))
        };
        let ago = match call.snapshots_ago {
            0 => String::new(),
            1 => ", 1 snapshot ago".to_owned(),
            n => format!(", {n} snapshots ago"),
        };
        TipRow::plain(other, format!("{} × {}{ago}", count(call.count as usize), millis(call.mean_millis)))
    };
    calls.iter().take(MOST_LISTED).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Setup, plot, words};
    use super::*;
    use crate::data::{DocumentEdge, Role};
    use crate::snapshot::{Layer, ViewNode};
    use std::rc::Rc;

    fn snapshot() -> SnapshotView {
        let node = |layer, name: &str| ViewNode { layer, name: name.to_owned(), value: 0.5, missing: false };
        let call = |caller, callee, count, mean_millis, snapshots_ago| ViewCall {
            caller,
            callee,
            count,
            mean_millis,
            snapshots_ago,
        };
        SnapshotView {
            at_millis: 0,
            label: false,
            kept: true,
            is_scaled: true,
            nodes: vec![
                node(Layer::Type, "cart"),
                node(Layer::Type, "user"),
                node(Layer::Host, "h-1"),
                node(Layer::Instance, "cart-1"),
                node(Layer::Instance, "user-1"),
                node(Layer::Slice, "+0 s"),
                node(Layer::Slice, "+0 s"),
            ],
            edges: [(0, 3), (1, 4), (2, 3), (2, 4), (3, 5), (4, 6)]
                .map(|(a, b)| DocumentEdge(a, b, Role::TypeInstance))
                .to_vec(),
            calls: Some(vec![call(0, 1, 3, 12.0, 0), call(1, 0, 1, 90.0, 2)]),
        }
    }

    #[test]
    fn setup_b_has_calls_and_no_slices() {
        let snapshot = Rc::new(snapshot());
        let lines = |setup| {
            let drawn = plot(&snapshot, setup, 600, 320);
            let lines: Vec<usize> = drawn
                .marks
                .iter()
                .filter_map(|mark| if let Mark::Line(points, _) = mark { Some(points.len()) } else { None })
                .collect();
            // The first instance: its service and its host, and its slice where slices are shown.
            (lines, drawn.hits.len(), (drawn.tip)(3).lines.len())
        };
        assert_eq!(lines(Setup::Slices), (vec![2; 6], 7, 3));
        assert_eq!(lines(Setup::Calls), (vec![2, 2, 2, 2, N_POINTS, N_POINTS], 5, 2));
    }

    #[test]
    fn both_directions_are_seen_and_the_slow_one_is_wider() {
        let places = [(100.0, 92.0), (300.0, 92.0)];
        let arcs = arcs(&snapshot(), &places);
        let ends = |idx: usize| match &arcs[idx] {
            Mark::Line(points, pen) => (points[N_POINTS / 2].map(|point| point.1 < 92.0), pen.width),
            _ => (None, 0),
        };
        assert_eq!((ends(0), ends(1)), ((Some(true), 2), (Some(false), 4)));
    }

    #[test]
    fn calls_are_read_and_listed() {
        let snapshot = snapshot();
        let reading = words::reading(&snapshot, Setup::Calls);
        assert!(
            reading.ends_with("Last calls of 2 pairs within a minute; slowest: user to cart with 90.0 ms."),
            "{reading}"
        );
        assert_eq!(words::twin(&snapshot, Setup::Calls).rows[0], ["cart", "user", "3", "12.0", "0"]);
        let rows = rows(&snapshot, 0);
        assert_eq!((rows[0].name.as_str(), rows[0].value.as_str()), ("from user", "1 × 90.0 ms, 2 snapshots ago"));
        assert_eq!(rows.len(), 2);
    }
}
