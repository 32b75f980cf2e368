//! Normalised adjacencies and measures on them, for small dense matrices in row-major order.

/// Kipf's normalisation `D^-½ (A + I) D^-½` of an undirected graph without loops.
///
/// # Shapes
/// `adjacency: [n, n]`, result `[n, n]`.
pub fn sym_norm(adjacency: &[f32], n: usize) -> Vec<f32> {
    let looped = with_loops(adjacency, n);
    let degrees = row_sums(&looped, n);
    let scale = |i: usize, j: usize| looped[i * n + j] / (degrees[i] * degrees[j]).sqrt();
    (0..n * n).map(|idx| scale(idx / n, idx % n)).collect()
}

/// Row-stochastic `D^-1 (E + I)` of a directed graph without loops.
///
/// # Shapes
/// `edges: [n, n]`, result `[n, n]`, each row sums to 1.
pub fn row_norm(edges: &[f32], n: usize) -> Vec<f32> {
    let looped = with_loops(edges, n);
    let sums = row_sums(&looped, n);
    (0..n * n).map(|idx| looped[idx] / sums[idx / n]).collect()
}

/// `½ Σ_ij A_ij (h_i / √d_i − h_j / √d_j)²` with degrees `d = 1 + Σ_j A_ij`: 0 when neighbours agree.
///
/// # Shapes
/// `adjacency: [n, n]` without loops, `values: [n]`.
pub fn dirichlet_energy(adjacency: &[f32], values: &[f32]) -> f32 {
    let n = values.len();
    let degrees = row_sums(&with_loops(adjacency, n), n);
    let scaled: Vec<f32> = values.iter().zip(&degrees).map(|(value, degree)| value / degree.sqrt()).collect();
    let term = |idx: usize| adjacency[idx] * (scaled[idx / n] - scaled[idx % n]).powi(2);
    0.5 * (0..n * n).map(term).sum::<f32>()
}

/// `(A + Aᵀ) / 2` without loops: the undirected graph that the Dirichlet energy of a directed one is taken on.
///
/// # Shapes
/// `weights: [n, n]`, result `[n, n]`.
pub fn symmetrised(weights: &[f32], n: usize) -> Vec<f32> {
    let entry = |(i, j): (usize, usize)| if i == j { 0.0 } else { 0.5 * (weights[i * n + j] + weights[j * n + i]) };
    (0..n * n).map(|idx| entry((idx / n, idx % n))).collect()
}

/// Mean cosine of two different rows, the over-smoothing index of MODELS.md A.11: 1 when all point the same way. A row
/// of zeros has no direction and counts as 0; `None` for fewer than two rows.
///
/// With unit rows `u_i` the sum over all pairs is `‖Σ u_i‖² − Σ ‖u_i‖²`, so no pair is visited.
///
/// # Shapes
/// `rows: [n, width]`.
pub fn mean_cosine(rows: &[f32], width: usize) -> Option<f64> {
    let rows: Vec<&[f32]> = rows.chunks_exact(width.max(1)).collect();
    if rows.len() < 2 {
        return None;
    }
    let (mut sum, mut n_directed) = (vec![0.0_f64; width], 0.0);
    for row in &rows {
        let norm = row.iter().map(|&value| f64::from(value).powi(2)).sum::<f64>().sqrt();
        if norm > 0.0 {
            n_directed += 1.0;
            sum.iter_mut().zip(*row).for_each(|(sum, &value)| *sum += f64::from(value) / norm);
        }
    }
    let n = rows.len() as f64;
    let pairs = sum.iter().map(|value| value * value).sum::<f64>() - n_directed;
    Some((pairs / (n * (n - 1.0))).clamp(-1.0, 1.0))
}

/// Pearson correlation of two series of equal length; `None` if one of them does not vary.
pub fn pearson(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / n, y.iter().sum::<f64>() / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (dx, dy) = (x - mean_x, y - mean_y);
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx.sqrt() * yy.sqrt()))
}

fn with_loops(adjacency: &[f32], n: usize) -> Vec<f32> {
    let mut looped = adjacency.to_vec();
    looped.iter_mut().step_by(n + 1).for_each(|value| *value += 1.0);
    looped
}

fn row_sums(matrix: &[f32], n: usize) -> Vec<f32> {
    matrix.chunks_exact(n).map(|row| row.iter().sum()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(found: &[f32], expected: &[f32]) {
        let near = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near, "{found:?} is not {expected:?}");
    }

    // MODELS.md F.1.
    #[test]
    fn symmetric_normalisation_of_an_edge_and_a_path() {
        assert_near(&sym_norm(&[0.0, 1.0, 1.0, 0.0], 2), &[0.5; 4]);
        let path = sym_norm(&[0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0], 3);
        assert_near(&path, &[0.5, 0.408248, 0.0, 0.408248, 0.333333, 0.408248, 0.0, 0.408248, 0.5]);
        let x = [1.0, 0.0, 2.0];
        let propagated: Vec<f32> =
            path.chunks_exact(3).map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum()).collect();
        assert_near(&propagated, &[0.5, 1.224745, 1.0]);
    }

    #[test]
    fn row_normalisation_of_a_directed_graph() {
        let edges = [0.0, 0.6, 0.2, 0.1, 0.0, 0.9, 0.4, 0.4, 0.0];
        let expected = [0.555556, 0.333333, 0.111111, 0.05, 0.5, 0.45, 0.222222, 0.222222, 0.555556];
        assert_near(&row_norm(&edges, 3), &expected);
    }

    #[test]
    fn dirichlet_energy_of_an_edge() {
        assert_near(&[dirichlet_energy(&[0.0, 1.0, 1.0, 0.0], &[1.0, 3.0])], &[2.0]);
        assert_near(&[dirichlet_energy(&[0.0, 1.0, 1.0, 0.0], &[2.0, 2.0])], &[0.0]);
    }

    #[test]
    fn symmetrised_graphs_have_no_loops() {
        assert_near(&symmetrised(&[0.5, 0.4, 0.0, 1.0], 2), &[0.0, 0.2, 0.2, 0.0]);
    }

    #[test]
    fn mean_cosine_is_that_of_all_pairs() {
        let rows = [3.0, 0.0, 0.0, 2.0, -1.0, -1.0, 0.0, 0.0];
        let cosine = |a: &[f32], b: &[f32]| -> f64 {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            let norms = (dot(a, a) * dot(b, b)).sqrt();
            if norms > 0.0 { dot(a, b) / norms } else { 0.0 }
        };
        let rows_of: Vec<&[f32]> = rows.chunks(2).collect();
        let pairs = (0..4).flat_map(|i| (0..4).filter(move |&j| j != i).map(move |j| (i, j)));
        let naive = pairs.map(|(i, j)| cosine(rows_of[i], rows_of[j])).sum::<f64>() / 12.0;
        let found = mean_cosine(&rows, 2).expect("four rows");
        assert!((found - naive).abs() < 1e-12, "{found} and {naive}");
        let alike = mean_cosine(&[1.0, 2.0, 2.0, 4.0], 2).expect("two rows");
        assert!((alike - 1.0).abs() < 1e-12, "{alike}");
        assert_eq!(mean_cosine(&[1.0, 2.0], 2), None);
    }

    // MODELS.md F.8.
    #[test]
    fn pearson_of_four_pairs() {
        let r = pearson(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]).expect("both vary");
        assert!((r - 0.6).abs() < 1e-12);
        assert_eq!(pearson(&[1.0, 1.0], &[1.0, 2.0]), None);
    }
}
