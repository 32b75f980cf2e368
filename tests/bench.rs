//! Figures of `cargo xtask bench`: milliseconds per training step and megabytes per second of reading.
//!
//! The same code runs natively and in a browser's worker. It prints lines `bench: name | value | unit` and asserts only
//! that the work was done; speed is for reading, not for passing.

use burn::tensor::Device;
use loadstone::config::{
    Backend, DataConfig, Detector, HostFeature, ModelConfig, NetworkConfig, RecurrentConfig, TsfConfig,
};
use loadstone::data::Ingest;
use loadstone::models::{
    Batch, DetectNetwork, DetectShape, Dropout, HostBatch, HostSequences, Network, SequenceBatch, Shape, device,
    flatten, gradients, load,
};
use loadstone::snapshot::{FeatureLayout, Hierarchy};
use loadstone::stream::Stream;
use loadstone::train::Adam;
use web_time::Instant;

#[path = "golden/harness.rs"]
mod harness;
use harness::golden_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// Windows per step, nodes, steps: the profile of MODELS.md D.1 with half the batch.
const WINDOWS: usize = 4;
const SHAPE: Shape = Shape { n_nodes: 60, n_steps: 24, n_features: 5, n_outputs: 1, has_records: false };
const REPEATS: usize = 5;

fn say(line: &str) {
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_test::console_log!("{line}");
    #[cfg(not(target_arch = "wasm32"))]
    println!("{line}");
}

fn host_batch(config: &ModelConfig) -> HostBatch {
    let rng = &mut Stream::Data.rng(1, "bench");
    let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.unit()).collect() };
    let Shape { n_nodes: n, n_steps, n_features, n_outputs, .. } = SHAPE;
    let graph_steps = Network::graph_steps(config, n_steps);
    let correlation = graph_steps.iter().map(|_| draw(WINDOWS * n * n)).collect();
    HostBatch {
        n_windows: WINDOWS,
        n_steps,
        n_nodes: n,
        n_features,
        n_outputs,
        target_feature: 0,
        inputs: draw(WINDOWS * n_steps * n * n_features),
        last: draw(WINDOWS * n),
        target: draw(WINDOWS * n * n_outputs),
        weight: vec![1.0; WINDOWS * n * n_outputs],
        graph_steps,
        correlation,
        records: Vec::new(),
        ..HostBatch::default()
    }
}

/// Best of a few training steps (forward, backward, Adam), in milliseconds.
fn training_step(config: &ModelConfig, device: &Device) -> f64 {
    let mut network = Network::init(config, SHAPE, 1, device).expect("a learned model");
    let batch = Batch::new(host_batch(config), device);
    let mut weights = flatten(&network);
    let mut adam = Adam::new(weights.len(), 5.0, 0.0);
    let mut best = f64::INFINITY;
    for _ in 0..REPEATS {
        let start = Instant::now();
        let loss = batch.squared_error(network.forward(&batch, &mut Dropout { rng: None }));
        let gradient = gradients(&network, &loss.backward());
        adam.step(&mut weights, &gradient, 1e-3);
        network = load(network, &weights);
        assert!(loss.into_scalar::<f32>().is_finite());
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    best
}

golden_test!(training_steps, {
    let models = [ModelConfig::Tsf(TsfConfig::default()), ModelConfig::Gru(RecurrentConfig::default())];
    for config in models {
        for (name, backend) in [("ndarray", Backend::Ndarray), ("flex", Backend::Flex)] {
            let millis = training_step(&config, &device(backend).autodiff());
            say(&format!("bench: step_{}_{name} | {millis:.1} | ms", config.id()));
        }
    }
});

/// A batch of 16 sequences in 4 chunks of 4 consecutive ones: 32 snapshots of the published deployment.
fn chunked_sequences() -> (DetectShape, HostSequences) {
    const CHUNKS: usize = 4;
    const Q: usize = 5;
    let members = (0..48).map(|i| (i * 26 / 48, i % 5)).collect();
    let shape = DetectShape {
        hierarchy: Hierarchy { n_types: 26, n_hosts: 5, members, n_slices: 5 },
        layout: FeatureLayout { host: HostFeature::Mean, typed: false, mask: false },
        sequence: Q,
        calls: Default::default(),
    };
    let rng = &mut Stream::Data.rng(1, "bench");
    let firsts = (0..CHUNKS).flat_map(|chunk| (0..4).map(move |sequence| 8 * chunk + sequence));
    let host = HostSequences {
        values: (0..8 * CHUNKS * 48 * 5).map(|_| rng.uniform(-1.0, 2.0)).collect(),
        missing: vec![false; 8 * CHUNKS * 48],
        index: firsts.flat_map(|first| first..first + Q).collect(),
        target: (0..16).map(|idx| (idx % 2) as f32).collect(),
        weight: vec![1.0; 16],
        instance_target: Vec::new(),
        calls: Default::default(),
    };
    (shape, host)
}

golden_test!(detection_steps, {
    let (shape, host) = chunked_sequences();
    for ((hidden, units), (name, backend)) in [(128, 32), (32, 16)]
        .into_iter()
        .flat_map(|size| [("ndarray", Backend::Ndarray), ("flex", Backend::Flex)].map(|backend| (size, backend)))
    {
        let device = device(backend).autodiff();
        let settings = NetworkConfig { hidden, units, ..NetworkConfig::default() };
        let mut network =
            DetectNetwork::init(Detector::Integrated, &settings, &shape, 1, &device).expect("a detector that is built");
        let mut weights = flatten(&network);
        let mut adam = Adam::new(weights.len(), 1.0, 0.0);
        let masks = &mut Stream::Dropout.rng(1, "bench");
        let (mut best, mut forward) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..2 * REPEATS {
            let start = Instant::now();
            let batch = SequenceBatch::new(host.clone(), &device);
            let readout = network.readout(&batch, &mut Dropout { rng: Some(masks) }).expect("a classifier");
            let loss = readout.loss(&batch);
            forward = forward.min(start.elapsed().as_secs_f64() * 1000.0);
            let gradient = gradients(&network, &loss.backward());
            adam.step(&mut weights, &gradient, 1e-3);
            network = load(network, &weights);
            assert!(loss.into_scalar::<f32>().is_finite());
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        say(&format!("bench: step_integrated_{hidden}_{name} | {best:.1} | ms"));
        say(&format!("bench: forward_integrated_{hidden}_{name} | {forward:.1} | ms"));
    }
});

golden_test!(reading, {
    let mut text = String::new();
    for row in 0..400_000_u32 {
        let (machine, second) = (row % 100, row / 100 * 60);
        let cpu = row % 97;
        text +=
            &format!("m_{machine},{second},{cpu},{},,,{}.{:02},33.08,{}\n", row % 89, row % 71, row % 100, row % 53);
    }
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let start = Instant::now();
        let mut ingest = Ingest::new(&DataConfig::default());
        ingest.begin_file("bench.csv");
        text.as_bytes().chunks(1 << 20).for_each(|chunk| ingest.push(chunk).expect("a valid table"));
        ingest.end_file().expect("whole rows");
        let dataset = ingest.finish().expect("a data set");
        assert_eq!(dataset.nodes.len(), 100);
        best = best.min(start.elapsed().as_secs_f64());
    }
    say(&format!("bench: read_csv | {:.1} | MB/s", text.len() as f64 / 1e6 / best));
});
