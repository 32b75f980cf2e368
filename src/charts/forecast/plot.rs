//! Picture of truth and forecasts.

use std::rc::Rc;

use super::data::{Line, NodeView};
use super::strip;
use crate::charts::axes::{Axes, LineName, NARROW, Room, horizontal, labelled, names, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, look};
use crate::charts::order::sort_by;
use crate::charts::scale::Scale;
use crate::charts::scene::{Hits, Plot, Swatch, Tip, TipRow};
use crate::charts::series::{extent, thin};
use crate::charts::text::{Clock, fixed, significant, tick, with_unit};
use crate::charts::ticks;

fn points(axes: &Axes, values: &[Option<f64>]) -> Vec<Option<Point>> {
    values.iter().enumerate().map(|(idx, value)| axes.at(idx as f64, *value)).collect()
}

/// The chart at a size, the strip included.
pub(in crate::charts) fn plot(view: &Rc<NodeView>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let written: Vec<&str> = view.lines.iter().map(|line| line.model.as_str()).collect();
    let room = Room::of(width, height.saturating_sub(strip::HEIGHT), &written);
    let last = view.truth.len().saturating_sub(1);
    let (low, high) = value_range(view);
    let x = Scale::linear((0.0, last as f64), (room.left, room.right));
    let axes = Axes { x, y: Scale::linear((low, high), (room.bottom, room.top)), room };
    value_axis(&mut plot, &axes, view);
    time_axis(&mut plot, &axes, view);
    band(&mut plot, &axes, view);
    for line in &view.lines {
        plot.marks.push(Mark::Line(thin(&points(&axes, &line.values)), Pen::new(look(&line.model).ink(), 2)));
    }
    plot.marks.push(Mark::Line(thin(&points(&axes, &view.truth)), Pen::new(Ink::TRUTH, 1)));
    outside(&mut plot, &axes, view);
    names(&mut plot, room, &line_names(&axes, view));
    strip::draw(&mut plot, room, view);
    plot.hits = Hits::Along((0..view.truth.len()).filter_map(|idx| x.px(idx as f64)).collect());
    let view = Rc::clone(view);
    plot.tip = Rc::new(move |idx| tip(&view, &axes, idx));
    plot
}

/// 0 to 100 for percentages, and further where values lie outside; from 0 for other units.
fn value_range(view: &NodeView) -> (f64, f64) {
    let values = view.truth.iter().chain(view.lines.iter().flat_map(|line| &line.values)).flatten().copied();
    let (low, high) = extent(values).unwrap_or((0.0, 100.0));
    let (low, high) = (low.min(0.0), if view.unit == "%" { high.max(100.0) } else { high });
    if view.unit == "%" { (low, high) } else { ticks::nice_range(low, high, 4) }
}

/// The line whose interval is shown: the first that has one, so that bands do not cover each other.
fn banded(view: &NodeView) -> Option<&Line> {
    view.lines.iter().find(|line| line.interval.is_some())
}

/// The interval about the forecasts, one outline per run without gaps.
fn band(plot: &mut Plot, axes: &Axes, view: &NodeView) {
    let Some(line) = banded(view) else { return };
    let ends = |pick: fn((f64, f64)) -> f64| -> Vec<Option<f64>> {
        line.values.iter().map(|value| line.ends((*value)?).map(pick)).collect()
    };
    let (low, high) = (points(axes, &ends(|ends| ends.0)), points(axes, &ends(|ends| ends.1)));
    for (low, high) in low.split(Option::is_none).zip(high.split(Option::is_none)) {
        // Both ends are thinned alike, so that the outline closes at the same places.
        let outline = thin(high).into_iter().chain(thin(low).into_iter().rev()).flatten();
        plot.marks.push(Mark::Area(outline.collect(), look(&line.model).ink(), 0.16));
    }
}

/// Rings on the values that the interval did not hold.
fn outside(plot: &mut Plot, axes: &Axes, view: &NodeView) {
    let Some(line) = banded(view) else { return };
    for (idx, (truth, value)) in view.truth.iter().zip(&line.values).enumerate() {
        let Some((truth, value)) = truth.zip(*value) else { continue };
        if let Some(at) = axes.at(idx as f64, Some(truth)).filter(|_| line.holds(value, truth) == Some(false)) {
            plot.marks.push(Mark::Ring(at, 2.5, Pen::new(Ink::TRUTH, 1)));
        }
    }
}

fn value_axis(plot: &mut Plot, axes: &Axes, view: &NodeView) {
    let (low, high) = axes.y.from();
    let quarters = [0.0, 25.0, 50.0, 75.0, 100.0].map(|value| (value, tick(value, 1.0)));
    let labelled =
        if view.unit == "%" && (low, high) == (0.0, 100.0) { quarters.to_vec() } else { labelled(&axes.y, 4) };
    vertical(plot, axes.room, &axes.y, &labelled, &with_unit(&view.target, view.unit, ", "));
}

fn time_axis(plot: &mut Plot, axes: &Axes, view: &NodeView) {
    let last = view.truth.len().saturating_sub(1);
    let most = if plot.width < NARROW { 3 } else { 6 };
    let grid = view.grid_secs.max(1) as f64;
    let px = |stamp: i64| axes.x.px((stamp - view.secs(0)) as f64 / grid);
    let labels = Clock::starting(view.start_secs).labelled(view.secs(0), view.secs(last), most);
    let labelled: Vec<(f64, String)> =
        labels.into_iter().filter_map(|(stamp, label)| Some((px(stamp)?, label))).collect();
    horizontal(plot, axes.room, &labelled, "time");
}

fn last_point(axes: &Axes, values: &[Option<f64>]) -> Option<Point> {
    let idx = values.iter().rposition(Option::is_some)?;
    axes.at(idx as f64, values[idx])
}

fn line_names(axes: &Axes, view: &NodeView) -> Vec<LineName> {
    let truth = last_point(axes, &view.truth).map(|end| (end, "truth".to_owned(), Swatch::truth()));
    let model = |line: &Line| Some((last_point(axes, &line.values)?, line.model.clone(), Swatch::of(&line.model)));
    let all = truth.into_iter().chain(view.lines.iter().filter_map(model));
    all.map(|((_, y), text, swatch)| LineName { end: (axes.room.right, y), text, swatch }).collect()
}

/// A line of the tooltip with the value that decides its place.
struct Said {
    value: f64,
    row: TipRow,
    ring: Option<(Point, Ink)>,
}

fn said(view: &NodeView, axes: &Axes, idx: usize) -> Vec<Said> {
    let truth = view.truth.get(idx).copied().flatten();
    let ring = |value: f64, ink: Ink| axes.at(idx as f64, Some(value)).map(|at| (at, ink));
    let missing = || Said { value: f64::INFINITY, row: TipRow::plain("truth", "value was missing"), ring: None };
    let first = truth.map_or_else(missing, |value| {
        let row = TipRow { swatch: Some(Swatch::truth()), name: "truth".into(), value: number(value, view.unit) };
        Said { value, row, ring: ring(value, Ink::TRUTH) }
    });
    let lines = view.lines.iter().filter_map(|line| Some((line, line.values.get(idx).copied().flatten()?)));
    let lines = lines.map(|(line, value)| Said {
        value,
        row: forecast_row(view, line, value, truth),
        ring: ring(value, look(&line.model).ink()),
    });
    let mut all: Vec<Said> = std::iter::once(first).chain(lines).collect();
    sort_by(&mut all, |a, b| b.value.total_cmp(&a.value));
    all
}

fn tip(view: &NodeView, axes: &Axes, idx: usize) -> Tip {
    let said = said(view, axes, idx);
    let rings: Vec<(Point, Ink)> = said.iter().filter_map(|said| said.ring).collect();
    let top = rings.iter().map(|(at, _)| at.1).fold(axes.room.bottom, f64::min);
    Tip {
        title: Clock::starting(view.start_secs).stamp(view.secs(idx)),
        rows: said.into_iter().map(|said| said.row).collect(),
        at: (axes.x.px(idx as f64).unwrap_or(axes.room.left), top),
        crosshair: Some((axes.room.top, axes.room.bottom)),
        rings,
        ..Tip::default()
    }
}

fn forecast_row(view: &NodeView, line: &Line, value: f64, truth: Option<f64>) -> TipRow {
    let error = truth.map_or_else(String::new, |truth| {
        let sign = if value > truth { "+" } else { "" };
        format!(", error {sign}{}", decimal(value - truth, view.unit))
    });
    let is_banded = banded(view).is_some_and(|banded| banded.model == line.model);
    let interval = line.ends(value).filter(|_| is_banded).map_or_else(String::new, |(low, high)| {
        let held = match truth.and_then(|truth| line.holds(value, truth)) {
            Some(true) => " inside",
            Some(false) => " outside",
            None => "",
        };
        format!(" [{}, {}]{held}", decimal(low, view.unit), decimal(high, view.unit))
    });
    let value = number(value, view.unit) + &interval + &error;
    TipRow { swatch: Some(Swatch::of(&line.model)), name: line.model.clone(), value }
}

/// Percentages to one decimal, other units to three digits.
pub(super) fn decimal(value: f64, unit: &str) -> String {
    if unit == "%" { fixed(value, 1) } else { significant(value) }
}

fn number(value: f64, unit: &str) -> String {
    with_unit(&decimal(value, unit), unit, " ")
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::view;
    use super::*;

    #[test]
    fn a_missing_value_is_said_and_the_line_is_open() {
        let view = Rc::new(view(&[Some(10.0), None, Some(12.0), Some(13.0)], &[Some(11.0); 4]));
        let drawn = plot(&view, 600, 300);
        assert_eq!((drawn.tip)(1).rows[0].value, "value was missing");
        assert_eq!((drawn.tip)(0).spoken(), "day 1, 20:00; tsf 11.0 %, error +1.0; truth 10.0 %");
        let truth = drawn.marks.iter().find_map(|mark| match mark {
            Mark::Line(points, pen) if pen.ink == Ink::TRUTH => Some(points),
            _ => None,
        });
        assert_eq!(truth.map(|points| points.iter().filter(|point| point.is_none()).count()), Some(1));
    }

    #[test]
    fn the_interval_is_a_band_and_what_it_missed_wears_a_ring() {
        let mut view = view(&[Some(10.0), Some(20.0), None, Some(40.0)], &[Some(12.0), Some(29.0), None, Some(41.0)]);
        view.lines[0].interval = Some((0.9, 5.0));
        let drawn = plot(&Rc::new(view), 600, 300);
        let count = |is: fn(&Mark) -> bool| drawn.marks.iter().filter(|mark| is(mark)).count();
        assert_eq!(
            (count(|mark| matches!(mark, Mark::Area(..))), count(|mark| matches!(mark, Mark::Ring(..)))),
            (2, 1)
        );
        assert!(
            (drawn.tip)(1).spoken().contains("tsf 29.0 % [24.0, 34.0] outside, error +9.0"),
            "{}",
            (drawn.tip)(1).spoken()
        );
    }

    #[test]
    fn another_unit_has_its_own_axis() {
        let view = super::super::data::NodeView { unit: "cores", ..view(&[Some(0.2), Some(0.31)], &[None, None]) };
        let drawn = plot(&Rc::new(view), 600, 300);
        let texts: Vec<&str> = drawn.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(texts.contains(&"CPU, cores") && !texts.contains(&"100"), "{texts:?}");
        assert_eq!((drawn.tip)(0).rows[0].value, "0.200 cores");
    }

    #[test]
    fn the_axis_is_the_whole_percent_range() {
        let drawn = plot(&Rc::new(view(&[Some(10.0), Some(11.0)], &[None, None])), 600, 300);
        let texts: Vec<&str> = drawn.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(["0", "25", "50", "75", "100", "CPU, %"].iter().all(|text| texts.contains(text)), "{texts:?}");
    }

    #[test]
    fn the_same_series_give_the_same_bytes_and_odd_ones_never_panic() {
        let odd: [&[Option<f64>]; 5] = [&[], &[None], &[Some(1e300)], &[Some(-5.0), None], &[Some(50.0); 2000]];
        for values in odd {
            for (width, height) in [(0, 0), (326, 220), (900, 300)] {
                let view = Rc::new(view(values, values));
                let drawn = plot(&view, width, height);
                assert_eq!(drawn.svg(), plot(&view, width, height).svg());
                (0..drawn.hits.len().min(3) + 1).for_each(|idx| drop((drawn.tip)(idx)));
            }
        }
    }
}
