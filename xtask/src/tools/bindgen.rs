//! wasm-bindgen's command line, in exactly the version of the library.

use super::Toolbox;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result};
use std::fs;

const PROGRAMS: [&str; 2] = ["wasm-bindgen", "wasm-bindgen-test-runner"];

/// `wasm-bindgen` and its test runner from the search path or the cache.
pub fn ensure_bindgen(tools: &Toolbox) -> Result<()> {
    let lock = fs::read_to_string(tools.paths.root().join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock names no wasm-bindgen")?;
    ensure(
        &format!("wasm-bindgen {version}"),
        || PROGRAMS.iter().all(|program| has_version(tools, program, version)).then_some(()),
        || {
            println!("wasm-bindgen is compiled once, for about 3 minutes on two cores");
            run(&mut tools.install("wasm-bindgen-cli", version))
                .with_context(|| format!("wasm-bindgen-cli {version} cannot be installed from crates.io"))
        },
    )
}

fn has_version(tools: &Toolbox, program: &str, version: &str) -> bool {
    let answer = probe(tools.native(program).arg("--version"));
    answer.is_some_and(|answer| answer.split_whitespace().nth(1) == Some(version))
}

/// The version of a package in a lock file.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"x\"\n";

    #[test]
    fn the_version_is_that_of_the_package_and_of_no_other() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(LOCK, "wasm-bindgen-futures"), Some("0.4.80"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }
}
