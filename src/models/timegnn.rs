//! `timegnn`: a graph over the steps of each node's window, drawn from what the steps look like (Xu, Kosma &
//! Vazirgiannis 2023; MODELS.md A.9).
//!
//! The nodes of this graph are time steps, not machines: every machine is read by itself, with shared weights.
//!
//! The published code turns the drawn graph into a list of edges without weights, so its edge learner never gets a
//! gradient. Here the drawn edges are weights of 0 or 1 with the gradient of the probabilities behind them (straight
//! through), which is a deviation. While training, edges are drawn; at evaluation those above one half are there, so
//! that a forecast does not depend on a draw.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

use super::batch::Batch;
use super::conv::{TemporalConv, last_steps};
use super::norm::BatchNorm;
use super::params::{Dropout, linear};
use super::shape::Shape;
use crate::config::TimegnnConfig;
use crate::models::activation::sigmoid;
use crate::stream::StreamRng;

/// `τ` of the Gumbel softmax.
const TEMPERATURE: f64 = 0.5;

/// The network.
#[derive(Module, Debug)]
pub struct Timegnn {
    features: Features,
    edges: EdgeLearner,
    layers: Vec<SageLayer>,
    /// Shares of the layers in the result, `[layers, 1]`.
    shares: Linear,
    /// `[h, h/2]`.
    hidden: Linear,
    /// `[h/2, P]`.
    output: Linear,
}

impl Timegnn {
    /// Weights from U(±1/√fan_in).
    pub fn init(settings: &TimegnnConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let h = settings.width;
        let half = h.div_ceil(2);
        Self {
            features: Features::init([shape.n_features, h], rng, device),
            edges: EdgeLearner::init(settings, rng, device),
            layers: (0..settings.layers).map(|_| SageLayer::init(h, rng, device)).collect(),
            shares: linear([settings.layers, 1], settings.layers, true, rng, device),
            hidden: linear([h, half], h, true, rng, device),
            output: linear([half, shape.n_outputs], half, true, rng, device),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let mut steps = self.features.forward(batch.sequences()); // [B·N, T, h]
        let mean = mean_over(self.edges.forward(steps.clone(), dropout)); // [B·N, T, T]
        let mut newest = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            steps = layer.forward(steps, &mean, dropout.is_training());
            newest.push(last_steps(&steps, 1).swap_dims(1, 2)); // [B·N, h, 1]
        }
        let shared = relu(self.shares.forward(Tensor::cat(newest, 2))).swap_dims(1, 2); // [B·N, 1, h]
        let ahead = self.output.forward(relu(self.hidden.forward(shared)));
        ahead.reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &TimegnnConfig, shape: Shape) -> usize {
        let [h, t, f, layers] =
            [settings.width, shape.n_steps, shape.n_features, settings.layers].map(|size| size as u64);
        let features = 3 * f * h + (3 + 5 + 3) * h * h;
        let pairs = t * (4 * h + 60);
        let layers = layers * (t * h + 2 * h * h);
        shape.of_all_nodes(t * (features + 2 * h * h + pairs + layers))
    }
}

/// Two dilated convolutions and the step itself, side by side, mapped to one width.
#[derive(Module, Debug)]
struct Features {
    near_input: Linear,
    near: TemporalConv,
    far_input: Linear,
    far: TemporalConv,
    here: Linear,
    /// `[3h, h]`.
    merge: Linear,
}

impl Features {
    fn init([d_input, h]: [usize; 2], rng: &mut StreamRng, device: &Device) -> Self {
        let input = |rng: &mut StreamRng| linear([d_input, h], d_input, true, rng, device);
        Self {
            near_input: input(rng),
            near: TemporalConv::init([h, h], [3, 3], rng, device),
            far_input: input(rng),
            far: TemporalConv::init([h, h], [5, 5], rng, device),
            here: input(rng),
            merge: linear([3 * h, h], 3 * h, true, rng, device),
        }
    }

    /// `[R, T, F]` to `[R, T, h]`.
    fn forward(&self, window: Tensor<3>) -> Tensor<3> {
        let near = same_length(&self.near, self.near_input.forward(window.clone()));
        let far = same_length(&self.far, self.far_input.forward(window.clone()));
        relu(self.merge.forward(Tensor::cat(vec![near, far, self.here.forward(window)], 2)))
    }
}

/// A convolution centred on each step, with zeros around the window.
fn same_length(conv: &TemporalConv, states: Tensor<3>) -> Tensor<3> {
    let [rows, _, d] = states.dims();
    let zeros = Tensor::zeros([rows, conv.reach() / 2, d], &states.device());
    conv.forward(Tensor::cat(vec![zeros.clone(), states, zeros], 1))
}

/// Two logits for each pair of steps, that there is an edge and that there is none.
#[derive(Module, Debug)]
struct EdgeLearner {
    /// What the later step brings, `[h, h]`.
    receiver: Linear,
    /// What the earlier step brings, `[h, h]`, without a bias.
    sender: Linear,
    /// `[h, 2]`.
    score: Linear,
    sampled: bool,
}

impl EdgeLearner {
    fn init(settings: &TimegnnConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let h = settings.width;
        Self {
            receiver: linear([h, h], 2 * h, true, rng, device),
            sender: linear([h, h], 2 * h, false, rng, device),
            score: linear([h, 2], h, true, rng, device),
            sampled: settings.sampled,
        }
    }

    /// Weights of the edges from earlier steps, `A[i, j]` with which step `i` receives from step `j < i`,
    /// `[R, T, h]` to `[R, T, T]`.
    fn forward(&self, steps: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let [rows, len, h] = steps.dims();
        let receiver = self.receiver.forward(steps.clone()).reshape([rows, len, 1, h]);
        let sender = self.sender.forward(steps).reshape([rows, 1, len, h]);
        let pairs = relu(receiver + sender).reshape([rows * len * len, h]);
        let logits = self.score.forward(pairs); // [R·T·T, 2]
        let lead = (logits.clone().narrow(1, 0, 1) - logits.narrow(1, 1, 1)).reshape([rows, len, len]);
        let probability = sigmoid(with_noise(lead, dropout).div_scalar(TEMPERATURE));
        let edges = if self.sampled { straight_through(probability) } else { probability };
        let device = edges.device();
        edges * earlier(len, &device)
    }
}

/// Adds the difference of two Gumbel draws, which has the logistic distribution, for each pair of steps.
fn with_noise(lead: Tensor<3>, dropout: &mut Dropout<'_>) -> Tensor<3> {
    let Some(rng) = dropout.rng.as_mut() else { return lead };
    let shape = lead.dims();
    let len = shape[2];
    // The middle of one of 2^24 equal parts of the unit interval is neither 0 nor 1.
    let mut draw = || {
        let share = f64::from(rng.unit()) + 0.5 / 16_777_216.0;
        (share / (1.0 - share)).ln() as f32
    };
    let noise: Vec<f32> =
        (0..shape.iter().product()).map(|at| if at % len < at / len % len { draw() } else { 0.0 }).collect();
    let device = lead.device();
    lead + Tensor::from_data(TensorData::new(noise, shape), &device)
}

/// 1 above one half, else 0, with the gradient of the probability.
fn straight_through(probability: Tensor<3>) -> Tensor<3> {
    let soft = probability.clone().detach();
    let hard = soft.clone().greater_elem(0.5).float();
    probability + (hard - soft)
}

/// 1 below the diagonal, `[1, T, T]`.
fn earlier(len: usize, device: &Device) -> Tensor<3> {
    let mask: Vec<f32> = (0..len * len).map(|at| f32::from(u8::from(at % len < at / len))).collect();
    Tensor::from_data(TensorData::new(mask, [1, len, len]), device)
}

/// Rows that sum to 1; rows without an edge stay 0.
fn mean_over(edges: Tensor<3>) -> Tensor<3> {
    let degree = edges.clone().sum_dim(2);
    let none = degree.clone().detach().equal_elem(0.0).float();
    edges / (degree + none)
}

/// `norm(W_l · mean of what is received + b + W_r x)`: GraphSAGE.
#[derive(Module, Debug)]
struct SageLayer {
    received: Linear,
    own: Linear,
    norm: BatchNorm,
}

impl SageLayer {
    fn init(h: usize, rng: &mut StreamRng, device: &Device) -> Self {
        Self {
            received: linear([h, h], h, true, rng, device),
            own: linear([h, h], h, false, rng, device),
            norm: BatchNorm::init(h, device),
        }
    }

    /// Steps `[R, T, h]`, means over edges `[R, T, T]`.
    fn forward(&self, steps: Tensor<3>, mean: &Tensor<3>, training: bool) -> Tensor<3> {
        let received = self.received.forward(mean.clone().matmul(steps.clone()));
        self.norm.forward(received + self.own.forward(steps), training)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;
    use crate::models::{device, named_gradients, sum_of_squares};
    use crate::stream::Stream;

    fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().expect("f32")
    }

    fn steps(device: &Device) -> Tensor<3> {
        let rng = &mut Stream::Data.rng(1, "timegnn");
        let values: Vec<f32> = (0..2 * 5 * 4).map(|_| rng.uniform(-2.0, 2.0)).collect();
        Tensor::from_data(TensorData::new(values, [2, 5, 4]), device)
    }

    fn learner(device: &Device) -> EdgeLearner {
        let settings = TimegnnConfig { width: 4, layers: 1, sampled: true };
        EdgeLearner::init(&settings, &mut Stream::Init.rng(5, "timegnn"), device)
    }

    #[test]
    fn edges_are_there_or_not_and_come_from_earlier_steps() {
        let device = device(Backend::Flex);
        let rng = &mut Stream::Dropout.rng(1, "timegnn");
        let edges = host(learner(&device).forward(steps(&device), &mut Dropout { rng: Some(rng) }));
        for (at, &edge) in edges.iter().enumerate() {
            assert!((edge.abs() < 1e-6 || (edge - 1.0).abs() < 1e-6) && (at % 5 < at / 5 % 5 || edge == 0.0), "{edge}");
        }
        let n_edges = edges.iter().sum::<f32>().round();
        assert!(n_edges > 0.0 && n_edges < 20.0, "{n_edges} of 20");
    }

    /// Edges without weights would leave the learner without a gradient.
    #[test]
    fn drawn_edges_teach_their_learner() {
        let device = device(Backend::Flex).autodiff();
        let learner = learner(&device);
        let rng = &mut Stream::Dropout.rng(1, "timegnn");
        let mean = mean_over(learner.forward(steps(&device), &mut Dropout { rng: Some(rng) }));
        let grads = mean.matmul(steps(&device)).square().sum().backward();
        for (path, gradient) in named_gradients(&learner, &grads) {
            assert!(sum_of_squares(&gradient) > 0.0, "{path} gets no gradient");
        }
    }

    #[test]
    fn a_step_without_edges_receives_nothing() {
        let device = device(Backend::Flex);
        let edges = Tensor::<3>::from_floats([[[0.0, 0.0], [1.0, 1.0]]], &device);
        assert_eq!(host(mean_over(edges)), [0.0, 0.0, 0.5, 0.5]);
    }

    #[test]
    fn a_forecast_draws_nothing() {
        let device = device(Backend::Flex);
        let edges = || host(learner(&device).forward(steps(&device), &mut Dropout { rng: None }));
        assert_eq!(edges(), edges());
    }
}
