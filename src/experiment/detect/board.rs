//! All test windows of a cell, whichever fold they are scored by, in the order of run and time.

use super::facts::Facts;
use crate::config::DetectProtocol;
use crate::detect::{Episode, Window};
use crate::evaluate::detection::{Instant, Span, Truth};

/// Windows of all folds side by side.
#[derive(Debug)]
pub(super) struct Board<'a> {
    pub(super) facts: Vec<&'a Facts>,
    /// Runs by fold and start: the same run in two folds of a stream is one, a run that two detectors were trained for
    /// is two.
    runs: Vec<(usize, i64)>,
    instants: Vec<Instant>,
    spans: Vec<Span>,
    /// Fold and index within it, of each window.
    pub(super) places: Vec<(usize, usize)>,
    /// The faults of [`Board::spans`].
    pub(super) episodes: Vec<&'a Episode>,
    step_millis: i64,
}

/// Which windows of a fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Validation,
    Test,
}

impl<'a> Board<'a> {
    pub(super) fn new(facts: Vec<&'a Facts>, protocol: DetectProtocol, which: Which) -> Self {
        // Under P2 every fold has a detector of its own for runs that it may share with others.
        let key = |fold: usize, start: i64| (if protocol == DetectProtocol::P2 { fold } else { 0 }, start);
        let all = || facts.iter().enumerate();
        let mut runs: Vec<(usize, i64)> =
            all().flat_map(|(fold, facts)| facts.runs.iter().map(move |run| key(fold, run.start_millis))).collect();
        runs.sort_unstable();
        runs.dedup();
        let run_of = |fold: usize, facts: &Facts, run: u32| {
            let wanted = key(fold, facts.runs[run as usize].start_millis);
            runs.binary_search(&wanted).unwrap_or_default() as u32
        };
        let mut windows: Vec<(Instant, (usize, usize))> = Vec::new();
        let mut episodes: Vec<(Span, &Episode)> = Vec::new();
        for (fold, facts) in all() {
            for (idx, window) in which.of(facts).iter().enumerate() {
                let run = run_of(fold, facts, window.run);
                let millis = facts.decided_millis(window);
                windows.push((Instant { run, millis, label: window.label, buffer: window.buffer }, (fold, idx)));
            }
            episodes.extend(facts.episodes.iter().map(|episode| {
                let run = run_of(fold, facts, episode.run);
                (Span { run, start_millis: episode.start_millis, end_millis: episode.end_millis }, episode)
            }));
        }
        windows.sort_unstable_by_key(|(instant, place)| (instant.run, instant.millis, *place));
        episodes.sort_unstable_by(|(a, x), (b, y)| {
            (a.run, a.start_millis, a.end_millis, &x.target, &x.kind).cmp(&(
                b.run,
                b.start_millis,
                b.end_millis,
                &y.target,
                &y.kind,
            ))
        });
        episodes.dedup_by(|(a, x), (b, y)| a == b && x.target == y.target && x.kind == y.kind);
        let step_millis = facts.first().map_or(1, |facts| facts.window_millis);
        let (instants, places) = windows.into_iter().unzip();
        let (spans, episodes) = episodes.into_iter().unzip();
        Self { facts, runs, instants, spans, places, episodes, step_millis }
    }

    pub(super) fn truth(&self) -> Truth<'_> {
        Truth { windows: &self.instants, step_millis: self.step_millis, episodes: &self.spans }
    }

    /// Scores of all windows from those of each fold; one that is missing is no number.
    pub(super) fn gather(&self, of_fold: impl Fn(usize, usize) -> f32) -> Vec<f32> {
        self.places.iter().map(|&(fold, idx)| of_fold(fold, idx)).collect()
    }

    /// The window at a place.
    pub(super) fn window(&self, place: (usize, usize), which: Which) -> &Window {
        &which.of(self.facts[place.0])[place.1]
    }

    /// Fault type of the fault that a window lies in.
    pub(super) fn kind(&self, place: (usize, usize), which: Which) -> Option<&str> {
        let episode = self.window(place, which).episode?;
        self.facts[place.0].episodes.get(episode as usize).map(|episode| episode.kind.as_str())
    }

    /// Name and start of each run.
    pub(super) fn run_names(&self) -> Vec<(String, i64)> {
        let name = |&(_, start): &(usize, i64)| {
            let runs = self.facts.iter().flat_map(|facts| &facts.runs);
            let found = runs.into_iter().find(|run| run.start_millis == start);
            (found.map_or_else(String::new, |run| run.name.clone()), start)
        };
        self.runs.iter().map(name).collect()
    }

    /// Run of each window, in the order of the windows.
    pub(super) fn run_of_each(&self) -> Vec<u32> {
        self.instants.iter().map(|instant| instant.run).collect()
    }

    /// Run and span of each fault.
    pub(super) fn spans(&self) -> &[Span] {
        &self.spans
    }
}

impl Which {
    pub(super) fn of(self, facts: &Facts) -> &[Window] {
        match self {
            Self::Validation => &facts.validation,
            Self::Test => &facts.test,
        }
    }
}
