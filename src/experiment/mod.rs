//! One run, start to finish, as a synchronous state machine: no web, no clock, no I/O, no async.
//!
//! The driver (worker or native binary) calls [`Experiment::step`] until it answers `None`, and may call
//! [`Experiment::stop`] between two steps. What is finished is always kept.

mod anchor;
mod assemble;
mod board;
mod cell;
mod closed_form;
mod conditions;
mod each_node;
mod graph_survey;
mod judge;
mod learned;
mod loaded;
mod model_file;
mod part;
mod remarks;
mod run;
mod study;

pub use model_file::{MODEL_FORMAT, ModelAbout, ModelFile, ModelFileError};
pub use part::{NamedTensor, PartResult, StepForecast, Weights};
pub use run::{Experiment, ExperimentError, Progress};
