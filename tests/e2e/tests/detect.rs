//! Detecting faults as a reader would: switch the task, look, run, select.

use loadstone_e2e::Page;
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(20);

/// A page that shows the stored result of detection.
fn detection() -> Page {
    let page = Page::open("");
    page.wait_until_ready();
    page.select("task-select", "detect");
    page.wait_for("metrics-table", |text| text.contains("integrated"), SHORT);
    page
}

fn count(page: &Page, selector: &str) -> u64 {
    page.execute(&format!("return document.querySelectorAll(`{selector}`).length")).as_u64().unwrap_or(0)
}

#[test]
fn the_other_task_opens_with_a_finished_result_and_comes_back() {
    let page = detection();
    for id in
        ["timeline-chart", "confusion-matrix", "roc-chart", "pca-chart", "lie-table", "leak-audit", "alarm-budget"]
    {
        assert!(page.has(id), "{id}");
    }
    assert!(page.text("dataset-summary").contains("imulated"), "{}", page.text("dataset-summary"));
    assert!(page.text("lie-table").contains("random"), "{}", page.text("lie-table"));
    page.select("task-select", "forecast");
    page.wait_for("metrics-table", |text| text.contains("persistence"), SHORT);
    assert_eq!(page.take_errors(), [""; 0]);
}

#[test]
fn a_cell_of_the_confusion_matrix_opens_its_windows_everywhere() {
    let page = detection();
    page.click_inside("confusion-matrix", "button");
    let selection = page.wait_for("selection", |text| !text.is_empty(), SHORT);
    assert!(selection.contains("window"), "{selection}");
    assert_eq!(count(&page, "[data-testid=confusion-matrix] [aria-pressed=true]"), 1);
    assert_eq!(page.take_errors(), [""; 0]);
}

#[test]
fn the_stored_result_comes_again_to_the_same_bits() {
    let page = detection();
    page.click("run");
    let status = page.wait_for("status", |text| text.contains("Done"), Duration::from_secs(400));
    assert!(status.contains("Identical to the stored result"), "{status}");
}

#[test]
fn protocols_stand_side_by_side_and_undefined_is_said() {
    let page = Page::open("");
    let script = "
        while (!window.loadstone) await new Promise((later) => setTimeout(later, 50));
        await loadstone.openSandbox('mesh-paper');
        const { config } = loadstone.presets().find((preset) => preset.id === 'detect-protocols');
        config.detect.detectors = ['zmax', 'logreg', 'clock'];
        const report = await loadstone.run(config);
        return report.detection.cells.map((cell) => [cell.label, cell.detectors.length]);";
    let cells = page.execute_async(script).expect("the study runs");
    let wanted = serde_json::json!([["p0-rand", 3], ["p0-class", 3], ["p0-chron", 3], ["p1", 0]]);
    assert_eq!(cells, wanted);
    let table = page.wait_for("study-table", |text| text.contains("P0-CHRON"), SHORT);
    assert!(table.contains("undefined"), "{table}");
    assert_eq!(page.take_errors(), [""; 0]);
}
