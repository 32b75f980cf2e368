//! `replica_dev` and `cycle_dev`: normal services are alike, among replicas and from cycle to cycle (MODELS.md B.17).
//!
//! The score of a window is the largest of its instances' means over the window. Where there are no replicas, or no
//! cycle, all scores are 0, and [`Scores::chosen`] says so.

use std::f32::consts::SQRT_2;

use super::Scores;
use super::levels::{Levels, normal_snapshots, window_mean};
use crate::detect::Fold;

/// From a median absolute deviation to a standard deviation, for normal values.
const MAD_TO_SD: f32 = 1.4826;
/// Added to the spread of the replicas, in units of the fold's scale.
const LEAST_SPREAD: f32 = 0.25;
/// Pairs of snapshots that an autocorrelation needs.
const MIN_PAIRS: usize = 30;
/// Chance that noise shows a significant lag anywhere, at most.
const LEVEL: f64 = 0.05;

/// Window scores from values `[S, I]` of each run.
fn largest_mean(fold: &Fold, by_run: &[Vec<f32>]) -> Scores {
    Scores::of(fold, |window| {
        let mean = window_mean(&by_run[window.run as usize], fold.n_instances(), window, fold.sequence as u32);
        mean.into_iter().fold(0.0, f32::max)
    })
}

/// Instances of each type.
fn replicas(fold: &Fold) -> Vec<Vec<usize>> {
    let mut of_type = vec![Vec::new(); fold.hierarchy.n_types];
    fold.hierarchy.members.iter().enumerate().for_each(|(instance, &(service, _))| of_type[service].push(instance));
    of_type
}

/// Deviation of one value from those of its replicas; 0 without any.
fn deviation(value: f32, others: &mut [f32]) -> f32 {
    match *others {
        [] => 0.0,
        [other] => (value - other).abs() / SQRT_2,
        _ => {
            let middle = median(others);
            others.iter_mut().for_each(|other| *other = (*other - middle).abs());
            (value - middle).abs() / (MAD_TO_SD * median(others) + LEAST_SPREAD)
        }
    }
}

/// Median; sorts.
fn median(values: &mut [f32]) -> f32 {
    values.sort_unstable_by(f32::total_cmp);
    let n = values.len();
    (values[(n - 1) / 2] + values[n / 2]) / 2.0
}

/// Deviation from the replicas of the same type. A missing instance neither deviates nor is compared with.
pub(super) fn replica_dev(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let n = fold.n_instances();
    let types = replicas(fold);
    if types.iter().all(|instances| instances.len() < 2) {
        return Scores::constant(fold, 0.0, "undefined: no type has replicas");
    }
    let of_run = |run: usize| {
        let mut out = vec![0.0; levels.run(run).len()];
        let mut others = Vec::new();
        for (snapshot, (row, out)) in levels.snapshots(run).zip(out.chunks_exact_mut(n)).enumerate() {
            let missing = fold.missing(run as u32, snapshot as u32);
            for seen in &types {
                for &instance in seen.iter().filter(|&&instance| !missing[instance]) {
                    others.clear();
                    let is_other = |other: &&usize| **other != instance && !missing[**other];
                    others.extend(seen.iter().filter(is_other).map(|&other| row[other]));
                    out[instance] = deviation(row[instance], &mut others);
                }
            }
        }
        out
    };
    largest_mean(fold, &(0..fold.runs.len()).map(of_run).collect::<Vec<_>>())
}

/// Deviation from one cycle before; 0 in the first cycle of a run.
pub(super) fn cycle_dev(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let Some((cycle, correlation)) = find_cycle(fold, &levels) else {
        return Scores::constant(fold, 0.0, "undefined: the normal load has no significant cycle");
    };
    let n = fold.n_instances();
    let of_run = |run: usize| -> Vec<f32> {
        let values = levels.run(run);
        let earlier = values.iter().map(Some);
        let before = std::iter::repeat_n(None, cycle * n).chain(earlier);
        values.iter().zip(before).map(|(value, before)| before.map_or(0.0, |b| (value - b).abs() / SQRT_2)).collect()
    };
    let scores = largest_mean(fold, &(0..fold.runs.len()).map(of_run).collect::<Vec<_>>());
    Scores { n_params: 1, chosen: format!("cycle of {cycle} snapshots, autocorrelation {correlation:.2}"), ..scores }
}

/// Length of the cycle in snapshots, and its autocorrelation: the highest significant peak of the autocorrelation of the
/// total load over normal training snapshots.
///
/// Neighbours in time are alike without any cycle, so only peaks behind the first lag that is not significant count.
fn find_cycle(fold: &Fold, levels: &Levels) -> Option<(usize, f64)> {
    let loads = normal_loads(fold, levels);
    let longest = loads.iter().map(Vec::len).max()? / 2;
    let lags: Vec<Option<(f64, usize)>> = (0..=longest).map(|lag| autocorrelation(&loads, lag)).collect();
    // Of noise √n r is nearly standard normal, and exceeds z with a chance below exp(−z² / 2).
    let bound = (2.0 * (lags.len() as f64 / LEVEL).ln()).sqrt();
    let is_significant = |&(value, n_pairs): &(f64, usize)| value * (n_pairs as f64).sqrt() > bound;
    let first = lags.iter().position(|lag| lag.as_ref().is_some_and(|lag| !is_significant(lag)))?;
    let at = |lag: usize| lags.get(lag).copied().flatten().filter(is_significant).map(|(value, _)| value);
    let value = |lag: usize| lags.get(lag).copied().flatten().map_or(f64::NEG_INFINITY, |(value, _)| value);
    let is_peak = |&lag: &usize| value(lag) >= value(lag - 1) && value(lag) > value(lag + 1);
    // The last lag is no peak: what comes behind it is not known.
    let peaks = (first.max(2)..longest).filter(is_peak).filter_map(|lag| Some((lag, at(lag)?)));
    peaks.fold(None, |best, peak| if best.is_none_or(|(_, highest)| peak.1 > highest) { Some(peak) } else { best })
}

/// Total load of each run less its mean over all; `None` where the snapshot is not normal training.
fn normal_loads(fold: &Fold, levels: &Levels) -> Vec<Vec<Option<f64>>> {
    let is_normal = normal_snapshots(fold);
    let total = |row: &[f32]| row.iter().map(|&level| f64::from(level)).sum::<f64>();
    let of_run = |(run, is_normal): (usize, &Vec<bool>)| -> Vec<Option<f64>> {
        levels.snapshots(run).zip(is_normal).map(|(row, is_normal)| is_normal.then(|| total(row))).collect()
    };
    let mut loads: Vec<Vec<Option<f64>>> = is_normal.iter().enumerate().map(of_run).collect();
    let seen: Vec<f64> = loads.iter().flatten().flatten().copied().collect();
    let mean = seen.iter().sum::<f64>() / seen.len().max(1) as f64;
    loads.iter_mut().flatten().flatten().for_each(|load| *load -= mean);
    loads
}

/// Autocorrelation at a lag, over pairs in the same run, and its number of pairs. `None` if they are few, or nothing
/// varies.
fn autocorrelation(loads: &[Vec<Option<f64>>], lag: usize) -> Option<(f64, usize)> {
    let (mut n, mut product, mut squares) = (0_usize, 0.0, 0.0);
    for run in loads {
        for (later, earlier) in run.iter().skip(lag).zip(run) {
            if let (Some(later), Some(earlier)) = (later, earlier) {
                n += 1;
                product += later * earlier;
                squares += (later * later + earlier * earlier) / 2.0;
            }
        }
    }
    (n >= MIN_PAIRS && squares > 0.0).then(|| (product / squares, n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_are_compared_by_median_and_spread() {
        assert_eq!(deviation(3.0, &mut []), 0.0);
        assert_eq!(deviation(3.0, &mut [1.0]), SQRT_2);
        // Others 1, 2, 6: median 2, absolute deviations 1, 0, 4 with median 1.
        assert_eq!(deviation(5.0, &mut [6.0, 1.0, 2.0]), 3.0 / (MAD_TO_SD + LEAST_SPREAD));
    }

    #[test]
    fn a_wave_is_correlated_at_its_length_and_noise_at_none() {
        let wave: Vec<Option<f64>> =
            (0..400).map(|t| Some((f64::from(t) * std::f64::consts::TAU / 40.0).sin())).collect();
        let (at_cycle, n_pairs) = autocorrelation(std::slice::from_ref(&wave), 40).expect("pairs");
        assert!(at_cycle > 0.999 && n_pairs == 360, "{at_cycle} {n_pairs}");
        let (at_half, _) = autocorrelation(&[wave], 20).expect("pairs");
        assert!(at_half < -0.999);
        assert_eq!(autocorrelation(&[vec![Some(0.0); 100]], 1), None);
    }
}
