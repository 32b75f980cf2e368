//! What an epoch of training says.

use serde::{Deserialize, Serialize};

use super::chunks::Sample;
use super::precision::average_precision;

/// One epoch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectEpoch {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Weighted loss of the training windows while the weights were moving.
    pub train_loss: f64,
    /// Share of training windows on the right side of 0.5, likewise; `None` without labels.
    pub train_accuracy: Option<f64>,
    /// Loss of the validation windows without weights, for networks without labels of the normal ones; `None` if there
    /// are none.
    pub validation_loss: Option<f64>,
    /// Average precision on validation; `None` if it holds one class only.
    pub validation_ap: Option<f64>,
    /// Share of validation windows on the right side of 0.5.
    pub validation_accuracy: Option<f64>,
    /// Largest norm of a gradient before it was clipped.
    pub gradient_norm: f64,
}

/// What the best epoch is chosen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Average precision on validation; of equal ones the lower loss on validation.
    AveragePrecision,
    /// Loss on validation, because it holds one class only, or because labels are not used.
    ValidationLoss,
    /// Loss on the training part, because there is no validation window.
    TrainingLoss,
}

impl Criterion {
    /// Which of two epochs is better: larger pairs are.
    pub(super) fn value(self, epoch: &DetectEpoch) -> (f64, f64) {
        let validation = -epoch.validation_loss.unwrap_or(f64::INFINITY);
        match self {
            Self::AveragePrecision => (epoch.validation_ap.unwrap_or(0.0), validation),
            Self::ValidationLoss => (validation, 0.0),
            Self::TrainingLoss => (-epoch.train_loss, 0.0),
        }
    }
}

/// Loss and hits over some windows.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    loss: f64,
    n: usize,
    n_right: usize,
    /// Windows with a logit.
    n_judged: usize,
}

impl Tally {
    /// Adds windows with the sum of their losses, and their logits if there are any.
    pub(super) fn add(&mut self, (loss, n): (f64, usize), logits: &[f32], targets: &[f32]) {
        self.loss += loss;
        self.n += n;
        self.n_judged += logits.len();
        self.n_right +=
            logits.iter().zip(targets).filter(|&(&logit, &target)| (logit >= 0.0) == (target > 0.5)).count();
    }

    fn loss(&self) -> f64 {
        self.loss / self.n as f64
    }

    fn accuracy(&self) -> Option<f64> {
        (self.n_judged > 0).then(|| self.n_right as f64 / self.n_judged as f64)
    }
}

/// Where in an epoch a training stands.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) batches: Vec<Vec<Sample>>,
    /// Batch in progress, and samples of it that are done in this phase.
    pub(super) at: (usize, usize),
    pub(super) phase: usize,
    pub(super) n_trained: usize,
    pub(super) train: Tally,
    pub(super) largest_norm: f64,
    /// Sum over the pieces of the batch so far.
    pub(super) gradient: Vec<f32>,
    /// Logits of the validation windows so far, or their losses without labels.
    pub(super) validated: Vec<f32>,
}

impl Progress {
    pub(super) fn new(batches: Vec<Vec<Sample>>, n_weights: usize) -> Self {
        Self { batches, gradient: vec![0.0; n_weights], ..Self::default() }
    }

    pub(super) fn is_trained(&self) -> bool {
        self.at.0 >= self.batches.len()
    }

    /// Share of the epoch's work that is done; a window without a gradient costs about a third of one with it.
    pub(super) fn share(&self, n_validation: usize) -> f32 {
        let n_samples: usize = self.batches.iter().map(Vec::len).sum();
        let done = self.n_trained as f32 + 0.35 * self.validated.len() as f32;
        done / (n_samples as f32 + 0.35 * n_validation as f32)
    }

    /// What the finished epoch says; `labels` are those of the validation windows, if they are used.
    pub(super) fn summary(&self, epoch: usize, labels: Option<&[bool]>) -> DetectEpoch {
        let mut validation = Tally::default();
        let n = self.validated.len();
        match labels {
            Some(labels) => {
                let targets: Vec<f32> = labels.iter().map(|&label| f32::from(u8::from(label))).collect();
                let sum = self.validated.iter().zip(&targets).map(|(&logit, &target)| loss(logit, target)).sum();
                validation.add((sum, n), &self.validated, &targets);
            }
            None => validation.add((self.validated.iter().map(|&loss| f64::from(loss)).sum(), n), &[], &[]),
        }
        DetectEpoch {
            epoch,
            train_loss: self.train.loss(),
            train_accuracy: self.train.accuracy(),
            validation_loss: (n > 0).then(|| validation.loss()),
            validation_ap: labels.and_then(|labels| average_precision(&self.validated, labels)),
            validation_accuracy: validation.accuracy(),
            gradient_norm: self.largest_norm,
        }
    }
}

/// `softplus(x) − y·x` without overflow.
pub(super) fn loss(logit: f32, target: f32) -> f64 {
    let (x, y) = (f64::from(logit), f64::from(target));
    x.max(0.0) + (-x.abs()).exp().ln_1p() - y * x
}

#[cfg(test)]
mod tests {
    use super::*;

    // MODELS.md F.10.
    #[test]
    fn the_loss_is_the_published_one_and_never_overflows() {
        assert!((loss(0.5, 1.0) - 0.474_077).abs() < 1e-6 && (loss(0.5, 0.0) - 0.974_077).abs() < 1e-6);
        assert_eq!((loss(500.0, 1.0), loss(-500.0, 1.0)), (0.0, 500.0));
    }
}
