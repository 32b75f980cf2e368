//! Principal components: a picture of embeddings that was not drawn to please (MODELS.md B.15).

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use super::outcome::Embedding;
use super::silhouette::evenly_spaced;
use super::{Ranking, roc_auc, silhouette};

/// Most points of a picture.
const MAX_POINTS: usize = 800;

/// The directions in which some rows vary most, without scaling.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    /// Mean of the rows, `[dim]`.
    pub centre: Vec<f64>,
    /// Unit vectors, `[k, dim]`, by descending variance; the largest loading of each is positive.
    pub components: Vec<f64>,
    /// Variance of the rows along each, with `n − 1`, `[k]`.
    pub variances: Vec<f64>,
    /// Its share of the whole variance, `[k]`.
    pub ratios: Vec<f64>,
}

impl Pca {
    /// Fits `k` components to rows `[n, dim]`, from their covariance matrix, `O(n dim² + dim³)`.
    ///
    /// `None` for fewer than two rows, for more components than columns, or if the rows do not vary or are not finite.
    pub fn fit(rows: &[f32], dim: usize, k: usize) -> Option<Self> {
        let n = rows.len().checked_div(dim)?;
        if n < 2 || k > dim || !rows.iter().all(|value| value.is_finite()) {
            return None;
        }
        let columns = DMatrix::from_iterator(dim, n, rows.iter().take(n * dim).copied().map(f64::from)); // [dim, n]
        let centre = columns.column_mean();
        let centred = DMatrix::from_fn(dim, n, |row, col| columns[(row, col)] - centre[row]);
        let covariance = &centred * centred.transpose() / (n as f64 - 1.0);
        let total = covariance.trace();
        if total <= 0.0 {
            return None;
        }
        let eigen = SymmetricEigen::new(covariance);
        let mut order: Vec<usize> = (0..dim).collect();
        order.sort_unstable_by(|&a, &b| eigen.eigenvalues[b].total_cmp(&eigen.eigenvalues[a]).then(a.cmp(&b)));
        order.truncate(k);
        // Rounding may leave a variance of nothing slightly below 0.
        let variances: Vec<f64> = order.iter().map(|&idx| eigen.eigenvalues[idx].max(0.0)).collect();
        Some(Self {
            components: order.iter().flat_map(|&idx| signed(eigen.eigenvectors.column(idx).into_owned())).collect(),
            ratios: variances.iter().map(|variance| variance / total).collect(),
            centre: centre.iter().copied().collect(),
            variances,
        })
    }

    /// Coordinates of rows `[n, dim]` along the components, `[n, k]`.
    pub fn project(&self, rows: &[f32]) -> Vec<f32> {
        let dim = self.centre.len();
        let along = |row: &[f32], component: &[f64]| {
            let centred = row.iter().zip(&self.centre).map(|(value, centre)| f64::from(*value) - centre);
            centred.zip(component).map(|(value, loading)| value * loading).sum::<f64>() as f32
        };
        let components = || self.components.chunks_exact(dim);
        rows.chunks_exact(dim).flat_map(|row| components().map(move |component| along(row, component))).collect()
    }
}

/// A component and its opposite are the same direction; the largest loading decides which of them is meant.
fn signed(component: DVector<f64>) -> Vec<f64> {
    let sign = if component[component.iamax()] < 0.0 { -1.0 } else { 1.0 };
    component.iter().map(|loading| sign * loading).collect()
}

/// Test rows `[n, dim]` in the plane that was fitted to training rows `[m, dim]`.
///
/// `None` where no plane can be fitted, or a test row is not finite.
pub fn embedding(train: &[f32], test: &[f32], labels: &[bool], dim: usize) -> Option<Embedding> {
    let plane = Pca::fit(train, dim, 2)?;
    let points = plane.project(test);
    if points.len() != 2 * labels.len() || !points.iter().all(|value| value.is_finite()) {
        return None;
    }
    let first: Vec<f32> = points.chunks_exact(2).map(|point| point[0]).collect();
    let shown: Vec<usize> = evenly_spaced(labels.len(), MAX_POINTS).collect();
    Some(Embedding {
        points: shown.iter().flat_map(|&idx| [points[2 * idx], points[2 * idx + 1]]).collect(),
        labels: shown.iter().map(|&idx| labels[idx]).collect(),
        ratios: [plane.ratios[0], plane.ratios[1]],
        silhouette: silhouette(&points, 2, labels),
        first_auc: roc_auc(&Ranking::new(&first, labels).cuts()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: [f32; 8] = [2.0, 0.0, 0.0, 1.0, 4.0, 1.0, 2.0, 4.0];

    fn assert_close(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?} is not {wanted:?}");
    }

    #[test]
    fn components_are_those_of_the_oracle() {
        // MODELS.md F.11.
        let pca = Pca::fit(&ROWS, 2, 2).expect("rows that vary");
        assert_close(&pca.centre, &[2.0, 1.5]);
        assert_close(&pca.components, &[0.0, 1.0, 1.0, 0.0]);
        assert_close(&pca.variances, &[3.0, 2.666_667]);
        assert_close(&pca.ratios, &[0.529_412, 0.470_588]);
        let scores: Vec<f64> = pca.project(&ROWS).into_iter().map(f64::from).collect();
        assert_close(&scores, &[-1.5, 0.0, -0.5, -2.0, -0.5, 2.0, 2.5, 0.0]);
    }

    #[test]
    fn rows_that_do_not_vary_have_no_components() {
        assert_eq!(Pca::fit(&[1.0; 6], 2, 2), None);
        assert_eq!(Pca::fit(&ROWS[..2], 2, 2), None);
        assert_eq!(Pca::fit(&[], 0, 0), None);
        assert_eq!(Pca::fit(&[1.0, f32::NAN, 0.0, 2.0], 2, 1), None);
        assert_eq!(Pca::fit(&ROWS, 2, 3), None);
    }

    #[test]
    fn the_plane_is_fitted_to_training_rows_alone() {
        let labels = [false, false, true, true];
        let found = embedding(&ROWS, &[0.0, 0.0, 1.0, 0.1, 0.0, 9.0, 1.0, 9.1], &labels, 2).expect("a plane");
        assert_close(&found.ratios, &[0.529_412, 0.470_588]);
        assert_eq!(found.first_auc, Some(1.0));
        assert!(found.silhouette.expect("two classes") > 0.8);
        assert_eq!((found.points.len(), found.labels.len()), (8, 4));
        assert_eq!(embedding(&ROWS, &[], &[], 2).expect("a plane").first_auc, None);
    }
}
