//! What scripts hand in becomes the types of the core, or one sentence that says what was expected.

use js_sys::Array;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, File};

use crate::codec;
use crate::report::Receipt;
use crate::ui::link;

/// Plain data by their schema.
pub(super) fn plain<T: DeserializeOwned>(what: &str, value: JsValue) -> Result<T, String> {
    codec::from_js(value).map_err(|error| unusable(what, &error))
}

/// A receipt, or a link that carries one.
pub(super) fn receipt(value: JsValue) -> Result<Receipt, String> {
    match value.as_string() {
        Some(text) => link::decode(&text),
        None => plain("The receipt", value),
    }
}

/// `File`s, or objects with a name and bytes.
pub(super) fn files(value: &JsValue) -> Result<Vec<File>, String> {
    if value.is_null() || value.is_undefined() {
        return Err("open needs an array of files: expected File or { name, bytes } entries, found nothing".to_owned());
    }
    Array::from(value).iter().enumerate().map(|(idx, entry)| file(idx, entry)).collect()
}

/// One of them.
pub(super) fn one_file(value: JsValue) -> Result<File, String> {
    file(0, value)
}

fn file(idx: usize, entry: JsValue) -> Result<File, String> {
    let entry = match entry.dyn_into::<File>() {
        Ok(file) => return Ok(file),
        Err(entry) => entry,
    };
    let wrong = || format!("files[{idx}] cannot be used: expected a File or {{ name, bytes }}; pass one of them");
    let name = codec::member(&entry, "name").as_string().ok_or_else(wrong)?;
    let bytes = codec::member(&entry, "bytes");
    let known = bytes.is_string()
        || bytes.is_instance_of::<js_sys::ArrayBuffer>()
        || js_sys::ArrayBuffer::is_view(&bytes)
        || bytes.is_instance_of::<web_sys::Blob>();
    if !known {
        return Err(wrong());
    }
    File::new_with_blob_sequence(&Array::of1(&bytes), &name).map_err(|_| wrong())
}

/// `{ onProgress, signal }`, both optional.
pub(super) struct Options {
    /// Called with each event of the work.
    pub(super) on_progress: Option<js_sys::Function>,
    /// Stops the work.
    pub(super) signal: Option<AbortSignal>,
}

impl Options {
    /// Members of another type are as good as absent.
    pub(super) fn new(value: &JsValue) -> Self {
        Self {
            on_progress: codec::member(value, "onProgress").dyn_into().ok(),
            signal: codec::member(value, "signal").dyn_into().ok(),
        }
    }

    /// Whether the script has aborted already.
    pub(super) fn aborted(&self) -> bool {
        self.signal.as_ref().is_some_and(AbortSignal::aborted)
    }
}

fn unusable(what: &str, error: &str) -> String {
    format!("{what} cannot be used: {error}")
}
