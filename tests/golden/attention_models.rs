//! Informer and the BERT-style encoder against PyTorch: forecast, losses, and the gradient of every parameter.
//!
//! `attention_models.py` made the reference; sizes, inputs, weights, sampled keys and masks here follow it.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use loadstone::config::{BertConfig, InformerConfig};
use loadstone::models::{
    Batch, Bert, Dropout, Fate, Informer, Masking, SampledKeys, Shape, flatten, kept_queries, named_gradients,
    sum_of_squares,
};
use loadstone::stream::Stream;
use serde_json::Value;

use crate::harness::golden_test;
use crate::support::{close, devices, host_batch, numbers, values, with_fixture_weights};

const B: usize = 2;
const SHAPE: Shape = Shape { n_nodes: 3, n_steps: 8, n_features: 2, n_outputs: 2, has_records: false };

fn reference(part: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("attention_models.json")).expect("the reference is JSON");
    all[part].clone()
}

fn check_gradients<M: Module>(what: &str, module: &M, loss: &Tensor<1>, wanted: &Value) {
    close(&format!("{what} loss"), &values(loss.clone()), &[wanted["loss"].as_f64().expect("a number")]);
    let found = named_gradients(module, &loss.backward());
    let norms = wanted["gradient_norms"].as_array().expect("a list");
    assert_eq!(found.len(), norms.len(), "{what} parameters");
    for ((path, gradient), norm) in found.iter().zip(norms) {
        assert_eq!(path, norm[0].as_str().expect("a name"), "{what}");
        let wanted = [norm[1].as_f64().expect("a number")];
        close(&format!("{what} {path}"), &[sum_of_squares(gradient).sqrt() as f32], &wanted);
    }
}

fn check_forecast<M: Module>(what: &str, module: &M, batch: &Batch, forecast: Tensor<3>, wanted: &Value) {
    close(&format!("{what} forecast"), &values(forecast.clone()), &numbers(&wanted["forecast"]));
    let loss = batch.squared_error(forecast).div_scalar(batch.host().n_observed() as f32);
    check_gradients(what, module, &loss, wanted);
}

fn informer(device: &Device) -> Informer {
    let settings =
        InformerConfig { width: 4, heads: 2, layers: 2, feed_forward: 6, dropout: 0.0, factor: 1, label_steps: 0 };
    with_fixture_weights(Informer::init(&settings, SHAPE, &mut Stream::Init.rng(0, ""), device), device)
}

/// Keys of both encoder layers (8 and 4 tokens) and of the decoder (4 known steps and 2 ahead).
fn sampled_keys() -> Vec<SampledKeys> {
    let sampled = |len: usize| {
        let kept = kept_queries(1, len);
        let keys = (0..len).flat_map(|query| (0..kept).map(move |idx| (3 * query + 5 * idx + 1) % len));
        SampledKeys { kept, keys: keys.collect() }
    };
    [8, 4, 6].map(sampled).to_vec()
}

golden_test!(informer_follows_pytorch_at_evaluation, {
    let wanted = reference("informer_evaluation");
    for (name, device) in devices() {
        let (informer, batch) = (informer(&device), Batch::new(host_batch(B, SHAPE), &device));
        let forecast = informer.forward_with(&batch, &sampled_keys(), &mut Dropout { rng: None });
        check_forecast(&format!("{name} informer evaluation"), &informer, &batch, forecast, &wanted);
    }
});

golden_test!(informer_follows_pytorch_while_training, {
    let wanted = reference("informer_training");
    for (name, device) in devices() {
        let what = format!("{name} informer training");
        let (informer, batch) = (informer(&device), Batch::new(host_batch(B, SHAPE), &device));
        let rng = &mut Stream::Dropout.rng(0, "");
        let forecast = informer.forward_with(&batch, &sampled_keys(), &mut Dropout { rng: Some(rng) });
        check_forecast(&what, &informer, &batch, forecast, &wanted);
        let moved = [numbers(&wanted["running_mean"]), numbers(&wanted["running_variance"])].concat();
        let all = flatten(&informer);
        let is_moved = all
            .windows(moved.len())
            .any(|some| some.iter().zip(&moved).all(|(&found, &wanted)| (f64::from(found) - wanted).abs() < 1e-5));
        assert!(is_moved, "{what}: running statistics are not {moved:?}");
    }
});

fn bert(device: &Device) -> Bert {
    let settings =
        BertConfig { width: 4, heads: 2, layers: 2, feed_forward: 6, dropout: 0.0, patch: 2, ..BertConfig::default() };
    with_fixture_weights(Bert::init(&settings, SHAPE, &mut Stream::Init.rng(0, ""), device), device)
}

golden_test!(bert_follows_pytorch_in_fine_tuning, {
    let wanted = reference("bert");
    for (name, device) in devices() {
        let (bert, batch) = (bert(&device), Batch::new(host_batch(B, SHAPE), &device));
        let forecast = bert.forward(&batch, &mut Dropout { rng: None });
        check_forecast(&format!("{name} bert"), &bert, &batch, forecast, &wanted);
    }
});

golden_test!(bert_follows_pytorch_in_pretraining, {
    let wanted = reference("bert_pretraining");
    let fate = |idx: usize| match idx % 7 {
        0 => Fate::Hidden,
        3 => Fate::Replaced((5 * idx + 2) % 24),
        5 => Fate::Unchanged,
        _ => Fate::Shown,
    };
    let masking = Masking((0..24).map(fate).collect());
    for (name, device) in devices() {
        let (bert, batch) = (bert(&device), Batch::new(host_batch(B, SHAPE), &device));
        let (sum, n) = bert.pretrain_with(&batch, &masking, &mut Dropout { rng: None });
        assert_eq!(n, 10 * 4);
        check_gradients(&format!("{name} bert pretraining"), &bert, &sum.div_scalar(n as f32), &wanted);
    }
});
