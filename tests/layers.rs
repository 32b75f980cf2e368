//! Who may use whom: the layers of ARCHITECTURE.md, executable.
//!
//! Scans `crate::…` paths and external crate names in `src`. A failure names the file and what to do about it.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// Stage, crate modules it may use, external crates it may use (beyond serde and thiserror).
const LAYERS: [(&str, &[&str], &[&str]); 24] = [
    ("digest", &[], &["sha2", "serde_json"]),
    ("json", &[], &["serde_json"]),
    ("stream", &[], &["sha2", "rand", "rand_chacha"]),
    ("config", &["digest", "json", "stream"], &["schemars", "serde_json"]),
    ("data", &["config", "digest"], &["csv_core", "flate2", "jiff", "json_event_parser", "tar"]),
    ("sandbox", &["config", "data", "digest", "stream"], &[]),
    ("prepare", &["config", "data", "report", "stream"], &[]),
    ("snapshot", &["config", "data", "prepare", "report"], &["serde_json"]),
    ("detect", &["config", "data", "prepare", "report", "snapshot", "stream"], &[]),
    ("detectors", &["config", "data", "detect", "snapshot", "stream"], &["nalgebra"]),
    ("graph", &["config", "data", "prepare", "report"], &[]),
    ("explore", &["config", "data", "graph", "json", "snapshot"], &[]),
    ("models", &["config", "snapshot", "stream"], &["burn", "nalgebra", "stlrs"]),
    ("train", &["config", "detect", "evaluate", "graph", "models", "prepare", "report", "stream"], &["burn"]),
    ("evaluate", &["report", "stream"], &["nalgebra", "statrs"]),
    ("report", &["config", "data", "digest"], &["serde_json"]),
    (
        "experiment",
        &[
            "config",
            "data",
            "detect",
            "detectors",
            "digest",
            "evaluate",
            "graph",
            "models",
            "prepare",
            "protocol",
            "report",
            "snapshot",
            "train",
        ],
        &["base64", "safetensors", "serde_json"],
    ),
    ("protocol", &["config", "data", "explore", "json", "report"], &["serde_json"]),
    ("codec", &["json"], &["js_sys", "serde_json", "serde_wasm_bindgen", "wasm_bindgen"]),
    ("bridge", &["codec", "protocol"], &WEB),
    ("worker", &["bridge", "codec", "config", "data", "digest", "experiment", "explore", "protocol", "sandbox"], &WEB),
    ("charts", &["config", "data", "explore", "json", "protocol", "report", "snapshot"], &["plotters", "serde_json"]),
    (
        "api",
        &["codec", "config", "data", "protocol", "report", "ui"],
        &["gloo", "js_sys", "schemars", "serde_json", "wasm_bindgen", "wasm_bindgen_futures", "web_sys"],
    ),
    (
        "ui",
        &[
            "api", "bridge", "charts", "codec", "config", "data", "digest", "explore", "json", "protocol", "report",
            "sandbox", "snapshot",
        ],
        &[
            "yew",
            "gloo",
            "web_sys",
            "js_sys",
            "wasm_bindgen",
            "wasm_bindgen_futures",
            "serde_wasm_bindgen",
            "serde_json",
            "base64",
            "miniz_oxide",
        ],
    ),
];

const WEB: [&str; 7] =
    ["gloo", "web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "serde_wasm_bindgen", "yew"];

/// External crates that the table knows; a name outside it is not an external crate of this project.
const EXTERNAL: [&str; 26] = [
    "base64",
    "burn",
    "burn_ndarray",
    "csv_core",
    "flate2",
    "gloo",
    "jiff",
    "js_sys",
    "json_event_parser",
    "miniz_oxide",
    "nalgebra",
    "plotters",
    "rand",
    "rand_chacha",
    "safetensors",
    "schemars",
    "serde_json",
    "serde_wasm_bindgen",
    "sha2",
    "statrs",
    "stlrs",
    "tar",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "web_sys",
    "yew",
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).expect("src is readable").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

/// The program text without comments and without what stands behind `#[cfg(test)]`, be it the whole file.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file is text");
    if text.lines().any(|line| line == "#![cfg(test)]") {
        return String::new();
    }
    let body = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    body.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

fn stage(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("src")).ok()?;
    let first = inside.components().next()?.as_os_str().to_string_lossy().into_owned();
    let name = first.trim_end_matches(".rs").to_owned();
    (!matches!(name.as_str(), "lib" | "bin")).then_some(name)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn words_after<'a>(code: &'a str, prefix: &'a str) -> impl Iterator<Item = &'a str> {
    code.match_indices(prefix).filter(move |(at, _)| !code[..*at].ends_with(is_word)).map(move |(at, _)| {
        let rest = &code[at + prefix.len()..];
        &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())]
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn all_sources() -> Vec<PathBuf> {
    let mut out = Vec::new();
    sources(&root().join("src"), &mut out);
    out
}

#[test]
fn each_stage_uses_only_what_its_layer_allows() {
    let mut wrong = Vec::new();
    for path in all_sources() {
        let Some(stage) = stage(&path) else { continue };
        let Some((_, inside, outside)) = LAYERS.iter().find(|(name, ..)| *name == stage) else {
            wrong.push(format!(
                "{}: the stage {stage} is not in the table of tests/layers.rs; add it there and to ARCHITECTURE.md",
                path.display()
            ));
            continue;
        };
        let code = code(&path);
        for used in words_after(&code, "crate::") {
            if used != stage && !inside.contains(&used) {
                wrong.push(format!("{}: {stage} must not use crate::{used}", path.display()));
            }
        }
        for external in EXTERNAL {
            let named = code.contains(&format!("{external}::"))
                && code
                    .match_indices(&format!("{external}::"))
                    .any(|(at, _)| !code[..at].ends_with(is_word) && !code[..at].ends_with("::"));
            if named && !outside.contains(&external) {
                wrong.push(format!("{}: {stage} must not use the crate {external}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "layers are broken; move the code to the stage it belongs to:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_knows_no_clock_no_files_no_threads_and_no_hash_order() {
    const BANNED: [&str; 8] =
        ["std::time", "std::fs", "std::thread", "std::net", "HashMap", "HashSet", "thread_rng", "SystemTime"];
    let core = |stage: &str| !matches!(stage, "ui" | "worker" | "api");
    let mut wrong = Vec::new();
    for path in all_sources() {
        if !stage(&path).is_some_and(|stage| core(&stage)) {
            continue;
        }
        let code = code(&path);
        wrong.extend(
            BANNED.iter().filter(|word| code.contains(**word)).map(|word| format!("{}: {word}", path.display())),
        );
    }
    assert!(
        wrong.is_empty(),
        "the core takes bytes and seeds as arguments; give it those instead of:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn files_stay_short_enough_to_read() {
    const LIMIT: usize = 400;
    let long: Vec<String> = all_sources()
        .iter()
        .map(|path| (path, code(path).lines().filter(|line| !line.trim().is_empty()).count()))
        .filter(|(_, n)| *n > LIMIT)
        .map(|(path, n)| format!("{}: {n} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "split these by what they do (limit {LIMIT} lines of code):\n{}", long.join("\n"));
}
