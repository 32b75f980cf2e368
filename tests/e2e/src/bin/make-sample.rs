//! Runs the samples of both tasks in the built page and stores their reports, so that the page has a result at once.
//!
//! The stored report is made by WebAssembly because only the same target gives the same bits.

use loadstone_e2e::Page;
use std::path::Path;

/// Scenario, preset and file of each task's sample.
const SAMPLES: [(&str, &str, &str); 2] =
    [("sample", "sample", "sample-report.json"), ("mesh-paper", "detect-quick", "detect-sample.json")];

fn main() {
    for (scenario, preset, file) in SAMPLES {
        let page = Page::open("");
        let script = format!(
            "while (!window.loadstone) await new Promise((later) => setTimeout(later, 50));
             await loadstone.openSandbox('{scenario}');
             const {{ config }} = loadstone.presets().find((preset) => preset.id === '{preset}');
             const report = await loadstone.run(config);
             return await loadstone.exportReport(report, 'json').text();"
        );
        // The page looks for the stored result that is about to be made.
        let report = page.execute_async(&script).expect("the sample runs");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/data").join(file);
        let text = report.as_str().expect("a report");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        drop(page.take_errors());
        println!("{} holds {} kB", path.display(), text.len() / 1000);
    }
}
