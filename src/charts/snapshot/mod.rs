//! One snapshot of a deployment: services, their instances with the slices of the snapshot, and the hosts.

mod calls;
mod plot;
mod words;

use std::rc::Rc;

pub(super) use plot::{HEIGHT, plot};
pub(super) use words::twin;

use super::picture::{Body, Choices, Picture};
use crate::explore::Frame;

/// What a graph is made of: the anomaly-detection paper's Setups A and B (section 5.2 and 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setup {
    /// Slices of time below the instances, no calls.
    Slices,
    /// Calls between services, no slices.
    Calls,
}

/// The snapshot of a moment in its layers; calls can be chosen where the data know of some.
pub(super) fn picture(frame: &Frame, choice: Option<usize>) -> Picture {
    let snapshot = frame.snapshot().map(Rc::new);
    let has_calls = snapshot.as_ref().is_some_and(|snapshot| snapshot.calls.is_some());
    let setup = if has_calls && choice == Some(1) { Setup::Calls } else { Setup::Slices };
    let names = if has_calls { words::SETUPS.map(str::to_owned).to_vec() } else { Vec::new() };
    Picture {
        testid: "snapshot-chart".to_owned(),
        title: words::TITLE.to_owned(),
        reading: snapshot.as_deref().map(|snapshot| words::reading(snapshot, setup)).unwrap_or_default(),
        caption: words::caption(snapshot.as_deref(), setup),
        empty: snapshot.is_none().then_some(words::EMPTY),
        choices: Choices { word: words::SETUP.to_owned(), names, chosen: setup as usize },
        body: Body::Snapshot(snapshot, setup),
    }
}
