//! The state machine.

use std::rc::Rc;

use super::anchor::Anchor;
use super::assemble::{Assembly, PartResult};
use super::board::Board;
use super::closed_form::{Fitted, ar, persistence};
use super::learned::Learned;
use super::remarks::remarks;
use crate::config::{Checked, ModelConfig, Protocol};
use crate::data::Dataset;
use crate::graph::{ChannelGraphs, leak_check};
use crate::models::Network;
use crate::prepare::{leak_checks, prepare};
use crate::protocol::PartPlan;
use crate::report::{EpochPoint, ModelResult, ProtocolSummary, Report, StopReason};
use crate::train::{Problem, Unit};

/// Why a run cannot go on: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExperimentError(pub String);

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Data were prepared; training can begin.
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
        /// All seeds of its model so far.
        model: Box<ModelResult>,
    },
}

/// A run in progress.
#[derive(Debug)]
pub struct Experiment {
    dataset: Rc<Dataset>,
    config: Checked,
    parts: Vec<PartPlan>,
    costs: Vec<f64>,
    prepared: Option<Source>,
    assembly: Option<Assembly>,
    learned: Option<Learned>,
    epoch_share: f32,
    next: usize,
    secs: f64,
    stopped: bool,
}

/// Where forecasts come from.
#[derive(Debug, Clone)]
enum Source {
    Headline(Rc<Problem>),
    Anchor(Rc<Anchor>),
}

impl Experiment {
    /// A run on a data set. Cheap: preparation is the first step.
    pub fn new(dataset: Rc<Dataset>, config: Checked) -> Self {
        let parts = plan(&config);
        Self {
            dataset,
            costs: vec![0.0; parts.len()],
            parts,
            config,
            prepared: None,
            assembly: None,
            learned: None,
            epoch_share: 0.0,
            next: 0,
            secs: 0.0,
            stopped: false,
        }
    }

    /// The independent parts, in the order they are run.
    pub fn parts(&self) -> &[PartPlan] {
        &self.parts
    }

    /// Does one unit of work (a few windows, or the scoring of a part); `None` when everything is done.
    ///
    /// # Errors
    /// When the data do not allow the run.
    pub fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        let Some(source) = self.prepared.clone() else {
            if self.stopped {
                return Ok(None);
            }
            self.prepare()?;
            return Ok(Some(Progress::Prepared));
        };
        if let Some(mut learned) = self.learned.take() {
            return Ok(Some(match learned.step() {
                Some(unit) => self.note(learned, unit),
                None => self.finish_learned(learned),
            }));
        }
        if self.stopped || self.next == self.parts.len() {
            return Ok(None);
        }
        self.begin(&source).map(Some)
    }

    /// Ends the run early: the part in progress is scored with its best weights by the following steps,
    /// the parts not begun are left out, and the report says `complete: false`.
    pub fn stop(&mut self) {
        self.stopped = true;
        if let Some(learned) = &mut self.learned {
            learned.session.stop();
            if learned.session.best_epoch() == 0 {
                // Nothing was learned yet: untrained weights are no result.
                self.learned = None;
            }
        }
    }

    /// Adds wall-clock seconds to the part in progress; measured by the driver, because the core has no clock.
    pub fn add_secs(&mut self, secs: f64) {
        self.secs += secs;
        if self.learned.is_none()
            && let Some(assembly) = &mut self.assembly
        {
            assembly.add_secs(self.secs);
            self.secs = 0.0;
        }
    }

    /// Share of all planned training work that is done, 0 to 1, weighted by the cost of the parts.
    pub fn share_done(&self) -> f64 {
        let total: f64 = self.costs.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        let finished: f64 = self.costs[..self.next].iter().sum();
        let present = self.learned.as_ref().map_or(0.0, |learned| {
            let epochs = learned.session.epochs_done() as f64 + f64::from(self.epoch_share);
            self.costs[self.next] * epochs / self.config.train.epochs as f64
        });
        ((finished + present) / total).min(1.0)
    }

    /// The report of what is finished; `None` before the first part is scored.
    pub fn report(&self) -> Option<Report> {
        let complete = !self.stopped && self.next == self.parts.len();
        self.assembly.as_ref()?.report(&self.dataset, &self.config, complete)
    }

    fn prepare(&mut self) -> Result<(), ExperimentError> {
        match self.config.protocol {
            Protocol::Headline => self.prepare_headline(),
            Protocol::Anchor118 => self.prepare_anchor(),
        }
    }

    fn prepare_headline(&mut self) -> Result<(), ExperimentError> {
        let prepared = prepare(&self.dataset, &self.config).map_err(|error| ExperimentError(error.to_string()))?;
        let mut checks = leak_checks(&self.dataset, &self.config, &prepared);
        let graphs = if self.uses_graphs() {
            let graphs = ChannelGraphs::build(&self.dataset, &prepared, &self.config)
                .map_err(|error| ExperimentError(error.to_string()))?;
            checks.push(leak_check(&self.dataset, &prepared, &graphs, &self.config));
            Some(graphs)
        } else {
            None
        };
        let problem = Problem { prepared, graphs, config: self.config.clone() };
        let shape = problem.shape();
        self.costs = self.parts.iter().map(|part| self.cost(part, &problem)).collect();
        let board = Board::of(&problem);
        let prepared = &problem.prepared;
        let summary = ProtocolSummary {
            parts: prepared.split.parts.clone(),
            purge_bins: prepared.split.purge_bins,
            nodes: prepared.node_names.clone(),
            left_out: prepared.left_out.clone(),
            windows_left_out: prepared.split.windows_left_out,
            n_points: board.truth.iter().filter(|truth| !truth.is_nan()).count() as u64,
            repairs: prepared.repairs.clone(),
            edge_sources: problem.graphs.as_ref().map_or_else(Vec::new, ChannelGraphs::edge_sources),
            leak_checks: checks,
            remarks: remarks(&self.config, shape),
        };
        self.assembly = Some(Assembly::new(board, summary));
        self.prepared = Some(Source::Headline(Rc::new(problem)));
        Ok(())
    }

    fn uses_graphs(&self) -> bool {
        let n_steps = self.config.window.input_steps;
        self.config.models.iter().any(|model| !Network::graph_steps(model, n_steps).is_empty())
    }

    fn prepare_anchor(&mut self) -> Result<(), ExperimentError> {
        let anchor = Anchor::new(&self.dataset, &self.config).map_err(|error| ExperimentError(error.to_string()))?;
        let short = self.dataset.n_bins < 60;
        if short {
            let n = self.dataset.n_bins;
            return Err(ExperimentError(format!("The data hold {n} bins; the anchor protocol needs at least 60")));
        }
        self.assembly = Some(Assembly::new(anchor.board(), anchor.summary(&self.dataset)));
        self.prepared = Some(Source::Anchor(Rc::new(anchor)));
        Ok(())
    }

    fn cost(&self, part: &PartPlan, problem: &Problem) -> f64 {
        let model = self.config.models.iter().find(|model| model.id() == part.model);
        let per_window = model.map_or(0, |model| Network::cost(model, problem.shape()));
        (per_window * part.epochs) as f64
    }

    fn begin(&mut self, source: &Source) -> Result<Progress, ExperimentError> {
        let plan = self.parts[self.next].clone();
        let model = self.config.models.iter().find(|model| model.id() == plan.model).cloned();
        let model = model.ok_or_else(|| ExperimentError(format!("The config has no model {}", plan.model)))?;
        if let Source::Headline(problem) = source
            && let Some(learned) = Learned::new(problem.clone(), &model, plan.seed)
        {
            self.epoch_share = 0.0;
            self.learned = Some(learned);
            return Ok(Progress::Step { part: self.next, epoch: 1, share: 0.0 });
        }
        let fitted = match (source, &model) {
            (Source::Headline(problem), ModelConfig::Ar(config)) => ar(problem, config),
            (Source::Headline(problem), _) => Some(persistence(problem)),
            (Source::Anchor(anchor), ModelConfig::Ar(config)) => anchor.ar(config),
            (Source::Anchor(anchor), _) => Some(anchor.persistence()),
        };
        let singular = || ExperimentError(format!("{} has no solution on these data; raise its ridge", plan.model));
        Ok(self.finish_fitted(&plan, fitted.ok_or_else(singular)?))
    }

    fn note(&mut self, learned: Learned, unit: Unit) -> Progress {
        let part = self.next;
        let epochs_done = learned.session.epochs_done();
        let best_epoch = learned.session.best_epoch();
        // After the last epoch the steps forecast the test part.
        let epoch = if learned.session.ended().is_some() { epochs_done } else { epochs_done + 1 };
        self.learned = Some(learned);
        match unit {
            Unit::Epoch(point) => {
                self.epoch_share = 0.0;
                Progress::Epoch { part, point, best_epoch }
            }
            Unit::Pretrained { epoch, .. } => {
                self.epoch_share = 0.0;
                Progress::Step { part, epoch, share: 1.0 }
            }
            Unit::Windows(share) => {
                self.epoch_share = share;
                Progress::Step { part, epoch, share }
            }
            Unit::Ended(_) => Progress::Step { part, epoch: epochs_done, share: 1.0 },
        }
    }

    fn finish_learned(&mut self, learned: Learned) -> Progress {
        let session = &learned.session;
        let weights: Vec<u8> = session.best_weights().iter().flat_map(|weight| weight.to_le_bytes()).collect();
        let graph = learned.graph();
        let result = PartResult {
            seed: self.parts[self.next].seed,
            learned: true,
            n_params: session.best_weights().len(),
            backend: format!("{:?}", session.backend()).to_lowercase(),
            curve: session.curve().to_vec(),
            best_epoch: session.best_epoch(),
            stop: session.ended().unwrap_or(StopReason::Planned),
            weights_sha256: crate::digest::sha256_hex(&weights),
            chosen: String::new(),
            forecast: learned.forecast,
            graph,
        };
        self.done(result)
    }

    fn finish_fitted(&mut self, plan: &PartPlan, fitted: Fitted) -> Progress {
        let bytes: Vec<u8> = fitted.coefficients.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.done(PartResult {
            seed: plan.seed,
            learned: false,
            n_params: fitted.coefficients.len(),
            backend: String::new(),
            curve: Vec::new(),
            best_epoch: 0,
            stop: StopReason::Fitted,
            weights_sha256: crate::digest::sha256_hex(&bytes),
            chosen: fitted.chosen,
            forecast: fitted.forecast,
            graph: None,
        })
    }

    fn done(&mut self, result: PartResult) -> Progress {
        let part = self.next;
        let id = self.parts[part].model.clone();
        self.next += 1;
        let assembly = self.assembly.as_mut().expect("a part runs only after preparation");
        assembly.add(&id, result);
        Progress::PartDone { part, model: Box::new(assembly.model(&id)) }
    }
}

/// Closed-form models first, because they are done at once; then each learned model, seed by seed.
fn plan(config: &Checked) -> Vec<PartPlan> {
    let part = |model: &ModelConfig, seed: u32, epochs| PartPlan { model: model.id().to_owned(), seed, epochs };
    let closed = config.models.iter().filter(|model| !model.is_learned()).map(|model| part(model, 0, 0));
    let learned = config.models.iter().filter(|model| model.is_learned());
    let learned =
        learned.flat_map(|model| config.seeds.iter().map(move |&seed| part(model, seed, config.train.epochs)));
    closed.chain(learned).collect()
}
