//! Picture of the two strips.

use std::rc::Rc;

use super::words;
use crate::charts::axes::{Axes, NARROW, Room, horizontal, labelled, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, Marker};
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};
use crate::charts::series::{extent, thin};
use crate::charts::text::Clock;
use crate::charts::ticks;
use crate::explore::{Around, Timed};

/// Height of a strip with the room above it.
const STRIP: u32 = 148;
/// Room above a strip for its title.
const ABOVE: f64 = 38.0;
/// Room below all for the axis of time.
const BELOW: u32 = 26;

/// Height of the picture; room for the calls where the data know of some.
pub(in crate::charts) fn height(around: Option<&Around>) -> u32 {
    around.map_or(1, n_strips) * STRIP + BELOW
}

fn n_strips(around: &Around) -> u32 {
    if around.calls.is_some() { 2 } else { 1 }
}

/// The chart at a size.
pub(in crate::charts) fn plot(around: &Rc<Around>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let room = |idx: u32| {
        let top = f64::from(idx * STRIP);
        Room { left: 44.0, top: top + ABOVE, right: f64::from(width) - 48.0, bottom: top + f64::from(STRIP) }.at_least()
    };
    let axes = axes(room(0), around, around.samples.iter().chain(&around.slices));
    strip(&mut plot, &axes, around, &words::metric_axis(around));
    let ink = Ink::series(1);
    plot.marks.push(Mark::Line(thin(&steps(&axes, &around.slices, around.slice_millis)), Pen::new(ink, 2)));
    plot.marks.extend(dots(&axes, &around.samples, Ink::TRUTH));
    if let Some(calls) = &around.calls {
        let below = self::axes(room(1), around, calls.iter());
        strip(&mut plot, &below, around, words::CALLS_AXIS);
        plot.marks.extend(dots(&below, calls, ink));
    }
    let lowest = room(n_strips(around) - 1);
    time_axis(&mut plot, lowest, &axes.x, around);
    let at = |(begin, _): &Timed| axes.x.px(*begin as f64).unwrap_or(axes.room.left);
    plot.hits = Hits::Along(around.slices.iter().map(at).collect());
    let around = Rc::clone(around);
    plot.tip = Rc::new(move |idx| tip(&around, &axes, lowest.bottom, idx));
    plot
}

fn axes<'a>(room: Room, around: &Around, values: impl Iterator<Item = &'a Timed>) -> Axes {
    let (_, high) = extent(values.map(|(_, value)| f64::from(*value))).unwrap_or((0.0, 1.0));
    let (low, high) = ticks::nice_range(0.0, if high > 0.0 { high } else { 1.0 }, 3);
    let span = (around.from_millis as f64, around.to_millis as f64);
    let x = Scale::linear(span, (room.left, room.right));
    Axes { x, y: Scale::linear((low, high), (room.bottom, room.top)), room }
}

/// The faults behind a strip, and its axis.
fn strip(plot: &mut Plot, axes: &Axes, around: &Around, title: &str) {
    let Axes { room, x, y } = axes;
    for (from, to) in &around.faults {
        let (Some(left), Some(right)) = (x.px(*from as f64), x.px(*to as f64)) else { continue };
        plot.marks.push(Mark::Rect((left, room.top), (right.max(left + 1.0), room.bottom), Ink::ANOMALY, 0.16));
        plot.labels.push(Label::new(((left + right) / 2.0, room.top - 6.0), "fault", Anchor::Middle, Tone::Name));
    }
    vertical(plot, *room, y, &labelled(y, 3), title);
}

fn time_axis(plot: &mut Plot, room: Room, x: &Scale, around: &Around) {
    let (from, to) = (around.from_millis.div_euclid(1000), around.to_millis.div_euclid(1000));
    let most = if plot.width < NARROW { 3 } else { 6 };
    let at = |(stamp, label): (i64, String)| Some((x.px(1000.0 * stamp as f64)?, label));
    let labels = Clock::starting(around.start_secs).labelled(from, to, most);
    let labelled: Vec<(f64, String)> = labels.into_iter().filter_map(at).collect();
    horizontal(plot, room, &labelled, "time");
}

/// A slice has one value from its beginning to its end; a slice that is not there opens a gap.
fn steps(axes: &Axes, slices: &[Timed], slice_millis: i64) -> Vec<Option<Point>> {
    let mut points = Vec::with_capacity(2 * slices.len());
    let mut end = None;
    for (begin, value) in slices {
        if end.is_some_and(|end| end != *begin) {
            points.push(None);
        }
        let until = begin.saturating_add(slice_millis);
        points.extend([*begin, until].map(|at| axes.at(at as f64, Some(f64::from(*value)))));
        end = Some(until);
    }
    points
}

fn dots(axes: &Axes, values: &[Timed], ink: Ink) -> Vec<Mark> {
    let at = |(at, value): &Timed| axes.at(*at as f64, Some(f64::from(*value)));
    values.iter().filter_map(at).map(|at| Mark::Dot(at, 2.0, Marker::Circle, ink)).collect()
}

fn tip(around: &Around, axes: &Axes, bottom: f64, idx: usize) -> Tip {
    let Some((begin, value)) = around.slices.get(idx) else { return Tip::default() };
    let said = words::at(around, *begin, *value);
    let x = axes.x.px(*begin as f64).unwrap_or(axes.room.left);
    Tip {
        title: words::when(around, *begin),
        rows: said.into_iter().map(|(name, value)| TipRow::plain(name, value)).collect(),
        at: (x, axes.y.px(f64::from(*value)).unwrap_or(axes.room.top)),
        crosshair: Some((axes.room.top, bottom)),
        ..Tip::default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Ten minutes with a sample every 5 s, a fault in the second half, and two calls.
    pub(in super::super) fn around(calls: Option<Vec<Timed>>) -> Around {
        Around {
            instance: "cart-1".to_owned(),
            service: "cart".to_owned(),
            metric: "CPU".to_owned(),
            unit: "cores".to_owned(),
            start_secs: 0,
            from_millis: 0,
            to_millis: 600_000,
            samples: (0..120).map(|n| (5000 * n, 0.5)).collect(),
            slices: (0..600).filter(|n| !(100..110).contains(n)).map(|n| (1000 * n, 0.25)).collect(),
            slice_millis: 1000,
            calls,
            faults: vec![(300_000, 600_000)],
        }
    }

    #[test]
    fn samples_slices_faults_and_calls_are_all_drawn() {
        let drawn = plot(&Rc::new(around(Some(vec![(10_000, 12.0), (20_000, 30.0)]))), 600, height(None));
        let dots = drawn.marks.iter().filter(|mark| matches!(mark, Mark::Dot(..))).count();
        let faults = drawn.marks.iter().filter(|mark| matches!(mark, Mark::Rect(_, _, Ink::ANOMALY, _))).count();
        assert_eq!((dots, faults), (122, 2));
        let line = drawn.marks.iter().find_map(|mark| match mark {
            Mark::Line(points, pen) if pen.width == 2 => Some(points),
            _ => None,
        });
        assert_eq!(line.map(|points| points.iter().filter(|point| point.is_none()).count()), Some(1));
        assert_eq!(
            (drawn.tip)(10).spoken(),
            "day 1, 00:00:10; cart-1 0.250 cores; last sample 0.500 cores; last call 12.0 ms"
        );
    }

    #[test]
    fn equal_minutes_give_equal_bytes_and_odd_ones_never_panic() {
        let odd = Around {
            samples: vec![(0, f32::MAX)],
            slices: Vec::new(),
            from_millis: i64::MIN,
            to_millis: i64::MAX,
            ..around(None)
        };
        let same = Around { from_millis: 5, to_millis: 5, faults: vec![(5, 5)], ..around(Some(Vec::new())) };
        for around in [odd, same, around(None), around(Some(Vec::new()))].map(Rc::new) {
            for width in [0, 326, 900] {
                let height = height(Some(&around));
                let drawn = plot(&around, width, height);
                assert_eq!(drawn.svg(), plot(&around, width, height).svg());
                (0..drawn.hits.len().min(3) + 1).for_each(|idx| drop((drawn.tip)(idx)));
            }
        }
    }
}
