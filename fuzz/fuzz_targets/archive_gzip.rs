//! A gzip archive.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"\x1f\x8b\x08", data));
