//! Products with `Â` by its structure, in tensors (MODELS.md B.5).
//!
//! Rows are node-major with the snapshots inside, so that every constant of `Â` stands on the left of one plain matrix
//! product over all snapshots at once and nothing is permuted.

use burn::tensor::{Device, Tensor};

use super::batch::tensor;
use super::calls::CallPairs;
use super::graph::{EncoderGraph, HostNodes};

/// Hidden rows of all nodes.
#[derive(Debug, Clone)]
pub(super) struct Nodes {
    /// Types, then hosts: `[Z·S, H]`.
    pub(super) shared: Tensor<2>,
    /// `[I·S, H]`.
    pub(super) instances: Tensor<2>,
    /// `[W·I·S, H]`; absent without slice nodes.
    pub(super) slices: Option<Tensor<2>>,
}

impl Nodes {
    /// Puts an encoder's input on a device.
    pub(super) fn new(host: HostNodes, width: usize, device: &Device) -> Self {
        let rows = |values: Vec<f32>| {
            let n = values.len() / width;
            tensor(values, [n, width], device)
        };
        let slices = (!host.slices.is_empty()).then(|| rows(host.slices));
        Self { shared: rows(host.shared), instances: rows(host.instances), slices }
    }

    /// The same function of every pair of rows.
    pub(super) fn join(self, other: Self, of: impl Fn(Tensor<2>, Tensor<2>) -> Tensor<2>) -> Self {
        Self {
            shared: of(self.shared, other.shared),
            instances: of(self.instances, other.instances),
            slices: self.slices.zip(other.slices).map(|(rows, others)| of(rows, others)),
        }
    }

    /// The same function of every row.
    pub(super) fn map(self, mut of: impl FnMut(Tensor<2>) -> Tensor<2>) -> Self {
        Self { shared: of(self.shared), instances: of(self.instances), slices: self.slices.map(of) }
    }
}

/// The constants of `Â`.
#[derive(Debug, Clone)]
pub(super) struct Propagation {
    /// `1 / d_Z`, `[Z, 1]`.
    own: Tensor<2>,
    /// `M`, `[Z, I]`.
    membership: Tensor<2>,
    /// `Mᵀ`, `[I, Z]`.
    members: Tensor<2>,
    /// `T₀₀`.
    instance: f32,
    with_slices: Option<SliceBlock>,
    /// Present where calls weigh edges between types.
    coupling: Option<Coupling>,
}

/// What `T` says about slices.
#[derive(Debug, Clone)]
struct SliceBlock {
    /// `T₀ₛ`, `[1, W]`.
    to_instance: Tensor<2>,
    /// `Tₛ₀`, `[W, 1]`.
    from_instance: Tensor<2>,
    /// `Tₛₛ`, `[W, W]`.
    chain: Tensor<2>,
}

impl Propagation {
    /// With weights `[P, S]` of the call edges, if the graph has any.
    pub(super) fn new(graph: &EncoderGraph, calls: Option<&(&CallPairs, Tensor<2>)>, device: &Device) -> Self {
        let (n_shared, n_instances) = (graph.hierarchy.first_instance(), graph.hierarchy.n_instances());
        let n_slices = graph.hierarchy.n_slices;
        let block = graph.structured.block();
        let membership = tensor(graph.structured.membership(), [n_shared, n_instances], device);
        let with_slices = (n_slices > 0).then(|| {
            let first_row = block[1..=n_slices].to_vec();
            let chain = block.chunks_exact(n_slices + 1).skip(1).flat_map(|row| row[1..].to_vec()).collect();
            SliceBlock {
                to_instance: tensor(first_row.clone(), [1, n_slices], device),
                from_instance: tensor(first_row, [n_slices, 1], device),
                chain: tensor(chain, [n_slices, n_slices], device),
            }
        });
        Self {
            own: tensor(graph.structured.shared().to_vec(), [n_shared, 1], device),
            members: membership.clone().transpose(),
            membership,
            instance: block[0],
            with_slices,
            coupling: calls.map(|(pairs, weights)| Coupling::new(graph, pairs, weights.clone(), device)),
        }
    }

    /// `Â` times the rows of all nodes: `Z' = Z / d_Z + M U`, `U' = T₀₀ U + T₀ₛ S + Mᵀ Z`, `S' = Tₛ₀ U + Tₛₛ S`.
    pub(super) fn apply(&self, nodes: Nodes) -> Nodes {
        let width = nodes.shared.dims()[1];
        let [n_shared, n_instances] = self.membership.dims();
        let columns = nodes.shared.dims()[0] / n_shared * width;
        let rows = |tensor: Tensor<2>| {
            let n: usize = tensor.dims().iter().product();
            tensor.reshape([n / width, width])
        };
        let z = nodes.shared.reshape([n_shared, columns]); // [Z, S·H]
        let u = nodes.instances.reshape([n_instances, columns]); // [I, S·H]
        let (shared, from_shared) = match &self.coupling {
            None => (
                z.clone() * self.own.clone() + self.membership.clone().matmul(u.clone()),
                self.members.clone().matmul(z),
            ),
            Some(coupling) => coupling.apply(z, u.clone(), width),
        };
        let mut instances = u.clone() * self.instance + from_shared;
        let slices = self.with_slices.as_ref().zip(nodes.slices).map(|(block, slices)| {
            let n_slices = block.chain.dims()[0];
            let s = slices.reshape([n_slices, n_instances * columns]); // [W, I·S·H]
            let read = block.to_instance.clone().matmul(s.clone()).reshape([n_instances, columns]);
            instances = instances.clone() + read;
            let u = u.reshape([1, n_instances * columns]);
            rows(block.chain.clone().matmul(s) + u * block.from_instance.clone())
        });
        Nodes { shared: rows(shared), instances: rows(instances), slices }
    }
}

/// What weighed edges between types change: these edges, and the degrees of the types, in each snapshot anew.
///
/// With `r = d^-½` of types and hosts and `m = d^-½` of instances: `Z' = r (r Z + m U + Σ w r Z)` and `m r Z` is what
/// instances are given.
#[derive(Debug, Clone)]
struct Coupling {
    /// `r`, `[Z·S, 1]`.
    scale: Tensor<2>,
    /// Weights of the pairs, `[P·S, 1]`.
    weights: Tensor<2>,
    /// Which type is at each end of a pair, `[P, Z]`.
    ends: [Tensor<2>; 2],
    /// `m` where an instance belongs to a type or a host, `[Z, I]`.
    members: Tensor<2>,
}

impl Coupling {
    fn new(graph: &EncoderGraph, pairs: &CallPairs, weights: Tensor<2>, device: &Device) -> Self {
        let hierarchy = &graph.hierarchy;
        let (n_shared, n_instances) = (hierarchy.first_instance(), hierarchy.n_instances());
        let degrees = hierarchy.degrees();
        let own: Vec<f32> = degrees[..n_shared].iter().map(|&degree| degree as f32).collect();
        let mut members = vec![0.0; n_shared * n_instances];
        for instance in 0..n_instances {
            let (service, host) = hierarchy.parents(instance);
            let of_instance = (1.0 / f64::from(degrees[hierarchy.instance(instance)]).sqrt()) as f32;
            members[service * n_instances + instance] = of_instance;
            members[host * n_instances + instance] = of_instance;
        }
        let ends = [0, 1].map(|side| pairs.incidence(side, n_shared, device));
        let [n_pairs, n_snapshots] = weights.dims();
        let added = (ends[0].clone() + ends[1].clone()).transpose().matmul(weights.clone()); // [Z, S]
        let degrees = added + tensor::<2>(own, [n_shared, 1], device);
        Self {
            scale: degrees.sqrt().recip().reshape([n_shared * n_snapshots, 1]),
            weights: weights.reshape([n_pairs * n_snapshots, 1]),
            ends,
            members: tensor(members, [n_shared, n_instances], device),
        }
    }

    /// `Z'` and what instances are given, from `Z` and `U` with all snapshots in a row.
    fn apply(&self, z: Tensor<2>, u: Tensor<2>, width: usize) -> (Tensor<2>, Tensor<2>) {
        let times = |nodes: Tensor<2>, factors: &Tensor<2>| {
            let shape = nodes.dims();
            (nodes.reshape([factors.dims()[0], width]) * factors.clone()).reshape(shape)
        };
        let scaled = times(z, &self.scale);
        let passed = |from: usize| {
            let sent = times(self.ends[from].clone().matmul(scaled.clone()), &self.weights);
            self.ends[1 - from].clone().transpose().matmul(sent)
        };
        let sum = scaled.clone() + self.members.clone().matmul(u) + passed(0) + passed(1);
        (times(sum, &self.scale), self.members.clone().transpose().matmul(scaled))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::{Backend, HostFeature};
    use crate::models::detect::DetectShape;
    use crate::models::device;
    use crate::snapshot::{FeatureLayout, Hierarchy};
    use crate::stream::{Stream, StreamRng};

    fn any_graph() -> impl Strategy<Value = EncoderGraph> {
        let members = |(n_types, n_hosts): (usize, usize)| {
            (Just((n_types, n_hosts)), proptest::collection::vec((0..n_types, 0..n_hosts), 1..10), 0_usize..8)
        };
        (1_usize..6, 1_usize..5).prop_flat_map(members).prop_map(|((n_types, n_hosts), members, n_slices)| {
            let hierarchy = Hierarchy { n_types, n_hosts, members, n_slices };
            let layout = FeatureLayout { host: HostFeature::Mean, typed: false, mask: false };
            EncoderGraph::new(&DetectShape { hierarchy, layout, sequence: 1, calls: Default::default() }, n_slices, 1)
        })
    }

    /// Nodes of the hierarchy in the order of the rows: types and hosts, instances, then slice by slice.
    fn order(hierarchy: &Hierarchy) -> Vec<usize> {
        let n_instances = hierarchy.n_instances();
        let slices = (0..hierarchy.n_slices).flat_map(|w| (0..n_instances).map(move |i| (i, w)));
        (0..hierarchy.first_instance() + n_instances).chain(slices.map(|(i, w)| hierarchy.slice(i, w))).collect()
    }

    /// All rows one below the other, `[n, S·H]`.
    fn joined(nodes: &Nodes, columns: usize) -> Tensor<2> {
        let rows = parts(nodes).map(|part| {
            let n: usize = part.dims().iter().product();
            part.clone().reshape([n / columns, columns])
        });
        Tensor::cat(rows.collect(), 0)
    }

    fn parts(nodes: &Nodes) -> impl Iterator<Item = &Tensor<2>> {
        [&nodes.shared, &nodes.instances].into_iter().chain(&nodes.slices)
    }

    /// Tracked rows of all nodes of some snapshots.
    fn drawn(hierarchy: &Hierarchy, [s, width]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Nodes {
        let mut draw = |nodes: usize| {
            let values = (0..nodes * s * width).map(|_| rng.uniform(-1.0, 1.0)).collect();
            tensor::<2>(values, [nodes * s, width], device).require_grad()
        };
        let (n_instances, n_slices) = (hierarchy.n_instances(), hierarchy.n_slices);
        Nodes {
            shared: draw(hierarchy.first_instance()),
            instances: draw(n_instances),
            slices: (n_slices > 0).then(|| draw(n_instances * n_slices)),
        }
    }

    /// Of the sum of squares, with respect to all of these.
    fn gradients(product: Tensor<2>, inputs: &[&Tensor<2>]) -> Vec<f32> {
        let grads = product.clone().mul(product).sum().backward();
        inputs.iter().flat_map(|input| values(input.grad(&grads).expect("tracked"))).collect()
    }

    fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn by_structure_and_dense_agree_with_their_gradients(graph in any_graph(), seed in 0_u32..1000) {
            const SNAPSHOTS: usize = 2;
            const WIDTH: usize = 3;
            let hierarchy = &graph.hierarchy;
            let n = hierarchy.n_nodes();
            let dense = hierarchy.dense().expect("small");
            let order = order(hierarchy);
            let permuted = order.iter().flat_map(|&i| order.iter().map(move |&j| (i, j))).map(|(i, j)| dense[i * n + j]);
            let permuted: Vec<f32> = permuted.collect();
            for backend in [Backend::Flex, Backend::Ndarray] {
                let device = device(backend).autodiff();
                let rng = &mut Stream::Data.rng(seed, "propagate");
                let nodes = drawn(hierarchy, [SNAPSHOTS, WIDTH], rng, &device);
                let wanted = tensor::<2>(permuted.clone(), [n, n], &device).matmul(joined(&nodes, SNAPSHOTS * WIDTH));
                let found = joined(&Propagation::new(&graph, None, &device).apply(nodes.clone()), SNAPSHOTS * WIDTH);
                let inputs: Vec<&Tensor<2>> = parts(&nodes).collect();
                let gradient = |product: Tensor<2>| gradients(product, &inputs);
                let close = |a: Vec<f32>, b: Vec<f32>| a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 2e-5);
                prop_assert!(close(gradient(found.clone()), gradient(wanted.clone())));
                prop_assert!(close(values(found), values(wanted)));
            }
        }

        // MODELS.md B.11.
        #[test]
        fn with_call_edges_structure_and_dense_agree_with_their_gradients(
            graph in any_graph(),
            calls in proptest::collection::vec((0_u32..6, 0_u32..6), 1..8),
            seed in 0_u32..1000,
        ) {
            const SNAPSHOTS: usize = 3;
            const WIDTH: usize = 2;
            let hierarchy = graph.hierarchy.clone();
            let is_edge = |&(a, b): &(u32, u32)| a != b && a.max(b) < hierarchy.n_types as u32;
            let mut edges: Vec<(u32, u32)> = calls.into_iter().filter(is_edge).collect();
            edges.sort_unstable();
            edges.dedup();
            prop_assume!(!edges.is_empty());
            let pairs = CallPairs::new(&edges);
            let order = order(&hierarchy);
            let n = hierarchy.n_nodes();
            let mut joined_by = vec![0.0; n * n];
            let place = |node: usize| order.iter().position(|&other| other == node).expect("every node has a row");
            for edge in hierarchy.edges() {
                let (a, b) = (place(edge.from), place(edge.to));
                (joined_by[a * n + b], joined_by[b * n + a]) = (1.0, 1.0);
            }
            (0..n).for_each(|i| joined_by[i * n + i] = 1.0);
            for backend in [Backend::Flex, Backend::Ndarray] {
                let device = device(backend).autodiff();
                let rng = &mut Stream::Data.rng(seed, "calls");
                let nodes = drawn(&hierarchy, [SNAPSHOTS, WIDTH], rng, &device);
                let weights: Vec<f32> = (0..pairs.ends.len() * SNAPSHOTS)
                    .map(|_| if rng.unit() < 0.2 { 0.0 } else { rng.uniform(0.1, 3.0) })
                    .collect();
                let weights = tensor::<2>(weights, [pairs.ends.len(), SNAPSHOTS], &device).require_grad();
                // D^-½ (A + I) D^-½ snapshot by snapshot, with all entries.
                let rows = joined(&nodes, SNAPSHOTS * WIDTH);
                let of_snapshot = |s: usize| {
                    let coupled = pairs.ends.iter().enumerate().map(|(pair, &(a, b))| {
                        let mut cells = vec![0.0; n * n];
                        (cells[a * n + b], cells[b * n + a]) = (1.0, 1.0);
                        tensor::<2>(cells, [n, n], &device) * weights.clone().narrow(0, pair, 1).narrow(1, s, 1)
                    });
                    let plain = tensor::<2>(joined_by.clone(), [n, n], &device);
                    let adjacency = coupled.fold(plain, |sum, one| sum + one);
                    let scale = adjacency.clone().sum_dim(1).sqrt().recip(); // [n, 1]
                    let normalised = adjacency * scale.clone() * scale.transpose();
                    normalised.matmul(rows.clone().narrow(1, s * WIDTH, WIDTH))
                };
                let wanted = Tensor::cat((0..SNAPSHOTS).map(of_snapshot).collect(), 1);
                let propagation = Propagation::new(&graph, Some(&(&pairs, weights.clone())), &device);
                let found = joined(&propagation.apply(nodes.clone()), SNAPSHOTS * WIDTH);
                let inputs: Vec<&Tensor<2>> = parts(&nodes).chain([&weights]).collect();
                let gradient = |product: Tensor<2>| gradients(product, &inputs);
                let close = |a: Vec<f32>, b: Vec<f32>| a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4);
                prop_assert!(close(gradient(found.clone()), gradient(wanted.clone())));
                prop_assert!(close(values(found), values(wanted)));
            }
        }
    }
}
