//! What a chart is made of: compared at every message of a run, turned into a picture only when it differs.

use serde::{Deserialize, Serialize};

use super::by_ref::ByRef;
use super::detected::{Exhibit, Focus};
use super::found::Finding;
use super::graph::{GraphPicture, View};
use super::loss::Curve;
use crate::config::RunConfig;
use crate::data::DatasetSummary;
use crate::explore::Frame;

/// What a chart is made of. A report is told once, and stands here as the number it was told under.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Source {
    /// How much of each machine's time holds observations.
    Coverage(ByRef<DatasetSummary>),
    /// RMSE of every model of a report.
    Errors(u32),
    /// Forecasts of some models of a report for the machine with this index.
    Forecast(u32, usize, Vec<String>),
    /// Loss curves, the planned epochs, and whether the run goes on.
    Loss(Vec<Curve>, usize, bool),
    /// One finding of a report, and the choice within it; `None` before the reader makes one.
    Finding(u32, Finding, Option<usize>),
    /// The snapshot of a moment, and whether its slices or its calls are shown; `None` before the reader chooses.
    Snapshot(ByRef<Frame>, Option<usize>),
    /// Ten minutes of one instance about a moment.
    Around(ByRef<Frame>),
    /// The parts of a config's `tsf`, with the number of nodes and of features where they are known.
    Diagram(Box<RunConfig>, Option<usize>, Option<usize>),
    /// A graph.
    Graph(ByRef<GraphPicture>, View),
    /// What a report's graph model learned.
    Learned {
        /// The report.
        report: u32,
        /// The data hold records that connect nodes.
        records: bool,
        /// A moment of the test part; `None` for its mean.
        moment: Option<usize>,
        /// As what it is shown.
        view: View,
    },
    /// A figure of a report's detection, and what it is focused on.
    Detected(u32, Exhibit, Focus),
}
