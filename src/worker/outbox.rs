//! What leaves the worker.

use js_sys::{Array, Object, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope};

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

/// Hands the page the bytes of a file that it asked for, or one sentence on why there are none.
pub(super) fn hand_over(bytes: Result<Vec<u8>, String>) {
    let file = bytes.and_then(|bytes| blob(&bytes).map_err(|error| text_of(&error)));
    send(&codec::object([("file", file.map_or_else(JsValue::from, JsValue::from))]));
}

fn blob(bytes: &[u8]) -> Result<Blob, JsValue> {
    let kind = BlobPropertyBag::new();
    kind.set_type("application/octet-stream");
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &kind)
}

/// What an exception says.
pub(super) fn text_of(error: &JsValue) -> String {
    codec::member(error, "message").as_string().or_else(|| error.as_string()).unwrap_or_else(|| format!("{error:?}"))
}

fn send(message: &Object) {
    // Posting fails only for values that cannot be cloned; plain data can.
    drop(scope().post_message(message));
}
