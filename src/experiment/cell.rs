//! One cell of a study: its config, its prepared data while they are needed, and the points it is scored on.

use std::rc::Rc;

use super::ExperimentError;
use super::anchor::Anchor;
use super::board::Board;
use super::remarks::remarks;
use crate::config::{Cell, Checked, Protocol};
use crate::data::Dataset;
use crate::graph::{ChannelGraphs, leak_check};
use crate::models::Network;
use crate::prepare::{Preparation, Prepared, leak_checks, prepare_as};
use crate::report::ProtocolSummary;
use crate::train::Problem;

/// Where forecasts come from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A prepared learning problem.
    Headline(Rc<Problem>),
    /// The anchors' own protocol.
    Anchor(Rc<Anchor>),
}

/// A cell and what is known of it so far.
#[derive(Debug)]
pub(super) struct CellState {
    pub(super) group: String,
    pub(super) label: String,
    pub(super) x: Option<f64>,
    pub(super) config: Checked,
    /// Scales and means of a trained model; `None` fits them on the data.
    pub(super) given: Option<Rc<Preparation>>,
    /// Dropped when another cell with other data is begun.
    pub(super) source: Option<Source>,
    pub(super) board: Option<Board>,
    /// Of the first cell only.
    pub(super) summary: Option<ProtocolSummary>,
}

impl CellState {
    /// # Errors
    /// Never for a config that has been checked as a whole.
    pub(super) fn new(cell: Cell) -> Result<Self, ExperimentError> {
        let config = cell.config.check().map_err(|error| ExperimentError(error.to_string()))?;
        let (group, label, x) = (cell.group, cell.label, cell.x);
        Ok(Self { group, label, x, config, given: None, source: None, board: None, summary: None })
    }

    /// Whether two cells can share their prepared data and graphs.
    pub(super) fn shares_data_with(&self, other: &Self) -> bool {
        let (a, b) = (&self.config, &other.config);
        let same_data = a.protocol == b.protocol && a.prepare == b.prepare && a.split == b.split;
        same_data && a.window == b.window && a.graph == b.graph && self.uses_graphs() == other.uses_graphs()
    }

    fn uses_graphs(&self) -> bool {
        let n_steps = self.config.window.input_steps;
        self.config.models.iter().any(|model| !Network::graph_steps(model, n_steps).is_empty())
    }

    /// Prepares the data for training, or takes them over from a cell that shares them.
    pub(super) fn prepare(&mut self, dataset: &Dataset, shared: Option<Source>) -> Result<(), ExperimentError> {
        let source = match shared {
            Some(Source::Headline(problem)) => {
                let (prepared, graphs) = (problem.prepared.clone(), problem.graphs.clone());
                Source::Headline(Rc::new(Problem { prepared, graphs, config: self.config.clone() }))
            }
            Some(source) => source,
            None => self.fresh(dataset)?,
        };
        self.board.get_or_insert_with(|| source.board());
        self.source = Some(source);
        Ok(())
    }

    fn fresh(&self, dataset: &Dataset) -> Result<Source, ExperimentError> {
        if self.config.protocol == Protocol::Anchor118 {
            return self.anchor(dataset);
        }
        let prepared = Rc::new(self.prepared(dataset)?);
        let graphs = if self.uses_graphs() {
            Some(Rc::new(ChannelGraphs::build(dataset, &prepared, &self.config).map_err(sentence)?))
        } else {
            None
        };
        Ok(Source::Headline(Rc::new(Problem { prepared, graphs, config: self.config.clone() })))
    }

    /// The data as the models of this cell read them.
    fn prepared(&self, dataset: &Dataset) -> Result<Prepared, ExperimentError> {
        prepare_as(dataset, &self.config, self.given.clone()).map_err(sentence)
    }

    /// What preparation fitted, from the data in hand or once more.
    pub(super) fn preparation(&self, dataset: &Dataset) -> Result<Preparation, ExperimentError> {
        match &self.source {
            Some(Source::Headline(problem)) => Ok(problem.prepared.preparation()),
            _ => Ok(self.prepared(dataset)?.preparation()),
        }
    }

    fn anchor(&self, dataset: &Dataset) -> Result<Source, ExperimentError> {
        let anchor = Anchor::new(dataset, &self.config).map_err(sentence)?;
        if dataset.n_bins < 60 {
            let n = dataset.n_bins;
            return Err(ExperimentError(format!("The data hold {n} bins; the anchor protocol needs at least 60")));
        }
        Ok(Source::Anchor(Rc::new(anchor)))
    }

    /// The points alone, for a cell whose parts were run elsewhere: graphs are not needed.
    pub(super) fn prepare_board(&mut self, dataset: &Dataset) -> Result<(), ExperimentError> {
        let board = match self.config.protocol {
            Protocol::Anchor118 => self.anchor(dataset)?.board(),
            Protocol::Headline => {
                let prepared: Rc<Prepared> = Rc::new(self.prepared(dataset)?);
                Board::of(&Problem { prepared, graphs: None, config: self.config.clone() })
            }
        };
        self.board = Some(board);
        Ok(())
    }

    /// Describes the protocol and checks it for leaks; needs the source.
    pub(super) fn summarise(&mut self, dataset: &Dataset, run: &Checked) {
        self.summary = match &self.source {
            None => None,
            Some(Source::Anchor(anchor)) => Some(anchor.summary(dataset)),
            Some(Source::Headline(problem)) => Some(summary(dataset, problem, self.board.as_ref(), run)),
        };
    }
}

impl Source {
    fn board(&self) -> Board {
        match self {
            Self::Headline(problem) => Board::of(problem),
            Self::Anchor(anchor) => anchor.board(),
        }
    }
}

fn summary(dataset: &Dataset, problem: &Problem, board: Option<&Board>, run: &Checked) -> ProtocolSummary {
    let (prepared, config) = (&problem.prepared, &problem.config);
    let mut checks = leak_checks(dataset, config, prepared);
    checks.extend(problem.graphs.as_ref().map(|graphs| leak_check(dataset, prepared, graphs, config)));
    let sampled = prepared.sample_remark(dataset.summary.level.words());
    let truth = board.map_or(&[][..], |board| &board.main().truth);
    ProtocolSummary {
        parts: prepared.split.parts.clone(),
        purge_bins: prepared.split.purge_bins,
        nodes: prepared.node_names.clone(),
        left_out: prepared.left_out.clone(),
        windows_left_out: prepared.split.windows_left_out,
        n_points: truth.iter().filter(|truth| !truth.is_nan()).count() as u64,
        repairs: prepared.repairs.clone(),
        edge_sources: problem.graphs.as_ref().map_or_else(Vec::new, |graphs| graphs.edge_sources()),
        leak_checks: checks,
        remarks: remarks(run, problem.shape()).into_iter().chain(sampled).collect(),
    }
}

fn sentence(error: impl ToString) -> ExperimentError {
    ExperimentError(error.to_string())
}
