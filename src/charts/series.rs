//! Plain computations on series: thinning, medians, bands, nearest points and places of labels.

use super::draw::Point;
use crate::charts::order::sort_by;

/// Thins a line to at most two points a pixel column, the lowest and the highest in their order.
///
/// Gaps (`None`) stay; a run of gaps becomes one.
pub(super) fn thin(points: &[Option<Point>]) -> Vec<Option<Point>> {
    let mut thinned = Vec::new();
    for run in points.split(Option::is_none) {
        if !thinned.is_empty() && thinned.last() != Some(&None) {
            thinned.push(None);
        }
        let run: Vec<Point> = run.iter().flatten().copied().collect();
        for column in run.chunk_by(|a, b| a.0.floor() == b.0.floor()) {
            thinned.extend(extremes(column).map(Some));
        }
    }
    if thinned.last() == Some(&None) {
        thinned.pop();
    }
    thinned
}

/// The lowest and the highest point of a column, in the order in which they came; the point itself if it is alone.
fn extremes(column: &[Point]) -> impl Iterator<Item = Point> + use<> {
    let by_height = |a: &(usize, &Point), b: &(usize, &Point)| a.1.1.total_cmp(&b.1.1);
    let low = column.iter().enumerate().min_by(by_height).map_or(0, |(idx, _)| idx);
    let high = column.iter().enumerate().max_by(by_height).map_or(0, |(idx, _)| idx);
    let first = column.get(low.min(high)).copied();
    let second = if low == high { None } else { column.get(low.max(high)).copied() };
    first.into_iter().chain(second)
}

/// Median of the finite values; the mean of the middle two if their number is even.
pub(super) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    sort_by(&mut sorted, f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    Some(if sorted.len() % 2 == 1 { upper } else { (sorted[middle - 1] + upper) / 2.0 })
}

/// Smallest and largest finite value.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let finite = values.into_iter().filter(|value| value.is_finite());
    finite.fold(None, |range, value| match range {
        None => Some((value, value)),
        Some((low, high)) => Some((f64::min(low, value), f64::max(high, value))),
    })
}

/// Index of the entry nearest to `at`; the first of two equally near.
pub(super) fn nearest(sorted: &[f64], at: f64) -> Option<usize> {
    let distance = |idx: usize| (sorted[idx] - at).abs();
    let right = sorted.partition_point(|value| *value < at).min(sorted.len().checked_sub(1)?);
    let left = right.saturating_sub(1);
    Some(if distance(left) <= distance(right) { left } else { right })
}

/// Index of the point nearest to `at`.
pub(super) fn nearest_point(points: &[Point], at: Point) -> Option<usize> {
    let distance = |point: &Point| (point.0 - at.0).powi(2) + (point.1 - at.1).powi(2);
    let by_distance = |a: &(usize, &Point), b: &(usize, &Point)| distance(a.1).total_cmp(&distance(b.1));
    points.iter().enumerate().min_by(by_distance).map(|(idx, _)| idx)
}

/// Moves heights apart to at least `gap`, inside `low` to `high` where that is possible, keeping their order.
pub(super) fn apart(heights: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    sort_by(&mut order, |a, b| heights[*a].total_cmp(&heights[*b]));
    let mut placed = heights.to_vec();
    let mut floor = low;
    for &idx in &order {
        placed[idx] = placed[idx].max(floor);
        floor = placed[idx] + gap;
    }
    let mut ceiling = high;
    for &idx in order.iter().rev() {
        placed[idx] = placed[idx].min(ceiling);
        ceiling = placed[idx] - gap;
    }
    placed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn thinning_keeps_lowest_and_highest_of_a_pixel_in_order() {
        let line = [(0.1, 5.0), (0.2, 9.0), (0.3, 1.0), (0.9, 4.0), (1.5, 2.0)].map(Some);
        assert_eq!(thin(&line), [Some((0.2, 9.0)), Some((0.3, 1.0)), Some((1.5, 2.0))]);
    }

    #[test]
    fn thinning_keeps_gaps() {
        let line = [Some((0.0, 1.0)), None, None, Some((0.5, 2.0)), None];
        assert_eq!(thin(&line), [Some((0.0, 1.0)), None, Some((0.5, 2.0))]);
        assert!(thin(&[None, None]).is_empty());
    }

    #[test]
    fn median_of_even_and_odd_and_of_nothing() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, f64::NAN]), Some(2.5));
        assert_eq!(median(&[f64::NAN]), None);
    }

    #[test]
    fn nearest_of_a_tie_is_the_first() {
        assert_eq!(nearest(&[0.0, 10.0, 20.0], 5.0), Some(0));
        assert_eq!(nearest(&[0.0, 10.0, 20.0], 99.0), Some(2));
        assert_eq!(nearest(&[], 1.0), None);
        assert_eq!(nearest_point(&[(0.0, 0.0), (3.0, 4.0)], (3.0, 3.0)), Some(1));
    }

    #[test]
    fn labels_keep_their_distance_and_order() {
        assert_eq!(apart(&[50.0, 52.0, 51.0], 14.0, 0.0, 200.0), [50.0, 78.0, 64.0]);
        assert_eq!(apart(&[195.0, 199.0], 14.0, 0.0, 200.0), [186.0, 200.0]);
    }

    proptest! {
        #[test]
        fn thinning_never_adds_and_keeps_the_extremes(heights in prop::collection::vec(-1e3..1e3f64, 1..400)) {
            let line: Vec<_> = heights.iter().enumerate().map(|(idx, y)| Some((idx as f64 / 7.0, *y))).collect();
            let thinned = thin(&line);
            prop_assert!(thinned.len() <= line.len());
            let after = extent(thinned.iter().flatten().map(|point| point.1));
            prop_assert_eq!(after, extent(heights.iter().copied()));
        }

        #[test]
        fn labels_that_fit_are_apart(heights in prop::collection::vec(0.0..200.0f64, 0..12)) {
            let placed = apart(&heights, 14.0, 0.0, 200.0);
            let mut sorted = placed.clone();
            sort_by(&mut sorted, f64::total_cmp);
            prop_assert!(sorted.windows(2).all(|pair| pair[1] - pair[0] >= 14.0 - 1e-9));
            prop_assert!(sorted.iter().all(|y| (-1e-9..=200.0 + 1e-9).contains(y)));
        }
    }
}
