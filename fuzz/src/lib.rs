//! What every fuzz target does: hand bytes to the reader in odd pieces, and finish.
//!
//! A target fails when reading panics, overflows, hangs or takes memory without bound. Errors are fine.

use loadstone::config::DataConfig;
use loadstone::data::Ingest;

/// Reads a file that begins with `head` and goes on with `data`; the first byte of `data` decides the sizes of the
/// pieces, and whether bad rows are skipped.
pub fn read(head: &[u8], data: &[u8]) {
    let (choice, rest) = data.split_first().map_or((0, data), |(choice, rest)| (*choice, rest));
    let config = DataConfig { skip_bad_rows: choice & 1 == 1, ..DataConfig::default() };
    let bytes = [head, rest].concat();
    let mut ingest = Ingest::new(&config);
    ingest.begin_file("fuzz");
    let n_piece = 1 + usize::from(choice >> 1) * 7;
    for piece in bytes.chunks(n_piece) {
        if ingest.push(piece).is_err() {
            return;
        }
    }
    if ingest.end_file().is_ok() {
        // Nothing more is promised of what comes out than that it comes out.
        let _ = ingest.finish();
    }
}
