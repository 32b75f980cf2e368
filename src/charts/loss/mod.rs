//! Loss curves: validation and training error by epoch, up to the planned end.

mod data;
mod plot;
mod words;

pub use data::Curve;
pub(super) use words::twin;

use std::rc::Rc;

use super::picture::{Body, Picture};
use super::scene::Plot;
use data::group;

/// The curves of a run, live or finished.
///
/// `planned_epochs` fixes the horizontal axis.
pub(super) fn picture(curves: &Rc<[Curve]>, planned_epochs: usize, running: bool) -> Picture {
    let models = group(curves);
    let has_points = models.iter().any(|model| !model.points.is_empty());
    Picture {
        testid: "loss-chart".to_owned(),
        title: words::title(&models).to_owned(),
        reading: words::reading(&models, planned_epochs),
        caption: if has_points { words::caption(&models) } else { String::new() },
        empty: (!has_points).then(|| words::empty(running)),
        choices: Default::default(),
        body: Body::Loss(Rc::clone(curves), planned_epochs),
    }
}

/// The chart at a size.
pub(super) fn plot(curves: &[Curve], planned_epochs: usize, width: u32, height: u32) -> Plot {
    plot::plot(&group(curves), planned_epochs, width, height)
}
