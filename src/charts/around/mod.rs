//! Ten minutes of one instance: samples and the slices that are made of them above, calls to its service below, with the
//! labelled faults behind both.

mod plot;
mod words;

use std::rc::Rc;

pub(super) use plot::{height, plot};
pub(super) use words::twin;

use super::picture::{Body, Picture};
use crate::explore::Frame;

/// The minutes about a moment.
pub(super) fn picture(frame: &Frame) -> Picture {
    let around = frame.around().map(Rc::new);
    Picture {
        testid: "around-chart".to_owned(),
        title: words::title(around.as_deref()),
        reading: around.as_deref().map(words::reading).unwrap_or_default(),
        caption: around.as_deref().map(words::caption).unwrap_or_default(),
        empty: around.is_none().then_some(words::EMPTY),
        choices: Default::default(),
        body: Body::Around(around),
    }
}
