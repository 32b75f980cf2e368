//! `tsf`: temporal-structural fusion, the load-forecasting paper's model (sections 3.1-3.3; MODELS.md A.6).
//!
//! Per block of `G` steps one graph is made from records, correlation and edge attention; graph layers encode the
//! block; a GRU runs over all steps; a learned share fuses the last spatial and temporal encodings.
//!
//! Time-major blocks keep the cost linear in `T`: each step is cut out of its own block, never out of the window.

mod attention;
mod layer;
mod sparsity;

pub use attention::EdgeGraph;
pub use sparsity::{keep_per_row, keep_strongest};

use attention::EdgeAttention;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::gru::Gru;
use burn::tensor::activation::sigmoid;
use burn::tensor::{Device, Tensor};
use layer::GraphLayer;

use super::batch::Batch;
use super::params::{Dropout, constant, linear};
use super::recurrent::{gru_steps, init_gru};
use super::shape::Shape;
use crate::config::{Fusion, GruInput, Stack, TsfConfig};
use crate::stream::StreamRng;

/// The network.
#[derive(Module, Debug)]
pub struct Tsf {
    /// Input projection `[F, d]`; absent in the strict stack of one layer, which reads `X` itself.
    input: Option<Linear>,
    attention: EdgeAttention,
    layers: Vec<GraphLayer>,
    gru: Gru,
    /// `a0` of the scalar fusion.
    share: Option<Param<Tensor<1>>>,
    /// `[2d, d]` of the gated fusion.
    gate: Option<Linear>,
    output: Linear,
    #[module(skip)]
    settings: TsfConfig,
}

impl Tsf {
    /// Weights from U(±1/√fan_in); λ logits and `a0` are 0.
    pub fn init(settings: &TsfConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let d = settings.width;
        let reads_raw = settings.stack == Stack::Strict && settings.layers == 1;
        let projected = if reads_raw { shape.n_features } else { d };
        let gru_width = match settings.gru_input {
            GruInput::Serial => d,
            GruInput::Parallel => projected,
            GruInput::Concat => d + projected,
        };
        let layer = |idx: usize, rng: &mut StreamRng| {
            let d_input = if idx == 0 { projected } else { d };
            GraphLayer::init([d_input, d], settings, rng, device)
        };
        Self {
            input: (!reads_raw).then(|| linear([shape.n_features, d], shape.n_features, true, rng, device)),
            attention: EdgeAttention::init(settings, shape, rng, device),
            layers: (0..settings.layers).map(|idx| layer(idx, rng)).collect(),
            gru: init_gru([gru_width, d], rng, device),
            share: (settings.fusion == Fusion::Scalar).then(|| constant([1], 0.0, device)),
            gate: (settings.fusion == Fusion::Gate).then(|| linear([2 * d, d], 2 * d, true, rng, device)),
            output: linear([d, shape.n_outputs], d, true, rng, device),
            settings: settings.clone(),
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        let host = batch.host();
        let rows = host.n_windows * host.n_nodes;
        let mut inputs = Vec::with_capacity(host.n_steps); // T x [B·N, ·]
        let mut spatial = None;
        for (graph, start, len) in blocks(&host.graph_steps, host.n_steps) {
            let edges = self.attention.graph(batch, graph);
            let raw = batch.block(start, len); // [B, N, G, F]
            let projected = self.input.as_ref().map_or(raw.clone(), |input| input.forward(raw)); // [B, N, G, ·]
            let encoded = self.encode(projected.clone(), &edges, dropout); // [B, N, G, d]
            for step in 0..len {
                let cut = |tensor: &Tensor<4>| {
                    let width = tensor.dims()[3];
                    tensor.clone().narrow(2, step, 1).reshape([rows, width])
                };
                let encoded_step = cut(&encoded);
                inputs.push(match self.settings.gru_input {
                    GruInput::Serial => encoded_step.clone(),
                    GruInput::Parallel => cut(&projected),
                    GruInput::Concat => Tensor::cat(vec![encoded_step.clone(), cut(&projected)], 1),
                });
                spatial = Some(encoded_step);
            }
        }
        let spatial = spatial.expect("a window has at least one step"); // [B·N, d]
        let temporal = gru_steps(&self.gru, inputs).pop().expect("a window has at least one step"); // [B·N, d]
        let fused = self.fuse(spatial, temporal);
        self.output.forward(fused).reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    fn encode(&self, block: Tensor<4>, edges: &EdgeGraph, dropout: &mut Dropout<'_>) -> Tensor<4> {
        let adjacency = edges.row_stochastic(); // [B, K, N, N]
        self.layers
            .iter()
            .fold(block, |hidden, layer| layer.forward(hidden, &adjacency, self.settings.dropout, dropout))
    }

    fn fuse(&self, spatial: Tensor<2>, temporal: Tensor<2>) -> Tensor<2> {
        match (&self.share, &self.gate, self.settings.fusion) {
            (Some(share), _, _) => {
                let share = sigmoid(share.val()).reshape([1, 1]);
                // a H + (1 - a) h = h + a (H - h)
                temporal.clone() + share * (spatial - temporal)
            }
            (_, Some(gate), _) => {
                let share = sigmoid(gate.forward(Tensor::cat(vec![spatial.clone(), temporal.clone()], 1)));
                temporal.clone() + share * (spatial - temporal)
            }
            (_, _, Fusion::SpatialOnly) => spatial,
            _ => temporal,
        }
    }

    /// The graph with this index of a batch, as the model uses it.
    pub fn graph(&self, batch: &Batch, graph: usize) -> EdgeGraph {
        self.attention.graph(batch, graph)
    }

    /// Shares of the record, correlation and attention channels; 0 for a channel that is off.
    pub fn lambda(&self) -> [f32; 3] {
        self.attention.lambda_values()
    }

    /// Share of the spatial encoding, for the scalar fusion and its two fixed ends.
    pub fn alpha(&self) -> Option<f32> {
        match self.settings.fusion {
            Fusion::Scalar => self.share.as_ref().map(|share| sigmoid(share.val().detach()).into_scalar::<f32>()),
            Fusion::SpatialOnly => Some(1.0),
            Fusion::TemporalOnly => Some(0.0),
            Fusion::Gate => None,
        }
    }
}

/// `(index of the graph, first step, steps)` of each block of a window.
fn blocks(starts: &[usize], n_steps: usize) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    starts.iter().enumerate().map(move |(graph, &start)| {
        let end = starts.get(graph + 1).copied().unwrap_or(n_steps);
        (graph, start, end - start)
    })
}
