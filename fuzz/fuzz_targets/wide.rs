//! A wide table.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"time,a_cpu,b_cpu,a_mem,b_mem\n", data));
