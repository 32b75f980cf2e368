//! One macro for a test that runs natively and in the browser.

/// `golden_test!(name, { body })` is a `#[test]` natively and a `#[wasm_bindgen_test]` in the browser.
macro_rules! golden_test {
    ($name:ident, $body:block) => {
        #[cfg_attr(not(target_arch = "wasm32"), test)]
        #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
        fn $name() $body
    };
}
pub(crate) use golden_test;
