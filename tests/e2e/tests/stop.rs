//! Stop acts within 100 ms, while reading and while training; the page stays usable and the file stays chosen.

use loadstone_e2e::{Page, data_file_or_skip};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

const READ: Duration = Duration::from_secs(60);

/// Presses Stop and gives the milliseconds until the page has stopped working.
const STOP: &str = "
    const bar = (id) => document.querySelector(`[data-testid=\"${id}\"]`);
    const start = performance.now();
    bar('stop').click();
    while (!/Stopped|stopped/.test(bar('status').textContent)) {
      if (performance.now() - start > 5000) throw new Error(bar('status').textContent);
      await new Promise((later) => { const c = new MessageChannel(); c.port1.onmessage = later; c.port2.postMessage(0); });
    }
    return performance.now() - start;";

/// Waits until the status matches.
fn until(pattern: &str) -> String {
    format!(
        "for (let n = 0; n < 6000; n++) {{
           if (/{pattern}/.test(document.querySelector('[data-testid=\"status\"]').textContent)) break;
           await new Promise((later) => setTimeout(later, 10));
         }}"
    )
}

fn large_table() -> PathBuf {
    let path = std::env::temp_dir().join("loadstone-e2e-large.csv");
    let mut out = BufWriter::new(File::create(&path).expect("a temporary file"));
    for second in (0..700_000_u32).step_by(60) {
        for machine in 0..400 {
            writeln!(out, "m_{machine},{second},{},40,,,31.5,33.25,7", (second / 60 + machine) % 100).expect("a row");
        }
    }
    path
}

#[test]
fn reading_stops_at_once() {
    let path = large_table();
    let page = Page::open("");
    page.wait_until_ready();
    page.choose_file(&path);
    let millis = page.execute_async(&format!("{} {STOP}", until("Reading: [1-9]"))).expect("it stops");
    println!("reading stopped after {millis} ms");
    assert!(millis.as_f64().is_some_and(|millis| millis < 100.0), "{millis} ms");
    std::fs::remove_file(&path).expect("the temporary file");
}

/// Starts a run, stops it in its second epoch, and tells what came after the stop.
const STOPPED_RUN: &str = "
    const config = loadstone.presets().find((preset) => preset.id === 'quick').config;
    const seen = [];
    const run = loadstone.run(config, { onProgress: (now) => seen.push({ at: performance.now(), ...now }) });
    // Parts: ar, persistence, tsf, gru; a helper may be at work on gru.
    const isTsf = (now) => now.part === 2;
    while (!seen.some((now) => now.kind === 'step' && isTsf(now) && now.epoch === 2)) {
      await new Promise((later) => setTimeout(later, 5));
    }
    const epochs = seen.filter((now) => now.kind === 'epoch' && isTsf(now)).length;
    const start = performance.now();
    loadstone.stop();
    const report = await run;
    const trained = seen.filter((now) => now.kind === 'epoch' || (now.kind === 'step' && now.share < 1));
    const tsf = report.models.find((model) => model.id === 'tsf');
    return {
      millis: Math.max(0, ...trained.map((now) => now.at - start)),
      complete: report.complete,
      models: report.models.map((model) => model.id).join(' '),
      stop: tsf.seeds[0].stop,
      newEpochs: tsf.seeds[0].curve.length - epochs,
    };";

#[test]
fn training_stops_at_once_and_keeps_what_is_finished() {
    let name = "training_stops_at_once_and_keeps_what_is_finished";
    let Some(path) = data_file_or_skip(name, "alibaba2018/machine_usage_15min_118nodes.csv") else { return };
    let page = Page::open("");
    page.choose_file(&path);
    page.wait_for("dataset-summary", |text| text.contains("118 machines"), READ);
    let found = page.execute_async(STOPPED_RUN).expect("a stopped run gives its report");
    println!("training went on for {} ms", found["millis"]);
    assert!(found["millis"].as_f64().is_some_and(|millis| millis < 100.0), "{found}");
    assert_eq!(found["complete"], false);
    // A helper may have been at work on gru; what it had learned by then is kept too.
    let models = found["models"].as_str().unwrap_or_default();
    assert!(["tsf ar persistence", "tsf gru ar persistence"].contains(&models), "{models}");
    assert_eq!(found["stop"], "asked");
    assert_eq!(found["newEpochs"], 0);
    assert!(page.text("metrics-table").contains("tsf"), "{}", page.text("metrics-table"));

    // The next run needs no new choice of the file.
    page.open_stage("models");
    page.select("preset-select", "anchor-118");
    page.click("run");
    page.wait_for("status", |text| text.contains("Done"), READ);
    assert!(page.text("metrics-table").contains("0.0602"));
}
