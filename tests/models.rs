//! Laws that every learned model keeps, on both tensor libraries: gradients reach every parameter and agree with finite
//! differences, eight samples can be learned by heart, and the names of the nodes do not matter.

use burn::tensor::{Device, Tensor};
use loadstone::config::{
    AgcrnConfig, Backend, BertConfig, Channels, Combine, DcrnnConfig, DlinearConfig, Fusion, GraphControl, GruInput,
    GwnetConfig, InformerConfig, MlpConfig, ModelConfig, MtgnnConfig, RecurrentConfig, Stack, StgcnConfig,
    TimegnnConfig, TransformerConfig, TsfConfig,
};
use loadstone::models::{
    Batch, Dropout, FURTHER_STRIDES, HostBatch, Network, Shape, count_learned, device, flatten, gradients, load,
    named_gradients, sum_of_squares,
};
use loadstone::stream::Stream;
use loadstone::train::Adam;

const SHAPE: Shape = Shape { n_nodes: 5, n_steps: 6, n_features: 3, n_outputs: 2, has_records: true };

fn small_tsf() -> TsfConfig {
    TsfConfig {
        width: 8,
        layers: 2,
        heads: 2,
        attention_width: 4,
        refresh_steps: 2,
        dropout: 0.0,
        ..TsfConfig::default()
    }
}

fn small_informer(factor: usize) -> InformerConfig {
    InformerConfig { width: 8, heads: 2, layers: 2, feed_forward: 16, dropout: 0.0, factor, label_steps: 0 }
}

fn small_bert() -> BertConfig {
    BertConfig { width: 8, heads: 2, layers: 2, feed_forward: 16, dropout: 0.0, patch: 2, ..BertConfig::default() }
}

/// The networks that read each node by itself.
fn sequence_models() -> Vec<(String, ModelConfig)> {
    let size = |layers| RecurrentConfig { width: 8, layers };
    let encoder = |layers| TransformerConfig { width: 8, heads: 2, layers, feed_forward: 12, dropout: 0.0 };
    let named = |(name, config): (&str, ModelConfig)| (name.to_owned(), config);
    [
        ("nlinear", ModelConfig::Nlinear {}),
        ("dlinear", ModelConfig::Dlinear(DlinearConfig { kernel: 3 })),
        ("mlp", ModelConfig::Mlp(MlpConfig { width: 16, second_width: 8 })),
        ("gru", ModelConfig::Gru(size(2))),
        ("lstm", ModelConfig::Lstm(size(2))),
        ("bilstm", ModelConfig::Bilstm(size(1))),
        ("bilstm, two layers", ModelConfig::Bilstm(size(2))),
        ("transformer", ModelConfig::Transformer(encoder(2))),
        ("transformer, one layer", ModelConfig::Transformer(encoder(1))),
        ("bert", ModelConfig::Bert(small_bert())),
        // Keeps 2 of 6, 2 of 3 and 2 of 5 queries.
        ("informer_ts", ModelConfig::InformerTs(small_informer(1))),
        ("informer_ts full", ModelConfig::InformerTs(small_informer(5))),
    ]
    .map(named)
    .to_vec()
}

/// The published graph networks.
fn graph_models() -> Vec<(String, ModelConfig)> {
    let named = |(name, config): (&str, ModelConfig)| (name.to_owned(), config);
    // Sees 7 steps, one more than the window has; with one layer 3.
    let gwnet =
        GwnetConfig { width: 8, skip_width: 8, end_width: 16, blocks: 2, layers: 2, embedding: 4, dropout: 0.0 };
    let one_layer = GwnetConfig { layers: 1, ..gwnet.clone() };
    let mtgnn =
        MtgnnConfig { width: 8, skip_width: 8, end_width: 16, layers: 1, embedding: 4, neighbours: 2, dropout: 0.0 };
    let timegnn = TimegnnConfig { width: 16, layers: 2, sampled: true };
    let weighted = TimegnnConfig { sampled: false, ..timegnn.clone() };
    [
        // At width 8 the units before the output are often all shut from the start, in PyTorch as here.
        ("stgcn", ModelConfig::Stgcn(StgcnConfig { width: 16, graph_width: 8, kernel: 2, dropout: 0.0 })),
        ("gwnet", ModelConfig::Gwnet(gwnet)),
        ("gwnet, one layer", ModelConfig::Gwnet(one_layer)),
        ("dcrnn", ModelConfig::Dcrnn(DcrnnConfig { width: 8, layers: 1 })),
        ("dcrnn, two layers", ModelConfig::Dcrnn(DcrnnConfig { width: 8, layers: 2 })),
        ("agcrn", ModelConfig::Agcrn(AgcrnConfig { width: 8, layers: 2, embedding: 3 })),
        ("mtgnn", ModelConfig::Mtgnn(mtgnn)),
        ("timegnn", ModelConfig::Timegnn(timegnn)),
        ("timegnn, weighted", ModelConfig::Timegnn(weighted)),
    ]
    .map(named)
    .to_vec()
}

/// Every model, and every switch of the paper's own, each off its default once.
fn models() -> Vec<(String, ModelConfig)> {
    let mut out = sequence_models();
    out.extend(graph_models());
    out.push(("tsf".to_owned(), ModelConfig::Tsf(small_tsf())));
    let mut tsf = |name: &str, config: TsfConfig| out.push((format!("tsf {name}"), ModelConfig::Tsf(config)));
    tsf("strict", TsfConfig { stack: Stack::Strict, ..small_tsf() });
    tsf("strict, one layer", TsfConfig { stack: Stack::Strict, layers: 1, ..small_tsf() });
    tsf("parallel", TsfConfig { gru_input: GruInput::Parallel, ..small_tsf() });
    tsf("concat", TsfConfig { gru_input: GruInput::Concat, ..small_tsf() });
    tsf("gate", TsfConfig { fusion: Fusion::Gate, ..small_tsf() });
    tsf("one head", TsfConfig { heads: 1, ..small_tsf() });
    tsf("product", TsfConfig { combine: Combine::Product, ..small_tsf() });
    tsf("dense", TsfConfig { sparsity: 0.0, ..small_tsf() });
    for (name, control) in CONTROLS {
        tsf(name, TsfConfig { control, ..small_tsf() });
    }
    tsf("multi-scale", TsfConfig { multi_scale: true, ..small_tsf() });
    tsf("multi-scale, concat", TsfConfig { multi_scale: true, gru_input: GruInput::Concat, ..small_tsf() });
    let strict = TsfConfig { stack: Stack::Strict, layers: 1, ..small_tsf() };
    tsf("multi-scale, strict, one layer", TsfConfig { multi_scale: true, ..strict });
    out
}

/// What may stand in place of the learned graph.
const CONTROLS: [(&str, GraphControl); 7] = [
    ("without graph", GraphControl::None),
    ("identity", GraphControl::Identity),
    ("random", GraphControl::Random),
    ("rewired", GraphControl::Rewired),
    ("time-shuffled", GraphControl::TimeShuffled),
    ("static mean", GraphControl::StaticMean),
    ("permuted", GraphControl::Permuted),
];

/// Controls that choose rows and columns by their index: the names of the nodes matter to them.
fn chooses_by_index(config: &ModelConfig) -> bool {
    let ModelConfig::Tsf(tsf) = config else { return false };
    matches!(tsf.control, GraphControl::Random | GraphControl::Rewired | GraphControl::Permuted)
}

fn host_batch(n_windows: usize, config: &ModelConfig) -> HostBatch {
    let rng = &mut Stream::Data.rng(7, "models");
    let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.uniform(0.0, 1.0)).collect() };
    let Shape { n_nodes: n, n_steps, n_features, n_outputs, .. } = SHAPE;
    let graph_steps = Network::graph_steps(config, n_steps);
    let mut squares = || graph_steps.iter().map(|_| draw(n_windows * n * n)).collect::<Vec<_>>();
    let (correlation, records) = (squares(), squares());
    let (inputs, last) = (draw(n_windows * n_steps * n * n_features), draw(n_windows * n));
    let target = draw(n_windows * n * n_outputs);
    let mut strided = Vec::new();
    let mut graph_inputs = Vec::new();
    if let ModelConfig::Tsf(tsf) = config {
        if tsf.multi_scale {
            strided = FURTHER_STRIDES.iter().map(|_| draw(inputs.len())).collect();
        }
        if matches!(tsf.control, GraphControl::TimeShuffled | GraphControl::StaticMean) {
            graph_inputs = graph_steps.iter().map(|_| draw(n_windows * n * n_features)).collect();
        }
    }
    HostBatch {
        n_windows,
        n_steps,
        n_nodes: n,
        n_features,
        n_outputs,
        target_feature: 1,
        inputs,
        last,
        target,
        weight: vec![1.0; n_windows * n * n_outputs],
        graph_steps,
        correlation,
        records,
        graph_inputs,
        strided,
        origins: (100..100 + n_windows).collect(),
        ..HostBatch::default()
    }
}

fn devices() -> [Device; 2] {
    [Backend::Ndarray, Backend::Flex].map(|backend| device(backend).autodiff())
}

fn network(config: &ModelConfig, device: &Device) -> Network {
    Network::init(config, SHAPE, 1, device).expect("a learned model")
}

fn loss(network: &Network, batch: &Batch) -> Tensor<1> {
    let n = batch.host().n_observed() as f32;
    batch.squared_error(network.forward(batch, &mut Dropout { rng: None })).div_scalar(n)
}

/// The same with the loss of pre-training, which some parameters are for alone.
fn whole_loss(network: &Network, batch: &Batch) -> Tensor<1> {
    let loss = loss(network, batch);
    let masks = &mut Stream::Mask.rng(1, "models");
    match network.pretrain(batch, masks, &mut Dropout { rng: None }) {
        Some((pretraining, n)) => loss + pretraining.div_scalar(n as f32),
        None => loss,
    }
}

#[test]
fn every_parameter_gets_a_gradient() {
    for (name, config) in models() {
        for device in devices() {
            let network = network(&config, &device);
            let batch = Batch::new(host_batch(4, &config), &device);
            let found = named_gradients(&network, &whole_loss(&network, &batch).backward());
            for (path, gradient) in found {
                // λ is not used by the product, and does nothing else there. The keys' bias adds the same to all scores
                // of a query, which softmax does not see. Running statistics are moved by the forward pass.
                let unused = name == "tsf product" && path.ends_with("lambda") || path.ends_with("key.bias");
                let state = path.contains("running_");
                // Without a draw, edges of a probability below a half are not there and carry nothing to the weights
                // behind them; the weighted variant has them all.
                let unused = unused || name == "timegnn" && path.contains("received");
                assert!(unused || state || sum_of_squares(&gradient) > 0.0, "{name}: {path} gets no gradient");
            }
        }
    }
}

/// Edges that are there or not have the gradient of their probability, which no difference of losses shows.
fn is_stepwise(config: &ModelConfig) -> bool {
    matches!(config, ModelConfig::Timegnn(timegnn) if timegnn.sampled)
}

#[test]
fn gradients_agree_with_finite_differences() {
    for (name, config) in models().into_iter().filter(|(_, config)| !is_stepwise(config)) {
        for device in devices() {
            let network = network(&config, &device);
            let batch = Batch::new(host_batch(4, &config), &device);
            let gradient = gradients(&network, &loss(&network, &batch).backward());
            let norm = sum_of_squares(&gradient).sqrt();
            // Along the gradient the slope is its norm; a step of 1e-2 stays clear of f32 rounding.
            let weights = flatten(&network);
            let at = |step: f64| -> f64 {
                let moved: Vec<f32> = weights
                    .iter()
                    .zip(&gradient)
                    .map(|(&weight, &slope)| (f64::from(weight) + step * f64::from(slope) / norm) as f32)
                    .collect();
                f64::from(loss(&load(network.clone(), &moved), &batch).into_scalar::<f32>())
            };
            let slope = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((slope / norm - 1.0).abs() < 0.02, "{name}: slope {slope}, gradient norm {norm}");
        }
    }
}

/// Random targets, or for linear maps, which have too few weights for those, the targets of another map of the kind.
fn learnable(host: HostBatch, config: &ModelConfig, device: &Device) -> HostBatch {
    if !matches!(config, ModelConfig::Nlinear {} | ModelConfig::Dlinear(_)) {
        return host;
    }
    let teacher = Network::init(config, SHAPE, 2, device).expect("a learned model");
    let output = teacher.forward(&Batch::new(host.clone(), device), &mut Dropout { rng: None });
    HostBatch { target: output.detach().into_data().try_to_vec::<f32>().expect("f32"), ..host }
}

#[test]
fn eight_samples_are_learned_by_heart() {
    for (name, config) in models() {
        let device = device(Backend::Flex).autodiff();
        let mut network = network(&config, &device);
        let batch = Batch::new(learnable(host_batch(8, &config), &config, &device), &device);
        let target = &batch.host().target;
        let mean = target.iter().sum::<f32>() / target.len() as f32;
        let variance = target.iter().map(|y| (y - mean).powi(2)).sum::<f32>() / target.len() as f32;
        let mut weights = flatten(&network);
        let mut adam = Adam::new(weights.len(), 5.0, 0.0);
        let mut reached = f32::INFINITY;
        for step in 0..4000 {
            let loss = loss(&network, &batch);
            let gradient = gradients(&network, &loss.backward());
            reached = loss.into_scalar::<f32>();
            if reached < 0.01 * variance {
                break;
            }
            adam.step(&mut weights, &gradient, if step < 2500 { 1e-2 } else { 2e-3 });
            network = load(network, &weights);
        }
        assert!(reached < 0.01 * variance, "{name}: stays at {reached}, variance {variance}");
    }
}

/// New place of each node.
const PLACES: [usize; 5] = [3, 0, 4, 1, 2];

/// Weights of single nodes go with their nodes: rows of the parameters whose names begin with `node_`.
fn with_permuted_nodes(network: Network) -> Network {
    let one = Tensor::<1>::ones([1], &device(Backend::Flex).autodiff()).require_grad().backward();
    let sizes = named_gradients(&network, &one);
    let mut weights = flatten(&network);
    let mut at = 0;
    for (path, size) in sizes.iter().map(|(path, values)| (path, values.len())) {
        let part = &mut weights[at..at + size];
        if path.rsplit('.').next().is_some_and(|name| name.starts_with("node_")) {
            let moved = rows(part, size / SHAPE.n_nodes);
            part.copy_from_slice(&moved);
        }
        at += size;
    }
    load(network, &weights)
}

/// Rows of each group of `N` in their new places.
fn rows(values: &[f32], width: usize) -> Vec<f32> {
    let n = SHAPE.n_nodes;
    let mut out = vec![0.0; values.len()];
    for (idx, row) in values.chunks(width).enumerate() {
        let to = idx / n * n + PLACES[idx % n];
        out[to * width..(to + 1) * width].copy_from_slice(row);
    }
    out
}

fn permuted(host: &HostBatch) -> HostBatch {
    let n = host.n_nodes;
    let squares = |all: &[Vec<f32>]| -> Vec<Vec<f32>> {
        let columns = |values: &Vec<f32>| values.chunks(n).flat_map(|row| rows(row, 1)).collect::<Vec<f32>>();
        all.iter().map(|values| rows(&columns(values), n)).collect()
    };
    let inputs = |all: &[Vec<f32>]| all.iter().map(|values| rows(values, host.n_features)).collect();
    HostBatch {
        inputs: rows(&host.inputs, host.n_features),
        last: rows(&host.last, 1),
        target: rows(&host.target, host.n_outputs),
        correlation: squares(&host.correlation),
        records: squares(&host.records),
        graph_inputs: inputs(&host.graph_inputs),
        strided: inputs(&host.strided),
        ..host.clone()
    }
}

#[test]
fn permuting_the_nodes_permutes_the_forecast() {
    let device = device(Backend::Flex);
    for (name, config) in models().into_iter().filter(|(_, config)| !chooses_by_index(config)) {
        let network = network(&config, &device);
        let host = host_batch(2, &config);
        let forecast = |network: &Network, host: HostBatch| {
            let output = network.forward(&Batch::new(host, &device), &mut Dropout { rng: None });
            output.into_data().try_to_vec::<f32>().expect("f32")
        };
        let plain = forecast(&network, host.clone());
        let moved = forecast(&with_permuted_nodes(network), permuted(&host));
        for (idx, value) in plain.iter().enumerate() {
            let (window, node, step) = (idx / 10, idx / 2 % 5, idx % 2);
            let there = moved[(window * 5 + PLACES[node]) * 2 + step];
            assert!((value - there).abs() < 1e-5, "{name}: node {node} gives {value} and {there}");
        }
    }
}

#[test]
fn a_forecast_does_not_depend_on_the_windows_beside_it() {
    let device = device(Backend::Flex);
    for (name, config) in models() {
        let network = network(&config, &device);
        let host = host_batch(3, &config);
        let forecast = |host: HostBatch| {
            let output = network.forward(&Batch::new(host, &device), &mut Dropout { rng: None });
            output.into_data().try_to_vec::<f32>().expect("f32")
        };
        let together = forecast(host.clone());
        let apart: Vec<f32> = (0..3).flat_map(|window| forecast(one_window(&host, window))).collect();
        for (a, b) in together.iter().zip(&apart) {
            assert!((a - b).abs() < 1e-6, "{name}: {a} and {b}");
        }
    }
}

fn one_window(host: &HostBatch, window: usize) -> HostBatch {
    let part = |values: &[f32]| -> Vec<f32> {
        let n = values.len() / host.n_windows;
        values[window * n..(window + 1) * n].to_vec()
    };
    let cut_all = |all: &[Vec<f32>]| all.iter().map(|values| part(values)).collect();
    HostBatch {
        n_windows: 1,
        inputs: part(&host.inputs),
        last: part(&host.last),
        target: part(&host.target),
        weight: part(&host.weight),
        correlation: cut_all(&host.correlation),
        records: cut_all(&host.records),
        graph_inputs: cut_all(&host.graph_inputs),
        strided: cut_all(&host.strided),
        edges_left: cut_all(&host.edges_left),
        origins: host.origins[window..=window].to_vec(),
        ..host.clone()
    }
}

#[test]
fn both_tensor_libraries_agree() {
    for (name, config) in models() {
        let forecasts = [Backend::Ndarray, Backend::Flex].map(|backend| {
            let device = device(backend);
            let batch = Batch::new(host_batch(3, &config), &device);
            let output = network(&config, &device).forward(&batch, &mut Dropout { rng: None });
            output.into_data().try_to_vec::<f32>().expect("f32")
        });
        for (a, b) in forecasts[0].iter().zip(&forecasts[1]) {
            assert!((a - b).abs() < 1e-5, "{name}: {a} and {b}");
        }
    }
}

#[test]
fn parameter_counts_are_those_of_the_specification() {
    let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: true };
    let device = device(Backend::Flex);
    let count = |config: ModelConfig| flatten(&Network::init(&config, shape, 1, &device).expect("learned")).len();
    assert_eq!(count(ModelConfig::Tsf(TsfConfig::default())), 42_757);
    let reference = TsfConfig { attention_width: 64, refresh_steps: 1, ..TsfConfig::default() };
    assert_eq!(count(ModelConfig::Tsf(reference)), 43_333);
    assert_eq!(count(ModelConfig::Tsf(TsfConfig { multi_scale: true, ..TsfConfig::default() })), 42_757 + 128);
    // Input projection, GRU and output; without attention (195) and share (1); without attention.
    let of = |control| count(ModelConfig::Tsf(TsfConfig { control, ..TsfConfig::default() }));
    assert_eq!(of(GraphControl::None), 384 + 24_960 + 65);
    let attention = 5 * 16 + 16 + 5 * 16 + 16 + 3;
    assert_eq!((of(GraphControl::Identity), of(GraphControl::Random)), (42_757 - attention, 42_757 - attention));
    for control in [GraphControl::Rewired, GraphControl::TimeShuffled, GraphControl::StaticMean, GraphControl::Permuted]
    {
        assert_eq!(of(control), 42_757, "{control:?}");
    }
    assert_eq!(count(ModelConfig::Gru(RecurrentConfig::default())), 38_657);
    assert_eq!(count(ModelConfig::Lstm(RecurrentConfig::default())), 51_521);
    assert_eq!(count(ModelConfig::Bilstm(RecurrentConfig::bidirectional())), 36_481);
    assert_eq!(count(ModelConfig::Mlp(MlpConfig::default())), 23_809);
    assert_eq!(count(ModelConfig::Nlinear {}), 25);
    assert_eq!(count(ModelConfig::Dlinear(DlinearConfig::default())), 50);
    let paper_like = TransformerConfig { width: 64, feed_forward: 128, ..TransformerConfig::default() };
    // Input 384, two layers of 33 472, output 65.
    assert_eq!(count(ModelConfig::Transformer(paper_like)), 67_393);
    assert_eq!(count(ModelConfig::Transformer(TransformerConfig::default())), 38_257);
}

#[test]
fn the_sizes_of_the_attention_models_are_those_of_the_specification() {
    let shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
    let device = device(Backend::Flex).autodiff();
    let count = |config: ModelConfig| {
        let network = Network::init(&config, shape, 1, &device).expect("learned");
        (count_learned(&network), flatten(&network).len())
    };
    for (width, stated) in [(32, 34_657), (64, 132_801)] {
        let config = InformerConfig { width, feed_forward: 2 * width, ..InformerConfig::default() };
        let (learned, stored) = count(ModelConfig::InformerTs(config));
        // The stated numbers come out with a map from five clock features, and its bias, in both embeddings; it is not
        // here. Running mean and variance of the one distilling step are stored but not learned.
        assert_eq!(learned + 2 * (5 + 1) * width, stated);
        assert_eq!(stored, learned + 2 * width);
    }
    // Of these 1 028 are for pre-training alone.
    assert_eq!(count(ModelConfig::Bert(BertConfig::default())).0, 40_101);
}

#[test]
fn the_sizes_of_the_graph_models_are_those_of_the_specification() {
    let shape = |n_features| Shape { n_nodes: 60, n_steps: 24, n_features, n_outputs: 1, has_records: true };
    let device = device(Backend::Flex).autodiff();
    let count = |config: ModelConfig, n_features| {
        count_learned(&Network::init(&config, shape(n_features), 1, &device).expect("learned"))
    };
    for (width, graph_width, stated) in [(32, 8, 99_649), (64, 16, 365_953)] {
        // Stated for one feature, with alignments that the published code holds and never uses: from F to d, twice from
        // g to d, from d to d and from d to 2 d.
        let (d, g) = (width, graph_width);
        let unused = (1 + 1) * d + 2 * (g + 1) * d + (d + 1) * d + (d + 1) * 2 * d;
        let config = StgcnConfig { width, graph_width, ..StgcnConfig::default() };
        assert_eq!(count(ModelConfig::Stgcn(config), 1) + unused, stated);
    }
    // Each further feature is read by three taps of 64 channels.
    assert_eq!(count(ModelConfig::Stgcn(StgcnConfig::default()), 5), 95_841 + 4 * 3 * 64);

    let original = GwnetConfig { width: 32, skip_width: 256, end_width: 512, ..GwnetConfig::default() };
    for (config, stated) in [(GwnetConfig::default(), 43_793), (original, 300_913)] {
        // Stated with a residual convolution in each of 8 layers, and in the last one a graph convolution of seven terms
        // and a normalisation, none of which reaches the output.
        let d = config.width;
        let unused = 8 * (d + 1) * d + (7 * d + 1) * d + 2 * d;
        assert_eq!(count(ModelConfig::Gwnet(config), 5) + unused, stated);
    }
    assert_eq!(count(ModelConfig::Dcrnn(DcrnnConfig::default()), 5), 33_825);
    assert_eq!(count(ModelConfig::Dcrnn(DcrnnConfig { width: 64, layers: 2 }), 5), 375_233);
    assert_eq!(count(ModelConfig::Agcrn(AgcrnConfig::default()), 5), 58_113);
    assert_eq!(count(ModelConfig::Agcrn(AgcrnConfig { width: 64, layers: 2, embedding: 10 }), 5), 760_985);
    // Stated with a residual convolution in each of 2 layers that nothing uses.
    assert_eq!(count(ModelConfig::Mtgnn(MtgnnConfig::default()), 5) + 2 * (16 + 1) * 16, 78_497);
    // Stated as about 21 thousand.
    assert_eq!(count(ModelConfig::Timegnn(TimegnnConfig::default()), 5), 21_063);
}

#[test]
fn a_channel_that_is_off_has_no_share() {
    let device = device(Backend::Flex);
    let channels = Channels { correlation: false, ..Channels::default() };
    let config = ModelConfig::Tsf(TsfConfig { channels, ..small_tsf() });
    let Network::Tsf(tsf) = network(&config, &device) else { panic!("tsf was asked for") };
    assert_eq!(tsf.lambda(), [0.5, 0.0, 0.5]);
}
