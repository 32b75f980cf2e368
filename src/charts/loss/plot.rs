//! Picture of the loss curves.

use std::rc::Rc;

use super::data::{BandPoint, Group};
use crate::charts::axes::{Axes, LineName, NARROW, Room, horizontal, labelled, names, rough_width, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, look};
use crate::charts::order::sort_by;
use crate::charts::scale::{Kind, Scale};
use crate::charts::scene::{Anchor, Hits, Label, Plot, Swatch, Tip, TipRow, Tone};
use crate::charts::series::{extent, thin};
use crate::charts::text::{log_tick, significant};
use crate::charts::ticks;

/// Range of the losses from which the axis is logarithmic.
const LOG_FROM: f64 = 20.0;

/// Rows of a tooltip.
const MOST_ROWS: usize = 8;

/// Whether the losses range over more than 20 times.
pub(super) fn is_log(models: &[Group]) -> bool {
    losses(models).is_some_and(|(low, high)| low > 0.0 && high / low > LOG_FROM)
}

fn losses(models: &[Group]) -> Option<(f64, f64)> {
    let of_point = |point: &BandPoint| {
        let band = point.band.into_iter().flat_map(|(low, high)| [low, high]);
        band.chain(point.train).collect::<Vec<_>>()
    };
    extent(models.iter().flat_map(|model| &model.points).flat_map(of_point))
}

/// The chart at a size.
pub(super) fn plot(models: &[Group], planned: usize, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let written: Vec<String> = models.iter().map(|model| name_of(model, width)).collect();
    let room = Room::of(width, height, &written.iter().map(String::as_str).collect::<Vec<_>>());
    let last = models.iter().filter_map(Group::last_epoch).max().unwrap_or(1).max(planned).max(1);
    let low = if last == 1 { 0.0 } else { 1.0 };
    let axes =
        Axes { x: Scale::linear((low, last as f64), (room.left, room.right)), y: loss_scale(models, room), room };
    loss_axis(&mut plot, &axes);
    epoch_axis(&mut plot, &axes, last);
    for model in models {
        draw_model(&mut plot, &axes, model);
    }
    let written = line_names(&axes, models, width);
    names(&mut plot, room, &written);
    mark_best(&mut plot, &axes, models);
    point_at(&mut plot, &axes, models);
    plot
}

fn loss_scale(models: &[Group], room: Room) -> Scale {
    let to = (room.bottom, room.top);
    match losses(models) {
        Some((low, high)) if is_log(models) => Scale::log(ticks::nice_log_range(low, high), to),
        Some((_, high)) if high > 0.0 => Scale::linear((0.0, ticks::nice_range(0.0, high, 4).1), to),
        _ => Scale::linear((0.0, 1.0), to),
    }
}

fn loss_axis(plot: &mut Plot, axes: &Axes) {
    let (low, high) = axes.y.from();
    let most = if axes.room.height() < 170.0 { 3 } else { 4 };
    let labelled: Vec<(f64, String)> = match axes.y.kind() {
        Kind::Log => ticks::log(low, high, 5).into_iter().map(|value| (value, log_tick(value))).collect(),
        Kind::Linear => labelled(&axes.y, most),
    };
    vertical(plot, axes.room, &axes.y, &labelled, "MSE");
}

fn epoch_axis(plot: &mut Plot, axes: &Axes, last: usize) {
    let most = if plot.width < NARROW { 4 } else { 6 };
    let epochs = ticks::whole(1, last, most);
    let labelled: Vec<(f64, String)> =
        epochs.iter().filter_map(|epoch| Some((axes.x.px(*epoch as f64)?, epoch.to_string()))).collect();
    horizontal(plot, axes.room, &labelled, "epoch");
}

fn draw_model(plot: &mut Plot, axes: &Axes, model: &Group) {
    let ink = look(&model.model).ink();
    if model.n_seeds > 1 {
        plot.marks.extend(band(axes, model).map(|outline| Mark::Area(outline, ink, 0.16)));
    }
    let line = |value: fn(&BandPoint) -> Option<f64>| {
        thin(&model.points.iter().map(|point| axes.at(point.epoch as f64, value(point))).collect::<Vec<_>>())
    };
    plot.marks.push(Mark::Line(line(|point| point.train), Pen::new(ink, 1).faded(0.8)));
    plot.marks.push(Mark::Line(line(|point| point.validation), Pen::new(ink, 2)));
    if let Some(at) = model.stopped_early().and_then(|epoch| axes.at(epoch as f64, model.at(epoch)?.validation)) {
        let bar = Mark::segment((at.0, at.1 - 6.0), (at.0, at.1 + 6.0), Pen::new(ink.undashed(), 2));
        plot.marks.push(bar);
    } else if let Some(at) = end_of(axes, model) {
        plot.marks.push(Mark::Dot(at, 4.0, look(&model.model).marker, ink));
    }
}

/// Outline of smallest to largest: out along the top, back along the bottom.
fn band(axes: &Axes, model: &Group) -> Option<Vec<Point>> {
    let edge = |pick: fn((f64, f64)) -> f64| {
        let points = model.points.iter().filter_map(move |point| axes.at(point.epoch as f64, Some(pick(point.band?))));
        points.collect::<Vec<_>>()
    };
    let (top, mut bottom) = (edge(|band| band.1), edge(|band| band.0));
    bottom.reverse();
    (top.len() > 1 && top.len() == bottom.len()).then(|| [top, bottom].concat())
}

fn end_of(axes: &Axes, model: &Group) -> Option<Point> {
    model.points.iter().rev().find_map(|point| axes.at(point.epoch as f64, point.validation))
}

/// Rings at the best epochs; named while there are few models.
fn mark_best(plot: &mut Plot, axes: &Axes, models: &[Group]) {
    for model in models {
        let best =
            model.best_epoch().and_then(|epoch| Some((epoch, axes.at(epoch as f64, model.at(epoch)?.validation)?)));
        let Some((epoch, at)) = best else { continue };
        plot.marks.push(Mark::Ring(at, 4.5, Pen::new(look(&model.model).ink(), 2)));
        let text = format!("best {epoch}");
        let half = rough_width(&text) / 2.0;
        let x = at.0.min(axes.room.right - half);
        let free = |y: &f64| {
            let inside = *y > axes.room.top && *y < axes.room.bottom - 6.0;
            inside
                && plot.labels.iter().all(|label| (label.at.0 - x).abs() > 2.0 * half || (label.at.1 - y).abs() > 13.0)
        };
        let place = [at.1 + 14.0, at.1 - 14.0, at.1 - 28.0].into_iter().find(free);
        if let Some(y) = place.filter(|_| models.len() <= 3) {
            plot.labels.push(Label::new((x, y), text, Anchor::Middle, Tone::Name));
        }
    }
}

/// The model, and where it stopped early if there is room to say so.
fn name_of(model: &Group, width: u32) -> String {
    match model.stopped_early() {
        Some(epoch) if width >= NARROW => format!("{}, stopped {epoch}", model.model),
        _ => model.model.clone(),
    }
}

fn line_names(axes: &Axes, models: &[Group], width: u32) -> Vec<LineName> {
    let name = |model: &Group| {
        let end = end_of(axes, model)?;
        let swatch = Swatch { marker: None, ..Swatch::of(&model.model) };
        Some(LineName { end, text: name_of(model, width), swatch })
    };
    models.iter().filter_map(name).collect()
}

fn point_at(plot: &mut Plot, axes: &Axes, models: &[Group]) {
    let mut epochs: Vec<usize> = models.iter().flat_map(|model| &model.points).map(|point| point.epoch).collect();
    sort_by(&mut epochs, usize::cmp);
    epochs.dedup();
    plot.hits = Hits::Along(epochs.iter().filter_map(|epoch| axes.x.px(*epoch as f64)).collect());
    let (models, axes) = (models.to_vec(), *axes);
    plot.tip = Rc::new(move |idx| epochs.get(idx).map_or_else(Tip::default, |epoch| tip(&models, &axes, *epoch)));
}

fn tip(models: &[Group], axes: &Axes, epoch: usize) -> Tip {
    let mut found: Vec<(&Group, &BandPoint)> =
        models.iter().filter_map(|model| Some((model, model.at(epoch)?))).collect();
    sort_by(&mut found, |a, b| b.1.validation.unwrap_or(0.0).total_cmp(&a.1.validation.unwrap_or(0.0)));
    let rings: Vec<(Point, Ink)> = found
        .iter()
        .filter_map(|(model, point)| Some((axes.at(epoch as f64, point.validation)?, look(&model.model).ink())))
        .collect();
    let top = rings.iter().map(|(at, _)| at.1).fold(axes.room.bottom, f64::min);
    Tip {
        title: format!("epoch {epoch}"),
        rows: found.iter().take(MOST_ROWS).map(|(model, point)| tip_row(model, point)).collect(),
        at: (axes.x.px(epoch as f64).unwrap_or(axes.room.left), top),
        crosshair: Some((axes.room.top, axes.room.bottom)),
        rings,
        ..Tip::default()
    }
}

fn tip_row(model: &Group, point: &BandPoint) -> TipRow {
    let number = |value: Option<f64>| value.map_or_else(|| "not a number".to_owned(), significant);
    let spread = match point.band {
        Some((low, high)) if point.n_seeds > 1 => format!(" ({} to {})", significant(low), significant(high)),
        _ => String::new(),
    };
    let value = format!("{}{spread}, training {}", number(point.validation), number(point.train));
    TipRow { swatch: Some(Swatch::of(&model.model)), name: model.model.clone(), value }
}

#[cfg(test)]
mod tests {
    use super::super::data::{group, tests::curve};
    use super::*;
    use crate::report::StopReason;

    fn labels(plot: &Plot) -> Vec<&str> {
        plot.labels.iter().map(|label| label.text.as_str()).collect()
    }

    #[test]
    fn the_axis_reaches_to_the_planned_end_from_the_start() {
        let one = plot(&group(&[curve("tsf", 1, &[1.0], 1, None)]), 50, 600, 240);
        assert!(labels(&one).contains(&"50"));
        let Hits::Along(xs) = &one.hits else { panic!("a line chart") };
        assert_eq!(xs.as_slice(), [44.0]);
    }

    #[test]
    fn best_and_early_stop_are_named() {
        let curves = [curve("tsf", 1, &[3.0, 1.0, 2.0, 2.5], 2, Some(StopReason::Early))];
        let drawn = plot(&group(&curves), 10, 600, 240);
        assert!(
            labels(&drawn).contains(&"best 2") && labels(&drawn).contains(&"tsf, stopped 4"),
            "{:?}",
            labels(&drawn)
        );
    }

    #[test]
    fn a_range_of_more_than_twenty_times_is_logarithmic() {
        assert!(!is_log(&group(&[curve("tsf", 1, &[20.0, 1.2], 2, None)])));
        assert!(is_log(&group(&[curve("tsf", 1, &[20.0, 0.9], 2, None)])));
    }

    #[test]
    fn the_same_curves_give_the_same_bytes_and_odd_ones_never_panic() {
        let odd =
            [vec![], vec![f64::NAN], vec![0.0], vec![1.0, f64::INFINITY, 2.0], vec![-1.0, 1e300], vec![1e-300; 3]];
        for losses in odd {
            for (width, height) in [(0, 0), (326, 200), (900, 240)] {
                let curves = [curve("tsf", 1, &losses, 1, None), curve("tsf", 2, &losses, 9, Some(StopReason::Early))];
                let models = group(&curves);
                let first = plot(&models, 5, width, height);
                assert_eq!(first.svg(), plot(&models, 5, width, height).svg());
                (0..first.hits.len() + 1).for_each(|idx| drop((first.tip)(idx)));
            }
        }
        assert!(plot(&[], 0, 600, 240).hits.is_empty());
    }

    #[test]
    fn the_tooltip_lists_the_higher_line_first() {
        let curves = [curve("tsf", 1, &[1.0], 1, None), curve("gru", 1, &[2.0], 1, None)];
        let drawn = plot(&group(&curves), 5, 600, 240);
        let tip = (drawn.tip)(0);
        assert_eq!(tip.spoken(), "epoch 1; gru 2.00, training 1.80; tsf 1.00, training 0.900");
    }
}
