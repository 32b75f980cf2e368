//! Runs a preset in the built page, in headless Chromium, and prints how long it took and what came out.
//!
//! `cargo run -p loadstone-e2e --bin run-preset -- PRESET FILE [REPORT]`, where `sandbox:ID` stands for a file; figures for README and CHANGELOG come from
//! here. The report is stored as JSON where a third word says so.

use std::time::{Duration, Instant};

use loadstone_e2e::Page;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [preset, file, rest @ ..] = words.as_slice() else {
        eprintln!("usage: run-preset PRESET FILE [REPORT]");
        std::process::exit(2);
    };
    let page = Page::open("");
    match file.strip_prefix("sandbox:") {
        None => {
            let path = std::path::Path::new(file);
            page.choose_file(path);
            // Not the stored sample, which stands there before.
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            page.wait_for("dataset-summary", |text| text.contains(&name), Duration::from_secs(120));
        }
        Some(scenario) => {
            let open = "while (!window.loadstone) await new Promise((later) => setTimeout(later, 50));";
            let script = format!("{open} await loadstone.openSandbox('{scenario}'); return true;");
            page.execute_async(&script).expect("the scenario is simulated");
        }
    }
    let start = Instant::now();
    let begin = format!(
        "const {{ config }} = loadstone.presets().find((preset) => preset.id === '{preset}');
         window.outcome = null;
         loadstone.run(config).then(
           async (report) => {{ window.outcome = await loadstone.exportReport(report, 'json').text(); }},
           (error) => {{ window.outcome = JSON.stringify({{ error: String(error.message ?? error) }}); }});
         return navigator.hardwareConcurrency;"
    );
    let cores = page.execute_async(&begin).expect("the run begins");
    let text = loop {
        std::thread::sleep(Duration::from_secs(2));
        let outcome = page.execute_async("return window.outcome;").expect("the page answers");
        if let Some(text) = outcome.as_str() {
            break text.to_owned();
        }
    };
    let secs = start.elapsed().as_secs_f64();
    let report: serde_json::Value = serde_json::from_str(&text).expect("a report or an error");
    println!("{preset}: {secs:.0} s on {cores} cores, complete: {}", report["complete"]);
    if let Some(error) = report["error"].as_str() {
        println!("{error}");
        std::process::exit(1);
    }
    for remark in report["protocol"]["remarks"].as_array().into_iter().flatten() {
        println!("  {}", remark.as_str().unwrap_or_default());
    }
    for model in report["models"].as_array().into_iter().flatten() {
        let (rmse, mae) = (&model["rmse"], &model["mae"]);
        println!("  {:12} RMSE {} ± {}  MAE {}", model["id"], rmse["mean"], rmse["sd"], mae["mean"]);
    }
    for cell in report["detection"]["cells"].as_array().into_iter().flatten() {
        println!("  {} {}", cell["group"], cell["label"]);
        for remark in cell["remarks"].as_array().into_iter().flatten() {
            println!("    {}", remark.as_str().unwrap_or_default());
        }
        for detector in cell["detectors"].as_array().into_iter().flatten() {
            let measures = detector["seeds"][0]["measures"].as_array();
            let value = |id: &str| {
                let found = measures.into_iter().flatten().find(|measure| measure["id"] == id);
                found.and_then(|measure| measure["value"].as_f64()).map_or("undefined".into(), |v| format!("{v:.3}"))
            };
            let [auc, ap, found, hourly] = ["auc", "ap", "episodes_found", "false_alarms_per_hour"].map(value);
            println!("    {:16} AUC {auc}  AP {ap}  found {found}  alarms/h {hourly}", detector["id"]);
        }
    }
    if let Some(path) = rest.first() {
        std::fs::write(path, &text).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}
