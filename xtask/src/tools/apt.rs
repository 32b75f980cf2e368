//! Debian's package manager, as root or through sudo.

use super::browser::which;
use crate::run::{probe, run};
use anyhow::{Result, bail};
use std::process::Command;

/// Whether packages can be installed here at all.
pub fn is_there() -> bool {
    which("apt-get").is_some()
}

/// Installs packages; `wanted` says in a few words what for, should it fail.
pub fn install(packages: &[&str], wanted: &str) -> Result<()> {
    if !is_there() {
        bail!("{wanted} is missing and there is no apt-get to install it with: install it by hand");
    }
    let mut update = privileged("apt-get")?;
    // A machine without network may still have the packages at hand.
    let _ = probe(update.arg("update"));
    run(privileged("apt-get")?.args(["install", "-y", "--no-install-recommends"]).args(packages))
}

/// A command with the rights to change the system.
pub fn privileged(program: &str) -> Result<Command> {
    let mut command = match (is_root(), which("sudo")) {
        (true, _) => Command::new("env"),
        (false, Some(sudo)) => {
            let mut command = Command::new(sudo);
            command.arg("env");
            command
        }
        (false, None) => {
            bail!("`{program}` needs root's rights and there is no sudo: run `cargo xtask setup` as root once")
        }
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", program]);
    Ok(command)
}

/// Whether this process runs as root.
pub fn is_root() -> bool {
    probe(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}
