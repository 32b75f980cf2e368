//! The networks that read each node by itself, against PyTorch: forecast, loss and the gradient of every parameter.
//!
//! `sequence_models.py` made the reference; sizes, inputs and weights here follow it.

use loadstone::config::{DlinearConfig, MlpConfig, ModelConfig, RecurrentConfig, TransformerConfig};
use loadstone::models::{Batch, Dropout, Network, Shape, named_gradients, sum_of_squares};

use crate::harness::golden_test;
use crate::support::{close, devices, host_batch, numbers, values, with_fixture_weights};

const B: usize = 2;
const SHAPE: Shape = Shape { n_nodes: 3, n_steps: 5, n_features: 2, n_outputs: 2, has_records: false };

fn check(config: &ModelConfig) {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("sequence_models.json")).expect("the reference is JSON");
    let wanted = &all[config.id()];
    for (name, device) in devices() {
        let what = |part: &str| format!("{name} {} {part}", config.id());
        let network = Network::init(config, SHAPE, 1, &device).expect("a learned model");
        let network = with_fixture_weights(network, &device);
        let batch = Batch::new(host_batch(B, SHAPE), &device);
        let forecast = network.forward(&batch, &mut Dropout { rng: None });
        close(&what("forecast"), &values(forecast.clone()), &numbers(&wanted["forecast"]));
        let loss = batch.squared_error(forecast).div_scalar((B * SHAPE.n_nodes * SHAPE.n_outputs) as f32);
        close(&what("loss"), &values(loss.clone()), &numbers(&wanted["mse"]));
        let found = named_gradients(&network, &loss.backward());
        let norms = wanted["gradient_norms"].as_array().expect("a list");
        assert_eq!(found.len(), norms.len(), "{}", what("parameters"));
        for ((path, gradient), norm) in found.iter().zip(norms) {
            assert!(path.ends_with(norm[0].as_str().expect("a name")), "{path} stands where {} should", norm[0]);
            close(&what(path), &[sum_of_squares(gradient).sqrt() as f32], &numbers(&norm[1]));
        }
    }
}

const RECURRENT: RecurrentConfig = RecurrentConfig { width: 4, layers: 2 };

golden_test!(mlp_follows_pytorch, {
    check(&ModelConfig::Mlp(MlpConfig { width: 4, second_width: 3 }));
});

golden_test!(nlinear_follows_pytorch, {
    check(&ModelConfig::Nlinear {});
});

golden_test!(dlinear_follows_pytorch, {
    check(&ModelConfig::Dlinear(DlinearConfig { kernel: 3 }));
});

golden_test!(two_layers_of_gru_follow_pytorch, {
    check(&ModelConfig::Gru(RECURRENT));
});

golden_test!(two_layers_of_lstm_follow_pytorch, {
    check(&ModelConfig::Lstm(RECURRENT));
});

golden_test!(two_layers_of_bilstm_follow_pytorch, {
    check(&ModelConfig::Bilstm(RECURRENT));
});

golden_test!(transformer_follows_pytorch, {
    check(&ModelConfig::Transformer(TransformerConfig {
        width: 4,
        heads: 2,
        layers: 2,
        feed_forward: 6,
        dropout: 0.0,
    }));
});
