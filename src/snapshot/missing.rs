//! Blocks and instances with too many missing samples (MODELS.md B.2, step 3).
//!
//! A sample is missing if it was expected and not received. From the silence that ends in a crash on, none is expected: a
//! crash is data, not a gap.

use serde::{Deserialize, Serialize};

use super::grid::Slices;
use super::track::{Track, Tracks};
use super::window::Faulty;
use crate::config::SnapshotConfig;

/// A count without and with a fault: leaving something out is not neutral, because crashes cause gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByClass {
    /// While nothing was broken.
    pub normal: u64,
    /// While something was broken, at least for a part of the block.
    pub faulty: u64,
}

impl ByClass {
    fn add(&mut self, is_faulty: bool, n: u64) {
        *if is_faulty { &mut self.faulty } else { &mut self.normal } += n;
    }
}

/// What the rule says of each block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Blocks {
    /// Length of a block.
    pub block_millis: i64,
    /// Whether a block is left out, with all snapshots that touch it.
    pub dropped: Vec<bool>,
    /// Whether an instance misses too much in a block, `[blocks, I]`.
    pub marked: Vec<bool>,
    /// All blocks.
    pub n_blocks: ByClass,
    /// Blocks that are left out.
    pub n_dropped: ByClass,
    /// Instances that are marked, block by block, in blocks that are kept.
    pub n_marked: ByClass,
}

impl Blocks {
    /// Judges every block; without the rule, none is left out and nothing is marked.
    pub(super) fn new(tracks: &Tracks, slices: &Slices, faults: &Faulty, config: &SnapshotConfig) -> Self {
        let block_millis = 1000 * i64::from(config.block_secs);
        let length_millis = slices.n as i64 * slices.delta_millis;
        let n_instances = tracks.tracks.len();
        let mut blocks = Self { block_millis, ..Self::default() };
        let silences: Vec<Vec<(i64, i64)>> =
            (0..n_instances).map(|instance| silences(tracks, slices, instance)).collect();
        let mut begin = 0;
        while begin < length_millis {
            let end = begin.saturating_add(block_millis).min(length_millis);
            let shares: Vec<f64> = tracks
                .tracks
                .iter()
                .zip(&silences)
                .map(|(track, silences)| missing_share(track, silences, (begin, end), tracks.period_millis))
                .collect();
            let is_faulty = faults.overlaps(slices.start_millis + begin, slices.start_millis + end);
            blocks.push(&shares, is_faulty, config);
            begin = end;
        }
        blocks
    }

    fn push(&mut self, shares: &[f64], is_faulty: bool, config: &SnapshotConfig) {
        let mean = shares.iter().sum::<f64>() / shares.len().max(1) as f64;
        let is_dropped = config.missing_rule && mean > config.max_missing;
        let marks = shares.iter().map(|&share| config.missing_rule && share > config.max_missing);
        self.marked.extend(marks.clone());
        self.dropped.push(is_dropped);
        self.n_blocks.add(is_faulty, 1);
        self.n_dropped.add(is_faulty, u64::from(is_dropped));
        if !is_dropped {
            self.n_marked.add(is_faulty, marks.filter(|is_marked| *is_marked).count() as u64);
        }
    }

    /// Whether a span, in milliseconds since the start, touches no block that is left out.
    pub(super) fn keeps(&self, begin: i64, end: i64) -> bool {
        !self.touched(begin, end).any(|block| self.dropped[block])
    }

    /// Whether an instance is marked in a block that a span touches.
    pub(super) fn marks(&self, instance: usize, begin: i64, end: i64) -> bool {
        let n_instances = self.marked.len() / self.dropped.len().max(1);
        self.touched(begin, end).any(|block| self.marked[block * n_instances + instance])
    }

    fn touched(&self, begin: i64, end: i64) -> std::ops::Range<usize> {
        let first = usize::try_from(begin / self.block_millis).unwrap_or(0);
        let behind = usize::try_from((end - 1) / self.block_millis).map_or(0, |last| last + 1);
        first..behind.min(self.dropped.len())
    }
}

/// Times at which no sample of an instance is expected: from one period behind its last sample to the end of a crash.
fn silences(tracks: &Tracks, slices: &Slices, instance: usize) -> Vec<(i64, i64)> {
    let received = &tracks.tracks[instance].received;
    let mut silences: Vec<(i64, i64)> = Vec::new();
    let crashed = &slices.crashed[instance * slices.n..(instance + 1) * slices.n];
    for slice in (0..slices.n).filter(|&slice| crashed[slice]) {
        let (now, end) = (slice as i64 * slices.delta_millis, (slice as i64 + 1) * slices.delta_millis);
        match silences.last_mut() {
            Some(last) if last.1 >= now => last.1 = end,
            _ => {
                let n_known = received.partition_point(|&at| at <= now);
                let heard =
                    n_known.checked_sub(1).map_or(now, |idx| received[idx].saturating_add(tracks.period_millis));
                let begin = silences.last().map_or(heard, |last| heard.max(last.1));
                silences.push((begin.min(now), end));
            }
        }
    }
    silences
}

/// Share of the expected samples of an instance that were not received in a block.
fn missing_share(track: &Track, silences: &[(i64, i64)], (begin, end): (i64, i64), period_millis: i64) -> f64 {
    let overlap = |&(from, to): &(i64, i64)| (to.min(end) - from.max(begin)).max(0);
    let silent_millis: i64 = silences.iter().map(overlap).sum();
    let expected = (end - begin - silent_millis) as f64 / period_millis as f64;
    if expected < 1.0 {
        return 0.0;
    }
    (1.0 - n_received(track, begin, end) as f64 / expected).max(0.0)
}

fn n_received(track: &Track, begin: i64, end: i64) -> usize {
    track.received.partition_point(|&at| at < end) - track.received.partition_point(|&at| at < begin)
}

#[cfg(test)]
mod tests {
    use super::super::grid::recorded;
    use super::*;
    use crate::data::Fault;

    /// Samples of two minutes, every 5 s, of which some are lost.
    fn samples(is_lost: impl Fn(i64) -> bool) -> Vec<(i64, f32)> {
        (0..24).filter(|&k| !is_lost(k)).map(|k| (5000 * k, 1.0)).collect()
    }

    fn blocks(series: &[&[(i64, f32)]], config: &SnapshotConfig) -> Blocks {
        let tracks = Tracks::new(&recorded(series), 0, config).expect("samples");
        let slices = Slices::new(&tracks, config).expect("two minutes");
        let fault = Fault { start_millis: 90_000, end_millis: 95_000, target: String::new(), kind: String::new() };
        Blocks::new(&tracks, &slices, &Faulty::new(&[fault]), config)
    }

    #[test]
    fn one_instance_is_marked_and_many_drop_the_block() {
        let (full, holes) = (samples(|_| false), samples(|k| k % 2 == 1));
        let config = SnapshotConfig { period_millis: Some(5000), ..SnapshotConfig::default() };
        let one = blocks(&[&full, &holes], &config);
        assert_eq!((one.dropped.as_slice(), one.marked.as_slice()), (&[false; 2][..], &[false, true, false, true][..]));
        assert_eq!((one.n_blocks, one.n_marked), (ByClass { normal: 1, faulty: 1 }, ByClass { normal: 1, faulty: 1 }));
        // The last sample stands for the end of the run.
        let late = samples(|k| k >= 12 && k % 2 == 1 && k != 23);
        let many = blocks(&[&late, &late, &late], &config);
        assert_eq!(many.dropped, [false, true]);
        assert_eq!((many.n_dropped, many.n_marked), (ByClass { normal: 0, faulty: 1 }, ByClass::default()));
        assert!(many.keeps(55_000, 60_000) && !many.keeps(59_999, 60_001) && !many.keeps(60_000, 65_000));
        let off = blocks(&[&late, &late, &late], &SnapshotConfig { missing_rule: false, ..config });
        assert!(!off.dropped.contains(&true) && !off.marked.contains(&true));
    }

    #[test]
    fn a_crash_is_no_gap_unless_it_is_not_asked_for() {
        let (full, crashed) = (samples(|_| false), samples(|k| k > 2));
        let config = SnapshotConfig { period_millis: Some(5000), ..SnapshotConfig::default() };
        // Zero from 25 s on; no sample is expected from 15 s on.
        let as_zero = blocks(&[&full, &crashed], &config);
        assert_eq!(as_zero.marked, [false; 4]);
        let as_gap = blocks(&[&full, &crashed], &SnapshotConfig { crash_as_zero: false, ..config });
        assert_eq!(as_gap.marked, [false, true, false, true]);
        assert!(as_gap.marks(1, 60_000, 65_000) && !as_zero.marks(1, 60_000, 65_000));
    }
}
