//! What a chart is made of: compared at every message of a run, turned into a picture only when it differs.

use std::rc::Rc;

use super::detected::{Exhibit, Focus};
use super::diagram::Sketch;
use super::found::Finding;
use super::graph::Shown;
use super::loss::Curve;
use super::picture::Picture;
use super::{coverage, diagram, error_by_model, forecast, graph, loss, snapshot};
use crate::data::DatasetSummary;
use crate::explore::Frame;
use crate::report::Report;

/// Data by reference: two are equal if they are the same, so that no chart compares all numbers of a report.
#[derive(Debug)]
pub struct ByRef<T: ?Sized>(pub Rc<T>);

impl<T: ?Sized> Clone for ByRef<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: ?Sized> PartialEq for ByRef<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// What a chart is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// How much of each machine's time holds observations.
    Coverage(ByRef<DatasetSummary>),
    /// RMSE of every model.
    Errors(ByRef<Report>),
    /// Forecasts of some models for the machine with this index.
    Forecast(ByRef<Report>, usize, Vec<String>),
    /// Loss curves, the planned epochs, and whether the run goes on.
    Loss(Rc<[Curve]>, usize, bool),
    /// One finding of a report, and the choice within it.
    Finding(ByRef<Report>, Finding, usize),
    /// The snapshot of a moment.
    Snapshot(ByRef<Frame>),
    /// The parts of `tsf`.
    Diagram(Rc<Sketch>),
    /// A graph.
    Graph(Shown),
    /// A figure of a detection, and what it is focused on.
    Detected(ByRef<Report>, Exhibit, Focus),
}

impl Source {
    /// The chart as plain data.
    pub(super) fn picture(&self) -> Picture {
        match self {
            Self::Coverage(summary) => coverage::picture(&summary.0),
            Self::Errors(report) => error_by_model::picture(&report.0),
            Self::Forecast(report, node, models) => forecast::picture(&report.0, *node, models),
            Self::Loss(curves, planned_epochs, running) => loss::picture(curves, *planned_epochs, *running),
            Self::Finding(report, finding, choice) => finding.picture(&report.0, *choice),
            Self::Snapshot(frame) => snapshot::picture(&frame.0),
            Self::Diagram(sketch) => diagram::picture(sketch),
            Self::Graph(shown) => graph::picture(shown),
            Self::Detected(report, exhibit, focus) => exhibit.picture(&report.0, focus),
        }
    }
}
