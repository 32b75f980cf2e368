//! What the worker does for the page, and what a run has found so far.

use std::rc::Rc;

use crate::config::RunConfig;
use crate::protocol::{PartPlan, RunId};
use crate::report::{EpochPoint, ModelResult, Receipt};

/// Where the data are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// There are none.
    Nothing,
    /// Only their description is here: they belong to a stored or opened report.
    Described,
    /// The worker holds simulated data of this scenario.
    Sandbox(String),
    /// The worker holds the reader's files.
    Files,
}

/// What the worker is doing for the page.
#[derive(Debug, Clone, PartialEq)]
pub enum Job {
    /// Making a data set.
    Open(Source),
    /// Training.
    Run,
    /// Training again to compare with a receipt.
    Verify(Rc<Receipt>),
}

/// Work that was sent to the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// Its id; events with another one are dropped.
    pub run: RunId,
    /// What it is.
    pub job: Job,
}

/// A run that waits until its data are in the worker.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// What to run.
    pub config: Box<RunConfig>,
    /// What to compare with.
    pub verify: Option<Rc<Receipt>>,
}

/// The loss curve of one part, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveCurve {
    /// Model id.
    pub model: String,
    /// Seed.
    pub seed: u32,
    /// Finished epochs.
    pub points: Vec<EpochPoint>,
    /// Best epoch so far.
    pub best_epoch: usize,
    /// The part is done.
    pub done: bool,
}

/// What a run has found so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Live {
    /// The plan.
    pub parts: Vec<PartPlan>,
    /// One curve per part, empty for closed-form models.
    pub curves: Vec<LiveCurve>,
    /// Models with at least one finished part.
    pub models: Vec<ModelResult>,
}

impl Live {
    /// Number of finished parts.
    pub fn n_done(&self) -> usize {
        self.curves.iter().filter(|curve| curve.done).count()
    }
}
