//! DBSCAN (Ester et al. 1996): what is dense among points (MODELS.md B.12).

/// What DBSCAN makes of points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    /// Cluster of each point; `None` for noise.
    pub labels: Vec<Option<usize>>,
    /// Whether a point has at least `min_samples` points within `ε`, itself included.
    pub is_core: Vec<bool>,
}

/// Clusters are numbered in the order of their first core point; a border point goes to the first that reaches it.
pub fn dbscan(points: &[Vec<f64>], radius: f64, min_samples: usize) -> Clusters {
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

/// Euclidean distance.
pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// Distance of each point to its `k`-th nearest, itself included.
pub fn kth_distances(points: &[Vec<f64>], k: usize) -> Vec<f64> {
    let of = |at: &Vec<f64>| {
        let mut all: Vec<f64> = points.iter().map(|other| distance(at, other)).collect();
        *all.select_nth_unstable_by(k - 1, f64::total_cmp).1
    };
    points.iter().map(of).collect()
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
