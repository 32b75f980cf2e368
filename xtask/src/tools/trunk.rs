//! Trunk, which bundles the page.

use super::Toolbox;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result};

/// Newer versions need a newer Rust than this project does.
const VERSION: &str = "0.21.14";

/// Trunk from the search path or the cache.
pub fn ensure_trunk(tools: &Toolbox) -> Result<()> {
    ensure(
        &format!("trunk {VERSION}"),
        || probe(tools.native("trunk").arg("--version")).filter(|answer| answer == &format!("trunk {VERSION}")),
        || {
            println!("trunk is compiled once, for about 7 minutes on two cores");
            // Its own lock file is needed: it does not compile with the newest versions of its dependencies.
            run(tools.install("trunk", VERSION).arg("--locked"))
                .with_context(|| format!("trunk {VERSION} cannot be installed from crates.io"))
        },
    )?;
    Ok(())
}
