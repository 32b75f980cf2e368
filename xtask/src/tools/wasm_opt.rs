//! wasm-opt from Binaryen, which makes the binaries smaller and faster.

use super::Toolbox;
use super::browser::which;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result, bail};

/// Binaryen's version; Trunk.toml names the same one.
const VERSION: &str = "132";

/// wasm-opt from the search path, or npm's package `binaryen` in the cache.
/// Debian's is too old for what current compilers emit.
pub fn ensure_wasm_opt(tools: &Toolbox) -> Result<()> {
    ensure(
        &format!("wasm-opt {VERSION}"),
        || probe(tools.native("wasm-opt").arg("--version")).filter(|answer| is_version(answer)),
        || install(tools),
    )?;
    Ok(())
}

fn is_version(answer: &str) -> bool {
    answer.split_whitespace().nth(2) == Some(VERSION)
}

fn install(tools: &Toolbox) -> Result<()> {
    if which("npm").is_none() {
        bail!("wasm-opt {VERSION} is missing: install Node.js with npm, or Binaryen {VERSION}");
    }
    let package = format!("binaryen@{VERSION}.0.0");
    let mut npm = tools.native("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-save", &package, "--prefix"]).arg(tools.paths.npm());
    run(&mut npm).with_context(|| format!("{package} cannot be installed from npm"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_programs_answer() {
        assert!(is_version("wasm-opt version 132 (version_132)"));
        assert!(!is_version("wasm-opt version 108 (version_108)"));
    }

    #[test]
    fn trunk_is_told_the_same_version() {
        let settings = include_str!("../../../Trunk.toml");
        assert!(settings.contains(&format!("wasm_opt = \"version_{VERSION}\"")));
    }
}
