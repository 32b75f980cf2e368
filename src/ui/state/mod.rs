//! What the page knows, and what can happen to it.
//!
//! [`State`] is plain data, [`reduce`] is pure: the same actions give the same page, natively too. It knows no DOM, no
//! clock and no worker; events of the worker are actions, and those of abandoned work are dropped.

mod action;
mod lab;
mod reduce;
mod status;
mod task;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_task;
mod view;
mod work;

pub use action::Action;
pub use reduce::{DETECTOR_GROUPS, MODEL_GROUPS, reduce};
pub use status::{
    Status, Tone, detect_cells, detect_parts, kept_parts, parts_of, planned_cells, planned_parts, status,
};
pub use task::{Side, Task, wanted_scenario};
pub use view::{
    Blocker, Glyph, blocker, changes, error, glyph, is_read_otherwise, sections_done, wrong_copy, wrong_file,
};
pub use work::{Found, Job, Live, LiveCurve, LiveRow, Queued, Source, Work};

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::config::{DataConfig, RunConfig, presets};
use crate::data::DatasetSummary;
use crate::explore::Frame;
use crate::protocol::{SavedModel, Stage};
#[cfg(test)]
pub(crate) use crate::report::fixture;
use crate::report::{Difference, Receipt, Report, Verdict};
use crate::sandbox::scenarios;

/// Scenario that the page opens with.
pub const SAMPLE: &str = "sample";

/// A stage of the page, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageId {
    /// Files and what is in them.
    Data,
    /// The dependency graph.
    Graph,
    /// Models and settings.
    Models,
    /// Numbers and figures.
    Results,
    /// Link, receipt, exports.
    Share,
}

impl StageId {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Data, Self::Graph, Self::Models, Self::Results, Self::Share];

    /// The stage that shows a setting.
    pub fn of_field(field: &str) -> Self {
        use super::settings::{Place, setting};
        match setting(field).map(|setting| setting.place) {
            Some(Place::Data | Place::MoreData) => Self::Data,
            Some(Place::Graph) => Self::Graph,
            Some(Place::Models | Place::Study | Place::MoreModels | Place::EachModel) | None => Self::Models,
        }
    }

    /// Anchor of the stage in the document.
    pub fn anchor(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Graph => "graph",
            Self::Models => "models",
            Self::Results => "results",
            Self::Share => "share",
        }
    }
}

/// Where the page is; a screen that makes no sense cannot be written down.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The stored result is shown and nothing was done yet.
    Sample,
    /// Nothing is at work.
    Ready,
    /// The worker reads or simulates data.
    Reading {
        /// Bytes so far.
        bytes: u64,
        /// Bytes of all files; 0 while unknown.
        total: u64,
        /// Rows so far.
        rows: u64,
    },
    /// A run has begun and its parts are not known yet.
    Preparing,
    /// The worker trains; what it has found is in [`State::live`].
    Training {
        /// Index of the part.
        part: usize,
        /// Epoch, from 1; 0 before the first.
        epoch: usize,
        /// Share of the epoch, 0 to 1.
        share: f32,
        /// Seconds left in the run; unknown before the first epoch.
        secs_left: Option<f64>,
    },
    /// Stop was pressed and the worker has not answered yet.
    Stopping,
    /// The last run is done.
    Done {
        /// How it compares with the result shown before, where that came from the same config and data.
        repeat: Option<Verdict>,
    },
    /// The last work was stopped.
    Stopped,
    /// The last work failed.
    Failed {
        /// Where.
        stage: Stage,
        /// One sentence.
        message: String,
    },
}

/// A check of a receipt.
#[derive(Debug, Clone, PartialEq)]
pub enum Verify {
    /// None was asked for.
    Idle,
    /// The run is at work.
    Running,
    /// The answer.
    Answered {
        /// In one word.
        verdict: Verdict,
        /// The lines that differ.
        differences: Vec<Difference>,
        /// How many numbers were compared.
        n_numbers: usize,
    },
}

/// What the address carried.
#[derive(Debug, Clone, PartialEq)]
pub enum Link {
    /// No receipt.
    Nothing,
    /// The receipt of a run.
    Receipt(Rc<Receipt>),
    /// Something that cannot be read, and why.
    Unreadable(String),
}

/// A column of the metrics table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the measures say it")]
pub enum Column {
    Model,
    Rmse,
    Mae,
    Mse,
    Mape,
    Wape,
    Mase,
    Skill,
    Params,
    Time,
}

/// Order of the metrics table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By this column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

/// Light, dark or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The graph at a moment that the reader chose.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Look {
    /// The chosen bin; `None` before the reader chose one.
    pub bin: Option<usize>,
    /// What was asked of the worker and is not answered.
    pub asked: Option<usize>,
    /// The last answer.
    pub frame: Option<Rc<Frame>>,
    /// Why there is none.
    pub error: Option<String>,
}

/// What the figures of detection show, beyond the selected windows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// Index of the run on the timeline.
    pub run: u32,
    /// The detector whose scores, curves and decisions are shown; the headline's where it was not chosen.
    pub detector: Option<String>,
    /// Row of the alarm budget; the one nearest to the frozen threshold where it was not chosen.
    pub budget: Option<usize>,
}

/// Everything the page knows.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where the page is.
    pub phase: Phase,
    /// What the worker is doing.
    pub work: Option<Work>,
    /// A run that waits for its data.
    pub queued: Option<Queued>,
    /// Where the data are.
    pub source: Source,
    /// What the data are.
    pub dataset: Option<Rc<DatasetSummary>>,
    /// How the present files were read.
    pub read_with: Option<DataConfig>,
    /// The settings as edited.
    pub config: RunConfig,
    /// Typed texts that are no values, by setting.
    pub drafts: BTreeMap<String, String>,
    /// The preset that the settings started from.
    pub preset: String,
    /// The result on screen.
    pub report: Option<Rc<Report>>,
    /// What the run at work has found.
    pub live: Option<Rc<Live>>,
    /// The graph over time.
    pub look: Look,
    /// Index of the selected machine.
    pub node: usize,
    /// The selected test windows of a detection, rising.
    pub selected: Rc<[u32]>,
    /// What the figures of detection show.
    pub view: View,
    /// The task that is not shown.
    pub other: Option<Rc<Side>>,
    /// The task that the work belongs to.
    pub busy_with: Task,
    /// What the worker holds.
    pub held: Source,
    /// The saved model that was opened last.
    pub model: Option<Rc<SavedModel>>,
    /// Stages whose body is open.
    pub open: BTreeSet<StageId>,
    /// The table shows all measures.
    pub all_metrics: bool,
    /// Order of the table.
    pub sort: Sort,
    /// Colours.
    pub theme: Theme,
    /// What the address carried.
    pub link: Link,
    /// The check of a receipt.
    pub verify: Verify,
    /// A short notice of something done.
    pub toast: Option<String>,
    /// The reader has opened a file or run something.
    pub touched: bool,
}

impl Default for State {
    fn default() -> Self {
        let first = presets().swap_remove(0);
        Self {
            phase: Phase::Ready,
            work: None,
            queued: None,
            source: Source::Nothing,
            dataset: None,
            read_with: None,
            config: first.config,
            drafts: BTreeMap::new(),
            preset: first.id.to_owned(),
            report: None,
            live: None,
            look: Look::default(),
            node: 0,
            selected: Rc::default(),
            view: View::default(),
            other: None,
            busy_with: Task::Forecast,
            held: Source::Nothing,
            model: None,
            open: BTreeSet::from([StageId::Results]),
            all_metrics: false,
            sort: Sort { column: Column::Rmse, descending: false },
            theme: Theme::System,
            link: Link::Nothing,
            verify: Verify::Idle,
            toast: None,
            touched: false,
        }
    }
}

impl State {
    /// The worker is busy, or is about to be.
    pub fn is_busy(&self) -> bool {
        self.work.is_some() || self.queued.is_some()
    }

    /// The task that is shown.
    pub fn task(&self) -> Task {
        Task::of(&self.config)
    }

    /// The scenario of the present data, if they are simulated.
    pub fn scenario(&self) -> Option<&str> {
        match &self.source {
            Source::Sandbox(id) => Some(id),
            Source::Files | Source::Nothing => None,
            Source::Described => self.dataset.as_deref().and_then(scenario_of),
        }
    }

    /// The worker holds the present data.
    pub fn is_loaded(&self) -> bool {
        matches!(self.source, Source::Sandbox(_) | Source::Files)
    }

    /// Whether there is a receipt to be shown.
    pub fn has_receipt(&self) -> bool {
        matches!(self.link, Link::Receipt(_)) || self.report.is_some()
    }

    /// The receipt to be shown and verified: that of the link until there is a result. Hashes the whole report.
    pub fn receipt(&self) -> Option<Rc<Receipt>> {
        match (&self.link, &self.report) {
            (Link::Receipt(receipt), _) => Some(receipt.clone()),
            (_, Some(report)) => Some(Rc::new(Receipt::of(report, report_scenario(report)))),
            _ => None,
        }
    }
}

/// The scenario of a report on simulated data.
pub fn report_scenario(report: &Report) -> Option<&'static str> {
    scenario_of(&report.dataset)
}

/// Simulated data carry the title of their scenario as their name.
pub fn scenario_of(dataset: &DatasetSummary) -> Option<&'static str> {
    let named = scenarios().into_iter().find(|scenario| dataset.synthetic && scenario.title == dataset.name);
    named.map(|scenario| scenario.id)
}
