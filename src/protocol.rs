//! All that crosses the thread boundary between the page and its worker: plain serde, no tensors, no DOM.
//!
//! Files travel beside a command as handles; their bytes never do.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::config::{DataConfig, RunConfig};
use crate::data::DatasetSummary;
use crate::explore::Frame;
use crate::report::{DetectorResult, EpochPoint, ModelResult, Report};

/// Version of this protocol; page and worker must agree on it.
pub const PROTOCOL: u32 = 5;

/// Build that this code belongs to: `LOADSTONE_BUILD` at compile time, else the version of the package.
/// Page and worker are two programs, and a cache may hold one of them longer than the other.
pub const BUILD: &str = match option_env!("LOADSTONE_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// Identifies one command's work, so that answers to abandoned work can be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct RunId(pub u32);

/// What the page asks of the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// First message; answered with [`Event::Ready`].
    Hello,
    /// Read the files that come with this message into a data set; replaces the one there is.
    Open {
        /// Id of the work.
        run: RunId,
        /// How to read.
        data: Box<DataConfig>,
    },
    /// Simulate a data set.
    OpenSandbox {
        /// Id of the work.
        run: RunId,
        /// Id of the scenario.
        scenario: String,
    },
    /// Train and score on the present data set. If `config.data` differs from how it was read, it is read again.
    Run {
        /// Id of the work.
        run: RunId,
        /// What to run.
        config: Box<RunConfig>,
    },
    /// Do one part of a run, for the worker that leads it. The files of the data come with this message, or none if
    /// they are simulated; they are read once.
    Part {
        /// Id of the work.
        run: RunId,
        /// The whole run.
        config: Box<RunConfig>,
        /// Index of the part.
        part: usize,
        /// Id of the scenario; `None` for files.
        scenario: Option<String>,
    },
    /// Stop reading or training after the present unit of work; what is finished is kept.
    Stop {
        /// Id of the work.
        run: RunId,
    },
    /// Show the dependency graph at a bin; not work: it is answered when nothing else is at work, or not at all.
    Look {
        /// The bin, cut off at the last one.
        bin: usize,
        /// Settings of the graph.
        config: Box<RunConfig>,
    },
    /// Write a simulated trace in a format that is read, or the snapshot graphs of the present data; not work, like
    /// [`Command::Look`]. Answered with the file itself, or with one sentence on why there is none; such answers come
    /// in the order of the questions.
    Export {
        /// Id of the scenario; `None` for the snapshot graphs.
        scenario: Option<String>,
        /// Name of the file.
        name: String,
    },
    /// Write a model that the last run trained; answered like [`Command::Export`].
    SaveModel {
        /// SHA-256 of its weights, as in the report.
        weights_sha256: String,
    },
    /// Read the saved model that comes with this message and tell of it; or score it on the present data, which trains
    /// nothing and otherwise goes like a run.
    Model {
        /// Id of the work.
        run: RunId,
        /// How the present data were read; `None` only tells of the model.
        data: Option<Box<DataConfig>>,
    },
    /// Take the files that come with this message, or the scenario, without reading: the next run reads them.
    /// Sent to a worker that replaces a terminated one; not answered.
    Adopt {
        /// Id of the scenario; `None` for files.
        scenario: Option<String>,
    },
}

/// One independent piece of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartPlan {
    /// Model id.
    pub model: String,
    /// Seed; 0 for closed-form models.
    pub seed: u32,
    /// Planned epochs; 0 for closed-form models.
    pub epochs: usize,
    /// Index of the study's cell.
    pub cell: usize,
    /// The cell for people; empty in a plain run.
    pub label: String,
}

/// A saved model, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedModel {
    /// Name of its file.
    pub name: String,
    /// Model, seed, and what it was trained on.
    pub words: String,
    /// Its config, as JSON text.
    pub settings: String,
}

/// Where in a run a failure happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Starting the worker.
    Start,
    /// Reading files.
    Read,
    /// Checking the config.
    Config,
    /// Cleaning, windows, graphs.
    Prepare,
    /// Training.
    Train,
}

/// What the worker tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The worker runs.
    Ready {
        /// Its protocol version.
        protocol: u32,
        /// Its build id.
        build: String,
    },
    /// Bytes and rows read so far.
    Reading {
        /// Id of the work.
        run: RunId,
        /// Bytes so far, over all files.
        bytes: u64,
        /// Bytes of all files.
        total_bytes: u64,
        /// Rows so far.
        rows: u64,
    },
    /// A data set is there.
    Opened {
        /// Id of the work.
        run: RunId,
        /// What is in it.
        summary: Box<DatasetSummary>,
    },
    /// The dependency graph at a bin.
    Looked {
        /// The graph, or one sentence on why there is none.
        frame: Result<Box<Frame>, String>,
    },
    /// A saved model was read.
    ModelOpened {
        /// Id of the work.
        run: RunId,
        /// What it is.
        model: SavedModel,
    },
    /// Training is about to begin.
    Planned {
        /// Id of the work.
        run: RunId,
        /// The parts, in the order they will be run.
        parts: Vec<PartPlan>,
    },
    /// Steps done within an epoch; at most ten a second.
    Step {
        /// Id of the work.
        run: RunId,
        /// Index of the part.
        part: usize,
        /// Present epoch, from 1.
        epoch: usize,
        /// Share of the epoch that is done, 0 to 1.
        share: f32,
        /// Seconds left in the whole run; unknown before the first epoch is done.
        secs_left: Option<f64>,
    },
    /// An epoch is done.
    Epoch {
        /// Id of the work.
        run: RunId,
        /// Index of the part.
        part: usize,
        /// Its losses.
        point: EpochPoint,
        /// Best epoch so far.
        best_epoch: usize,
    },
    /// A part is done and scored; `model` holds all seeds of that model so far.
    PartDone {
        /// Id of the work.
        run: RunId,
        /// Index of the part.
        part: usize,
        /// The model so far.
        model: Box<ModelResult>,
    },
    /// The same of a detector.
    DetectorDone {
        /// Id of the work.
        run: RunId,
        /// Index of the part.
        part: usize,
        /// The detector so far.
        detector: Box<DetectorResult>,
    },
    /// A part that another worker leads is done; to that worker only.
    PartFinished {
        /// Id of the work.
        run: RunId,
        /// Index of the part.
        part: usize,
        /// JSON text of what it found.
        result: String,
    },
    /// The run ended; `report.complete` is false if it was stopped.
    Finished {
        /// Id of the work.
        run: RunId,
        /// Everything. Crosses as JSON text: an internally tagged enum is buffered on its way in, where a `-0.0`
        /// would turn into the integer 0 and change the digest; and for long forecasts text is also faster.
        #[serde(with = "json_text")]
        report: Rc<Report>,
    },
    /// Reading was stopped, or training before anything was finished; the data set from before is kept.
    Stopped {
        /// Id of the work.
        run: RunId,
    },
    /// The work failed.
    Failed {
        /// Id of the work.
        run: RunId,
        /// Where.
        stage: Stage,
        /// One sentence: what, where, what was expected, what to do.
        message: String,
    },
}

/// What the bridge itself tells the page, beside the events of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// The worker listens. The page waits for this before its first command, because what is posted to a module
    /// worker before its listener stands is lost.
    Started,
    /// A stop was seen; the part in progress is being ended.
    Stopping {
        /// Id of the work.
        run: RunId,
    },
    /// SHA-256 of the worker's own wasm file.
    Hashed {
        /// Lower-case hexadecimal.
        sha256: String,
    },
    /// The worker met an error in the program and must be replaced.
    Lost {
        /// What happened and where.
        why: String,
    },
}

/// A value that crosses as its JSON text.
mod json_text {
    use std::rc::Rc;

    use serde::de::{DeserializeOwned, Error as _};
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T: Serialize, S: Serializer>(value: &Rc<T>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(value.as_ref()).map_err(S::Error::custom)?)
    }

    pub(super) fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Rc<T>, D::Error> {
        crate::json::from_text(&String::deserialize(deserializer)?).map(Rc::new).map_err(D::Error::custom)
    }
}

impl Event {
    /// The work this event belongs to; `None` for what is no work.
    pub fn run(&self) -> Option<RunId> {
        match self {
            Self::Ready { .. } | Self::Looked { .. } => None,
            Self::Reading { run, .. }
            | Self::Opened { run, .. }
            | Self::ModelOpened { run, .. }
            | Self::Planned { run, .. }
            | Self::Step { run, .. }
            | Self::Epoch { run, .. }
            | Self::PartDone { run, .. }
            | Self::DetectorDone { run, .. }
            | Self::PartFinished { run, .. }
            | Self::Finished { run, .. }
            | Self::Stopped { run }
            | Self::Failed { run, .. } => Some(*run),
        }
    }
}
