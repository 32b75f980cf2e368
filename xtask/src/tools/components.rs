//! rustfmt and clippy, which a minimal toolchain lacks.

use super::Toolbox;
use super::ensure::ensure;
use crate::run::{probe, run};
use anyhow::{Context, Result};

/// Both components of the active toolchain.
pub fn ensure_components(tools: &Toolbox) -> Result<()> {
    for (component, program) in [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")] {
        ensure(
            component,
            || probe(tools.native(program).arg("--version")),
            || {
                run(tools.native("rustup").args(["component", "add", component]))
                    .with_context(|| format!("{component} is missing and rustup cannot add it"))
            },
        )?;
    }
    Ok(())
}
