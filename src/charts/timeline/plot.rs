//! Picture of the timeline.

use std::rc::Rc;

use super::Timeline;
use super::data::{Alarm, Lane, Span, lies_in};
use super::words::when;
use crate::charts::axes::{NARROW, Room, horizontal, labelled, rough_width, vertical};
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::{Ink, Marker, look};
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Swatch, Tip, TipRow, Tone};
use crate::charts::series::{extent, thin};
use crate::charts::text::{fixed, significant};
use crate::charts::ticks;

/// Height of a lane, and the distance to the next.
const LANE: f64 = 20.0;
const GAP: f64 = 4.0;
const TOP: f64 = 8.0;
/// Room for the title of the scores.
const BETWEEN: f64 = 24.0;
const SCORES: f64 = 80.0;
const BELOW: f64 = 26.0;
/// Room for the word beside the threshold; its end may lie on the card's own margin.
const RIGHT: f64 = 56.0;
/// Narrowest mark of a stretch.
const THIN: f64 = 1.5;

impl Timeline {
    /// Height of the whole picture.
    pub(in crate::charts) fn height(&self) -> u32 {
        (lanes_end(self) + BETWEEN + SCORES + BELOW) as u32
    }
}

fn lane_top(idx: usize) -> f64 {
    TOP + idx as f64 * (LANE + GAP)
}

fn lanes_end(timeline: &Timeline) -> f64 {
    lane_top(timeline.lanes.len() + 1)
}

/// The chart at a width.
pub(in crate::charts) fn plot(timeline: &Rc<Timeline>, width: u32) -> Plot {
    let mut plot = Plot::blank(width, timeline.height());
    let widest = timeline.lanes.iter().map(|lane| rough_width(&lane.id)).fold(rough_width("truth"), f64::max);
    let left = (widest + 14.0).min(f64::from(width) * 0.3).max(44.0);
    let bottom = f64::from(plot.height) - BELOW;
    let right = f64::from(width) - RIGHT;
    let room = Room { left, top: bottom - SCORES, right, bottom }.at_least();
    let x = Scale::linear(timeline.range(), (room.left, room.right));
    truth_lane(&mut plot, timeline, room, &x);
    for (idx, lane) in timeline.lanes.iter().enumerate() {
        alarm_lane(&mut plot, timeline, lane, lane_top(idx + 1), room, &x);
    }
    if let Some(lane) = timeline.lanes.first() {
        scores(&mut plot, timeline, lane, room, &x);
    }
    time_axis(&mut plot, timeline, room, &x);
    selection(&mut plot, timeline, room, &x);
    let places = timeline.windows.iter().map(|window| x.px(window.end - timeline.step / 2.0).unwrap_or(room.left));
    plot.hits = Hits::Along(places.collect());
    let timeline = Rc::clone(timeline);
    plot.tip = Rc::new(move |idx| tip(&timeline, &x, room, idx));
    plot
}

/// A stretch on the screen, never too thin to be seen; nothing outside of the axis.
fn pixels(x: &Scale, (from, to): Span) -> Option<(f64, f64)> {
    let (low, high) = x.from();
    if to <= low || from >= high {
        return None;
    }
    let (left, right) = (x.px(from)?, x.px(to)?);
    Some((left, right.max(left + THIN)))
}

fn bar(x: &Scale, span: Span, top: f64, ink: Ink, opacity: f64) -> Option<Mark> {
    let (left, right) = pixels(x, span)?;
    Some(Mark::Rect((left, top), (right, top + LANE), ink, opacity))
}

fn outline(x: &Scale, span: Span, top: f64, pen: Pen) -> Option<Mark> {
    let (left, right) = pixels(x, span)?;
    let corners = [(left, top), (right, top), (right, top + LANE), (left, top + LANE), (left, top)];
    Some(Mark::Line(corners.map(Some).to_vec(), pen))
}

fn name(plot: &mut Plot, text: &str, top: f64, left: f64) {
    plot.labels.push(Label::new((left - 8.0, top + LANE / 2.0), text, Anchor::End, Tone::Name));
}

fn ground(plot: &mut Plot, top: f64, room: Room) {
    let y = top + LANE;
    plot.marks.push(Mark::segment((room.left, y), (room.right, y), Pen::new(Ink::GRID, 1)));
}

fn truth_lane(plot: &mut Plot, timeline: &Timeline, room: Room, x: &Scale) {
    name(plot, "truth", TOP, room.left);
    ground(plot, TOP, room);
    plot.marks.extend(timeline.edges().into_iter().filter_map(|span| bar(x, span, TOP, Ink::HATCH, 1.0)));
    plot.marks.extend(timeline.faults.iter().filter_map(|fault| bar(x, fault.span, TOP, Ink::ANOMALY, 1.0)));
}

fn alarm_lane(plot: &mut Plot, timeline: &Timeline, lane: &Lane, top: f64, room: Room, x: &Scale) {
    name(plot, &lane.id, top, room.left);
    ground(plot, top, room);
    if lane.blind {
        let at = (room.left + 8.0, top + LANE / 2.0);
        plot.labels.push(Label::new(at, "undefined: no threshold", Anchor::Start, Tone::Tick));
        return;
    }
    for (span, alarm) in &lane.alarms {
        match alarm {
            Alarm::Hit => plot.marks.extend(bar(x, *span, top, Ink::ANOMALY, 1.0)),
            Alarm::Edge => plot.marks.extend(bar(x, *span, top, Ink::NORMAL, 0.5)),
            Alarm::False => {
                plot.marks.extend(bar(x, *span, top, Ink::HATCH, 1.0));
                plot.marks.extend(outline(x, *span, top, Pen::new(Ink::ANOMALY, 1)));
                let middle = pixels(x, *span).map(|(left, right)| ((left + right) / 2.0, top + LANE / 2.0));
                plot.marks.extend(middle.map(|at| Mark::Dot(at, 4.0, Marker::Up, Ink::ANOMALY)));
            }
        }
    }
    for (fault, delay) in timeline.faults.iter().zip(&lane.delays).filter(|(fault, _)| fault.is_judged) {
        match delay {
            None => plot.marks.extend(outline(x, fault.span, top, Pen::new(Ink::REFERENCE.dashed(6), 1))),
            Some(delay) => {
                let ends = pixels(x, (fault.span.0, fault.span.0 + delay.max(timeline.step * 0.01)));
                let y = top + LANE / 2.0;
                plot.marks.extend(
                    ends.map(|(left, right)| Mark::segment((left, y), (right, y), Pen::new(Ink::REFERENCE, 1))),
                );
            }
        }
    }
}

/// Scores and thresholds as axis values.
fn score_scale(lane: &Lane, room: Room) -> Scale {
    let scores = lane.scores.iter().map(|score| f64::from(*score));
    let both = extent(scores.chain(lane.thresholds.iter().flatten().copied()));
    let (low, high) = both.unwrap_or((0.0, 1.0));
    Scale::linear(ticks::nice_range(low.min(0.0), high.max(low + f64::EPSILON), 3), (room.bottom, room.top))
}

fn scores(plot: &mut Plot, timeline: &Timeline, lane: &Lane, room: Room, x: &Scale) {
    let y = score_scale(lane, room);
    vertical(plot, room, &y, &labelled(&y, 3), "");
    let title = format!("score of {}", lane.id);
    plot.labels.push(Label::new((room.left, room.top - 10.0), title, Anchor::Start, Tone::Tick));
    let mut points: Vec<Option<Point>> = Vec::new();
    let mut before = f64::NEG_INFINITY;
    for (window, score) in timeline.windows.iter().zip(&lane.scores) {
        // Windows of other parts are left open, never bridged.
        if window.end - before > timeline.step * 1.5 {
            points.push(None);
        }
        before = window.end;
        points.push(x.px(window.end).zip(y.px(f64::from(*score))));
    }
    plot.marks.push(Mark::Line(thin(&points), Pen::new(look(&lane.id).ink().undashed(), 2)));
    let rule = |(window, threshold): (&super::data::Window, &Option<f64>)| x.px(window.end).zip(y.px((*threshold)?));
    let rule: Vec<Option<Point>> = timeline.windows.iter().zip(&lane.thresholds).map(rule).collect();
    plot.marks.push(Mark::Line(thin(&rule), Pen::new(Ink::TRUTH.dashed(6), 1)));
    if let Some((_, at)) = rule.iter().flatten().last() {
        plot.labels.push(Label::new((room.right + 6.0, *at), "threshold", Anchor::Start, Tone::Tick));
    }
}

fn time_axis(plot: &mut Plot, timeline: &Timeline, room: Room, x: &Scale) {
    let (from, to) = timeline.range();
    let most = if plot.width < NARROW { 3 } else { 7 };
    let stamp = |secs: f64| (timeline.start + secs) as i64;
    let at = |(stamp, text): (i64, String)| Some((x.px(stamp as f64 - timeline.start)?, text));
    let labelled: Vec<(f64, String)> =
        timeline.clock.labelled(stamp(from), stamp(to), most).into_iter().filter_map(at).collect();
    horizontal(plot, room, &labelled, "");
}

/// The same windows are marked in every picture: an ink outline over lanes and scores.
fn selection(plot: &mut Plot, timeline: &Timeline, room: Room, x: &Scale) {
    for (left, right) in timeline.selected().into_iter().filter_map(|span| pixels(x, span)) {
        plot.marks.push(Mark::Rect((left, TOP), (right, room.bottom), Ink::SELECTION, 1.0));
        for px in [left, right] {
            plot.marks.push(Mark::segment((px, TOP), (px, room.bottom), Pen::new(Ink::SELECTION, 1)));
        }
    }
}

fn tip(timeline: &Timeline, x: &Scale, room: Room, idx: usize) -> Tip {
    let Some(window) = timeline.windows.get(idx) else { return Tip::default() };
    let at = x.px(window.end - timeline.step / 2.0).unwrap_or(room.left);
    let fault = timeline.faults.iter().find(|fault| lies_in(window, fault.span, timeline.step));
    let truth = match (window.label, fault) {
        (0, _) => "normal".to_owned(),
        (1, Some(fault)) => fault.name.clone(),
        (1, None) => "fault".to_owned(),
        _ => "edge of a fault".to_owned(),
    };
    let row = |(place, lane): (usize, &Lane)| {
        let score = lane.scores.get(idx).copied().unwrap_or(f32::NAN);
        let threshold = lane.thresholds.get(idx).copied().flatten();
        let word = match threshold {
            Some(threshold) if f64::from(score) >= threshold => format!(", alarm (from {})", significant(threshold)),
            Some(threshold) => format!(", quiet (below {})", significant(threshold)),
            None => ", no threshold".to_owned(),
        };
        let swatch = (place == 0).then(|| Swatch { ink: look(&lane.id).ink().undashed(), width: 2, marker: None });
        TipRow { swatch, name: lane.id.clone(), value: format!("{}{word}", fixed(f64::from(score), 3)) }
    };
    let rows = std::iter::once(TipRow::plain("truth", truth)).chain(timeline.lanes.iter().enumerate().map(row));
    Tip {
        title: when(timeline, window.end),
        rows: rows.collect(),
        at: (at, room.top),
        crosshair: Some((TOP, room.bottom)),
        picks: vec![window.idx],
        ..Tip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::timeline;
    use super::*;

    #[test]
    fn each_window_can_be_pointed_at_and_selects_itself() {
        let run = Rc::new(timeline(1, &[]));
        let plot = plot(&run, 600);
        assert_eq!(plot.hits.len(), 12);
        let tip = (plot.tip)(2);
        assert_eq!(tip.picks, [14]);
        assert_eq!(tip.rows[0].value, "normal");
        assert!(tip.rows[1].value.contains("alarm (from"), "{}", tip.rows[1].value);
    }

    #[test]
    fn truth_and_hits_are_red_and_false_alarms_wear_a_mark() {
        let reds = |run: u32| {
            let plot = plot(&Rc::new(timeline(run, &[])), 600);
            let rects = plot.marks.iter().filter(|mark| matches!(mark, Mark::Rect(_, _, Ink::ANOMALY, _))).count();
            let marks =
                plot.marks.iter().filter(|mark| matches!(mark, Mark::Dot(_, _, Marker::Up, Ink::ANOMALY))).count();
            (rects, marks)
        };
        assert_eq!(reds(0), (3, 0));
        assert_eq!(reds(1), (3, 2));
    }

    #[test]
    fn a_selection_is_drawn_where_it_is() {
        let drawn = |selected: &[u32]| {
            let plot = plot(&Rc::new(timeline(0, selected)), 390);
            plot.marks.iter().filter(|mark| matches!(mark, Mark::Rect(_, _, Ink::SELECTION, _))).count()
        };
        assert_eq!((drawn(&[]), drawn(&[3, 4]), drawn(&[3, 9])), (0, 1, 2));
    }
}
