//! Correlation of the observed targets of two nodes over a trailing window.
//!
//! For shares of a capacity, the sums of each pair are whole numbers that are updated bin by bin: no rounding error
//! builds up, and the result does not depend on where the sums began. Values without a capacity have no scale that is
//! known before they are seen, so each of their windows is computed anew.

use super::normalise::pearson;

/// What a correlation is computed from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Bins of the trailing window.
    pub(super) n_steps: usize,
    /// Fewest joint observations.
    pub(super) min_joint: usize,
    /// Bins between two renewals.
    pub(super) renew_bins: usize,
    /// Whether the values are shares of a capacity, 0 to 1.
    pub(super) of_shares: bool,
}

/// Marks a missing observation.
const MISSING: i64 = -1;

/// Sums over the joint observations of a pair.
#[derive(Debug, Clone, Copy, Default)]
struct PairSums {
    n: i64,
    x: i64,
    y: i64,
    xx: i64,
    yy: i64,
    xy: i64,
}

impl PairSums {
    fn add(&mut self, x: i64, y: i64) {
        self.n += 1;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.yy += y * y;
        self.xy += x * y;
    }

    fn remove(&mut self, x: i64, y: i64) {
        self.n -= 1;
        self.x -= x;
        self.y -= y;
        self.xx -= x * x;
        self.yy -= y * y;
        self.xy -= x * y;
    }

    /// `max(0, corr)`; 0 for too few observations or a series that does not vary.
    fn weight(&self, min_joint: usize) -> f32 {
        let (var_x, var_y) = (self.n * self.xx - self.x * self.x, self.n * self.yy - self.y * self.y);
        if self.n < min_joint as i64 || var_x <= 0 || var_y <= 0 {
            return 0.0;
        }
        let covariance = self.n * self.xy - self.x * self.y;
        let r = covariance as f64 / ((var_x as f64).sqrt() * (var_y as f64).sqrt());
        r.clamp(0.0, 1.0) as f32
    }
}

/// One graph per renewal, each `[N, N]`: graph `k` uses the window that ends with bin `k · renew_bins`, and holds
/// until the next one.
///
/// # Shapes
/// `target: [T, N]` in the unit in which errors are measured, NaN where missing.
pub(super) fn correlation_graphs(target: &[f32], n_nodes: usize, rule: Rule) -> Vec<Vec<f32>> {
    if rule.of_shares { running(target, n_nodes, rule) } else { anew(target, n_nodes, rule) }
}

/// The graph of one window alone, `[N, N]`: bit for bit that of [`correlation_graphs`] for the renewal at its last bin.
///
/// # Shapes
/// `window: [L, N]`, the trailing bins of the target, `n_steps` of them or all that there are.
pub(super) fn correlation_graph(window: &[f32], n_nodes: usize, rule: Rule) -> Vec<f32> {
    if !rule.of_shares {
        let series = by_node(window, n_nodes);
        return symmetric(n_nodes, |i, j| window_weight(&series[i], &series[j], rule.min_joint));
    }
    let series = by_node(&quantised(window, rule.n_steps), n_nodes);
    symmetric(n_nodes, |i, j| {
        let mut sums = PairSums::default();
        for (&x, &y) in series[i].iter().zip(&series[j]).filter(|(x, y)| **x != MISSING && **y != MISSING) {
            sums.add(x, y);
        }
        sums.weight(rule.min_joint)
    })
}

/// Each window by the definition.
fn anew(target: &[f32], n_nodes: usize, rule: Rule) -> Vec<Vec<f32>> {
    let graph_at = |last: usize| {
        let first = (last + 1).saturating_sub(rule.n_steps);
        correlation_graph(&target[first * n_nodes..(last + 1) * n_nodes], n_nodes, rule)
    };
    (0..target.len() / n_nodes).step_by(rule.renew_bins).map(graph_at).collect()
}

/// One series per node.
fn by_node<T: Copy>(values: &[T], n_nodes: usize) -> Vec<Vec<T>> {
    (0..n_nodes).map(|node| values.iter().skip(node).step_by(n_nodes).copied().collect()).collect()
}

/// The weight of each pair `i < j`, row by row, in both directions.
fn symmetric(n_nodes: usize, mut weight: impl FnMut(usize, usize) -> f32) -> Vec<f32> {
    let mut weights = vec![0.0; n_nodes * n_nodes];
    for i in 0..n_nodes {
        for j in i + 1..n_nodes {
            let weight = weight(i, j);
            weights[i * n_nodes + j] = weight;
            weights[j * n_nodes + i] = weight;
        }
    }
    weights
}

/// `max(0, corr)` of the joint observations of two windows; 0 for too few of them or one that does not vary.
fn window_weight(x: &[f32], y: &[f32], min_joint: usize) -> f32 {
    let joint = x.iter().zip(y).filter(|(x, y)| x.is_finite() && y.is_finite());
    let (x, y): (Vec<f64>, Vec<f64>) = joint.map(|(x, y)| (f64::from(*x), f64::from(*y))).unzip();
    let r = if x.len() < min_joint { None } else { pearson(&x, &y) };
    r.map_or(0.0, |r| r.clamp(0.0, 1.0) as f32)
}

/// Whole sums that run over the bins.
fn running(target: &[f32], n_nodes: usize, rule: Rule) -> Vec<Vec<f32>> {
    let quantised = quantised(target, rule.n_steps);
    let bin = |bin: usize| &quantised[bin * n_nodes..(bin + 1) * n_nodes];
    let mut sums = vec![PairSums::default(); n_nodes * n_nodes.saturating_sub(1) / 2];
    let n_bins = target.len() / n_nodes;
    let mut graphs = Vec::with_capacity(n_bins.div_ceil(rule.renew_bins));
    for last in 0..n_bins {
        update(&mut sums, bin(last), PairSums::add);
        if let Some(gone) = last.checked_sub(rule.n_steps) {
            update(&mut sums, bin(gone), PairSums::remove);
        }
        if last % rule.renew_bins == 0 {
            graphs.push(graph(&sums, n_nodes, rule.min_joint));
        }
    }
    graphs
}

/// Shares as whole numbers, [`MISSING`] where there is none.
fn quantised(target: &[f32], n_steps: usize) -> Vec<i64> {
    let (units, largest) = (whole_units(n_steps), largest_whole(n_steps));
    let whole = |value: f32| ((f64::from(value) * units).round() as i64).clamp(0, largest);
    target.iter().map(|&value| if value.is_nan() { MISSING } else { whole(value) }).collect()
}

/// Steps of the whole numbers per unit: with at most `L` values `v` up to this number, `L · L · v²` must stay
/// below 2⁶³. `10³ · 10³ · 10¹²` and `10⁴ · 10⁴ · 10¹⁰` do.
fn whole_units(n_steps: usize) -> f64 {
    if n_steps <= 1000 { 1e6 } else { 1e5 }
}

/// Largest whole number `v`: with a window of `L` bins `L² · v²` stays below 2⁶³, and so does every sum. For up to 1,000
/// bins that is at least 3 capacities; a value beyond it is no share, and counts as this one.
fn largest_whole(n_steps: usize) -> i64 {
    3_000_000_000 / n_steps.max(2) as i64
}

/// Applies one bin to all pairs `i < j`, row by row.
fn update(sums: &mut [PairSums], values: &[i64], change: impl Fn(&mut PairSums, i64, i64)) {
    let mut rest = sums;
    for (i, &x) in values.iter().enumerate() {
        let (row, behind) = rest.split_at_mut(values.len() - 1 - i);
        rest = behind;
        if x == MISSING {
            continue;
        }
        for (pair, &y) in row.iter_mut().zip(&values[i + 1..]).filter(|(_, y)| **y != MISSING) {
            change(pair, x, y);
        }
    }
}

fn graph(sums: &[PairSums], n_nodes: usize, min_joint: usize) -> Vec<f32> {
    let mut sums = sums.iter();
    symmetric(n_nodes, |_, _| sums.next().map_or(0.0, |pair| pair.weight(min_joint)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The definition, computed anew for each pair.
    fn naive(target: &[f32], n_nodes: usize, last: usize, rule: Rule) -> Vec<f32> {
        let bins = (last + 1).saturating_sub(rule.n_steps)..last + 1;
        let weight = |i: usize, j: usize| {
            let joint = bins.clone().map(|bin| (target[bin * n_nodes + i], target[bin * n_nodes + j]));
            let joint = joint.filter(|(x, y)| !x.is_nan() && !y.is_nan());
            let (x, y): (Vec<f64>, Vec<f64>) = joint.map(|(x, y)| (f64::from(x), f64::from(y))).unzip();
            if i == j || x.len() < rule.min_joint { 0.0 } else { pearson(&x, &y).unwrap_or(0.0).max(0.0) as f32 }
        };
        (0..n_nodes * n_nodes).map(|idx| weight(idx / n_nodes, idx % n_nodes)).collect()
    }

    proptest! {
        #[test]
        fn running_sums_and_windows_agree_with_the_definition(
            n_nodes in 1_usize..5,
            cells in proptest::collection::vec(proptest::option::weighted(0.8, 0_u32..=100), 4..160),
            n_steps in 2_usize..12,
            renew_bins in 1_usize..5,
            of_shares: bool,
        ) {
            let n_bins = cells.len() / n_nodes;
            let target: Vec<f32> =
                cells[..n_bins * n_nodes].iter().map(|cell| cell.map_or(f32::NAN, |x| x as f32 / 100.0)).collect();
            let rule = Rule { n_steps, min_joint: 3, renew_bins, of_shares };
            let graphs = correlation_graphs(&target, n_nodes, rule);
            prop_assert_eq!(graphs.len(), n_bins.div_ceil(renew_bins));
            for (k, graph) in graphs.iter().enumerate() {
                for (a, b) in graph.iter().zip(naive(&target, n_nodes, k * renew_bins, rule)) {
                    prop_assert!((a - b).abs() < 1e-4, "{a} is not {b}");
                }
            }
        }
    }

    #[test]
    fn no_value_overflows_a_sum() {
        let target: Vec<f32> = (0..60).flat_map(|bin| [f32::MAX, [-1e30, f32::INFINITY, 0.5][bin % 3]]).collect();
        for (of_shares, n_steps) in [(true, 2), (true, 10_000), (false, 10)] {
            let rule = Rule { n_steps, min_joint: 2, renew_bins: 1, of_shares };
            let graphs = correlation_graphs(&target, 2, rule);
            assert!(graphs.concat().iter().all(|weight| (0.0..=1.0).contains(weight)));
        }
        let bytes: Vec<f32> = (0..40).flat_map(|bin| [4e9 + 1e6 * bin as f32, 2e3 * bin as f32]).collect();
        let rule = Rule { n_steps: 40, min_joint: 20, renew_bins: 39, of_shares: false };
        assert!(correlation_graphs(&bytes, 2, rule)[1][1] > 0.999);
    }

    #[test]
    fn few_joint_observations_give_no_edge() {
        let target = [0.1, 0.1, 0.2, 0.2, 0.3, f32::NAN];
        let rule = |min_joint| Rule { n_steps: 48, min_joint, renew_bins: 2, of_shares: true };
        assert_eq!(correlation_graphs(&target, 2, rule(2))[1], [0.0, 1.0, 1.0, 0.0]);
        assert_eq!(correlation_graphs(&target, 2, rule(3))[1], [0.0; 4]);
    }
}
