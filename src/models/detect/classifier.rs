//! `integrated` and its ablations: supervised networks with one logit per sequence (MODELS.md B.5 and B.10).

mod width;

use burn::module::Module;
use burn::nn::Lstm;
use burn::tensor::activation::softplus;
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::batch::{DetectShape, HostCalls, HostSequences, SequenceBatch, means, tensor};
use super::calls::over_sequences;
use super::encoder::{Encoded, Encoder};
use super::graph::EncoderGraph;
use super::head::Head;
use super::propagate::Nodes;
use crate::config::{Detector, NetworkConfig};
use crate::models::Dropout;
use crate::models::recurrent::{init_lstm, lstm_steps};
use crate::stream::StreamRng;

/// What an encoder turns into one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// A snapshot, whichever sequences it belongs to.
    Snapshot,
    /// All slices of a sequence, on one graph.
    Sequence,
    /// The means over a whole sequence, on the graph without slices.
    SequenceMean,
}

/// What becomes of the vectors of a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// An LSTM over the vectors of the snapshots; its last state.
    Lstm,
    /// The vector of the last snapshot, or of the sequence.
    Last,
    /// The mean vector.
    Mean,
    /// An LSTM over the slices of all instances, without any graph; its last state.
    Slices,
    /// That state beside the vector of the sequence.
    Both,
}

/// The parts of a variant.
#[derive(Debug, Clone)]
struct Plan {
    reading: Reading,
    unit: Unit,
    /// Absent for the network without a graph.
    graph: Option<EncoderGraph>,
    /// Whether hidden rows are propagated along edges.
    is_joined: bool,
    shape: DetectShape,
    /// For the network in two stages: whether the encoder is being trained.
    is_first_stage: bool,
}

/// The network.
#[derive(Module, Debug)]
pub struct Classifier {
    encoder: Option<Encoder>,
    /// The head of the first of two stages, on the last snapshot.
    snapshot_head: Option<Head>,
    lstm: Option<Lstm>,
    head: Head,
    #[module(skip)]
    plan: Plan,
}

/// What a network says about sequences.
#[derive(Debug, Clone)]
pub struct Readout {
    /// `[B]`.
    pub logits: Tensor<1>,
    /// Last state of the LSTM, `[B, u]`.
    pub state: Option<Tensor<2>>,
    /// Pooled vector of the last snapshot, or of the sequence where that is what is encoded, `[B, G]`.
    pub pooled: Option<Tensor<2>>,
    /// Logit of each instance in the last snapshot, `[B, I]`.
    pub instance_logits: Option<Tensor<2>>,
}

impl Readout {
    /// Sum over the sequences of the weighted loss `softplus(x) − y·x`; with logits of instances, plus the mean of
    /// theirs, by the same weights.
    pub fn loss(&self, batch: &SequenceBatch) -> Tensor<1> {
        let logits = self.logits.clone();
        let mut loss = softplus(logits.clone(), 1.0) - logits * batch.target();
        if let Some(instances) = self.instance_logits.clone().filter(|_| !batch.host().instance_target.is_empty()) {
            let target = tensor::<2>(batch.host().instance_target.clone(), instances.dims(), batch.device());
            let each = softplus(instances.clone(), 1.0) - instances * target;
            loss = loss + each.mean_dim(1).reshape([batch.n_sequences()]);
        }
        (loss * batch.weight()).sum()
    }
}

impl Classifier {
    /// Initial weights; `None` for detectors that are not of this family.
    pub(super) fn init(
        detector: Detector,
        network: &NetworkConfig,
        shape: &DetectShape,
        rng: &mut StreamRng,
        device: &Device,
    ) -> Option<Self> {
        let plan = Plan::of(detector, shape)?;
        let (hidden, units) = (plan.hidden(network), network.units);
        let widths = |graph: &EncoderGraph| match detector {
            Detector::Sgc => vec![graph.width()],
            _ => vec![graph.width(), hidden, hidden, hidden],
        };
        // The network without weights in its graph has no hidden rows to tell instances apart.
        let plain = NetworkConfig { node_head: network.node_head && detector != Detector::Sgc, ..network.clone() };
        let encoder = plan.graph.as_ref();
        let encoder = encoder.map(|graph| Encoder::init(&widths(graph), &plain, rng, device).on_graph(graph, device));
        let encoded = plan.graph.as_ref().map_or(0, |graph| {
            Encoder::pooled_width(network.pooling, widths(graph).last().copied().unwrap_or_default())
        });
        let (lstm_input, head_input) = match plan.reading {
            Reading::Lstm => (Some(encoded), units),
            Reading::Last | Reading::Mean => (None, encoded),
            Reading::Slices => (Some(shape.n_instances()), units),
            Reading::Both => (Some(shape.n_instances()), encoded + units),
        };
        let snapshot_head =
            plan.is_first_stage.then(|| Head::init([encoded, units], network.head_dropout, rng, device));
        Some(Self {
            encoder,
            snapshot_head,
            lstm: lstm_input.map(|input| init_lstm([input, units], rng, device)),
            head: Head::init([head_input, units], network.head_dropout, rng, device),
            plan,
        })
    }

    /// Whether the vectors of snapshots are made one by one, so that sequences can share them.
    pub(super) fn shares_snapshots(&self) -> bool {
        self.plan.unit == Unit::Snapshot && self.encoder.is_some()
    }

    /// Whether training has a second stage, after which the encoder stays as it is.
    pub(super) fn is_staged(&self) -> bool {
        self.plan.is_first_stage
    }

    /// The network in its second stage.
    pub(super) fn into_second_stage(mut self) -> Self {
        self.plan.is_first_stage = false;
        self
    }

    /// Logits and what stands before them.
    pub(super) fn readout(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Readout {
        let sequence = self.plan.shape.sequence;
        let host = batch.host();
        if self.plan.unit != Unit::Snapshot || self.encoder.is_none() {
            return self.read(self.encode_sequences(batch, dropout), batch, dropout);
        }
        // Where only last snapshots are read, only they are encoded.
        if self.reads_last_only() {
            let mut last = HostSequences::default();
            let (n_instances, n_slices) = (self.plan.shape.n_instances(), self.plan.shape.n_slices());
            let size = n_instances * n_slices;
            let n_edges = host.calls.durations.len() / (host.missing.len() / n_instances).max(1);
            for snapshot in batch.snapshots_at(sequence - 1, sequence) {
                last.values.extend_from_slice(&host.values[snapshot * size..][..size]);
                last.missing.extend_from_slice(&host.missing[snapshot * n_instances..][..n_instances]);
                last.calls.durations.extend_from_slice(&host.calls.durations[snapshot * n_edges..][..n_edges]);
            }
            let encoded = self.encode(&last, batch.device(), dropout);
            let alone: Vec<usize> = (0..batch.n_sequences()).collect();
            return self.read(encoded.map(|encoded| Vectors { encoded, index: alone, n_steps: 1 }), batch, dropout);
        }
        let encoded = self.encode(host, batch.device(), dropout);
        self.read(
            encoded.map(|encoded| Vectors { encoded, index: host.index.clone(), n_steps: sequence }),
            batch,
            dropout,
        )
    }

    /// What is known about snapshots before they are read in sequences: of `host`, only they are used.
    pub(super) fn encode(&self, host: &HostSequences, device: &Device, dropout: &mut Dropout<'_>) -> Option<Encoded> {
        let (encoder, graph) = self.encoder.as_ref().zip(self.plan.graph.as_ref())?;
        let means = (graph.hierarchy.n_slices == 0).then(|| means(&host.values, self.plan.shape.n_slices()));
        let inputs = graph.inputs(means.as_ref().unwrap_or(&host.values), &host.missing);
        let inputs = Nodes::new(inputs, graph.width(), device);
        Some(self.encode_nodes((encoder, graph), inputs, &host.calls, dropout))
    }

    fn encode_nodes(
        &self,
        (encoder, graph): (&Encoder, &EncoderGraph),
        inputs: Nodes,
        calls: &HostCalls,
        dropout: &mut Dropout<'_>,
    ) -> Encoded {
        let is_frozen = self.snapshot_head.is_some() && !self.plan.is_first_stage;
        let off = &mut Dropout { rng: None };
        let dropout = if is_frozen { off } else { dropout };
        let encoded = encoder.forward(inputs, (graph, self.plan.is_joined), &calls.durations, dropout);
        if !is_frozen {
            return encoded;
        }
        Encoded { pooled: encoded.pooled.detach(), instance_logits: encoded.instance_logits.map(Tensor::detach) }
    }

    /// One vector per sequence, for encoders that read a whole one.
    fn encode_sequences(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Option<Vectors> {
        let (encoder, graph) = self.encoder.as_ref().zip(self.plan.graph.as_ref())?;
        let host = batch.host();
        let (n_instances, n_slices) = (self.plan.shape.n_instances(), self.plan.shape.n_slices());
        let sequence = self.plan.shape.sequence;
        let (mut values, mut missing) = (Vec::new(), Vec::new());
        for snapshots in host.index.chunks_exact(sequence) {
            for instance in 0..n_instances {
                let row =
                    |&snapshot: &usize| &host.values[(snapshot * n_instances + instance) * n_slices..][..n_slices];
                values.extend(snapshots.iter().flat_map(row));
                missing.push(snapshots.iter().any(|&snapshot| host.missing[snapshot * n_instances + instance]));
            }
        }
        if self.plan.unit == Unit::SequenceMean {
            values = means(&values, sequence * n_slices);
        }
        let inputs = Nodes::new(graph.inputs(&values, &missing), graph.width(), batch.device());
        let n_edges = graph.calls.as_ref().map_or(0, |_| self.plan.shape.calls.edges.len());
        let durations = over_sequences(&host.calls.durations, n_edges, &host.index, sequence);
        let calls = HostCalls { durations, ..HostCalls::default() };
        let encoded = self.encode_nodes((encoder, graph), inputs, &calls, dropout);
        Some(Vectors { encoded, index: (0..batch.n_sequences()).collect(), n_steps: 1 })
    }

    /// From the vectors of sequences to logits; `batch` is asked for slices only, by networks that read them.
    fn read(&self, vectors: Option<Vectors>, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Readout {
        let device = batch.device();
        let state_of = |steps: Vec<Tensor<2>>| {
            let lstm = self.lstm.as_ref()?;
            lstm_steps(lstm, steps).pop()
        };
        let n_steps = vectors.as_ref().map_or(0, |vectors| vectors.n_steps);
        let steps: Vec<Tensor<2>> =
            vectors.iter().flat_map(|vectors| (0..n_steps).map(|step| vectors.pooled_at(step, device))).collect();
        let pooled = steps.last().cloned();
        let instance_logits = vectors.as_ref().and_then(|vectors| vectors.instances_at(n_steps - 1, device));
        let missing_part = "the parts of a variant are made together";
        let (state, vector) = match self.plan.reading {
            _ if self.plan.is_first_stage => (None, pooled.clone().expect(missing_part)),
            Reading::Last => (None, pooled.clone().expect(missing_part)),
            Reading::Mean => {
                let sum = steps.into_iter().reduce(|a, b| a + b).expect(missing_part);
                (None, sum / n_steps as f32)
            }
            Reading::Lstm => {
                let state = state_of(steps).expect(missing_part);
                (Some(state.clone()), state)
            }
            Reading::Slices => {
                let state = state_of(batch.slice_steps(&self.plan.shape)).expect(missing_part);
                (Some(state.clone()), state)
            }
            Reading::Both => {
                let state = state_of(batch.slice_steps(&self.plan.shape)).expect(missing_part);
                let vector = Tensor::cat(vec![pooled.clone().expect(missing_part), state.clone()], 1);
                (Some(state), vector)
            }
        };
        let head = self.snapshot_head.as_ref().filter(|_| self.plan.is_first_stage).unwrap_or(&self.head);
        Readout { logits: head.forward(vector, dropout), state, pooled, instance_logits }
    }

    /// Reads sequences of vectors that were encoded before.
    pub(super) fn read_encoded(&self, encoded: Encoded, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Readout {
        let vectors = Vectors { encoded, index: batch.host().index.clone(), n_steps: self.plan.shape.sequence };
        self.read(Some(vectors), batch, dropout)
    }

    fn reads_last_only(&self) -> bool {
        self.plan.is_first_stage || self.plan.reading == Reading::Last
    }
}

/// Vectors and who reads which of them.
struct Vectors {
    encoded: Encoded,
    /// `[B, n_steps]`.
    index: Vec<usize>,
    n_steps: usize,
}

impl Vectors {
    fn rows(&self, of: &Tensor<2>, step: usize, device: &Device) -> Tensor<2> {
        let rows: Vec<i32> = self.index.iter().skip(step).step_by(self.n_steps).map(|&row| row as i32).collect();
        let n = rows.len();
        of.clone().select(0, Tensor::<1, Int>::from_data(TensorData::new(rows, [n]), device))
    }

    fn pooled_at(&self, step: usize, device: &Device) -> Tensor<2> {
        self.rows(&self.encoded.pooled, step, device)
    }

    fn instances_at(&self, step: usize, device: &Device) -> Option<Tensor<2>> {
        self.encoded.instance_logits.as_ref().map(|logits| self.rows(logits, step, device))
    }
}

impl Plan {
    fn of(detector: Detector, shape: &DetectShape) -> Option<Self> {
        let n_slices = shape.n_slices();
        let (reading, unit, graph, is_joined) = match detector {
            Detector::Integrated | Detector::SepStaged => (Reading::Lstm, Unit::Snapshot, Some((n_slices, 1)), true),
            Detector::GcnOnly => (Reading::Last, Unit::Snapshot, Some((n_slices, 1)), true),
            Detector::GcnAvg => (Reading::Mean, Unit::Snapshot, Some((n_slices, 1)), true),
            Detector::Static => (Reading::Lstm, Unit::Snapshot, Some((0, 1)), true),
            Detector::NoGraphEdges => (Reading::Lstm, Unit::Snapshot, Some((n_slices, 0)), false),
            Detector::Sgc => (Reading::Lstm, Unit::Snapshot, Some((n_slices, 3)), false),
            Detector::Gcn25 => (Reading::Last, Unit::Sequence, Some((shape.sequence * n_slices, 1)), true),
            Detector::SepParallel => (Reading::Both, Unit::SequenceMean, Some((0, 1)), true),
            Detector::LstmOnly => (Reading::Slices, Unit::Snapshot, None, false),
            _ => return None,
        };
        let graph = graph.map(|(n_slices, hops)| {
            let plain = EncoderGraph::new(shape, n_slices, hops);
            // Without products that have weights before them there is nothing to weigh.
            if is_joined { plain.with_calls(shape) } else { plain }
        });
        let is_first_stage = detector == Detector::SepStaged;
        Some(Self { reading, unit, graph, is_joined, shape: shape.clone(), is_first_stage })
    }

    /// `H`; of two branches, the width at which they have as many parameters as the integrated network.
    fn hidden(&self, network: &NetworkConfig) -> usize {
        match self.reading {
            Reading::Both => width::matched(network, self.shape.layout.width(), self.shape.n_instances()),
            _ => network.hidden,
        }
    }
}
