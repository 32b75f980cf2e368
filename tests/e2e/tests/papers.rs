//! Every statement of both papers can be opened: its preset runs on the page, and what shows it stands there.
//!
//! Sizes are cut down to seconds, which changes the numbers and not what is shown: the paper's sizes are for
//! `loadstone run`. Where a preset wants twenty runs of a mesh, one run under another protocol stands in.

use loadstone_e2e::{Page, data_file, data_file_or_skip};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const SHORT: Duration = Duration::from_secs(30);
const STAGES: [&str; 4] = ["data", "graph", "models", "results"];

/// What shows the statements of a map, by preset.
fn charts_by_preset(map: &str) -> BTreeMap<String, BTreeSet<String>> {
    let rows: Vec<BTreeMap<String, String>> = serde_json::from_str(map).expect("rows of texts");
    let mut charts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in rows {
        assert!(row.values().all(|text| !text.trim().is_empty()), "{row:?}");
        charts.entry(row["preset"].clone()).or_default().insert(row["chart"].clone());
    }
    charts
}

/// Runs a preset in the page, cut down by `smaller`, which changes `config`.
fn run(page: &Page, preset: &str, smaller: &str) {
    let script = format!(
        "const {{ config }} = loadstone.presets().find((preset) => preset.id === '{preset}');
         {smaller}
         const report = await loadstone.run(config);
         return report.complete;"
    );
    let answer = page.execute_async(&script).unwrap_or_else(|error| panic!("{preset}: {error}"));
    assert_eq!(answer, true, "{preset} was not finished");
}

/// Fails unless all of these stand on the page with something to read in or on them.
fn expect_shown(page: &Page, preset: &str, charts: &BTreeSet<String>) {
    STAGES.iter().for_each(|stage| page.open_stage(stage));
    if ["snapshot-chart", "around-chart"].iter().any(|chart| charts.contains(*chart)) {
        move_slider(page);
    }
    for chart in charts {
        let script = format!(
            "document.querySelectorAll('details').forEach((fold) => fold.open = true);
             for (let n = 0; n < {}; n++) {{
               const shown = [...document.querySelectorAll('[data-testid=\"{chart}\"]')];
               const drawn = (element) => element.querySelector('svg, canvas')?.getBoundingClientRect().height > 40;
               const usable = (element) => element.matches('input') && !element.disabled;
               const says = (element) => element.innerText.trim().length > 20;
               if (shown.some((element) => says(element) || drawn(element) || usable(element))) return true;
               await new Promise((later) => setTimeout(later, 50));
             }}
             return false;",
            SHORT.as_millis() / 50
        );
        assert_eq!(page.execute_async(&script), Ok(Value::Bool(true)), "{preset} does not show {chart}");
    }
}

/// Asks for the graph of another moment, as a pointer on the slider does.
fn move_slider(page: &Page) {
    page.execute(
        "const slider = document.querySelector('[data-testid=time-slider]');
         slider.value = Math.floor(slider.max / 2);
         slider.dispatchEvent(new InputEvent('input', { bubbles: true }));",
    );
}

#[test]
fn every_statement_of_the_forecasting_paper_can_be_opened() {
    let smaller = "config.seeds = [1];
         Object.assign(config.train, { epochs: 2, batch: 16 });
         Object.assign(config.window, { input_steps: 12, train_stride: 40 });
         for (const model of config.models) if (model.pretrain_epochs) model.pretrain_epochs = 1;
         if (config.study?.trials) config.study.trials = 2;";
    for (preset, charts) in charts_by_preset(include_str!("../../forecasting_paper_map.json")) {
        let page = Page::open("");
        page.wait_until_ready();
        // Numbers of the paper stand beside those of real data only.
        if charts.contains("replay-table") {
            let name = "every_statement_of_the_forecasting_paper_can_be_opened";
            let Some(file) = data_file_or_skip(name, "alibaba2018/machine_usage_15min_118nodes.csv") else { continue };
            page.choose_file(&file);
            page.wait_for("dataset-summary", |text| text.contains("118 machines"), SHORT);
            run(&page, &preset, &format!("{smaller} config.prepare.nodes = {{ count: 12, seed: 1 }};"));
        } else {
            page.execute_async("await loadstone.openSandbox('sample')").expect("the sample opens");
            run(&page, &preset, smaller);
        }
        expect_shown(&page, &preset, &charts);
        println!("{preset}: {} shown", charts.len());
    }
}

#[test]
fn every_statement_of_the_anomaly_paper_can_be_opened() {
    let smaller = "config.seeds = [1];
         const { detect } = config;
         detect.network = { ...detect.network, hidden: 8, units: 8 };
         detect.train = { ...detect.train, epochs: 1, thin: 64 };
         detect.split.protocol = 'p0-class';
         if (detect.study?.protocols) detect.study.protocols = ['p0-rand', 'p0-class', 'p0-chron', 'p1'];";
    for (preset, charts) in charts_by_preset(include_str!("../../anomaly_paper_map.json")) {
        let page = Page::open("");
        page.wait_until_ready();
        if preset == "sockshop" {
            let files = ["train_pods.csv", "container_chaos_pods.csv", "container_chaos_faults.csv"];
            let name = "every_statement_of_the_anomaly_paper_can_be_opened";
            let Some(first) = data_file_or_skip(name, &format!("sockshop/{}", files[0])) else { continue };
            let others = files[1..].iter().map(|file| data_file(&format!("sockshop/{file}")).expect("all of a folder"));
            let paths: Vec<_> = std::iter::once(first).chain(others).collect();
            page.choose_files(&paths.iter().map(AsRef::as_ref).collect::<Vec<_>>());
            page.wait_for("dataset-summary", |text| text.contains("19 instances"), SHORT);
            run(
                &page,
                &preset,
                "config.detect.train.epochs = 1; config.detect.detectors = ['zmax', 'logreg', 'clock'];",
            );
        } else {
            page.execute_async("await loadstone.openSandbox('mesh-paper')").expect("the mesh opens");
            run(&page, &preset, smaller);
        }
        expect_shown(&page, &preset, &charts);
        println!("{preset}: {} shown", charts.len());
    }
}
