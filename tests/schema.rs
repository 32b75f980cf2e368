//! The JSON Schema that is stored with the page is that of the types.
#![cfg(not(target_arch = "wasm32"))]

#[test]
fn the_stored_schema_is_that_of_the_types() {
    let stored = include_str!("../static/config.schema.json");
    let stored: serde_json::Value = serde_json::from_str(stored).expect("the stored schema is JSON");
    let types = serde_json::to_value(schemars::schema_for!(loadstone::config::RunConfig)).expect("a schema is JSON");
    assert_eq!(stored, types, "write it again: cargo run -- schema > static/config.schema.json");
}
