//! The two tasks of the page. Each has its own settings and results; one stands in the state, the other is put aside.

use std::collections::BTreeMap;
use std::mem::swap;
use std::rc::Rc;

use super::{Link, Live, Look, Phase, Source, State, Verify, View};
use crate::config::{DataConfig, DetectProtocol, DetectStudy, RunConfig, presets};
use crate::data::DatasetSummary;
use crate::report::Report;

/// The simulated run that a look at detection is made on.
const ONE_RUN: &str = "mesh-paper";
/// The simulated runs of the protocols that need several.
const MANY_RUNS: &str = "mesh-p1";

/// What the page is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Task {
    /// Forecasting loads.
    #[default]
    Forecast,
    /// Detecting faults.
    Detect,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Forecast, Self::Detect];

    /// The task of a config.
    pub fn of(config: &RunConfig) -> Self {
        if config.detect.is_some() { Self::Detect } else { Self::Forecast }
    }

    /// Stable id.
    pub fn id(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::Detect => "detect",
        }
    }

    /// The task with this id.
    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.id() == id)
    }

    fn other(self) -> Self {
        match self {
            Self::Forecast => Self::Detect,
            Self::Detect => Self::Forecast,
        }
    }
}

/// What belongs to one task, while the page shows the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    phase: Phase,
    source: Source,
    dataset: Option<Rc<DatasetSummary>>,
    read_with: Option<DataConfig>,
    config: RunConfig,
    drafts: BTreeMap<String, String>,
    preset: String,
    report: Option<Rc<Report>>,
    live: Option<Rc<Live>>,
    look: Look,
    node: usize,
    selected: Rc<[u32]>,
    view: View,
    link: Link,
    verify: Verify,
}

impl Side {
    /// A task that was never looked at: its first preset.
    fn first(task: Task) -> Self {
        // Both tasks have presets; without one the page would show the default of the other.
        let mut all = presets();
        let place = all.iter().position(|preset| Task::of(&preset.config) == task).unwrap_or(0);
        let first = all.swap_remove(place);
        Self {
            phase: Phase::Ready,
            source: Source::Nothing,
            dataset: None,
            read_with: None,
            config: first.config,
            drafts: BTreeMap::new(),
            preset: first.id.to_owned(),
            report: None,
            live: None,
            look: Look::default(),
            node: 0,
            selected: Rc::default(),
            view: View::default(),
            link: Link::Nothing,
            verify: Verify::Idle,
        }
    }
}

/// Shows the other task, as it was left.
fn exchange(state: &mut State) {
    let other = state.task().other();
    let aside = state.other.take();
    let mut side = aside.map_or_else(|| Side::first(other), Rc::unwrap_or_clone);
    swap(&mut state.phase, &mut side.phase);
    swap(&mut state.source, &mut side.source);
    swap(&mut state.dataset, &mut side.dataset);
    swap(&mut state.read_with, &mut side.read_with);
    swap(&mut state.config, &mut side.config);
    swap(&mut state.drafts, &mut side.drafts);
    swap(&mut state.preset, &mut side.preset);
    swap(&mut state.report, &mut side.report);
    swap(&mut state.live, &mut side.live);
    swap(&mut state.look, &mut side.look);
    swap(&mut state.node, &mut side.node);
    swap(&mut state.selected, &mut side.selected);
    swap(&mut state.view, &mut side.view);
    swap(&mut state.link, &mut side.link);
    swap(&mut state.verify, &mut side.verify);
    state.other = Some(Rc::new(side));
}

/// Applies something to the side of a task, whichever is shown.
pub(super) fn on_side(state: &mut State, task: Task, apply: impl FnOnce(&mut State)) {
    let away = state.task() != task;
    if away {
        exchange(state);
    }
    apply(state);
    if away {
        exchange(state);
    }
}

/// Which data go along to the other task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Carry {
    /// The reader's files.
    Files,
    /// Whatever the worker holds.
    All,
}

/// Switches to a task. What the worker holds goes along as asked; a result of other data does not stay beside it.
pub(super) fn show_task(state: &mut State, task: Task, carry: Carry) {
    if state.task() == task || state.queued.is_some() {
        return;
    }
    let held = state.is_loaded() && state.source == state.held;
    let goes_along = held && (carry == Carry::All || state.source == Source::Files);
    let data = goes_along.then(|| (state.source.clone(), state.dataset.clone(), state.read_with.clone()));
    // The worker answers for the data that it holds.
    state.look = Look::default();
    exchange(state);
    match data {
        Some((source, dataset, read_with)) => receive(state, source, dataset, read_with),
        None if state.is_loaded() && state.source != state.held => {
            state.source = if state.dataset.is_some() { Source::Described } else { Source::Nothing };
        }
        None => {}
    }
}

fn receive(state: &mut State, source: Source, dataset: Option<Rc<DatasetSummary>>, read_with: Option<DataConfig>) {
    let fits = |report: &Rc<Report>| dataset.as_ref().is_some_and(|new| super::lab::same_data(&report.dataset, new));
    if state.report.as_ref().is_some_and(|report| !fits(report)) {
        (state.report, state.verify, state.selected) = (None, Verify::Idle, Rc::default());
        state.phase = Phase::Ready;
    }
    (state.source, state.dataset, state.read_with) = (source, dataset, read_with);
}

/// The scenario that a press of Run opens first; nothing where the present data are what is asked about.
pub fn wanted_scenario(state: &State) -> Option<&'static str> {
    let detect = state.config.detect.as_deref()?;
    let is_many = |protocol: DetectProtocol| {
        use DetectProtocol::{P1, P1Folds, P1Target, P2};
        matches!(protocol, P1 | P1Folds | P1Target | P2)
    };
    let needs_many = match &detect.study {
        DetectStudy::Protocols { protocols } | DetectStudy::Sensitivity { protocols, .. } => {
            protocols.iter().copied().any(is_many)
        }
        _ => is_many(detect.split.protocol),
    };
    let fitting = if needs_many { MANY_RUNS } else { ONE_RUN };
    match &state.source {
        Source::Files => None,
        // What the reader chose beside these two stays.
        Source::Sandbox(id) if id == fitting || (id != ONE_RUN && id != MANY_RUNS) => None,
        Source::Sandbox(_) | Source::Nothing => Some(fitting),
        // A result that is asked for again is asked of its own data.
        Source::Described if state.report.as_ref().is_some_and(|report| report.config == state.config) => None,
        Source::Described => state.scenario().map(|_| fitting),
    }
}
