//! Chromium or Chrome, and the driver that tests steer it with.

use super::apt;
use super::ensure::ensure;
use anyhow::Result;
use std::env;
use std::path::PathBuf;

/// A browser and its driver.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub program: PathBuf,
    /// chromedriver.
    pub driver: PathBuf,
}

const PROGRAMS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC_PROGRAM: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// `CHROME` and `CHROMEDRIVER` if set, else what the search path has, else Debian's packages.
pub fn ensure_browser() -> Result<Browser> {
    ensure("Chromium, chromedriver", find, || {
        apt::install(&["chromium", "chromium-driver"], "a browser for the tests (Chromium or Chrome with chromedriver)")
    })
}

fn find() -> Option<Browser> {
    let program =
        named("CHROME").or_else(|| PROGRAMS.into_iter().find_map(which)).or_else(|| file(MAC_PROGRAM.into()))?;
    let driver = named("CHROMEDRIVER").or_else(|| which("chromedriver"))?;
    Some(Browser { program, driver })
}

fn named(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).and_then(file)
}

fn file(path: PathBuf) -> Option<PathBuf> {
    path.is_file().then_some(path)
}

/// The first program of this name on the search path.
pub fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find_map(file)
}
