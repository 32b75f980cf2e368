//! Sequences of snapshots: the single door from host arrays to the networks that find faults.

use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::snapshot::{FeatureLayout, Hierarchy};

/// Sizes that come from the data.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectShape {
    /// The graph that all snapshots share.
    pub hierarchy: Hierarchy,
    /// Columns of the node features.
    pub layout: FeatureLayout,
    /// `Q`.
    pub sequence: usize,
    /// Which types call each other.
    pub calls: CallShape,
}

/// Call edges that come with the snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallShape {
    /// Types of caller and callee, ascending; empty without calls.
    pub edges: Vec<(u32, u32)>,
    /// Patterns of what is called together.
    pub n_patterns: usize,
    /// Whether they are edges of the snapshot graph too (Setup B), not only what some detectors read.
    pub on_graph: bool,
}

/// What is known of calls, of each snapshot; empty without calls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostCalls {
    /// Standardised durations, `[S, E]`, NaN where there was no call lately.
    pub durations: Vec<f32>,
    /// How many calls ended in the snapshot, `[S, E]`.
    pub counts: Vec<f32>,
    /// Pattern of the snapshot, `[S]`; [`CallShape::n_patterns`] stands for none.
    pub patterns: Vec<u32>,
}

impl DetectShape {
    /// `I`.
    pub fn n_instances(&self) -> usize {
        self.hierarchy.n_instances()
    }

    /// `W`.
    pub fn n_slices(&self) -> usize {
        self.hierarchy.n_slices
    }
}

/// Sequences as plain arrays, row-major. Each snapshot stands here once, however many sequences hold it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostSequences {
    /// Scaled values of the snapshots, `[S, I, W]`, finite.
    pub values: Vec<f32>,
    /// Which instances are missing, `[S, I]`.
    pub missing: Vec<bool>,
    /// Snapshots of each sequence, oldest first, `[B, Q]`.
    pub index: Vec<usize>,
    /// 1 for a fault, else 0, `[B]`.
    pub target: Vec<f32>,
    /// Weight of each sequence in the loss, `[B]`.
    pub weight: Vec<f32>,
    /// 1 for an instance that the fault is aimed at, `[B, I]`; empty for networks that do not say where.
    pub instance_target: Vec<f32>,
    /// Calls of the snapshots.
    pub calls: HostCalls,
}

/// Sequences on a device.
#[derive(Debug, Clone)]
pub struct SequenceBatch {
    host: HostSequences,
    device: Device,
}

impl SequenceBatch {
    /// Binds sequences to a device.
    pub fn new(host: HostSequences, device: &Device) -> Self {
        Self { host, device: device.clone() }
    }

    /// The arrays.
    pub fn host(&self) -> &HostSequences {
        &self.host
    }

    /// The device that tensors are made on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// `B`.
    pub fn n_sequences(&self) -> usize {
        self.host.target.len()
    }

    /// Targets, `[B]`.
    pub fn target(&self) -> Tensor<1> {
        vector(&self.host.target, &self.device)
    }

    /// Weights in the loss, `[B]`.
    pub fn weight(&self) -> Tensor<1> {
        vector(&self.host.weight, &self.device)
    }

    /// Snapshot `step` of each sequence, `[B]`.
    pub(super) fn snapshots_at(&self, step: usize, sequence: usize) -> impl Iterator<Item = usize> + '_ {
        self.host.index.chunks_exact(sequence).map(move |snapshots| snapshots[step])
    }

    /// The same as a tensor.
    pub(super) fn index_at(&self, step: usize, sequence: usize) -> Tensor<1, Int> {
        let rows: Vec<i32> = self.snapshots_at(step, sequence).map(|snapshot| snapshot as i32).collect();
        let n = rows.len();
        Tensor::from_data(TensorData::new(rows, [n]), &self.device)
    }

    /// Means of all instances in all snapshots, `[S, I]`.
    pub(super) fn snapshot_means(&self, shape: &DetectShape) -> Vec<f32> {
        means(&self.host.values, shape.n_slices())
    }

    /// Means of snapshot `step` of each sequence, `[I, B]`.
    pub(super) fn means_at(&self, step: usize, shape: &DetectShape) -> Tensor<2> {
        let n = shape.n_instances();
        let means = self.snapshot_means(shape);
        let values = (0..n).flat_map(|i| self.snapshots_at(step, shape.sequence).map(move |snapshot| (snapshot, i)));
        let values = values.map(|(snapshot, i)| means[snapshot * n + i]).collect();
        tensor(values, [n, self.n_sequences()], &self.device)
    }

    /// Slices of snapshot `step` of each sequence, instance by instance, `[I·B, W]`.
    pub(super) fn slices_at(&self, step: usize, shape: &DetectShape) -> Tensor<2> {
        let (n, w) = (shape.n_instances(), shape.n_slices());
        let rows = (0..n).flat_map(|i| self.snapshots_at(step, shape.sequence).map(move |snapshot| snapshot * n + i));
        let values = rows.flat_map(|row| self.host.values[row * w..(row + 1) * w].iter().copied()).collect();
        tensor(values, [n * self.n_sequences(), w], &self.device)
    }

    /// All slices of the sequences in the order of time, `Q·W` times `[B, I]`.
    pub(super) fn slice_steps(&self, shape: &DetectShape) -> Vec<Tensor<2>> {
        let (n, w) = (shape.n_instances(), shape.n_slices());
        let step = |(step, slice): (usize, usize)| {
            let snapshots = self.snapshots_at(step, shape.sequence);
            let cells = snapshots.flat_map(|snapshot| (0..n).map(move |i| (snapshot * n + i) * w + slice));
            tensor(cells.map(|cell| self.host.values[cell]).collect(), [self.n_sequences(), n], &self.device)
        };
        (0..shape.sequence).flat_map(|step| (0..w).map(move |slice| (step, slice))).map(step).collect()
    }
}

fn vector(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

/// Means of rows of `n` values each.
pub(super) fn means(values: &[f32], n: usize) -> Vec<f32> {
    let mean = |row: &[f32]| (row.iter().map(|&value| f64::from(value)).sum::<f64>() / n as f64) as f32;
    values.chunks_exact(n).map(mean).collect()
}

/// A tensor from values.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}
