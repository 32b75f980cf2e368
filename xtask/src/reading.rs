//! How fast a large trace is read in a browser, beside other readers in the same browser.

use crate::page;
use crate::run::{run, step};
use crate::test::page_tool;
use crate::tools::Toolbox;
use anyhow::{Context, Result};
use std::path::Path;

/// The other readers, which only this measurement uses.
const PACKAGES: [(&str, &str); 2] = [("@duckdb/duckdb-wasm", "1.32.0"), ("papaparse", "5.7.1")];

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Size of the made-up trace.
    pub mib: u64,
    /// How often each reader reads it; the best time counts.
    pub repeats: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { mib: 1024, repeats: 3 }
    }
}

/// Builds the page, makes the trace if it is not there and measures.
pub fn reading(tools: &Toolbox, options: Options) -> Result<()> {
    page::build(tools)?;
    let folder = tools.paths.cache().join("reading");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    step("other readers", || install(tools, &folder))?;
    let arguments = [folder.into(), options.mib.to_string().into(), options.repeats.to_string().into()];
    step("reading", || page_tool(tools, "bench-reading", &arguments))
}

fn install(tools: &Toolbox, folder: &Path) -> Result<()> {
    if PACKAGES.iter().all(|(name, version)| is_installed(folder, name, version)) {
        return Ok(());
    }
    let mut npm = tools.native("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"]).arg(folder);
    npm.args(PACKAGES.map(|(name, version)| format!("{name}@{version}")));
    run(&mut npm).context("DuckDB-WASM and PapaParse cannot be installed: npm from Node.js is needed")
}

fn is_installed(folder: &Path, name: &str, version: &str) -> bool {
    let package = std::fs::read_to_string(folder.join("node_modules").join(name).join("package.json"));
    package.is_ok_and(|text| has_version(&text, version))
}

fn has_version(package: &str, version: &str) -> bool {
    let wanted = format!("\"version\":\"{version}\"");
    package.split_whitespace().collect::<String>().contains(&wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_known_by_its_version() {
        let package = "{\n  \"name\": \"papaparse\",\n  \"version\": \"5.7.1\"\n}";
        assert!(has_version(package, "5.7.1"));
        assert!(!has_version(package, "5.7.10"));
    }
}
