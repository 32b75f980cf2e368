//! A long table.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"timestamp,instance,service,cpu_cores,mem_bytes\n", data));
