//! `gwnet`: Graph WaveNet, dilated gated convolutions with diffusion on given and learned graphs (Wu et al. 2019;
//! MODELS.md A.9).
//!
//! The newest position of the output sees [`receptive_field`] steps, so the input is cut to those and skip connections
//! are made for that position only, which changes no forecast. Every graph is used as the paper writes it, rows
//! receiving (`P X`); the published code multiplies from the other side.
//!
//! That code also holds a residual convolution per layer and, in the last layer, a graph convolution and a
//! normalisation; none of them reaches the output, and they are not here. With them the parameter count of MODELS.md
//! (43 793 at `N = 60`, `F = 5`) comes out.

use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::tensor::activation::{relu, softmax};
use burn::tensor::{Device, Tensor};

use super::adjacency::{receive, walks};
use super::batch::Batch;
use super::conv::{TemporalConv, from_last_steps, last_steps};
use super::norm::BatchNorm;
use super::params::{Dropout, linear, normal};
use super::shape::Shape;
use crate::config::GwnetConfig;
use crate::models::activation::{sigmoid, tanh};
use crate::stream::StreamRng;

/// Steps of a convolution.
const KERNEL: usize = 2;
/// Powers of each graph.
const ORDER: usize = 2;
/// Walks with and against the given graph, and the learned graph.
const N_GRAPHS: usize = 3;

/// The network.
#[derive(Module, Debug)]
pub struct Gwnet {
    /// `[F, d]`.
    input: Linear,
    /// `E_1` of the learned graph, `[N, e]`.
    node_receiver: Param<Tensor<2>>,
    /// `E_2`, `[N, e]`.
    node_sender: Param<Tensor<2>>,
    layers: Vec<Layer>,
    /// `[skip, end]`.
    hidden: Linear,
    /// `[end, P]`.
    output: Linear,
    #[module(skip)]
    settings: GwnetConfig,
}

/// Steps that the newest position of the output sees: dilations double within a block and begin anew in the next.
fn receptive_field(settings: &GwnetConfig) -> usize {
    1 + settings.blocks * ((1 << settings.layers) - 1) * (KERNEL - 1)
}

impl Gwnet {
    /// Weights from U(±1/√fan_in), embeddings standard normal.
    pub fn init(settings: &GwnetConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let (d, skip, end) = (settings.width, settings.skip_width, settings.end_width);
        let n_layers = settings.blocks * settings.layers;
        let embedding = [shape.n_nodes, settings.embedding];
        Self {
            input: linear([shape.n_features, d], shape.n_features, true, rng, device),
            node_receiver: normal(embedding, rng, device),
            node_sender: normal(embedding, rng, device),
            layers: (0..n_layers).map(|idx| Layer::init(idx, settings, rng, device)).collect(),
            hidden: linear([skip, end], skip, true, rng, device),
            output: linear([end, shape.n_outputs], end, true, rng, device),
            settings: settings.clone(),
        }
    }

    /// Steps that a forecast sees.
    pub fn steps_seen(settings: &GwnetConfig) -> usize {
        receptive_field(settings)
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let [ahead, back] = walks(batch);
        let graphs = [ahead, back, self.learned_graph()];
        let window = from_last_steps(batch.sequences(), receptive_field(&self.settings));
        let mut states = self.input.forward(window); // [B·N, field, d]
        let mut skips = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            let gated = tanh(layer.filter.forward(states.clone())) * sigmoid(layer.gate.forward(states.clone()));
            skips.push(layer.skip.forward(last_steps(&gated, 1)));
            if let Some(diffusion) = &layer.diffusion {
                let kept = last_steps(&states, gated.dims()[1]);
                states = diffusion.forward(gated, kept, &graphs, self.settings.dropout, dropout);
            }
        }
        let sum = skips.into_iter().reduce(|sum, skip| sum + skip).expect("a checked config has at least one layer");
        let ahead = self.output.forward(relu(self.hidden.forward(relu(sum)))); // [B·N, 1, P]
        ahead.reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    /// `softmax(relu(E_1 E_2ᵀ))`, rows sum to 1, `[1, N, N]`.
    fn learned_graph(&self) -> Tensor<3> {
        softmax(relu(self.node_receiver.val().matmul(self.node_sender.val().transpose())), 1).unsqueeze()
    }

    /// Multiply-adds of one window's forward pass, as `Network::cost` counts them.
    pub(super) fn cost(settings: &GwnetConfig, shape: Shape) -> usize {
        let [d, skip, end] = [settings.width, settings.skip_width, settings.end_width].map(|size| size as u64);
        let (terms, kernel, n) = ((N_GRAPHS * ORDER) as u64, KERNEL as u64, shape.n_nodes as u64);
        let step = 2 * (kernel * d * d + 30 * d) + d * (terms * n + (terms + 1) * d);
        let n_layers = (settings.blocks * settings.layers) as u64;
        // The states shrink from the receptive field to one step.
        let steps = receptive_field(settings) as u64 * n_layers / 2;
        shape.of_all_nodes(steps * step + n_layers * d * skip + skip * end)
    }
}

#[derive(Module, Debug)]
struct Layer {
    filter: TemporalConv,
    gate: TemporalConv,
    /// `[d, skip]`.
    skip: Linear,
    /// Absent in the last layer, behind which nothing reads the states.
    diffusion: Option<Diffusion>,
}

impl Layer {
    fn init(idx: usize, settings: &GwnetConfig, rng: &mut StreamRng, device: &Device) -> Self {
        let d = settings.width;
        let taps = [KERNEL, 1 << (idx % settings.layers)];
        let is_last = idx + 1 == settings.blocks * settings.layers;
        Self {
            filter: TemporalConv::init([d, d], taps, rng, device),
            gate: TemporalConv::init([d, d], taps, rng, device),
            skip: linear([d, settings.skip_width], d, true, rng, device),
            diffusion: (!is_last).then(|| Diffusion::init(d, rng, device)),
        }
    }
}

/// `Σ_g Σ_k P_g^k X W_{g,k} + b`, then the residual and the normalisation.
#[derive(Module, Debug)]
struct Diffusion {
    /// `[(1 + graphs · order)·d, d]`: the states themselves, then the powers of each graph.
    mix: Linear,
    norm: BatchNorm,
}

impl Diffusion {
    fn init(d: usize, rng: &mut StreamRng, device: &Device) -> Self {
        let width = (1 + N_GRAPHS * ORDER) * d;
        Self { mix: linear([width, d], width, true, rng, device), norm: BatchNorm::init(d, device) }
    }

    /// States and output: `[B·N, T, d]`.
    fn forward(
        &self,
        states: Tensor<3>,
        kept: Tensor<3>,
        graphs: &[Tensor<3>],
        probability: f64,
        dropout: &mut Dropout<'_>,
    ) -> Tensor<3> {
        let mut terms = vec![states.clone()];
        for graph in graphs {
            let mut power = states.clone();
            for _ in 0..ORDER {
                power = receive(graph, &power);
                terms.push(power.clone());
            }
        }
        let mixed = dropout.apply(self.mix.forward(Tensor::cat(terms, 2)), probability);
        self.norm.forward(mixed + kept, dropout.is_training())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receptive_field_is_that_of_the_specification() {
        assert_eq!(receptive_field(&GwnetConfig::default()), 13);
        assert_eq!(receptive_field(&GwnetConfig { blocks: 2, layers: 1, ..GwnetConfig::default() }), 3);
    }

    #[test]
    fn the_cost_is_near_that_of_the_specification() {
        let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
        // MODELS.md D.1: 86.8 million, about half of it with the input cut to the receptive field.
        let cost = Gwnet::cost(&GwnetConfig::default(), shape);
        assert!((25_000_000..60_000_000).contains(&cost), "{cost}");
    }
}
