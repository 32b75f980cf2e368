//! Regression trees on binned features, grown on gradients and Hessians (Chen and Guestrin 2016; scikit-learn's
//! histogram gradient boosting).

/// Most bins of a feature.
const MAX_BINS: usize = 64;
const MAX_DEPTH: usize = 3;
/// Fewest rows of a leaf.
const MIN_ROWS: u32 = 20;
/// Least Hessian of a leaf.
const MIN_HESSIAN: f64 = 1e-3;

/// Rows as bin numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Binned {
    /// Between which values the bins of each feature lie, rising: bin `b` holds values up to `thresholds[b]`.
    thresholds: Vec<Vec<f32>>,
    /// `[d, n]`: bins of a feature lie together.
    bins: Vec<u8>,
    n_rows: usize,
}

impl Binned {
    /// Bins of rows `[n, width]`.
    pub(super) fn fit(rows: &[f32], width: usize) -> Self {
        let n_rows = rows.len() / width;
        let mut bins = Vec::with_capacity(rows.len());
        let mut of_feature = |feature: usize| {
            let column = || rows.iter().skip(feature).step_by(width).copied();
            let thresholds = thresholds(column().collect());
            bins.extend(column().map(|value| thresholds.partition_point(|&threshold| threshold < value) as u8));
            thresholds
        };
        let thresholds = (0..width).map(&mut of_feature).collect();
        Self { thresholds, bins, n_rows }
    }

    fn of_feature(&self, feature: usize) -> &[u8] {
        &self.bins[feature * self.n_rows..][..self.n_rows]
    }
}

/// Halfway between neighbouring values if they are few, quantiles otherwise (numpy's `averaged_inverted_cdf`).
fn thresholds(mut column: Vec<f32>) -> Vec<f32> {
    column.sort_unstable_by(f32::total_cmp);
    let mut distinct = column.clone();
    distinct.dedup();
    let mut thresholds: Vec<f32> = if distinct.len() <= MAX_BINS {
        distinct.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
    } else {
        let n = column.len();
        let quantile = |bin: usize| {
            let (place, rest) = (bin * n / MAX_BINS, bin * n % MAX_BINS);
            if rest == 0 { (column[place - 1] + column[place]) / 2.0 } else { column[place] }
        };
        (1..MAX_BINS).map(quantile).collect()
    };
    thresholds.dedup();
    thresholds
}

/// Sums over rows.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    gradient: f64,
    hessian: f64,
    n: u32,
}

impl Sums {
    fn add(&mut self, gradient: f64, hessian: f64) {
        self.gradient += gradient;
        self.hessian += hessian;
        self.n += 1;
    }

    fn plus(self, other: Self) -> Self {
        Self { gradient: self.gradient + other.gradient, hessian: self.hessian + other.hessian, n: self.n + other.n }
    }

    fn minus(self, other: Self) -> Self {
        Self { gradient: self.gradient - other.gradient, hessian: self.hessian - other.hessian, n: self.n - other.n }
    }

    fn is_leaf_enough(self) -> bool {
        self.n >= MIN_ROWS && self.hessian >= MIN_HESSIAN
    }

    /// Twice what the best constant takes off the loss.
    fn gain(self) -> f64 {
        self.gradient * self.gradient / self.hessian.max(f64::MIN_POSITIVE)
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    /// Rows with `row[feature] <= at` go left, the others right.
    Split {
        feature: usize,
        at: f32,
        left: usize,
        right: usize,
    },
    Leaf {
        value: f64,
    },
}

/// A tree of depth 3; the root is the last node.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tree(Vec<Node>);

#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    /// Last bin on the left.
    bin: u8,
}

impl Tree {
    /// One Newton step per leaf: `−Σ gradient / Σ Hessian`.
    pub(super) fn grow(binned: &Binned, gradients: &[f64], hessians: &[f64]) -> Self {
        let mut rows: Vec<u32> = (0..binned.n_rows as u32).collect();
        let mut grower = Grower { binned, gradients, hessians, nodes: Vec::new() };
        grower.grow(&mut rows, 0);
        Self(grower.nodes)
    }

    /// Value of the leaf that a row falls into.
    pub(super) fn value(&self, row: &[f32]) -> f64 {
        let mut node = self.0.len() - 1;
        loop {
            match self.0[node] {
                Node::Leaf { value } => return value,
                Node::Split { feature, at, left, right } => node = if row[feature] <= at { left } else { right },
            }
        }
    }

    /// A feature and a place per split, a value per leaf.
    pub(super) fn n_params(&self) -> usize {
        self.0.iter().map(|node| if matches!(node, Node::Leaf { .. }) { 1 } else { 2 }).sum()
    }
}

struct Grower<'a> {
    binned: &'a Binned,
    gradients: &'a [f64],
    hessians: &'a [f64],
    nodes: Vec<Node>,
}

impl Grower<'_> {
    fn grow(&mut self, rows: &mut [u32], depth: usize) -> usize {
        let total = self.sums(rows);
        let node = match self.best_split(rows, total).filter(|_| depth < MAX_DEPTH) {
            None => Node::Leaf { value: -total.gradient / total.hessian.max(f64::MIN_POSITIVE) },
            Some(split) => {
                let bins = self.binned.of_feature(split.feature);
                // Sorted within the sides, so that sums do not depend on how a sort treats equals.
                rows.sort_unstable_by_key(|&row| (bins[row as usize] > split.bin, row));
                let n_left = rows.partition_point(|&row| bins[row as usize] <= split.bin);
                let (left, right) = rows.split_at_mut(n_left);
                let (left, right) = (self.grow(left, depth + 1), self.grow(right, depth + 1));
                let at = self.binned.thresholds[split.feature][usize::from(split.bin)];
                Node::Split { feature: split.feature, at, left, right }
            }
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn sums(&self, rows: &[u32]) -> Sums {
        let mut sums = Sums::default();
        rows.iter().for_each(|&row| sums.add(self.gradients[row as usize], self.hessians[row as usize]));
        sums
    }

    fn best_split(&self, rows: &[u32], total: Sums) -> Option<Split> {
        if total.n < 2 * MIN_ROWS {
            return None;
        }
        let best_of = |feature: usize| self.best_bin(rows, feature, total);
        let splits = (0..self.binned.thresholds.len()).filter_map(best_of);
        splits.fold(None, |best: Option<Split>, split| match best {
            Some(best) if best.gain >= split.gain => Some(best),
            _ => Some(split),
        })
    }

    fn best_bin(&self, rows: &[u32], feature: usize, total: Sums) -> Option<Split> {
        let bins = self.binned.of_feature(feature);
        let mut histogram = [Sums::default(); MAX_BINS];
        for &row in rows {
            let row = row as usize;
            histogram[usize::from(bins[row])].add(self.gradients[row], self.hessians[row]);
        }
        let mut best: Option<Split> = None;
        let mut left = Sums::default();
        let n_thresholds = self.binned.thresholds[feature].len();
        for (bin, &sums) in histogram.iter().take(n_thresholds).enumerate() {
            left = left.plus(sums);
            let right = total.minus(left);
            let gain = left.gain() + right.gain() - total.gain();
            let is_better = gain > best.map_or(0.0, |best| best.gain);
            if left.is_leaf_enough() && right.is_leaf_enough() && is_better {
                best = Some(Split { gain, feature, bin: bin as u8 });
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_lie_between_few_values_and_at_quantiles_of_many() {
        assert_eq!(thresholds(vec![3.0, 1.0, 1.0, 2.0]), [1.5, 2.5]);
        assert!(thresholds(vec![7.0; 9]).is_empty());
        let many = thresholds((0..128_u16).map(f32::from).collect());
        assert_eq!((many.len(), many[0], many[62]), (63, 1.5, 125.5));
    }

    #[test]
    fn a_tree_finds_the_step_and_leaves_get_a_newton_step() {
        let rows: Vec<f32> = (0..60_u16).flat_map(|at| [f32::from(at % 7), f32::from(at)]).collect();
        let gradients: Vec<f64> = (0..60).map(|at| if at < 25 { 1.0 } else { -2.0 }).collect();
        let tree = Tree::grow(&Binned::fit(&rows, 2), &gradients, &[0.5; 60]);
        assert_eq!((tree.value(&[3.0, 24.0]), tree.value(&[3.0, 25.0])), (-2.0, 4.0));
        assert_eq!(tree.n_params(), 4);
    }

    #[test]
    fn few_rows_make_one_leaf() {
        let rows: Vec<f32> = (0..39_u16).map(f32::from).collect();
        let gradients: Vec<f64> = (0..39).map(f64::from).collect();
        let tree = Tree::grow(&Binned::fit(&rows, 1), &gradients, &[1.0; 39]);
        assert_eq!((tree.n_params(), tree.value(&[0.0])), (1, -19.0));
    }
}
