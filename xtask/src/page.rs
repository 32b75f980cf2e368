//! The page: built by Trunk into `dist/`, and how large it came out.

use crate::run::{run, step};
use crate::tools::Toolbox;
use anyhow::{Context, Result, bail};
use miniz_oxide::deflate::compress_to_vec;
use std::fs;
use std::path::Path;

/// What the page's own binary may weigh, compressed: 500 kB, and what the standard library of another toolchain adds. It
/// would be far more if the tensor library were linked.
pub const APP_BUDGET_BYTES: usize = 515_000;
/// What the program that draws charts may weigh, compressed.
pub const CHARTS_BUDGET_BYTES: usize = 300_000;

/// Compression as static hosts do it.
const GZIP_LEVEL: u8 = 9;
const GZIP_FRAME_BYTES: usize = 18;

/// The size of a file of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// `app.wasm`, `charts.wasm` or `worker.wasm`.
    pub name: &'static str,
    /// As stored.
    pub raw_bytes: usize,
    /// As sent by a host that compresses.
    pub gzip_bytes: usize,
}

/// Builds the page and prints its sizes. The tools and crates are there, so the network is not needed.
pub fn build(tools: &Toolbox) -> Result<()> {
    step("page", || run(tools.web("trunk").args(["build", "--offline"])))?;
    for size in sizes(&tools.paths.dist())? {
        println!("{:<12} {:>9} kB, {:>6} kB gzipped", size.name, size.raw_bytes / 1000, size.gzip_bytes / 1000);
    }
    Ok(())
}

/// The sizes of the three binaries in a built page.
pub fn sizes(dist: &Path) -> Result<[Size; 3]> {
    let charts = size(dist, "charts.wasm", "charts_")?;
    Ok([size(dist, "app.wasm", "app-")?, charts, size(dist, "worker.wasm", "worker_")?])
}

/// An error if a binary that is fetched before the first result is over its budget.
pub fn check_budget(dist: &Path) -> Result<()> {
    let [app, charts, _] = sizes(dist)?;
    for (size, budget) in [(app, APP_BUDGET_BYTES), (charts, CHARTS_BUDGET_BYTES)] {
        if size.gzip_bytes > budget {
            bail!("{} has {} bytes gzipped, its budget is {budget}", size.name, size.gzip_bytes);
        }
    }
    Ok(())
}

fn size(dist: &Path, name: &'static str, prefix: &str) -> Result<Size> {
    let entries =
        fs::read_dir(dist).with_context(|| format!("{} is missing: run `cargo xtask build`", dist.display()))?;
    let file = entries.flatten().find(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(prefix) && name.ends_with(".wasm")
    });
    let file = file.with_context(|| format!("{} has no {prefix}*.wasm", dist.display()))?;
    let bytes = fs::read(file.path())?;
    let gzip_bytes = compress_to_vec(&bytes, GZIP_LEVEL).len() + GZIP_FRAME_BYTES;
    Ok(Size { name, raw_bytes: bytes.len(), gzip_bytes })
}
