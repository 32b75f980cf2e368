//! The real traces, which are not part of the checkout.

use std::env;
use std::path::{Path, PathBuf};

/// A file of the real traces, below `LOADSTONE_DATA` or beside the checkout.
pub fn data_file(name: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = env::var_os("LOADSTONE_DATA").map_or_else(beside, PathBuf::from);
    folder.join(name).canonicalize().ok()
}

/// As [`data_file`]; if it is missing, says that `test` is skipped and why, which is counted as such.
pub fn data_file_or_skip(test: &str, name: &str) -> Option<PathBuf> {
    let file = data_file(name);
    if file.is_none() {
        println!("skipped: {test}: {name} is missing, set LOADSTONE_DATA to the folder of the real traces");
    }
    file
}
