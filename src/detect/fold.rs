//! One fold: scaled values of all runs, and which windows are for what.

use super::calls::Calls;
use crate::snapshot::{FeatureLayout, Hierarchy};

/// Scaled values of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunValues {
    /// Name for people.
    pub name: String,
    /// Start of the first snapshot, on the clock of the data.
    pub start_millis: i64,
    /// Values of all slices, `[S, I, W]`, scaled, finite.
    pub slices: Vec<f32>,
    /// Which instances are missing, `[S, I]`.
    pub missing: Vec<bool>,
}

/// A sequence of `Q` consecutive snapshots of a run, about which a detector decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Index of the run.
    pub run: u32,
    /// Its last snapshot; the others are the `Q − 1` before it.
    pub last: u32,
    /// Whether something is broken in its last snapshot.
    pub label: bool,
    /// Whether a fault begins or ends inside it, or ended shortly before: scored separately.
    pub buffer: bool,
    /// Index of the episode that it belongs to, in [`Fold::episodes`].
    pub episode: Option<u32>,
}

impl Window {
    /// Whether nothing is broken in it, or was shortly before.
    pub fn is_normal(&self) -> bool {
        !self.label && !self.buffer
    }
}

/// One fault of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Episode {
    /// Index of the run.
    pub run: u32,
    /// From when, on the clock of the data.
    pub start_millis: i64,
    /// Until when, not included.
    pub end_millis: i64,
    /// Fault type; empty if unknown.
    pub kind: String,
    /// What it was aimed at; empty if unknown.
    pub target: String,
    /// Instances that the target stands for, indices into the hierarchy's instances.
    pub instances: Vec<u32>,
}

/// A training window made up of two others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Synthetic {
    /// Indices into [`Fold::train`]: the window, and the neighbour it is moved to. Both the same: a copy.
    pub parents: [u32; 2],
    /// How far it is moved, 0 to 1.
    pub share: f32,
}

/// Everything a detector may see of one fold.
#[derive(Debug, Clone, PartialEq)]
pub struct Fold {
    /// The graph that all snapshots share.
    pub hierarchy: Hierarchy,
    /// Columns of the node features.
    pub layout: FeatureLayout,
    /// `Q`.
    pub sequence: usize,
    /// `T_w` in milliseconds.
    pub window_millis: i64,
    /// All runs that take part.
    pub runs: Vec<RunValues>,
    /// All faults, by run and start.
    pub episodes: Vec<Episode>,
    /// Training windows with their labels, by run and time.
    pub train: Vec<Window>,
    /// Windows to choose epochs and thresholds on.
    pub validation: Vec<Window>,
    /// Windows to score.
    pub test: Vec<Window>,
    /// Normal windows for detectors that learn from nothing else; usually those of `train` without label and buffer.
    pub normal: Vec<Window>,
    /// Made-up training windows.
    pub synthetic: Vec<Synthetic>,
    /// Call durations, if they are asked for.
    pub calls: Option<Calls>,
}

impl Fold {
    /// `I`.
    pub fn n_instances(&self) -> usize {
        self.hierarchy.n_instances()
    }

    /// `W`.
    pub fn n_slices(&self) -> usize {
        self.hierarchy.n_slices
    }

    /// Scaled values of a snapshot, `[I, W]`.
    pub fn snapshot(&self, run: u32, snapshot: u32) -> &[f32] {
        let n = self.n_instances() * self.n_slices();
        &self.runs[run as usize].slices[snapshot as usize * n..][..n]
    }

    /// Scaled values of a window, `Q` snapshots of `[I, W]`, oldest first.
    pub fn snapshots(&self, window: Window) -> impl Iterator<Item = &[f32]> {
        let first = window.last + 1 - self.sequence as u32;
        (first..=window.last).map(move |snapshot| self.snapshot(window.run, snapshot))
    }

    /// Scaled values of a made-up window, `Q` snapshots of `[I, W]`, oldest first: `x + share · (neighbour − x)`.
    pub fn made_up(&self, synthetic: Synthetic) -> Vec<f32> {
        let [one, other] = synthetic.parents.map(|parent| self.snapshots(self.train[parent as usize]).flatten());
        one.zip(other).map(|(x, neighbour)| between(*x, *neighbour, synthetic.share)).collect()
    }

    /// Which instances are missing in a snapshot, `[I]`.
    pub fn missing(&self, run: u32, snapshot: u32) -> &[bool] {
        let n = self.n_instances();
        &self.runs[run as usize].missing[snapshot as usize * n..][..n]
    }

    /// Standardised call durations of a snapshot, `[E]`, NaN where there was no call lately; nothing without calls.
    pub fn call_durations(&self, run: u32, snapshot: u32) -> impl Iterator<Item = f32> {
        let of_calls = |calls: &'_ Calls| {
            let n = calls.edges.len();
            let of_run = &calls.runs[run as usize];
            let cells = snapshot as usize * n..(snapshot as usize + 1) * n;
            let pairs = of_run.values[cells.clone()].iter().zip(&of_run.present[cells]);
            pairs.map(|(&value, &present)| if present { value } else { f32::NAN }).collect::<Vec<f32>>()
        };
        self.calls.as_ref().map(of_calls).unwrap_or_default().into_iter()
    }

    /// When a window is decided: the end of its last snapshot, on the clock of the data.
    pub fn decided_millis(&self, window: Window) -> i64 {
        self.runs[window.run as usize].start_millis + (i64::from(window.last) + 1) * self.window_millis
    }
}

/// The point at a share of the way from a value to that of a neighbour (MODELS.md B.8).
pub(super) fn between(x: f32, neighbour: f32, share: f32) -> f32 {
    x + share * (neighbour - x)
}
