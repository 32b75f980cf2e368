//! Truth and alarms of a run over time, with the scores of one detector below.

mod data;
mod plot;
mod words;

pub(super) use data::Timeline;
pub(super) use plot::plot;
pub(super) use words::{caption, reading, title};
