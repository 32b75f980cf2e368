//! Made-up training windows (MODELS.md B.8).
//!
//! A window of the rare class is moved a share of the way to a near one of the same run and fault type that has no
//! snapshot in common with it; all its values by the same share, so that its shape over time stays whole.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fold::{Fold, Synthetic, Window};
use crate::config::Balance;
use crate::stream::{Stream, StreamRng};

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Balanced {
    /// Normal training windows.
    pub n_normal: u64,
    /// Faulty training windows.
    pub n_faulty: u64,
    /// Windows between two neighbours.
    pub n_interpolated: u64,
    /// Copies, either asked for or because a window has no neighbour that may be used.
    pub n_duplicated: u64,
    /// Neighbours that were refused because they share snapshots with the window.
    pub n_refused: u64,
}

/// Fills [`Fold::synthetic`] as the config says, and says what was done. Weights need no samples.
///
/// Windows near a boundary are neither parents nor counted. Runs get as many as their share of the faulty windows is.
pub fn balance(fold: &mut Fold, balance: &Balance, seed: u32) -> Balanced {
    let n_of = |is_meant: &dyn Fn(&Window) -> bool| fold.train.iter().filter(|window| is_meant(window)).count();
    let (n_normal, n_faulty) = (n_of(&Window::is_normal), n_of(&is_faulty));
    let mut done = Balanced { n_normal: n_normal as u64, n_faulty: n_faulty as u64, ..Balanced::default() };
    fold.synthetic.clear();
    let (ratio, neighbours) = match *balance {
        Balance::Smote { ratio, neighbours } => (ratio, neighbours),
        Balance::Duplicate { ratio } => (ratio, 0),
        Balance::None | Balance::Weights => return done,
    };
    let n_wanted = ((ratio * n_normal as f64) as usize).saturating_sub(n_faulty);
    if n_faulty == 0 {
        return done;
    }
    let mut rng = Stream::Smote.rng(seed, "");
    let mut made = Vec::with_capacity(n_wanted);
    let (mut n_before, mut n_made) = (0, 0);
    for group in groups(fold).into_values() {
        // What is due after this group, less what was made before it: the sum is exact.
        n_before += group.len();
        let n = n_wanted * n_before / n_faulty - n_made;
        n_made += n;
        let anchors = anchors(fold, &group);
        let near: Vec<Near> = if n == 0 {
            Vec::new()
        } else {
            anchors.iter().map(|&anchor| nearest(fold, anchor, &group, neighbours)).collect()
        };
        done.n_refused += near.iter().map(|near| near.n_refused).sum::<u64>();
        for _ in 0..n {
            let synthetic = draw(&group, (&anchors, &near), &mut rng);
            done.n_duplicated += u64::from(synthetic.parents[0] == synthetic.parents[1]);
            made.push(synthetic);
        }
    }
    done.n_interpolated = made.len() as u64 - done.n_duplicated;
    fold.synthetic = made;
    assert!(fold.synthetic.iter().all(|synthetic| is_allowed(fold, *synthetic)), "parents of one run and fault type");
    done
}

/// Whether both parents are faulty training windows of one run and fault type, and share no snapshot unless they are the
/// same.
pub fn is_allowed(fold: &Fold, synthetic: Synthetic) -> bool {
    let parent = |side: usize| fold.train.get(synthetic.parents[side] as usize);
    let (Some(a), Some(b)) = (parent(0), parent(1)) else { return false };
    let are_near = || (a.last.abs_diff(b.last) as usize) < fold.sequence;
    is_faulty(a)
        && is_faulty(b)
        && a.run == b.run
        && kind(fold, a) == kind(fold, b)
        && (a.last == b.last || !are_near())
        && (0.0..=1.0).contains(&synthetic.share)
}

fn is_faulty(window: &Window) -> bool {
    window.label && !window.buffer
}

fn kind<'a>(fold: &'a Fold, window: &Window) -> &'a str {
    window.episode.map_or("", |episode| &fold.episodes[episode as usize].kind)
}

/// Indices of the faulty training windows by run and fault type, in the order of time.
fn groups(fold: &Fold) -> BTreeMap<(u32, String), Vec<u32>> {
    let mut groups: BTreeMap<(u32, String), Vec<u32>> = BTreeMap::new();
    for (idx, window) in fold.train.iter().enumerate().filter(|(_, window)| is_faulty(window)) {
        groups.entry((window.run, kind(fold, window).to_owned())).or_default().push(idx as u32);
    }
    groups
}

/// Windows of a group of which no two share a snapshot, as many as there are.
fn anchors(fold: &Fold, group: &[u32]) -> Vec<u32> {
    let last = |idx: u32| fold.train[idx as usize].last as usize;
    let mut anchors: Vec<u32> = Vec::new();
    for &idx in group {
        if anchors.last().is_none_or(|&anchor| last(idx) >= last(anchor) + fold.sequence) {
            anchors.push(idx);
        }
    }
    anchors
}

/// Neighbours of an anchor.
struct Near {
    neighbours: Vec<u32>,
    n_refused: u64,
}

/// The `k` nearest windows of a group that share no snapshot with the anchor; of equally near ones the earlier.
fn nearest(fold: &Fold, anchor: u32, group: &[u32], k: usize) -> Near {
    if k == 0 {
        return Near { neighbours: Vec::new(), n_refused: 0 };
    }
    let of = |idx: u32| fold.train[idx as usize];
    let is_apart = |idx: &u32| of(*idx).last.abs_diff(of(anchor).last) as usize >= fold.sequence;
    let mut near: Vec<(f64, u32)> =
        group.iter().copied().filter(is_apart).map(|idx| (squared_distance(fold, of(anchor), of(idx)), idx)).collect();
    let n_refused = (group.len() - near.len()).saturating_sub(1) as u64;
    near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.truncate(k);
    Near { neighbours: near.into_iter().map(|(_, idx)| idx).collect(), n_refused }
}

/// Squared Euclidean distance on `[Q, I, W]`.
fn squared_distance(fold: &Fold, a: Window, b: Window) -> f64 {
    let pairs = fold.snapshots(a).flatten().zip(fold.snapshots(b).flatten());
    pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum()
}

/// A neighbour of a random anchor; without any, a copy of a random window.
fn draw(group: &[u32], (anchors, near): (&[u32], &[Near]), rng: &mut StreamRng) -> Synthetic {
    let which = rng.below(anchors.len());
    let neighbours = &near[which].neighbours;
    if neighbours.is_empty() {
        let copy = group[rng.below(group.len())];
        return Synthetic { parents: [copy; 2], share: 0.0 };
    }
    let neighbour = neighbours[rng.below(neighbours.len())];
    Synthetic { parents: [anchors[which], neighbour], share: rng.unit() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Source;
    use super::super::fold::between;
    use super::super::made::{changed, config, twelve_runs};
    use super::*;
    use crate::config::DetectProtocol;

    fn fold() -> Fold {
        Source::new(&twelve_runs(), &config(DetectProtocol::P1)).expect("runs").fold(0).expect("a fold")
    }

    // MODELS.md F.9.
    #[test]
    fn a_quarter_of_the_way() {
        assert_eq!([between(0.0, 2.0, 0.25), between(0.0, 4.0, 0.25)], [0.5, 1.0]);
    }

    #[test]
    fn smote_reaches_the_ratio_and_gives_every_run_its_share() {
        let mut fold = fold();
        let done = balance(&mut fold, &Balance::Smote { ratio: 1.0, neighbours: 5 }, 1);
        assert_eq!(done.n_faulty + done.n_interpolated + done.n_duplicated, done.n_normal);
        assert!(done.n_interpolated > 0 && done.n_duplicated == 0 && done.n_refused > 0, "{done:?}");
        let n = |run: u32, windows: &dyn Fn(u32) -> usize| windows(run);
        for run in 0..fold.runs.len() as u32 {
            let faulty = n(run, &|run| fold.train.iter().filter(|w| w.run == run && is_faulty(w)).count());
            let made =
                n(run, &|run| fold.synthetic.iter().filter(|s| fold.train[s.parents[0] as usize].run == run).count());
            let due = faulty as f64 / done.n_faulty as f64 * fold.synthetic.len() as f64;
            assert!((made as f64 - due).abs() <= 1.0, "run {run}: {made} of {due}");
        }
        let one = fold.synthetic[0];
        let made = fold.made_up(one);
        assert_eq!(made.len(), fold.sequence * fold.n_instances() * fold.n_slices());
        let parents =
            one.parents.map(|parent| fold.snapshots(fold.train[parent as usize]).flatten().copied().collect());
        let [a, b]: [Vec<f32>; 2] = parents;
        let is_between = |(idx, x): (usize, &f32)| (a[idx].min(b[idx]) - 1e-5..=a[idx].max(b[idx]) + 1e-5).contains(x);
        assert!(made.iter().enumerate().all(is_between));
    }

    #[test]
    fn copies_and_weights() {
        let mut fold = fold();
        let done = balance(&mut fold, &Balance::Duplicate { ratio: 0.5 }, 1);
        assert_eq!(done.n_faulty + done.n_duplicated, done.n_normal / 2);
        assert!(fold.synthetic.iter().all(|s| s.parents[0] == s.parents[1] && s.share == 0.0));
        let none = balance(&mut fold, &Balance::Weights, 1);
        assert!(fold.synthetic.is_empty() && none.n_duplicated == 0 && none.n_faulty == done.n_faulty);
    }

    #[test]
    fn a_window_without_a_neighbour_is_copied_and_counted() {
        let mut fold = fold();
        let first = fold.train.iter().position(is_faulty).expect("a faulty window");
        let chosen = fold.train[first];
        fold.train.retain(|window| !is_faulty(window) || (window.run == chosen.run && window.last < chosen.last + 4));
        let done = balance(&mut fold, &Balance::Smote { ratio: 1.0, neighbours: 5 }, 1);
        assert_eq!((done.n_interpolated, done.n_refused), (0, 3));
        assert_eq!(done.n_duplicated, done.n_normal - 4);
    }

    #[test]
    fn what_is_not_allowed_is_known() {
        let mut fold = fold();
        balance(&mut fold, &Balance::Smote { ratio: 1.0, neighbours: 5 }, 1);
        let good = fold.synthetic[0];
        assert!(is_allowed(&fold, good));
        let normal = fold.train.iter().position(Window::is_normal).expect("a normal window") as u32;
        let run = fold.train[good.parents[0] as usize].run;
        let elsewhere = fold.train.iter().position(|w| is_faulty(w) && w.run != run).expect("another run") as u32;
        for other in [normal, elsewhere, good.parents[0] + 1, u32::MAX] {
            assert!(!is_allowed(&fold, Synthetic { parents: [good.parents[0], other], ..good }), "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn parents_are_training_windows_of_one_run_and_type(seed in 0_u32..1000, ratio in 0.05_f64..1.0, k in 1_usize..9, q in 1_usize..8) {
            let config = changed(DetectProtocol::P1, |config| {
                config.snapshot.sequence = q;
                config.split.seed = seed;
            });
            let mut fold = Source::new(&twelve_runs(), &config).expect("runs").fold(0).expect("a fold");
            balance(&mut fold, &Balance::Smote { ratio, neighbours: k }, seed);
            prop_assert!(fold.synthetic.iter().all(|synthetic| is_allowed(&fold, *synthetic)));
            let again = fold.synthetic.clone();
            balance(&mut fold, &Balance::Smote { ratio, neighbours: k }, seed);
            prop_assert_eq!(again, fold.synthetic);
        }
    }
}
