//! How long a file takes to be read in a browser, and how much memory.

use crate::page::Page;
use crate::process::Usage;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Tells the size of a worker's WebAssembly memory.
const WATCH: &str = include_str!("watch.js");

/// The files of the other readers' page.
const RIVALS: [(&str, &str); 5] = [
    ("index.html", include_str!("../rivals/index.html")),
    ("page.js", include_str!("../rivals/page.js")),
    ("duckdb.js", include_str!("../rivals/duckdb.js")),
    ("papaparse.js", include_str!("../rivals/papaparse.js")),
    ("papaparse_worker.js", include_str!("../rivals/papaparse_worker.js")),
];

/// From the choice of the file to the summary with this many machines, by the page's own clock.
const UNTIL_SUMMARY: &str = "
    const machines = arguments[0];
    window.finished = new Promise((resolve, reject) => {
      const find = (id) => document.querySelector(`[data-testid=\"${id}\"]`)?.textContent ?? '';
      document.addEventListener('change', () => {
        const begun = performance.now();
        const look = () => {
          const [text, error] = [find('dataset-summary'), find('error')];
          if (text.includes(machines)) resolve({ secs: (performance.now() - begun) / 1000, text });
          else if (error) reject(new Error(error));
          else setTimeout(look, 10);
        };
        look();
      }, { capture: true, once: true });
    });
    window.finished.catch(() => {});";

/// One file read once, in a fresh browser.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// From the choice of the file to the finished grid.
    pub secs: f64,
    /// Size of the worker's WebAssembly memory at the end, which is its peak; `None` where there is none.
    pub wasm_bytes: Option<u64>,
    /// What the page's process had used before and after; `None` where the system does not tell.
    pub usage: Option<[Usage; 2]>,
    /// What was read, in the reader's own words.
    pub text: String,
}

/// Chooses a file in the built page and waits for the summary with `machines` in it.
///
/// # Errors
/// What the page says about the file.
pub fn read_with_loadstone(file: &Path, machines: &str) -> Result<Reading, String> {
    let page = Page::open("");
    watch(&page);
    page.wait_until_ready();
    page.execute_with(UNTIL_SUMMARY, vec![json!(machines)]);
    read(&page, file)
}

/// Chooses a file in a page with another reader (`duckdb` or `papaparse`), whose packages `folder` holds.
///
/// # Errors
/// What the reader says about the file.
pub fn read_with_rival(folder: &Path, name: &str, file: &Path) -> Result<Reading, String> {
    for (name, text) in RIVALS {
        fs::write(folder.join(name), text).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let page = Page::open_folder(folder, name);
    watch(&page);
    let reading = read(&page, file);
    // What a reader that ran out of memory leaves in the console is told already.
    drop(page.take_errors());
    reading
}

fn watch(page: &Page) {
    page.dev_tools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH }));
    page.reload();
}

fn read(page: &Page, file: &Path) -> Result<Reading, String> {
    page.wait_until_ready();
    // Starting up is not reading.
    let settle = "await window.started; await new Promise((later) => setTimeout(later, 1000));";
    page.execute_async(settle).map_err(|error| words(&error))?;
    let before = page.browser.usage();
    page.choose_file(file);
    let answer = page.execute_async("return await window.finished;").map_err(|error| words(&error));
    let usage = before.zip(page.browser.usage()).map(|(before, after)| [before, after]);
    let answer = answer?;
    let wasm_bytes = page.execute_async("return await window.wasmMemoryBytes();").ok().as_ref().and_then(Value::as_u64);
    let secs = answer["secs"].as_f64().ok_or("the page tells no time")?;
    Ok(Reading { secs, wasm_bytes, usage, text: words(&answer["text"]) })
}

fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
