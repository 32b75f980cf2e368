//! F.12: the whole TSF network, its loss and its gradients.

use loadstone::config::{Channels, Stack, TsfConfig};
use loadstone::models::{Batch, Dropout, HostBatch, Shape, Tsf, flatten, load, named_gradients, sum_of_squares};
use loadstone::stream::Stream;

use crate::harness::golden_test;
use crate::support::{close, devices, fixture, values, weight_rule};

const N: usize = 3;
const T: usize = 2;
const F: usize = 2;
const D: usize = 4;
const K: usize = 2;
const A: usize = 2;
const L: usize = 2;

fn settings(stack: Stack) -> TsfConfig {
    TsfConfig {
        width: D,
        layers: L,
        heads: K,
        attention_width: K * A,
        sparsity: 0.5,
        refresh_steps: 1,
        stack,
        dropout: 0.0,
        ..TsfConfig::default()
    }
}

fn host_batch() -> HostBatch {
    let input = |t: usize, i: usize, f: usize| 0.4 + 0.3 * (0.8 * t as f64 + 1.7 * i as f64 + 0.5 * f as f64).sin();
    let cells = (0..T).flat_map(|t| (0..N).flat_map(move |i| (0..F).map(move |f| (t, i, f))));
    HostBatch {
        n_windows: 1,
        n_steps: T,
        n_nodes: N,
        n_features: F,
        n_outputs: 1,
        target_feature: 0,
        inputs: cells.map(|(t, i, f)| input(t, i, f) as f32).collect(),
        last: vec![0.0; N],
        target: vec![0.5, 0.2, 0.7],
        weight: vec![1.0; N],
        graph_steps: vec![0, 1],
        correlation: vec![vec![0.0, 0.6, 0.1, 0.6, 0.0, 0.3, 0.1, 0.3, 0.0]; 2],
        records: vec![vec![0.0, 1.0, 0.25, 0.5, 0.0, 1.0, 1.0, 0.0, 0.0]; 2],
        ..HostBatch::default()
    }
}

/// Attention weights of all heads side by side: column `k·A + c` is column `c` of head `k`.
fn heads_beside_each_other(first_id: usize, rows: usize) -> Vec<f32> {
    let per_head: Vec<Vec<f32>> = (0..K).map(|k| weight_rule(first_id + 4 * k, rows * A)).collect();
    (0..rows).flat_map(|row| per_head.iter().flat_map(move |head| head[row * A..(row + 1) * A].to_vec())).collect()
}

/// The fixture's weights in the order of the module's fields.
fn fixture_weights(stack: Stack) -> Vec<f32> {
    let mut flat = [weight_rule(1, F * D), weight_rule(2, D)].concat();
    flat.extend(heads_beside_each_other(3, F)); // receiver weight
    flat.extend(heads_beside_each_other(4, 1)); // receiver bias
    flat.extend(heads_beside_each_other(5, F)); // sender weight
    flat.extend((0..K).flat_map(|k| weight_rule(6 + 4 * k, A))); // score
    flat.extend([0.0, 0.2, -0.1]); // λ logits
    for layer in 0..L {
        if stack == Stack::Residual {
            flat.extend([1.0; D].iter().chain(&[0.0; D])); // layer norm
        }
        flat.extend(weight_rule(20 + 2 * layer, D * D));
        flat.extend(weight_rule(21 + 2 * layer, D));
    }
    for gate in [1, 0, 2] {
        // burn lists update, reset, new; the fixture numbers reset, update, new.
        flat.extend(weight_rule(30 + gate, D * D));
        flat.extend(weight_rule(33 + gate, D));
        flat.extend(weight_rule(36 + gate, D * D));
        flat.extend(weight_rule(39 + gate, D));
    }
    flat.push(0.3); // a0
    flat.extend(weight_rule(42, D));
    flat.extend(weight_rule(43, 1));
    flat
}

fn check(stack: Stack, root: &str) {
    let shape = Shape { n_nodes: N, n_steps: T, n_features: F, n_outputs: 1, has_records: true };
    for (name, device) in devices() {
        let model = Tsf::init(&settings(stack), shape, &mut Stream::Init.rng(0, ""), &device);
        let model = load(model, &fixture_weights(stack));
        let batch = Batch::new(host_batch(), &device);
        let forecast = model.forward(&batch, &mut Dropout { rng: None });
        close(&format!("{name} {root}/yhat"), &values(forecast.clone()), &fixture(&format!("{root}/yhat")));
        let loss = batch.squared_error(forecast).div_scalar(3.0);
        close(&format!("{name} {root}/mse"), &values(loss.clone()), &fixture(&format!("{root}/mse")));
        let grads = loss.backward();
        let found = named_gradients(&model, &grads);
        for (theirs, ours) in GRADIENTS {
            let gradient =
                &found.iter().find(|(path, _)| path.ends_with(ours)).unwrap_or_else(|| panic!("{ours} in {found:?}")).1;
            let wanted = fixture(&format!("{root}/grad/{theirs}"));
            let norm = sum_of_squares(gradient).sqrt();
            close(&format!("{name} {root} {theirs}"), &[gradient[0], norm as f32], &wanted);
        }
        attention_of_one_head(&found, root, name);
        for (path, gradient) in &found {
            assert!(sum_of_squares(gradient) > 0.0, "{name} {root}: {path} gets no gradient");
        }
    }
}

/// Fixture name and our path.
const GRADIENTS: [(&str, &str); 8] = [
    ("W_in", "input.weight"),
    ("lambda_logits", "attention.lambda"),
    ("gcn_W1", "layers.0.linear.weight"),
    ("gcn_W2", "layers.1.linear.weight"),
    ("gru_wx_z", "gru.update_gate.input_transform.weight"),
    ("gru_wh_n", "gru.new_gate.hidden_transform.weight"),
    ("a0", "share"),
    ("W_o", "output.weight"),
];

/// `att_W1_0` and `att_w_1` are one head's columns of our joint tensors.
fn attention_of_one_head(found: &[(String, Vec<f32>)], root: &str, name: &str) {
    let of = |suffix: &str| &found.iter().find(|(path, _)| path.ends_with(suffix)).expect("a parameter").1;
    let receiver = of("attention.receiver.weight");
    let head_0: Vec<f32> = (0..F).flat_map(|row| receiver[row * K * A..row * K * A + A].to_vec()).collect();
    let score = of("attention.score");
    let head_1 = score[A..2 * A].to_vec();
    for (theirs, ours) in [("att_W1_0", head_0), ("att_w_1", head_1)] {
        let wanted = fixture(&format!("{root}/grad/{theirs}"));
        close(&format!("{name} {root} {theirs}"), &[ours[0], sum_of_squares(&ours).sqrt() as f32], &wanted);
    }
}

golden_test!(f12_tsf_outputs_loss_and_gradients, {
    check(Stack::Residual, "/tsf");
});

golden_test!(f12_tsf_strict_outputs_loss_and_gradients, {
    check(Stack::Strict, "/tsf_strict");
});

// F.6 through the network itself: two nodes, one feature, one head of width 2, nothing but attention.
golden_test!(f6_attention_edge_of_the_network, {
    let shape = Shape { n_nodes: 2, n_steps: 1, n_features: 1, n_outputs: 1, has_records: false };
    let channels = Channels { records: false, correlation: false, attention: true };
    let settings = TsfConfig {
        width: 2,
        layers: 1,
        heads: 1,
        attention_width: 2,
        sparsity: 0.0,
        channels,
        ..TsfConfig::default()
    };
    let host = HostBatch {
        n_windows: 1,
        n_steps: 1,
        n_nodes: 2,
        n_features: 1,
        n_outputs: 1,
        inputs: vec![1.0, 2.0],
        graph_steps: vec![0],
        correlation: vec![vec![0.0; 4]],
        ..HostBatch::default()
    };
    for (name, device) in devices() {
        let model = Tsf::init(&settings, shape, &mut Stream::Init.rng(0, ""), &device);
        let mut weights = flatten(&model);
        // Behind the input projection: receiver, its bias, sender, score, λ logits.
        weights[4..15].copy_from_slice(&[0.3, 0.7, 0.0, 0.0, -0.2, 0.1, 0.5, -1.0, 0.0, 0.0, 0.0]);
        let edges = load(model, &weights).graph(&Batch::new(host.clone(), &device), 0).expect("a graph");
        close(name, &values(edges.weights), &[0.0, 0.317316, 0.328457, 0.0]);
    }
});
