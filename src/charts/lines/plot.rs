//! Picture of the lines.

use std::rc::Rc;

use super::{Lines, MOST_COLOURED, Series, Ticks, Value};
use crate::charts::axes::{Axes, LineName, NARROW, Room, horizontal, labelled, names, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::Ink;
use crate::charts::order::sort_by;
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Swatch, Tip, TipRow, Tone};
use crate::charts::series::thin;
use crate::charts::text::tick;
use crate::charts::ticks;

/// Places up to which every value wears its marker.
const MOST_MARKED: usize = 24;

/// Rows of a tooltip.
const MOST_ROWS: usize = 8;

/// Share of the largest value above which the smallest one cuts the axis.
const CUT_FROM: f64 = 0.5;

fn axes_of(lines: &Lines, room: Room) -> Axes {
    let first = lines.places.first().map_or(0.0, |place| place.x);
    let last = lines.places.last().map_or(first, |place| place.x);
    let inset = if lines.places.len() <= MOST_MARKED { 8.0 } else { 0.0 };
    let x = Scale::linear((first, last), (room.left + inset, (room.right - inset).max(room.left + inset)));
    Axes { x, y: Scale::linear(range(lines), (room.bottom, room.top)), room }
}

/// Where a place stands.
fn x_of(axes: &Axes, lines: &Lines, idx: usize) -> f64 {
    lines.places.get(idx).and_then(|place| axes.x.px(place.x)).unwrap_or(axes.room.left)
}

/// Where a value of a place stands.
fn point_of(axes: &Axes, lines: &Lines, idx: usize, value: f64) -> Option<Point> {
    Some((x_of(axes, lines, idx), axes.y.px(value)?))
}

/// Ends of the upright axis: from 0, or cut where all values lie close together and far from it.
fn range(lines: &Lines) -> (f64, f64) {
    let own = lines.extent();
    let both = match (own, lines.reach) {
        (Some(own), Some(reach)) => Some((own.0.min(reach.0), own.1.max(reach.1))),
        (own, reach) => own.or(reach),
    };
    match both {
        Some((low, high)) if low > high * CUT_FROM => ticks::nice_range(low, high, 4),
        Some((low, high)) if low < 0.0 || high > 0.0 => ticks::nice_range(low.min(0.0), high.max(0.0), 4),
        _ => (0.0, 1.0),
    }
}

/// The chart at a size.
pub(in crate::charts) fn plot(lines: &Rc<Lines>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let written = lines.series.iter().take(MOST_COLOURED).map(|series| series.name.as_str());
    let axes = axes_of(lines, Room::of(width, height, &written.chain([lines.x_title]).collect::<Vec<_>>()));
    value_axis(&mut plot, &axes, lines);
    place_axis(&mut plot, &axes, lines);
    rules(&mut plot, &axes, lines);
    for (idx, series) in lines.series.iter().enumerate().rev() {
        draw_series(&mut plot, &axes, lines, series, ink_of(series, idx));
    }
    ring(&mut plot, &axes, lines);
    names(&mut plot, axes.room, &line_names(&axes, lines));
    plot.hits = Hits::Along((0..lines.places.len()).map(|idx| x_of(&axes, lines, idx)).collect());
    let lines = Rc::clone(lines);
    plot.tip = Rc::new(move |idx| tip(&lines, &axes, idx));
    plot
}

fn ink_of(series: &Series, idx: usize) -> Ink {
    if idx < MOST_COLOURED { series.look.ink() } else { Ink::NORMAL }
}

fn value_axis(plot: &mut Plot, axes: &Axes, lines: &Lines) {
    let (low, high) = axes.y.from();
    // A cut axis says so.
    let from = if low > 0.0 { format!(", from {}", tick(low, ticks::step_125(high - low, 4))) } else { String::new() };
    vertical(plot, axes.room, &axes.y, &labelled(&axes.y, 4), &format!("{}{from}", lines.y_title));
}

fn place_axis(plot: &mut Plot, axes: &Axes, lines: &Lines) {
    let most = if plot.width < NARROW { 3 } else { 6 };
    let (low, high) = axes.x.from();
    let at = |x: f64, text: String| Some((axes.x.px(x)?, text));
    let labelled: Vec<(f64, String)> = match lines.ticks {
        Ticks::Each => lines.places.iter().filter_map(|place| at(place.x, format!("{}", place.x))).collect(),
        Ticks::Whole => {
            let whole = ticks::whole(low.max(0.0) as usize, high.max(0.0) as usize, most);
            whole.into_iter().filter_map(|x| at(x as f64, x.to_string())).collect()
        }
        Ticks::Time(clock) => {
            let labels = clock.labelled(low as i64, high as i64, most);
            labels.into_iter().filter_map(|(stamp, text)| at(stamp as f64, text)).collect()
        }
    };
    horizontal(plot, axes.room, &labelled, lines.x_title);
}

/// The claimed optimum and the level to compare with, where they lie inside the axes.
fn rules(plot: &mut Plot, axes: &Axes, lines: &Lines) {
    let inside = |value: f64, (low, high): (f64, f64)| value >= low && value <= high;
    let room = axes.room;
    if let Some((x, name)) = lines.rule.filter(|(x, _)| inside(*x, axes.x.from()))
        && let Some(px) = axes.x.px(x)
    {
        plot.marks.push(Mark::segment((px, room.top), (px, room.bottom), Pen::new(Ink::REFERENCE.dashed(3), 1)));
        plot.labels.push(Label::new((px + 4.0, room.bottom - 9.0), name, Anchor::Start, Tone::Name));
    }
    if let Some((value, name)) = lines.reference.filter(|(value, _)| inside(*value, axes.y.from()))
        && let Some(py) = axes.y.px(value)
    {
        plot.marks.push(Mark::segment((room.left, py), (room.right, py), Pen::new(Ink::REFERENCE.dashed(6), 1)));
        plot.labels.push(Label::new((room.left + 4.0, py - 8.0), name, Anchor::Start, Tone::Name));
    }
}

fn draw_series(plot: &mut Plot, axes: &Axes, lines: &Lines, series: &Series, ink: Ink) {
    plot.marks.extend(bands(axes, lines, series).into_iter().map(|outline| Mark::Area(outline, ink, 0.16)));
    let at = |(idx, value): (usize, &Option<Value>)| point_of(axes, lines, idx, value.as_ref()?.mean);
    let points: Vec<Option<Point>> = series.values.iter().enumerate().map(at).collect();
    plot.marks.push(Mark::Line(thin(&points), Pen::new(ink, 2)));
    if lines.places.len() <= MOST_MARKED {
        for (value, at) in series.values.iter().zip(&points) {
            let (Some(value), Some(at)) = (value, at) else { continue };
            plot.marks.push(if value.partial {
                Mark::Ring(*at, 4.0, Pen::new(ink, 2))
            } else {
                Mark::Dot(*at, 4.0, series.look.marker, ink)
            });
        }
    }
}

/// Outlines of ± sd, one per run of values that have one: out along the top, back along the bottom.
fn bands(axes: &Axes, lines: &Lines, series: &Series) -> Vec<Vec<Point>> {
    let ends = |(idx, value): (usize, &Option<Value>)| {
        let value = value.as_ref().filter(|value| value.sd.is_some())?;
        let [low, high] = value.ends();
        Some((point_of(axes, lines, idx, low)?, point_of(axes, lines, idx, high)?))
    };
    let ends: Vec<Option<(Point, Point)>> = series.values.iter().enumerate().map(ends).collect();
    let runs = ends.split(Option::is_none).filter(|run| run.len() > 1);
    runs.map(|run| {
        let top = run.iter().flatten().map(|(_, high)| *high);
        let bottom = run.iter().rev().flatten().map(|(low, _)| *low);
        top.chain(bottom).collect()
    })
    .collect()
}

/// ◉ at the value of the config, on the first line.
fn ring(plot: &mut Plot, axes: &Axes, lines: &Lines) {
    let idx = lines.ring.and_then(|x| lines.places.iter().position(|place| place.x == x));
    let series = lines.series.first();
    let found = idx.zip(series).and_then(|(idx, series)| Some((idx, series, series.values.get(idx).copied()??)));
    let Some((idx, series, value)) = found else { return };
    let Some(at) = point_of(axes, lines, idx, value.mean) else { return };
    let ink = series.look.ink();
    plot.marks.push(Mark::Ring(at, 7.0, Pen::new(ink, 2)));
    if !value.partial {
        plot.marks.push(Mark::Dot(at, 4.0, series.look.marker, ink));
    }
}

fn line_names(axes: &Axes, lines: &Lines) -> Vec<LineName> {
    let name = |series: &Series| {
        let idx = series.values.iter().rposition(Option::is_some)?;
        let end = point_of(axes, lines, idx, series.values[idx]?.mean)?;
        let swatch = swatch(series, 0);
        Some(LineName { end, text: series.name.clone(), swatch })
    };
    lines.series.iter().take(MOST_COLOURED).filter_map(name).collect()
}

fn swatch(series: &Series, idx: usize) -> Swatch {
    Swatch { ink: ink_of(series, idx), width: 2, marker: Some(series.look.marker) }
}

fn tip(lines: &Lines, axes: &Axes, idx: usize) -> Tip {
    let Some(place) = lines.places.get(idx) else { return Tip::default() };
    let of = |(rank, series)| -> Option<(usize, &Series, Value)> {
        let series: &Series = series;
        Some((rank, series, series.values.get(idx).copied()??))
    };
    let mut found: Vec<(usize, &Series, Value)> = lines.series.iter().enumerate().filter_map(of).collect();
    sort_by(&mut found, |a, b| b.2.mean.total_cmp(&a.2.mean));
    let rings: Vec<(Point, Ink)> = found
        .iter()
        .filter_map(|(rank, series, value)| Some((point_of(axes, lines, idx, value.mean)?, ink_of(series, *rank))))
        .collect();
    let row = |(rank, series, value): &(usize, &Series, Value)| TipRow {
        swatch: Some(swatch(series, *rank)),
        name: series.name.clone(),
        value: value.text(lines.decimals),
    };
    let mut rows: Vec<TipRow> = found.iter().take(MOST_ROWS).map(row).collect();
    if !place.note.is_empty() {
        rows.push(TipRow::plain(place.note.clone(), ""));
    }
    Tip {
        title: place.name.clone(),
        rows,
        at: (x_of(axes, lines, idx), rings.iter().map(|(at, _)| at.1).fold(axes.room.bottom, f64::min)),
        crosshair: Some((axes.room.top, axes.room.bottom)),
        rings,
        ..Tip::default()
    }
}
