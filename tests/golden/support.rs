//! What the golden tests share.

use burn::tensor::{Device, Tensor, TensorData};
use loadstone::config::Backend;

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
