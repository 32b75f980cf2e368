//! Coverage: how much of each machine's time holds observations.

mod data;
mod plot;

use std::rc::Rc;

pub(super) use data::twin;
pub(super) use plot::{height, plot};

use super::picture::{Body, Picture};
use crate::data::DatasetSummary;

/// Machines by time, tinted by the share of bins with an observation.
pub(super) fn picture(summary: &Rc<DatasetSummary>) -> Picture {
    let nothing = summary.nodes.is_empty() || summary.coverage.n_columns == 0;
    Picture {
        testid: "coverage-chart".to_owned(),
        title: "Coverage over time".to_owned(),
        reading: data::reading(summary),
        caption: data::caption(summary),
        empty: nothing.then_some("Drop a file to see what is in it."),
        choices: Default::default(),
        body: Body::Coverage(Rc::clone(summary)),
    }
}
