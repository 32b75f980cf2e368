//! The given graph of a window, as the published graph networks read it (MODELS.md A.9).
//!
//! Their graphs are road distances, which nothing here has; in their place stands one graph for all time, the training
//! part's mean of the channels that the data offer. Row `i` receives; `A[i, j]` is the weight of what comes from `j`.

use burn::tensor::{Tensor, TensorData};

use super::batch::{Batch, HostBatch};

/// Mean of the channels that there are, `[B, N, N]`: one channel is read as it is; without any there is no edge.
pub(super) fn given(host: &HostBatch) -> Vec<f32> {
    let channels: Vec<&Vec<f32>> =
        [&host.correlation, &host.records].into_iter().filter_map(|all| all.first()).collect();
    let mut out = vec![0.0; host.n_windows * host.n_nodes * host.n_nodes];
    for channel in &channels {
        let share = 1.0 / channels.len() as f32;
        out.iter_mut().zip(*channel).for_each(|(sum, weight)| *sum += share * weight);
    }
    out
}

/// `2 L / λ_max - I = -D^-½ A D^-½` with the Laplacian `L = I - D^-½ A D^-½` of the undirected graph `(A + Aᵀ) / 2` and
/// `λ_max = 2`, the bound of its spectrum and the approximation of Kipf and Welling (2017, section 2.2); the largest
/// eigenvalue itself would change the scale of the polynomials only. Nodes without edges have a row of zeros.
pub(super) fn scaled_laplacian(weights: &[f32], n: usize) -> Vec<f32> {
    let undirected: Vec<f32> = weights.iter().zip(transposed(weights, n)).map(|(a, b)| 0.5 * (a + b)).collect();
    let scale: Vec<f32> = undirected.chunks_exact(n).map(|row| inverse(row.iter().sum::<f32>().sqrt())).collect();
    let entry = |(at, weight): (usize, f32)| -weight * scale[at / n] * scale[at / (n * n) * n + at % n];
    undirected.into_iter().enumerate().map(entry).collect()
}

/// `A[j, i]` of each `[N, N]` matrix.
pub(super) fn transposed(weights: &[f32], n: usize) -> Vec<f32> {
    let swap = |square: &[f32]| (0..n * n).map(|at| square[at % n * n + at / n]).collect::<Vec<f32>>();
    weights.chunks_exact(n * n).flat_map(swap).collect()
}

/// `D^-1 A` with `D_ii = Σ_j A_ij`: every row is the mean of what it receives; a row without edges stays 0.
pub(super) fn random_walk(weights: &[f32], n: usize) -> Vec<f32> {
    let mean = |row: &[f32]| {
        let scale = inverse(row.iter().sum());
        row.iter().map(|weight| weight * scale).collect::<Vec<f32>>()
    };
    weights.chunks_exact(n).flat_map(mean).collect()
}

/// Random walks with and against the edges of the given graph, `[B, N, N]` each.
pub(super) fn walks(batch: &Batch) -> [Tensor<3>; 2] {
    let n = batch.host().n_nodes;
    let along = given(batch.host());
    let against = transposed(&along, n);
    [along, against].map(|weights| on_device(random_walk(&weights, n), batch))
}

fn inverse(value: f32) -> f32 {
    if value > 0.0 { 1.0 / value } else { 0.0 }
}

/// One matrix per window, `[B, N, N]`.
pub(super) fn on_device(weights: Vec<f32>, batch: &Batch) -> Tensor<3> {
    let host = batch.host();
    Tensor::from_data(TensorData::new(weights, [host.n_windows, host.n_nodes, host.n_nodes]), batch.device())
}

/// `A x` at every step: each node gets the weighted sum of those that it receives from.
///
/// # Shapes
/// - adjacency: `[B, N, N]`, or `[1, N, N]` for all windows
/// - states and output: `[B·N, T, d]`
pub(super) fn receive(adjacency: &Tensor<3>, states: &Tensor<3>) -> Tensor<3> {
    let [rows, len, width] = states.dims();
    let n = adjacency.dims()[1];
    let nodes = states.clone().reshape([rows / n, n, len * width]);
    adjacency.clone().matmul(nodes).reshape([rows, len, width])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(found: &[f32], expected: &[f32]) {
        let near = found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near, "{found:?} is not {expected:?}");
    }

    #[test]
    fn the_scaled_laplacian_is_minus_the_normalised_adjacency() {
        // One edge of weight 1 in one direction: undirected 0.5 both ways; node 2 has none.
        let one_way = [0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let edge = [0.0, -1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        // A path 0 - 1 - 2: degrees 1, 2, 1.
        let path = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0];
        let half = -1.0 / 2.0_f32.sqrt();
        let of_path = [0.0, half, 0.0, half, 0.0, half, 0.0, half, 0.0];
        assert_near(&scaled_laplacian(&[one_way, path].concat(), 3), &[edge, of_path].concat());
    }

    // MODELS.md F.6.
    #[test]
    fn random_walks_go_with_and_against_the_edges() {
        let weights = [0.0, 2.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0];
        assert_near(&random_walk(&weights, 3), &[0.0, 1.0, 0.0, 0.5, 0.0, 0.5, 0.0, 0.0, 0.0]);
        let against = random_walk(&transposed(&weights, 3), 3);
        assert_near(&against, &[0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn channels_are_averaged_and_one_alone_is_kept() {
        let host = |records: Vec<Vec<f32>>| HostBatch {
            n_windows: 1,
            n_nodes: 2,
            correlation: vec![vec![0.0, 0.5, 0.25, 0.0]],
            records,
            ..HostBatch::default()
        };
        assert_near(&given(&host(Vec::new())), &[0.0, 0.5, 0.25, 0.0]);
        assert_near(&given(&host(vec![vec![0.0, 1.0, 0.0, 0.0]])), &[0.0, 0.75, 0.125, 0.0]);
        assert_near(&given(&HostBatch { correlation: Vec::new(), ..host(Vec::new()) }), &[0.0; 4]);
    }
}
