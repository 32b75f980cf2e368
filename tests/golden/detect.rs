//! F.12: the whole D-GNN-LSTM, its loss and its gradients; B.5: its sizes.

use loadstone::config::{Detector, HostFeature, NetworkConfig};
use loadstone::models::{
    DetectNetwork, DetectShape, Dropout, HostSequences, SequenceBatch, flatten, load, named_gradients, sum_of_squares,
};
use loadstone::snapshot::{FeatureLayout, Hierarchy};

use crate::harness::golden_test;
use crate::support::{close, devices, fixture, values, weight_rule};

const W: usize = 2;
const Q: usize = 2;
const H: usize = 3;
const U: usize = 2;

fn shape() -> DetectShape {
    let hierarchy = Hierarchy { n_types: 2, n_hosts: 2, members: vec![(0, 0), (0, 1), (1, 1)], n_slices: W };
    let layout = FeatureLayout { host: HostFeature::Mean, typed: false, mask: false };
    DetectShape { hierarchy, layout, sequence: Q, calls: Default::default() }
}

fn sequences() -> HostSequences {
    let cells = (0..Q).flat_map(|q| (0..3).flat_map(move |i| (0..W).map(move |k| (q as f64, i as f64, k as f64))));
    HostSequences {
        values: cells.map(|(q, i, k)| (0.5 + 0.4 * (1.1 * q + 0.6 * i + 0.9 * k).sin()) as f32).collect(),
        missing: vec![false; Q * 3],
        index: vec![0, 1],
        target: vec![1.0],
        weight: vec![1.0],
        instance_target: Vec::new(),
        calls: Default::default(),
    }
}

/// The fixture's weights in the order of the module's fields.
fn fixture_weights() -> Vec<f32> {
    let mut flat = Vec::new();
    for (layer, (input, output)) in [(1, H), (H, H), (H, H)].into_iter().enumerate() {
        flat.extend(weight_rule(1 + 2 * layer, input * output));
        flat.extend(weight_rule(2 + 2 * layer, output));
    }
    // burn lists input, forget, output, cell; the fixture numbers input, forget, cell, output.
    for gate in [0, 1, 3, 2] {
        flat.extend(weight_rule(7 + gate, 2 * H * U));
        flat.extend(weight_rule(11 + gate, U));
        flat.extend(weight_rule(15 + gate, U * U));
        flat.extend(weight_rule(19 + gate, U));
    }
    for (id, n) in [(23, U * U), (24, U), (25, U), (26, 1)] {
        flat.extend(weight_rule(id, n));
    }
    flat
}

/// Fixture name and our path.
const GRADIENTS: [(&str, &str); 8] = [
    ("W1", "encoder.layers.0.weight"),
    ("b2", "encoder.layers.1.bias"),
    ("W3", "encoder.layers.2.weight"),
    ("lstm_wx_g", "lstm.cell_gate.input_transform.weight"),
    ("lstm_wh_o", "lstm.output_gate.hidden_transform.weight"),
    ("head_w1", "head.hidden.weight"),
    ("head_w2", "head.output.weight"),
    ("head_b2", "head.output.bias"),
];

golden_test!(f12_dgnn_lstm_outputs_loss_and_gradients, {
    let settings = NetworkConfig { hidden: H, units: U, ..NetworkConfig::default() };
    for (name, device) in devices() {
        let network = DetectNetwork::init(Detector::Integrated, &settings, &shape(), 0, &device)
            .expect("a detector that is built");
        let network = load(network, &fixture_weights());
        let batch = SequenceBatch::new(sequences(), &device);
        let readout = network.readout(&batch, &mut Dropout { rng: None }).expect("a classifier");
        let state = readout.state.clone().expect("the state of the LSTM");
        close(&format!("{name} state"), &values(state), &fixture("/dgnn/lstm_h"));
        let pooled = readout.pooled.clone().expect("the last pooled vector");
        close(&format!("{name} pooled"), &values(pooled), &fixture("/dgnn/pooled/1"));
        close(&format!("{name} logit"), &values(readout.logits.clone()), &fixture("/dgnn/logit"));
        let loss = readout.loss(&batch);
        close(&format!("{name} loss"), &values(loss.clone()), &fixture("/dgnn/bce_y1"));
        let found = named_gradients(&network, &loss.backward());
        for (theirs, ours) in GRADIENTS {
            let gradient =
                &found.iter().find(|(path, _)| path.ends_with(ours)).unwrap_or_else(|| panic!("{ours} in {found:?}")).1;
            let norm = sum_of_squares(gradient).sqrt();
            close(&format!("{name} {theirs}"), &[gradient[0], norm as f32], &fixture(&format!("/dgnn/grad/{theirs}")));
        }
    }
});

golden_test!(b5_the_networks_have_the_published_sizes, {
    let members = (0..48).map(|i| (i * 26 / 48, i % 5)).collect();
    let shape = DetectShape { hierarchy: Hierarchy { n_types: 26, n_hosts: 5, members, n_slices: 5 }, ..shape() };
    let (_, device) = devices()[1].clone();
    for (hidden, units, wanted) in [(128, 32, 71_489), (64, 32, 30_273), (32, 16, 7_713)] {
        let settings = NetworkConfig { hidden, units, ..NetworkConfig::default() };
        let size = |detector| {
            let network =
                DetectNetwork::init(detector, &settings, &shape, 1, &device).expect("a detector that is built");
            flatten(&network).len()
        };
        assert_eq!(size(Detector::Integrated), wanted);
        let ratio = size(Detector::SepParallel) as f64 / wanted as f64;
        assert!((ratio - 1.0).abs() < 0.05, "two branches weigh {ratio} of the integrated network");
    }
});
