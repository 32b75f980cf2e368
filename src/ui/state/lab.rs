//! The worker's side of the reducer.

use std::rc::Rc;

use super::reduce::give_config;
use super::{Job, Live, LiveCurve, Look, Phase, Source, StageId, State, Verify, View};
use crate::data::DatasetSummary;
use crate::explore::Frame;
use crate::protocol::{Event, PROTOCOL, PartPlan, Stage};
use crate::report::{EpochPoint, Receipt, Report, Verdict};
use crate::ui::strings;

pub(super) fn apply(state: &mut State, event: Event) {
    if let Event::Ready { protocol, .. } = event {
        return ready(state, protocol);
    }
    if let Event::Looked { frame } = event {
        return looked(state, frame.map(|frame| *frame));
    }
    let Some(job) = state.work.as_ref().filter(|work| event.run() == Some(work.run)).map(|work| work.job.clone())
    else {
        return;
    };
    match event {
        Event::Ready { .. } | Event::Looked { .. } => {}
        Event::Reading { bytes, total_bytes, rows, .. } => {
            go_on(state, Phase::Reading { bytes, total: total_bytes, rows });
        }
        Event::Opened { summary, .. } => opened(state, *summary, job),
        Event::ModelOpened { model, .. } => {
            state.model = Some(Rc::new(model));
            state.open.insert(StageId::Data);
            ended(state, Phase::Ready);
        }
        Event::Planned { parts, .. } => planned(state, parts),
        Event::Step { part, epoch, share, secs_left, .. } => {
            step(state, part, epoch, share);
            go_on(state, Phase::Training { part, epoch, share, secs_left });
        }
        Event::Epoch { part, point, best_epoch, .. } => epoch(state, part, point, best_epoch),
        Event::PartDone { part, model, .. } => part_done(state, part, |live, cell| live.take_in(cell, *model)),
        Event::DetectorDone { part, detector, .. } => {
            part_done(state, part, |live, cell| live.take_in_detector(cell, *detector));
        }
        // Between workers only.
        Event::PartFinished { .. } => {}
        Event::Finished { report, .. } => finished(state, report, job),
        Event::Stopped { .. } => ended(state, Phase::Stopped),
        Event::Failed { stage, message, .. } => ended(state, Phase::Failed { stage, message }),
    }
}

fn ready(state: &mut State, protocol: u32) {
    if protocol != PROTOCOL {
        state.phase = Phase::Failed { stage: Stage::Start, message: strings::OTHER_VERSION.to_owned() };
    }
}

fn looked(state: &mut State, frame: Result<Frame, String>) {
    state.look.asked = None;
    match frame {
        Ok(frame) => {
            state.look.frame = Some(Rc::new(frame));
            state.look.error = None;
        }
        Err(error) => state.look.error = Some(error),
    }
}

/// Progress does not undo a Stop that has not been answered yet.
fn go_on(state: &mut State, phase: Phase) {
    if state.phase != Phase::Stopping {
        state.phase = phase;
    }
}

/// A new data set empties the results, because none is shown beside data it was not made from.
fn opened(state: &mut State, summary: DatasetSummary, job: Job) {
    if state.report.as_ref().is_some_and(|report| !same_data(&report.dataset, &summary)) {
        state.report = None;
        state.verify = Verify::Idle;
        state.node = 0;
        (state.selected, state.view) = (Rc::default(), View::default());
    }
    state.dataset = Some(Rc::new(summary));
    state.read_with = Some(state.config.data.clone());
    state.look = Look::default();
    let Job::Open(source) = job else { return };
    if source == Source::Files {
        state.open.insert(StageId::Data);
    }
    state.held = source.clone();
    state.source = source;
    state.work = None;
    state.live = None;
    state.phase = Phase::Ready;
}

/// The same bytes on the same grid; names of files do not count.
pub(super) fn same_data(a: &DatasetSummary, b: &DatasetSummary) -> bool {
    let hashes = |summary: &DatasetSummary| summary.files.iter().map(|file| file.sha256.clone()).collect::<Vec<_>>();
    hashes(a) == hashes(b)
        && (a.synthetic, a.grid_secs, a.start_secs, a.n_bins) == (b.synthetic, b.grid_secs, b.start_secs, b.n_bins)
        && a.nodes == b.nodes
        && if a.synthetic { a.name == b.name } else { !a.files.is_empty() }
}

fn planned(state: &mut State, parts: Vec<PartPlan>) {
    let curves = vec![LiveCurve::default(); parts.len()];
    state.live = Some(Rc::new(Live { parts, curves, ..Live::default() }));
    go_on(state, Phase::Training { part: 0, epoch: 0, share: 0.0, secs_left: None });
}

fn curve(state: &mut State, part: usize) -> Option<&mut LiveCurve> {
    state.live.as_mut().and_then(|live| Rc::make_mut(live).curves.get_mut(part))
}

/// Events of several parts come in any order; each part keeps its own place.
fn step(state: &mut State, part: usize, epoch: usize, share: f32) {
    let Some(curve) = curve(state, part) else { return };
    (curve.epoch, curve.share) = (epoch.max(1), share);
}

fn epoch(state: &mut State, part: usize, point: EpochPoint, best_epoch: usize) {
    let Some(curve) = curve(state, part) else { return };
    curve.epoch = curve.epoch.max(point.epoch);
    curve.points.push(point);
    curve.best_epoch = best_epoch;
}

fn part_done(state: &mut State, part: usize, take_in: impl FnOnce(&mut Live, usize)) {
    let Some(live) = state.live.as_mut().map(Rc::make_mut) else { return };
    let (Some(curve), Some(plan)) = (live.curves.get_mut(part), live.parts.get(part)) else { return };
    curve.done = true;
    let cell = plan.cell;
    take_in(live, cell);
}

fn finished(state: &mut State, report: Rc<Report>, job: Job) {
    let repeat = state.report.as_ref().and_then(|before| repeats(before, &report));
    let phase = if report.complete { Phase::Done { repeat } } else { Phase::Stopped };
    state.verify = match &job {
        Job::Verify(expected) if report.complete => answer(expected, &report),
        _ => Verify::Idle,
    };
    if job == Job::Score {
        // The settings are those of the model; none of them was the reader's wish.
        give_config(state, report.config.clone());
    }
    let n_nodes = report.protocol.nodes.len();
    state.node = if state.node < n_nodes { state.node } else { 0 };
    (state.selected, state.view) = (Rc::default(), View::default());
    state.dataset = Some(Rc::new(report.dataset.clone()));
    if !state.is_loaded() && state.held != Source::Nothing {
        state.source = state.held.clone();
    }
    state.report = Some(report);
    state.live = None;
    state.work = None;
    state.phase = phase;
}

/// Whether the same question was asked of the same data before, and what came out this time.
fn repeats(before: &Report, now: &Report) -> Option<Verdict> {
    let same =
        before.config == now.config && before.complete && now.complete && same_data(&before.dataset, &now.dataset);
    same.then(|| Receipt::of(before, None).compare(&Receipt::of(now, None)).0)
}

fn answer(expected: &Receipt, report: &Report) -> Verify {
    let (verdict, differences) = expected.compare(&Receipt::of(report, expected.scenario.as_deref()));
    Verify::Answered { verdict, differences, n_numbers: n_numbers(report) }
}

/// Numbers that the metric digest covers: nine for each finished training, and every measure of a detector.
fn n_numbers(report: &Report) -> usize {
    let cells = report.detection.iter().flat_map(|found| &found.cells);
    let seeds = cells.flat_map(|cell| &cell.detectors).flat_map(|detector| &detector.seeds);
    let measured = seeds.flat_map(|seed| &seed.measures).filter(|measure| measure.value.is_some()).count();
    measured + 9 * report.models.iter().map(|model| model.seeds.len()).sum::<usize>()
}

fn ended(state: &mut State, phase: Phase) {
    state.work = None;
    state.queued = None;
    state.live = None;
    if state.verify == Verify::Running {
        state.verify = Verify::Idle;
    }
    state.phase = phase;
}
