//! Container_meta of v2018.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"c_1,m_2556,0,app_5052,started,400,400,1.56\n", data));
