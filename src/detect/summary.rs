//! What a report and an audit say of a fold.

use serde::{Deserialize, Serialize};

use super::fold::Window;
use super::scale::SnapshotRange;
use super::source::Chosen;
use super::split::{Part, nearest};
use crate::config::{DetectConfig, DetectProtocol, ScaleFrom};
use crate::snapshot::ByClass;

/// Plain facts of a fold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FoldSummary {
    /// The protocol.
    pub protocol: DetectProtocol,
    /// Runs that take part, in the order of the fold.
    pub runs: Vec<RunSummary>,
    /// Runs of the data that do not take part because nothing can be cut from them, and why.
    pub left_out: Vec<String>,
    /// Windows of training, validation and test.
    pub windows: [WindowCounts; 3],
    /// Normal windows for detectors that learn from nothing else.
    pub n_normal: u64,
    /// Episodes with a labelled window in training, validation and test.
    pub episodes: [u64; 3],
    /// Windows left out because they are too near to those of another part.
    pub n_purged: u64,
    /// Distance kept at cuts inside a run, beyond the length of a sequence, in milliseconds.
    pub purge_millis: i64,
    /// What is kept behind a test block in addition, in milliseconds; 0 if the protocol has no blocks.
    pub embargo_millis: i64,
    /// Blocks of all runs, by class (MODELS.md B.2, step 3).
    pub n_blocks: ByClass,
    /// Blocks that were left out because too much is missing.
    pub n_dropped: ByClass,
    /// Instances marked as missing, block by block, in the others.
    pub n_marked: ByClass,
    /// Test windows that share snapshots with training windows.
    pub shared: Shared,
    /// Where the scale comes from.
    pub scale: ScaleFrom,
    /// Snapshots that the scale was fitted on.
    pub scaled_on: Vec<SnapshotRange>,
}

/// One run of a fold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Name for people.
    pub name: String,
    /// First sample, on the clock of the data.
    pub begin_millis: i64,
    /// One period behind its last sample.
    pub end_millis: i64,
    /// What its windows are for; none if they are only normal ones.
    pub parts: Vec<Part>,
    /// Types of its faults.
    pub kinds: Vec<String>,
    /// What its faults were aimed at.
    pub targets: Vec<String>,
    /// Snapshots.
    pub n_snapshots: u64,
    /// Windows that may be used.
    pub n_windows: u64,
}

/// Windows by class. Those in which a fault begins or ends, or from whose end the system recovers, are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WindowCounts {
    /// Nothing is broken.
    pub normal: u64,
    /// Something is broken all the time.
    pub faulty: u64,
    /// Near a boundary or in recovery, with a label of no fault.
    pub buffer_normal: u64,
    /// Near a boundary, with a label of a fault.
    pub buffer_faulty: u64,
}

impl WindowCounts {
    fn of(windows: &[Window]) -> Self {
        let mut counts = Self::default();
        for window in windows {
            *match (window.buffer, window.label) {
                (false, false) => &mut counts.normal,
                (false, true) => &mut counts.faulty,
                (true, false) => &mut counts.buffer_normal,
                (true, true) => &mut counts.buffer_faulty,
            } += 1;
        }
        counts
    }

    /// Windows with a label of a fault.
    pub fn labelled(&self) -> u64 {
        self.faulty + self.buffer_faulty
    }

    /// All windows.
    pub fn total(&self) -> u64 {
        self.normal + self.buffer_normal + self.labelled()
    }
}

/// Test windows that share snapshots with training windows (MODELS.md B.7, point 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shared {
    /// Test windows.
    pub n: u64,
    /// Those that share a snapshot with a training window.
    pub any: u64,
    /// Those that share all snapshots but one with a training window: 4 of 5.
    pub most: u64,
}

impl Shared {
    /// Counts `windows` against `others`, which are ordered by run and time; a sequence has `q` snapshots.
    pub fn count(windows: &[Window], others: &[Window], q: usize) -> Self {
        let mut shared = Self { n: windows.len() as u64, ..Self::default() };
        for window in windows {
            let (before, after) = nearest(others, *window);
            let distance = before.unwrap_or(u32::MAX).min(after.unwrap_or(u32::MAX)) as usize;
            shared.any += u64::from(distance < q);
            shared.most += u64::from(distance < q.min(2));
        }
        shared
    }
}

pub(super) fn summary(
    chosen: &Chosen<'_>,
    scaled_on: Vec<SnapshotRange>,
    left_out: Vec<String>,
    config: &DetectConfig,
) -> FoldSummary {
    let parts = &chosen.split.parts;
    let [train, _, test] = parts;
    let sum = |of: fn(&super::run::Run) -> ByClass| {
        let counts = chosen.runs.iter().map(|run| of(run));
        counts
            .fold(ByClass::default(), |sum, n| ByClass { normal: sum.normal + n.normal, faulty: sum.faulty + n.faulty })
    };
    let normal = chosen.split.normal.as_ref().unwrap_or(train);
    let embargo_secs = if config.split.protocol == DetectProtocol::P3 { config.split.embargo_secs } else { 0 };
    FoldSummary {
        protocol: config.split.protocol,
        runs: (0..chosen.runs.len()).map(|run| run_summary(chosen, run)).collect(),
        left_out,
        windows: parts.each_ref().map(|windows| WindowCounts::of(windows)),
        n_normal: normal.iter().filter(|window| window.is_normal()).count() as u64,
        episodes: parts.each_ref().map(|windows| labelled_episodes(windows).len() as u64),
        n_purged: chosen.split.n_purged,
        purge_millis: 1000 * i64::from(config.split.purge_secs),
        embargo_millis: 1000 * i64::from(embargo_secs),
        n_blocks: sum(|run| run.blocks),
        n_dropped: sum(|run| run.dropped),
        n_marked: sum(|run| run.marked),
        shared: Shared::count(test, train, config.snapshot.sequence),
        scale: config.setup.scale,
        scaled_on,
    }
}

/// Episodes that some window is labelled for, ascending.
pub(super) fn labelled_episodes(windows: &[Window]) -> Vec<u32> {
    let mut episodes: Vec<u32> =
        windows.iter().filter(|window| window.label).filter_map(|window| window.episode).collect();
    episodes.sort_unstable();
    episodes.dedup();
    episodes
}

fn run_summary(chosen: &Chosen<'_>, run: usize) -> RunSummary {
    let of = chosen.runs[run];
    let is_in = |part: &Part| chosen.split.parts[*part as usize].iter().any(|window| window.run as usize == run);
    let mut targets: Vec<String> = of.episodes.iter().map(|episode| episode.target.clone()).collect();
    targets.sort_unstable();
    targets.dedup();
    RunSummary {
        name: of.span.name.clone(),
        begin_millis: of.span.begin_millis,
        end_millis: of.span.end_millis,
        parts: Part::ALL.into_iter().filter(is_in).collect(),
        kinds: of.kinds(),
        targets,
        n_snapshots: u64::from(of.n()),
        n_windows: of.windows.len() as u64,
    }
}
