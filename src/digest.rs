//! Canonical JSON and its SHA-256: the one way anything here is hashed.

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// JSON with sorted keys, no white space and shortest round-trip numbers; the sign of a zero is left out, because
/// JavaScript leaves it out (and so does RFC 8785).
///
/// # Panics
/// Never for the plain data types of this crate: their keys are strings and their numbers finite or `null`.
pub fn canonical_json(value: &impl Serialize) -> String {
    plain(value).to_string()
}

fn plain(value: &impl Serialize) -> Value {
    // `serde_json::Value` keeps its keys in a `BTreeMap`, so they come out sorted. The way over text prints an f32
    // with the fewest digits, and spares the page a second serialiser for every type.
    let text = serde_json::to_string(value).expect("plain data serialises to JSON");
    let mut value: Value = serde_json::from_str(&text).expect("JSON is JSON");
    drop_signs_of_zeros(&mut value);
    value
}

fn drop_signs_of_zeros(value: &mut Value) {
    match value {
        Value::Number(number) if number.as_f64() == Some(0.0) && number.is_f64() => *value = Value::from(0.0),
        Value::Array(items) => items.iter_mut().for_each(drop_signs_of_zeros),
        Value::Object(members) => members.values_mut().for_each(drop_signs_of_zeros),
        _ => {}
    }
}

/// Lower-case hexadecimal SHA-256 of some bytes.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal SHA-256 of the little-endian bytes of some numbers.
pub fn sha256_of_floats<'a>(values: impl IntoIterator<Item = &'a f32>) -> String {
    let mut hash = StreamingSha256::default();
    values.into_iter().for_each(|value| hash.push(&value.to_le_bytes()));
    hash.finish()
}

/// Lower-case hexadecimal SHA-256 of the canonical JSON of a value.
pub fn sha256_of(value: &impl Serialize) -> String {
    sha256_hex(canonical_json(value).as_bytes())
}

/// As [`sha256_of`], with the list of this name empty.
pub fn sha256_without(value: &impl Serialize, list: &str) -> String {
    let mut value = plain(value);
    if let Some(items) = value.get_mut(list) {
        *items = Value::Array(Vec::new());
    }
    sha256_hex(value.to_string().as_bytes())
}

/// A SHA-256 that is fed in pieces.
#[derive(Debug, Clone, Default)]
pub struct StreamingSha256(Sha256);

impl StreamingSha256 {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes pushed so far, as lower-case hexadecimal.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_numbers_are_shortest() {
        let value = serde_json::json!({"b": 0.1, "a": [1, null]});
        assert_eq!(canonical_json(&value), r#"{"a":[1,null],"b":0.1}"#);
    }

    #[test]
    fn a_negative_zero_is_a_zero() {
        assert_eq!(canonical_json(&[-0.0, 0.0, -0.5]), "[0.0,0.0,-0.5]");
    }

    #[test]
    fn a_list_left_out_counts_as_empty() {
        let value = serde_json::json!({"b": [1, 2], "a": 3});
        assert_eq!(sha256_without(&value, "b"), sha256_of(&serde_json::json!({"b": [], "a": 3})));
        assert_eq!(sha256_without(&value, "c"), sha256_of(&value));
    }

    #[test]
    fn sha256_of_abc_is_the_published_one() {
        let published = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), published);
        let mut streaming = StreamingSha256::default();
        streaming.push(b"a");
        streaming.push(b"bc");
        assert_eq!(streaming.finish(), published);
    }
}
