//! `tsf`: temporal-structural fusion, the load-forecasting paper's model (sections 3.1-3.3; MODELS.md A.6).
//!
//! Per block of `G` steps one graph is made from records, correlation and edge attention; graph layers encode the
//! block; a GRU runs over all steps; a learned share fuses the last spatial and temporal encodings.
//!
//! Time-major blocks keep the cost linear in `T`: each step is cut out of its own block, never out of the window.
//!
//! With `multi_scale` the same GRU also reads `X^(m) W_in + b_in` for the strides `m` of [`FURTHER_STRIDES`], where
//! `X^(m)` are the last `T` bins that lie `m` apart, and the output is `ŷ = [Fu ‖ h^(2) ‖ h^(4)] W_o + b_o` with the
//! fused encoding `Fu` of stride 1, `W_o: [3d, P]`. Graphs exist for stride 1 only; a GRU that reads both encodings
//! (`concat`) reads the projected input twice there, and the strict stack of one layer, which otherwise reads `X`
//! itself, projects it.

mod attention;
mod control;
mod edges;
mod layer;
mod readings;
mod sparsity;

pub use edges::EdgeGraph;
pub use readings::Encoding;
pub use sparsity::{keep_per_row, keep_strongest};

use attention::EdgeAttention;
use burn::module::{Module, Param};
use burn::nn::Linear;
use burn::nn::gru::Gru;
use burn::tensor::{Device, Tensor};
use layer::GraphLayer;

use super::batch::{Batch, HostBatch};
use super::params::{Dropout, constant, linear};
use super::recurrent::{gru_steps, init_gru};
use super::shape::Shape;
use crate::config::{Fusion, GraphControl, GruInput, Stack, TsfConfig};
use crate::models::activation::sigmoid;
use crate::stream::StreamRng;

/// Strides that a multi-scale model reads beside 1 (MODELS.md A.10b).
pub const FURTHER_STRIDES: [usize; 2] = [2, 4];

/// The network.
#[derive(Module, Debug)]
pub struct Tsf {
    /// Input projection `[F, d]`; absent in the strict stack of one layer, which reads `X` itself.
    input: Option<Linear>,
    /// Absent where a control leaves nothing to learn about edges.
    attention: Option<EdgeAttention>,
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
    ///
    /// Without a graph ([`GraphControl::None`]) there are neither edges nor layers nor a share: the GRU reads the
    /// projected input, and the output reads its last state. Of the 42,757 parameters of the default size at `F = 5`
    /// and `P = 1`, 25,409 are left (384 + 24,960 + 65).
    pub fn init(settings: &TsfConfig, shape: Shape, rng: &mut StreamRng, device: &Device) -> Self {
        let settings = effective(settings);
        let d = settings.width;
        let reads_raw = settings.stack == Stack::Strict && settings.layers == 1 && !settings.multi_scale;
        let projected = if reads_raw { shape.n_features } else { d };
        let gru_width = match settings.gru_input {
            GruInput::Serial => d,
            GruInput::Parallel => projected,
            GruInput::Concat => d + projected,
        };
        let layer = |idx: usize, rng: &mut StreamRng| {
            let d_input = if idx == 0 { projected } else { d };
            GraphLayer::init([d_input, d], &settings, rng, device)
        };
        let joined = if settings.multi_scale { (1 + FURTHER_STRIDES.len()) * d } else { d };
        Self {
            input: (!reads_raw).then(|| linear([shape.n_features, d], shape.n_features, true, rng, device)),
            attention: learns_edges(settings.control).then(|| EdgeAttention::init(&settings, shape, rng, device)),
            layers: (0..settings.layers).map(|idx| layer(idx, rng)).collect(),
            gru: init_gru([gru_width, d], rng, device),
            share: (settings.fusion == Fusion::Scalar).then(|| constant([1], 0.0, device)),
            gate: (settings.fusion == Fusion::Gate).then(|| linear([2 * d, d], 2 * d, true, rng, device)),
            output: linear([joined, shape.n_outputs], joined, true, rng, device),
            settings,
        }
    }

    /// Forecast in the scale of the model, `[B, N, P]`.
    pub fn forward(&self, batch: &Batch, dropout: &mut Dropout<'_>) -> Tensor<3> {
        self.forward_on(batch, &|graph| self.graph(batch, graph), dropout)
    }

    /// The forecast on other graphs than the model's own; none stands for Ã = I.
    pub fn forward_on(
        &self,
        batch: &Batch,
        graph: &dyn Fn(usize) -> Option<EdgeGraph>,
        dropout: &mut Dropout<'_>,
    ) -> Tensor<3> {
        let host = batch.host();
        let rows = host.n_windows * host.n_nodes;
        let mut inputs = Vec::with_capacity(host.n_steps); // T x [B·N, ·]
        let mut spatial = None;
        for (idx, start, len) in blocks(&self.block_starts(host), host.n_steps) {
            let edges = graph(idx);
            let projected = self.project(batch.block(start, len)); // [B, N, G, ·]
            let encoded = self.encode(projected.clone(), edges.as_ref(), dropout); // [B, N, G, d]
            for step in 0..len {
                let cut = |tensor: &Tensor<4>| {
                    let width = tensor.dims()[3];
                    tensor.clone().narrow(2, step, 1).reshape([rows, width])
                };
                let encoded_step = cut(&encoded);
                inputs.push(self.gru_input(encoded_step.clone(), || cut(&projected)));
                spatial = Some(encoded_step);
            }
        }
        let spatial = spatial.expect("a window has at least one step"); // [B·N, d]
        let temporal = self.last_state(inputs); // [B·N, d]
        let mut joined = vec![self.fuse(spatial, temporal)];
        if self.settings.multi_scale {
            joined.extend((0..FURTHER_STRIDES.len()).map(|stride| self.strided_state(batch, stride)));
        }
        let output = self.output.forward(Tensor::cat(joined, 1)); // [B·N, P]
        output.reshape([host.n_windows, host.n_nodes, host.n_outputs])
    }

    fn project<const D: usize>(&self, raw: Tensor<D>) -> Tensor<D> {
        self.input.as_ref().map_or(raw.clone(), |input| input.forward(raw))
    }

    fn encode(&self, block: Tensor<4>, edges: Option<&EdgeGraph>, dropout: &mut Dropout<'_>) -> Tensor<4> {
        let adjacency = edges.map(EdgeGraph::row_stochastic); // [B, K, N, N]
        let forward =
            |hidden, layer: &GraphLayer| layer.forward(hidden, adjacency.as_ref(), self.settings.dropout, dropout);
        self.layers.iter().fold(block, forward)
    }

    fn gru_input(&self, encoded: Tensor<2>, projected: impl FnOnce() -> Tensor<2>) -> Tensor<2> {
        match self.settings.gru_input {
            GruInput::Serial => encoded,
            GruInput::Parallel => projected(),
            GruInput::Concat => Tensor::cat(vec![encoded, projected()], 1),
        }
    }

    fn last_state(&self, inputs: Vec<Tensor<2>>) -> Tensor<2> {
        gru_steps(&self.gru, inputs).pop().expect("a window has at least one step")
    }

    /// State after the last step at a further stride, `[B·N, d]`.
    fn strided_state(&self, batch: &Batch, stride: usize) -> Tensor<2> {
        let input = |step: usize| {
            let projected = self.project(batch.strided_step(stride, step)); // [B·N, d]
            self.gru_input(projected.clone(), || projected.clone())
        };
        self.last_state((0..batch.host().n_steps).map(input).collect())
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

    /// The graph with this index of a batch, as the model uses it; `None` where every node hears itself only.
    pub fn graph(&self, batch: &Batch, graph: usize) -> Option<EdgeGraph> {
        let (control, sparsity) = (self.settings.control, self.settings.sparsity);
        if control == GraphControl::Random {
            return Some(EdgeGraph::random(sparsity, batch, graph));
        }
        let mixed = self.attention.as_ref()?.mix(batch, graph);
        let learned = EdgeGraph::strongest(mixed, sparsity, batch, graph);
        Some(match control {
            GraphControl::Permuted => learned.permuted(),
            GraphControl::Rewired => learned.rewired(batch, graph),
            // Another moment and the mean are given by the batch.
            _ => learned,
        })
    }

    /// Steps at which blocks begin, with or without a graph.
    fn block_starts(&self, host: &HostBatch) -> Vec<usize> {
        if host.graph_steps.is_empty() { steps(&self.settings, host.n_steps) } else { host.graph_steps.clone() }
    }
}

/// Without a graph: no layers, and the GRU and the output read what there is without them.
fn effective(settings: &TsfConfig) -> TsfConfig {
    if settings.control != GraphControl::None {
        return settings.clone();
    }
    let (gru_input, fusion) = (GruInput::Parallel, Fusion::TemporalOnly);
    TsfConfig { layers: 0, gru_input, fusion, ..settings.clone() }
}

/// Whether the edges depend on anything that is learned.
fn learns_edges(control: GraphControl) -> bool {
    !matches!(control, GraphControl::None | GraphControl::Identity | GraphControl::Random)
}

fn steps(settings: &TsfConfig, n_steps: usize) -> Vec<usize> {
    (0..n_steps).step_by(settings.refresh_steps).collect()
}

/// `(index of the graph, first step, steps)` of each block of a window.
fn blocks(starts: &[usize], n_steps: usize) -> impl Iterator<Item = (usize, usize, usize)> + '_ {
    starts.iter().enumerate().map(move |(graph, &start)| {
        let end = starts.get(graph + 1).copied().unwrap_or(n_steps);
        (graph, start, end - start)
    })
}
