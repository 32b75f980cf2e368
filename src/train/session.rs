//! One training, from initial weights to the best epoch, in small steps.
//!
//! Models that are pre-trained spend their first epochs on that, on the training windows alone: no validation, no
//! early stopping. The epochs count in the budget; fine-tuning has the rest, with an optimiser that starts afresh.
//!
//! A batch is differentiated in pieces of [`Session::windows_per_step`] windows, so what a network takes from a batch
//! as a whole (the statistics of batch normalisation) is taken from a piece.

use std::rc::Rc;

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::adam::Adam;
use super::epoch::EpochState;
use super::problem::Problem;
use super::schedule::Rate;
use crate::config::{Backend, ModelConfig};
use crate::models::{Batch, Dropout, Network, backend_of, count_learned, device, flatten, gradients, keep_state, load};
use crate::report::{EpochPoint, StopReason};
use crate::stream::{Stream, StreamRng};

/// Multiply-adds of a forward pass that a step may take; about 40 ms of training in WebAssembly.
const STEP_COST: usize = 40_000_000;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// Some windows; the share of the epoch that is done.
    Windows(f32),
    /// The last windows of an epoch of pre-training.
    Pretrained {
        /// Epoch, from 1.
        epoch: usize,
        /// Mean squared error over the values that were asked for, while the weights were moving.
        loss: f64,
    },
    /// The last windows of an epoch.
    Epoch(EpochPoint),
    /// Nothing: training has ended.
    Ended(StopReason),
}

/// What a training found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// Weights of the best epoch, in the order of [`flatten`].
    pub weights: Vec<f32>,
    /// Loss curve.
    pub curve: Vec<EpochPoint>,
    /// Loss of each epoch of pre-training.
    pub pretraining: Vec<f64>,
    /// Epoch of the weights.
    pub best_epoch: usize,
    /// Why it ended.
    pub stop: StopReason,
}

/// Training of one model with one seed.
#[derive(Debug)]
pub struct Session {
    problem: Rc<Problem>,
    backend: Backend,
    device: Device,
    network: Network,
    model: ModelConfig,
    windows_per_step: usize,
    weights: Vec<f32>,
    adam: Adam,
    rate: Rate,
    shuffle: StreamRng,
    dropout: StreamRng,
    masks: StreamRng,
    epoch: EpochState,
    pretrain_epochs: usize,
    pretraining: Vec<f64>,
    curve: Vec<EpochPoint>,
    best: Best,
    ended: Option<StopReason>,
}

#[derive(Debug)]
struct Best {
    epoch: usize,
    validation: f64,
    weights: Vec<f32>,
}

impl Session {
    /// Initial weights of a seed; `None` for closed-form models.
    pub fn new(problem: Rc<Problem>, model: &ModelConfig, seed: u32) -> Option<Self> {
        let shape = problem.shape();
        let backend = backend_of(problem.config.backend, model);
        let device = device(backend).autodiff();
        let network = Network::init(model, shape, seed, &device)?;
        let weights = flatten(&network);
        let train = &problem.config.train;
        let windows = STEP_COST / Network::cost(model, shape).max(1);
        let pretrain_epochs = model.pretrain_epochs();
        let first_phase = if pretrain_epochs > 0 { pretrain_epochs } else { train.epochs };
        let mut session = Self {
            model: model.clone(),
            windows_per_step: windows.clamp(1, train.batch),
            adam: Adam::new(weights.len(), train.clip_norm, train.weight_decay),
            rate: Rate::new(train, first_phase),
            shuffle: Stream::Shuffle.rng(seed, model.id()),
            dropout: Stream::Dropout.rng(seed, model.id()),
            masks: Stream::Mask.rng(seed, model.id()),
            epoch: EpochState::default(),
            pretrain_epochs,
            pretraining: Vec::new(),
            curve: Vec::new(),
            best: Best { epoch: 0, validation: f64::INFINITY, weights: weights.clone() },
            ended: None,
            problem,
            backend,
            device,
            network,
            weights,
        };
        session.begin_epoch();
        Some(session)
    }

    /// Takes the place of the whole training: what it found, as of a session that has ended.
    ///
    /// # Panics
    /// If there are fewer weights than the network has.
    pub fn restore(&mut self, finished: Finished) {
        self.network = load(self.network.clone(), &finished.weights);
        self.weights.clone_from(&finished.weights);
        (self.curve, self.pretraining) = (finished.curve, finished.pretraining);
        let validation = self.curve.iter().find(|point| point.epoch == finished.best_epoch);
        let validation = validation.map_or(f64::INFINITY, |point| point.validation);
        self.best = Best { epoch: finished.best_epoch, validation, weights: finished.weights };
        self.ended = Some(finished.stop);
    }

    /// Does a few windows.
    pub fn step(&mut self) -> Unit {
        if let Some(reason) = self.ended {
            return Unit::Ended(reason);
        }
        if self.epoch.trained < self.epoch.order.len() {
            self.train_windows();
        } else if !self.is_pretraining() {
            self.validate_windows();
        }
        let n_validation = if self.is_pretraining() { 0 } else { self.problem.prepared.split.validation.len() };
        if self.ended.is_some() || !self.epoch.is_done(n_validation) {
            return Unit::Windows(self.epoch.share(n_validation));
        }
        let done = if self.is_pretraining() { self.end_pretraining_epoch() } else { self.end_epoch().map(Unit::Epoch) };
        done.unwrap_or(Unit::Ended(StopReason::Diverged))
    }

    /// Whether the epoch in progress is one of pre-training.
    fn is_pretraining(&self) -> bool {
        self.pretraining.len() < self.pretrain_epochs
    }

    /// Ends training now; the best weights so far stay.
    pub fn stop(&mut self) {
        self.ended.get_or_insert(StopReason::Asked);
    }

    /// Loss of each epoch of pre-training so far.
    pub fn pretraining(&self) -> &[f64] {
        &self.pretraining
    }

    /// Epochs done so far, those of pre-training included.
    pub fn epochs_done(&self) -> usize {
        self.pretraining.len() + self.curve.len()
    }

    /// Loss curve of the forecast so far; its epochs are counted on from those of pre-training.
    pub fn curve(&self) -> &[EpochPoint] {
        &self.curve
    }

    /// Best epoch so far, from 1; 0 before the first is done.
    pub fn best_epoch(&self) -> usize {
        self.best.epoch
    }

    /// Why training ended, if it has.
    pub fn ended(&self) -> Option<StopReason> {
        self.ended
    }

    /// Weights of the best epoch.
    pub fn best_weights(&self) -> &[f32] {
        &self.best.weights
    }

    /// Parameters that are learned, without running statistics.
    pub fn n_params(&self) -> usize {
        count_learned(&self.network)
    }

    /// Tensor library in use.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Windows that a step handles.
    pub fn windows_per_step(&self) -> usize {
        self.windows_per_step
    }

    /// The network with its present weights.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The network with its best weights, without gradients.
    pub fn best_network(&self) -> Network {
        load(self.network.clone(), &self.best.weights).valid()
    }

    /// Forecasts of a network at these origins, in the unit in which errors are measured: one `[B, N]` per scored step.
    pub fn forecast(&self, network: &Network, origins: &[usize]) -> Vec<Vec<f32>> {
        let batch = self.batch(origins, &self.device.clone().inner());
        let output = forecast(&self.problem, network, &batch, &mut Dropout { rng: None });
        let values = output.into_data().try_to_vec::<f32>().expect("forecasts are f32");
        let window = &self.problem.config.window;
        let n = self.problem.prepared.n_nodes();
        let at = |step: usize| -> Vec<f32> {
            let scored = values.iter().skip(step - 1).step_by(window.output_steps);
            scored.enumerate().map(|(idx, &value)| self.problem.to_unit(value, idx % n)).collect()
        };
        window.scored_steps().into_iter().map(at).collect()
    }

    /// The windows of these origins on a device.
    pub fn batch(&self, origins: &[usize], device: &Device) -> Batch {
        Batch::new(self.problem.batch_for(&self.model, origins), device)
    }

    fn begin_epoch(&mut self) {
        let mut order = self.problem.prepared.split.training.clone();
        self.shuffle.shuffle(&mut order);
        self.epoch = EpochState::new(order, self.weights.len());
    }

    fn train_windows(&mut self) {
        let batch_size = self.problem.config.train.batch;
        let start = self.epoch.trained;
        let batch_end = ((start / batch_size + 1) * batch_size).min(self.epoch.order.len());
        let end = (start + self.windows_per_step).min(batch_end);
        let batch = self.batch(&self.epoch.order[start..end], &self.device);
        let (loss, n) = self.loss(&batch);
        let grads = loss.backward();
        self.epoch.train.add(f64::from(loss.into_scalar::<f32>()), n);
        let gradient = gradients(&self.network, &grads);
        self.epoch.gradient.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += value);
        self.epoch.gradient_n += n;
        self.epoch.trained = end;
        if end == batch_end {
            self.update_weights();
        }
    }

    /// Sum of squared errors of the present phase, and the number of values it is over.
    fn loss(&mut self, batch: &Batch) -> (Tensor<1>, usize) {
        let pretraining = self.is_pretraining();
        let dropout = &mut Dropout { rng: Some(&mut self.dropout) };
        if pretraining && let Some(loss) = self.network.pretrain(batch, &mut self.masks, dropout) {
            return loss;
        }
        let output = forecast(&self.problem, &self.network, batch, dropout);
        (batch.squared_error(output), batch.host().n_observed())
    }

    fn update_weights(&mut self) {
        if self.epoch.gradient_n > 0 {
            let n = self.epoch.gradient_n as f32;
            self.epoch.gradient.iter_mut().for_each(|value| *value /= n);
            let rate = self.rate.at(if self.is_pretraining() { self.pretraining.len() } else { self.curve.len() });
            let norm = self.adam.step(&mut self.weights, &self.epoch.gradient, rate);
            self.epoch.largest_norm = self.epoch.largest_norm.max(norm);
            if !norm.is_finite() {
                self.ended = Some(StopReason::Diverged);
                return;
            }
        }
        // Running statistics are the network's to move; whatever weight decay did to them is undone.
        keep_state(&self.network, &mut self.weights);
        self.network = load(self.network.clone(), &self.weights);
        self.epoch.gradient.fill(0.0);
        self.epoch.gradient_n = 0;
    }

    fn validate_windows(&mut self) {
        let origins = &self.problem.prepared.split.validation;
        let start = self.epoch.validated;
        let end = (start + 2 * self.windows_per_step).min(origins.len());
        let batch = self.batch(&origins[start..end], &self.device.clone().inner());
        let output = forecast(&self.problem, &self.network.valid(), &batch, &mut Dropout { rng: None });
        let sum = f64::from(batch.squared_error(output).into_scalar::<f32>());
        self.epoch.validation.add(sum, batch.host().n_observed());
        self.epoch.validated = end;
    }

    /// `None` when the loss is no longer a number.
    fn end_pretraining_epoch(&mut self) -> Option<Unit> {
        let loss = self.epoch.train.mean();
        if !loss.is_finite() {
            self.ended = Some(StopReason::Diverged);
            return None;
        }
        self.pretraining.push(loss);
        if !self.is_pretraining() {
            let train = &self.problem.config.train;
            self.adam = Adam::new(self.weights.len(), train.clip_norm, train.weight_decay);
            self.rate = Rate::new(train, train.epochs.saturating_sub(self.pretrain_epochs));
        }
        self.begin_epoch();
        Some(Unit::Pretrained { epoch: self.pretraining.len(), loss })
    }

    /// `None` when the loss is no longer a number; such an epoch is not part of the curve.
    fn end_epoch(&mut self) -> Option<EpochPoint> {
        let point = EpochPoint {
            epoch: self.epochs_done() + 1,
            train: self.epoch.train.mean(),
            validation: self.epoch.validation.mean(),
            rate: self.rate.at(self.curve.len()),
            gradient_norm: self.epoch.largest_norm,
        };
        if !point.validation.is_finite() || !point.train.is_finite() {
            self.ended = Some(StopReason::Diverged);
            return None;
        }
        self.curve.push(point);
        let improved = point.validation < self.best.validation;
        if improved {
            self.best = Best { epoch: point.epoch, validation: point.validation, weights: self.weights.clone() };
        }
        self.rate.note(improved);
        self.ended = self.reason_to_end(point);
        if self.ended.is_none() {
            self.begin_epoch();
        }
        Some(point)
    }

    fn reason_to_end(&self, point: EpochPoint) -> Option<StopReason> {
        let train = &self.problem.config.train;
        if point.epoch - self.best.epoch >= train.patience {
            Some(StopReason::Early)
        } else if point.epoch >= train.epochs {
            Some(StopReason::Planned)
        } else {
            None
        }
    }
}

/// Forecast of a network in the scale of the model, `[B, N, P]`; the last value is added to a change.
fn forecast(problem: &Problem, network: &Network, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
    let output = network.forward(batch, dropout);
    let is_change = problem.config.train.residual_output || network.predicts_change();
    if is_change { output + batch.last() } else { output }
}
