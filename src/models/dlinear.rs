//! `dlinear`: the target's trend by a moving average and the remainder, one linear map each (Zeng et al. 2023,
//! LTSF-Linear; MODELS.md A.9).
//!
//! The reference shares its weights over the channels and predicts each channel from its own past; only the target is
//! predicted here, so only its own past is read.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

use super::batch::Batch;
use super::params::linear;
use super::shape::Shape;
use crate::config::DlinearConfig;
use crate::stream::StreamRng;

/// `ŷ = W_r (x - trend) + b_r + W_t trend + b_t`.
///
/// The last value is a linear function of the window, so the residual output changes where training starts and not
/// what can be learned.
#[derive(Module, Debug)]
pub struct Dlinear {
    /// `[T, P]`.
    remainder: Linear,
    /// `[T, P]`.
    trend: Linear,
    kernel: usize,
}

impl Dlinear {
    /// Weights from U(±1/√T), the reference's default.
    pub fn init(settings: &DlinearConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let mut layer = || linear([shape.n_steps, shape.n_outputs], shape.n_steps, true, rng, device);
        Self { remainder: layer(), trend: layer(), kernel: settings.kernel }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch) -> Tensor<3> {
        let host = batch.host();
        let lags = batch.target_lags(); // [B·N, T]
        let trend = moving_average(lags.clone(), self.kernel);
        let forecast = self.remainder.forward(lags - trend.clone()) + self.trend.forward(trend);
        forecast.reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }
}

/// Centred mean over an odd number of steps; ends are padded with the first and the last value. `[R, T]` to `[R, T]`.
fn moving_average(series: Tensor<2>, kernel: usize) -> Tensor<2> {
    let n_steps = series.dims()[1];
    let mut shares = vec![0.0; n_steps * n_steps]; // [read, written]
    for written in 0..n_steps {
        for place in 0..kernel {
            let read = (written + place).saturating_sub(kernel / 2).min(n_steps - 1);
            shares[read * n_steps + written] += 1.0 / kernel as f32;
        }
    }
    let device = series.device();
    series.matmul(Tensor::from_data(TensorData::new(shares, [n_steps, n_steps]), &device))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{HostBatch, device, flatten, load};
    use crate::stream::Stream;

    fn averaged(series: &[f32], kernel: usize, backend: Backend) -> Vec<f32> {
        let data = TensorData::new(series.to_vec(), [1, series.len()]);
        let trend = moving_average(Tensor::from_data(data, &device(backend)), kernel);
        trend.into_data().try_to_vec::<f32>().expect("f32")
    }

    #[test]
    fn the_trend_is_that_of_oracle_f6() {
        for backend in [Backend::Ndarray, Backend::Flex] {
            let trend = averaged(&[1.0, 2.0, 6.0, 3.0], 3, backend);
            for (found, wanted) in trend.iter().zip([4.0 / 3.0, 3.0, 11.0 / 3.0, 4.0]) {
                assert!((found - wanted).abs() < 1e-5, "{found} is not {wanted}");
            }
        }
    }

    #[test]
    fn a_kernel_longer_than_the_window_reads_the_padding() {
        // Around step 0: 1 1 1 1 1 4 4 4 4, around step 1: 1 1 1 1 4 4 4 4 4.
        let trend = averaged(&[1.0, 4.0], 9, Backend::Flex);
        assert!((trend[0] - 21.0 / 9.0).abs() < 1e-5 && (trend[1] - 24.0 / 9.0).abs() < 1e-5, "{trend:?}");
        assert_eq!(averaged(&[3.0], 25, Backend::Flex).len(), 1);
    }

    #[test]
    fn the_last_value_can_be_added_by_the_weights_alone() {
        let device = device(Backend::Flex);
        let shape = Shape { n_nodes: 1, n_steps: 4, n_features: 1, n_outputs: 1, has_records: false };
        let settings = DlinearConfig { kernel: 3 };
        let plain = Dlinear::init(&settings, shape, &mut Stream::Init.rng(1, "dlinear"), &device);
        let mut weights = flatten(&plain);
        // Weight and bias of the remainder, then of the trend; the last lag is the fourth weight of each.
        weights[3] += 1.0;
        weights[8] += 1.0;
        let adding = load(plain.clone(), &weights);
        let host = HostBatch {
            n_windows: 1,
            n_steps: 4,
            n_nodes: 1,
            n_features: 1,
            n_outputs: 1,
            inputs: vec![1.0, 2.0, 6.0, 3.0],
            ..HostBatch::default()
        };
        let batch = Batch::new(host, &device);
        let apart = (adding.forward(&batch) - plain.forward(&batch)).into_scalar::<f32>();
        assert!((apart - 3.0).abs() < 1e-5, "{apart}");
    }
}
