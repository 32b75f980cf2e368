//! Helpers of the integration tests.
#![allow(dead_code, reason = "each test crate uses some of them")]

use std::path::PathBuf;

use loadstone::config::DataConfig;
use loadstone::data::{DataError, Dataset, Ingest};

/// Reads one file given in pieces.
pub fn read_chunks<'a>(
    config: &DataConfig,
    name: &str,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(config);
    ingest.begin_file(name);
    for chunk in chunks {
        ingest.push(chunk)?;
    }
    ingest.end_file()?;
    ingest.finish()
}

/// Reads one file in one piece.
pub fn read(config: &DataConfig, bytes: &[u8]) -> Result<Dataset, DataError> {
    read_chunks(config, "t.csv", [bytes])
}

/// Values with NaN comparable.
pub fn bits(dataset: &Dataset) -> Vec<u32> {
    dataset.values.iter().map(|value| value.to_bits()).collect()
}

/// A file of the shared research data, or `None` with a line that says which test was skipped.
pub fn real_file(test: &str, path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("LOADSTONE_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = root.join(path);
    let bytes = std::fs::read(&path).ok();
    if bytes.is_none() {
        println!("skipped: {test}: {} is not there", path.display());
    }
    bytes
}
