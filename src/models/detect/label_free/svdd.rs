//! `ggnn_svdd`: a gated graph network whose vectors of normal snapshots are drawn to one point (MODELS.md B.12).
//!
//! `m_v = Σ_r Σ_(u∈N_r(v)) W_r h_u` over the relations type–instance, host–instance, instance–slice (each in both
//! directions) and slice → next slice; `h ← GRU(m, h)` three times from `h⁰ = [x ‖ 0]`; `g = tanh(Σ_v σ(i(h,x)) ⊙
//! tanh(j(h,x)))`. The score of a sequence is the mean of `‖g − c‖²` over its snapshots.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::gru::Gru;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use super::super::graph::EncoderGraph;
use super::super::propagate::Nodes;
use crate::models::activation::{sigmoid, tanh};
use crate::models::params::{constant, linear};
use crate::models::recurrent::{gru_step, init_gru};
use crate::snapshot::Hierarchy;
use crate::stream::StreamRng;

const WIDTH: usize = 32;
const PASSES: usize = 3;
/// Entries of the centre that are nearer to 0 are moved here, so that weights of 0 are no solution.
const FARTHEST_FROM_0: f32 = 0.1;
/// Weight of `‖W‖²` in the loss.
pub(super) const DECAY: f32 = 1e-4;

/// The network.
#[derive(Module, Debug)]
pub struct Svdd {
    /// `W_r`, without bias.
    relations: Vec<Linear>,
    gru: Gru,
    /// `i` and `j` of the readout, on `h ‖ x`, without bias.
    gate: Linear,
    value: Linear,
    /// `c`, `[32]`; set once and never learned.
    centre: Param<Tensor<1>>,
    #[module(skip)]
    shape: DetectShape,
    #[module(skip)]
    graph: EncoderGraph,
}

impl Svdd {
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Self {
        let graph = EncoderGraph::new(shape, shape.n_slices(), 0);
        let readout = WIDTH + graph.width();
        let mut without_bias = |sizes: [usize; 2]| linear(sizes, sizes[0], false, rng, device);
        let relations = (0..4).map(|_| without_bias([WIDTH, WIDTH])).collect();
        let (gate, value) = (without_bias([readout, WIDTH]), without_bias([readout, WIDTH]));
        let centre: Param<Tensor<1>> = constant([WIDTH], 0.0, device);
        Self {
            relations,
            gru: init_gru([WIDTH, WIDTH], rng, device),
            gate,
            value,
            centre: centre.set_require_grad(false),
            shape: shape.clone(),
            graph,
        }
    }

    /// The network with its centre, from the mean vector of normal snapshots before training.
    pub(in super::super) fn with_centre(self, mean: &[f32], device: &Device) -> Self {
        let centre: Param<Tensor<1>> =
            Param::from_tensor(tensor(mean.iter().copied().map(away_from_0).collect(), [WIDTH], device));
        Self { centre: centre.set_require_grad(false), ..self }
    }

    /// `g` of each snapshot, `[S, 32]`.
    pub(in super::super) fn vectors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let host = batch.host();
        let device = batch.device();
        let x = Nodes::new(self.graph.inputs(&host.values, &host.missing), self.graph.width(), device);
        let relations = Relations::new(&self.graph.hierarchy, device);
        let n_snapshots = host.missing.len() / self.shape.n_instances();
        let mut h = x.clone().map(|rows| {
            let [n, width] = rows.dims();
            Tensor::cat(vec![rows, Tensor::zeros([n, WIDTH - width], device)], 1)
        });
        for _ in 0..PASSES {
            let messages = relations.messages(&h, &self.relations, n_snapshots);
            h = h.join(messages, |h, m| gru_step(&self.gru, m, h));
        }
        let read = h.join(x, |h, x| {
            let both = Tensor::cat(vec![h, x], 1);
            sigmoid(self.gate.forward(both.clone())) * tanh(self.value.forward(both))
        });
        let sum = |rows: Tensor<2>| {
            let n_nodes = rows.dims()[0] / n_snapshots;
            rows.reshape([n_nodes, n_snapshots * WIDTH]).sum_dim(0)
        };
        let slices = read.slices.map(sum).expect("snapshots have slices");
        tanh((sum(read.shared) + sum(read.instances) + slices).reshape([n_snapshots, WIDTH]))
    }

    /// Score of each sequence, `[B, 1]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let apart = self.vectors(batch) - self.centre.val().reshape([1, WIDTH]);
        let squares = (apart.clone() * apart).sum_dim(1); // [S, 1]
        let sequence = self.shape.sequence;
        let steps = (0..sequence).map(|step| squares.clone().select(0, batch.index_at(step, sequence)));
        steps.reduce(|a, b| a + b).expect("a sequence has snapshots") / sequence as f32
    }

    /// `10⁻⁴ ‖W‖²` over all weights but biases, `[1]`.
    pub(in super::super) fn decay(&self) -> Tensor<1> {
        let gates = [&self.gru.update_gate, &self.gru.reset_gate, &self.gru.new_gate];
        let layers = gates.into_iter().flat_map(|gate| [&gate.input_transform, &gate.hidden_transform]);
        let layers = layers.chain(&self.relations).chain([&self.gate, &self.value]);
        layers.map(squares).reduce(|a, b| a + b).expect("there are layers") * DECAY
    }
}

/// `‖W‖²` of a layer, without its bias.
pub(super) fn squares(layer: &Linear) -> Tensor<1> {
    let weight = layer.weight.val();
    (weight.clone() * weight).sum()
}

/// F.9: entries nearer to 0 than 0.1 are pushed there, each to its own side.
pub(super) fn away_from_0(entry: f32) -> f32 {
    if entry.abs() >= FARTHEST_FROM_0 {
        entry
    } else if entry < 0.0 {
        -FARTHEST_FROM_0
    } else {
        FARTHEST_FROM_0
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

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.9.
    #[test]
    fn the_centre_keeps_away_from_zero() {
        assert_eq!([0.05, -0.02, 0.3, -0.5].map(away_from_0), [0.1, -0.1, 0.3, -0.5]);
    }
}
