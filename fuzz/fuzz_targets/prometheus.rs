//! A Prometheus answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[", data));
