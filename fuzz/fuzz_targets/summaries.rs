//! Files beside a trace: calls without time, inferred faults, and lists of columns. The first byte decides which.
#![no_main]

const HEADS: [&[u8]; 5] = [
    b"caller,callee,calls,mean_child_duration_us,p95_child_duration_us\n",
    b"service,store,operation,calls,mean_duration_us\n",
    b"{\"recording\":{\"start\":1,\"end\":2,\"pods\":[\"a-0\"]},\"fuzz\":{",
    b"file name,field number,content,format,mandatory\n",
    b"# Schema\n### a table\n| Field | Type |\n",
];

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let (choice, rest) = data.split_first().map_or((0, data), |(choice, rest)| (*choice, rest));
    loadstone_fuzz::read(HEADS[usize::from(choice) % HEADS.len()], rest);
});
