//! The call graph of v2021.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n", data));
