//! Runs the sample in the built page and stores its report, so that the page has a result at once.
//!
//! The stored report is made by WebAssembly because only the same target gives the same bits.

use loadstone_e2e::Page;
use std::path::Path;

fn main() {
    let page = Page::open("");
    let script = "
        while (!window.loadstone) await new Promise((later) => setTimeout(later, 50));
        await loadstone.openSandbox('sample');
        const { config } = loadstone.presets().find((preset) => preset.id === 'sample');
        const report = await loadstone.run(config);
        return await loadstone.exportReport(report, 'json').text();";
    // The page looks for the stored result that is about to be made.
    let report = page.execute_async(script).expect("the sample runs");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/data/sample-report.json");
    let text = report.as_str().expect("a report");
    std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    drop(page.take_errors());
    println!("{} holds {} kB", path.display(), text.len() / 1000);
}
