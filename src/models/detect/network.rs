//! The detectors that are networks, under one roof.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::batch::{DetectShape, HostSequences, SequenceBatch, tensor};
use super::classifier::{Classifier, Readout};
use super::cost::cost;
use super::encoder::Encoded;
use super::label_free::{Gdn, LstmAe, Predictor, Range, Svdd, Teg, Traffic, Usad};
use crate::config::{Backend, Detector, NetworkConfig};
use crate::models::Dropout;
use crate::stream::Stream;

/// A detector that is trained by gradient steps.
#[derive(Module, Debug)]
#[allow(clippy::large_enum_variant, reason = "one network per training; boxing would only add noise")]
pub enum DetectNetwork {
    /// `integrated` and its ablations: learn from labels.
    Classifier(Classifier),
    /// `lstm_ae`.
    LstmAe(LstmAe),
    /// `gru_pred` and `static_pred`.
    Predictor(Predictor),
    /// `gdn`.
    Gdn(Gdn),
    /// `usad`.
    Usad(Usad),
    /// `ggnn_svdd`.
    Svdd(Svdd),
    /// `teg_ggnn_svdd`.
    Teg(Teg),
    /// `rpc_stgcn`.
    Traffic(Traffic),
}

/// Vectors of snapshots on the host, to be read in any sequence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotVectors {
    /// `G`.
    pub width: usize,
    /// `[S, G]`.
    pub pooled: Vec<f32>,
    /// Logits of the instances, `[S, I]`; empty for networks that do not say where.
    pub instance_logits: Vec<f32>,
}

/// What is minimised.
#[derive(Debug, Clone)]
pub struct Objective {
    /// Sum over the sequences, `[1]`.
    pub loss: Tensor<1>,
    /// Logits, `[B]`, of networks that learn from labels.
    pub logits: Option<Tensor<1>>,
}

impl DetectNetwork {
    /// A network with the initial weights of a seed; `None` for detectors that are not built as networks, and for those that
    /// need calls where there are none.
    pub fn init(
        detector: Detector,
        network: &NetworkConfig,
        shape: &DetectShape,
        seed: u32,
        device: &Device,
    ) -> Option<Self> {
        let rng = &mut Stream::Init.rng(seed, detector.id());
        Some(match detector {
            Detector::LstmAe => Self::LstmAe(LstmAe::init(shape, rng, device)),
            Detector::GruPred => Self::Predictor(Predictor::init(false, network, shape, rng, device)),
            Detector::StaticPred => Self::Predictor(Predictor::init(true, network, shape, rng, device)),
            Detector::Gdn => Self::Gdn(Gdn::init(shape, rng, device)),
            Detector::Usad => Self::Usad(Usad::init(shape, rng, device)),
            Detector::GgnnSvdd => Self::Svdd(Svdd::init(shape, rng, device)),
            Detector::TegGgnnSvdd => Self::Teg(Teg::init(shape, rng, device)?),
            Detector::RpcStgcn => Self::Traffic(Traffic::init(shape, rng, device)?),
            _ => Self::Classifier(Classifier::init(detector, network, shape, rng, device)?),
        })
    }

    /// Logits of sequences, or for networks without labels the mean of their [errors](Self::errors), `[B]`.
    pub fn forward(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Tensor<1> {
        match self.readout(batch, dropout) {
            Some(readout) => readout.logits,
            None => self.errors(batch, dropout).expect("without labels there are errors").mean_dim(1).squeeze_dim(1),
        }
    }

    /// Logits and what stands before them; `None` for networks that learn without labels.
    pub fn readout(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Option<Readout> {
        match self {
            Self::Classifier(network) => Some(network.readout(batch, dropout)),
            _ => None,
        }
    }

    /// What is wrong with each sequence: absolute errors of the instances, `[B, I]`, or of other series, of networks that
    /// [predict](Self::predicts), else one number, `[B, 1]`. `None` for networks that learn from labels.
    pub fn errors(&self, batch: &SequenceBatch, dropout: &mut Dropout<'_>) -> Option<Tensor<2>> {
        Some(match self {
            Self::Classifier(_) => return None,
            Self::LstmAe(network) => network.errors(batch),
            Self::Predictor(network) => network.errors(batch, dropout),
            Self::Gdn(network) => network.errors(batch, dropout),
            Self::Usad(network) => network.errors(batch),
            Self::Svdd(network) => network.errors(batch),
            Self::Teg(network) => network.errors(batch),
            Self::Traffic(network) => network.errors(batch),
        })
    }

    /// Whether instances are predicted, so that their errors have to be put on one scale.
    pub fn predicts(&self) -> bool {
        matches!(self, Self::Predictor(_) | Self::Gdn(_) | Self::Traffic(_))
    }

    /// Whether what is [predicted](Self::predicts) is instances.
    pub fn predicts_instances(&self) -> bool {
        matches!(self, Self::Predictor(_) | Self::Gdn(_))
    }

    /// What training minimises, in a phase of [`Self::n_phases`] and an epoch counted from 1.
    pub fn objective(
        &self,
        batch: &SequenceBatch,
        (phase, epoch): (usize, usize),
        dropout: &mut Dropout<'_>,
    ) -> Objective {
        if let Some(readout) = self.readout(batch, dropout) {
            return Objective { loss: readout.loss(batch), logits: Some(readout.logits) };
        }
        let loss = match self {
            Self::Usad(network) => network.losses(batch, phase, epoch).sum(),
            Self::Svdd(network) => network.errors(batch).sum() + network.decay() * batch.n_sequences() as f32,
            Self::Teg(network) => network.errors(batch).sum() + network.decay() * batch.n_sequences() as f32,
            _ => {
                let errors = self.errors(batch, dropout).expect("without labels there are errors");
                let errors = if self.predicts() { errors.clone() * errors } else { errors };
                errors.mean_dim(1).sum()
            }
        };
        Objective { loss, logits: None }
    }

    /// How many optimisers take turns on each batch.
    pub fn n_phases(&self) -> usize {
        if matches!(self, Self::Usad(_)) { 2 } else { 1 }
    }

    /// Which parameters a phase moves, in the order of `flatten`; `None` for all.
    pub fn learned_in(&self, phase: usize) -> Option<Vec<bool>> {
        match self {
            Self::Usad(network) => Some(network.learned_by(phase)),
            _ => None,
        }
    }

    /// The network with the range of its inputs, which is asked for by those that need one.
    pub fn with_range(self, range: impl FnOnce() -> Range) -> Self {
        match self {
            Self::Usad(network) => Self::Usad(network.with_range(range())),
            other => other,
        }
    }

    /// Vectors of snapshots, `[S, G]`, whose mean before training has to become the centre of the network; `None` for
    /// networks without a centre.
    pub fn uncentred(&self, batch: &SequenceBatch) -> Option<Tensor<2>> {
        match self {
            Self::Svdd(network) => Some(network.vectors(batch)),
            Self::Teg(network) => Some(network.vectors(batch)),
            _ => None,
        }
    }

    /// Whether a centre has to be set before training.
    pub fn has_centre(&self) -> bool {
        matches!(self, Self::Svdd(_) | Self::Teg(_))
    }

    /// The network with its centre, for those that have one.
    pub fn with_centre(self, mean: &[f32], device: &Device) -> Self {
        match self {
            Self::Svdd(network) => Self::Svdd(network.with_centre(mean, device)),
            Self::Teg(network) => Self::Teg(network.with_centre(mean, device)),
            other => other,
        }
    }

    /// Whether the vectors of snapshots are made one by one, so that sequences can share them.
    pub fn shares_snapshots(&self) -> bool {
        matches!(self, Self::Classifier(network) if network.shares_snapshots())
    }

    /// Vectors of the snapshots of `host`, without dropout; `None` for networks that do not
    /// [share](Self::shares_snapshots) them.
    pub fn encode(&self, host: &HostSequences, device: &Device) -> Option<SnapshotVectors> {
        let Self::Classifier(network) = self else { return None };
        let encoded = network.encode(host, device, &mut Dropout { rng: None })?;
        let host = |tensor: Tensor<2>| tensor.into_data().try_to_vec::<f32>().expect("vectors are f32");
        Some(SnapshotVectors {
            width: encoded.pooled.dims()[1],
            pooled: host(encoded.pooled),
            instance_logits: encoded.instance_logits.map_or_else(Vec::new, host),
        })
    }

    /// Reads sequences of encoded snapshots; of `batch`, indices and targets are used. `None` as for
    /// [`encode`](Self::encode).
    pub fn read(&self, vectors: SnapshotVectors, batch: &SequenceBatch) -> Option<Readout> {
        let Self::Classifier(network) = self else { return None };
        let n_snapshots = vectors.pooled.len() / vectors.width.max(1);
        let rows = |values: Vec<f32>| {
            let width = values.len() / n_snapshots.max(1);
            tensor::<2>(values, [n_snapshots, width], batch.device())
        };
        let instance_logits = (!vectors.instance_logits.is_empty()).then(|| rows(vectors.instance_logits));
        let encoded = Encoded { pooled: rows(vectors.pooled), instance_logits };
        Some(network.read_encoded(encoded, batch, &mut Dropout { rng: None }))
    }

    /// Whether training has a second stage, after which the encoder stays as it is.
    pub fn is_staged(&self) -> bool {
        matches!(self, Self::Classifier(network) if network.is_staged())
    }

    /// The network in its second stage.
    pub fn into_second_stage(self) -> Self {
        match self {
            Self::Classifier(network) => Self::Classifier(network.into_second_stage()),
            other => other,
        }
    }

    /// Multiply-adds of encoding one snapshot, and of reading one sequence.
    pub fn cost(detector: Detector, network: &NetworkConfig, shape: &DetectShape) -> [usize; 2] {
        cost(detector, network, shape)
    }
}

/// The library that runs a detector: the one asked for, or the one measured faster.
pub fn detect_backend_of(asked: Backend, _detector: Detector) -> Backend {
    match asked {
        Backend::Auto => Backend::Flex,
        other => other,
    }
}
