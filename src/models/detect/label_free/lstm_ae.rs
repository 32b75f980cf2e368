//! `lstm_ae`: an LSTM autoencoder over the slices of all instances (MODELS.md B.13).

use burn::module::Module;
use burn::nn::{Linear, Lstm};
use burn::tensor::{Device, Tensor};

use super::super::batch::{DetectShape, SequenceBatch};
use crate::models::params::linear;
use crate::models::recurrent::{init_lstm, lstm_steps};
use crate::stream::StreamRng;

/// Width of the state that a whole window has to pass through.
const WIDTH: usize = 32;

/// `LSTM(I → 32)`, whose last state is repeated at every step, then `LSTM(32 → I)`.
///
/// A linear map follows, because states of an LSTM lie between −1 and 1 and scaled values do not.
#[derive(Module, Debug)]
pub struct LstmAe {
    encoder: Lstm,
    decoder: Lstm,
    output: Linear,
    #[module(skip)]
    shape: DetectShape,
}

impl LstmAe {
    pub(in super::super) fn init(shape: &DetectShape, rng: &mut StreamRng, device: &Device) -> Self {
        let n = shape.n_instances();
        Self {
            encoder: init_lstm([n, WIDTH], rng, device),
            decoder: init_lstm([WIDTH, n], rng, device),
            output: linear([n, n], n, true, rng, device),
            shape: shape.clone(),
        }
    }

    /// Mean squared error of each sequence, `[B, 1]`.
    pub(in super::super) fn errors(&self, batch: &SequenceBatch) -> Tensor<2> {
        let steps = batch.slice_steps(&self.shape); // Q·W x [B, I]
        let n_steps = steps.len();
        let whole = lstm_steps(&self.encoder, steps.clone()).pop().expect("a window has slices");
        let restored = lstm_steps(&self.decoder, vec![whole; n_steps]);
        let squares = restored.into_iter().zip(steps).map(|(restored, step)| {
            let apart = self.output.forward(restored) - step;
            (apart.clone() * apart).mean_dim(1) // [B, 1]
        });
        squares.reduce(|a, b| a + b).expect("a window has slices") / n_steps as f32
    }
}
