//! A small fold that the fixtures' script makes again, bit for bit.

use loadstone::config::HostFeature;
use loadstone::detect::{Episode, Fold, RunValues, Synthetic, Window};
use loadstone::snapshot::{FeatureLayout, Hierarchy};

pub(crate) const N_SNAPSHOTS: usize = 90;
pub(crate) const SEQUENCE: usize = 5;
const N_SLICES: usize = 2;
const WINDOW_MILLIS: i64 = 60_000;
const N_RUNS: u32 = 6;
/// Type and host of each instance: three replicas, two, one.
const MEMBERS: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 0), (1, 1), (1, 0), (2, 1)];

/// A linear congruential generator that any language has.
struct Draws(u64);

impl Draws {
    /// A multiple of 1/512 in `[-1, 1)`.
    fn next(&mut self) -> f32 {
        self.0 = (self.0 * 1_103_515_245 + 12_345) % (1 << 31);
        ((self.0 >> 15) & 1023) as f32 / 512.0 - 1.0
    }
}

/// First snapshot of a run's fault and the first one behind it.
fn faulty(run: u32) -> (usize, usize) {
    let begin = 20 + 7 * run as usize;
    (begin, begin + 20)
}

/// A triangle of 24 snapshots, noise, and a fault of two on one instance.
fn values(run: u32) -> Vec<f32> {
    let mut draws = Draws(1000 + u64::from(run));
    let (begin, end) = faulty(run);
    let mut out = Vec::new();
    for snapshot in 0..N_SNAPSHOTS {
        let wave = (snapshot % 24).abs_diff(12) as f32 / 8.0 - 0.75;
        for instance in 0..MEMBERS.len() {
            let is_hit = (begin..end).contains(&snapshot) && instance == run as usize % MEMBERS.len();
            let level = wave + if is_hit { 2.0 } else { 0.0 };
            out.extend((0..N_SLICES).map(|_| level + draws.next()));
        }
    }
    out
}

fn windows(runs: std::ops::Range<u32>) -> Vec<Window> {
    let of_run = |run: u32| {
        let (begin, end) = faulty(run);
        let label = move |snapshot: usize| (begin..end).contains(&snapshot);
        (SEQUENCE - 1..N_SNAPSHOTS).map(move |last| Window {
            run,
            last: last as u32,
            label: label(last),
            buffer: (last + 1 - SEQUENCE..last).any(|snapshot| label(snapshot) != label(last)),
            episode: label(last).then_some(run),
        })
    };
    runs.flat_map(of_run).collect()
}

/// Four runs to train on, one to validate, one to test.
pub(crate) fn small_fold() -> Fold {
    let train = windows(0..4);
    let marked: Vec<u32> = (0..train.len() as u32).filter(|&at| train[at as usize].label).collect();
    let synthetic = |k: usize| Synthetic { parents: [marked[5 * k], marked[5 * k + 7]], share: (k % 4) as f32 / 4.0 };
    let run = |run: u32| RunValues {
        name: format!("run {run}"),
        start_millis: i64::from(run) * 10_000_000,
        slices: values(run),
        missing: vec![false; N_SNAPSHOTS * MEMBERS.len()],
    };
    let episode = |run: u32| Episode {
        run,
        start_millis: i64::from(run) * 10_000_000 + faulty(run).0 as i64 * WINDOW_MILLIS,
        end_millis: i64::from(run) * 10_000_000 + faulty(run).1 as i64 * WINDOW_MILLIS,
        kind: "stress".to_owned(),
        target: format!("i{}", run as usize % MEMBERS.len()),
        instances: vec![run % MEMBERS.len() as u32],
    };
    Fold {
        hierarchy: Hierarchy { n_types: 3, n_hosts: 2, members: MEMBERS.to_vec(), n_slices: N_SLICES },
        layout: FeatureLayout { host: HostFeature::Mean, typed: false, mask: false },
        sequence: SEQUENCE,
        window_millis: WINDOW_MILLIS,
        runs: (0..N_RUNS).map(run).collect(),
        episodes: (0..N_RUNS).map(episode).collect(),
        normal: train.iter().copied().filter(|window| !window.label && !window.buffer).collect(),
        synthetic: (0..12).map(synthetic).collect(),
        calls: None,
        train,
        validation: windows(4..5),
        test: windows(5..6),
    }
}
