//! What every fuzz target does: hand bytes to the reader in odd pieces, and finish.
//!
//! A target fails when reading panics, overflows, hangs or takes memory without bound. Errors are fine.

use loadstone::config::DataConfig;
use loadstone::data::Ingest;

/// A recording of one pod.
const RECORDING: &[u8] = br#"{"data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","pod":"a-0"},
    "values":[[100,"1"],[105,"1"],[110,"1"]]}]}}"#;

/// Reads a file that begins with `head` and goes on with `data`; the first byte of `data` decides the sizes of the
/// pieces, whether bad rows are skipped, and whether another file was read before.
pub fn read(head: &[u8], data: &[u8]) {
    let (choice, rest) = data.split_first().map_or((0, data), |(choice, rest)| (*choice, rest));
    let config = DataConfig { skip_bad_rows: choice & 1 == 1, ..DataConfig::default() };
    let bytes = [head, rest].concat();
    let mut ingest = Ingest::new(&config);
    if choice & 2 == 2 {
        ingest.begin_file("recording.json");
        if ingest.push(RECORDING).and_then(|()| ingest.end_file()).is_err() {
            return;
        }
    }
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
