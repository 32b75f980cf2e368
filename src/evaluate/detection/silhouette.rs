//! How far apart two classes lie.

/// Most points; of more, evenly spaced ones are taken.
const MAX_POINTS: usize = 2000;

/// Mean silhouette of two classes of points `[n, dim]`: `(b − a) / max(a, b)` with `a` the mean distance to the own
/// class and `b` to the other (Rousseeuw 1987). A point that is alone in its class counts 0.
///
/// Of more than 2 000 points, 2 000 evenly spaced ones are compared, `O(n²)`. `None` unless both classes occur.
pub fn silhouette(points: &[f32], dim: usize, labels: &[bool]) -> Option<f64> {
    let n = labels.len();
    let picked: Vec<usize> = evenly_spaced(n, MAX_POINTS).collect();
    let n_faults = picked.iter().filter(|&&idx| labels[idx]).count();
    if n_faults == 0 || n_faults == picked.len() {
        return None;
    }
    let point = |idx: usize| &points[idx * dim..(idx + 1) * dim];
    let sizes = [picked.len() - n_faults, n_faults];
    let one = |&from: &usize| {
        let mut sums = [0.0, 0.0];
        for &to in &picked {
            sums[usize::from(labels[to])] += distance(point(from), point(to));
        }
        let own = usize::from(labels[from]);
        let (a, b) = (sums[own] / (sizes[own] - 1).max(1) as f64, sums[1 - own] / sizes[1 - own] as f64);
        if sizes[own] == 1 || a.max(b) <= 0.0 { 0.0 } else { (b - a) / a.max(b) }
    };
    let mean = picked.iter().map(one).sum::<f64>() / picked.len() as f64;
    mean.is_finite().then_some(mean)
}

/// All of `0..n`, or `most` of them at equal distances.
pub(super) fn evenly_spaced(n: usize, most: usize) -> impl Iterator<Item = usize> {
    let count = n.min(most);
    (0..count).map(move |k| (k as u64 * n as u64 / count as u64) as usize)
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distant_classes_have_a_silhouette_near_one() {
        // By hand: a = 1 and b = 10.5, 9.5, 9.5, 10.5 for the points 0, 1 against 10, 11.
        let wanted = (2.0 * (9.5 / 10.5) + 2.0 * (8.5 / 9.5)) / 4.0;
        let found = silhouette(&[0.0, 1.0, 10.0, 11.0], 1, &[false, false, true, true]).expect("two classes");
        assert!((found - wanted).abs() < 1e-12);
    }

    #[test]
    fn one_class_has_none_and_equal_points_have_zero() {
        assert_eq!(silhouette(&[0.0, 1.0], 1, &[true, true]), None);
        assert_eq!(silhouette(&[], 2, &[]), None);
        assert_eq!(silhouette(&[1.0; 4], 1, &[false, true, false, true]), Some(0.0));
        assert_eq!(silhouette(&[f32::NAN; 4], 1, &[false, true, false, true]), None);
    }

    #[test]
    fn many_points_are_thinned_evenly() {
        let picked: Vec<usize> = evenly_spaced(5000, 2000).collect();
        assert_eq!((picked.len(), picked[0], picked[1999]), (2000, 0, 4997));
        assert!(picked.windows(2).all(|pair| (2..=3).contains(&(pair[1] - pair[0]))));
        assert_eq!(evenly_spaced(3, 10).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
