//! The call graph of v2022.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"timestamp,traceid,service,rpc_id,um,uminstanceid,rpctype,interface,dm,dminstanceid,rt\n", data));
