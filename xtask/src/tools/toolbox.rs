//! Commands with the right tools in reach.

use super::browser::Browser;
use super::ensure::ensure;
use super::wasm_target::WebToolchain;
use super::{bindgen, browser, components, trunk, wasm_opt, wasm_target};
use crate::paths::Paths;
use crate::run::{probe, run, step};
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::process::Command;

/// What was found or installed, and how to call it.
#[derive(Debug)]
pub struct Toolbox {
    /// The checkout and the cache.
    pub paths: Paths,
    search_path: OsString,
    web: WebToolchain,
    browser: Option<Browser>,
}

/// What format, lints and native tests need.
pub fn for_checks(paths: Paths) -> Result<Toolbox> {
    let tools = Toolbox::new(paths)?;
    step("tools for the checks", || {
        crates(&tools)?;
        components::ensure_components(&tools)
    })?;
    Ok(tools)
}

/// What building the page needs.
pub fn for_page(paths: Paths) -> Result<Toolbox> {
    let mut tools = Toolbox::new(paths)?;
    step("tools for the page", || {
        crates(&tools)?;
        add_page_tools(&mut tools)
    })?;
    Ok(tools)
}

/// What the tests need: the page's tools, rustfmt and clippy, and a browser.
pub fn for_everything(paths: Paths) -> Result<Toolbox> {
    let mut tools = Toolbox::new(paths)?;
    step("tools", || {
        crates(&tools)?;
        components::ensure_components(&tools)?;
        add_page_tools(&mut tools)?;
        tools.browser = Some(browser::ensure_browser()?);
        Ok(())
    })?;
    Ok(tools)
}

fn add_page_tools(tools: &mut Toolbox) -> Result<()> {
    tools.web = wasm_target::ensure_target(tools)?;
    trunk::ensure_trunk(tools)?;
    bindgen::ensure_bindgen(tools)?;
    wasm_opt::ensure_wasm_opt(tools)
}

/// Every crate of the lock file, for every platform, so that later builds need no network.
fn crates(tools: &Toolbox) -> Result<()> {
    let fetch = || tools.native("cargo");
    ensure(
        "crates in Cargo.lock",
        || probe(fetch().args(["fetch", "--locked", "--offline"])),
        || run(fetch().arg("fetch")).context("the crates in Cargo.lock cannot be fetched"),
    )?;
    Ok(())
}

impl Toolbox {
    fn new(paths: Paths) -> Result<Self> {
        let own = [paths.npm().join("node_modules/.bin"), paths.tools().join("bin")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        let search_path = env::join_paths(own.into_iter().chain(env::split_paths(&inherited)))
            .context("the cache's path must not contain a colon")?;
        Ok(Self { paths, search_path, web: WebToolchain::Active, browser: None })
    }

    /// A command for this machine, run at the root of the checkout.
    pub fn native(&self, program: &str) -> Command {
        let mut command = self.plain(program);
        command.env("CARGO_TARGET_DIR", self.paths.target());
        command
    }

    /// A command that builds for the browser, with the toolchain that can.
    pub fn web(&self, program: &str) -> Command {
        self.web_with(&self.web, program)
    }

    /// As [`Toolbox::web`], with a toolchain yet to be tried.
    pub(super) fn web_with(&self, toolchain: &WebToolchain, program: &str) -> Command {
        let mut command = self.plain(program);
        command.env("CARGO_TARGET_DIR", self.paths.target_web());
        // They would replace the flags in .cargo/config.toml, SIMD among them.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        if let WebToolchain::Named(name) = toolchain {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }

    /// A command that installs a tool from crates.io into the cache, without regard to this workspace.
    pub(super) fn install(&self, package: &str, version: &str) -> Command {
        let mut command = self.plain("cargo");
        command.current_dir(self.paths.cache()).env("CARGO_TARGET_DIR", self.paths.target_tools());
        command.args(["install", package, "--version", &format!("={version}"), "--root"]).arg(self.paths.tools());
        command
    }

    /// A command that sees the page and drives a browser: `command` with the browser's whereabouts.
    pub fn with_browser<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        if let Some(browser) = &self.browser {
            command.env("CHROME", &browser.program).env("CHROMEDRIVER", &browser.driver);
            // wasm-bindgen's test runner would prefer it.
            command.env_remove("GECKODRIVER");
        }
        command
    }

    fn plain(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.paths.root()).env("PATH", &self.search_path);
        // Cargo sets it for this process; the children may need another cargo.
        command.env_remove("CARGO");
        command
    }
}
