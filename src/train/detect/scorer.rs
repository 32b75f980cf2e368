//! A trained network over windows, a few at a time.

use std::collections::BTreeMap;
use std::rc::Rc;

use burn::tensor::{Device, Tensor};

use super::assemble::{Assembly, extend_calls, first_of, shape_of};
use super::error_scale::ErrorScale;
use crate::config::{Detector, NetworkConfig};
use crate::detect::{Fold, Window};
use crate::models::{DetectNetwork, Dropout, HostSequences, SequenceBatch, SnapshotVectors};

/// Multiply-adds of a forward pass that a call should stay below.
const CALL_COST: usize = 240_000_000;

/// What a network says about windows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Readings {
    /// Logit of each window, `[B]`.
    pub logits: Vec<f32>,
    /// Last state of the LSTM, `[B, u]`; empty for networks without.
    pub states: Vec<f32>,
    /// Pooled vector of the last snapshot, `[B, G]`; empty for networks without.
    pub pooled: Vec<f32>,
    /// Logit of each instance, `[B, I]`; empty for networks that do not say where.
    pub instance_logits: Vec<f32>,
    /// What is wrong, `[B, I]` or `[B, 1]`, for networks that learn without labels; the others have logits.
    pub errors: Vec<f32>,
}

/// Runs a network over the windows of a fold. Windows in the order of time share their snapshots: each is encoded once,
/// across calls too.
#[derive(Debug)]
pub struct Scorer {
    fold: Rc<Fold>,
    network: DetectNetwork,
    device: Device,
    per_call: usize,
    /// Pooled vector and logits of instances, by run and snapshot: those that the last call used.
    memory: BTreeMap<(u32, u32), (Vec<f32>, Vec<f32>)>,
    /// Present for networks whose errors have to be put on one scale.
    scale: Option<ErrorScale>,
}

impl Scorer {
    /// For a network without gradients.
    pub(super) fn new(
        fold: Rc<Fold>,
        (detector, settings): (Detector, &NetworkConfig),
        network: DetectNetwork,
        device: Device,
    ) -> Self {
        let [encode, read] = DetectNetwork::cost(detector, settings, &shape_of(&fold));
        let per_call = (CALL_COST / (encode + read).max(1)).max(1);
        let scale = network.predicts().then(|| ErrorScale::new(&fold));
        Self { fold, network, device, per_call, memory: BTreeMap::new(), scale }
    }

    /// How many windows to ask for at a time, so that a call stays short.
    pub fn windows_per_call(&self) -> usize {
        self.per_call
    }

    /// Learns a little about what errors are usual in normal validation windows, for networks that predict; gives
    /// whether it knows all. To be called until then before [scores](Self::scores) are asked for.
    pub fn calibrate(&mut self) -> bool {
        let Some(mut scale) = self.scale.take() else { return true };
        let next = scale.next(self.per_call);
        if !next.is_empty() {
            let errors = self.readings(&next).errors;
            scale.learn(&errors, errors.len() / next.len());
        }
        let is_done = scale.is_known();
        self.scale = Some(scale);
        is_done
    }

    /// Score of each of these windows: the probability of a fault, or without labels how unusual the window is. A
    /// window's score is its own, whatever it is asked for with.
    pub fn scores(&mut self, windows: &[Window]) -> Vec<f32> {
        if self.network.predicts() {
            let largest = |row: Vec<f32>| row.into_iter().fold(f32::NEG_INFINITY, f32::max);
            return self.deviations(windows).into_iter().map(largest).collect();
        }
        let readings = self.readings(windows);
        if !readings.errors.is_empty() {
            return readings.errors;
        }
        readings.logits.into_iter().map(probability).collect()
    }

    /// How suspicious each instance is in these windows, `[B, I]`: the probability that the fault is aimed at it, or its
    /// deviation; empty for networks that do not say where.
    pub fn instances(&mut self, windows: &[Window]) -> Vec<f32> {
        if self.network.predicts() {
            let rows = self.deviations(windows);
            let is_of_instances = rows.iter().all(|row| row.len() == self.fold.n_instances());
            return if self.network.predicts_instances() && is_of_instances { rows.concat() } else { Vec::new() };
        }
        self.readings(windows).instance_logits.into_iter().map(probability).collect()
    }

    /// Deviations of the instances, or of other series, averaged over each window and the three before it.
    fn deviations(&mut self, windows: &[Window]) -> Vec<Vec<f32>> {
        while !self.calibrate() {}
        let Some(mut scale) = self.scale.take() else { return Vec::new() };
        let new = scale.unknown(&self.fold, windows);
        let errors = if new.is_empty() { Vec::new() } else { self.readings(&new).errors };
        let rows = scale.rows(&self.fold, windows, (&new, &errors));
        self.scale = Some(scale);
        rows
    }

    /// All that the network says about these windows.
    pub fn readings(&mut self, windows: &[Window]) -> Readings {
        if windows.is_empty() {
            return Readings::default();
        }
        let off = &mut Dropout { rng: None };
        let readout = if self.network.shares_snapshots() {
            let (vectors, host) = self.encoded(windows);
            self.network.read(vectors, &SequenceBatch::new(host, &self.device))
        } else {
            self.network.readout(&self.batch(windows), off)
        };
        let Some(readout) = readout else {
            let errors = self.network.errors(&self.batch(windows), off);
            return Readings { errors: errors.map_or_else(Vec::new, values), ..Readings::default() };
        };
        let rows = |tensor: Option<Tensor<2>>| tensor.map_or_else(Vec::new, values);
        Readings {
            logits: values(readout.logits),
            states: rows(readout.state),
            pooled: rows(readout.pooled),
            instance_logits: rows(readout.instance_logits),
            errors: Vec::new(),
        }
    }

    /// One number per window that is lower the better a network without labels knows it.
    pub(super) fn losses(&mut self, windows: &[Window]) -> Vec<f32> {
        let errors = self.readings(windows).errors;
        if !self.network.predicts() {
            return errors;
        }
        let mean_square = |row: &[f32]| row.iter().map(|error| error * error).sum::<f32>() / row.len() as f32;
        errors.chunks_exact((errors.len() / windows.len().max(1)).max(1)).map(mean_square).collect()
    }

    fn batch(&self, windows: &[Window]) -> SequenceBatch {
        let mut assembly = Assembly::new(&self.fold, false);
        windows.iter().for_each(|&window| assembly.window(window, 1.0));
        SequenceBatch::new(assembly.finish(), &self.device)
    }

    /// Vectors of the windows' snapshots, and the windows as indices into them.
    fn encoded(&mut self, windows: &[Window]) -> (SnapshotVectors, HostSequences) {
        let fold = &self.fold;
        let snapshots =
            |&window: &Window| (first_of(fold, window)..=window.last).map(move |snapshot| (window.run, snapshot));
        let mut places: BTreeMap<(u32, u32), usize> = windows.iter().flat_map(snapshots).map(|key| (key, 0)).collect();
        places.values_mut().zip(0..).for_each(|(place, idx)| *place = idx);
        self.memory.retain(|key, _| places.contains_key(key));
        let new: Vec<(u32, u32)> = places.keys().filter(|key| !self.memory.contains_key(key)).copied().collect();
        let mut fresh = HostSequences::default();
        for &(run, snapshot) in &new {
            fresh.values.extend_from_slice(fold.snapshot(run, snapshot));
            fresh.missing.extend_from_slice(fold.missing(run, snapshot));
            extend_calls(&mut fresh.calls, fold, (run, snapshot));
        }
        let made = if new.is_empty() { None } else { self.network.encode(&fresh, &self.device) };
        if let Some(made) = made {
            let of_instances = made.instance_logits.len() / new.len();
            for (idx, key) in new.into_iter().enumerate() {
                let pooled = made.pooled[idx * made.width..][..made.width].to_vec();
                let instances = made.instance_logits[idx * of_instances..][..of_instances].to_vec();
                self.memory.insert(key, (pooled, instances));
            }
        }
        let width = self.memory.values().next().map_or(0, |(pooled, _)| pooled.len());
        let vectors = SnapshotVectors {
            width,
            pooled: self.memory.values().flat_map(|(pooled, _)| pooled).copied().collect(),
            instance_logits: self.memory.values().flat_map(|(_, instances)| instances).copied().collect(),
        };
        let host = HostSequences {
            index: windows.iter().flat_map(snapshots).map(|key| places[&key]).collect(),
            target: vec![0.0; windows.len()],
            weight: vec![1.0; windows.len()],
            ..HostSequences::default()
        };
        (vectors, host)
    }
}

fn probability(logit: f32) -> f32 {
    (1.0 / (1.0 + (-f64::from(logit)).exp())) as f32
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().expect("readings are f32")
}
