//! What the run bar says in each state.

use super::{Blocker, Job, Phase, State, Work, blocker, changes, sections_done};
use crate::config::RunConfig;
use crate::report::{Report, Verdict};
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
    match &state.phase {
        Phase::Reading { bytes, total, rows } => reading(state, *bytes, *total, *rows),
        Phase::Preparing => Status::plain(strings::PREPARING),
        Phase::Training { part, epoch, share, secs_left } => training(state, *part, *epoch, *share, *secs_left),
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

fn training(state: &State, part: usize, epoch: usize, share: f32, secs_left: Option<f64>) -> Status {
    let Some(live) = &state.live else { return Status::plain(strings::PREPARING) };
    let Some(plan) = live.parts.get(part) else { return Status::plain(strings::PREPARING) };
    let (done, total) = sections_done(state).unwrap_or_default();
    let parts = strings::parts_done(done, total);
    let text = if plan.epochs == 0 {
        strings::fitting(&plan.model, &parts)
    } else {
        let best = live.curves.get(part).map_or(0, |curve| curve.best_epoch);
        let left = secs_left.map(format::duration);
        strings::training(&strings::Training {
            model: &plan.model,
            seed: plan.seed,
            epoch: epoch.max(1),
            epochs: plan.epochs,
            best,
            left: left.as_deref(),
            parts: &parts,
        })
    };
    Status::progress(strings::TRAINING, text, run_share(state, part, epoch, share))
}

/// Share of all planned epochs; a part that is done counts as a whole, however early it stopped.
fn run_share(state: &State, part: usize, epoch: usize, share: f32) -> f64 {
    let Some(live) = &state.live else { return 0.0 };
    // A closed-form model counts as a tenth of an epoch: enough to be seen.
    let weight = |epochs: usize| if epochs == 0 { 0.1 } else { epochs as f64 };
    let total: f64 = live.parts.iter().map(|plan| weight(plan.epochs)).sum();
    let done: f64 =
        live.parts.iter().zip(&live.curves).filter(|(_, curve)| curve.done).map(|(plan, _)| weight(plan.epochs)).sum();
    let present = live.curves.get(part).filter(|curve| !curve.done);
    let present = present.map_or(0.0, |_| epoch.saturating_sub(1) as f64 + f64::from(share));
    if total > 0.0 { ((done + present) / total).min(1.0) } else { 0.0 }
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
    let kept: usize = report.models.iter().map(|model| model.seeds.len()).sum();
    strings::stopped(kept, planned_parts(&report.config))
}

/// Parts of a run: one per seed of a learned model, one for a closed-form model.
pub fn planned_parts(config: &RunConfig) -> usize {
    config.models.iter().map(|model| if model.is_learned() { config.seeds.len() } else { 1 }).sum()
}

fn plan(config: &RunConfig) -> String {
    let learned = config.models.iter().filter(|model| model.is_learned()).count();
    strings::plan(learned, config.seeds.len(), config.models.len() - learned)
}
