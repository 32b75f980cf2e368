//! Every check: format, lints, native tests, tests in the browser, and tests of the built page.

use crate::page;
use crate::paths::Paths;
use crate::run::{run, step, stream};
use crate::tally::Tally;
use crate::tools::{self, Toolbox};
use anyhow::{Result, bail};
use std::process::Command;
use std::str::FromStr;

/// The integration tests that also run as WebAssembly.
const WEB_TESTS: [&str; 3] = ["codec", "pieces", "golden"];
/// The package of the end-to-end tests.
const END_TO_END: &str = "loadstone-e2e";

/// A part of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The source format.
    Fmt,
    /// Lints, warnings being errors; the core alone as well, which proves that it knows no web.
    Clippy,
    /// Unit, integration and documentation tests on this machine.
    Native,
    /// Tests compiled to WebAssembly, in a worker of a headless browser.
    Wasm,
    /// The built page in a headless browser, and its size.
    EndToEnd,
}

impl Part {
    /// All parts, in the order in which they run.
    pub const ALL: [Self; 5] = [Self::Fmt, Self::Clippy, Self::Native, Self::EndToEnd, Self::Wasm];

    fn needs_browser(self) -> bool {
        matches!(self, Self::Wasm | Self::EndToEnd)
    }
}

impl FromStr for Part {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        Ok(match name {
            "fmt" => Self::Fmt,
            "clippy" => Self::Clippy,
            "native" => Self::Native,
            "wasm" => Self::Wasm,
            "e2e" => Self::EndToEnd,
            other => bail!("there is no part `{other}`: use fmt, clippy, native, wasm or e2e"),
        })
    }
}

/// Runs these parts to the end, prints what failed and, as the last line, the sum of all results.
/// Returns whether nothing failed.
pub fn test(paths: Paths, parts: &[Part]) -> Result<bool> {
    let needs_browser = parts.iter().any(|part| part.needs_browser());
    let tools = if needs_browser { tools::for_everything(paths)? } else { tools::for_checks(paths)? };
    let mut checks = Checks { tools, tally: Tally::default(), failed: Vec::new() };
    for part in parts {
        checks.part(*part);
    }
    Ok(checks.conclude())
}

struct Checks {
    tools: Toolbox,
    tally: Tally,
    failed: Vec<String>,
}

impl Checks {
    fn part(&mut self, part: Part) {
        match part {
            Part::Fmt => self.check("format", |tools| run(tools.native("cargo").args(["fmt", "--all", "--check"]))),
            Part::Clippy => self.clippy(),
            Part::Native => self.native(),
            Part::EndToEnd => self.end_to_end(),
            Part::Wasm => self.wasm(),
        }
    }

    fn clippy(&mut self) {
        let clippy = |tools: &Toolbox, what: &[&str]| {
            run(tools.native("cargo").arg("clippy").args(what).args(["--", "-D", "warnings"]))
        };
        self.check("lints of the core alone", |tools| {
            clippy(tools, &["--package", "loadstone", "--no-default-features", "--lib"])
        });
        self.check("lints of everything", |tools| clippy(tools, &["--workspace", "--all-targets", "--all-features"]));
    }

    fn native(&mut self) {
        self.tests("native tests", |tools| {
            let mut cargo = tools.native("cargo");
            cargo.args(["test", "--workspace", "--exclude", END_TO_END, "--no-fail-fast"]);
            // The words of a test that skips itself are among the output of tests that pass.
            cargo.args(["--", "--show-output"]);
            cargo
        });
        self.tests("unit tests of the page", |tools| {
            let mut cargo = tools.native("cargo");
            cargo.args(["test", "--package", "loadstone", "--all-features", "--lib", "--no-fail-fast"]);
            cargo
        });
    }

    fn end_to_end(&mut self) {
        self.check("page and its size", |tools| {
            page::build(tools)?;
            page::check_budget(&tools.paths.dist())
        });
        self.tests("end-to-end tests", |tools| {
            let mut cargo = tools.native("cargo");
            cargo.args(["test", "--package", END_TO_END, "--no-fail-fast", "--", "--show-output", "--test-threads=1"]);
            cargo.env("LOADSTONE_DIST", tools.paths.dist());
            cargo
        });
    }

    fn wasm(&mut self) {
        for name in WEB_TESTS {
            self.tests(&format!("tests in the browser: {name}"), |tools| {
                let mut cargo = web_test(tools, name);
                cargo.args(["--", "--nocapture"]);
                cargo
            });
        }
    }

    /// A check that either holds or does not.
    fn check(&mut self, heading: &str, work: impl FnOnce(&Toolbox) -> Result<()>) {
        if let Err(error) = step(heading, || work(&self.tools)) {
            eprintln!("{heading}: {error:#}");
            self.tally.add_failure();
            self.failed.push(heading.to_owned());
        }
    }

    /// A test runner, whose results are read from its output.
    fn tests(&mut self, heading: &str, command: impl FnOnce(&Toolbox) -> Command) {
        let mut counted = Tally::default();
        let mut command = command(&self.tools);
        let outcome = step(heading, || {
            let succeeded = stream(with_data(&self.tools, &mut command), |line| {
                println!("{line}");
                counted.read(line);
            })?;
            match (succeeded, counted.has_tests()) {
                (true, true) => Ok(()),
                (true, false) => bail!("no test was run"),
                (false, _) => bail!("some tests failed"),
            }
        });
        if let Err(error) = outcome {
            eprintln!("{heading}: {error:#}");
            if counted.n_failed() == 0 {
                counted.add_failure();
            }
            self.failed.push(heading.to_owned());
        }
        self.tally.add(counted);
    }

    fn conclude(self) -> bool {
        println!();
        for skipped in self.tally.skipped() {
            println!("not run: {skipped}");
        }
        if !self.failed.is_empty() {
            println!("failed: {}", self.failed.join(", "));
        }
        println!("{}", self.tally);
        self.failed.is_empty()
    }
}

/// The real traces are found beside the checkout unless `LOADSTONE_DATA` says otherwise.
fn with_data<'a>(tools: &Toolbox, command: &'a mut Command) -> &'a mut Command {
    let beside = tools.paths.root().join("../shared/data");
    if std::env::var_os("LOADSTONE_DATA").is_none() && beside.is_dir() {
        command.env("LOADSTONE_DATA", beside);
    }
    tools.with_browser(command)
}

/// Runs a program of the end-to-end package on the built page.
pub fn page_tool(tools: &Toolbox, name: &str, arguments: &[std::ffi::OsString]) -> Result<()> {
    let mut cargo = tools.native("cargo");
    cargo.args(["run", "--package", END_TO_END, "--bin", name, "--"]).args(arguments);
    cargo.env("LOADSTONE_DIST", tools.paths.dist());
    run(tools.with_browser(&mut cargo))
}

/// An integration test as WebAssembly, in the profile and with the features of the page's worker, so that
/// the tensor library is compiled once for both.
pub fn web_test(tools: &Toolbox, name: &str) -> Command {
    let mut cargo = tools.web("cargo");
    cargo.args(["test", "--package", "loadstone", "--release", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--features", "web,engine", "--test", name]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    cargo.env("WASM_BINDGEN_USE_DEDICATED_WORKER", "1");
    cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", tools.paths.root().join("xtask/webdriver.json"));
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "1200").env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    tools.with_browser(&mut cargo);
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_a_name() {
        let names = ["fmt", "clippy", "native", "e2e", "wasm"];
        assert_eq!(names.map(|name| name.parse::<Part>().unwrap()), Part::ALL);
    }

    #[test]
    fn an_unknown_part_is_one_sentence() {
        let error = "all".parse::<Part>().unwrap_err();
        assert_eq!(error.to_string(), "there is no part `all`: use fmt, clippy, native, wasm or e2e");
    }
}
