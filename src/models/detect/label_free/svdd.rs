//! `ggnn_svdd`: a gated graph network whose vectors of normal snapshots are drawn to one point (MODELS.md B.12).
//!
//! `m_v = Σ_r Σ_(u∈N_r(v)) W_r h_u` over the relations type–instance, host–instance, instance–slice (each in both
//! directions) and slice → next slice; `h ← GRU(m, h)` three times from `h⁰ = [x ‖ 0]`; `g = tanh(Σ_v σ(i(h,x)) ⊙
//! tanh(j(h,x)))`. The score of a sequence is the mean of `‖g − c‖²` over its snapshots.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use super::super::graph::EncoderGraph;
use super::super::propagate::Nodes;
use super::description::{Description, PASSES, WIDTH};
use crate::models::activation::tanh;
use crate::snapshot::Hierarchy;
use crate::stream::StreamRng;

/// The network.
#[derive(Module, Debug)]
pub struct Svdd {
    description: Description,
    #[module(skip)]
    shape: DetectShape,
    #[module(skip)]
    graph: EncoderGraph,
}

impl Svdd {
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Self {
        let graph = EncoderGraph::new(shape, shape.n_slices(), 0);
        let description = Description::init([4, graph.width()], rng, device);
        Self { description, shape: shape.clone(), graph }
    }

    /// The network with its centre, from the mean vector of normal snapshots before training.
    pub(in super::super) fn with_centre(self, mean: &[f32], device: &Device) -> Self {
        Self { description: self.description.with_centre(mean, device), ..self }
    }

    /// `g` of each snapshot, `[S, 32]`.
    pub(in super::super) fn vectors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let host = batch.host();
        let device = batch.device();
        let x = Nodes::new(self.graph.inputs(&host.values, &host.missing), self.graph.width(), device);
        let relations = Relations::new(&self.graph.hierarchy, device);
        let n_snapshots = host.missing.len() / self.shape.n_instances();
        let mut h = x.clone().map(Description::begin);
        for _ in 0..PASSES {
            let messages = relations.messages(&h, &self.description.relations, n_snapshots);
            h = h.join(messages, |h, m| self.description.pass(m, h));
        }
        let read = h.join(x, |h, x| self.description.read(h, x));
        let sum = |rows: Tensor<2>| {
            let n_nodes = rows.dims()[0] / n_snapshots;
            rows.reshape([n_nodes, n_snapshots * WIDTH]).sum_dim(0)
        };
        let slices = read.slices.map(sum).expect("snapshots have slices");
        tanh((sum(read.shared) + sum(read.instances) + slices).reshape([n_snapshots, WIDTH]))
    }

    /// Score of each sequence, `[B, 1]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        self.description.errors(self.vectors(batch), batch, self.shape.sequence)
    }

    /// `10⁻⁴ ‖W‖²` over all weights but biases, `[1]`.
    pub(in super::super) fn decay(&self) -> Tensor<1> {
        self.description.decay()
    }
}

/// Who is joined to whom, as 0 and 1.
struct Relations {
    /// `[Z, I]`: 1 where a type has an instance.
    of_types: Tensor<2>,
    /// `[Z, I]`: 1 where a host has an instance.
    of_hosts: Tensor<2>,
    /// `[W, W]`: row `w` reads from slice `w − 1`.
    earlier: Tensor<2>,
    /// `[W, 1]`.
    ones: Tensor<2>,
}

impl Relations {
    fn new(hierarchy: &Hierarchy, device: &Device) -> Self {
        let (n_instances, n_slices) = (hierarchy.n_instances(), hierarchy.n_slices);
        let n_shared = hierarchy.first_instance();
        let members = |is_type: bool| {
            let mut cells = vec![0.0; n_shared * n_instances];
            for instance in 0..n_instances {
                let (service, host) = hierarchy.parents(instance);
                cells[if is_type { service } else { host } * n_instances + instance] = 1.0;
            }
            tensor(cells, [n_shared, n_instances], device)
        };
        let follows = |idx: usize| f32::from(u8::from(idx / n_slices == idx % n_slices + 1));
        Self {
            of_types: members(true),
            of_hosts: members(false),
            earlier: tensor((0..n_slices * n_slices).map(follows).collect(), [n_slices, n_slices], device),
            ones: Tensor::ones([n_slices, 1], device),
        }
    }

    /// `m` of all nodes.
    fn messages(&self, h: &Nodes, relations: &[Linear], n_snapshots: usize) -> Nodes {
        let columns = n_snapshots * WIDTH;
        let [n_shared, n_instances] = self.of_types.dims();
        let n_slices = self.ones.dims()[0];
        let sent = |relation: usize, rows: &Tensor<2>, n: usize| {
            let sent = relations[relation].forward(rows.clone());
            let size: usize = sent.dims().iter().product();
            sent.reshape([n, size / n])
        };
        let rows = |columns: Tensor<2>| {
            let size: usize = columns.dims().iter().product();
            columns.reshape([size / WIDTH, WIDTH])
        };
        let slices = h.slices.as_ref().expect("snapshots have slices");
        let [types, hosts] = [(0, &self.of_types), (1, &self.of_hosts)];
        let up = |(relation, members): (usize, &Tensor<2>)| {
            members.clone().matmul(sent(relation, &h.instances, n_instances))
        };
        let down = |(relation, members): (usize, &Tensor<2>)| {
            members.clone().transpose().matmul(sent(relation, &h.shared, n_shared))
        };
        let gathered = sent(2, slices, n_slices).sum_dim(0).reshape([n_instances, columns]);
        let spread = self.ones.clone() * sent(2, &h.instances, 1); // [W, I·S·32]
        let passed = self.earlier.clone().matmul(sent(3, slices, n_slices));
        Nodes {
            shared: rows(up(types) + up(hosts)),
            instances: rows(down(types) + down(hosts) + gathered),
            slices: Some(rows(spread + passed)),
        }
    }
}
