//! Principal components, and `pca_spe`: what they leave of a window (MODELS.md B.13).

use nalgebra::{DMatrix, DVector};

use super::Scores;
use super::levels::Levels;
use crate::detect::Fold;

/// Share of the variance of training-normal that is explained away.
const SHARE: f64 = 0.9;

/// Principal components of rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pca {
    centre: DVector<f64>,
    /// `[d, k]`, orthonormal columns, the one with the largest variance first.
    components: DMatrix<f64>,
    /// Variances of all `d` components, largest first, `n − 1` in the denominator.
    variances: Vec<f64>,
}

impl Pca {
    /// All components of rows of the same width, of which there is at least one. The largest entry of a component is
    /// positive.
    pub(super) fn fit(rows: &[Vec<f32>]) -> Self {
        let (n, d) = (rows.len(), rows[0].len());
        let as_vector = |row: &Vec<f32>| DVector::from_iterator(d, row.iter().map(|&value| f64::from(value)));
        let centre = rows.iter().fold(DVector::zeros(d), |sum, row| sum + as_vector(row)) / n as f64;
        let mut covariance = DMatrix::zeros(d, d);
        for row in rows {
            let deviation = as_vector(row) - &centre;
            covariance.syger(1.0, &deviation, &deviation, 1.0);
        }
        covariance.fill_upper_triangle_with_lower_triangle();
        let eigen = (covariance / (n.max(2) - 1) as f64).symmetric_eigen();
        let mut order: Vec<usize> = (0..d).collect();
        order.sort_unstable_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]).then(a.cmp(&b)));
        let mut components = DMatrix::from_fn(d, d, |row, column| eigen.eigenvectors[(row, order[column])]);
        for mut component in components.column_iter_mut() {
            if component[component.iamax()] < 0.0 {
                component.neg_mut();
            }
        }
        let variances = order.iter().map(|&at| eigen.eigenvalues[at].max(0.0)).collect();
        Self { centre, components, variances }
    }

    /// Keeps the first components, as many as explain a share of the variance.
    pub(super) fn keep_share(self, share: f64) -> Self {
        let total: f64 = self.variances.iter().sum();
        let explained = self.variances.iter().scan(0.0, |sum, variance| {
            *sum += variance;
            Some(*sum)
        });
        let n = if total > 0.0 { explained.take_while(|sum| *sum < share * total).count() + 1 } else { 0 };
        self.keep(n)
    }

    /// Keeps the first `n` components, or all if there are fewer.
    pub(super) fn keep(mut self, n: usize) -> Self {
        let n = n.min(self.components.ncols());
        self.components = self.components.columns(0, n).into_owned();
        self
    }

    /// `k`.
    pub(super) fn n_components(&self) -> usize {
        self.components.ncols()
    }

    /// Centre and components.
    pub(super) fn n_params(&self) -> usize {
        self.centre.len() + self.components.len()
    }

    /// Coordinates of a row on the components, `[k]`.
    pub(super) fn project(&self, row: &[f32]) -> Vec<f64> {
        self.components.tr_mul(&self.deviation(row)).iter().copied().collect()
    }

    /// `‖x − P Pᵀ x‖²` of a row less the centre.
    fn squared_error(&self, row: &[f32]) -> f64 {
        let deviation = self.deviation(row);
        let explained = &self.components * self.components.tr_mul(&deviation);
        (deviation - explained).norm_squared()
    }

    fn deviation(&self, row: &[f32]) -> DVector<f64> {
        DVector::from_iterator(row.len(), row.iter().map(|&value| f64::from(value))) - &self.centre
    }
}

/// Squared prediction error of the instances' means over the window.
pub(super) fn pca_spe(fold: &Fold) -> Scores {
    let levels = Levels::new(fold);
    let rows: Vec<Vec<f32>> = fold.normal.iter().map(|&window| levels.window_mean(window)).collect();
    let pca = Pca::fit(&rows).keep_share(SHARE);
    let scores = Scores::of(fold, |window| pca.squared_error(&levels.window_mean(window)) as f32);
    let chosen = format!("{} of {} components", pca.n_components(), fold.n_instances());
    Scores { n_params: pca.n_params(), chosen, ..scores }
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.11.
    #[test]
    fn components_are_the_published_ones() {
        let rows = [[2.0, 0.0], [0.0, 1.0], [4.0, 1.0], [2.0, 4.0]].map(Vec::from);
        let pca = Pca::fit(&rows);
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} is not {b}");
        [(0, 2.0), (1, 1.5)].into_iter().for_each(|(at, wanted)| close(pca.centre[at], wanted));
        [(0, 3.0), (1, 2.666_667)].into_iter().for_each(|(at, wanted)| close(pca.variances[at], wanted));
        for (row, wanted) in rows.iter().zip([[-1.5, 0.0], [-0.5, -2.0], [-0.5, 2.0], [2.5, 0.0]]) {
            pca.project(row).iter().zip(wanted).for_each(|(&score, wanted)| close(score, wanted));
        }
        let one = pca.keep_share(0.5);
        assert_eq!((one.n_components(), one.n_params()), (1, 4));
        close(one.squared_error(&[4.0, 9.0]), 4.0);
    }

    #[test]
    fn without_variance_nothing_is_explained() {
        let pca = Pca::fit(&[vec![1.0, 2.0], vec![1.0, 2.0]]).keep_share(0.9);
        assert_eq!((pca.n_components(), pca.squared_error(&[1.0, 5.0])), (0, 9.0));
    }
}
