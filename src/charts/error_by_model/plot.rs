//! Picture of the errors.

use std::rc::Rc;

use super::data::{Bar, Bars, axis_range, p_value, phrase};
use crate::charts::axes::{NARROW, Room, below_rows, rough_width};
use crate::charts::draw::{Mark, Pen};
use crate::charts::ink::{Ink, Marker, look};
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Swatch, Tip, TipRow, Tone};
use crate::charts::text::fixed;

/// Height of a row.
const ROW: f64 = 24.0;

/// Room above for the name of the reference and below for the axis.
const ABOVE: f64 = 20.0;
const BELOW: f64 = 26.0;

/// Height of the whole picture.
pub(in crate::charts) fn height(bars: &Bars) -> u32 {
    (bars.rows.len().max(2) as f64 * ROW + ABOVE + BELOW) as u32
}

/// The chart at a size.
pub(in crate::charts) fn plot(bars: &Rc<Bars>, width: u32, height: u32) -> Plot {
    let mut plot = Plot::blank(width, height);
    let widest = bars.rows.iter().map(|bar| rough_width(&bar.model)).fold(0.0, f64::max);
    let room = Room {
        left: widest + 24.0,
        top: ABOVE,
        right: f64::from(width) - 124.0,
        bottom: ABOVE + bars.rows.len() as f64 * ROW,
    }
    .at_least();
    let x = Scale::linear(axis_range(bars), (room.left, room.right));
    below_rows(&mut plot, room, &x, if width < NARROW { 3 } else { 5 }, "RMSE");
    reference(&mut plot, room, &x, bars);
    let group = bars.best_group();
    for (idx, bar) in bars.rows.iter().enumerate() {
        draw_bar(&mut plot, &x, room, bar, row_middle(idx), bars.is_close());
        write_row(&mut plot, room, bar, row_middle(idx), group.contains(&idx));
    }
    let points = bars.rows.iter().enumerate().map(|(idx, bar)| (x.px(bar.mean).unwrap_or(room.left), row_middle(idx)));
    plot.hits = Hits::Points(points.collect());
    let bars = Rc::clone(bars);
    plot.tip = Rc::new(move |idx| tip(&bars, &x, idx));
    plot
}

fn row_middle(idx: usize) -> f64 {
    ABOVE + (idx as f64 + 0.5) * ROW
}

/// A rule at the error of repeating the last value, with its name above.
fn reference(plot: &mut Plot, room: Room, x: &Scale, bars: &Bars) {
    let Some(at) = bars.persistence().and_then(|value| x.px(value)) else { return };
    let pen = Pen::new(Ink::REFERENCE.dashed(6), 1);
    plot.marks.push(Mark::segment((at, room.top - 4.0), (at, room.bottom), pen));
    let text = "persistence";
    let half = rough_width(text) / 2.0;
    let middle = at.min(f64::from(plot.width) - half).max(half);
    plot.labels.push(Label::new((middle, 8.0), text, Anchor::Middle, Tone::Tick));
}

fn draw_bar(plot: &mut Plot, x: &Scale, room: Room, bar: &Bar, y: f64, is_close: bool) {
    let look = look(&bar.model);
    let Some(mean) = x.px(bar.mean) else { return };
    if !is_close {
        plot.marks.push(Mark::Rect((room.left, y - 5.0), (mean, y + 5.0), look.ink(), 0.3));
    }
    if let Some((low, high)) = bar.sd.and_then(|sd| x.px(bar.mean - sd).zip(x.px(bar.mean + sd))) {
        let pen = Pen::new(look.ink().undashed(), 2);
        plot.marks.push(Mark::segment((low, y), (high, y), pen));
        for end in [low, high] {
            plot.marks.push(Mark::segment((end, y - 4.0), (end, y + 4.0), pen));
        }
        let dots = bar.seeds.iter().filter_map(|seed| x.px(*seed));
        plot.marks.extend(dots.map(|dot| Mark::Dot((dot, y + 7.0), 2.0, Marker::Circle, Ink::REFERENCE)));
    }
    plot.marks.push(Mark::Dot((mean, y), 5.0, look.marker, look.ink()));
}

/// Name on the left, with the sign of the best group; value ± sd on the right.
fn write_row(plot: &mut Plot, room: Room, bar: &Bar, y: f64, in_group: bool) {
    let tone = if in_group { Tone::Strong } else { Tone::Name };
    plot.labels.push(Label::new((room.left - 16.0, y), &bar.model, Anchor::End, tone));
    if in_group {
        plot.labels.push(Label::new((room.left - 8.0, y), "▌", Anchor::Middle, Tone::Strong));
    }
    let spread = bar.sd.map_or_else(String::new, |sd| format!(" ± {}", fixed(sd, 4)));
    let value = format!("{}{spread}", fixed(bar.mean, 4));
    plot.labels.push(Label::new((room.right + 14.0, y), value, Anchor::Start, tone));
}

fn tip(bars: &Bars, x: &Scale, idx: usize) -> Tip {
    let Some(bar) = bars.rows.get(idx) else { return Tip::default() };
    let seeds = bar.seeds.iter().enumerate().take(5);
    let mut rows =
        vec![TipRow { swatch: Some(Swatch::of(&bar.model)), name: "RMSE".into(), value: fixed(bar.mean, 4) }];
    if bar.seeds.len() > 1 {
        rows.extend(seeds.map(|(idx, seed)| TipRow::plain(format!("seed {}", idx + 1), fixed(*seed, 4))));
    }
    if let Some(best) = bars.rows.first().filter(|_| idx > 0) {
        let p = bar.p.map_or_else(String::new, |p| {
            let value = p_value(p);
            if value.starts_with('<') { format!(", p {value}") } else { format!(", p = {value}") }
        });
        rows.push(TipRow::plain(format!("against {}", best.model), format!("{}{p}", phrase(bar.against_best))));
    }
    let at = (x.px(bar.mean).unwrap_or(0.0), row_middle(idx));
    Tip { title: bar.model.clone(), rows, at, rings: vec![(at, look(&bar.model).ink())], ..Tip::default() }
}

#[cfg(test)]
mod tests {
    use super::super::data::tests::{bar, four};
    use super::*;

    #[test]
    fn bars_start_at_zero_and_close_values_have_no_bars() {
        let is_bar = |mark: &Mark| matches!(mark, Mark::Rect(..));
        assert!(!plot(&Rc::new(four()), 600, 200).marks.iter().any(is_bar));
        let far = Bars { rows: vec![bar("ar", &[0.01], None), bar("persistence", &[0.05], None)], n_points: 1 };
        assert_eq!(plot(&Rc::new(far), 600, 200).marks.iter().filter(|mark| is_bar(mark)).count(), 2);
    }

    #[test]
    fn one_seed_has_no_whisker() {
        let drawn = plot(&Rc::new(four()), 600, 200);
        let values: Vec<&str> = drawn.labels.iter().map(|label| label.text.as_str()).collect();
        assert!(values.contains(&"0.0418") && values.contains(&"0.0415 ± 0.0007"), "{values:?}");
    }

    #[test]
    fn the_same_errors_give_the_same_bytes_and_odd_ones_never_panic() {
        let rows =
            [vec![], vec![bar("tsf", &[0.0], None)], vec![bar("tsf", &[1e300, 0.0], None), bar("ar", &[], None)]];
        for rows in rows {
            let bars = Rc::new(Bars { rows, n_points: 0 });
            for width in [0, 326, 900] {
                let drawn = plot(&bars, width, height(&bars));
                assert_eq!(drawn.svg(), plot(&bars, width, height(&bars)).svg());
                (0..drawn.hits.len() + 1).for_each(|idx| drop((drawn.tip)(idx)));
            }
        }
    }
}
