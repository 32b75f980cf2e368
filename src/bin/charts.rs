//! The program that draws charts: one function, from a question to its answer.

use std::cell::RefCell;

use loadstone::charts::Desk;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static DESK: RefCell<Desk> = RefCell::new(Desk::default());
}

fn main() {
    console_error_panic_hook::set_once();
}

/// Answers a request of the page; both are JSON texts.
#[wasm_bindgen]
pub fn answer(request: &str) -> String {
    DESK.with_borrow_mut(|desk| desk.answer(request))
}
