//! Call durations as weights of edges between types (MODELS.md B.11).
//!
//! A call edge weighs `softplus(θ₁ e + θ₀)` with `e` its standardised duration in the snapshot, and 0 where there was no call
//! lately. Directions between two types are averaged over those that are edges, so that at the beginning every edge with
//! a call weighs 1, as all other edges of the graph do.

use burn::module::{Module, Param};
use burn::tensor::activation::softplus;
use burn::tensor::{Device, Tensor};

use super::batch::tensor;
use crate::models::params::constant;

/// `ln(e − 1)`: the offset at which an edge weighs 1.
const OFFSET: f32 = 0.541_324_85;

/// Which pairs of types call each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CallPairs {
    /// The lower type first; ascending.
    pub(super) ends: Vec<(usize, usize)>,
    /// Pair of each call edge.
    of_edge: Vec<usize>,
}

impl CallPairs {
    /// Of directed edges between different types.
    pub(super) fn new(edges: &[(u32, u32)]) -> Self {
        let pair = |&(a, b): &(u32, u32)| (a.min(b) as usize, a.max(b) as usize);
        let mut ends: Vec<(usize, usize)> = edges.iter().map(pair).collect();
        ends.sort_unstable();
        ends.dedup();
        let of_edge = edges.iter().map(|edge| ends.binary_search(&pair(edge)).unwrap_or_default()).collect();
        Self { ends, of_edge }
    }

    /// 1 at each pair's end on one side, `[P, Z]`.
    pub(super) fn incidence(&self, side: usize, n_shared: usize, device: &Device) -> Tensor<2> {
        let mut cells = vec![0.0; self.ends.len() * n_shared];
        for (pair, &(a, b)) in self.ends.iter().enumerate() {
            cells[pair * n_shared + [a, b][side]] = 1.0;
        }
        tensor(cells, [self.ends.len(), n_shared], device)
    }

    /// From edges to pairs: one over the number of directions, `[P, E]`.
    fn average(&self, device: &Device) -> Tensor<2> {
        let (n_pairs, n_edges) = (self.ends.len(), self.of_edge.len());
        let mut cells = vec![0.0; n_pairs * n_edges];
        for (edge, &pair) in self.of_edge.iter().enumerate() {
            let directions = self.of_edge.iter().filter(|&&other| other == pair).count();
            cells[pair * n_edges + edge] = 1.0 / directions as f32;
        }
        tensor(cells, [n_pairs, n_edges], device)
    }
}

/// `θ₁` and `θ₀`.
#[derive(Module, Debug)]
pub(super) struct CallWeights {
    slope: Param<Tensor<1>>,
    offset: Param<Tensor<1>>,
}

impl CallWeights {
    /// All edges weigh 1, whatever their durations.
    pub(super) fn init(device: &Device) -> Self {
        Self { slope: constant([1], 0.0, device), offset: constant([1], OFFSET, device) }
    }

    /// Weights of the pairs, `[P, S]`, from durations `[S, E]`, NaN where there was no call.
    pub(super) fn of(&self, pairs: &CallPairs, durations: &[f32], device: &Device) -> Tensor<2> {
        let n_edges = pairs.of_edge.len();
        let n_snapshots = durations.len() / n_edges;
        let by_edge = |of: fn(f32) -> f32| {
            let cells = (0..n_edges).flat_map(|edge| durations.iter().skip(edge).step_by(n_edges).copied().map(of));
            tensor::<2>(cells.collect(), [n_edges, n_snapshots], device)
        };
        let known = by_edge(|duration| f32::from(u8::from(!duration.is_nan())));
        let scaled = by_edge(|duration| if duration.is_nan() { 0.0 } else { duration });
        let [slope, offset] = [&self.slope, &self.offset].map(|param| param.val().reshape([1, 1]));
        pairs.average(device).matmul(softplus(scaled * slope + offset, 1.0) * known)
    }
}

/// Durations of sequences: of each edge the mean over the snapshots with a call, NaN without any, `[B, E]`.
pub(super) fn over_sequences(durations: &[f32], n_edges: usize, index: &[usize], sequence: usize) -> Vec<f32> {
    let mean = |snapshots: &[usize], edge: usize| {
        let known = snapshots.iter().map(|snapshot| durations[snapshot * n_edges + edge]);
        let known: Vec<f32> = known.filter(|duration| !duration.is_nan()).collect();
        if known.is_empty() { f32::NAN } else { known.iter().sum::<f32>() / known.len() as f32 }
    };
    index.chunks_exact(sequence).flat_map(|snapshots| (0..n_edges).map(move |edge| mean(snapshots, edge))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, load};

    // MODELS.md B.11.
    #[test]
    fn edges_weigh_one_at_first_and_nothing_without_a_call() {
        let device = device(Backend::Flex);
        let pairs = CallPairs::new(&[(0, 2), (1, 0), (2, 0)]);
        assert_eq!(pairs.ends, [(0, 1), (0, 2)]);
        let values = |weights: &CallWeights, durations: &[f32]| {
            weights.of(&pairs, durations, &device).into_data().try_to_vec::<f32>().expect("f32")
        };
        let close = |found: Vec<f32>, wanted: &[f32]| {
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}, not {wanted:?}");
        };
        let first = CallWeights::init(&device);
        let durations = [3.0, f32::NAN, -2.0, f32::NAN, 1.0, 5.0];
        close(values(&first, &durations), &[0.0, 1.0, 1.0, 0.5]);
        // softplus(0.5 · 2 − 1) = ln 2, softplus(0.5 · 4 − 1) = 1.313262.
        let moved = load(first, &[0.5, -1.0]);
        close(values(&moved, &[2.0, 4.0, 4.0]), &[1.313_262, 0.5 * (std::f32::consts::LN_2 + 1.313_262)]);
    }

    #[test]
    fn the_duration_of_a_sequence_is_the_mean_of_what_is_known() {
        let durations = [1.0, f32::NAN, 3.0, f32::NAN, f32::NAN, 5.0];
        let found = over_sequences(&durations, 2, &[0, 1, 1, 2], 2);
        assert!(found[0] == 2.0 && found[1].is_nan() && found[2] == 3.0 && found[3] == 5.0, "{found:?}");
    }
}
