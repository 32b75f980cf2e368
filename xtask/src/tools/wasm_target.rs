//! A Rust toolchain that can build for the browser.

use super::Toolbox;
use super::apt;
use super::browser::which;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN: &str = "debian-web";

/// The toolchain that builds for the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebToolchain {
    /// The one in use.
    Active,
    /// Another one, known to rustup by this name.
    Named(&'static str),
}

/// The active toolchain if it has the target or rustup can add it, else Debian's compiler for the web.
pub fn ensure_target(tools: &Toolbox) -> Result<WebToolchain> {
    ensure(TARGET, || find(tools), || install(tools))
}

fn find(tools: &Toolbox) -> Option<WebToolchain> {
    if has_target(tools, &WebToolchain::Active) {
        return Some(WebToolchain::Active);
    }
    let debian = WebToolchain::Named(DEBIAN);
    (has_target(tools, &debian) && which("rust-lld").is_some()).then_some(debian)
}

/// Whether the standard library is there and the crate `test` with it.
/// `rustc` answers with a folder whether or not the target is installed: look inside.
fn has_target(tools: &Toolbox, toolchain: &WebToolchain) -> bool {
    let mut rustc = tools.web_with(toolchain, "rustc");
    let Some(folder) = probe(rustc.args(["--print", "target-libdir", "--target", TARGET])) else { return false };
    let Ok(entries) = fs::read_dir(Path::new(&folder)) else { return false };
    let files: Vec<_> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    ["libstd-", "libtest-"].iter().all(|library| files.iter().any(|file| file.starts_with(library)))
}

fn install(tools: &Toolbox) -> Result<()> {
    if probe(tools.native("rustup").args(["target", "add", TARGET])).is_some() {
        return Ok(());
    }
    if !apt::is_there() || which("rustup").is_none() {
        bail!("the Rust target {TARGET} is missing: install it with `rustup target add {TARGET}`");
    }
    println!("rustup cannot add {TARGET}: trying Debian's rustc-web, whose library is built once in about a minute");
    debian_route(tools).with_context(|| {
        format!(
            "the Rust target {TARGET} is missing; neither `rustup target add {TARGET}` nor Debian's rustc-web gave it"
        )
    })
}

fn debian_route(tools: &Toolbox) -> Result<()> {
    apt::install(&["rustc-web", "cargo-web", "rust-web-src", "lld-22"], "Debian's Rust compiler for the web")?;
    let script = tools.paths.root().join("xtask/debian-wasm-target.sh");
    let mut bash = tools.native("bash");
    if !apt::is_root() {
        bash.env("SUDO", "sudo");
    }
    run(bash.env("TOOLCHAIN", DEBIAN).arg(script))
}
