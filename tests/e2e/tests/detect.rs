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

/// Presses a cell, a point and ranges of time of the stored result, and tells after each what is selected where: the
/// number of windows, their stretches on the timeline, their points in the embedding, and what the last two should be.
const SELECT: &str = "
    const settle = () => new Promise((later) => setTimeout(later, 80));
    const part = (id) => document.querySelector(`[data-testid=${id}]`);
    const found = (id, mark) => part(id).querySelectorAll(`.plot-layer [${mark}='#000006']`).length;
    const selected = () => ({
      n: Number(part('selection').textContent.replace(/[^0-9]/g, '')),
      stretches: found('timeline-chart', 'fill'),
      points: found('pca-chart', 'stroke'),
      pressed: part('confusion-matrix').querySelectorAll('[aria-pressed=true]').length,
    });
    const layer = (id) => part(id).querySelector('svg.overlay');
    const press = async (id, keys) => {
      layer(id).focus();
      for (const [key, shiftKey] of keys) {
        layer(id).dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }));
        await settle();
      }
    };
    const point = async (kind, share, buttons) => {
      const { left, width, top } = layer('timeline-chart').getBoundingClientRect();
      const at = { clientX: left + share * width, clientY: top + 30, buttons, pointerId: 1, bubbles: true };
      layer('timeline-chart').dispatchEvent(new (kind === 'click' ? MouseEvent : PointerEvent)(kind, at));
      await settle();
    };
    while (!layer('pca-chart') || !layer('timeline-chart')) await settle();
    const { board } = (await (await fetch('data/detect-sample.json')).json()).detection;
    const shown = part('detector-select').value;
    const view = board.embeddings.find((view) => view.state === 'trained' && view.id === shown);
    const first = view.window.find((window) => board.label[window] !== 1);
    const windows = board.run.flatMap((run, window) => (run === board.run[first] ? [window] : []));
    const place = Math.min(windows.indexOf(first), windows.length - 3);
    const shownOf = (windows) => windows.filter((window) => view.window.includes(window)).length;
    const told = {};

    const cell = part('confusion-matrix').querySelector('button:not([aria-disabled])');
    cell.click();
    await settle();
    told.cell = selected();
    cell.click();
    await settle();
    told.none = selected();

    await press('pca-chart', [['ArrowRight'], ['Enter']]);
    told.point = selected();
    await press('pca-chart', [['Enter']]);

    const right = Array.from({ length: place % 10 }, () => ['ArrowRight']);
    const far = Array.from({ length: Math.floor(place / 10) }, () => ['ArrowRight', true]);
    await press('timeline-chart', [['Home'], ...far, ...right, [' '], ['ArrowRight'], ['ArrowRight'], ['Enter']]);
    told.keys = selected();
    told.keysWanted = { n: 3, points: shownOf(windows.slice(place, place + 3)) };

    await point('pointerdown', 0, 1);
    await point('pointermove', 0.5, 1);
    told.dragged = part('timeline-chart').querySelectorAll('.overlay rect.outline').length;
    await point('pointermove', 1, 1);
    await point('click', 1, 0);
    told.drag = selected();
    told.dragWanted = { n: windows.length, points: shownOf(windows) };
    return told;";

#[test]
fn a_cell_a_point_and_a_range_of_time_select_the_same_windows_everywhere() {
    let page = detection();
    page.wait_for("pca-chart", |text| text.contains("PC1"), SHORT);
    let told = page.execute_async(SELECT).expect("the figures answer");
    println!("{told}");
    let [n, stretches, points] = ["n", "stretches", "points"].map(|key| told["cell"][key].as_u64().unwrap_or(0));
    assert!(n > 0 && stretches > 0 && points > 0 && told["cell"]["pressed"] == 1, "{told}");
    assert_eq!(told["none"], serde_json::json!({ "n": 0, "stretches": 0, "points": 0, "pressed": 0 }), "{told}");
    let point = ["n", "stretches", "points"].map(|key| told["point"][key].as_u64());
    assert_eq!(point, [Some(1); 3], "{told}");
    for how in ["keys", "drag"] {
        let wanted = &told[format!("{how}Wanted")];
        assert_eq!((&told[how]["n"], &told[how]["points"]), (&wanted["n"], &wanted["points"]), "{how}: {told}");
        assert!(told[how]["stretches"].as_u64().is_some_and(|n| n > 0), "{how}: {told}");
    }
    assert_eq!(told["dragged"], 1, "the range is shown while it is dragged: {told}");
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
