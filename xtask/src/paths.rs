//! Where the checkout is, and where tools and builds are kept between checkouts.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The checkout and the cache.
#[derive(Clone, Debug)]
pub struct Paths {
    root: PathBuf,
    cache: PathBuf,
}

impl Paths {
    /// The checkout this program was built from; the cache from `LOADSTONE_CACHE` or the home folder.
    pub fn find() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest.parent().context("the folder xtask/ has no parent")?.to_owned();
        let cache = match std::env::var_os("LOADSTONE_CACHE") {
            Some(cache) => std::path::absolute(cache)?,
            None => home()?.join(".cache/loadstone"),
        };
        std::fs::create_dir_all(&cache).with_context(|| format!("{} cannot be created", cache.display()))?;
        Ok(Self { root, cache })
    }

    /// The checkout.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The built page.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Where `cargo install` puts tools (below it, `bin`).
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// Where tools are compiled.
    pub fn target_tools(&self) -> PathBuf {
        self.cache.join("target-tools")
    }

    /// Where packages from npm live.
    pub fn npm(&self) -> PathBuf {
        self.cache.join("npm")
    }

    /// Native builds.
    pub fn target(&self) -> PathBuf {
        self.cache.join("target")
    }

    /// Builds for the browser, apart because their compiler may be another one.
    pub fn target_web(&self) -> PathBuf {
        self.cache.join("target-web")
    }

    /// The cache itself; a folder outside every workspace.
    pub fn cache(&self) -> &Path {
        &self.cache
    }
}

fn home() -> Result<PathBuf> {
    std::env::home_dir().context("there is no home folder: set LOADSTONE_CACHE to a folder for tools and builds")
}
