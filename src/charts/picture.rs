//! A chart as plain data: its words and what is drawn.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::around;
use super::axes::NARROW;
use super::coverage;
use super::diagram::{self, Sketch};
use super::error_by_model::{self, Bars};
use super::forecast::{self, NodeView};
use super::graph::{self, Shown};
use super::lines::{self, Lines};
use super::loss::{self, Curve};
use super::plane::{self, Plane};
use super::rows::{self, Rows};
use super::scene::Plot;
use super::snapshot::{self, Setup};
use super::timeline::{self, Timeline};
use super::twin::Twin;
use crate::data::DatasetSummary;
use crate::explore::Around;
use crate::snapshot::SnapshotView;

/// Height that is kept free for a plot before it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reserve {
    /// A height for a wide and one for a narrow plot.
    Fixed(u32, u32),
    /// As high as wide up to a limit, and a strip below.
    Square(u32, u32),
}

impl Reserve {
    /// The height at a width.
    pub fn height(self, width: u32) -> u32 {
        match self {
            Self::Fixed(_, narrow) if width < NARROW => narrow,
            Self::Fixed(wide, _) => wide,
            Self::Square(limit, below) => width.min(limit) + below,
        }
    }
}

/// What a chart says around its plot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Words {
    /// Stable id for tests and scripts.
    pub testid: String,
    /// What it shows.
    pub title: String,
    /// What it says, in one sentence.
    pub reading: String,
    /// Unit of analysis, number of points and part.
    pub caption: String,
    /// One sentence in place of the plot while there is nothing to draw.
    pub empty: Option<String>,
    /// Height that is kept free.
    pub reserve: Reserve,
    /// What there is to choose from.
    pub choices: Choices,
}

/// What a chart can show in turn; one entry or none is no choice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choices {
    /// What the choice is of.
    pub word: String,
    /// What can be chosen.
    pub names: Vec<String>,
    /// What is shown, an index.
    pub chosen: usize,
}

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
    Snapshot(Option<Rc<SnapshotView>>, Setup),
    /// Ten minutes of one instance.
    Around(Option<Rc<Around>>),
    /// Who receives from whom.
    Graph(Shown),
    /// Truth and alarms over time.
    Timeline(Rc<Timeline>),
    /// Curves and points in a square.
    Plane(Rc<Plane>),
}

/// A chart and its words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
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
    /// What there is to choose from.
    pub(super) choices: Choices,
    /// What is drawn.
    pub(super) body: Body,
}

impl Picture {
    /// All but what is drawn.
    pub(super) fn words(&self) -> Words {
        let empty = match &self.body {
            Body::Graph(shown) => shown.empty(),
            _ => self.empty,
        };
        Words {
            testid: self.testid.clone(),
            title: self.title.clone(),
            reading: self.reading.clone(),
            caption: self.caption.clone(),
            empty: empty.map(str::to_owned),
            reserve: self.reserve(),
            choices: self.choices.clone(),
        }
    }

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
            Body::Snapshot(..) => (snapshot::HEIGHT, snapshot::HEIGHT),
            Body::Around(around) => (around::height(around.as_deref()), around::height(around.as_deref())),
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
            Body::Snapshot(Some(snapshot), setup) => snapshot::plot(snapshot, *setup, width, height),
            Body::Around(Some(around)) => around::plot(around, width, height),
            Body::Snapshot(None, _) | Body::Around(None) => Plot::blank(width, height),
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
            Body::Snapshot(shown, setup) => {
                shown.as_deref().map(|shown| snapshot::twin(shown, *setup)).unwrap_or_default()
            }
            Body::Around(shown) => shown.as_deref().map(around::twin).unwrap_or_default(),
            Body::Graph(shown) => graph::twin(shown),
            Body::Timeline(timeline) => timeline.twin(),
            Body::Plane(plane) => plane.twin(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_is_known_before_the_data() {
        assert_eq!((Reserve::Fixed(240, 200).height(900), Reserve::Fixed(240, 200).height(326)), (240, 200));
        assert_eq!((Reserve::Square(480, 40).height(900), Reserve::Square(480, 40).height(326)), (520, 366));
    }
}
