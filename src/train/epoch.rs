//! Where in an epoch a training stands.

/// Windows done so far, their errors, and the gradient of the batch in progress.
#[derive(Debug, Default)]
pub(super) struct EpochState {
    /// Origins of the training windows in the order of this epoch.
    pub(super) order: Vec<usize>,
    pub(super) trained: usize,
    pub(super) validated: usize,
    pub(super) train: SquaredError,
    pub(super) validation: SquaredError,
    pub(super) largest_norm: f64,
    /// Sum over the pieces of the batch so far.
    pub(super) gradient: Vec<f32>,
    /// Values that the gradient's loss is over.
    pub(super) gradient_n: usize,
}

impl EpochState {
    pub(super) fn new(order: Vec<usize>, n_weights: usize) -> Self {
        Self { order, gradient: vec![0.0; n_weights], ..Self::default() }
    }

    /// Whether all windows were seen.
    pub(super) fn is_done(&self, n_validation: usize) -> bool {
        self.trained == self.order.len() && self.validated >= n_validation
    }

    /// Share of the epoch's work that is done; a window without a gradient costs about a third of one with it.
    pub(super) fn share(&self, n_validation: usize) -> f32 {
        let done = self.trained as f32 + 0.35 * self.validated as f32;
        done / (self.order.len() as f32 + 0.35 * n_validation as f32)
    }
}

/// A mean in the making.
#[derive(Debug, Default)]
pub(super) struct SquaredError {
    sum: f64,
    n: usize,
}

impl SquaredError {
    pub(super) fn add(&mut self, sum: f64, n: usize) {
        self.sum += sum;
        self.n += n;
    }

    /// NaN over nothing.
    pub(super) fn mean(&self) -> f64 {
        self.sum / self.n as f64
    }
}
