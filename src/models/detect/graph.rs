//! The part of a graph convolution that has no weights, on the host: node features and the first product with `Â`.

use super::batch::DetectShape;
use super::calls::CallPairs;
use crate::snapshot::{FeatureLayout, Hierarchy, Structured, features};

/// The graph that an encoder reads, and how often features are propagated before the first weight.
#[derive(Debug, Clone)]
pub(super) struct EncoderGraph {
    /// `n_slices` may be 0: no slice nodes.
    pub(super) hierarchy: Hierarchy,
    pub(super) structured: Structured<f32>,
    layout: FeatureLayout,
    hops: usize,
    /// Types that call each other, where their edges are weighed; the first product with `Â` then has weights too.
    pub(super) calls: Option<CallPairs>,
}

/// Rows of an encoder's input, snapshot innermost: `[Z, S, F]`, `[I, S, F]` and `[W, I, S, F]`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HostNodes {
    /// Types, then hosts.
    pub(super) shared: Vec<f32>,
    pub(super) instances: Vec<f32>,
    pub(super) slices: Vec<f32>,
}

impl EncoderGraph {
    /// The graph of a shape with another number of slices per snapshot; 0 leaves slice nodes out.
    pub(super) fn new(shape: &DetectShape, n_slices: usize, hops: usize) -> Self {
        let hierarchy = Hierarchy { n_slices, ..shape.hierarchy.clone() };
        Self { structured: Structured::new(&hierarchy), hierarchy, layout: shape.layout, hops, calls: None }
    }

    /// The same with edges between types that call each other, if they are edges of the graph.
    pub(super) fn with_calls(self, shape: &DetectShape) -> Self {
        if !shape.calls.on_graph || shape.calls.edges.is_empty() {
            return self;
        }
        Self { hops: 0, calls: Some(CallPairs::new(&shape.calls.edges)), ..self }
    }

    /// `F0`.
    pub(super) fn width(&self) -> usize {
        self.layout.width()
    }

    /// Propagated features of snapshots.
    ///
    /// # Shapes
    /// - values: `[S, I, max(W, 1)]`; without slice nodes the means of the instances
    /// - missing: `[S, I]`
    pub(super) fn inputs(&self, values: &[f32], missing: &[bool]) -> HostNodes {
        let (n_instances, n_slices, width) = (self.hierarchy.n_instances(), self.hierarchy.n_slices, self.width());
        let n_shared = self.hierarchy.first_instance();
        let n_snapshots = missing.len() / n_instances.max(1);
        let rows = |n_nodes: usize| vec![0.0; n_nodes * n_snapshots * width];
        let mut nodes =
            HostNodes { shared: rows(n_shared), instances: rows(n_instances), slices: rows(n_instances * n_slices) };
        let per_snapshot = values.chunks_exact((n_instances * n_slices.max(1)).max(1));
        for (at, (values, missing)) in per_snapshot.zip(missing.chunks_exact(n_instances.max(1))).enumerate() {
            let x = self.propagated(values, missing);
            let place = |into: &mut [f32], row: usize, node: usize| {
                into[(row * n_snapshots + at) * width..][..width].copy_from_slice(&x[node * width..][..width]);
            };
            (0..n_shared).for_each(|node| place(&mut nodes.shared, node, node));
            for instance in 0..n_instances {
                place(&mut nodes.instances, instance, self.hierarchy.instance(instance));
                for slice in 0..n_slices {
                    place(&mut nodes.slices, slice * n_instances + instance, self.hierarchy.slice(instance, slice));
                }
            }
        }
        nodes
    }

    /// `Âᵏ X` of one snapshot, `[n, F0]`.
    fn propagated(&self, values: &[f32], missing: &[bool]) -> Vec<f32> {
        let with_slices = Hierarchy { n_slices: self.hierarchy.n_slices.max(1), ..self.hierarchy.clone() };
        let mut x = features(&with_slices, values, missing, self.layout);
        // Slices come last; without slice nodes their one slice is the instance itself.
        x.truncate(self.hierarchy.n_nodes() * self.width());
        (0..self.hops).fold(x, |x, _| self.structured.propagate(&x, self.width()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::HostFeature;

    fn shape() -> DetectShape {
        let layout = FeatureLayout { host: HostFeature::Mean, typed: false, mask: false };
        let hierarchy = Hierarchy { n_types: 1, n_hosts: 1, members: vec![(0, 0); 2], n_slices: 2 };
        DetectShape { hierarchy, layout, sequence: 1, calls: Default::default() }
    }

    // MODELS.md F.2.
    #[test]
    fn the_first_product_is_the_published_one_slice_by_slice() {
        let graph = EncoderGraph::new(&shape(), 2, 1);
        let nodes = graph.inputs(&[0.2, 0.4, 0.6, 1.0], &[false; 2]);
        let close = |found: &[f32], wanted: &[f32]| {
            assert_eq!(found.len(), wanted.len());
            assert!(found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
        };
        close(&nodes.shared, &[0.467352, 0.467352]);
        close(&nodes.instances, &[0.498938, 0.857137]);
        close(&nodes.slices, &[0.277460, 0.739892, 0.277460, 0.739892]);
    }

    #[test]
    fn without_slices_an_instance_stands_between_its_type_and_its_host() {
        let graph = EncoderGraph::new(&shape(), 0, 1);
        assert_eq!(graph.hierarchy.n_nodes(), 4);
        let nodes = graph.inputs(&[0.3, 0.8], &[false; 2]);
        // All degrees with loops are 3.
        let wanted = [(0.55 + 0.3 + 0.8) / 3.0, (0.55 + 0.55 + 0.3) / 3.0, (0.55 + 0.55 + 0.8) / 3.0];
        assert!((nodes.shared[0] - wanted[0]).abs() < 1e-6 && nodes.slices.is_empty());
        assert!((nodes.instances[0] - wanted[1]).abs() < 1e-6 && (nodes.instances[1] - wanted[2]).abs() < 1e-6);
    }
}
