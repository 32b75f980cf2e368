//! The raw machine table.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| loadstone_fuzz::read(b"m_1,0,41,92,,,43.04,33.08,5\n", data));
