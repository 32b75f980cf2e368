//! Forecast and truth: the test part of one machine with the forecasts laid over it.

mod data;
mod plot;
mod strip;
mod words;

use std::rc::Rc;

pub(super) use data::NodeView;
pub use data::{MOST_MODELS, default_models, toggled};
pub(super) use plot::plot;
pub(super) use words::twin;

use super::picture::{Body, Picture};
use crate::report::Report;

/// Height where there is room and where there is little.
pub(super) const HEIGHTS: (u32, u32) = (260 + strip::HEIGHT, 180 + strip::HEIGHT);

/// Forecasts against truth for a machine.
pub(super) fn picture(report: &Report, node: usize, models: &[String]) -> Picture {
    let view = Rc::new(data::node_view(report, node, models));
    Picture {
        testid: "forecast-chart".to_owned(),
        title: words::title(&view),
        reading: words::reading(&view),
        caption: words::caption(&view),
        empty: view.is_empty().then_some("Run a model to lay its forecast over the truth."),
        choices: Default::default(),
        body: Body::Forecast(view),
    }
}
