//! One snapshot of a deployment: services, their instances with the slices of the snapshot, and the hosts.

mod plot;
mod words;

use std::rc::Rc;

pub(super) use plot::{HEIGHT, plot};
pub(super) use words::twin;

use super::picture::{Body, Picture};
use crate::explore::Frame;

/// The snapshot of a moment in its layers.
pub(super) fn picture(frame: &Frame) -> Picture {
    let snapshot = frame.snapshot.clone().map(Rc::new);
    Picture {
        testid: "snapshot-chart".to_owned(),
        title: words::TITLE.to_owned(),
        reading: snapshot.as_deref().map(words::reading).unwrap_or_default(),
        caption: words::caption(snapshot.as_deref()).to_owned(),
        empty: snapshot.is_none().then_some(words::EMPTY),
        choices: Default::default(),
        body: Body::Snapshot(snapshot),
    }
}
