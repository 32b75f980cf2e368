//! `iforest`: isolation forest (Liu, Ting and Zhou 2008; MODELS.md B.13).

use std::f64::consts::EULER_GAMMA;

use super::Scores;
use super::features::Summary;
use crate::detect::{Fold, Window};
use crate::stream::{Stream, StreamRng};

const N_TREES: usize = 100;
/// `ψ`: windows that a tree is grown on.
const SAMPLE: usize = 256;

/// `c(n)`: mean depth at which a search in a random binary tree of `n` points fails.
///
/// Harmonic numbers are taken as `ln + γ` from 3 points on, as in the paper and in scikit-learn.
fn mean_depth(n: usize) -> f64 {
    match n {
        0 | 1 => 0.0,
        2 => 1.0,
        _ => {
            let n = n as f64;
            2.0 * ((n - 1.0).ln() + EULER_GAMMA) - 2.0 * (n - 1.0) / n
        }
    }
}

/// `2^(−E[h] / c(ψ))`.
fn score(mean_path: f64, sample: usize) -> f64 {
    let usual = mean_depth(sample);
    if usual > 0.0 { (-mean_path / usual).exp2() } else { 0.5 }
}

#[derive(Debug, Clone)]
enum Node {
    /// Rows with `row[feature] <= at` go left, the others right.
    Split { feature: usize, at: f32, left: usize, right: usize },
    /// Depth plus what further splitting would have added on average.
    Leaf { path: f64 },
}

/// The root is the last node.
#[derive(Debug, Clone)]
struct Tree(Vec<Node>);

impl Tree {
    fn grow(rows: &mut [&[f32]], rng: &mut StreamRng) -> Self {
        let limit = (rows.len().max(2) as f64).log2().ceil() as usize;
        let mut nodes = Vec::new();
        grow(&mut nodes, rows, (0, limit), rng);
        Self(nodes)
    }

    fn path(&self, row: &[f32]) -> f64 {
        let mut at_node = self.0.len() - 1;
        loop {
            match self.0[at_node] {
                Node::Leaf { path } => return path,
                Node::Split { feature, at, left, right } => at_node = if row[feature] <= at { left } else { right },
            }
        }
    }
}

/// Adds a node for some rows behind all nodes below it; returns its index.
fn grow(nodes: &mut Vec<Node>, rows: &mut [&[f32]], (depth, limit): (usize, usize), rng: &mut StreamRng) -> usize {
    let node = match draw_split(rows, rng).filter(|_| depth < limit) {
        None => Node::Leaf { path: depth as f64 + mean_depth(rows.len()) },
        Some((feature, at)) => {
            rows.sort_unstable_by_key(|row| row[feature] > at);
            let n_left = rows.partition_point(|row| row[feature] <= at);
            let (left, right) = rows.split_at_mut(n_left);
            let left = grow(nodes, left, (depth + 1, limit), rng);
            let right = grow(nodes, right, (depth + 1, limit), rng);
            Node::Split { feature, at, left, right }
        }
    };
    nodes.push(node);
    nodes.len() - 1
}

/// A feature that is not constant, and a place inside its range; both sides get a row.
fn draw_split(rows: &[&[f32]], rng: &mut StreamRng) -> Option<(usize, f32)> {
    let range = |feature: usize| {
        let values = rows.iter().map(|row| row[feature]);
        (feature, values.clone().fold(f32::INFINITY, f32::min), values.fold(f32::NEG_INFINITY, f32::max))
    };
    let varying: Vec<(usize, f32, f32)> =
        (0..rows.first()?.len()).map(range).filter(|(_, low, high)| low < high).collect();
    let &(feature, low, high) = varying.get(rng.below(varying.len()))?;
    let at = rng.uniform(low, high);
    Some((feature, if at < high { at } else { low }))
}

/// Means and slopes of all instances, `[2 · I]`.
fn features(fold: &Fold, window: Window) -> Vec<f32> {
    let summary = Summary::of(fold, window);
    [summary.mean, summary.slope].concat()
}

/// 100 trees on 256 normal training windows each, or on all if there are fewer.
pub(super) fn iforest(fold: &Fold, seed: u32) -> Scores {
    let normal: Vec<Vec<f32>> = fold.normal.iter().map(|&window| features(fold, window)).collect();
    let mut rng = Stream::Sample.rng(seed, "iforest");
    let sample = normal.len().min(SAMPLE);
    let mut order: Vec<usize> = (0..normal.len()).collect();
    let mut tree = || {
        // The first places of a Fisher-Yates shuffle: a draw without replacement.
        for place in 0..sample {
            order.swap(place, place + rng.below(normal.len() - place));
        }
        let mut rows: Vec<&[f32]> = order[..sample].iter().map(|&at| normal[at].as_slice()).collect();
        Tree::grow(&mut rows, &mut rng)
    };
    let trees: Vec<Tree> = (0..N_TREES).map(|_| tree()).collect();
    let of = |window| {
        let row = features(fold, window);
        let mean_path = trees.iter().map(|tree| tree.path(&row)).sum::<f64>() / N_TREES as f64;
        score(mean_path, sample) as f32
    };
    let n_splits: usize = trees.iter().map(|tree| tree.0.len() / 2).sum();
    Scores { n_params: 2 * n_splits, chosen: format!("{sample} windows per tree"), ..Scores::of(fold, of) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn depths_and_scores_are_the_published_ones() {
        for (n, wanted) in [(1, 0.0), (2, 1.0), (3, 1.207_392), (4, 1.851_656), (256, 10.244_771)] {
            assert!((mean_depth(n) - wanted).abs() < 1e-6, "c({n}) = {}", mean_depth(n));
        }
        assert!((score(mean_depth(256), 256) - 0.5).abs() < 1e-12);
        assert!((score(4.0, 256) - 0.762_895).abs() < 1e-6);
    }

    #[test]
    fn a_point_far_away_is_isolated_sooner() {
        let mut rng = Stream::Data.rng(1, "forest");
        let points: Vec<[f32; 2]> = (0..64).map(|_| [rng.normal(), rng.normal()]).chain([[9.0, -9.0]]).collect();
        let mut rows: Vec<&[f32]> = points.iter().map(|point| &point[..]).collect();
        let trees: Vec<Tree> = (0..50).map(|_| Tree::grow(&mut rows, &mut rng)).collect();
        let path = |row: &[f32]| trees.iter().map(|tree| tree.path(row)).sum::<f64>() / 50.0;
        assert!(path(&[9.0, -9.0]) + 1.0 < path(&[0.0, 0.0]), "{} {}", path(&[9.0, -9.0]), path(&[0.0, 0.0]));
    }

    #[test]
    fn points_that_are_all_the_same_make_one_leaf() {
        let points = [[1.0_f32; 3]; 5];
        let mut rows: Vec<&[f32]> = points.iter().map(|point| &point[..]).collect();
        let tree = Tree::grow(&mut rows, &mut Stream::Data.rng(1, ""));
        assert_eq!((tree.0.len(), tree.path(&[4.0; 3])), (1, mean_depth(5)));
    }
}
