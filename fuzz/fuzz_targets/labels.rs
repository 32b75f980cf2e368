//! Fault labels.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"start,end,target,fault_type\n", data));
