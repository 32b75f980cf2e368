//! `usad`: two autoencoders with one encoder, trained against each other (Audibert et al. 2020; MODELS.md B.13).
//!
//! With `n` the epoch: `L1 = ‖W − AE1(W)‖² / n + (1 − 1/n) ‖W − AE2(AE1(W))‖²` moves the encoder and the first decoder,
//! `L2 = ‖W − AE2(W)‖² / n − (1 − 1/n) ‖W − AE2(AE1(W))‖²` the encoder and the second; squares are means. The score is
//! `(‖W − AE1(W)‖² + ‖W − AE2(AE1(W))‖²) / 2`. `L2` is unbounded below, so epochs are chosen by the score.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch, tensor};
use crate::models::activation::sigmoid;
use crate::models::params::{flatten, linear};
use crate::stream::StreamRng;

const LATENT: usize = 32;

/// Smallest and largest mean of each instance over normal training windows; decoders end in a sigmoid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Range {
    /// `[I]`.
    pub min: Vec<f32>,
    /// `[I]`.
    pub max: Vec<f32>,
}

/// The network.
#[derive(Module, Debug)]
pub struct Usad {
    encoder: Vec<Linear>,
    first: Vec<Linear>,
    second: Vec<Linear>,
    #[module(skip)]
    shape: DetectShape,
    #[module(skip)]
    range: Range,
}

impl Usad {
    /// Widths `Q·I → Q·I/2 → Q·I/4 → 32` and back.
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Self {
        let n = shape.sequence * shape.n_instances();
        let widths = [n, (n / 2).max(1), (n / 4).max(1), LATENT];
        let mut stack = |widths: &[usize]| -> Vec<Linear> {
            widths.windows(2).map(|pair| linear([pair[0], pair[1]], pair[0], true, rng, device)).collect()
        };
        let back: Vec<usize> = widths.iter().rev().copied().collect();
        let range = Range { min: vec![0.0; shape.n_instances()], max: vec![1.0; shape.n_instances()] };
        Self { encoder: stack(&widths), first: stack(&back), second: stack(&back), shape: shape.clone(), range }
    }

    /// The network with the range of its inputs.
    pub(in super::super) fn with_range(self, range: Range) -> Self {
        Self { range, ..self }
    }

    /// Which parameters the loss with this index moves, in the order of `flatten`.
    pub(in super::super) fn learned_by(&self, phase: usize) -> Vec<bool> {
        let sizes = [&self.encoder, &self.first, &self.second].map(|part| flatten(part).len());
        let learned = [true, phase == 0, phase == 1];
        sizes.into_iter().zip(learned).flat_map(|(n, is_learned)| vec![is_learned; n]).collect()
    }

    /// Loss of each sequence, `[B, 1]`.
    pub(in super::super) fn losses(&self, batch: &SequenceBatch, phase: usize, epoch: usize) -> Tensor<2> {
        let inputs = self.inputs(batch);
        let code = self.encode(inputs.clone());
        let first = decode(&self.first, code.clone());
        let through = apart(&inputs, decode(&self.second, self.encode(first.clone())));
        let share = 1.0 / epoch as f32;
        match phase {
            0 => apart(&inputs, first) * share + through * (1.0 - share),
            _ => apart(&inputs, decode(&self.second, code)) * share - through * (1.0 - share),
        }
    }

    /// Score of each sequence, `[B, 1]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let inputs = self.inputs(batch);
        let first = decode(&self.first, self.encode(inputs.clone()));
        let through = decode(&self.second, self.encode(first.clone()));
        (apart(&inputs, first) + apart(&inputs, through)) / 2.0
    }

    fn encode(&self, inputs: Tensor<2>) -> Tensor<2> {
        self.encoder.iter().fold(inputs, |x, layer| relu(layer.forward(x)))
    }

    /// Means of the snapshots of each sequence between their smallest and largest, `[B, Q·I]`; not cut.
    fn inputs(&self, batch: &SequenceBatch) -> Tensor<2> {
        let n = self.shape.n_instances();
        let means = batch.snapshot_means(&self.shape);
        let scaled = |snapshot: usize, i: usize| {
            let (min, max) = (self.range.min[i], self.range.max[i]);
            (means[snapshot * n + i] - min) / (max - min).max(1e-4)
        };
        let values = batch.host().index.iter().flat_map(|&snapshot| (0..n).map(move |i| (snapshot, i)));
        let values = values.map(|(snapshot, i)| scaled(snapshot, i)).collect();
        tensor(values, [batch.n_sequences(), self.shape.sequence * n], batch.device())
    }
}

/// `Linear → ReLU` and at the end `Linear → sigmoid`.
fn decode(layers: &[Linear], code: Tensor<2>) -> Tensor<2> {
    let (last, before) = layers.split_last().expect("built with three layers");
    sigmoid(last.forward(before.iter().fold(code, |x, layer| relu(layer.forward(x)))))
}

/// Mean squared difference of each row, `[B, 1]`.
fn apart(inputs: &Tensor<2>, other: Tensor<2>) -> Tensor<2> {
    let apart = inputs.clone() - other;
    (apart.clone() * apart).mean_dim(1)
}
