//! F.4 GRU, F.5 LSTM, F.6 attention edge, kept neighbours and layer norm.

use crate::harness::golden_test;
use burn::nn::gru::GruConfig;
use burn::nn::{LayerNormConfig, LstmConfig};
use burn::tensor::Device;
use burn::tensor::activation::{sigmoid, tanh};
use loadstone::models::{gru_steps, keep_per_row, load, lstm_steps};

use crate::support::{close, devices, tensor, values};

const GRU_R: [f32; 4] = [0.5, 0.1, -0.3, 0.2];
const GRU_Z: [f32; 4] = [0.4, -0.2, 0.6, 0.05];
const GRU_N: [f32; 4] = [0.7, 0.3, 0.9, -0.1];

/// Our loop starts from zero, so the oracle's `h_0 = 0.25` is burn's own loop; ours is compared with that from zero.
fn burn_gru(weights: &[f32], h0: Option<f32>, device: &Device) -> Vec<f32> {
    let layer = load(GruConfig::new(1, 1, true).init(device), weights);
    let input = tensor(&[1.0, -2.0, 0.5], [1, 3, 1], device);
    values(layer.forward(input, h0.map(|h0| tensor(&[h0], [1, 1], device))))
}

golden_test!(f4_gru_follows_pytorch, {
    // burn lists the update gate first, each gate as input weight, input bias, hidden weight, hidden bias.
    let weights = [GRU_Z, GRU_R, GRU_N].concat();
    for (name, device) in devices() {
        close(name, &burn_gru(&weights, Some(0.25), &device), &[0.468617, -0.345685, 0.036120]);
    }
});

golden_test!(f4_our_gru_loop_agrees_with_burns, {
    let weights = [GRU_Z, GRU_R, GRU_N].concat();
    for (name, device) in devices() {
        let layer = load(GruConfig::new(1, 1, true).init(&device), &weights);
        let steps = [1.0, -2.0, 0.5].map(|x| tensor(&[x], [1, 1], &device)).to_vec();
        let ours: Vec<f32> = gru_steps(&layer, steps).into_iter().flat_map(values).collect();
        let burns: Vec<f64> = burn_gru(&weights, None, &device).iter().map(|&h| f64::from(h)).collect();
        close(name, &ours, &burns);
    }
});

golden_test!(f4_the_printed_update_is_the_same_model_with_a_negated_gate, {
    // h = (1 - z) h + z n with z' = 1 - z: negating the update gate's weights gives the printed recursion.
    let negated = GRU_Z.map(|weight| -weight);
    for (name, device) in devices() {
        let printed = burn_gru(&[negated, GRU_R, GRU_N].concat(), Some(0.25), &device);
        close(name, &printed, &[0.576139, 0.106965, 0.351735]);
    }
});

golden_test!(f5_lstm_follows_pytorch, {
    let gate = |wx, wh, bx, bh| [wx, bx, wh, bh];
    let (input, forget) = (gate(0.5, -0.3, 0.1, 0.2), gate(0.4, 0.6, -0.2, 0.05));
    let (cell, output) = (gate(0.7, 0.9, 0.3, -0.1), gate(-0.6, 0.8, 0.15, -0.05));
    for (name, device) in devices() {
        let layer = LstmConfig::new(1, 1, true).init(&device);
        let layer = load(layer, &[input, forget, output, cell].concat());
        let steps = [1.0, -2.0, 0.5].map(|x| tensor(&[x], [1, 1], &device)).to_vec();
        let ours: Vec<f32> = lstm_steps(&layer, steps).into_iter().flat_map(values).collect();
        close(name, &ours, &[0.172749, -0.081716, 0.099315]);
    }
});

golden_test!(f6_attention_edge_is_directed, {
    for (name, device) in devices() {
        let edge = |x_i: f32, x_j: f32| {
            let hidden = tanh(tensor(&[0.3 * x_i - 0.2 * x_j, 0.7 * x_i + 0.1 * x_j], [1, 2], &device));
            sigmoid((hidden * tensor(&[0.5, -1.0], [1, 2], &device)).sum_dim(1))
        };
        close(name, &values(edge(1.0, 2.0)), &[0.317316]);
        close(name, &values(edge(2.0, 1.0)), &[0.328457]);
    }
});

golden_test!(f6_kept_neighbours_of_sixty, {
    assert_eq!([0.1, 0.3, 0.5, 0.7, 0.9].map(|sparsity| keep_per_row(sparsity, 60)), [53, 41, 30, 18, 6]);
});

golden_test!(f6_layer_norm_uses_the_population_variance, {
    for (name, device) in devices() {
        let norm = LayerNormConfig::new(4).init(&device);
        let normed = norm.forward(tensor(&[1.0, 2.0, 3.0, 4.0], [1, 4], &device));
        close(name, &values(normed), &[-1.341635, -0.447212, 0.447212, 1.341635]);
    }
});
