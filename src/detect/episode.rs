//! Faults of a run, and to which of them a window belongs.

use super::fold::{Episode, Window};
use crate::data::{Dataset, Fault, Placement};
use crate::snapshot::Sequence;

/// The faults of a run, clipped to it, ordered by start.
///
/// # Arguments
/// `nodes` gives the instance that a node of the data set is a part of.
pub(super) fn episodes(dataset: &Dataset, run: u32, (begin, end): (i64, i64), nodes: &[u32]) -> Vec<Episode> {
    let clipped = dataset.system.faults.iter().filter_map(|fault| {
        let (start_millis, end_millis) = (fault.start_millis.max(begin), fault.end_millis.min(end));
        (start_millis < end_millis).then(|| Episode {
            run,
            start_millis,
            end_millis,
            kind: fault.kind.clone(),
            target: fault.target.clone(),
            instances: aimed_at(dataset, fault, nodes),
        })
    });
    let mut episodes: Vec<Episode> = clipped.collect();
    episodes.sort_by_key(|episode| (episode.start_millis, episode.end_millis));
    episodes
}

/// Instances that a label stands for: one by its name or a former one, else those of a service, else those of a host.
fn aimed_at(dataset: &Dataset, fault: &Fault, nodes: &[u32]) -> Vec<u32> {
    if fault.target.is_empty() {
        return Vec::new();
    }
    let unknown = Placement::default();
    let place = |node: usize| dataset.system.placements.get(node).unwrap_or(&unknown);
    let is_named = |node: &usize| dataset.nodes[*node] == fault.target || place(*node).names.contains(&fault.target);
    let is_of_service = |node: &usize| place(*node).service == fault.target;
    let is_on_host = |node: &usize| place(*node).host == fault.target;
    let all = 0..dataset.n_nodes();
    let mut found: Vec<usize> = all.clone().filter(is_named).collect();
    if found.is_empty() {
        found = all.clone().filter(is_of_service).collect();
    }
    if found.is_empty() {
        found = all.filter(is_on_host).collect();
    }
    let mut instances: Vec<u32> = found.into_iter().map(|node| nodes[node]).collect();
    instances.sort_unstable();
    instances.dedup();
    instances
}

/// Times of the snapshots of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    /// Start of the first snapshot.
    pub(super) start_millis: i64,
    /// `T_w`.
    pub(super) window_millis: i64,
    /// `Q`.
    pub(super) sequence: usize,
    /// Time behind a fault that belongs to its recovery.
    pub(super) recovery_millis: i64,
}

impl Clock {
    fn begin(&self, snapshot: usize) -> i64 {
        self.start_millis.saturating_add((snapshot as i64).saturating_mul(self.window_millis))
    }
}

/// A sequence as a window of a run; `episodes` are those of the run, the first of which has number `first`.
pub(super) fn window(run: u32, sequence: Sequence, (episodes, first): (&[Episode], u32), clock: Clock) -> Window {
    let episode = episode_of(sequence, episodes, clock).map(|idx| first + idx as u32);
    Window { run, last: sequence.last as u32, label: sequence.label, buffer: sequence.buffer, episode }
}

/// The episode that takes most of the last snapshot; else the last one within the sequence; else the last one from which
/// the system recovers.
fn episode_of(sequence: Sequence, episodes: &[Episode], clock: Clock) -> Option<usize> {
    let (begin, end) = (clock.begin(sequence.last), clock.begin(sequence.last + 1));
    let first = clock.begin((sequence.last + 1).saturating_sub(clock.sequence));
    let overlap = |episode: &Episode, begin: i64| episode.end_millis.min(end) - episode.start_millis.max(begin);
    let mut most: Option<(i64, usize)> = None;
    for (idx, episode) in episodes.iter().enumerate() {
        let millis = overlap(episode, begin);
        if millis > most.map_or(0, |(most, _)| most) {
            most = Some((millis, idx));
        }
    }
    let of_last = most.map(|(_, idx)| idx);
    let latest = |is_meant: &dyn Fn(&Episode) -> bool| {
        let meant = episodes.iter().enumerate().filter(|(_, episode)| is_meant(episode));
        meant.max_by_key(|(_, episode)| episode.end_millis).map(|(idx, _)| idx)
    };
    let recovers = |episode: &Episode| {
        episode.end_millis <= first && first < episode.end_millis.saturating_add(clock.recovery_millis)
    };
    of_last
        .or_else(|| latest(&|episode| overlap(episode, first) > 0))
        .or_else(|| latest(&recovers).filter(|_| sequence.buffer))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOCK: Clock = Clock { start_millis: 1000, window_millis: 5000, sequence: 3, recovery_millis: 20_000 };

    fn episode(start: i64, end: i64) -> Episode {
        Episode {
            run: 0,
            start_millis: 1000 + start,
            end_millis: 1000 + end,
            kind: String::new(),
            target: String::new(),
            instances: Vec::new(),
        }
    }

    #[test]
    fn a_window_belongs_to_what_breaks_its_last_snapshot_or_to_what_it_recovers_from() {
        let episodes = [episode(20_000, 32_000), episode(31_000, 40_000)];
        let of = |last: usize, buffer: bool| episode_of(Sequence { last, label: false, buffer }, &episodes, CLOCK);
        assert_eq!(of(3, false), None);
        assert_eq!((of(4, true), of(6, true), of(7, true)), (Some(0), Some(1), Some(1)));
        // Snapshot 9 begins at 45 s, and its sequence at 35 s.
        assert_eq!((of(9, true), of(10, true), of(14, true), of(10, false)), (Some(1), Some(1), None, None));
    }
}
