//! What leaves the worker.

use js_sys::Object;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

use crate::codec;
use crate::protocol::{Event, Signal};

/// The worker's global object.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells the page about the work.
pub(super) fn post(event: &Event) {
    match codec::to_js(event) {
        Ok(value) => send(&codec::object([("event", value)])),
        Err(why) => signal(&Signal::Lost { why: format!("an event cannot be sent: {why}") }),
    }
}

/// Tells the page about the bridge.
pub(super) fn signal(signal: &Signal) {
    // A signal holds numbers and text only, which always have a JavaScript form.
    if let Ok(value) = codec::to_js(signal) {
        send(&codec::object([("signal", value)]));
    }
}

/// What an exception says.
pub(super) fn text_of(error: &JsValue) -> String {
    codec::member(error, "message").as_string().or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

fn send(message: &Object) {
    // Posting fails only for values that cannot be cloned; plain data can.
    drop(scope().post_message(message));
}
