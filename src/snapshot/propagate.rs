//! Products with `Â`: by its entries, and by its structure (MODELS.md B.5, F.3).
//!
//! Every instance has one type and one host, so the block of an instance and its slices is the same `(W+1)×(W+1)`
//! matrix for all of them, and the only other coupling is that of instances with types and hosts.

use std::ops::{Add, Mul};

use super::hierarchy::Hierarchy;

/// A number to propagate: `f32` or `f64`.
pub trait Real: Copy + Default + std::fmt::Debug + PartialEq + Add<Output = Self> + Mul<Output = Self> {
    /// The nearest such number.
    fn of(value: f64) -> Self;
}

impl Real for f64 {
    fn of(value: f64) -> Self {
        value
    }
}

impl Real for f32 {
    fn of(value: f64) -> Self {
        value as Self
    }
}

/// `into += weight · row`.
fn add_row<R: Real>(into: &mut [R], weight: R, row: &[R]) {
    for (into, &value) in into.iter_mut().zip(row) {
        *into = *into + weight * value;
    }
}

/// A sparse square matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Csr<R> {
    /// Where each row begins in the entries, one longer than the rows.
    pub offsets: Vec<usize>,
    /// Column of each entry.
    pub columns: Vec<usize>,
    /// Value of each entry.
    pub values: Vec<R>,
}

impl<R: Real> Csr<R> {
    /// From entries `(row, column, value)` ordered by row.
    pub(super) fn new(n: usize, entries: impl Iterator<Item = (usize, usize, R)>) -> Self {
        let mut csr = Self { offsets: vec![0; n + 1], columns: Vec::new(), values: Vec::new() };
        for (row, column, value) in entries {
            csr.columns.push(column);
            csr.values.push(value);
            csr.offsets[row + 1] = csr.columns.len();
        }
        for row in 0..n {
            csr.offsets[row + 1] = csr.offsets[row + 1].max(csr.offsets[row]);
        }
        csr
    }

    /// Number of rows.
    pub fn n(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Number of entries that are not zero.
    pub fn n_entries(&self) -> usize {
        self.values.len()
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, R)> {
        let entries = self.offsets[row]..self.offsets[row + 1];
        self.columns[entries.clone()].iter().copied().zip(self.values[entries].iter().copied())
    }

    /// The product with `x`.
    ///
    /// # Shapes
    /// `x: [n, width]`, result `[n, width]`.
    pub fn propagate(&self, x: &[R], width: usize) -> Vec<R> {
        let mut out = vec![R::default(); self.n() * width];
        for (row, into) in out.chunks_exact_mut(width.max(1)).enumerate() {
            self.row(row).for_each(|(column, value)| add_row(into, value, &x[column * width..(column + 1) * width]));
        }
        out
    }

    /// All entries, `[n, n]`, row-major.
    pub fn to_dense(&self) -> Vec<R> {
        let n = self.n();
        let mut dense = vec![R::default(); n * n];
        for row in 0..n {
            self.row(row).for_each(|(column, value)| dense[row * n + column] = value);
        }
        dense
    }
}

/// `Â` by its structure: `U' = T₀₀ U + T₀ₛ S + Mᵀ Z`, `S' = Tₛ₀ U + Tₛₛ S`, `Z' = Z / d_Z + M U` with instances `U`, slices
/// `S`, types and hosts `Z`.
#[derive(Debug, Clone, PartialEq)]
pub struct Structured<R> {
    hierarchy: Hierarchy,
    /// `T`, `[W+1, W+1]`: the instance, then its slices.
    block: Vec<R>,
    /// Entries of `M` in the rows of each instance's type and host.
    links: Vec<(R, R)>,
    /// `1 / d_Z`, `[Y + C]`.
    shared: Vec<R>,
}

impl<R: Real> Structured<R> {
    /// The parts of the adjacency of a hierarchy.
    pub fn new(hierarchy: &Hierarchy) -> Self {
        let degrees = hierarchy.degrees();
        let weight = |i: u32, j: u32| R::of(1.0 / (f64::from(i) * f64::from(j)).sqrt());
        let of_instance = hierarchy.n_slices as u32 + 3;
        let links = (0..hierarchy.n_instances()).map(|instance| {
            let (service, host) = hierarchy.parents(instance);
            (weight(degrees[service], of_instance), weight(degrees[host], of_instance))
        });
        Self {
            block: block(hierarchy.n_slices, of_instance, weight),
            links: links.collect(),
            shared: degrees[..hierarchy.first_instance()].iter().map(|&degree| weight(degree, degree)).collect(),
            hierarchy: hierarchy.clone(),
        }
    }

    /// `T`, `[W+1, W+1]`, row-major: an instance, then its slices.
    pub fn block(&self) -> &[R] {
        &self.block
    }

    /// `1 / d_Z`, `[Y + C]`: types, then hosts.
    pub fn shared(&self) -> &[R] {
        &self.shared
    }

    /// `M`, `[Y + C, I]`, row-major: each column has two entries.
    pub fn membership(&self) -> Vec<R> {
        let n_instances = self.hierarchy.n_instances();
        let mut membership = vec![R::default(); self.hierarchy.first_instance() * n_instances];
        for (instance, &(to_type, to_host)) in self.links.iter().enumerate() {
            let (service, host) = self.hierarchy.parents(instance);
            membership[service * n_instances + instance] = to_type;
            membership[host * n_instances + instance] = to_host;
        }
        membership
    }

    /// The product of `Â` with `x`.
    ///
    /// # Shapes
    /// `x: [n, width]` in the node order of [`Hierarchy`], result `[n, width]`.
    pub fn propagate(&self, x: &[R], width: usize) -> Vec<R> {
        let mut out = vec![R::default(); self.hierarchy.n_nodes() * width];
        let row = |node: usize| node * width..(node + 1) * width;
        for (node, &weight) in self.shared.iter().enumerate() {
            add_row(&mut out[row(node)], weight, &x[row(node)]);
        }
        for (instance, &(to_type, to_host)) in self.links.iter().enumerate() {
            let node = self.hierarchy.instance(instance);
            let (service, host) = self.hierarchy.parents(instance);
            for (parent, weight) in [(service, to_type), (host, to_host)] {
                add_row(&mut out[row(parent)], weight, &x[row(node)]);
                add_row(&mut out[row(node)], weight, &x[row(parent)]);
            }
            self.propagate_block(instance, x, (&mut out, width));
        }
        out
    }

    /// Adds `T` times the rows of one instance and its slices; a slice meets only its neighbours.
    fn propagate_block(&self, instance: usize, x: &[R], (out, width): (&mut [R], usize)) {
        let n_slices = self.hierarchy.n_slices;
        let node = |local: usize| match local {
            0 => self.hierarchy.instance(instance),
            slice => self.hierarchy.slice(instance, slice - 1),
        };
        let row = |local: usize| node(local) * width..(node(local) + 1) * width;
        for i in 0..=n_slices {
            let near = if i == 0 { 1..n_slices + 1 } else { i.saturating_sub(1).max(1)..(i + 2).min(n_slices + 1) };
            for j in std::iter::once(0).chain(near) {
                add_row(&mut out[row(i)], self.block[i * (n_slices + 1) + j], &x[row(j)]);
            }
        }
    }
}

/// `T`: instances have a degree of `W + 3` with their loop, slices at an end one neighbour fewer than inner ones.
fn block<R: Real>(n_slices: usize, of_instance: u32, weight: impl Fn(u32, u32) -> R) -> Vec<R> {
    let n = n_slices + 1;
    let degree = |local: usize| match local {
        0 => of_instance,
        // Itself, its instance, and its neighbours.
        slice => 2 + u32::from(slice > 1) + u32::from(slice < n_slices),
    };
    let joined = |i: usize, j: usize| i == 0 || j == 0 || i.abs_diff(j) <= 1;
    let entry = |i: usize, j: usize| if joined(i, j) { weight(degree(i), degree(j)) } else { R::default() };
    (0..n * n).map(|idx| entry(idx / n, idx % n)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::hierarchy::{any_hierarchy, published};
    use super::*;

    // MODELS.md F.3.
    #[test]
    fn the_block_of_five_slices_is_the_published_one() {
        let (a, b, c, d) = (0.204124, 0.176777, 0.288675, 0.333333);
        let wanted = [
            [0.125, a, b, b, b, a],
            [a, d, c, 0.0, 0.0, 0.0],
            [b, c, 0.25, 0.25, 0.0, 0.0],
            [b, 0.0, 0.25, 0.25, 0.25, 0.0],
            [b, 0.0, 0.0, 0.25, 0.25, c],
            [a, 0.0, 0.0, 0.0, c, d],
        ];
        let structured = Structured::<f64>::new(&published(5));
        assert!(structured.block().iter().zip(wanted.concat()).all(|(a, b)| (a - b).abs() < 1e-6));
        assert_eq!(structured.membership().iter().filter(|weight| **weight > 0.0).count(), 96);
        assert_eq!(structured.shared().len(), 31);
    }

    fn dense_product<R: Real>(dense: &[R], x: &[R], width: usize) -> Vec<R> {
        let n = x.len() / width.max(1);
        let mut out = vec![R::default(); n * width];
        for (i, into) in out.chunks_exact_mut(width).enumerate() {
            (0..n).for_each(|j| add_row(into, dense[i * n + j], &x[j * width..(j + 1) * width]));
        }
        out
    }

    proptest! {
        #[test]
        fn structured_sparse_and_dense_agree(graph in any_hierarchy(), width in 1_usize..4, seed in 0_u32..1000) {
            let value = |idx: usize| 10.0 * (idx as f64 * 12.9898 + f64::from(seed)).sin();
            let x: Vec<f64> = (0..graph.n_nodes() * width).map(value).collect();
            let sparse = graph.sparse::<f64>();
            let dense = dense_product(&sparse.to_dense(), &x, width);
            let structured = Structured::<f64>::new(&graph).propagate(&x, width);
            for ((a, b), c) in dense.iter().zip(&structured).zip(sparse.propagate(&x, width)) {
                prop_assert!((a - b).abs() < 1e-13 && (a - c).abs() < 1e-13, "{a}, {b}, {c}");
            }
        }

        #[test]
        fn structured_and_dense_agree_in_32_bits(graph in any_hierarchy(), width in 1_usize..4, seed in 0_u32..1000) {
            let value = |idx: usize| ((idx as f64 * 12.9898 + f64::from(seed)).sin()) as f32;
            let x: Vec<f32> = (0..graph.n_nodes() * width).map(value).collect();
            let dense = dense_product(&graph.dense().expect("small"), &x, width);
            let structured = Structured::<f32>::new(&graph).propagate(&x, width);
            for ((a, b), c) in dense.iter().zip(&structured).zip(graph.sparse::<f32>().propagate(&x, width)) {
                prop_assert!((a - b).abs() < 1e-5 && (a - c).abs() < 1e-5, "{a}, {b}, {c}");
            }
        }
    }

    #[test]
    fn the_published_deployment_agrees_too() {
        for n_slices in [1, 3, 5, 10] {
            let graph = published(n_slices);
            let x: Vec<f64> = (0..graph.n_nodes() * 2).map(|idx| (idx as f64).cos()).collect();
            let sparse = graph.sparse::<f64>().propagate(&x, 2);
            let structured = Structured::<f64>::new(&graph).propagate(&x, 2);
            assert!(sparse.iter().zip(structured).all(|(a, b)| (a - b).abs() < 1e-14));
        }
    }
}
