//! Picture of the parts: the data path at the left, the graph at the right, one column from the graph layers on.

use std::rc::Rc;

use super::sketch::{Part, Sketch};
use crate::charts::axes::rough_width;
use crate::charts::draw::{Mark, Pen, Point};
use crate::charts::ink::Ink;
use crate::charts::scene::{Anchor, Hits, Label, Plot, Tip, TipRow, Tone};

/// Height of a box with a name and a shape.
const BOX: f64 = 38.0;
/// Height of a box with a name alone.
const LOW: f64 = 26.0;
/// Room between two boxes, for an arrow.
const GAP: f64 = 20.0;
/// Room between two sources of edges.
const CLOSE: f64 = 6.0;
/// Widest drawing.
const WIDEST: f64 = 520.0;
/// Room at both sides of the one column, for the ways around a box.
const AROUND: f64 = 18.0;
/// Height of the picture: the input, three sources, and six more boxes below each other.
pub(in crate::charts) const HEIGHT: u32 = 452;

/// A rectangle on the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Place {
    fn middle(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    fn half(&self) -> f64 {
        (self.top + self.bottom) / 2.0
    }

    fn above(&self, x: f64) -> Point {
        (x, self.top)
    }

    fn below(&self, x: f64) -> Point {
        (x, self.bottom)
    }
}

/// The diagram at a width.
pub(in crate::charts) fn plot(sketch: &Rc<Sketch>, width: u32) -> Plot {
    let mut plot = Plot::blank(width, HEIGHT);
    let places = places(f64::from(width));
    arrows(&mut plot, sketch, &places);
    for (part, place) in sketch.parts().into_iter().zip(places) {
        draw(&mut plot, part, place);
    }
    plot.hits = Hits::Points(places.iter().map(|place| (place.middle(), place.half())).collect());
    let sketch = Rc::clone(sketch);
    plot.tip = Rc::new(move |idx| tip(&sketch, &places, idx));
    plot
}

/// Where the parts are, in the order of [`Sketch::parts`].
fn places(width: f64) -> [Place; 10] {
    let side = ((width - WIDEST) / 2.0).max(1.0);
    let (left, right) = (side, (width - side).max(side + 8.0));
    let middle = (left + right) / 2.0;
    let place = |left: f64, right: f64, top: f64, height: f64| Place { left, top, right, bottom: top + height };
    let sources = 4.0 + BOX + GAP;
    let source = |idx: f64| place(middle + 8.0, right, sources + idx * (LOW + CLOSE), LOW);
    let graph = sources + 3.0 * LOW + 2.0 * CLOSE + GAP;
    let column = |idx: f64| place(left + AROUND, right - AROUND, graph + (BOX + GAP) * idx, BOX);
    [
        place(left, right, 4.0, BOX),
        place(left, middle - 8.0, sources, BOX),
        source(0.0),
        source(1.0),
        source(2.0),
        place(middle + 8.0 - LOW, right, graph, BOX),
        column(1.0),
        column(2.0),
        column(3.0),
        column(4.0),
    ]
}

/// Who feeds whom; ways that this config does not take are left out.
fn arrows(plot: &mut Plot, sketch: &Sketch, places: &[Place; 10]) {
    let [input, projection, ..] = places;
    let x = projection.left + (projection.right - projection.left) * 0.4;
    arrow(plot, &[input.below(x), projection.above(x)]);
    if !sketch.layers.off {
        to_layers(plot, sketch, places, x);
    }
    from_layers(plot, sketch, places);
}

/// The data path at the left and the graph at the right.
fn to_layers(plot: &mut Plot, sketch: &Sketch, places: &[Place; 10], x: f64) {
    let [input, projection, attention, _, records, graph, layers, ..] = places;
    let y = attention.middle();
    arrow(plot, &[projection.below(x), layers.above(x)]);
    arrow(plot, &[graph.below(y), layers.above(y)]);
    if !sketch.channels[0].off {
        arrow(plot, &[input.below(y), attention.above(y)]);
    }
    if sketch.channels.iter().any(|channel| !channel.off) {
        arrow(plot, &[records.below(y), graph.above(y)]);
    }
}

/// Down the one column, and the ways around a box.
fn from_layers(plot: &mut Plot, sketch: &Sketch, places: &[Place; 10]) {
    let [_, projection, _, _, _, _, layers, gru, fusion, output] = places;
    let x = gru.middle();
    if sketch.layers_to_gru {
        arrow(plot, &[layers.below(x), gru.above(x)]);
    }
    if sketch.projection_to_gru {
        let lane = projection.left + AROUND / 3.0;
        arrow(plot, &[projection.below(lane), (lane, gru.half()), (gru.left, gru.half())]);
    }
    if sketch.layers_to_fusion {
        let (lane, half) = (layers.right + AROUND * 0.7, layers.half());
        arrow(plot, &[(layers.right, half), (lane, half), (lane, fusion.half()), (fusion.right, fusion.half())]);
    }
    if !sketch.gru.off {
        arrow(plot, &[gru.below(x), fusion.above(x)]);
    }
    arrow(plot, &[fusion.below(x), output.above(x)]);
}

/// A line with a head at its last point.
fn arrow(plot: &mut Plot, way: &[Point]) {
    plot.marks.push(Mark::Line(way.iter().copied().map(Some).collect(), Pen::new(Ink::AXIS, 1)));
    let [.., from, to] = way else { return };
    let along = |from: f64, to: f64| if (to - from).abs() < 0.5 { 0.0 } else { (to - from).signum() };
    let (dx, dy) = (along(from.0, to.0), along(from.1, to.1));
    let back = |side: f64| (to.0 - dx * 6.0 + dy * side, to.1 - dy * 6.0 + dx * side);
    plot.marks.push(Mark::Area(vec![*to, back(3.5), back(-3.5)], Ink::AXIS, 1.0));
}

/// An outlined box with its name and shape; what is off is pale, dashed and says so.
fn draw(plot: &mut Plot, part: &Part, place: Place) {
    let Place { left, top, right, bottom } = place;
    plot.marks.push(Mark::Rect((left, top), (right, bottom), Ink::SURFACE, 1.0));
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    let ink = if part.off { Ink::AXIS.dashed(6) } else { Ink::TRUTH };
    plot.marks.push(Mark::Line(corners.map(Some).to_vec(), Pen::new(ink, 1)));
    let (tone, name) =
        if part.off { (Tone::Tick, format!("{}, off", part.name)) } else { (Tone::Strong, part.name.clone()) };
    let low = bottom - top < BOX;
    let name_at = (place.middle(), if low { place.half() } else { top + 13.0 });
    plot.labels.push(Label::new(name_at, fitted(&name, right - left), Anchor::Middle, tone));
    if !low {
        let shape = fitted(&part.shape, right - left);
        plot.labels.push(Label::new((place.middle(), bottom - 11.0), shape, Anchor::Middle, Tone::Tick));
    }
}

/// The text, or its beginning where the box is too narrow; the table has all of it.
fn fitted(text: &str, room: f64) -> String {
    if rough_width(text) <= room - 4.0 {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while !kept.is_empty() && rough_width(&kept.iter().collect::<String>()) > room - 12.0 {
        kept.pop();
    }
    kept.into_iter().chain(['…']).collect()
}

fn tip(sketch: &Sketch, places: &[Place; 10], idx: usize) -> Tip {
    let parts = sketch.parts();
    let (Some(part), Some(place)) = (parts.get(idx), places.get(idx)) else { return Tip::default() };
    let used = if part.off { "off in this config" } else { part.shape.as_str() };
    Tip {
        title: part.name.clone(),
        rows: vec![TipRow::plain(used, ""), TipRow::plain(part.text.clone(), "")],
        at: (place.right, place.top),
        outline: Some([place.left, place.top, place.right, place.bottom]),
        ..Tip::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sketch::{sketch, tests::config};
    use super::*;
    use crate::config::{Fusion, GraphControl, GruInput, TsfConfig};

    fn drawn(width: u32, change: fn(&mut TsfConfig)) -> Plot {
        plot(&Rc::new(sketch(&config(change), Some(118), Some(5)).expect("tsf")), width)
    }

    fn texts(plot: &Plot) -> Vec<&str> {
        plot.labels.iter().map(|label| label.text.as_str()).collect()
    }

    #[test]
    fn all_names_fit_a_narrow_page() {
        let plot = drawn(334, |_| {});
        let texts = texts(&plot);
        for text in ["input window", "[B, 24, 118, 5]", "4 graph layers", "GRU per node", "[B, 118, 1]"] {
            assert!(texts.contains(&text), "{text} in {texts:?}");
        }
        assert!(texts.iter().all(|text| !text.ends_with('…')), "{texts:?}");
    }

    #[test]
    fn boxes_lie_inside_the_picture_and_do_not_overlap() {
        for width in [300.0, 334.0, 900.0] {
            let places = places(width);
            for (idx, a) in places.iter().enumerate() {
                assert!(a.left >= 0.0 && a.right <= width && a.bottom <= f64::from(HEIGHT), "{a:?}");
                let apart =
                    |b: &Place| a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
                assert!(places[..idx].iter().all(apart), "{idx} at {width}");
            }
        }
    }

    #[test]
    fn what_is_off_is_dashed_and_named() {
        let plot = drawn(520, |tsf| tsf.channels.attention = false);
        assert!(texts(&plot).contains(&"attention, off"));
        let dashed = |mark: &Mark| matches!(mark, Mark::Line(_, pen) if pen.ink == Ink::AXIS.dashed(6));
        assert_eq!(plot.marks.iter().filter(|mark| dashed(mark)).count(), 1);
    }

    #[test]
    fn a_parallel_gru_is_fed_from_the_projection() {
        let arrows = |change| drawn(520, change).marks.iter().filter(|mark| matches!(mark, Mark::Area(..))).count();
        assert_eq!(arrows(|_| {}), 9);
        assert_eq!(arrows(|tsf| tsf.gru_input = GruInput::Parallel), 9);
        assert_eq!(arrows(|tsf| tsf.gru_input = GruInput::Concat), 10);
        assert_eq!(arrows(|tsf| tsf.control = GraphControl::None), 4, "input, projection, GRU, GRU state, forecast");
        assert_eq!(arrows(|tsf| tsf.fusion = Fusion::SpatialOnly), 7);
    }

    #[test]
    fn the_tooltip_says_shape_and_purpose_and_odd_widths_never_panic() {
        let plot = drawn(520, |_| {});
        assert!(
            (plot.tip)(7).spoken().starts_with("GRU per node; [B, 118, 64]; reads the graph encoding over 24 steps")
        );
        for width in [0, 1, 40, 5000] {
            let plot = drawn(width, |_| {});
            assert_eq!(plot.svg(), drawn(width, |_| {}).svg());
            drop((plot.tip)(99));
        }
    }
}
