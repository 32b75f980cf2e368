//! The strip below: which part of the data was used for what, and where the picture above lies.

use super::data::NodeView;
use crate::charts::axes::{Room, rough_width};
use crate::charts::draw::{Mark, Pen};
use crate::charts::ink::Ink;
use crate::charts::scale::Scale;
use crate::charts::scene::{Anchor, Label, Plot, Tone};

/// Height of the strip.
pub(super) const HEIGHT: u32 = 40;

/// Height of its bar.
const BAR: f64 = 8.0;

/// Draws the parts as a bar with their names below; what lies between them is hatched.
pub(super) fn draw(plot: &mut Plot, room: Room, view: &NodeView) {
    let right = f64::from(plot.width) - 8.0;
    let bins = Scale::linear((0.0, view.n_bins.max(1) as f64), (room.left, right.max(room.left + 1.0)));
    let top = f64::from(plot.height) - f64::from(HEIGHT) + 10.0;
    let px = |bin: usize| bins.px(bin as f64).unwrap_or(room.left);
    let (first, last) = (px(view.first_bin), px(view.first_bin + view.truth.len()));
    plot.marks.push(Mark::Rect((px(0), top), (px(view.n_bins), top + BAR), Ink::HATCH, 1.0));
    for part in &view.parts {
        let (from, to) = (px(part.first_bin), px(part.end_bin));
        plot.marks.push(Mark::Rect((from, top), (to, top + BAR), ink_of(&part.name), 1.0));
        if rough_width(&part.name) <= to - from {
            let at = ((from + to) / 2.0, top + BAR + 10.0);
            plot.labels.push(Label::new(at, &part.name, Anchor::Middle, Tone::Tick));
        }
    }
    bracket(plot, first, last, top);
}

/// Ends of what is shown above.
fn bracket(plot: &mut Plot, first: f64, last: f64, top: f64) {
    let pen = Pen::new(Ink::TRUTH, 1);
    let corners = [(first, top - 2.0), (first, top - 5.0), (last, top - 5.0), (last, top - 2.0)];
    plot.marks.push(Mark::Line(corners.map(Some).to_vec(), pen));
}

fn ink_of(part: &str) -> Ink {
    match part {
        "training" => Ink::TRAINING,
        "validation" => Ink::VALIDATION,
        _ => Ink::TEST,
    }
}
