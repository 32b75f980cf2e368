//! Error by model: one row per model, one dot per seed, the naive baseline as a line.

mod data;
mod plot;

pub use data::verdict;
pub(super) use data::{p_value, phrase};

use std::rc::Rc;

pub(super) use data::{Bars, twin};
pub(super) use plot::{height, plot};

use super::picture::{Body, Picture};
use crate::report::Report;

/// RMSE of every model with its spread over seeds.
pub(super) fn picture(report: &Report) -> Picture {
    let bars = Rc::new(data::bars(report));
    Picture {
        testid: "error-by-model".to_owned(),
        title: "RMSE by model".to_owned(),
        reading: data::reading(&bars),
        caption: data::caption(&bars),
        empty: (bars.rows.len() < 2).then_some("Run two models to compare them."),
        choices: Default::default(),
        body: Body::Bars(bars),
    }
}
