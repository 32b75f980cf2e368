//! Oracles of MODELS.md section F, on both tensor libraries, natively and in a browser's worker.
//!
//! The reference values were computed with PyTorch in float64; the tolerance is 1e-5 absolute.

#[path = "golden/attention_models.rs"]
mod attention_models;
#[path = "golden/classical_models.rs"]
mod classical_models;
#[path = "golden/detect.rs"]
mod detect;
#[path = "golden/forecast_metrics.rs"]
mod forecast_metrics;
#[path = "golden/graph.rs"]
mod graph;
#[path = "golden/graph_models.rs"]
mod graph_models;
#[path = "golden/harness.rs"]
mod harness;
#[path = "golden/layers.rs"]
mod layers;
#[path = "golden/resampling.rs"]
mod resampling;
#[path = "golden/sequence_models.rs"]
mod sequence_models;
#[path = "golden/support.rs"]
mod support;
#[path = "golden/tsf.rs"]
mod tsf;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_dedicated_worker);
