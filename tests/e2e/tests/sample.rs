//! The first visit: a finished, labelled result within two seconds, and the same again on request.

use std::fs;
use std::path::Path;
use std::time::Duration;

use loadstone_e2e::Page;
use serde_json::Value;

#[test]
fn the_sample_result_is_on_screen_within_two_seconds() {
    let page = Page::open("");
    page.wait_for("metrics-table", |text| text.contains("persistence"), Duration::from_secs(10));
    // The page's clock starts when the page is asked for, so this is an upper bound.
    let millis = page.execute("return performance.now()");
    println!("sample on screen after {millis} ms");
    assert!(millis.as_f64().is_some_and(|millis| millis < 2000.0), "{millis} ms");
    assert!(page.text("dataset-summary").contains("ynthetic"), "{}", page.text("dataset-summary"));
}

#[test]
fn running_the_sample_again_gives_the_stored_result() {
    let page = Page::open("");
    page.wait_for("metrics-table", |text| text.contains("persistence"), Duration::from_secs(10));
    page.click("run");
    let status = page.wait_for("status", |text| text.contains("Done"), Duration::from_secs(400));
    assert!(status.contains("Identical to the stored result"), "{status}");
}

/// Charts are a program of their own, which the page loads; the result waits for it.
#[test]
fn charts_come_with_the_result_answer_to_keys_and_move_nothing() {
    let page = Page::open("");
    page.wait_for("metrics-table", |text| text.contains("persistence"), Duration::from_secs(10));
    let told = page.execute_async(
        "const later = (millis) => new Promise((go) => setTimeout(go, millis));
         const figures = [...document.querySelectorAll('figure.chart')].filter((figure) => figure.clientWidth > 0);
         const tops = () => figures.map((figure) => Math.round(figure.getBoundingClientRect().top + scrollY));
         const before = tops();
         const height = document.documentElement.scrollHeight;
         await later(1000);
         const moved = before.some((top, n) => top !== tops()[n]) || height !== document.documentElement.scrollHeight;
         const chart = document.querySelector('[data-testid=error-by-model]');
         const drawn = figures.filter((figure) => figure.querySelector('svg.plot[viewBox] *')).length;
         const written = chart.querySelector('svg.overlay');
         written.focus();
         written.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
         await later(200);
         const spoken = chart.querySelector('output').textContent;
         chart.querySelector('.chart-tools > button').click();
         await later(200);
         const rows = chart.querySelectorAll('.twin tbody tr').length;
         return { n: figures.length, drawn, moved, spoken, rows };",
    );
    let told = told.expect("the charts are there");
    println!("{told}");
    assert!(told["n"].as_u64().is_some_and(|n| n >= 3), "{told}");
    assert_eq!((&told["moved"], &told["drawn"]), (&false.into(), &told["n"]), "{told}");
    assert!(told["spoken"].as_str().is_some_and(|text| text.contains("0.")), "{told}");
    assert!(told["rows"].as_u64().is_some_and(|n| n >= 2), "{told}");
    assert!(page.requests().iter().any(|address| address.ends_with("charts_bg.wasm")), "{:?}", page.requests());
    assert_eq!(page.take_errors(), [""; 0]);
}

/// Reports that the native binary made are as whole in the page as its own: every model or detector has its row.
#[test]
fn published_reports_open() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/reports");
    let files = fs::read_dir(folder).expect("the folder of reports").map(|entry| entry.expect("a file").path());
    let mut n_opened = 0;
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let report: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("a report");
        // The sample's models have these ids too, so models are known by their errors.
        let told = |row: &Value| match (row["id"].as_str(), row["rmse"]["mean"].as_f64()) {
            (_, Some(rmse)) => format!("{rmse:.4}"),
            (id, None) => format!("\n{}", id.unwrap_or_default()),
        };
        let rows = report["detection"]["cells"][0]["detectors"].as_array().or_else(|| report["models"].as_array());
        let wanted: Vec<String> = rows.expect("rows").iter().map(told).collect();
        let page = Page::open("");
        page.wait_for("metrics-table", |text| text.contains("persistence"), Duration::from_secs(10));
        page.choose_file(&file);
        let has_all = |text: &str| wanted.iter().all(|row| text.contains(row));
        page.wait_for("metrics-table", has_all, Duration::from_secs(60));
        println!("{}: {} rows", file.display(), wanted.len());
        assert_eq!(page.take_errors(), [""; 0]);
        n_opened += 1;
    }
    assert!(n_opened > 0, "there are no reports");
}
