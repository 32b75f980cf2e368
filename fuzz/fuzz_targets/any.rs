//! Anything: recognition, plain tables and archives.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"", data));
