//! A chart as plain data: its words and what is drawn.

use std::rc::Rc;

use super::coverage;
use super::diagram::{self, Sketch};
use super::error_by_model::{self, Bars};
use super::forecast::{self, NodeView};
use super::frame::Reserve;
use super::graph::{self, Shown};
use super::lines::{self, Lines};
use super::loss::{self, Curve};
use super::plane::{self, Plane};
use super::rows::{self, Rows};
use super::scene::Plot;
use super::snapshot;
use super::timeline::{self, Timeline};
use super::twin::Twin;
use crate::data::DatasetSummary;
use crate::snapshot::SnapshotView;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    /// Lines with bands.
    Lines(Rc<Lines>),
    /// Dots with intervals.
    Rows(Rc<Rows>),
    /// The parts of a model.
    Sketch(Rc<Sketch>),
    /// Machines by time.
    Coverage(Rc<DatasetSummary>),
    /// Models by error.
    Bars(Rc<Bars>),
    /// Forecasts over truth.
    Forecast(Rc<NodeView>),
    /// Loss curves, and the planned epochs.
    Loss(Rc<[Curve]>, usize),
    /// A snapshot in its layers.
    Snapshot(Option<Rc<SnapshotView>>),
    /// Who receives from whom.
    Graph(Shown),
    /// Truth and alarms over time.
    Timeline(Rc<Timeline>),
    /// Curves and points in a square.
    Plane(Rc<Plane>),
}

/// A chart and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Stable id for tests and scripts.
    pub(super) testid: String,
    /// What it shows.
    pub(super) title: String,
    /// What it says, in one sentence.
    pub(super) reading: String,
    /// Unit of analysis, number of points and part.
    pub(super) caption: String,
    /// One sentence in place of the plot while there is nothing to draw.
    pub(super) empty: Option<&'static str>,
    /// What is drawn.
    pub(super) body: Body,
}

impl Picture {
    /// Height that is kept free.
    pub(super) fn reserve(&self) -> Reserve {
        let (wide, narrow) = match &self.body {
            Body::Lines(_) => (220, 200),
            Body::Rows(rows) => (rows.height(), rows.height()),
            Body::Sketch(_) => (diagram::HEIGHT, diagram::HEIGHT),
            Body::Coverage(summary) => (coverage::height(summary), coverage::height(summary)),
            Body::Bars(bars) => (error_by_model::height(bars), error_by_model::height(bars)),
            Body::Forecast(_) => forecast::HEIGHTS,
            Body::Loss(..) => (240, 200),
            Body::Snapshot(_) => (snapshot::HEIGHT, snapshot::HEIGHT),
            Body::Graph(_) => return graph::RESERVE,
            Body::Timeline(timeline) => (timeline.height(), timeline.height()),
            Body::Plane(_) => return plane::RESERVE,
        };
        Reserve::Fixed(wide, narrow)
    }

    /// The drawing at a size.
    pub(super) fn plot(&self, width: u32, height: u32) -> Plot {
        match &self.body {
            Body::Lines(lines) => lines::plot(lines, width, height),
            Body::Rows(rows) => rows::plot(rows, width),
            Body::Sketch(sketch) => diagram::plot(sketch, width),
            Body::Coverage(summary) => coverage::plot(summary, width, height),
            Body::Bars(bars) => error_by_model::plot(bars, width, height),
            Body::Forecast(view) => forecast::plot(view, width, height),
            Body::Loss(curves, planned_epochs) => loss::plot(curves, *planned_epochs, width, height),
            Body::Snapshot(Some(snapshot)) => snapshot::plot(snapshot, width, height),
            Body::Snapshot(None) => Plot::blank(width, height),
            Body::Graph(shown) => graph::plot(shown, width, height),
            Body::Timeline(timeline) => timeline::plot(timeline, width),
            Body::Plane(plane) => plane::plot(plane, width, height),
        }
    }

    /// The same as a table.
    pub(super) fn twin(&self) -> Twin {
        match &self.body {
            Body::Lines(lines) => lines.twin(),
            Body::Rows(rows) => rows.twin(),
            Body::Sketch(sketch) => sketch.twin(),
            Body::Coverage(summary) => coverage::twin(summary),
            Body::Bars(bars) => error_by_model::twin(bars),
            Body::Forecast(view) => forecast::twin(view),
            Body::Loss(curves, _) => loss::twin(curves),
            Body::Snapshot(snapshot) => snapshot.as_deref().map(snapshot::twin).unwrap_or_default(),
            Body::Graph(shown) => graph::twin(shown),
            Body::Timeline(timeline) => timeline.twin(),
            Body::Plane(plane) => plane.twin(),
        }
    }
}
