//! Pictures of both tasks with a finished result, wide and narrow, light and dark, into the folder given.

use loadstone_e2e::Page;
use std::path::PathBuf;
use std::time::Duration;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("usage: pictures FOLDER"));
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let page = Page::open("");
    page.wait_for("metrics-table", |text| text.contains("persistence"), Duration::from_secs(30));
    take(&page, &folder, "");
    page.select("task-select", "detect");
    page.wait_for("metrics-table", |text| text.contains("integrated"), Duration::from_secs(30));
    std::thread::sleep(Duration::from_secs(1));
    take(&page, &folder, "detect-");
}

fn take(page: &Page, folder: &std::path::Path, task: &str) {
    for (name, width, height) in [("wide", 1440, 900), ("narrow", 390, 844)] {
        for (scheme, dark) in [("light", false), ("dark", true)] {
            page.screenshot(&folder.join(format!("{task}{name}-{scheme}.png")), width, height, dark);
            page.screenshot_whole(&folder.join(format!("{task}{name}-{scheme}-whole.png")), width, dark);
        }
    }
}
