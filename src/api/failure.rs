//! What a promise is rejected with: an `Error` with a `stage`.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

use super::Refusal;
use crate::codec;
use crate::protocol::Stage;

/// An error of the work.
pub(super) fn failed(stage: Stage, message: &str) -> JsValue {
    named("LoadstoneError", stage, message)
}

/// The script's own abort, by its usual name.
pub(super) fn aborted(stage: Stage) -> JsValue {
    named("AbortError", stage, "Stopped by the script; the finished parts are on the page")
}

/// The reader pressed Stop before anything was finished.
pub(super) fn stopped(stage: Stage) -> JsValue {
    failed(stage, "Stopped before anything was finished; run again")
}

impl From<Refusal> for JsValue {
    fn from(refusal: Refusal) -> Self {
        failed(refusal.stage, &refusal.message)
    }
}

fn named(name: &str, stage: Stage, message: &str) -> JsValue {
    let error = Error::new(message);
    error.set_name(name);
    // A stage is a plain word, and a fresh error takes new members.
    if let Ok(stage) = codec::to_js(&stage) {
        drop(Reflect::set(&error, &"stage".into(), &stage));
    }
    error.into()
}
