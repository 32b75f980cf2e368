//! The two tensor libraries, chosen at run time.

use burn::tensor::Device;

use crate::config::{Backend, ModelConfig};

/// The library that runs a model: the one asked for, or the one measured faster in WebAssembly.
///
/// `cargo xtask bench` prints the figures behind the choice.
pub fn backend_of(asked: Backend, _model: &ModelConfig) -> Backend {
    match asked {
        Backend::Auto => Backend::Flex,
        other => other,
    }
}

/// The device of a library, without automatic differentiation.
#[allow(deprecated, reason = "burn-ndarray is kept as the cross-check of burn-flex (DESIGN.md section 3)")]
pub fn device(backend: Backend) -> Device {
    match backend {
        Backend::Ndarray => Device::ndarray(),
        Backend::Flex | Backend::Auto => Device::flex(),
    }
}
