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
mod detect;
mod each_node;
mod graph_survey;
mod judge;
mod learned;
mod loaded;
mod model_file;
mod part;
mod parts;
mod remarks;
mod run;
mod study;

use std::sync::Arc;

pub use model_file::{MODEL_FORMAT, MOST_MODEL_BYTES, ModelAbout, ModelFile, ModelFileError};
pub use part::{DetectScores, NamedTensor, PartResult, StepForecast, Weights};

use crate::config::Checked;
use crate::data::Dataset;
use crate::protocol::PartPlan;
use crate::report::{DetectorResult, EpochPoint, ModelResult, Report};
use detect::DetectRun;
use parts::Parts;
use run::ForecastRun;

/// Why a run cannot go on: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExperimentError(pub String);

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Data of a cell were prepared, or its points found.
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
        /// What is known of its model now.
        scored: Scored,
    },
}

/// A model or detector with all its parts so far, of one cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Scored {
    /// A forecasting model.
    Model(Box<ModelResult>),
    /// A detector.
    Detector(Box<DetectorResult>),
}

/// A run in progress.
#[derive(Debug)]
pub struct Experiment(Lab);

#[derive(Debug)]
enum Lab {
    Forecast(Box<ForecastRun>),
    Detect(Box<DetectRun>),
}

impl Experiment {
    /// A run of all parts on a data set. Cheap: preparation is the first step.
    pub fn new(dataset: Arc<Dataset>, config: Checked) -> Self {
        Self(if config.detect.is_some() {
            Lab::Detect(Box::new(DetectRun::new(dataset, config)))
        } else {
            Lab::Forecast(Box::new(ForecastRun::new(dataset, config)))
        })
    }

    /// The trained model of a finished part of the first cell, with all that it needs to forecast again.
    ///
    /// # Errors
    /// For a part that is not finished, not trained, of another cell, or of a run of detection.
    pub fn model_file(&self, part: usize) -> Result<ModelFile, ExperimentError> {
        match &self.0 {
            Lab::Forecast(run) => run.model_file(part),
            Lab::Detect(_) => Err(ExperimentError("Detectors cannot be saved as model files".to_owned())),
        }
    }

    /// All models of the first cell that were trained so far, in the order of the parts; none of a run of detection.
    ///
    /// # Errors
    /// When the data cannot be prepared again.
    pub fn model_files(&self) -> Result<Vec<ModelFile>, ExperimentError> {
        match &self.0 {
            Lab::Forecast(run) => run.model_files(),
            Lab::Detect(_) => Ok(Vec::new()),
        }
    }

    /// A run that trains nothing: it scores a saved model on a data set, beside persistence, on the test part that the
    /// model's settings cut.
    ///
    /// Scales and means are those of the model's own training part. Steps, stops and report are those of any run.
    ///
    /// # Errors
    /// When the model does not fit the data; nodes and records are compared when the data are prepared.
    pub fn of_model(dataset: Arc<Dataset>, file: ModelFile) -> Result<Self, ExperimentError> {
        Ok(Self(Lab::Forecast(Box::new(ForecastRun::of_model(dataset, file)?))))
    }

    const fn state(&self) -> &Parts {
        match &self.0 {
            Lab::Forecast(run) => &run.parts,
            Lab::Detect(run) => &run.parts,
        }
    }

    const fn state_mut(&mut self) -> &mut Parts {
        match &mut self.0 {
            Lab::Forecast(run) => &mut run.parts,
            Lab::Detect(run) => &mut run.parts,
        }
    }

    /// The independent parts, in the order of the report.
    pub fn parts(&self) -> &[PartPlan] {
        &self.state().plan
    }

    /// Takes over a part that was done elsewhere, and does not do it here.
    pub fn accept(&mut self, part: usize, result: PartResult) {
        self.state_mut().accept(part, result);
    }

    /// Gives away the last part that was not begun; it is done elsewhere.
    pub fn give_away(&mut self) -> Option<usize> {
        self.state_mut().queue.pop_back()
    }

    /// Takes a part back that could not be done elsewhere.
    pub fn take_on(&mut self, part: usize) {
        self.state_mut().take_on(part);
    }

    /// Does nothing but the given part, for another experiment that makes the report.
    pub fn only(&mut self, part: usize) {
        self.state_mut().only(part);
    }

    /// SHA-256 of all that is asked of a part; other models and seeds of the run do not count.
    pub fn key_of(&self, part: usize) -> String {
        match &self.0 {
            Lab::Forecast(run) => run.key_of(part),
            Lab::Detect(run) => run.key_of(part),
        }
    }

    /// What a finished part found.
    pub fn result(&self, part: usize) -> Option<&PartResult> {
        self.state().results.get(part)?.as_ref()
    }

    /// Takes note of how far the parts are that are done elsewhere, for [`Experiment::share_done`].
    pub fn note_elsewhere(&mut self, shares: Vec<(usize, f64)>) {
        self.state_mut().elsewhere = shares;
    }

    /// The model of a finished part with all its seeds so far; finds the points of its cell if need be.
    pub fn scored(&mut self, part: usize) -> Option<Scored> {
        match &mut self.0 {
            Lab::Forecast(run) => run.scored(part).map(|model| Scored::Model(Box::new(model))),
            Lab::Detect(run) => run.scored(part).map(|detector| Scored::Detector(Box::new(detector))),
        }
    }

    /// Whether every part is finished.
    pub fn is_complete(&self) -> bool {
        self.state().is_complete()
    }

    /// Does one unit of work (a few windows, the preparation of a cell, or the scoring of a part); `None` when nothing
    /// is left to do here.
    ///
    /// # Errors
    /// When the data do not allow the run.
    pub fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        match &mut self.0 {
            Lab::Forecast(run) => run.step(),
            Lab::Detect(run) => run.step(),
        }
    }

    /// Ends the run early: the part in progress is scored with its best weights by the following steps,
    /// the parts not begun are left out, and the report says `complete: false`.
    pub fn stop(&mut self) {
        match &mut self.0 {
            Lab::Forecast(run) => run.stop(),
            Lab::Detect(run) => run.stop(),
        }
    }

    /// Adds wall-clock seconds of the last step; measured by the driver, because the core has no clock.
    pub fn add_secs(&mut self, progress: &Progress, secs: f64) {
        let ended = if let Progress::PartDone { part, .. } = progress { Some(*part) } else { None };
        self.state_mut().add_secs(ended, secs);
    }

    /// Share of all planned training work that is done, 0 to 1, weighted by the cost of the parts.
    pub fn share_done(&self) -> f64 {
        match &self.0 {
            Lab::Forecast(run) => run.share_done(),
            Lab::Detect(run) => run.share_done(),
        }
    }

    /// The report of what is finished; `None` before the first part of the first cell is scored.
    pub fn report(&self) -> Option<Report> {
        match &self.0 {
            Lab::Forecast(run) => run.report(),
            Lab::Detect(run) => run.report(),
        }
    }
}
