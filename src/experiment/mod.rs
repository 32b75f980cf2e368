//! One run, start to finish, as a synchronous state machine: no web, no clock, no I/O, no async.
//!
//! The driver (worker or native binary) calls [`Experiment::step`] until it answers `None`, and may call
//! [`Experiment::stop`] between two steps. What is finished is always kept.

mod anchor;
mod assemble;
mod board;
mod closed_form;
mod graph_survey;
mod learned;
mod remarks;
mod run;

pub use run::{Experiment, ExperimentError, Progress};
