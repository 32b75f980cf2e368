//! DBSCAN (Ester et al. 1996), and `dbscan_cpu`: distance from what is dense in training-normal (MODELS.md B.12).

use super::Scores;
use super::levels::Levels;
use super::pca::Pca;
use super::rank::quantile;
use crate::detect::{Fold, Window};

/// Principal components that points are made of.
const N_COMPONENTS: usize = 8;
/// Points that make a neighbourhood dense, the point itself included.
const MIN_SAMPLES: usize = 16;
/// Quantile of the distance to the 16th nearest point, the point itself included, that is taken as `ε`.
const QUANTILE: f64 = 0.95;
/// Most points that are clustered: each is compared with each.
const MAX_POINTS: usize = 4096;

/// What DBSCAN makes of points.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clusters {
    /// Cluster of each point; `None` for noise.
    labels: Vec<Option<usize>>,
    /// Whether a point has at least `min_samples` points within `ε`, itself included.
    is_core: Vec<bool>,
}

/// Clusters are numbered in the order of their first core point; a border point goes to the first that reaches it.
fn dbscan(points: &[Vec<f64>], radius: f64, min_samples: usize) -> Clusters {
    let neighbours =
        |at: usize| (0..points.len()).filter(move |&other| distance(&points[at], &points[other]) <= radius);
    let is_core: Vec<bool> = (0..points.len()).map(|at| neighbours(at).nth(min_samples - 1).is_some()).collect();
    let mut labels = vec![None; points.len()];
    let mut n_clusters = 0;
    for first in 0..points.len() {
        if !is_core[first] || labels[first].is_some() {
            continue;
        }
        labels[first] = Some(n_clusters);
        let mut reached = vec![first];
        while let Some(at) = reached.pop() {
            for other in neighbours(at).filter(|_| is_core[at]) {
                if labels[other].is_none() {
                    labels[other] = Some(n_clusters);
                    reached.push(other);
                }
            }
        }
        n_clusters += 1;
    }
    Clusters { labels, is_core }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Distance of each point to its `k`-th nearest, itself included.
fn kth_distances(points: &[Vec<f64>], k: usize) -> Vec<f64> {
    let of = |at: &Vec<f64>| {
        let mut all: Vec<f64> = points.iter().map(|other| distance(at, other)).collect();
        *all.select_nth_unstable_by(k - 1, f64::total_cmp).1
    };
    points.iter().map(of).collect()
}

/// Normal windows that share no snapshot, at most [`MAX_POINTS`], evenly chosen.
///
/// Overlapping ones are near copies of each other: the nearest points of each would be its own neighbours in time, and
/// `ε` would measure how fast the load moves.
fn apart(fold: &Fold) -> Vec<Window> {
    let mut taken: Vec<Window> = Vec::new();
    for &window in &fold.normal {
        let is_apart =
            |last: &Window| last.run != window.run || window.last.abs_diff(last.last) >= fold.sequence as u32;
        if taken.last().is_none_or(is_apart) {
            taken.push(window);
        }
    }
    let step = taken.len().div_ceil(MAX_POINTS).max(1);
    taken.into_iter().step_by(step).collect()
}

/// Distance to the nearest core point: DBSCAN itself has no answer for new points.
pub(super) fn dbscan_cpu(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let normal: Vec<Vec<f32>> = fold.normal.iter().map(|&window| levels.window_mean(window)).collect();
    let pca = Pca::fit(&normal).keep(N_COMPONENTS);
    let points: Vec<Vec<f64>> = apart(fold).iter().map(|&window| pca.project(&levels.window_mean(window))).collect();
    let min_samples = MIN_SAMPLES.min(points.len());
    let radius = quantile(kth_distances(&points, min_samples), QUANTILE).unwrap_or(0.0);
    let clusters = dbscan(&points, radius, min_samples);
    let core: Vec<&Vec<f64>> =
        points.iter().zip(&clusters.is_core).filter(|(_, core)| **core).map(|(p, _)| p).collect();
    let nearest = |point: &[f64]| core.iter().map(|core| squared(point, core)).fold(f64::INFINITY, f64::min).sqrt();
    let scores = Scores::of(fold, |window| nearest(&pca.project(&levels.window_mean(window))) as f32);
    let n_clusters = clusters.labels.iter().flatten().max().map_or(0, |last| last + 1);
    let n_noise = clusters.labels.iter().filter(|label| label.is_none()).count();
    let chosen = format!("ε = {radius:.3}; {} points: {n_clusters} clusters, {n_noise} noise", points.len());
    Scores { n_params: pca.n_params() + core.len() * pca.n_components() + 1, chosen, ..scores }
}

/// Squared distance; without the root, which the nearest of many does not need.
fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(points: &[Vec<f64>], min_samples: usize) -> Vec<i32> {
        let clusters = dbscan(points, 1.0, min_samples);
        clusters.labels.iter().map(|label| label.map_or(-1, |label| label as i32)).collect()
    }

    // MODELS.md F.9.
    #[test]
    fn clusters_are_the_published_ones() {
        let plane = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [5.0, 5.0], [5.0, 6.0], [9.0, 9.0]].map(Vec::from);
        assert_eq!(labels(&plane, 2), [0, 0, 0, 1, 1, -1]);
        assert_eq!(labels(&plane, 3), [0, 0, 0, -1, -1, -1]);
        let line = [0.0, 1.0, 2.0, 3.0, 3.5].map(|at| vec![at]);
        assert_eq!(labels(&line, 3), [0; 5]);
        assert_eq!(dbscan(&line, 1.0, 3).is_core, [false, true, true, true, false]);
    }

    #[test]
    fn the_kth_distance_counts_the_point_itself() {
        let line = [0.0, 1.0, 3.0].map(|at| vec![at]);
        assert_eq!(kth_distances(&line, 1), [0.0; 3]);
        assert_eq!(kth_distances(&line, 2), [1.0, 1.0, 2.0]);
    }
}
