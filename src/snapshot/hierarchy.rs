//! The graph that all snapshots of a deployment share (MODELS.md B.4).
//!
//! Nodes, in this order: types, hosts, instances, and the slices of each instance in the order of time. An instance is
//! joined to its type, its host and its slices, and each slice to the next one.

use serde::{Deserialize, Serialize};

use super::error::SnapshotError;
use super::propagate::{Csr, Real};
use crate::data::{Deployment, Role};

/// Most nodes of a dense matrix: 64 MiB.
const MAX_DENSE: usize = 4096;

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// A service type: all its instances together.
    Type,
    /// A host (a container in the paper): all instances on it together.
    Host,
    /// An instance over the whole window.
    Instance,
    /// An instance in one time slice.
    Slice,
}

/// An undirected edge; the node of the upper layer, or the earlier slice, comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// One node.
    pub from: usize,
    /// The other node.
    pub to: usize,
    /// What it joins.
    pub role: Role,
}

/// Sizes and memberships; everything else follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hierarchy {
    /// `Y`.
    pub n_types: usize,
    /// `C`.
    pub n_hosts: usize,
    /// Type and host of each instance.
    pub members: Vec<(usize, usize)>,
    /// `W`: slices of a snapshot, at least 1.
    pub n_slices: usize,
}

impl Hierarchy {
    /// The graph of a deployment with `n_slices` slices per snapshot.
    pub fn new(deployment: &Deployment, n_slices: usize) -> Self {
        Self {
            n_types: deployment.types.len(),
            n_hosts: deployment.hosts.len(),
            members: deployment.instances.iter().map(|instance| (instance.service, instance.host)).collect(),
            n_slices: n_slices.max(1),
        }
    }

    /// `I`.
    pub fn n_instances(&self) -> usize {
        self.members.len()
    }

    /// `n = Y + C + I + I · W`.
    pub fn n_nodes(&self) -> usize {
        self.first_instance() + self.n_instances() * (1 + self.n_slices)
    }

    /// Node of the first instance: the number of types and hosts.
    pub fn first_instance(&self) -> usize {
        self.n_types + self.n_hosts
    }

    /// Node of an instance.
    pub fn instance(&self, instance: usize) -> usize {
        self.first_instance() + instance
    }

    /// Node of an instance's slice.
    pub fn slice(&self, instance: usize, slice: usize) -> usize {
        self.first_instance() + self.n_instances() + instance * self.n_slices + slice
    }

    /// Nodes of the type and of the host of an instance.
    pub fn parents(&self, instance: usize) -> (usize, usize) {
        let (service, host) = self.members[instance];
        (service, self.n_types + host)
    }

    /// Layer of a node.
    pub fn layer(&self, node: usize) -> Layer {
        match node {
            _ if node < self.n_types => Layer::Type,
            _ if node < self.first_instance() => Layer::Host,
            _ if node < self.first_instance() + self.n_instances() => Layer::Instance,
            _ => Layer::Slice,
        }
    }

    /// All edges, role by role.
    pub fn edges(&self) -> Vec<Edge> {
        let instances = 0..self.n_instances();
        let edge = |from: usize, to: usize, role: Role| Edge { from, to, role };
        let types = instances.clone().map(|i| edge(self.parents(i).0, self.instance(i), Role::TypeInstance));
        let hosts = instances.clone().map(|i| edge(self.parents(i).1, self.instance(i), Role::HostInstance));
        let slices = instances.clone().flat_map(|i| {
            (0..self.n_slices).map(move |w| edge(self.instance(i), self.slice(i, w), Role::InstanceSlice))
        });
        let chains = instances.flat_map(|i| {
            (1..self.n_slices).map(move |w| edge(self.slice(i, w - 1), self.slice(i, w), Role::SliceSlice))
        });
        types.chain(hosts).chain(slices).chain(chains).collect()
    }

    /// `D_ii = 1 + degree`, `[n]`.
    pub fn degrees(&self) -> Vec<u32> {
        let mut degrees = vec![1; self.n_nodes()];
        for edge in self.edges() {
            degrees[edge.from] += 1;
            degrees[edge.to] += 1;
        }
        degrees
    }

    /// `Â = D^-½ (A + I) D^-½` with its entries that are not zero.
    pub fn sparse<R: Real>(&self) -> Csr<R> {
        let degrees = self.degrees();
        let weight = |i: usize, j: usize| 1.0 / (f64::from(degrees[i]) * f64::from(degrees[j])).sqrt();
        let loops = (0..self.n_nodes()).map(|i| (i, i));
        let both = self.edges().into_iter().flat_map(|edge| [(edge.from, edge.to), (edge.to, edge.from)]);
        let mut places: Vec<(usize, usize)> = loops.chain(both).collect();
        places.sort_unstable();
        Csr::new(self.n_nodes(), places.into_iter().map(|(i, j)| (i, j, R::of(weight(i, j)))))
    }

    /// `Â`, `[n, n]`, row-major.
    ///
    /// # Errors
    /// When there are too many nodes for a dense matrix.
    pub fn dense(&self) -> Result<Vec<f32>, SnapshotError> {
        let n = self.n_nodes();
        if n > MAX_DENSE {
            return Err(SnapshotError::TooLarge {
                what: "The dense adjacency",
                needed: format!("{n} x {n}"),
                limit: MAX_DENSE * MAX_DENSE,
                advice: "choose fewer instances or fewer slices",
            });
        }
        Ok(self.sparse::<f32>().to_dense())
    }
}

#[cfg(test)]
pub(super) use tests::{any_hierarchy, published};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Types and hosts of 48 instances as in F.3.
    pub(in super::super) fn published(n_slices: usize) -> Hierarchy {
        Hierarchy { n_types: 26, n_hosts: 5, members: (0..48).map(|i| (i * 26 / 48, i % 5)).collect(), n_slices }
    }

    /// Any deployment.
    pub(in super::super) fn any_hierarchy() -> impl Strategy<Value = Hierarchy> {
        let members = |(n_types, n_hosts): (usize, usize)| {
            (Just((n_types, n_hosts)), proptest::collection::vec((0..n_types, 0..n_hosts), 0..10), 1_usize..8)
        };
        (1_usize..6, 1_usize..5).prop_flat_map(members).prop_map(|((n_types, n_hosts), members, n_slices)| Hierarchy {
            n_types,
            n_hosts,
            members,
            n_slices,
        })
    }

    // MODELS.md F.2.
    #[test]
    fn counts_are_the_published_ones() {
        let counts = |n_slices: usize| {
            let graph = published(n_slices);
            (graph.n_nodes(), graph.edges().len(), graph.sparse::<f32>().n_entries())
        };
        let wanted = [(127, 144, 415), (223, 336, 895), (319, 528, 1375), (559, 1008, 2575)];
        assert_eq!([1, 3, 5, 10].map(counts), wanted);
        let of_role = |role: Role| published(5).edges().iter().filter(|edge| edge.role == role).count();
        let roles = [Role::TypeInstance, Role::HostInstance, Role::InstanceSlice, Role::SliceSlice];
        assert_eq!(roles.map(of_role), [48, 48, 240, 192]);
    }

    // MODELS.md F.2.
    #[test]
    fn the_small_graph_has_the_published_degrees_and_product() {
        let graph = Hierarchy { n_types: 1, n_hosts: 1, members: vec![(0, 0); 2], n_slices: 2 };
        assert_eq!((graph.n_nodes(), graph.edges().len()), (8, 10));
        assert_eq!(graph.degrees(), [3, 3, 5, 5, 3, 3, 3, 3]);
        let x = [0.55, 0.55, 0.30, 0.80, 0.2, 0.4, 0.6, 1.0];
        let wanted = [0.467352, 0.467352, 0.498938, 0.857137, 0.277460, 0.277460, 0.739892, 0.739892];
        let product = graph.sparse::<f64>().propagate(&x, 1);
        assert!(product.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{product:?}");
        let mean = product.iter().sum::<f64>() / 8.0;
        assert!((mean - 0.540685).abs() < 1e-6);
        let layers: Vec<Layer> = (0..8).map(|node| graph.layer(node)).collect();
        assert_eq!(layers[..4], [Layer::Type, Layer::Host, Layer::Instance, Layer::Instance]);
        assert_eq!(layers[4..], [Layer::Slice; 4]);
    }

    /// Largest absolute eigenvalue of `Â + shift · I` on vectors orthogonal to `√d`, with its sign.
    fn second_eigenvalue(graph: &Hierarchy, shift: f64) -> f64 {
        let adjacency = graph.sparse::<f64>();
        let mut top: Vec<f64> = graph.degrees().into_iter().map(|degree| f64::from(degree).sqrt()).collect();
        let norm = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let scale = norm(&top);
        top.iter_mut().for_each(|x| *x /= scale);
        let mut x: Vec<f64> = (0..graph.n_nodes()).map(|i| ((i * i) as f64).sin()).collect();
        let mut value = 0.0;
        for _ in 0..15_000 {
            let along: f64 = x.iter().zip(&top).map(|(x, t)| x * t).sum();
            x.iter_mut().zip(&top).for_each(|(x, t)| *x -= along * t);
            let length = norm(&x);
            x.iter_mut().for_each(|x| *x /= length);
            let product = adjacency.propagate(&x, 1);
            value = product.iter().zip(&x).map(|(p, x)| p * x).sum();
            x.iter_mut().zip(product).for_each(|(x, p)| *x = p + shift * *x);
        }
        value
    }

    // MODELS.md F.3.
    #[test]
    fn the_spectrum_is_the_published_one() {
        let graph = published(5);
        assert!((second_eigenvalue(&graph, 0.0) - 0.994327).abs() < 1e-5);
        assert!((second_eigenvalue(&graph, -1.0) + 0.389736).abs() < 1e-5);
    }

    proptest! {
        #[test]
        fn dense_is_symmetric_and_agrees_with_the_definition(graph in any_hierarchy()) {
            let n = graph.n_nodes();
            let dense = graph.dense().expect("small");
            let mut wanted = vec![0.0; n * n];
            let degrees = graph.degrees();
            let weight = |i: usize, j: usize| (1.0 / (f64::from(degrees[i]) * f64::from(degrees[j])).sqrt()) as f32;
            (0..n).for_each(|i| wanted[i * n + i] = weight(i, i));
            for edge in graph.edges() {
                wanted[edge.from * n + edge.to] = weight(edge.from, edge.to);
                wanted[edge.to * n + edge.from] = weight(edge.from, edge.to);
            }
            prop_assert_eq!(dense, wanted);
            prop_assert_eq!(graph.sparse::<f32>().n_entries(), n + 2 * graph.edges().len());
        }
    }

    #[test]
    fn a_dense_matrix_has_a_limit() {
        let graph = Hierarchy { n_types: 1, n_hosts: 1, members: vec![(0, 0); 1000], n_slices: 5 };
        let error = graph.dense().expect_err("6002 nodes").to_string();
        assert!(error.starts_with("The dense adjacency needs 6002 x 6002 values"), "{error}");
    }
}
