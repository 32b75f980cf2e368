//! The tools a build or a test needs: found if they are there, installed if they are not.

mod apt;
mod bindgen;
mod browser;
mod components;
mod ensure;
pub mod fuzzer;
mod toolbox;
mod trunk;
mod wasm_opt;
mod wasm_target;

pub use browser::Browser;
pub use toolbox::{Toolbox, for_checks, for_everything, for_page};
