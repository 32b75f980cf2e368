//! What holds of the network under a control, and checks that catch published mistakes (MODELS.md E.15 and E.16).

use loadstone::config::{Backend, Channels, Fusion, GraphControl, TsfConfig};
use loadstone::models::{
    Batch, Dropout, EdgeGraph, HostBatch, Shape, Tsf, device, flatten, load, named_gradients, sum_of_squares,
};
use loadstone::stream::Stream;

use super::small;

const N: usize = 5;
const B: usize = 3;
const SHAPE: Shape = Shape { n_nodes: N, n_steps: 6, n_features: 3, n_outputs: 1, has_records: true };

fn host(seed: u32) -> HostBatch {
    let rng = &mut Stream::Data.rng(seed, "network");
    let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.unit()).collect() };
    let Shape { n_steps, n_features, n_outputs, .. } = SHAPE;
    HostBatch {
        n_windows: B,
        n_steps,
        n_nodes: N,
        n_features,
        n_outputs,
        inputs: draw(B * n_steps * N * n_features),
        last: draw(B * N),
        target: draw(B * N),
        weight: vec![1.0; B * N],
        graph_steps: vec![0, 2, 4],
        correlation: (0..3).map(|_| draw(B * N * N)).collect(),
        records: (0..3).map(|_| draw(B * N * N)).collect(),
        origins: vec![40, 41, 57],
        ..HostBatch::default()
    }
}

fn network(settings: &TsfConfig, tracked: bool) -> Tsf {
    let device = device(Backend::Flex);
    let device = if tracked { device.autodiff() } else { device };
    Tsf::init(settings, SHAPE, &mut Stream::Init.rng(1, "tsf"), &device)
}

fn controlled(control: GraphControl) -> TsfConfig {
    TsfConfig { control, ..small() }
}

fn plain_batch(host: HostBatch) -> Batch {
    Batch::new(host, &device(Backend::Flex))
}

fn forecast(tsf: &Tsf, batch: &Batch) -> Vec<f32> {
    values(tsf.forward(batch, &mut Dropout { rng: None }))
}

fn values(tensor: burn::tensor::Tensor<3>) -> Vec<f32> {
    tensor.into_data().try_to_vec::<f32>().expect("f32")
}

/// Weights of another network of the same settings but for its edges: the attention's are left out.
fn without_attention(settings: &TsfConfig) -> Vec<f32> {
    let weights = flatten(&network(settings, false));
    let input = SHAPE.n_features * settings.width + settings.width;
    let (f, a) = (SHAPE.n_features, settings.attention_width);
    let attention = f * a + a + f * a + a + 3;
    [&weights[..input], &weights[input + attention..]].concat()
}

/// F.13 (c), first half: a graph without edges is Ã = I, bit by bit.
#[test]
fn a_graph_without_edges_is_the_identity() {
    let channels = Channels { records: false, correlation: true, attention: false };
    let learned = TsfConfig { channels, ..small() };
    let no_edges = HostBatch { correlation: vec![vec![0.0; B * N * N]; 3], ..host(1) };
    let identity = load(network(&controlled(GraphControl::Identity), false), &without_attention(&learned));
    let batch = plain_batch(no_edges);
    assert_eq!(forecast(&network(&learned, false), &batch), forecast(&identity, &batch));
    let own = network(&small(), false);
    let none = own.forward_on(&batch, &|_| None, &mut Dropout { rng: None });
    let identity = load(network(&controlled(GraphControl::Identity), false), &without_attention(&small()));
    assert_eq!(values(none), forecast(&identity, &batch));
}

/// F.13 (c), second half: with Ã = I a layer is a step of each node by itself. It is no step at all when its weights
/// are 0; the GRU alone is then what is left, bit by bit, if the fusion takes nothing but its state.
#[test]
fn the_identity_with_idle_layers_is_the_model_without_a_graph() {
    let settings = TsfConfig { fusion: Fusion::TemporalOnly, ..controlled(GraphControl::Identity) };
    let identity = network(&settings, false);
    let d = settings.width;
    let mut weights = flatten(&identity);
    let input = SHAPE.n_features * d + d;
    let per_layer = 2 * d + d * d + d;
    let layers = input..input + settings.layers * per_layer;
    for layer in weights[layers.clone()].chunks_mut(per_layer) {
        layer[2 * d..].fill(0.0);
    }
    let rest = [&weights[..layers.start], &weights[layers.end..]].concat();
    let none = load(network(&controlled(GraphControl::None), false), &rest);
    assert_eq!(flatten(&none).len(), rest.len());
    let batch = plain_batch(host(2));
    assert_ne!(forecast(&identity, &batch), forecast(&none, &batch), "layers of one node are more than nothing");
    assert_eq!(forecast(&load(identity, &weights), &batch), forecast(&none, &batch));
}

#[test]
fn without_a_graph_and_with_the_identity_the_nodes_are_apart() {
    for control in [GraphControl::None, GraphControl::Identity] {
        let tsf = network(&controlled(control), false);
        let mut other = host(3);
        let node_0 = other.inputs.chunks_mut(SHAPE.n_features).step_by(N);
        node_0.for_each(|features| features.fill(7.0));
        let (before, after) = (forecast(&tsf, &plain_batch(host(3))), forecast(&tsf, &plain_batch(other)));
        let moved: Vec<usize> = (0..B * N).filter(|&at| before[at] != after[at]).collect();
        assert_eq!(moved, [0, N, 2 * N], "{control:?}");
    }
}

#[test]
fn a_fixed_graph_commutes_with_the_nodes_if_it_is_permuted_too() {
    const PLACES: [usize; N] = [3, 0, 4, 1, 2];
    let rows = |values: &[f32], width: usize| -> Vec<f32> {
        let mut out = vec![0.0; values.len()];
        for (idx, row) in values.chunks(width).enumerate() {
            let to = idx / N * N + PLACES[idx % N];
            out[to * width..(to + 1) * width].copy_from_slice(row);
        }
        out
    };
    for control in [GraphControl::Random, GraphControl::Rewired, GraphControl::Permuted] {
        let tsf = network(&controlled(control), false);
        let plain = host(4);
        let batch = plain_batch(plain.clone());
        let square = |values: &[f32]| rows(&rows(values, 1), N);
        let both = |all: &[Vec<f32>]| all.iter().map(|values| square(values)).collect::<Vec<_>>();
        let moved = HostBatch {
            inputs: rows(&plain.inputs, SHAPE.n_features),
            correlation: both(&plain.correlation),
            records: both(&plain.records),
            ..plain
        };
        let moved = plain_batch(moved);
        let permuted = |graph: usize| {
            let edges = tsf.graph(&batch, graph)?;
            let [b, heads, n, _] = edges.weights.dims();
            let weights = edges.weights.into_data().try_to_vec::<f32>().expect("f32");
            let data = burn::tensor::TensorData::new(square(&weights), [b, heads, n, n]);
            let weights = burn::tensor::Tensor::from_data(data, moved.device());
            Some(EdgeGraph { weights, kept: square(&edges.kept) })
        };
        let wanted = rows(&forecast(&tsf, &batch), 1);
        let with_choice = values(tsf.forward_on(&moved, &permuted, &mut Dropout { rng: None }));
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-5);
        assert!(near(&with_choice, &wanted), "{control:?}");
        assert!(!near(&forecast(&tsf, &moved), &wanted), "{control:?} chooses by index, so names matter");
    }
}

fn degrees(kept: &[f32]) -> [Vec<f32>; 2] {
    let sum = |idx: usize, at: fn(usize, usize) -> usize| (0..N).map(|other| kept[at(idx, other)]).sum();
    [(0..N).map(|i| sum(i, |i, j| i * N + j)).collect(), (0..N).map(|j| sum(j, |j, i| i * N + j)).collect()]
}

#[test]
fn rewired_graphs_keep_degrees_and_the_weights_of_each_row() {
    let learned = network(&controlled(GraphControl::Learned), false);
    let rewired = network(&controlled(GraphControl::Rewired), false);
    let batch = plain_batch(host(5));
    let mut n_moved = 0;
    for graph in 0..3 {
        let [a, b] = [&learned, &rewired].map(|tsf| tsf.graph(&batch, graph).expect("a graph"));
        let (weights_a, weights_b) = (a.mean_weights(), b.mean_weights());
        for window in 0..B {
            let place = window * N * N..(window + 1) * N * N;
            assert_eq!(degrees(&a.kept[place.clone()]), degrees(&b.kept[place.clone()]));
            for row in 0..N {
                let sorted = |weights: &[f32]| {
                    let mut row = weights[place.clone()][row * N..(row + 1) * N].to_vec();
                    row.sort_by(f32::total_cmp);
                    row
                };
                assert_eq!(sorted(&weights_a), sorted(&weights_b));
            }
        }
        n_moved += a.kept.iter().zip(&b.kept).filter(|(a, b)| a != b).count();
    }
    assert!(n_moved > 0);
}

#[test]
fn rewiring_does_not_depend_on_how_windows_are_cut_into_pieces() {
    let tsf = network(&controlled(GraphControl::Rewired), false);
    let whole = host(6);
    let last = |values: &[f32]| values[values.len() / B * 2..].to_vec();
    let graphs = |all: &[Vec<f32>]| all.iter().map(|values| last(values)).collect::<Vec<_>>();
    let alone = HostBatch {
        n_windows: 1,
        inputs: last(&whole.inputs),
        correlation: graphs(&whole.correlation),
        records: graphs(&whole.records),
        origins: whole.origins[2..].to_vec(),
        ..whole.clone()
    };
    let (whole, alone) = (plain_batch(whole), plain_batch(alone));
    for graph in 0..3 {
        let [whole, alone] = [&whole, &alone].map(|batch| tsf.graph(batch, graph).expect("a graph"));
        assert_eq!(last(&whole.kept), alone.kept);
    }
}

#[test]
fn random_and_permuted_graphs_are_those_of_their_definition() {
    let batch = plain_batch(host(7));
    let random = network(&controlled(GraphControl::Random), false);
    let first = random.graph(&batch, 0).expect("a graph").mean_weights();
    assert!(first.iter().all(|weight| *weight == 0.0 || *weight == 1.0));
    for graph in 0..3 {
        let weights = random.graph(&batch, graph).expect("a graph").mean_weights();
        assert!(weights.chunks(N * N).all(|window| *window == first[..N * N]), "one graph for all time");
    }
    assert_eq!(degrees(&first[..N * N])[0], [2.0; N], "half of four");
    let [learned, permuted] = [GraphControl::Learned, GraphControl::Permuted]
        .map(|control| network(&controlled(control), false).graph(&batch, 1).expect("a graph").mean_weights());
    assert_ne!(learned, permuted);
    let sorted = |weights: &[f32]| {
        let mut weights = weights.to_vec();
        weights.sort_by(f32::total_cmp);
        weights
    };
    assert_eq!(sorted(&learned), sorted(&permuted));
}

/// Paths of the attention's parameters, but λ's logits, that get no gradient of the loss.
fn dead_attention(tsf: &Tsf, batch: &Batch, graph: &dyn Fn(usize) -> Option<EdgeGraph>) -> Vec<String> {
    let loss = batch.squared_error(tsf.forward_on(batch, graph, &mut Dropout { rng: None }));
    let found = named_gradients(tsf, &loss.backward());
    let attention = found.into_iter().filter(|(path, _)| path.contains("attention"));
    let dead = attention.filter(|(_, gradient)| sum_of_squares(gradient) == 0.0);
    dead.map(|(path, _)| path).collect()
}

#[test]
fn the_attention_learns_through_the_choice_of_the_strongest() {
    let batch = Batch::new(host(8), &device(Backend::Flex).autodiff());
    for control in [GraphControl::Learned, GraphControl::Rewired, GraphControl::Permuted] {
        let tsf = network(&controlled(control), true);
        assert_eq!(dead_attention(&tsf, &batch, &|graph| tsf.graph(&batch, graph)), [""; 0], "{control:?}");
    }
}

/// The two published mistakes, made on purpose: the check above must see them.
#[test]
fn a_detached_choice_and_edges_without_weights_are_caught() {
    let batch = Batch::new(host(8), &device(Backend::Flex).autodiff());
    let tsf = network(&small(), true);
    let detached = |graph: usize| {
        let edges = tsf.graph(&batch, graph)?;
        Some(EdgeGraph { weights: edges.weights.detach(), ..edges })
    };
    let unweighted = |graph: usize| {
        let edges = tsf.graph(&batch, graph)?;
        Some(EdgeGraph { weights: batch.square(edges.kept.clone()), ..edges })
    };
    let mistakes: [&dyn Fn(usize) -> Option<EdgeGraph>; 2] = [&detached, &unweighted];
    for mistake in mistakes {
        assert_eq!(dead_attention(&tsf, &batch, mistake).len(), 5, "receiver, its bias, sender, score and λ");
    }
}

#[test]
fn several_scales_change_the_forecast_and_read_their_own_strides() {
    let settings = TsfConfig { multi_scale: true, ..small() };
    let tsf = network(&settings, false);
    let plain = host(9);
    let strided = vec![plain.inputs.clone(), plain.inputs.iter().map(|value| 1.0 - value).collect()];
    let whole = HostBatch { strided, ..plain };
    let before = forecast(&tsf, &plain_batch(whole.clone()));
    for stride in 0..2 {
        let mut other = whole.clone();
        other.strided[stride][0] += 1.0;
        let after = forecast(&tsf, &plain_batch(other));
        let moved: Vec<usize> = (0..B * N).filter(|&at| before[at] != after[at]).collect();
        assert_eq!(moved, [0], "stride {stride}: one value of one node moves that node alone");
    }
}

#[test]
fn records_alone_on_data_without_any_leave_every_node_to_itself() {
    let channels = Channels { records: true, correlation: false, attention: false };
    let shape = Shape { has_records: false, ..SHAPE };
    let rng = &mut Stream::Init.rng(1, "tsf");
    let tsf = Tsf::init(&TsfConfig { channels, ..small() }, shape, rng, &device(Backend::Flex));
    let batch = plain_batch(HostBatch { records: Vec::new(), ..host(10) });
    assert!(tsf.graph(&batch, 0).expect("a graph").mean_weights().iter().all(|weight| *weight == 0.0));
    assert_eq!(tsf.lambda(), [0.0; 3]);
    assert!(forecast(&tsf, &batch).iter().all(|value| value.is_finite()));
}
