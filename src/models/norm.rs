//! Batch normalisation as PyTorch defines it (Ioffe & Szegedy 2015; MODELS.md H).
//!
//! Ours rather than burn's, which keeps the biased variance as the running one; PyTorch keeps the unbiased one.

use std::cell::RefCell;

use burn::module::{Content, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{Device, Tensor};

use super::params::constant;

/// Added to the variance.
const EPSILON: f64 = 1e-5;
/// Share of the newest batch in the running statistics.
const MOMENTUM: f64 = 0.1;

/// `γ (x - mean) / √(variance + ε) + β` per channel.
///
/// While training, mean and variance are those of all rows of the batch at hand, and the running statistics move
/// towards them. A batch is differentiated in pieces (`train::Session`), so the statistics are those of a piece. At
/// evaluation the running statistics are used, so a forecast does not depend on the windows beside it.
#[derive(Module, Debug)]
pub(super) struct BatchNorm {
    gamma: Param<Tensor<1>>,
    beta: Param<Tensor<1>>,
    running_mean: Running,
    running_variance: Running,
}

impl BatchNorm {
    /// Leaves its input as it is, but for `ε`, until something is learned.
    pub(super) fn init(width: usize, device: &Device) -> Self {
        Self {
            gamma: constant([width], 1.0, device),
            beta: constant([width], 0.0, device),
            running_mean: Running::new(Tensor::zeros([width], device)),
            running_variance: Running::new(Tensor::ones([width], device)),
        }
    }

    /// `[R, L, d]` to `[R, L, d]`; every `[R, L]` is a row of the batch.
    pub(super) fn forward(&self, tokens: Tensor<3>, training: bool) -> Tensor<3> {
        let [rows, len, width] = tokens.dims();
        let flat = tokens.reshape([rows * len, width]); // [R·L, d]
        let (mean, variance) = if training { self.observe(flat.clone()) } else { self.running() };
        let scale = self.gamma.val().unsqueeze::<2>() / variance.add_scalar(EPSILON).sqrt();
        ((flat - mean) * scale + self.beta.val().unsqueeze::<2>()).reshape([rows, len, width])
    }

    /// Mean and biased variance of a batch `[n, d]`, `[1, d]` each; the running statistics take note of them.
    fn observe(&self, flat: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let n = flat.dims()[0];
        let mean = flat.clone().mean_dim(0);
        let variance = (flat - mean.clone()).square().mean_dim(0);
        let unbiased = variance.clone().mul_scalar(n as f64 / n.saturating_sub(1).max(1) as f64);
        self.running_mean.note(mean.clone());
        self.running_variance.note(unbiased);
        (mean, variance)
    }

    /// The running mean and variance, `[1, d]` each.
    fn running(&self) -> (Tensor<2>, Tensor<2>) {
        (self.running_mean.value().unsqueeze(), self.running_variance.value().unsqueeze())
    }
}

/// A moving average that a forward pass updates: visited like a parameter, never differentiated.
///
/// burn's `RunningState` is shared by the clones of a module, so that loading weights into a clone would move the
/// original too; this one is copied with its module.
#[derive(Debug, Clone)]
struct Running(RefCell<Param<Tensor<1>>>);

impl Running {
    fn new(value: Tensor<1>) -> Self {
        Self(RefCell::new(Param::initialized(ParamId::new(), value)))
    }

    fn value(&self) -> Tensor<1> {
        self.0.borrow().val()
    }

    /// Moves towards the newest statistic, `[1, d]`.
    fn note(&self, newest: Tensor<2>) {
        let newest = newest.detach().squeeze_dim::<1>(0);
        let moved = self.value().mul_scalar(1.0 - MOMENTUM) + newest.mul_scalar(MOMENTUM);
        let id = self.0.borrow().id;
        self.0.replace(Param::initialized(id, moved));
    }

    fn map_param(self, map: impl FnOnce(Param<Tensor<1>>) -> Param<Tensor<1>>) -> Self {
        Self(RefCell::new(map(self.0.into_inner())))
    }
}

impl Module for Running {
    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        self.0.borrow().visit(visitor);
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        self.map_param(|param| Module::map(param, mapper))
    }

    fn to_device(self, device: &Device) -> Self {
        self.map_param(|param| param.to_device(device))
    }

    fn fork(self, device: &Device) -> Self {
        self.map_param(|param| param.fork(device))
    }

    fn collect_devices(&self, devices: Vec<Device>) -> Vec<Device> {
        self.0.borrow().collect_devices(devices)
    }

    fn valid(&self) -> Self {
        Self(RefCell::new(self.0.borrow().valid()))
    }

    fn train(self) -> Self {
        self.map_param(Module::train)
    }

    fn materialize(self) -> Self {
        self
    }
}

impl ModuleDisplayDefault for Running {
    fn content(&self, content: Content) -> Option<Content> {
        ModuleDisplayDefault::content(&*self.0.borrow(), content)
    }
}

impl ModuleDisplay for Running {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::params::keep_state;
    use crate::models::{device, flatten, load};

    fn tokens(values: &[f32], device: &Device) -> Tensor<3> {
        Tensor::<1>::from_floats(values, device).reshape([values.len() as i32, 1, 1])
    }

    fn host(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    fn close(found: &[f32], wanted: &[f32]) {
        assert_eq!(found.len(), wanted.len());
        found.iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-5, "{found:?} is not {wanted:?}"));
    }

    #[test]
    fn training_uses_the_batch_and_evaluation_the_running_statistics() {
        for backend in [Backend::Ndarray, Backend::Flex] {
            let device = device(backend).autodiff();
            let norm = BatchNorm::init(1, &device);
            // Mean 2.5, biased variance 1.25, unbiased 5/3.
            let batch = tokens(&[1.0, 2.0, 3.0, 4.0], &device);
            let shown = host(norm.forward(batch.clone(), true));
            close(&shown, &[-1.341_635, -0.447_212, 0.447_212, 1.341_635]);
            close(&flatten(&norm), &[1.0, 0.0, 0.25, 0.9 + 0.1 * 5.0 / 3.0]);
            let sd = (0.9_f32 + 0.5 / 3.0 + 1e-5).sqrt();
            close(&host(norm.forward(batch, false)), &[0.75 / sd, 1.75 / sd, 2.75 / sd, 3.75 / sd]);
        }
    }

    #[test]
    fn a_clone_has_statistics_of_its_own() {
        let device = device(Backend::Flex).autodiff();
        let norm = BatchNorm::init(1, &device);
        let other = load(norm.clone(), &[2.0, 1.0, 0.5, 4.0]);
        assert_eq!(flatten(&norm), [1.0, 0.0, 0.0, 1.0]);
        other.forward(tokens(&[1.0, 3.0], &device), true);
        assert_eq!(flatten(&norm), [1.0, 0.0, 0.0, 1.0]);
        close(&flatten(&other.valid()), &[2.0, 1.0, 0.45 + 0.2, 3.6 + 0.2]);
    }

    #[test]
    fn running_statistics_get_no_gradient_and_outlive_an_update_of_the_weights() {
        let device = device(Backend::Flex).autodiff();
        let norm = BatchNorm::init(1, &device);
        let batch = tokens(&[1.0, 2.0, 4.0], &device);
        let grads = norm.forward(batch.clone(), true).powi_scalar(3).sum().backward();
        let gradient = crate::models::gradients(&norm, &grads);
        assert!(gradient[0] != 0.0 && gradient[1] != 0.0);
        assert_eq!(gradient[2..], [0.0, 0.0]);
        let running = flatten(&norm)[2..].to_vec();
        // What an optimiser with weight decay may have made of all four.
        let mut weights = vec![0.5, 0.5, 0.5, 0.5];
        keep_state(&norm, &mut weights);
        assert_eq!(weights[..2], [0.5, 0.5]);
        assert_eq!(weights[2..], running);
        let norm = load(norm, &weights);
        norm.forward(batch, true);
        assert_ne!(flatten(&norm)[2..], running, "they go on moving");
    }

    #[test]
    fn one_row_is_normalised_to_the_shift() {
        let device = device(Backend::Flex);
        let norm = BatchNorm::init(1, &device);
        assert_eq!(host(norm.forward(tokens(&[7.0], &device), true)), [0.0]);
        assert!(flatten(&norm).iter().all(|value| value.is_finite()));
    }
}
