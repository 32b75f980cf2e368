//! A run of detection as a state machine: cells of a study, folds of a cell, and one part per detector, fold and seed.

mod anchor;
mod asked;
mod assemble;
mod board;
mod facts;
mod judge;
mod located;
mod network;
mod remarks;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::part::{DetectScores, PartResult};
use super::parts::Parts;
use super::{ExperimentError, Progress, Scored};
use crate::config::{
    Checked, CheckedDetect, DetectCell, DetectConfig, DetectProtocol, DetectStudy, Detector, Supervision,
};
use crate::data::{Dataset, Fault};
use crate::detect::{Fold, Source};
use crate::protocol::PartPlan;
use crate::report::{DetectSeed, DetectorResult, Report, StopReason};
use facts::Facts;
use judge::Judge;
use network::Trained;

/// A run of detection in progress.
#[derive(Debug)]
pub(super) struct DetectRun {
    dataset: Arc<Dataset>,
    config: Checked,
    cells: Vec<CellState>,
    pub(super) parts: Parts,
    /// Fold of each part.
    folds: Vec<usize>,
    /// Runs of the cell that is worked on; large, so there is one at a time.
    source: Option<(usize, Source)>,
    /// The fold that is worked on, by cell and index.
    fold: Option<(usize, usize, Views)>,
    present: Option<Present>,
    /// Seeds of which all folds are done, judged once: by cell, detector and seed.
    judged: BTreeMap<(usize, Detector, u32), DetectSeed>,
}

/// A fold as detectors see it.
#[derive(Debug, Clone)]
struct Views {
    /// Those that learn from labels, and all others unless there is a fold for them.
    labelled: Rc<Fold>,
    /// Those that learn from normal windows, if these are of runs of their own.
    normal: Option<Rc<Fold>>,
}

impl Views {
    fn of(&self, detector: Detector) -> &Rc<Fold> {
        let normal = self.normal.as_ref().filter(|_| detector.supervision() != Supervision::Labels);
        normal.unwrap_or(&self.labelled)
    }
}

/// A cell and what is known of its folds so far.
#[derive(Debug)]
struct CellState {
    cell: DetectCell,
    config: CheckedDetect,
    facts: Vec<Option<Facts>>,
    /// Why this cell cannot be run; the others can.
    refused: Option<String>,
}

/// The part in progress.
#[derive(Debug)]
struct Present {
    part: usize,
    trained: Box<Trained>,
    share: f32,
}

impl DetectRun {
    pub(super) fn new(dataset: Arc<Dataset>, config: Checked) -> Self {
        let detect = config.detect.as_deref();
        // Each cell was checked with the config.
        let cells: Vec<CellState> = detect
            .into_iter()
            .flat_map(DetectConfig::cells)
            .filter_map(|cell| {
                let config = cell.config.check().ok()?;
                let facts = vec![None; n_folds(&dataset, &config)];
                Some(CellState { cell, config, facts, refused: None })
            })
            .collect();
        let (plan, folds) = plan(&cells, &config.seeds).into_iter().unzip();
        Self {
            parts: Parts::new(plan),
            folds,
            dataset,
            config,
            cells,
            source: None,
            fold: None,
            present: None,
            judged: BTreeMap::new(),
        }
    }

    /// What is asked of a part.
    pub(super) fn key_of(&self, part: usize) -> String {
        let plan = &self.parts.plan[part];
        let mut cell = (*self.cells[plan.cell].config).clone();
        cell.detectors.retain(|detector| detector.id() == plan.model);
        let data = &self.config.data;
        crate::digest::sha256_of(&(cell, data, self.config.backend, self.folds[part], plan.seed, self.is_shown(part)))
    }

    /// Whether a cell follows the script of the anchor, which cuts no windows.
    fn is_anchor(&self, cell: usize) -> bool {
        self.cells[cell].config.split.protocol == DetectProtocol::AnchorSockshop
    }

    /// Whether a part gives what only the figures need: embeddings, and scores before training.
    fn is_shown(&self, part: usize) -> bool {
        let plan = &self.parts.plan[part];
        plan.cell == 0 && self.config.seeds.first() == Some(&plan.seed)
    }

    pub(super) fn scored(&mut self, part: usize) -> Option<DetectorResult> {
        let cell = self.parts.plan.get(part)?.cell;
        let n_folds = if self.is_anchor(cell) { 0 } else { self.cells[cell].facts.len() };
        for fold in 0..n_folds {
            // Data that cannot be prepared are reported by the next step.
            self.find_facts(cell, fold).ok()?;
        }
        let detector = Detector::of(&self.parts.plan[part].model)?;
        self.judge_finished(cell, detector);
        Some(assemble::detector(self, cell, detector))
    }

    /// Judges the seeds of a detector of which all folds are done.
    fn judge_finished(&mut self, cell: usize, detector: Detector) {
        let mut seeds: Vec<u32> =
            self.parts_of(cell, detector).iter().map(|&part| self.parts.plan[part].seed).collect();
        seeds.sort_unstable();
        seeds.dedup();
        for seed in seeds {
            let key = (cell, detector, seed);
            if self.judged.contains_key(&key) {
                continue;
            }
            let parts = self.of_seed(cell, detector, seed);
            let results: Option<Vec<&PartResult>> =
                parts.iter().map(|&part| self.parts.results[part].as_ref()).collect();
            let found = if self.is_anchor(cell) {
                results.and_then(|_| crate::detectors::anchor(&self.dataset).ok()).map(|found| anchor::seed_of(&found))
            } else {
                // Detectors that were refused have no scores.
                let scored = results.filter(|results| results.iter().all(|result| result.detection.is_some()));
                self.judge(cell).zip(scored).map(|(judge, results)| judge.seed(&results))
            };
            let is_withheld = self.is_withheld();
            let told = |found| if is_withheld { asked::without_measures(found) } else { found };
            self.judged.extend(found.map(|found| (key, told(found))));
        }
    }

    /// Whether faults were inferred from the data themselves, so that there is nothing to measure against.
    fn is_withheld(&self) -> bool {
        self.dataset.system.faults.iter().any(Fault::is_inferred)
    }

    /// Parts of a detector of a cell.
    fn parts_of(&self, cell: usize, detector: Detector) -> Vec<usize> {
        let plan = self.parts.plan.iter().enumerate();
        plan.filter(|(_, part)| part.cell == cell && part.model == detector.id()).map(|(idx, _)| idx).collect()
    }

    /// Parts of one seed, fold by fold.
    fn of_seed(&self, cell: usize, detector: Detector, seed: u32) -> Vec<usize> {
        let mut parts = self.parts_of(cell, detector);
        parts.retain(|&part| self.parts.plan[part].seed == seed);
        parts.sort_unstable_by_key(|&part| self.folds[part]);
        parts
    }

    /// Scores of a detector's first seed, fold by fold, if all folds are done.
    fn first_scores(&self, cell: usize, detector: Detector) -> Option<Vec<&DetectScores>> {
        let seed = if detector.is_seeded() { *self.config.seeds.first()? } else { 0 };
        let parts = self.of_seed(cell, detector, seed);
        parts.iter().map(|&part| self.parts.results[part].as_ref()?.detection.as_deref()).collect()
    }

    /// A cell's windows, if all its folds are known.
    fn judge(&self, cell: usize) -> Option<Judge<'_>> {
        let state = &self.cells[cell];
        let facts: Option<Vec<&Facts>> = state.facts.iter().map(Option::as_ref).collect();
        facts.map(|facts| Judge::new(&facts, &state.config))
    }

    pub(super) fn step(&mut self) -> Result<Option<Progress>, ExperimentError> {
        if let Some(present) = self.present.take() {
            return Ok(Some(self.advance(present)));
        }
        if let Some(&part) = self.parts.queue.front().filter(|_| !self.parts.stopped) {
            let (cell, fold) = (self.parts.plan[part].cell, self.folds[part]);
            if self.is_anchor(cell) {
                let found = crate::detectors::anchor(&self.dataset).map_err(sentence)?;
                self.judged.insert((cell, Detector::Zmax, 0), anchor::seed_of(&found));
                self.parts.queue.pop_front();
                return Ok(Some(self.done(part, PartResult::default())));
            }
            if self.ready(cell, fold).is_none() {
                return match self.prepare(cell, fold) {
                    Ok(()) => Ok(Some(Progress::Prepared)),
                    // The other cells of a study may fit the data.
                    Err(why) if self.cells.len() > 1 => Ok(Some(self.refuse(part, why))),
                    Err(why) => Err(why),
                };
            }
            self.parts.queue.pop_front();
            return self.begin(part).map(Some);
        }
        if self.parts.is_helper { Ok(None) } else { self.find_missing_facts() }
    }

    /// Ends the run early; untrained weights are no result.
    pub(super) fn stop(&mut self) {
        self.parts.stopped = true;
        if let Some(present) = &mut self.present
            && !present.trained.stop()
        {
            self.present = None;
        }
    }

    pub(super) fn share_done(&self) -> f64 {
        let costs: Vec<f64> = self.parts.plan.iter().map(|part| (part.epochs as f64).max(0.1)).collect();
        let present = self.present.as_ref().map(|present| {
            let epochs = self.parts.plan[present.part].epochs.max(1) as f64;
            (present.part, (present.trained.epochs_done() as f64 + f64::from(present.share)) / epochs)
        });
        self.parts.share_done(&costs, present)
    }

    pub(super) fn report(&self) -> Option<Report> {
        assemble::report(self)
    }

    /// Facts of folds whose parts were done elsewhere.
    fn find_missing_facts(&mut self) -> Result<Option<Progress>, ExperimentError> {
        let lacks = |(cell, fold): &(usize, usize)| {
            let state = &self.cells[*cell];
            state.refused.is_none() && state.facts[*fold].is_none() && self.has_results(*cell, *fold)
        };
        let all =
            (0..self.cells.len()).flat_map(|cell| (0..self.cells[cell].facts.len()).map(move |fold| (cell, fold)));
        if let Some((cell, fold)) = all.collect::<Vec<_>>().into_iter().find(lacks) {
            self.find_facts(cell, fold)?;
            return Ok(Some(Progress::Prepared));
        }
        Ok(self.judge_next().then_some(Progress::Prepared))
    }

    /// Judges a detector whose parts were done elsewhere; false if there is none.
    fn judge_next(&mut self) -> bool {
        let before = self.judged.len();
        let all = self.parts.plan.iter().filter_map(|part| Some((part.cell, Detector::of(&part.model)?)));
        for (cell, detector) in all.collect::<BTreeSet<_>>() {
            self.judge_finished(cell, detector);
            if self.judged.len() > before {
                return true;
            }
        }
        false
    }

    /// Ends all parts of a cell without a result: its protocol does not fit the data.
    fn refuse(&mut self, part: usize, why: ExperimentError) -> Progress {
        let cell = self.parts.plan[part].cell;
        let of_cell: Vec<usize> =
            self.parts.queue.iter().copied().filter(|&idx| self.parts.plan[idx].cell == cell).collect();
        for idx in of_cell {
            let chosen = why.to_string();
            self.parts.accept(idx, PartResult { chosen, ..PartResult::default() });
        }
        self.cells[cell].refused = Some(why.to_string());
        self.part_done(part)
    }

    fn has_results(&self, cell: usize, fold: usize) -> bool {
        let parts = self.parts.plan.iter().zip(&self.folds).zip(&self.parts.results);
        parts.into_iter().any(|((part, of), result)| {
            part.cell == cell && *of == fold && result.as_ref().is_some_and(|result| result.detection.is_some())
        })
    }

    fn ready(&self, cell: usize, fold: usize) -> Option<&Views> {
        self.fold.as_ref().filter(|known| (known.0, known.1) == (cell, fold)).map(|known| &known.2)
    }

    fn find_facts(&mut self, cell: usize, fold: usize) -> Result<(), ExperimentError> {
        if self.cells[cell].facts[fold].is_none() { self.prepare(cell, fold) } else { Ok(()) }
    }

    /// Cuts a fold. Runs are large, so those of one cell are given up for those of another.
    fn prepare(&mut self, cell: usize, fold: usize) -> Result<(), ExperimentError> {
        self.fold = None;
        let state = &mut self.cells[cell];
        if self.source.as_ref().is_none_or(|(known, _)| *known != cell) {
            self.source = None;
            self.source = Some((cell, Source::new(&self.dataset, &state.config).map_err(sentence)?));
        }
        let Some((_, source)) = &self.source else { return Ok(()) };
        let mut cut = source.fold(fold).map_err(sentence)?;
        let normal = source.unlabelled(fold).map_err(sentence)?.map(Rc::new);
        let balanced = crate::detect::balance(&mut cut, &state.config.balance, state.config.split.seed);
        // Whoever makes the report needs facts; a helper does not.
        if state.facts[fold].is_none() && !self.parts.is_helper {
            let summary = source.summary(fold).map_err(sentence)?;
            let instances = source.deployment().instances.iter().map(|instance| instance.name.clone()).collect();
            let mut facts = Facts::of(&cut, summary, &state.config, instances);
            facts.calls = state
                .config
                .network
                .node_head
                .then(|| located::CallFacts::of(&cut, &source.deployment().types))
                .flatten();
            facts.remarks.extend(remarks::of_balance(&balanced));
            facts.has_normal_runs = normal.is_some();
            if self.config.detect.as_ref().is_some_and(|detect| detect.study == DetectStudy::Complexity) {
                facts.costs = crate::detect::costs(&cut.hierarchy, state.config.network.hidden);
            }
            facts.remarks.extend(remarks::of_calls(&cut, &state.config));
            state.facts[fold] = Some(facts);
        }
        self.fold = Some((cell, fold, Views { labelled: Rc::new(cut), normal }));
        Ok(())
    }

    fn begin(&mut self, part: usize) -> Result<Progress, ExperimentError> {
        let plan = self.parts.plan[part].clone();
        let fold_idx = self.folds[part];
        let unknown = || ExperimentError(format!("The config has no detector {}", plan.model));
        let detector = Detector::of(&plan.model).ok_or_else(unknown)?;
        let fold = self.ready(plan.cell, fold_idx).map(|views| views.of(detector).clone());
        let fold = fold.ok_or_else(|| ExperimentError("The part was not prepared".to_owned()))?;
        if detector.needs_calls() && fold.calls.is_none() {
            let why = remarks::without_calls(detector);
            let is_alone = |state: &CellState| state.config.detectors.iter().all(|detector| detector.needs_calls());
            return match self.cells.iter().all(is_alone) {
                true => Err(ExperimentError(why)),
                false => Ok(self.done(part, PartResult { chosen: why, ..PartResult::default() })),
            };
        }
        if detector.is_network() {
            let config = &self.cells[plan.cell].config;
            let chance = (self.config.backend, plan.seed);
            let trained = Trained::new(fold, detector, config, chance, self.is_shown(part)).map_err(sentence)?;
            self.present = Some(Present { part, trained: Box::new(trained), share: 0.0 });
            return Ok(Progress::Step { part, epoch: 1, share: 0.0 });
        }
        let scores = crate::detectors::fit_and_score(detector, &fold, plan.seed);
        let scores = scores.ok_or_else(|| ExperimentError(format!("{} cannot be fitted on these data", plan.model)))?;
        let mut result = fitted(plan.seed, fold_idx, scores);
        if self.cells[plan.cell].config.network.node_head
            && let Some(scores) = result.detection.as_deref_mut()
        {
            located::add(scores, &crate::detectors::blame(detector, &fold), fold.n_instances());
        }
        Ok(self.done(part, result))
    }

    fn advance(&mut self, mut present: Present) -> Progress {
        let part = present.part;
        self.parts.clock.is_forecasting = present.trained.is_scoring();
        let progress = present.trained.step(part);
        self.parts.clock.n_forecast = present.trained.n_scored();
        match progress {
            None => {
                let result = present.trained.finish(self.parts.plan[part].seed, self.folds[part]);
                self.done(part, result)
            }
            Some(progress) => {
                present.share = if let Progress::Step { share, .. } = progress { share } else { 0.0 };
                self.present = Some(present);
                progress
            }
        }
    }

    fn done(&mut self, part: usize, result: PartResult) -> Progress {
        self.parts.results[part] = Some(result);
        let cell = self.parts.plan[part].cell;
        if let Some(detector) = Detector::of(&self.parts.plan[part].model).filter(|_| !self.parts.is_helper) {
            self.judge_finished(cell, detector);
        }
        self.part_done(part)
    }

    /// What is known of the detector of a part.
    fn part_done(&self, part: usize) -> Progress {
        let plan = &self.parts.plan[part];
        let known = Detector::of(&plan.model).map(|detector| assemble::detector(self, plan.cell, detector));
        Progress::PartDone { part, scored: Scored::Detector(Box::new(known.unwrap_or_default())) }
    }
}

/// Folds of a protocol: blocks of a stream, groups of runs, or one per fault type.
fn n_folds(dataset: &Dataset, config: &DetectConfig) -> usize {
    match config.split.protocol {
        DetectProtocol::P3 | DetectProtocol::P1Folds => config.split.folds,
        DetectProtocol::P2 => {
            let mut kinds: Vec<&str> = dataset.system.faults.iter().map(|fault| fault.kind.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            kinds.len().max(1)
        }
        _ => 1,
    }
}

/// Cell by cell and fold by fold, so that a fold is cut once: detectors without epochs first, then seed by seed.
fn plan(cells: &[CellState], seeds: &[u32]) -> Vec<(PartPlan, usize)> {
    let mut plan = Vec::new();
    for (idx, state) in cells.iter().enumerate() {
        let n_folds = state.facts.len();
        for fold in 0..n_folds {
            let of_fold = (n_folds > 1).then(|| format!("fold {}", fold + 1));
            let of_cell = (!state.cell.label.is_empty()).then(|| format!("{} {}", state.cell.group, state.cell.label));
            let label = of_cell.into_iter().chain(of_fold).collect::<Vec<_>>().join(", ");
            let (networks, others): (Vec<Detector>, Vec<Detector>) =
                state.config.detectors.iter().partition(|detector| detector.is_network());
            for detector in others.into_iter().chain(networks) {
                let epochs = if detector.is_network() { state.config.train.epochs } else { 0 };
                let seeds = if detector.is_seeded() { seeds } else { &[0][..] };
                plan.extend(seeds.iter().map(|&seed| {
                    let model = detector.id().to_owned();
                    (PartPlan { model, seed, epochs, cell: idx, label: label.clone() }, fold)
                }));
            }
        }
    }
    plan
}

fn fitted(seed: u32, fold: usize, scores: crate::detectors::Scores) -> PartResult {
    PartResult {
        seed,
        n_params: scores.n_params,
        stop: StopReason::Fitted,
        weights_sha256: crate::digest::sha256_of_floats(&scores.test),
        chosen: scores.chosen,
        detection: Some(Box::new(DetectScores {
            fold,
            is_probability: scores.is_probability,
            validation: scores.validation,
            test: scores.test,
            normal: scores.normal,
            ..DetectScores::default()
        })),
        ..PartResult::default()
    }
}

fn sentence(error: impl ToString) -> ExperimentError {
    ExperimentError(error.to_string())
}
