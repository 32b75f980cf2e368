//! An OpenTelemetry export.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"{\"resourceSpans\":[{\"resource\":{\"attributes\":[", data));
