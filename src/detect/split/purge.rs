//! Windows of two parts keep their distance (MODELS.md B.7 and E.5).

use super::{Part, Split};
use crate::config::DetectConfig;
use crate::detect::fold::Window;

/// Distance of a window to the nearest of others of its run, in snapshots: before it, and at or after it. `others` are
/// ordered by run and time.
pub(in crate::detect) fn nearest(others: &[Window], window: Window) -> (Option<u32>, Option<u32>) {
    let next = others.partition_point(|other| (other.run, other.last) < (window.run, window.last));
    let of_run = |idx: Option<usize>| idx.and_then(|idx| others.get(idx)).filter(|other| other.run == window.run);
    let before = of_run(next.checked_sub(1)).map(|other| window.last - other.last);
    let after = of_run(Some(next)).map(|other| other.last - window.last);
    (before, after)
}

/// Smallest distances in snapshots of a window to one of a later part: behind that, and before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    behind: u32,
    before: u32,
}

impl Gap {
    /// The length of a sequence and `purge_secs`, and `embargo_secs` more behind a block.
    pub(super) fn of(config: &DetectConfig, has_embargo: bool) -> Self {
        let snapshots = |secs: u32| secs.div_ceil(config.snapshot.window_secs);
        let (q, purge) = (config.snapshot.sequence as u32, config.split.purge_secs);
        let embargo = if has_embargo { config.split.embargo_secs } else { 0 };
        Self { behind: q + snapshots(purge + embargo), before: q + snapshots(purge) }
    }

    fn keeps(self, others: &[Window], window: Window) -> bool {
        let (behind, before) = nearest(others, window);
        behind.is_none_or(|n| n >= self.behind) && before.is_none_or(|n| n >= self.before)
    }
}

/// Takes windows out of training that are too near to validation or test, and out of validation those too near to test.
pub(super) fn purge(split: &mut Split, gap: Gap) {
    for part in split.parts.iter_mut() {
        part.sort_unstable_by_key(|window| (window.run, window.last));
    }
    for (part, others) in [
        (Part::Validation, &[Part::Test][..]),
        // What validation lost cannot be near to any more.
        (Part::Train, &[Part::Validation, Part::Test]),
    ] {
        let windows = std::mem::take(split.of(part));
        let n = windows.len();
        let is_kept = |window: &Window| others.iter().all(|&other| gap.keeps(&split.parts[other as usize], *window));
        let kept: Vec<Window> = windows.into_iter().filter(is_kept).collect();
        split.n_purged += (n - kept.len()) as u64;
        *split.of(part) = kept;
    }
}
