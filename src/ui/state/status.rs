//! What the run bar says in each state.

use super::{Blocker, Job, Live, Phase, State, Task, Work, blocker, changes, sections_done};
use crate::config::{Cell, DetectCell, DetectConfig, DetectStudy, Detector, RunConfig, Study};
use crate::report::{ModelResult, Report, Verdict};
use crate::ui::settings::setting;
use crate::ui::{format, strings};

/// How a status is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As information.
    Plain,
    /// As an error.
    Error,
}

/// The words of the run bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The sentence.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Share done, 0 to 1; unknown where there is no total.
    pub progress: Option<f64>,
    /// A setting that the sentence is about.
    pub field: Option<String>,
    /// What is said aloud: the sentence, but progress by quarters only, so that it does not drown the page.
    pub spoken: String,
}

impl Status {
    fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { spoken: text.clone(), text, tone: Tone::Plain, progress: None, field: None }
    }

    fn progress(work: &str, text: String, share: f64) -> Self {
        let quarters = (share * 4.0).floor() as usize;
        Self { spoken: strings::spoken(work, quarters * 25), progress: Some(share), ..Self::plain(text) }
    }

    fn error(text: impl Into<String>) -> Self {
        Self { tone: Tone::Error, ..Self::plain(text) }
    }
}

/// What the run bar says.
pub fn status(state: &State) -> Status {
    if state.is_busy() && state.busy_with != state.task() {
        return Status::plain(strings::OTHER_TASK);
    }
    match &state.phase {
        Phase::Reading { bytes, total, rows } => reading(state, *bytes, *total, *rows),
        Phase::Preparing => Status::plain(strings::PREPARING),
        Phase::Training { part, epoch, secs_left, .. } => training(state, *part, *epoch, *secs_left),
        Phase::Stopping => Status::plain(strings::STOPPING),
        Phase::Failed { message, .. } => Status::error(message.as_str()),
        idle => resting(state, idle),
    }
}

fn reading(state: &State, bytes: u64, total: u64, rows: u64) -> Status {
    if total == 0 {
        let simulated = matches!(&state.work, Some(Work { job: Job::Open(super::Source::Sandbox(_)), .. }));
        return Status::plain(if simulated { strings::SIMULATING } else { strings::READING });
    }
    let text = strings::reading(&format::bytes(bytes), &format::bytes(total), &format::whole(rows));
    Status::progress(strings::READING, text, bytes as f64 / total as f64)
}

/// The first part at work is named; the others are counted, because their events come in turn.
fn training(state: &State, part: usize, epoch: usize, secs_left: Option<f64>) -> Status {
    let Some(live) = &state.live else { return Status::plain(strings::PREPARING) };
    let named = live.running().next().unwrap_or(part);
    let Some((plan, curve)) = live.parts.get(named).zip(live.curves.get(named)) else {
        return Status::plain(strings::PREPARING);
    };
    let (done, total) = sections_done(state).unwrap_or_default();
    let parts = strings::parts_at_work(&strings::parts_done(done, total), live.running().count());
    let model = strings::in_cell(&plan.label, &plan.model);
    let text = if plan.epochs == 0 {
        strings::fitting(&model, &parts)
    } else {
        let left = secs_left.map(format::duration);
        strings::training(&strings::Training {
            model: &model,
            seed: plan.seed,
            epoch: if curve.epoch > 0 { curve.epoch } else { epoch.max(1) },
            epochs: plan.epochs,
            best: curve.best_epoch,
            left: left.as_deref(),
            parts: &parts,
        })
    };
    Status::progress(strings::TRAINING, text, run_share(live))
}

/// Share of all planned epochs; a part that is done counts as a whole, however early it stopped.
fn run_share(live: &Live) -> f64 {
    let (mut total, mut done) = (0.0, 0.0);
    for (plan, curve) in live.parts.iter().zip(&live.curves) {
        // A closed-form model counts as a tenth of an epoch: enough to be seen.
        let weight = if plan.epochs == 0 { 0.1 } else { plan.epochs as f64 };
        let present = curve.epoch.saturating_sub(1) as f64 + f64::from(curve.share);
        total += weight;
        done += if curve.done { weight } else { present.min(weight) };
    }
    if total > 0.0 { done / total } else { 0.0 }
}

fn resting(state: &State, phase: &Phase) -> Status {
    match blocker(state) {
        Some(Blocker::Invalid { field, sentence }) => return Status { field: Some(field), ..Status::error(sentence) },
        Some(Blocker::FilesNeeded) => return Status::plain(strings::FILES_NEEDED),
        Some(Blocker::NoData) => return Status::plain(strings::NO_DATA),
        Some(Blocker::NoSeries) => return Status::plain(strings::NO_SERIES),
        Some(Blocker::Busy) | None => {}
    }
    let changes = changes(state);
    if !changes.is_empty() {
        return Status::plain(strings::differs(&changes));
    }
    match (phase, &state.report) {
        (Phase::Sample, Some(_)) if state.task() == Task::Detect => Status::plain(strings::DETECT_SAMPLE_STATUS),
        (Phase::Sample, Some(report)) => Status::plain(strings::sample_status(expected_secs(report).as_deref())),
        (Phase::Done { repeat }, Some(report)) => Status::plain(done(report, *repeat)),
        (Phase::Stopped, Some(report)) if !report.complete => Status::plain(stopped(report)),
        (Phase::Stopped, _) => Status::plain(strings::STOPPED),
        _ => Status::plain(plan(&state.config)),
    }
}

/// Times of another target say nothing about this machine's browser.
fn expected_secs(report: &Report) -> Option<String> {
    report.target.starts_with("wasm32").then(|| format::duration(total_secs(report)))
}

fn total_secs(report: &Report) -> f64 {
    report.timings.iter().map(|timing| timing.secs).sum()
}

fn done(report: &Report, repeat: Option<Verdict>) -> String {
    let stored = match repeat {
        None => "",
        Some(Verdict::Identical) => strings::REPEAT_IDENTICAL,
        Some(Verdict::WithinTolerance) => strings::REPEAT_WITHIN,
        Some(Verdict::Different) => strings::REPEAT_DIFFERENT,
    };
    strings::done(&format::duration(total_secs(report)), stored)
}

fn stopped(report: &Report) -> String {
    strings::stopped(kept_parts(report), planned_parts(&report.config))
}

/// Finished parts of a report: in a study those of all its cells, the first of which is the models of the report.
pub fn kept_parts(report: &Report) -> usize {
    let trained = |models: &[ModelResult]| models.iter().map(|model| model.seeds.len()).sum::<usize>();
    if let Some(found) = &report.detection {
        return found.cells.iter().flat_map(|cell| &cell.detectors).map(|detector| detector.seeds.len()).sum();
    }
    let Some(study) = &report.study else { return trained(&report.models) };
    study.groups.iter().flat_map(|group| &group.cells).map(|cell| trained(&cell.models)).sum()
}

/// The configs that a run consists of; of one that cannot run, the config itself, because its study may be endless.
pub fn planned_cells(config: &RunConfig) -> Vec<Cell> {
    let can_run = config.study == Study::Comparison || config.check().is_ok();
    if can_run { config.cells() } else { RunConfig { study: Study::Comparison, ..config.clone() }.cells() }
}

/// Parts of these cells: one per seed of a learned model, one for a closed-form model; those of one model if asked.
pub fn parts_of(cells: &[Cell], model: Option<&str>) -> usize {
    let parts = |cell: &Cell| -> usize {
        let models = cell.config.models.iter().filter(|other| model.is_none_or(|model| other.id() == model));
        models.map(|model| if model.is_learned() { cell.config.seeds.len() } else { 1 }).sum()
    };
    cells.iter().map(parts).sum()
}

/// The configs that a run of detection consists of; of one that cannot run, the config itself.
pub fn detect_cells(config: &RunConfig) -> Vec<DetectCell> {
    let Some(detect) = &config.detect else { return Vec::new() };
    let can_run = detect.study == DetectStudy::Comparison || config.check().is_ok();
    if can_run { detect.cells() } else { DetectConfig { study: DetectStudy::Comparison, ..(**detect).clone() }.cells() }
}

/// Parts of these cells: one per seed of a detector with chance, one for the others; those of one detector if asked.
pub fn detect_parts(cells: &[DetectCell], n_seeds: usize, detector: Option<Detector>) -> usize {
    let all = cells.iter().flat_map(|cell| &cell.config.detectors);
    let wanted = all.filter(|other| detector.is_none_or(|detector| detector == **other));
    wanted.map(|detector| if detector.is_seeded() { n_seeds } else { 1 }).sum()
}

/// Parts of a run.
pub fn planned_parts(config: &RunConfig) -> usize {
    if config.detect.is_some() {
        return detect_parts(&detect_cells(config), config.seeds.len(), None);
    }
    parts_of(&planned_cells(config), None)
}

fn plan(config: &RunConfig) -> String {
    if let Some(detect) = &config.detect {
        let cells = detect_cells(config);
        let parts = detect_parts(&cells, config.seeds.len(), None);
        return match &detect.study {
            DetectStudy::Comparison => strings::detect_plan(detect.detectors.len(), parts),
            _ => strings::study_plan(&study_words(config, "detect.study"), cells.len(), parts),
        };
    }
    if config.study != Study::Comparison {
        let cells = planned_cells(config);
        return strings::study_plan(&study_words(config, "study"), cells.len(), parts_of(&cells, None));
    }
    let learned = config.models.iter().filter(|model| model.is_learned()).count();
    strings::plan(learned, config.seeds.len(), config.models.len() - learned)
}

fn study_words(config: &RunConfig, field: &str) -> String {
    let study = setting(field).and_then(|setting| Some(setting.shown(&setting.value(config)?)));
    study.unwrap_or_default()
}
