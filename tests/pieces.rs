//! The bytes of a file come in order and whole, whichever way the browser hands them out.

#![cfg(all(target_arch = "wasm32", feature = "web", feature = "engine"))]

use js_sys::{Array, Reflect, Uint8Array};
use loadstone::worker::pieces::Pieces;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::File;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const LENGTHS: [usize; 5] = [0, 1, (1 << 20) - 1, 1 << 20, (3 << 20) + 17];

async fn expect_whole(length: usize) {
    let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
    let parts = Array::of1(&Uint8Array::from(&bytes[..]));
    let file = File::new_with_u8_array_sequence(&parts, "trace.csv").expect("a file");
    let (mut pieces, mut read) = (Pieces::of(&file), Vec::new());
    while let Some(piece) = pieces.next().await.expect("a file in memory") {
        read.extend_from_slice(piece);
    }
    assert!(read == bytes, "{length} bytes were asked for, {} were read", read.len());
}

#[wasm_bindgen_test]
async fn buffers_are_filled_in_order_and_to_the_end() {
    for length in LENGTHS {
        expect_whole(length).await;
    }
}

#[wasm_bindgen_test]
async fn slices_take_their_place_where_no_buffer_can_be_filled() {
    let (global, name) = (js_sys::global(), "ReadableStreamBYOBReader".into());
    let reader = Reflect::get(&global, &name).expect("a member");
    assert!(Reflect::delete_property(&global, &name).expect("a member of the scope"));
    for length in LENGTHS {
        expect_whole(length).await;
    }
    Reflect::set(&global, &name, &reader).expect("a member of the scope");
}
