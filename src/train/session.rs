//! One training, from initial weights to the best epoch, in small steps.

use std::rc::Rc;

use burn::module::Module;
use burn::tensor::Device;

use super::adam::Adam;
use super::problem::Problem;
use super::schedule::Rate;
use crate::config::{Backend, ModelConfig};
use crate::models::{Batch, Dropout, Network, backend_of, device, flatten, gradients, load};
use crate::report::{EpochPoint, StopReason};
use crate::stream::{Stream, StreamRng};

/// Multiply-adds of a forward pass that a step may take; about 40 ms of training in WebAssembly.
const STEP_COST: usize = 40_000_000;

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unit {
    /// Some windows; the share of the epoch that is done.
    Windows(f32),
    /// The last windows of an epoch.
    Epoch(EpochPoint),
    /// Nothing: training has ended.
    Ended(StopReason),
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
    epoch: EpochState,
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

/// Where in an epoch the training stands.
#[derive(Debug, Default)]
struct EpochState {
    order: Vec<usize>,
    trained: usize,
    validated: usize,
    train: SquaredError,
    validation: SquaredError,
    largest_norm: f64,
    gradient: Vec<f32>,
    gradient_n: usize,
}

#[derive(Debug, Default)]
struct SquaredError {
    sum: f64,
    n: usize,
}

impl SquaredError {
    fn add(&mut self, sum: f64, n: usize) {
        self.sum += sum;
        self.n += n;
    }

    fn mean(&self) -> f64 {
        self.sum / self.n as f64
    }
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
        let mut session = Self {
            model: model.clone(),
            windows_per_step: windows.clamp(1, train.batch),
            adam: Adam::new(weights.len(), train.clip_norm, train.weight_decay),
            rate: Rate::new(train),
            shuffle: Stream::Shuffle.rng(seed, model.id()),
            dropout: Stream::Dropout.rng(seed, model.id()),
            epoch: EpochState::default(),
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

    /// Does a few windows.
    pub fn step(&mut self) -> Unit {
        if let Some(reason) = self.ended {
            return Unit::Ended(reason);
        }
        if self.epoch.trained < self.epoch.order.len() {
            self.train_windows();
        } else {
            self.validate_windows();
        }
        let validation = self.problem.prepared.split.validation.len();
        if self.ended.is_some() || self.epoch.validated < validation {
            let done = self.epoch.trained as f32 + 0.35 * self.epoch.validated as f32;
            return Unit::Windows(done / (self.epoch.order.len() as f32 + 0.35 * validation as f32));
        }
        self.end_epoch().map_or(Unit::Ended(StopReason::Diverged), Unit::Epoch)
    }

    /// Ends training now; the best weights so far stay.
    pub fn stop(&mut self) {
        self.ended.get_or_insert(StopReason::Asked);
    }

    /// Loss curve so far.
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

    /// Forecasts of a network at these origins on the scale percent / 100, at the scored step, `[B, N]`.
    pub fn forecast(&self, network: &Network, origins: &[usize]) -> Vec<f32> {
        let batch = self.batch(origins, &self.device.clone().inner());
        let output = self.output(network, &batch, &mut Dropout { rng: None });
        let values = output.into_data().try_to_vec::<f32>().expect("forecasts are f32");
        let window = &self.problem.config.window;
        let scored = values.iter().skip(window.score_step - 1).step_by(window.output_steps);
        let n = self.problem.prepared.n_nodes();
        scored.enumerate().map(|(idx, &value)| self.problem.to_unit(value, idx % n)).collect()
    }

    /// The windows of these origins on a device.
    pub fn batch(&self, origins: &[usize], device: &Device) -> Batch {
        Batch::new(self.problem.batch_for(&self.model, origins), device)
    }

    fn output(&self, network: &Network, batch: &Batch, dropout: &mut Dropout<'_>) -> burn::tensor::Tensor<3> {
        let output = network.forward(batch, dropout);
        if self.problem.config.train.residual_output { output + batch.last() } else { output }
    }

    fn begin_epoch(&mut self) {
        let mut order = self.problem.prepared.split.training.clone();
        self.shuffle.shuffle(&mut order);
        let gradient = vec![0.0; self.weights.len()];
        self.epoch = EpochState { order, gradient, ..EpochState::default() };
    }

    fn train_windows(&mut self) {
        let batch_size = self.problem.config.train.batch;
        let start = self.epoch.trained;
        let batch_end = ((start / batch_size + 1) * batch_size).min(self.epoch.order.len());
        let end = (start + self.windows_per_step).min(batch_end);
        let batch = self.batch(&self.epoch.order[start..end], &self.device);
        let mut dropout = self.dropout.clone();
        let output = self.output(&self.network, &batch, &mut Dropout { rng: Some(&mut dropout) });
        self.dropout = dropout;
        let loss = batch.squared_error(output);
        let grads = loss.backward();
        let n_observed = batch.host().n_observed();
        self.epoch.train.add(f64::from(loss.into_scalar::<f32>()), n_observed);
        let gradient = gradients(&self.network, &grads);
        self.epoch.gradient.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += value);
        self.epoch.gradient_n += n_observed;
        self.epoch.trained = end;
        if end == batch_end {
            self.update_weights();
        }
    }

    fn update_weights(&mut self) {
        if self.epoch.gradient_n > 0 {
            let n = self.epoch.gradient_n as f32;
            self.epoch.gradient.iter_mut().for_each(|value| *value /= n);
            let rate = self.rate.at(self.curve.len());
            let norm = self.adam.step(&mut self.weights, &self.epoch.gradient, rate);
            self.epoch.largest_norm = self.epoch.largest_norm.max(norm);
            if !norm.is_finite() {
                self.ended = Some(StopReason::Diverged);
                return;
            }
            self.network = load(self.network.clone(), &self.weights);
        }
        self.epoch.gradient.fill(0.0);
        self.epoch.gradient_n = 0;
    }

    fn validate_windows(&mut self) {
        let origins = &self.problem.prepared.split.validation;
        let start = self.epoch.validated;
        let end = (start + 2 * self.windows_per_step).min(origins.len());
        let batch = self.batch(&origins[start..end], &self.device.clone().inner());
        let output = self.output(&self.network.valid(), &batch, &mut Dropout { rng: None });
        let sum = f64::from(batch.squared_error(output).into_scalar::<f32>());
        self.epoch.validation.add(sum, batch.host().n_observed());
        self.epoch.validated = end;
    }

    /// `None` when the loss is no longer a number; such an epoch is not part of the curve.
    fn end_epoch(&mut self) -> Option<EpochPoint> {
        let point = EpochPoint {
            epoch: self.curve.len() + 1,
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
