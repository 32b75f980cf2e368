//! The reader's side of the reducer: [`super::lab`] has the worker's.

use std::rc::Rc;

use super::task::{Carry, on_side, show_task};
use super::{Action, Column, Job, Link, Phase, Sort, Source, StageId, State, Task, Verify, View, Work, lab};
use crate::config::{Detector, ModelConfig, RunConfig, preset};
use crate::protocol::Stage;
use crate::report::{Receipt, Report};
use crate::ui::order::sort_by;
use crate::ui::settings::setting;

/// The state after an action.
pub fn reduce(state: &State, action: Action) -> State {
    let mut next = state.clone();
    apply(&mut next, action);
    next
}

fn apply(state: &mut State, action: Action) {
    match action {
        Action::Lab(event) => {
            let task = if event.run().is_some() { state.busy_with } else { state.task() };
            on_side(state, task, |state| lab::apply(state, event));
        }
        Action::SampleLoaded(report) => {
            let task = Task::of(&report.config);
            on_side(state, task, |state| sample_loaded(state, *report));
        }
        Action::SampleMissing => {}
        Action::ReportOpened(report) => report_opened(state, *report),
        Action::FileRefused(message) => state.phase = Phase::Failed { stage: Stage::Read, message },
        Action::LinkOpened(receipt) => link_opened(state, *receipt),
        Action::LinkRefused(message) => state.link = Link::Unreadable(message),
        Action::Began(work) => began(state, work),
        Action::RunQueued(queued) => state.queued = Some(queued),
        Action::StopPressed => {
            let task = state.busy_with;
            on_side(state, task, stop_pressed);
        }
        Action::Typed { field, text } => typed(state, &field, text),
        Action::ReadingChanged(data) => state.config.data = *data,
        Action::TaskChosen(task) => show_task(state, task, Carry::Files),
        Action::WindowsChosen(windows) => choose_windows(state, windows),
        Action::Viewed(view) => state.view = view,
        Action::ModelToggled(id) if state.task() == Task::Detect => toggle_detector(state, &id),
        Action::ModelToggled(id) => toggle_model(state, &id),
        Action::PresetChosen(id) => choose_preset(state, &id),
        Action::ConfigGiven(config) => {
            show_task(state, Task::of(&config), Carry::All);
            give_config(state, *config);
        }
        Action::UndoPressed => undo(state),
        Action::StageToggled(stage) => toggle_stage(state, stage),
        Action::StageOpened(stage) => _ = state.open.insert(stage),
        Action::NodeChosen(node) => state.node = node,
        Action::LookedAt { bin, asked } => {
            state.look.bin = Some(bin);
            state.look.asked = asked.then_some(bin).or(state.look.asked);
        }
        Action::Sorted(column) => state.sort = sorted(state.sort, column),
        Action::AllMetricsToggled => state.all_metrics = !state.all_metrics,
        Action::ThemeChosen(theme) => state.theme = theme,
        Action::Said(text) => state.toast = Some(text),
        Action::ToastOver => state.toast = None,
    }
}

/// The sample is for a page on which nothing has happened yet.
fn sample_loaded(state: &mut State, report: Report) {
    let touched = state.touched && state.task() == Task::Forecast;
    let has_own = state.dataset.is_some() || state.phase != Phase::Ready || state.report.is_some();
    if touched || has_own || matches!(state.link, Link::Receipt(_)) {
        return;
    }
    show(state, report);
    state.phase = Phase::Sample;
}

fn report_opened(state: &mut State, report: Report) {
    if state.is_busy() {
        return;
    }
    show_task(state, Task::of(&report.config), Carry::All);
    let same = state.dataset.as_deref().is_some_and(|present| lab::same_data(present, &report.dataset));
    let source = if same { state.source.clone() } else { Source::Described };
    show(state, report);
    state.source = source;
    state.phase = Phase::Ready;
    state.link = Link::Nothing;
    state.touched = true;
    state.open.insert(StageId::Results);
}

fn show(state: &mut State, report: Report) {
    state.source = Source::Described;
    state.dataset = Some(Rc::new(report.dataset.clone()));
    give_config(state, report.config.clone());
    state.report = Some(Rc::new(report));
    state.live = None;
    state.node = 0;
    (state.selected, state.view) = (Rc::default(), View::default());
    state.verify = Verify::Idle;
}

/// A link waits for its data; no other result stands beside it.
fn link_opened(state: &mut State, receipt: Receipt) {
    if state.is_busy() {
        return;
    }
    show_task(state, Task::of(&receipt.config), Carry::Files);
    give_config(state, receipt.config.clone());
    state.report = None;
    state.live = None;
    state.verify = Verify::Idle;
    state.phase = Phase::Ready;
    if state.source == Source::Described {
        state.source = Source::Nothing;
        state.dataset = None;
    }
    state.open.extend([StageId::Data, StageId::Share]);
    state.link = Link::Receipt(Rc::new(receipt));
}

fn began(state: &mut State, work: Work) {
    state.touched = true;
    state.queued = None;
    if matches!(work.job, Job::Model | Job::Score) {
        show_task(state, Task::Forecast, Carry::All);
    }
    let (before, task) = (state.busy_with, state.task());
    if state.work.is_some() && before != task {
        // The work of the other task is given up.
        on_side(state, before, |side| (side.phase, side.live) = (Phase::Ready, None));
    }
    state.busy_with = task;
    state.phase = match &work.job {
        Job::Open(_) | Job::Model => Phase::Reading { bytes: 0, total: 0, rows: 0 },
        Job::Run | Job::Score | Job::Verify(_) => Phase::Preparing,
    };
    state.live = None;
    match work.job {
        Job::Open(_) => {}
        Job::Model => state.model = None,
        Job::Run | Job::Score | Job::Verify(_) => _ = state.open.insert(StageId::Results),
    }
    if matches!(work.job, Job::Verify(_)) {
        state.verify = Verify::Running;
    }
    state.work = Some(work);
}

fn stop_pressed(state: &mut State) {
    state.queued = None;
    if state.work.is_some() {
        state.phase = Phase::Stopping;
    }
}

/// A text that is no value is kept as it was typed, and the old value stays.
fn typed(state: &mut State, field: &str, text: String) {
    let Some(setting) = setting(field) else { return };
    if (setting.set)(&mut state.config, &text) {
        state.drafts.remove(field);
        drop_orphans(state);
    } else {
        state.drafts.insert(field.to_owned(), text);
    }
}

/// Models in the order in which they are listed: those with a graph, those that read each series by itself, and the
/// simple ones.
pub const MODEL_GROUPS: [&[&str]; 3] = [
    &["tsf", "stgcn", "gwnet", "dcrnn", "agcrn", "mtgnn", "timegnn"],
    &["gru", "lstm", "bilstm", "mlp", "transformer", "bert", "informer_ts"],
    &["nlinear", "dlinear", "ar", "arma", "ets", "mstl", "moving_average", "seasonal_naive", "persistence"],
];

fn toggle_model(state: &mut State, id: &str) {
    let models = &mut state.config.models;
    if models.iter().any(|model| model.id() == id) {
        models.retain(|model| model.id() != id);
        drop_orphans(state);
        return;
    }
    let epochs = state.config.train.epochs;
    let wanted =
        preset(&state.preset).and_then(|preset| preset.config.models.into_iter().find(|model| model.id() == id));
    if let Some(model) = wanted.or_else(|| default_within(id, epochs)) {
        models.push(model);
        let order = MODEL_GROUPS.concat();
        let place = |model: &ModelConfig| order.iter().position(|id| *id == model.id());
        sort_by(models, |a, b| place(a).cmp(&place(b)));
    }
}

/// Detectors in the order in which they are listed: the paper's model and its ablations, charts and trees, what learns
/// from normal windows, what the paper names, and what must not win.
pub const DETECTOR_GROUPS: [&[Detector]; 5] = {
    use Detector::{
        Clock, Cusum, CycleDev, DbscanCpu, Ewma, GbmLite, Gcn25, GcnAvg, GcnOnly, Gdn, GgnnSvdd, GruPred, Iforest,
        Integrated, Logreg, LstmAe, LstmOnly, Mp, MpPlain, NoGraphEdges, PcaSpe, Prior, ReplicaDev, RpcStgcn,
        SepParallel, SepStaged, Sgc, Static, StaticPred, TegGgnnSvdd, Usad, Zmax, Ztop3,
    };
    [
        &[Integrated, GcnOnly, SepParallel, SepStaged, GcnAvg, Gcn25, LstmOnly, Static, NoGraphEdges, Sgc],
        &[Logreg, GbmLite, Zmax, Ztop3, Ewma, Cusum, ReplicaDev, CycleDev],
        &[Iforest, PcaSpe, Mp, MpPlain, LstmAe, Usad, Gdn, GruPred],
        &[DbscanCpu, StaticPred, GgnnSvdd, TegGgnnSvdd, RpcStgcn],
        &[Clock, Prior],
    ]
};

/// A detector that is switched on takes its place in the order of the page; the others keep theirs.
fn toggle_detector(state: &mut State, id: &str) {
    let (Some(detect), Some(detector)) = (&mut state.config.detect, Detector::of(id)) else { return };
    let detectors = &mut detect.detectors;
    if detectors.contains(&detector) {
        detectors.retain(|other| *other != detector);
        return;
    }
    let order = DETECTOR_GROUPS.concat();
    let place = |detector: &Detector| order.iter().position(|other| other == detector);
    let at = detectors.iter().position(|other| place(other) > place(&detector)).unwrap_or(detectors.len());
    detectors.insert(at, detector);
}

/// The same windows once more are let go.
fn choose_windows(state: &mut State, mut windows: Vec<u32>) {
    windows.sort_unstable();
    windows.dedup();
    let run = state.report.as_ref().and_then(|report| {
        let board = report.detection.as_ref()?.board.as_ref()?;
        windows.first().and_then(|first| board.run.get(*first as usize).copied())
    });
    let again = *state.selected == *windows;
    state.selected = if again { Rc::default() } else { windows.into() };
    // The timeline shows where they are.
    state.view.run = run.unwrap_or(state.view.run);
}

/// A model with its default settings. Pre-training counts in the budget of epochs and stays below it.
fn default_within(id: &str, epochs: usize) -> Option<ModelConfig> {
    let mut model = ModelConfig::default_of(id)?;
    if let ModelConfig::Bert(bert) = &mut model
        && bert.pretrain_epochs >= epochs
    {
        bert.pretrain_epochs = (epochs / 3).max(1);
    }
    Some(model)
}

/// Texts of settings that the config does not have any more.
fn drop_orphans(state: &mut State) {
    let State { drafts, config, .. } = state;
    drafts.retain(|field, _| setting(field).is_some_and(|setting| setting.value(config).is_some()));
}

/// A preset says nothing about the reader's files, so how they are read stays.
fn choose_preset(state: &mut State, id: &str) {
    let Some(preset) = preset(id) else { return };
    show_task(state, Task::of(&preset.config), Carry::All);
    state.preset = preset.id.to_owned();
    let data = std::mem::take(&mut state.config.data);
    state.config = RunConfig { data, ..preset.config };
    state.drafts.clear();
}

/// The preset of a config is the one it differs from least.
pub(super) fn give_config(state: &mut State, config: RunConfig) {
    let distance = |preset: &crate::config::Preset| {
        crate::ui::settings::differences(&preset.config, &config).len()
            + usize::from(preset.config.models != config.models)
    };
    let presets = crate::config::presets();
    let same_task = presets.iter().filter(|preset| Task::of(&preset.config) == Task::of(&config));
    if let Some(nearest) = same_task.min_by_key(|preset| distance(preset)) {
        state.preset = nearest.id.to_owned();
    }
    state.config = config;
    state.drafts.clear();
}

fn undo(state: &mut State) {
    if let Some(report) = state.report.clone() {
        give_config(state, report.config.clone());
    }
}

fn toggle_stage(state: &mut State, stage: StageId) {
    if !state.open.remove(&stage) {
        state.open.insert(stage);
    }
}

fn sorted(now: Sort, column: Column) -> Sort {
    Sort { column, descending: now.column == column && !now.descending }
}
