//! `dbscan_cpu`: distance from what is dense in training-normal (MODELS.md B.12).

use super::Scores;
use super::levels::Levels;
use super::pca::Pca;
use super::rank::quantile;
use crate::detect::{Fold, Window, dbscan, kth_distances};

/// Principal components that points are made of.
const N_COMPONENTS: usize = 8;
/// Points that make a neighbourhood dense, the point itself included.
const MIN_SAMPLES: usize = 16;
/// Quantile of the distance to the 16th nearest point, the point itself included, that is taken as `ε`.
const QUANTILE: f64 = 0.95;
/// Most points that are clustered: each is compared with each.
const MAX_POINTS: usize = 4096;

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
