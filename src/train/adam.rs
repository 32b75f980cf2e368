//! Adam on flat host arrays, with one clip on the global norm.
//!
//! Ours rather than burn's for three reasons: burn clips each parameter by itself, its state cannot be stored exactly
//! beside the weights, and host arithmetic gives the same bits for both tensor libraries. A test holds it to burn's.

use crate::models::sum_of_squares;

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.999;
/// burn's default is 1e-5; PyTorch and the specification use 1e-8.
const EPSILON: f64 = 1e-8;

/// Optimiser state of one network.
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    first: Vec<f32>,
    second: Vec<f32>,
    steps: i32,
    clip_norm: f64,
    weight_decay: f64,
}

impl Adam {
    /// For `n` weights.
    pub fn new(n: usize, clip_norm: f64, weight_decay: f64) -> Self {
        Self { first: vec![0.0; n], second: vec![0.0; n], steps: 0, clip_norm, weight_decay }
    }

    /// Moves the weights one step against the gradient; gives the norm of the gradient before clipping.
    pub fn step(&mut self, weights: &mut [f32], gradient: &[f32], rate: f64) -> f64 {
        let norm = sum_of_squares(gradient).sqrt();
        let scale = if norm > self.clip_norm { self.clip_norm / norm } else { 1.0 };
        self.steps += 1;
        let bias_1 = 1.0 - BETA_1.powi(self.steps);
        let bias_2 = 1.0 - BETA_2.powi(self.steps);
        let moments = self.first.iter_mut().zip(&mut self.second);
        for ((weight, &gradient), (first, second)) in weights.iter_mut().zip(gradient).zip(moments) {
            let gradient = f64::from(gradient) * scale + self.weight_decay * f64::from(*weight);
            let m = BETA_1 * f64::from(*first) + (1.0 - BETA_1) * gradient;
            let v = BETA_2 * f64::from(*second) + (1.0 - BETA_2) * gradient * gradient;
            (*first, *second) = (m as f32, v as f32);
            let step = rate * (m / bias_1) / ((v / bias_2).sqrt() + EPSILON);
            *weight = (f64::from(*weight) - step) as f32;
        }
        norm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_steps_match_the_oracle() {
        // MODELS.md F.11: lr 1e-3, gradients .1 then -.2 from w = 1.
        let mut adam = Adam::new(1, 1e9, 0.0);
        let mut weights = [1.0];
        adam.step(&mut weights, &[0.1], 1e-3);
        assert!((weights[0] - 0.999).abs() < 1e-7);
        adam.step(&mut weights, &[-0.2], 1e-3);
        assert!((weights[0] - 0.999_366_1).abs() < 1e-7);
    }

    #[test]
    fn a_long_gradient_is_clipped_as_a_whole() {
        let mut clipped = Adam::new(2, 5.0, 0.0);
        let mut plain = Adam::new(2, 5.0, 0.0);
        let (mut a, mut b) = ([0.0; 2], [0.0; 2]);
        assert_eq!(clipped.step(&mut a, &[30.0, 40.0], 0.1), 50.0);
        plain.step(&mut b, &[3.0, 4.0], 0.1);
        assert_eq!(a, b);
    }

    #[test]
    fn agrees_with_burns_adam() {
        use burn::nn::Linear;
        use burn::optim::{AdamConfig, GradientsParams};
        use burn::tensor::{Device, Tensor, TensorData};

        let device: Device = crate::models::device(crate::config::Backend::Flex).autodiff();
        let weight = burn::module::Param::from_data(TensorData::new(vec![0.5_f32, -0.3, 0.8], [3, 1]), &device);
        let mut layer = Linear { weight, bias: None };
        let mut burns = AdamConfig::new().with_epsilon(1e-8).init();
        let mut weights = crate::models::flatten(&layer);
        let mut ours = Adam::new(3, 1e9, 0.0);
        let input: Tensor<2> = Tensor::from_data(TensorData::new(vec![1.0_f32, 2.0, -1.0], [1, 3]), &device);
        for _ in 0..5 {
            let grads = layer.forward(input.clone()).square().sum().backward();
            let gradient = crate::models::gradients(&layer, &grads);
            ours.step(&mut weights, &gradient, 1e-2);
            let grads = GradientsParams::from_grads(grads, &layer);
            layer = burns.step(1e-2, layer, grads);
            let theirs = crate::models::flatten(&layer);
            for (ours, theirs) in weights.iter().zip(theirs) {
                assert!((ours - theirs).abs() < 1e-5, "{ours} is not {theirs}");
            }
        }
    }
}
