//! The state machine.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use super::assemble::Assembly;
use super::cell::{CellState, Source};
use super::closed_form::{Fitted, fit, forecast_under};
use super::conditions::Trial;
use super::learned::{Learned, Wanted};
use super::loaded::take_over;
use super::model_file::ModelFile;
use super::part::PartResult;
use super::study::study_result;
use crate::config::{Checked, ModelConfig, Study};
use crate::data::Dataset;
use crate::evaluate::{compare_all, compare_all_horizons};
use crate::models::{Network, Shape};
use crate::prepare::target_metric;
use crate::protocol::PartPlan;
use crate::report::{ConditionError, EpochPoint, HorizonComparisons, ModelResult, REPORT_SCHEMA, Report, StopReason};
use crate::train::Unit;

/// Why a run cannot go on: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExperimentError(pub String);

/// What one step did.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Data of a cell were prepared, or its points found.
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
        /// All seeds of its model so far, of its cell.
        model: Box<ModelResult>,
    },
}

/// A run in progress.
#[derive(Debug)]
pub struct Experiment {
    pub(super) dataset: Arc<Dataset>,
    config: Checked,
    pub(super) cells: Vec<CellState>,
    pub(super) plan: Vec<PartPlan>,
    /// Parts still to be done here.
    queue: VecDeque<usize>,
    results: Vec<Option<PartResult>>,
    present: Option<Present>,
    /// Parts in progress elsewhere, each with the share that is done.
    elsewhere: Vec<(usize, f64)>,
    stopped: bool,
    /// Somebody else makes the report, and checks the protocol for leaks.
    is_helper: bool,
    /// The trained model whose weights stand for the training.
    pub(super) loaded: Option<Rc<ModelFile>>,
    clock: PartClock,
}

/// Seconds of the part in progress, and of what lies before the first.
#[derive(Debug, Default)]
struct PartClock {
    secs: f64,
    forecast_secs: f64,
    /// The step that is being timed makes forecasts.
    is_forecasting: bool,
    /// Origins that the part has forecast so far.
    n_forecast: usize,
}

/// The part in progress.
#[derive(Debug)]
struct Present {
    part: usize,
    learned: Box<Learned>,
    share: f32,
}

impl Experiment {
    /// A run of all parts on a data set. Cheap: preparation is the first step.
    pub fn new(dataset: Arc<Dataset>, config: Checked) -> Self {
        // Each cell was checked with the config.
        let cells: Vec<CellState> = config.cells().into_iter().filter_map(|cell| CellState::new(cell).ok()).collect();
        let plan = plan(&cells);
        Self {
            queue: (0..plan.len()).collect(),
            results: vec![None; plan.len()],
            plan,
            dataset,
            config,
            cells,
            present: None,
            elsewhere: Vec::new(),
            stopped: false,
            is_helper: false,
            loaded: None,
            clock: PartClock::default(),
        }
    }

    /// The independent parts, in the order of the report.
    pub fn parts(&self) -> &[PartPlan] {
        &self.plan
    }

    /// Takes over a part that was done elsewhere, and does not do it here.
    pub fn accept(&mut self, part: usize, result: PartResult) {
        self.queue.retain(|&queued| queued != part);
        if let Some(place) = self.results.get_mut(part) {
            *place = Some(result);
        }
    }

    /// Gives away the last part that was not begun; it is done elsewhere.
    pub fn give_away(&mut self) -> Option<usize> {
        self.queue.pop_back()
    }

    /// Takes a part back that could not be done elsewhere.
    pub fn take_on(&mut self, part: usize) {
        if part < self.plan.len() && self.results[part].is_none() && !self.queue.contains(&part) {
            self.queue.push_front(part);
        }
    }

    /// Does nothing but the given part, for another experiment that makes the report.
    pub fn only(&mut self, part: usize) {
        self.is_helper = true;
        self.queue.clear();
        self.take_on(part);
    }

    /// The config of a part's cell.
    pub fn config_of(&self, part: usize) -> &Checked {
        &self.cells[self.plan[part].cell].config
    }

    /// What a finished part found.
    pub fn result(&self, part: usize) -> Option<&PartResult> {
        self.results.get(part)?.as_ref()
    }

    /// Takes note of how far the parts are that are done elsewhere, for [`Experiment::share_done`].
    pub fn note_elsewhere(&mut self, shares: Vec<(usize, f64)>) {
        self.elsewhere = shares;
    }

    /// The model of a finished part with all its seeds so far; finds the points of its cell if need be.
    pub fn scored(&mut self, part: usize) -> Option<ModelResult> {
        let cell = self.plan.get(part)?.cell;
        if self.cells[cell].board.is_none() {
            // Data that cannot be prepared are reported by the next step.
            self.cells[cell].prepare_board(&self.dataset).ok()?;
        }
        self.model_of(part)
    }

    /// Whether every part is finished.
    pub fn is_complete(&self) -> bool {
        self.results.iter().all(Option::is_some)
    }

    /// Does one unit of work (a few windows, the preparation of a cell, or the scoring of a part); `None` when nothing
    /// is left to do here.
    ///
    /// # Errors
    /// When the data do not allow the run.
    pub fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        if let Some(present) = self.present.take() {
            return Ok(Some(self.advance(present)));
        }
        if let Some(&part) = self.queue.front().filter(|_| !self.stopped) {
            let cell = self.plan[part].cell;
            if self.cells[cell].source.is_none() {
                self.prepare(cell)?;
                return Ok(Some(Progress::Prepared));
            }
            self.queue.pop_front();
            return self.begin(part).map(Some);
        }
        if self.is_helper { Ok(None) } else { self.find_points() }
    }

    /// Points and protocol that the report needs of cells whose parts were done elsewhere.
    fn find_points(&mut self) -> Result<Option<Progress>, ExperimentError> {
        let any_done = self.results.iter().any(Option::is_some);
        if any_done && self.cells[0].summary.is_none() {
            self.prepare(0)?;
            return Ok(Some(Progress::Prepared));
        }
        let lacks_points = |cell: usize| self.cells[cell].board.is_none() && self.has_results(cell);
        let Some(cell) = (0..self.cells.len()).find(|&cell| lacks_points(cell)) else { return Ok(None) };
        self.cells[cell].prepare_board(&self.dataset)?;
        Ok(Some(Progress::Prepared))
    }

    fn has_results(&self, cell: usize) -> bool {
        self.plan.iter().zip(&self.results).any(|(part, result)| part.cell == cell && result.is_some())
    }

    /// Ends the run early: the part in progress is scored with its best weights by the following steps,
    /// the parts not begun are left out, and the report says `complete: false`.
    pub fn stop(&mut self) {
        self.stopped = true;
        // Without an epoch nothing was learned yet: untrained weights are no result.
        if let Some(present) = &mut self.present
            && !present.learned.stop()
        {
            self.present = None;
        }
    }

    /// Adds wall-clock seconds of the last step; measured by the driver, because the core has no clock.
    pub fn add_secs(&mut self, progress: &Progress, secs: f64) {
        self.clock.secs += secs;
        if self.clock.is_forecasting {
            self.clock.forecast_secs += secs;
        }
        let Progress::PartDone { part, .. } = progress else { return };
        let clock = std::mem::take(&mut self.clock);
        if let Some(result) = self.results[*part].as_mut() {
            result.secs = clock.secs;
            let per_origin = 1000.0 * clock.forecast_secs / clock.n_forecast as f64;
            result.forecast_millis = (clock.n_forecast > 0).then_some(per_origin);
        }
    }

    /// Share of all planned training work that is done, 0 to 1, weighted by the cost of the parts.
    pub fn share_done(&self) -> f64 {
        let costs: Vec<f64> = self.plan.iter().map(|part| self.cost(part)).collect();
        let total: f64 = costs.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        let done = costs.iter().zip(&self.results).filter(|(_, result)| result.is_some());
        let finished: f64 = done.map(|(cost, _)| cost).sum();
        let present = self.present.as_ref().map_or(0.0, |present| {
            let epochs = self.plan[present.part].epochs.max(1) as f64;
            let done = present.learned.epochs_done() as f64 + f64::from(present.share);
            costs[present.part] * (done / epochs).min(1.0)
        });
        let elsewhere: f64 = self.elsewhere.iter().map(|&(part, share)| costs[part] * share.min(1.0)).sum();
        ((finished + present + elsewhere) / total).min(1.0)
    }

    /// An estimate: nodes and features are those of the first cell that was prepared.
    fn cost(&self, part: &PartPlan) -> f64 {
        let config = &self.cells[part.cell].config;
        let Some(model) = config.models.iter().find(|model| model.id() == part.model) else { return 0.0 };
        let known = self.cells.iter().find_map(|cell| cell.board.as_ref()).map_or(1, |board| board.n_nodes);
        let n_nodes = config.prepare.nodes.map_or(known, |sample| sample.count);
        let shape = Shape {
            n_nodes,
            n_steps: config.window.input_steps,
            n_features: self.dataset.n_metrics(),
            n_outputs: config.window.output_steps,
            has_records: false,
        };
        Network::cost(model, shape) as f64 * part.epochs as f64 / config.window.train_stride as f64
    }

    /// The model of a part with all its seeds so far, once the points of its cell are known.
    fn model_of(&self, part: usize) -> Option<ModelResult> {
        let plan = &self.plan[part];
        Some(self.assembly(plan.cell)?.model(&plan.model))
    }

    fn assembly(&self, cell: usize) -> Option<Assembly<'_>> {
        let state = &self.cells[cell];
        let finished = |model: &'_ str| {
            let parts =
                self.plan.iter().zip(&self.results).filter(move |(part, _)| part.cell == cell && part.model == model);
            parts.filter_map(|(part, result)| Some((part.model.as_str(), result.as_ref()?))).collect::<Vec<_>>()
        };
        let parts = state.config.models.iter().flat_map(|model| finished(model.id())).collect();
        Some(Assembly { board: state.board.as_ref()?, parts })
    }

    /// The report of what is finished; `None` before the first part of the first cell is scored.
    pub fn report(&self) -> Option<Report> {
        let assembly = self.assembly(0)?;
        let first = &self.cells[0];
        let ids = assembly.ids();
        let assemblies: Vec<Option<Assembly<'_>>> = (0..self.cells.len()).map(|cell| self.assembly(cell)).collect();
        if assemblies.iter().flatten().all(|assembly| assembly.parts.is_empty()) {
            return None;
        }
        let step = first.config.window.score_step;
        let steps: Vec<_> = first.config.window.scored_steps().into_iter().map(|s| (s, assembly.losses(s))).collect();
        let horizons = if steps.len() > 1 { compare_all_horizons(&steps) } else { Vec::new() };
        // A run that got as far as a report has a target.
        let unit = target_metric(&self.dataset, &first.config).map(|metric| self.dataset.metrics[metric].unit);
        let cells = assemblies.iter().enumerate();
        let timings = cells.filter_map(|(cell, assembly)| Some(assembly.as_ref()?.timings(cell))).flatten();
        Some(Report {
            schema: REPORT_SCHEMA,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            target: if cfg!(target_arch = "wasm32") { "wasm32" } else { std::env::consts::ARCH }.to_owned(),
            complete: !self.stopped && self.is_complete(),
            config: (*self.config).clone(),
            config_sha256: self.config.sha256(),
            dataset: self.dataset.summary.clone(),
            protocol: first.summary.clone()?,
            models: ids.iter().map(|id| assembly.model(id)).collect(),
            comparisons: compare_all(&assembly.losses(step), step),
            horizons: horizons
                .into_iter()
                .map(|(step, comparisons)| HorizonComparisons { step, comparisons })
                .collect(),
            study: (self.config.study != Study::Comparison).then(|| study_result(&self.cells, &assemblies)),
            forecast: assembly.forecast_board(unit.unwrap_or_default()),
            graph: assembly.graph(),
            timings: timings.collect(),
        })
    }

    /// Prepares a cell; data of cells that it does not share are given up, because graphs are large.
    fn prepare(&mut self, cell: usize) -> Result<(), ExperimentError> {
        let wanted = &self.cells[cell];
        let donor = self.cells.iter().find(|other| other.source.is_some() && other.shares_data_with(wanted));
        let shared = donor.and_then(|donor| donor.source.clone());
        self.cells.iter_mut().for_each(|cell| cell.source = None);
        self.cells[cell].prepare(&self.dataset, shared)?;
        if cell == 0 && !self.is_helper {
            self.cells[0].summarise(&self.dataset, &self.config);
            if let (Some(file), Some(summary)) = (&self.loaded, &mut self.cells[0].summary) {
                summary.remarks.push(file.remark());
            }
        }
        Ok(())
    }

    fn begin(&mut self, part: usize) -> Result<Progress, ExperimentError> {
        let plan = self.plan[part].clone();
        let cell = &self.cells[plan.cell];
        let model = cell.config.models.iter().find(|model| model.id() == plan.model).cloned();
        let model = model.ok_or_else(|| ExperimentError(format!("The config has no model {}", plan.model)))?;
        let source = cell.source.as_ref().ok_or_else(|| ExperimentError("The part was not prepared".to_owned()))?;
        if let Source::Headline(problem) = source
            && let Some(mut learned) = Learned::new(problem.clone(), &model, plan.seed, self.wanted(plan.cell))
        {
            if let Some(file) = &self.loaded {
                take_over(&mut learned, problem, file)?;
            }
            self.present = Some(Present { part, learned: Box::new(learned), share: 0.0 });
            return Ok(Progress::Step { part, epoch: 1, share: 0.0 });
        }
        let fitted = match source {
            Source::Headline(problem) => fit(problem, &model)?,
            Source::Anchor(anchor) => anchor.fit(&model)?,
        };
        let conditions = self.fitted_conditions(plan.cell, &model, &fitted);
        let result = PartResult { conditions, ..fitted_result(plan.seed, fitted) };
        Ok(self.done(part, result))
    }

    /// What a training in this cell gives beside forecasts. The report shows the graph of the first cell alone, whose
    /// weights can be saved.
    fn wanted(&self, cell: usize) -> Wanted {
        Wanted { conditions: self.is_tried(), graph: cell == 0, weights: cell == 0 }
    }

    /// Whether trained models are tried under the conditions of a robustness study.
    fn is_tried(&self) -> bool {
        self.config.study == Study::Robustness
    }

    fn fitted_conditions(&self, cell: usize, model: &ModelConfig, fitted: &Fitted) -> Vec<ConditionError> {
        let (Some(Source::Headline(problem)), Some(board)) = (&self.cells[cell].source, &self.cells[cell].board) else {
            return Vec::new();
        };
        let plain = fitted.forecasts.iter().find(|forecast| forecast.step == board.main().step);
        let Some(plain) = plain.filter(|_| self.is_tried()) else { return Vec::new() };
        let mut trial = Trial::default();
        let under = |origins: &[usize], condition, seed| {
            forecast_under(problem, (model, &fitted.model), origins, condition, seed)
        };
        while trial.step(problem, plain.test.len(), under) {}
        trial.errors(board, &plain.test)
    }

    fn advance(&mut self, mut present: Present) -> Progress {
        let part = present.part;
        self.clock.is_forecasting = present.learned.is_forecasting();
        let unit = present.learned.step();
        self.clock.n_forecast = present.learned.n_forecast();
        let Some(unit) = unit else {
            let board = self.cells[self.plan[part].cell].board.as_ref();
            let board = board.expect("a part runs only after its cell was prepared");
            let result = present.learned.finish(self.plan[part].seed, board);
            return self.done(part, result);
        };
        let epochs_done = present.learned.epochs_done();
        let best_epoch = present.learned.session.best_epoch();
        // After the last epoch the steps forecast the test part.
        let epoch = if present.learned.session.ended().is_some() { epochs_done } else { epochs_done + 1 };
        let progress = match unit {
            Unit::Epoch(point) => {
                present.share = 0.0;
                Progress::Epoch { part, point, best_epoch }
            }
            Unit::Pretrained { epoch, .. } => {
                present.share = 0.0;
                Progress::Step { part, epoch, share: 1.0 }
            }
            Unit::Windows(share) => {
                present.share = share;
                Progress::Step { part, epoch, share }
            }
            Unit::Ended(_) => Progress::Step { part, epoch: epochs_done, share: 1.0 },
        };
        self.present = Some(present);
        progress
    }

    fn done(&mut self, part: usize, result: PartResult) -> Progress {
        self.results[part] = Some(result);
        let model = self.model_of(part).expect("a part runs only after its cell was prepared");
        Progress::PartDone { part, model: Box::new(model) }
    }
}

fn fitted_result(seed: u32, fitted: Fitted) -> PartResult {
    let bytes: Vec<u8> = fitted.coefficients.iter().flat_map(|value| value.to_le_bytes()).collect();
    PartResult {
        seed,
        learned: false,
        n_params: fitted.coefficients.len(),
        backend: String::new(),
        curve: Vec::new(),
        pretraining: Vec::new(),
        mixing: Vec::new(),
        best_epoch: 0,
        stop: StopReason::Fitted,
        weights_sha256: crate::digest::sha256_hex(&bytes),
        weights: None,
        chosen: fitted.chosen,
        forecasts: fitted.forecasts,
        graph: None,
        conditions: Vec::new(),
        secs: 0.0,
        forecast_millis: None,
    }
}

/// Cell by cell: closed-form models first, because they are done at once; then each learned model, seed by seed.
fn plan(cells: &[CellState]) -> Vec<PartPlan> {
    cells.iter().enumerate().flat_map(|(idx, cell)| cell_plan(idx, cell)).collect()
}

fn cell_plan(idx: usize, cell: &CellState) -> Vec<PartPlan> {
    let config = &cell.config;
    let label = if cell.label.is_empty() { String::new() } else { format!("{} {}", cell.group, cell.label) };
    let part = |model: &ModelConfig, seed: u32, epochs| PartPlan {
        model: model.id().to_owned(),
        seed,
        epochs,
        cell: idx,
        label: label.clone(),
    };
    let (learned, closed): (Vec<&ModelConfig>, Vec<&ModelConfig>) =
        config.models.iter().partition(|model| model.is_learned());
    let seeds = |model: &ModelConfig| -> Vec<PartPlan> {
        config.seeds.iter().map(|&seed| part(model, seed, config.train.epochs)).collect()
    };
    closed.into_iter().map(|model| part(model, 0, 0)).chain(learned.into_iter().flat_map(seeds)).collect()
}
