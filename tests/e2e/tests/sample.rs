//! The first visit: a finished, labelled result within two seconds, and the same again on request.

use loadstone_e2e::Page;
use std::time::Duration;

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
