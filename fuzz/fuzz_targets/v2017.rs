//! Server_event of v2017.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"0,1148,add,,64,0.69,1\n", data));
