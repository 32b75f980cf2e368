//! Fuzzing: every reader of foreign bytes, one after the other, each for a stated time.

use crate::paths::Paths;
use crate::run::{run, step};
use crate::tools::{for_checks, fuzzer};
use anyhow::{Result, bail};
use std::fs;

/// Memory of a target; reading small files never comes near it.
const MOST_MIB: u32 = 2048;
/// Longest time for one input.
const MOST_SECS_PER_INPUT: u32 = 20;

/// What to fuzz and for how long.
#[derive(Debug)]
pub struct Options {
    /// One target; all of them if there is none.
    pub target: Option<String>,
    /// Seconds for each target.
    pub secs: u64,
}

/// Runs the targets; the first input that fails ends it and is kept under `fuzz/artifacts`.
pub fn fuzz(paths: Paths, options: &Options) -> Result<()> {
    let tools = for_checks(paths)?;
    fuzzer::ensure_fuzzer(&tools)?;
    let all = targets(&tools.paths)?;
    let chosen: Vec<&String> = match &options.target {
        None => all.iter().collect(),
        Some(name) => all.iter().filter(|target| *target == name).collect(),
    };
    if chosen.is_empty() {
        bail!("there is no such target: expected one of {}", all.join(", "));
    }
    for target in chosen {
        let corpus = tools.paths.root().join("fuzz/corpus").join(target);
        fs::create_dir_all(&corpus)?;
        step(&format!("fuzz {target} for {} s", options.secs), || {
            let mut cargo = tools.native("cargo");
            cargo.env("CARGO_TARGET_DIR", tools.paths.cache().join("target-fuzz")).env("RUSTUP_TOOLCHAIN", "nightly");
            // What is found goes to a folder of the cache; the corpus in the checkout stays small.
            let found = tools.paths.cache().join("fuzz-corpus").join(target);
            fs::create_dir_all(&found)?;
            cargo.args(["fuzz", "run", "--sanitizer", "none", "--fuzz-dir", "fuzz", target]).arg(&found).arg(&corpus);
            cargo.args(["--", &format!("-max_total_time={}", options.secs), &format!("-rss_limit_mb={MOST_MIB}")]);
            cargo.args([&format!("-timeout={MOST_SECS_PER_INPUT}"), "-print_final_stats=1", "-verbosity=0"]);
            run(&mut cargo)
        })?;
    }
    Ok(())
}

fn targets(paths: &Paths) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(paths.root().join("fuzz/fuzz_targets"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}
