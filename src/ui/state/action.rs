//! What can happen to the page.

use super::{Column, Queued, StageId, Task, Theme, View, Work};
use crate::config::{DataConfig, RunConfig};
use crate::protocol::Event;
use crate::report::{Receipt, Report};

/// Everything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The worker said something.
    Lab(Event),
    /// The stored result of the sample is here.
    SampleLoaded(Box<Report>),
    /// There is no stored result.
    SampleMissing,
    /// The reader opened a report.
    ReportOpened(Box<Report>),
    /// A chosen file cannot be used, and why.
    FileRefused(String),
    /// The address carries a receipt.
    LinkOpened(Box<Receipt>),
    /// The address carries something unreadable, and why.
    LinkRefused(String),
    /// Work was sent to the worker.
    Began(Work),
    /// A run waits for its data.
    RunQueued(Queued),
    /// Stop was pressed.
    StopPressed,
    /// A setting was given a text.
    Typed {
        /// Path of the setting.
        field: String,
        /// The text.
        text: String,
    },
    /// Files are to be read in another way.
    ReadingChanged(Box<DataConfig>),
    /// A task was chosen.
    TaskChosen(Task),
    /// Test windows were selected; those that are selected already are let go.
    WindowsChosen(Vec<u32>),
    /// The figures of detection are to show something else.
    Viewed(View),
    /// A model or a detector was switched on or off.
    ModelToggled(String),
    /// A preset was chosen.
    PresetChosen(String),
    /// A whole config came from a script or a report.
    ConfigGiven(Box<RunConfig>),
    /// Back to the settings of the result on screen.
    UndoPressed,
    /// A stage was opened or closed.
    StageToggled(StageId),
    /// A stage is to be open.
    StageOpened(StageId),
    /// A machine was selected.
    NodeChosen(usize),
    /// A moment was chosen for the graph over time; the worker was asked for it if it was free.
    LookedAt {
        /// The bin.
        bin: usize,
        /// It was asked.
        asked: bool,
    },
    /// A head of the table was pressed.
    Sorted(Column),
    /// All measures or the first few.
    AllMetricsToggled,
    /// Light, dark or system.
    ThemeChosen(Theme),
    /// Something was done.
    Said(String),
    /// The notice has been up long enough.
    ToastOver,
}
