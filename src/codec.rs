//! Values cross between threads, and between the page and its scripts, as plain JavaScript values.
//!
//! Every type goes through `serde_json::Value`, so that the page holds one serialiser and one deserialiser per type and
//! not two: the second ones were a tenth of its size. One form for all of them: maps are objects, `None` is `null`, and
//! whole numbers are JavaScript numbers, so that a script reads what the documentation says. A whole number beyond 2^53 is refused, not rounded.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::JsValue;

use crate::json;

/// A plain value as a JavaScript value.
///
/// # Errors
/// When the value has no JavaScript form, such as a whole number beyond 2^53.
pub fn to_js(value: &(impl Serialize + ?Sized)) -> Result<JsValue, String> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    let plain: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    // The preset: missing as null, maps as objects, no BigInt, bytes as arrays.
    plain.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|error| error.to_string())
}

/// The plain value in a JavaScript value. `undefined` and `null` are both `None`. The sign of a zero is lost.
///
/// # Errors
/// What was expected and what was found.
pub fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, String> {
    let plain: Value = serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())?;
    json::from_value(&plain).map_err(|error| error.to_string())
}

/// A member of a JavaScript object; `undefined` where there is none or where the value is no object.
pub fn member(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A JavaScript object with these members.
pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, JsValue)>) -> js_sys::Object {
    let pairs: js_sys::Array =
        members.into_iter().map(|(name, value)| js_sys::Array::of2(&JsValue::from_str(name), &value)).collect();
    // `fromEntries` fails only for something that is no list of pairs.
    js_sys::Object::from_entries(&pairs).unwrap_or_default()
}

/// A large value of plain data as a JavaScript object: the browser's own reader of JSON is the fastest.
///
/// # Errors
/// When the value has no JSON form.
pub fn large_to_js(value: &impl Serialize) -> Result<JsValue, String> {
    let text = serde_json::to_string(value).map_err(|error| error.to_string())?;
    js_sys::JSON::parse(&text).map_err(|_| "it is not JSON".to_owned())
}
