//! Detectors without tensors: against scikit-learn, and laws that must hold for each of them.
#![cfg(not(target_arch = "wasm32"))]

mod detectors {
    mod fixtures;
    pub(crate) mod fold;
    mod laws;
}
