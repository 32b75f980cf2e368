//! Find a tool or install it, and say which of the two happened and how long it took.

use crate::run::Took;
use anyhow::{Context, Result};
use std::time::Instant;

/// What `find` returns, after `install` if it returned nothing at first.
pub fn ensure<T>(tool: &str, find: impl Fn() -> Option<T>, install: impl FnOnce() -> Result<()>) -> Result<T> {
    let started = Instant::now();
    if let Some(found) = find() {
        report(tool, "ready", started);
        return Ok(found);
    }
    println!("{tool}: not found, installing");
    install()?;
    let found = find().with_context(|| format!("{tool} was installed but still cannot be found"))?;
    report(tool, "installed", started);
    Ok(found)
}

fn report(tool: &str, verdict: &str, started: Instant) {
    println!("{tool:<24} {verdict:<9} {:>9}", Took(started.elapsed()).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_tool_that_is_there_is_not_installed() {
        let found = ensure("tool", || Some(1), || anyhow::bail!("must not run"));
        assert_eq!(found.unwrap(), 1);
    }

    #[test]
    fn a_missing_tool_is_installed_once() {
        let installed = Cell::new(0);
        let find = || (installed.get() > 0).then_some("found");
        let install = || {
            installed.set(installed.get() + 1);
            Ok(())
        };
        assert_eq!(ensure("tool", find, install).unwrap(), "found");
        assert_eq!(installed.get(), 1);
    }

    #[test]
    fn an_installation_that_changes_nothing_is_an_error() {
        let error = ensure::<()>("tool", || None, || Ok(())).unwrap_err();
        assert_eq!(error.to_string(), "tool was installed but still cannot be found");
    }
}
