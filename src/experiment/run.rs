//! A run of forecasting as a state machine.

use std::sync::Arc;

use super::assemble::Assembly;
use super::cell::{CellState, Source};
use super::closed_form::{Fitted, ar, forecast_under, persistence};
use super::conditions::Trial;
use super::learned::{Learned, Wanted};
use super::part::PartResult;
use super::parts::Parts;
use super::study::study_result;
use super::{ExperimentError, Progress, Scored};
use crate::config::{Checked, ModelConfig, Study};
use crate::data::Dataset;
use crate::evaluate::{compare_all, compare_all_horizons};
use crate::models::{Network, Shape};
use crate::prepare::target_metric;
use crate::protocol::PartPlan;
use crate::report::{ConditionError, EpochPoint, HorizonComparisons, ModelResult, REPORT_SCHEMA, Report, StopReason};
use crate::train::Unit;

/// A run of forecasting in progress.
#[derive(Debug)]
pub(super) struct ForecastRun {
    dataset: Arc<Dataset>,
    config: Checked,
    cells: Vec<CellState>,
    pub(super) parts: Parts,
    present: Option<Present>,
}

/// The part in progress.
#[derive(Debug)]
struct Present {
    part: usize,
    learned: Box<Learned>,
    share: f32,
}

impl ForecastRun {
    /// A run of all parts on a data set. Cheap: preparation is the first step.
    pub(super) fn new(dataset: Arc<Dataset>, config: Checked) -> Self {
        // Each cell was checked with the config.
        let cells: Vec<CellState> = config.cells().into_iter().filter_map(|cell| CellState::new(cell).ok()).collect();
        Self { parts: Parts::new(plan(&cells)), dataset, config, cells, present: None }
    }

    /// What is asked of a part: its cell with its model and seed alone, and what it gives beside forecasts.
    pub(super) fn key_of(&self, part: usize) -> String {
        let plan = &self.parts.plan[part];
        let mut cell = (*self.cells[plan.cell].config).clone();
        let is_first_seed = cell.seeds.first() == Some(&plan.seed);
        cell.models.retain(|model| model.id() == plan.model);
        cell.seeds = vec![plan.seed];
        let beside = (self.is_tried(), plan.cell == 0 && is_first_seed);
        crate::digest::sha256_of(&(cell, beside))
    }

    /// The model of a finished part with all its seeds so far; finds the points of its cell if need be.
    pub(super) fn scored(&mut self, part: usize) -> Option<ModelResult> {
        let cell = self.parts.plan.get(part)?.cell;
        if self.cells[cell].board.is_none() {
            // Data that cannot be prepared are reported by the next step.
            self.cells[cell].prepare_board(&self.dataset).ok()?;
        }
        self.model_of(part)
    }

    /// Does one unit of work (a few windows, the preparation of a cell, or the scoring of a part); `None` when nothing
    /// is left to do here.
    ///
    /// # Errors
    /// When the data do not allow the run.
    pub(super) fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        if let Some(present) = self.present.take() {
            return Ok(Some(self.advance(present)));
        }
        if let Some(&part) = self.parts.queue.front().filter(|_| !self.parts.stopped) {
            let cell = self.parts.plan[part].cell;
            if self.cells[cell].source.is_none() {
                self.prepare(cell)?;
                return Ok(Some(Progress::Prepared));
            }
            self.parts.queue.pop_front();
            return self.begin(part).map(Some);
        }
        if self.parts.is_helper { Ok(None) } else { self.find_points() }
    }

    /// Points and protocol that the report needs of cells whose parts were done elsewhere.
    fn find_points(&mut self) -> Result<Option<Progress>, ExperimentError> {
        let any_done = self.parts.results.iter().any(Option::is_some);
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
        self.parts.plan.iter().zip(&self.parts.results).any(|(part, result)| part.cell == cell && result.is_some())
    }

    /// Ends the run early: the part in progress is scored with its best weights by the following steps,
    /// the parts not begun are left out, and the report says `complete: false`.
    pub(super) fn stop(&mut self) {
        self.parts.stopped = true;
        // Without an epoch nothing was learned yet: untrained weights are no result.
        if let Some(present) = &mut self.present
            && !present.learned.stop()
        {
            self.present = None;
        }
    }

    /// Share of all planned training work that is done, 0 to 1, weighted by the cost of the parts.
    pub(super) fn share_done(&self) -> f64 {
        let costs: Vec<f64> = self.parts.plan.iter().map(|part| self.cost(part)).collect();
        let present = self.present.as_ref().map(|present| {
            let epochs = self.parts.plan[present.part].epochs.max(1) as f64;
            (present.part, (present.learned.epochs_done() as f64 + f64::from(present.share)) / epochs)
        });
        self.parts.share_done(&costs, present)
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
        let plan = &self.parts.plan[part];
        Some(self.assembly(plan.cell)?.model(&plan.model))
    }

    fn assembly(&self, cell: usize) -> Option<Assembly<'_>> {
        let state = &self.cells[cell];
        let finished = |model: &'_ str| {
            let parts = self
                .parts
                .plan
                .iter()
                .zip(&self.parts.results)
                .filter(move |(part, _)| part.cell == cell && part.model == model);
            parts.filter_map(|(part, result)| Some((part.model.as_str(), result.as_ref()?))).collect::<Vec<_>>()
        };
        let parts = state.config.models.iter().flat_map(|model| finished(model.id())).collect();
        Some(Assembly { board: state.board.as_ref()?, parts })
    }

    /// The report of what is finished; `None` before the first part of the first cell is scored.
    pub(super) fn report(&self) -> Option<Report> {
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
            complete: !self.parts.stopped && self.parts.is_complete(),
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
            detection: None,
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
        if cell == 0 && !self.parts.is_helper {
            self.cells[0].summarise(&self.dataset, &self.config);
        }
        Ok(())
    }

    fn begin(&mut self, part: usize) -> Result<Progress, ExperimentError> {
        let plan = self.parts.plan[part].clone();
        let cell = &self.cells[plan.cell];
        let model = cell.config.models.iter().find(|model| model.id() == plan.model).cloned();
        let model = model.ok_or_else(|| ExperimentError(format!("The config has no model {}", plan.model)))?;
        let source = cell.source.as_ref().ok_or_else(|| ExperimentError("The part was not prepared".to_owned()))?;
        if let Source::Headline(problem) = source
            && let Some(learned) = Learned::new(problem.clone(), &model, plan.seed, self.wanted(plan.cell))
        {
            self.present = Some(Present { part, learned: Box::new(learned), share: 0.0 });
            return Ok(Progress::Step { part, epoch: 1, share: 0.0 });
        }
        let fitted = match (source, &model) {
            (Source::Headline(problem), ModelConfig::Ar(config)) => ar(problem, config),
            (Source::Headline(problem), _) => Some(persistence(problem)),
            (Source::Anchor(anchor), ModelConfig::Ar(config)) => anchor.ar(config),
            (Source::Anchor(anchor), _) => Some(anchor.persistence()),
        };
        let singular = || ExperimentError(format!("{} has no solution on these data; raise its ridge", plan.model));
        let fitted = fitted.ok_or_else(singular)?;
        let conditions = self.fitted_conditions(plan.cell, &model, &fitted);
        let result = PartResult { conditions, ..fitted_result(plan.seed, fitted) };
        Ok(self.done(part, result))
    }

    /// What a training in this cell gives beside forecasts. The report shows the graph of the first cell alone.
    fn wanted(&self, cell: usize) -> Wanted {
        Wanted { conditions: self.is_tried(), graph: cell == 0 }
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
            forecast_under(problem, (model, fitted.model.as_ref()), origins, condition, seed)
        };
        while trial.step(problem, plain.test.len(), under) {}
        trial.errors(board, &plain.test)
    }

    fn advance(&mut self, mut present: Present) -> Progress {
        let part = present.part;
        self.parts.clock.is_forecasting = present.learned.is_forecasting();
        let unit = present.learned.step();
        self.parts.clock.n_forecast = present.learned.n_forecast();
        let Some(unit) = unit else {
            let board = self.cells[self.parts.plan[part].cell].board.as_ref();
            let board = board.expect("a part runs only after its cell was prepared");
            let result = present.learned.finish(self.parts.plan[part].seed, board);
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
        self.parts.results[part] = Some(result);
        let model = self.model_of(part).expect("a part runs only after its cell was prepared");
        Progress::PartDone { part, scored: Scored::Model(Box::new(model)) }
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
        chosen: fitted.chosen,
        forecasts: fitted.forecasts,
        detection: None,
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
