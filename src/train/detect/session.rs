//! One training of a detector, from initial weights to the best epoch, in small steps.
//!
//! A batch is differentiated in pieces of a few sequences each and the gradients are summed, as for the forecasters.
//! The network in two stages has half of the epochs for each; the second begins with the best encoder of the first.

use std::collections::BTreeSet;
use std::rc::Rc;

use burn::module::Module;
use burn::tensor::Device;

use super::assemble::{Assembly, first_of, shape_of};
use super::chunks::{Chunks, Sample};
use super::epoch::{Criterion, DetectEpoch, Progress};
use super::scorer::Scorer;
use crate::config::{Backend, Balance, CheckedDetect, DetectTrain, Detector, NetworkConfig, Supervision};
use crate::detect::{Fold, Window};
use crate::models::{
    DetectNetwork, Dropout, InputRange, SequenceBatch, count_learned, detect_backend_of, device, flatten, gradients,
    load,
};
use crate::report::StopReason;
use crate::stream::{Stream, StreamRng};
use crate::train::Adam;

/// Multiply-adds of a forward pass that a step may take: a chunk of four sequences at the published size.
const STEP_COST: usize = 120_000_000;

/// Why a training cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectTrainError {
    /// No network is built for the detector.
    #[error("The detector {id} is not built as a network yet; leave it out of detectors")]
    NotBuilt {
        /// Id of the detector.
        id: &'static str,
    },
    /// There is nothing to learn from.
    #[error(
        "The training part holds no window away from fault boundaries; choose more runs or a larger split.train_share"
    )]
    NoWindows,
}

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DetectUnit {
    /// Some windows; the share of the epoch that is done.
    Windows(f32),
    /// The last windows of an epoch.
    Epoch(DetectEpoch),
    /// Nothing: training has ended.
    Ended(StopReason),
}

/// Training of one detector with one seed on one fold.
#[derive(Debug)]
pub struct DetectSession {
    fold: Rc<Fold>,
    detector: Detector,
    seed: u32,
    settings: NetworkConfig,
    train: DetectTrain,
    /// Multiply-adds of a snapshot and of a window, forward.
    cost: [usize; 2],
    /// Weight of a normal window and of a faulty one.
    class_weights: [f32; 2],
    backend: Backend,
    device: Device,
    network: DetectNetwork,
    weights: Vec<f32>,
    /// One per phase.
    adam: Vec<Adam>,
    shuffle: StreamRng,
    dropout: StreamRng,
    chunks: Chunks,
    validation: Vec<Window>,
    criterion: Criterion,
    progress: Progress,
    scorer: Option<Scorer>,
    curve: Vec<DetectEpoch>,
    best: Best,
    stage: Stage,
    /// Present while the centre of a network is being found, before training.
    centre: Option<Centre>,
    ended: Option<StopReason>,
}

#[derive(Debug)]
struct Best {
    /// From 1; 0 before the first.
    epoch: usize,
    value: (f64, f64),
    weights: Vec<f32>,
}

/// The mean vector of an untrained network in the making.
#[derive(Debug, Default)]
struct Centre {
    n_done: usize,
    n_vectors: usize,
    sum: Vec<f64>,
}

/// The epochs that the present stage has.
#[derive(Debug)]
struct Stage {
    first: usize,
    last: usize,
}

impl DetectSession {
    /// Initial weights of a seed.
    ///
    /// # Errors
    /// When the detector is not built as a network, or there is nothing to learn from.
    pub fn new(
        fold: Rc<Fold>,
        detector: Detector,
        config: &CheckedDetect,
        (backend, seed): (Backend, u32),
    ) -> Result<Self, DetectTrainError> {
        let backend = detect_backend_of(backend, detector);
        let device = device(backend).autodiff();
        let (settings, train) = (config.network.clone(), config.train.clone());
        let shape = shape_of(&fold);
        let network = DetectNetwork::init(detector, &settings, &shape, seed, &device)
            .ok_or(DetectTrainError::NotBuilt { id: detector.id() })?;
        let supervision = detector.supervision();
        let chunks = Chunks::new(&fold, supervision, &train);
        if chunks.is_empty() {
            return Err(DetectTrainError::NoWindows);
        }
        let faulty = if config.balance == Balance::Weights { chunks.normal_per_fault() } else { 1.0 };
        let is_used = |window: &Window| !window.buffer && (supervision == Supervision::Labels || !window.label);
        let validation: Vec<Window> = fold.validation.iter().copied().filter(is_used).collect();
        let network = network.with_range(|| range_of(&fold, &chunks.windows));
        let weights = flatten(&network);
        let last = if network.is_staged() { train.epochs.div_ceil(2) } else { train.epochs };
        let mut session = Self {
            cost: DetectNetwork::cost(detector, &settings, &shape),
            detector,
            seed,
            class_weights: [1.0, faulty],
            adam: (0..network.n_phases()).map(|_| Adam::new(weights.len(), train.clip_norm, 0.0)).collect(),
            shuffle: Stream::Shuffle.rng(seed, detector.id()),
            dropout: Stream::Dropout.rng(seed, detector.id()),
            criterion: criterion(&validation),
            progress: Progress::default(),
            scorer: None,
            curve: Vec::new(),
            best: Best { epoch: 0, value: WORST, weights: weights.clone() },
            stage: Stage { first: 1, last },
            ended: None,
            centre: None,
            fold,
            settings,
            train,
            backend,
            device,
            network,
            weights,
            chunks,
            validation,
        };
        session.begin_epoch();
        if session.network.has_centre() {
            session.centre = Some(Centre::default());
        }
        Ok(session)
    }

    /// Does a few windows.
    pub fn step(&mut self) -> DetectUnit {
        if let Some(reason) = self.ended {
            return DetectUnit::Ended(reason);
        }
        if let Some(centre) = self.centre.take() {
            self.find_centre(centre);
        } else if !self.progress.is_trained() {
            self.train_piece();
        } else if self.progress.validated.len() < self.validation.len() {
            self.validate_piece();
        }
        if let Some(reason) = self.ended {
            return DetectUnit::Ended(reason);
        }
        if !self.progress.is_trained() || self.progress.validated.len() < self.validation.len() {
            return DetectUnit::Windows(self.progress.share(self.validation.len()));
        }
        self.end_epoch().map_or(DetectUnit::Ended(StopReason::Diverged), DetectUnit::Epoch)
    }

    /// Ends training now; the best weights so far stay.
    pub fn stop(&mut self) {
        self.ended.get_or_insert(StopReason::Asked);
    }

    /// Epochs so far.
    pub fn curve(&self) -> &[DetectEpoch] {
        &self.curve
    }

    /// What the best epoch is chosen by.
    pub fn criterion(&self) -> Criterion {
        self.criterion
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

    /// Parameters that are learned.
    pub fn n_params(&self) -> usize {
        count_learned(&self.network)
    }

    /// Tensor library in use.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The network with its best weights, without gradients.
    pub fn best_network(&self) -> DetectNetwork {
        load(self.network.clone(), &self.best.weights).valid()
    }

    /// The network as it was before training, without gradients.
    pub fn initial_network(&self) -> Option<DetectNetwork> {
        let (shape, device) = (shape_of(&self.fold), self.device.clone().inner());
        let network = DetectNetwork::init(self.detector, &self.settings, &shape, self.seed, &device)?;
        Some(network.with_range(|| range_of(&self.fold, &self.chunks.windows)))
    }

    /// Runs a network without gradients over windows.
    pub fn scorer(&self, network: DetectNetwork) -> Scorer {
        let device = self.device.clone().inner();
        Scorer::new(self.fold.clone(), (self.detector, &self.settings), network, device)
    }

    fn uses_labels(&self) -> bool {
        self.detector.supervision() == Supervision::Labels
    }

    fn begin_epoch(&mut self) {
        let batches = self.chunks.batches(&mut self.shuffle);
        self.progress = Progress::new(batches, self.weights.len());
        self.scorer = None;
    }

    fn train_piece(&mut self) {
        let (at, done) = self.progress.at;
        let (n_samples, phase) = (self.progress.batches[at].len(), self.progress.phase);
        let n = self.piece(&self.progress.batches[at][done..]);
        let batch = self.sequences(&self.progress.batches[at][done..done + n]);
        let turn = (phase, self.curve.len() + 1);
        let objective = self.network.objective(&batch, turn, &mut Dropout { rng: Some(&mut self.dropout) });
        let grads = objective.loss.backward();
        let logits = objective.logits.map(|logits| logits.into_data().try_to_vec::<f32>().expect("logits are f32"));
        if phase == 0 {
            let loss = f64::from(objective.loss.into_scalar::<f32>());
            self.progress.train.add((loss, n), &logits.unwrap_or_default(), &batch.host().target);
            self.progress.n_trained += n;
        }
        let gradient = gradients(&self.network, &grads);
        self.progress.gradient.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += value);
        self.progress.at = (at, done + n);
        if done + n < n_samples {
            return;
        }
        self.update_weights(n_samples, phase);
        let is_last = phase + 1 == self.adam.len();
        self.progress.phase = if is_last { 0 } else { phase + 1 };
        self.progress.at = (if is_last { at + 1 } else { at }, 0);
    }

    /// Adds a few windows to the mean vector of the untrained network, and in the end makes it the centre.
    fn find_centre(&mut self, mut centre: Centre) {
        let samples: Vec<Sample> = self.progress.batches.iter().flatten().copied().collect();
        let n = self.piece(&samples[centre.n_done..]);
        let batch = self.sequences(&samples[centre.n_done..centre.n_done + n]);
        let Some(vectors) = self.network.uncentred(&batch) else { return };
        let width = vectors.dims()[1];
        let values = vectors.into_data().try_to_vec::<f32>().expect("vectors are f32");
        centre.sum.resize(width, 0.0);
        for row in values.chunks_exact(width) {
            centre.sum.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value));
        }
        centre.n_vectors += values.len() / width;
        centre.n_done += n;
        if centre.n_done < samples.len() {
            self.centre = Some(centre);
            return;
        }
        let mean: Vec<f32> = centre.sum.iter().map(|sum| (sum / centre.n_vectors as f64) as f32).collect();
        self.network = self.network.clone().with_centre(&mean, &self.device);
        self.weights = flatten(&self.network);
        self.best.weights.clone_from(&self.weights);
    }

    /// How many of these samples a step takes: at least one, and as many as it may cost.
    fn piece(&self, samples: &[Sample]) -> usize {
        let [encode, read] = self.cost;
        let mut known = BTreeSet::new();
        let mut cost = 0;
        let fits = |sample: &&Sample| {
            let n_new = match **sample {
                Sample::Window(_) => {
                    let window = self.chunks.window(**sample);
                    let snapshots = first_of(&self.fold, window)..=window.last;
                    snapshots.filter(|&snapshot| known.insert((window.run, snapshot))).count()
                }
                Sample::Synthetic(_) => self.fold.sequence,
            };
            cost += n_new * encode + read;
            cost <= STEP_COST
        };
        samples.iter().take_while(fits).count().max(1)
    }

    fn sequences(&self, samples: &[Sample]) -> SequenceBatch {
        let mut assembly = Assembly::new(&self.fold, self.settings.node_head);
        for &sample in samples {
            let window = self.chunks.window(sample);
            let weight = self.class_weights[usize::from(window.label)];
            match sample {
                Sample::Window(_) => assembly.window(window, weight),
                Sample::Synthetic(idx) => assembly.synthetic(self.chunks.synthetic[idx], weight),
            }
        }
        SequenceBatch::new(assembly.finish(), &self.device)
    }

    fn update_weights(&mut self, n: usize, phase: usize) {
        self.progress.gradient.iter_mut().for_each(|value| *value /= n as f32);
        if let Some(learned) = self.network.learned_in(phase) {
            let others = self.progress.gradient.iter_mut().zip(learned).filter(|(_, is_learned)| !is_learned);
            others.for_each(|(value, _)| *value = 0.0);
        }
        let norm = self.adam[phase].step(&mut self.weights, &self.progress.gradient, self.train.learning_rate);
        self.progress.largest_norm = self.progress.largest_norm.max(norm);
        if !norm.is_finite() {
            self.ended = Some(StopReason::Diverged);
            return;
        }
        self.network = load(self.network.clone(), &self.weights);
        self.progress.gradient.fill(0.0);
    }

    fn validate_piece(&mut self) {
        let start = self.progress.validated.len();
        let mut scorer = self.scorer.take().unwrap_or_else(|| self.scorer(self.network.valid()));
        let end = (start + scorer.windows_per_call()).min(self.validation.len());
        let windows = &self.validation[start..end];
        let found = if self.uses_labels() { scorer.readings(windows).logits } else { scorer.losses(windows) };
        self.progress.validated.extend(found);
        self.scorer = Some(scorer);
    }

    /// `None` when the loss is no longer a number; such an epoch is not part of the curve.
    fn end_epoch(&mut self) -> Option<DetectEpoch> {
        let labels: Vec<bool> = self.validation.iter().map(|window| window.label).collect();
        let labels = self.uses_labels().then_some(&labels[..]);
        let epoch = self.progress.summary(self.curve.len() + 1, labels);
        if !epoch.train_loss.is_finite() || epoch.validation_loss.is_some_and(|loss| !loss.is_finite()) {
            self.ended = Some(StopReason::Diverged);
            return None;
        }
        self.curve.push(epoch);
        let value = self.criterion.value(&epoch);
        if value > self.best.value {
            self.best = Best { epoch: epoch.epoch, value, weights: self.weights.clone() };
        }
        if let Some(reason) = self.reason_to_end(epoch.epoch) {
            if self.network.is_staged() {
                self.begin_second_stage(epoch.epoch);
            } else {
                self.ended = Some(reason);
            }
        }
        if self.ended.is_none() {
            self.begin_epoch();
        }
        Some(epoch)
    }

    fn reason_to_end(&self, epoch: usize) -> Option<StopReason> {
        if epoch >= self.stage.last {
            Some(StopReason::Planned)
        } else if epoch - self.best.epoch.max(self.stage.first - 1) >= self.train.patience {
            Some(StopReason::Early)
        } else {
            None
        }
    }

    fn begin_second_stage(&mut self, epoch: usize) {
        self.weights.clone_from(&self.best.weights);
        self.network = load(self.network.clone().into_second_stage(), &self.weights);
        self.adam = vec![Adam::new(self.weights.len(), self.train.clip_norm, 0.0)];
        self.best.value = WORST;
        self.stage = Stage { first: epoch + 1, last: self.train.epochs.max(epoch + 1) };
    }
}

const WORST: (f64, f64) = (f64::NEG_INFINITY, f64::NEG_INFINITY);

fn criterion(validation: &[Window]) -> Criterion {
    match validation.iter().filter(|window| window.label).count() {
        _ if validation.is_empty() => Criterion::TrainingLoss,
        n_faults if n_faults == 0 || n_faults == validation.len() => Criterion::ValidationLoss,
        _ => Criterion::AveragePrecision,
    }
}

/// Smallest and largest snapshot mean of each instance over some windows.
fn range_of(fold: &Fold, windows: &[Window]) -> InputRange {
    let n = fold.n_instances();
    let mut range = InputRange { min: vec![f32::INFINITY; n], max: vec![f32::NEG_INFINITY; n] };
    for snapshot in windows.iter().flat_map(|&window| fold.snapshots(window)) {
        for (instance, slices) in snapshot.chunks_exact(fold.n_slices()).enumerate() {
            let mean = slices.iter().sum::<f32>() / slices.len() as f32;
            range.min[instance] = range.min[instance].min(mean);
            range.max[instance] = range.max[instance].max(mean);
        }
    }
    range
}
