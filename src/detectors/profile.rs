//! `mp` and `mp_plain`: matrix profile of each instance against training-normal (MODELS.md B.13; Yeh et al. 2016).
//!
//! The score of a window is the distance of the 12 snapshots that end with it to the nearest 12 normal ones, the largest
//! of the instances. A snapshot is one raw sample with the default settings, so this is a minute. z-normalised distances
//! see shapes and are blind to levels; plain ones see both.
//!
//! A run is compared with a piece of reference along diagonals: the pair one step on differs by one product that leaves
//! and one that enters. A piece begins anew with exact values, so rounding never adds up over more than [`PIECE`] steps.

mod kernel;

use kernel::{Kernel, Piece, Query};

use super::Scores;
use super::levels::{Levels, normal_snapshots};
use crate::detect::Fold;

/// `m`: snapshots that are compared at once.
const LENGTH: usize = 12;
/// Most places of a piece of reference.
const PIECE: usize = 120;
/// Most pairs of places that are compared, over all instances; beyond it only every so-many-th piece is used.
const MAX_PAIRS: u64 = 8_000_000_000;

/// How two stretches are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distance {
    /// Each with its own mean and deviation taken out; at most `2 √m`.
    Normalised,
    /// As they are.
    Plain,
}

/// A stretch of normal snapshots of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    run: usize,
    /// First snapshot.
    begin: usize,
    /// Number of places at which `m` snapshots begin.
    n_places: usize,
}

/// Distances of the end of every window to training-normal.
///
/// A stretch of the same run that shares a snapshot with the window's is no reference: it would find itself.
pub(super) fn matrix_profile(fold: &Fold, distance: Distance) -> Scores {
    let levels = Levels::new(fold);
    let all = stretches(fold);
    let runs = runs_with_windows(fold);
    let n_queries: usize = runs.iter().map(|&run| levels.n_snapshots(run)).sum();
    let n_places: usize = all.iter().map(|stretch| stretch.n_places).sum();
    if n_places == 0 {
        return Scores::constant(fold, 0.0, "no normal stretch is long enough");
    }
    let n_pairs = n_queries as u64 * n_places as u64 * levels.n_instances() as u64;
    let step = thinning(n_pairs);
    let used: Vec<Stretch> = all.iter().copied().step_by(step).collect();
    let mut by_run: Vec<Vec<f32>> = vec![Vec::new(); fold.runs.len()];
    runs.iter().for_each(|&run| by_run[run] = vec![0.0; levels.n_snapshots(run)]);
    for instance in 0..levels.n_instances() {
        let column = |run: usize| levels.snapshots(run).map(|row| row[instance]).collect::<Vec<f32>>();
        let pieces: Vec<(Stretch, Piece)> = used
            .iter()
            .map(|&stretch| {
                let values = levels.snapshots(stretch.run).skip(stretch.begin).take(stretch.n_places + LENGTH - 1);
                (stretch, Piece::new(&values.map(|row| row[instance]).collect::<Vec<f32>>(), LENGTH))
            })
            .collect();
        for &run in &runs {
            let profile = profile(run, &column(run), &pieces, distance);
            // A stretch is known at its end; before the first end there is nothing to compare.
            let ends = by_run[run].iter_mut().skip(LENGTH - 1);
            ends.zip(profile).for_each(|(largest, nearest)| *largest = largest.max(nearest));
        }
    }
    let n_used: usize = used.iter().map(|stretch| stretch.n_places).sum();
    let thinned = if step > 1 { format!(", one piece in {step}") } else { String::new() };
    let chosen = format!("m = {LENGTH} snapshots, {n_used} of {n_places} normal stretches{thinned}");
    Scores { n_params: n_used * levels.n_instances(), chosen, ..Scores::at_last(fold, &by_run) }
}

/// One piece in how many is used.
fn thinning(n_pairs: u64) -> usize {
    n_pairs.div_ceil(MAX_PAIRS).max(1) as usize
}

fn runs_with_windows(fold: &Fold) -> Vec<usize> {
    let windows = [&fold.validation, &fold.test, &fold.normal];
    let mut runs: Vec<usize> = windows.into_iter().flatten().map(|window| window.run as usize).collect();
    runs.sort_unstable();
    runs.dedup();
    runs
}

/// Stretches of snapshots that normal training windows cover, cut into pieces of at most [`PIECE`] places.
fn stretches(fold: &Fold) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    for (run, is_normal) in normal_snapshots(fold).iter().enumerate() {
        let mut begin = 0;
        for same in is_normal.chunk_by(|a, b| a == b) {
            let n_places = if same[0] { (same.len() + 1).saturating_sub(LENGTH) } else { 0 };
            for first in (0..n_places).step_by(PIECE) {
                let n_places = PIECE.min(n_places - first);
                stretches.push(Stretch { run, begin: begin + first, n_places });
            }
            begin += same.len();
        }
    }
    stretches
}

/// Distance to the nearest reference for every place of a run.
fn profile(run: usize, values: &[f32], pieces: &[(Stretch, Piece)], distance: Distance) -> Vec<f32> {
    if values.len() < LENGTH {
        return Vec::new();
    }
    let query = Query::new(values, LENGTH);
    let mut nearness = vec![f32::NEG_INFINITY; values.len() + 1 - LENGTH];
    let mut kernel = Kernel::new(distance, LENGTH);
    for (stretch, piece) in pieces {
        let own = (stretch.run == run).then_some(stretch.begin);
        kernel.compare(&query, piece, own, &mut nearness);
    }
    query.distances(&nearness, distance, pieces.iter().any(|(_, piece)| piece.has_constant()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::Stream;

    /// Definition, in `f64`, pair by pair.
    fn naive(query: &[f32], reference: &[f32], distance: Distance) -> f64 {
        let prepared = |values: &[f32]| -> Vec<f64> {
            let n = values.len() as f64;
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
            let sd = (values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / n).sqrt();
            let of = |&v: &f32| match distance {
                Distance::Normalised => (f64::from(v) - mean) / sd,
                Distance::Plain => f64::from(v),
            };
            values.iter().map(of).collect()
        };
        prepared(query).iter().zip(prepared(reference)).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    fn noise(n: usize, seed: u32) -> Vec<f32> {
        let mut rng = Stream::Data.rng(seed, "profile");
        (0..n).map(|_| 2.0 + rng.normal()).collect()
    }

    fn with_reference(reference: &[f32]) -> Vec<(Stretch, Piece)> {
        let n_places = reference.len() + 1 - LENGTH;
        let first = |begin: usize| Stretch { run: 0, begin, n_places: PIECE.min(n_places - begin) };
        (0..n_places)
            .step_by(PIECE)
            .map(first)
            .map(|at| (at, Piece::new(&reference[at.begin..at.begin + at.n_places + LENGTH - 1], LENGTH)))
            .collect()
    }

    #[test]
    fn the_profile_is_the_definition() {
        let (query, reference) = (noise(70, 1), noise(300, 2));
        for distance in [Distance::Normalised, Distance::Plain] {
            let found = profile(1, &query, &with_reference(&reference), distance);
            assert_eq!(found.len(), 59);
            for (at, &found) in found.iter().enumerate() {
                let all = reference.windows(LENGTH).map(|other| naive(&query[at..at + LENGTH], other, distance));
                let wanted = all.fold(f64::INFINITY, f64::min);
                assert!((f64::from(found) - wanted).abs() < 1e-3, "{distance:?} at {at}: {found}, not {wanted}");
            }
        }
    }

    #[test]
    fn a_run_does_not_find_itself() {
        let values = noise(60, 3);
        for distance in [Distance::Normalised, Distance::Plain] {
            let found = profile(0, &values, &with_reference(&values), distance);
            for (at, &found) in found.iter().enumerate() {
                let apart = |other: &usize| other.abs_diff(at) >= LENGTH;
                let all = (0..=60 - LENGTH).filter(apart);
                let of = |other: usize| naive(&values[at..at + LENGTH], &values[other..other + LENGTH], distance);
                let wanted = all.map(of).fold(f64::INFINITY, f64::min);
                assert!((f64::from(found) - wanted).abs() < 1e-3, "{distance:?} at {at}: {found}, not {wanted}");
            }
            assert!(profile(1, &values, &with_reference(&values), distance).iter().all(|&found| found < 0.02));
        }
    }

    #[test]
    fn a_level_shift_is_seen_by_plain_distances_only() {
        let reference = noise(200, 4);
        let shifted: Vec<f32> = reference[50..90].iter().map(|value| value + 6.0).collect();
        let largest =
            |distance| profile(1, &shifted, &with_reference(&reference), distance).into_iter().fold(0.0, f32::max);
        assert!(largest(Distance::Normalised) < 0.02);
        assert!(largest(Distance::Plain) > 12.0);
    }

    #[test]
    fn constant_stretches_are_alike_and_far_from_others() {
        let far = (LENGTH as f32).sqrt();
        let of = |query: &[f32], reference: &[f32]| profile(1, query, &with_reference(reference), Distance::Normalised);
        assert_eq!(of(&[3.0; 12], &noise(20, 5)), [far]);
        assert_eq!(of(&noise(12, 5), &[3.0; 20]), [far]);
        assert_eq!(of(&[3.0; 12], &[1.0; 20]), [0.0]);
    }

    #[test]
    fn the_reference_is_thinned_to_the_bound() {
        assert_eq!(thinning(0), 1);
        assert_eq!(thinning(MAX_PAIRS), 1);
        assert_eq!(thinning(MAX_PAIRS + 1), 2);
    }
}
