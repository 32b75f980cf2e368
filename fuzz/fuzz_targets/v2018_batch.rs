//! Batch_task of v2018 with its dependency names.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"M1,12846,j_3,1,Terminated,157213,157295,100.0,0.3\n", data));
