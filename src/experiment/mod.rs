//! One run, start to finish, as a synchronous state machine: no web, no clock, no I/O, no async.
//!
//! The driver (worker or native binary) calls [`Experiment::step`] until it answers `None`, and may call
//! [`Experiment::stop`] between two steps. What is finished is always kept.

use std::rc::Rc;

use crate::config::Checked;
use crate::data::Dataset;
use crate::protocol::PartPlan;
use crate::report::{EpochPoint, ModelResult, Report};

/// Why a run cannot go on: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExperimentError(pub String);

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Data were prepared; training can begin.
    Prepared,
    /// Some windows of an epoch are done.
    Step {
        /// Index of the part.
        part: usize,
        /// Present epoch, from 1.
        epoch: usize,
        /// Share of the epoch that is done.
        share: f32,
    },
    /// An epoch is done.
    Epoch {
        /// Index of the part.
        part: usize,
        /// Its losses.
        point: EpochPoint,
        /// Best epoch so far.
        best_epoch: usize,
    },
    /// A part is done and scored.
    PartDone {
        /// Index of the part.
        part: usize,
        /// All seeds of its model so far.
        model: Box<ModelResult>,
    },
}

/// A run in progress.
#[derive(Debug)]
pub struct Experiment {
    parts: Vec<PartPlan>,
}

impl Experiment {
    /// A run on a data set. Cheap: preparation is the first step.
    pub fn new(_dataset: Rc<Dataset>, _config: Checked) -> Self {
        todo!()
    }

    /// The independent parts, in the order they are run.
    pub fn parts(&self) -> &[PartPlan] {
        &self.parts
    }

    /// Does one unit of work (a few windows, or the scoring of a part); `None` when everything is done.
    ///
    /// # Errors
    /// When the data do not allow the run.
    pub fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        todo!()
    }

    /// Ends the run early: the part in progress is scored with its best weights by the following steps,
    /// the parts not begun are left out, and the report says `complete: false`.
    pub fn stop(&mut self) {}

    /// Adds wall-clock seconds to the part in progress; measured by the driver, because the core has no clock.
    pub fn add_secs(&mut self, _secs: f64) {}

    /// Share of all planned training work that is done, 0 to 1, weighted by the cost of the parts.
    pub fn share_done(&self) -> f64 {
        0.0
    }

    /// The report of what is finished; `None` before the first part is scored.
    pub fn report(&self) -> Option<Report> {
        None
    }
}
