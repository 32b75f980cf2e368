//! cargo-fuzz, which drives libFuzzer.

use super::Toolbox;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result};

const VERSION: &str = "0.13.2";

/// cargo-fuzz from the search path or the cache, and a nightly compiler.
pub fn ensure_fuzzer(tools: &Toolbox) -> Result<()> {
    ensure(
        "nightly compiler",
        || probe(tools.native("rustup").args(["run", "nightly", "rustc", "--version"])),
        || {
            run(tools.native("rustup").args(["toolchain", "install", "nightly", "--profile", "minimal"]))
                .context("fuzzing needs a nightly compiler, and rustup cannot install one")
        },
    )?;
    ensure(
        &format!("cargo-fuzz {VERSION}"),
        || {
            probe(tools.native("cargo-fuzz").arg("--version"))
                .filter(|answer| answer == &format!("cargo-fuzz {VERSION}"))
        },
        || {
            run(&mut tools.install("cargo-fuzz", VERSION))
                .with_context(|| format!("cargo-fuzz {VERSION} cannot be installed from crates.io"))
        },
    )?;
    Ok(())
}
