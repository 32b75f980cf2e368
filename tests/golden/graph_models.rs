//! The published graph networks against PyTorch: forecast, loss and the gradient of every parameter.
//!
//! `graph_models.py` made the reference; sizes, inputs, graphs and weights here follow it.

use loadstone::config::{AgcrnConfig, DcrnnConfig, GwnetConfig, ModelConfig, MtgnnConfig, StgcnConfig, TimegnnConfig};
use loadstone::models::{Batch, Dropout, HostBatch, Network, Shape, named_gradients, sum_of_squares};

use crate::harness::golden_test;
use crate::support::{close, devices, host_batch, numbers, values, with_fixture_weights};

const B: usize = 2;
const SHAPE: Shape = Shape { n_nodes: 3, n_steps: 8, n_features: 2, n_outputs: 2, has_records: true };

/// `[B, N, N]` with a diagonal of 0.
fn channel([a, b, c, d]: [f64; 4]) -> Vec<f32> {
    let n = SHAPE.n_nodes;
    let weight = |at: usize| {
        let (window, i, j) = (at / (n * n), at / n % n, at % n);
        let angle = a * window as f64 + b * i as f64 + c * j as f64 + d;
        if i == j { 0.0 } else { (0.5 + 0.4 * angle.sin()) as f32 }
    };
    (0..B * n * n).map(weight).collect()
}

fn windows() -> HostBatch {
    HostBatch {
        graph_steps: vec![0],
        correlation: vec![channel([1.9, 1.3, 2.1, 0.0])],
        records: vec![channel([0.6, 2.2, 0.9, 1.0])],
        ..host_batch(B, SHAPE)
    }
}

fn check(config: &ModelConfig) {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("graph_models.json")).expect("the reference is JSON");
    let wanted = &all[config.id()];
    for (name, device) in devices() {
        let what = |part: &str| format!("{name} {} {part}", config.id());
        let network = Network::init(config, SHAPE, 1, &device).expect("a learned model");
        let network = with_fixture_weights(network, &device);
        let batch = Batch::new(windows(), &device);
        let forecast = network.forward(&batch, &mut Dropout { rng: None });
        close(&what("forecast"), &values(forecast.clone()), &numbers(&wanted["forecast"]));
        let loss = batch.squared_error(forecast).div_scalar((B * SHAPE.n_nodes * SHAPE.n_outputs) as f32);
        close(&what("loss"), &values(loss.clone()), &numbers(&wanted["mse"]));
        let found = named_gradients(&network, &loss.backward());
        let norms = wanted["gradient_norms"].as_array().expect("a list");
        assert_eq!(found.len(), norms.len(), "{}", what("parameters"));
        for ((path, gradient), norm) in found.iter().zip(norms) {
            assert!(path.ends_with(norm[0].as_str().expect("a name")), "{path} stands where {} should", norm[0]);
            let (found, wanted) = (sum_of_squares(gradient).sqrt(), norm[1].as_f64().expect("a number"));
            // Some norms are 1e-4, where 1e-5 would show little.
            assert!((found - wanted).abs() < 1e-6 + 1e-3 * wanted, "{}: {found} is not {wanted}", what(path));
        }
    }
}

golden_test!(stgcn_follows_pytorch, {
    check(&ModelConfig::Stgcn(StgcnConfig { width: 4, graph_width: 3, kernel: 2, dropout: 0.0 }));
});

// Of the window of 8 steps the network sees 7, PyTorch goes through all.
golden_test!(gwnet_follows_pytorch, {
    check(&ModelConfig::Gwnet(GwnetConfig {
        width: 6,
        skip_width: 3,
        end_width: 5,
        blocks: 2,
        layers: 2,
        embedding: 6,
        dropout: 0.0,
    }));
});

golden_test!(two_layers_of_dcrnn_follow_pytorch, {
    check(&ModelConfig::Dcrnn(DcrnnConfig { width: 4, layers: 2 }));
});

golden_test!(two_layers_of_agcrn_follow_pytorch, {
    check(&ModelConfig::Agcrn(AgcrnConfig { width: 4, layers: 2, embedding: 2 }));
});

// The window of 8 steps is filled up to 19.
golden_test!(mtgnn_follows_pytorch, {
    check(&ModelConfig::Mtgnn(MtgnnConfig {
        width: 8,
        skip_width: 3,
        end_width: 4,
        layers: 2,
        embedding: 3,
        neighbours: 1,
        dropout: 0.0,
    }));
});

golden_test!(timegnn_follows_pytorch, {
    check(&ModelConfig::Timegnn(TimegnnConfig { width: 8, layers: 2, sampled: true }));
});
