//! What the golden tests share.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use loadstone::config::Backend;
use loadstone::models::{HostBatch, Shape, flatten, load, named_gradients};

/// Both tensor libraries, ready for gradients.
pub(crate) fn devices() -> [(&'static str, Device); 2] {
    [Backend::Ndarray, Backend::Flex].map(|backend| {
        let name = if backend == Backend::Flex { "flex" } else { "ndarray" };
        (name, loadstone::models::device(backend).autodiff())
    })
}

/// `w(id)[k] = ½ sin(0.7 (k+1) + 1.3 id)`, the weight rule of the integration fixtures.
pub(crate) fn weight_rule(id: usize, n: usize) -> Vec<f32> {
    (0..n).map(|k| (0.5 * (0.7 * (k as f64 + 1.0) + 1.3 * id as f64).sin()) as f32).collect()
}

/// Parameter number `i` has the values of weight rule `i`; running variances are 1 more.
pub(crate) fn with_fixture_weights<M: Module>(module: M, device: &Device) -> M {
    let nothing = Tensor::<1>::ones([1], device).require_grad().backward();
    let mut weights = Vec::new();
    for (idx, (path, gradient)) in named_gradients(&module, &nothing).iter().enumerate() {
        let more = if path.ends_with("running_variance") { 1.0 } else { 0.0 };
        weights.extend(weight_rule(idx + 1, gradient.len()).iter().map(|weight| weight + more));
    }
    assert_eq!(weights.len(), flatten(&module).len());
    load(module, &weights)
}

/// Windows by the formulas of `fixtures.py`; the target is the second feature.
pub(crate) fn host_batch(n_windows: usize, shape: Shape) -> HostBatch {
    let Shape { n_nodes: n, n_steps, n_features, n_outputs, .. } = shape;
    let mut inputs = Vec::new();
    for (b, t) in (0..n_windows).flat_map(|b| (0..n_steps).map(move |t| (b as f64, t as f64))) {
        for (i, f) in (0..n).flat_map(|i| (0..n_features).map(move |f| (i as f64, f as f64))) {
            inputs.push((0.4 + 0.3 * (2.3 * b + 0.8 * t + 1.7 * i + 0.5 * f).sin()) as f32);
        }
    }
    let cells = (0..n_windows)
        .flat_map(|b| (0..n).flat_map(move |i| (0..n_outputs).map(move |p| (b as f64, i as f64, p as f64))));
    let target: Vec<f32> = cells.map(|(b, i, p)| (0.5 + 0.4 * (1.1 * b + 0.9 * i + 0.6 * p).cos()) as f32).collect();
    HostBatch {
        n_windows,
        n_steps,
        n_nodes: n,
        n_features,
        n_outputs,
        target_feature: 1,
        inputs,
        last: vec![0.0; n_windows * n],
        weight: vec![1.0; target.len()],
        target,
        ..HostBatch::default()
    }
}

/// A tensor from values.
pub(crate) fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values.to_vec(), shape), device)
}

/// The values of a tensor.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.detach().into_data().try_to_vec::<f32>().expect("f32")
}

/// Absolute agreement to 1e-5.
#[track_caller]
pub(crate) fn close(what: &str, found: &[f32], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len(), "{what}: length");
    for (idx, (&found, &wanted)) in found.iter().zip(wanted).enumerate() {
        assert!((f64::from(found) - wanted).abs() < 1e-5, "{what}[{idx}]: {found} is not {wanted}");
    }
}

/// Numbers at a path of the stored fixtures.
pub(crate) fn fixture(path: &str) -> Vec<f64> {
    let all: serde_json::Value =
        serde_json::from_str(include_str!("oracle_fixtures.json")).expect("the fixtures are JSON");
    numbers(all.pointer(path).unwrap_or_else(|| panic!("no fixture {path}")))
}

/// All numbers of a JSON value, in order.
pub(crate) fn numbers(value: &serde_json::Value) -> Vec<f64> {
    let mut out = Vec::new();
    collect(value, &mut out);
    out
}

fn collect(value: &serde_json::Value, out: &mut Vec<f64>) {
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
        other => out.push(other.as_f64().expect("a number")),
    }
}
