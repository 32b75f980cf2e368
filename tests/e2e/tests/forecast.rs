//! The main job on a real trace: choose a file, run, read the table; and the same through `window.loadstone`.

use loadstone_e2e::{Page, data_file_or_skip};
use std::path::Path;
use std::time::Duration;

const RAW: &str = "alibaba2018/machine_usage.csv";
const GRIDDED: &str = "alibaba2018/machine_usage_15min_118nodes.csv";
const READ: Duration = Duration::from_secs(60);
const TRAIN: Duration = Duration::from_secs(300);

/// A small run that still trains both kinds of network.
const SMALL: &str = "const config = loadstone.presets().find((preset) => preset.id === 'quick').config;
    config.window.train_stride = 8; config.train.epochs = 3;";

fn read(page: &Page, path: &Path, machines: &str) {
    page.choose_file(path);
    page.wait_for("dataset-summary", |text| text.contains(machines), READ);
}

/// Trains `config` in the page and gives the digests of its receipt.
fn receipt_of_a_run(page: &Page) -> String {
    let script = format!("{SMALL} await loadstone.run(config); return JSON.stringify(loadstone.receipt());");
    let answer = page.execute_async(&script).expect("the run ends well");
    answer.as_str().expect("a receipt").to_owned()
}

#[test]
fn a_raw_trace_is_chosen_trained_on_and_scored() {
    let Some(path) = data_file_or_skip("a_raw_trace_is_chosen_trained_on_and_scored", RAW) else { return };
    let page = Page::open("");
    read(&page, &path, "16 machines");
    page.click("run");
    page.wait_for("status", |text| text.contains("Done"), TRAIN);
    let table = page.text("metrics-table");
    for model in ["tsf", "gru", "ar", "persistence"] {
        assert!(table.contains(model), "no {model} in {table}");
    }
    assert!(!table.contains("NaN"), "{table}");
}

#[test]
fn the_same_through_the_scripting_interface_and_twice_the_same_digest() {
    let test = "the_same_through_the_scripting_interface_and_twice_the_same_digest";
    let Some(path) = data_file_or_skip(test, RAW) else { return };
    let page = Page::open("");
    page.wait_until_ready();
    read(&page, &path, "16 machines");
    let first = receipt_of_a_run(&page);
    page.reload();
    read(&page, &path, "16 machines");
    assert_eq!(first, receipt_of_a_run(&page), "the same run after a reload");

    let link = page.execute("return document.querySelector('[data-testid=\"share-link\"]').value");
    let link = link.as_str().expect("a link");
    let fragment = link.split_once('#').expect("a fragment").1.to_owned();
    let fresh = Page::open(&fragment);
    fresh.choose_file(&path);
    fresh.wait_for("dataset-summary", |text| text.contains("16 machines"), READ);
    fresh.execute("document.querySelector('[data-testid=\"verify\"]').click()");
    let script = "for (let n = 0; n < 2400; n++) {
           const text = document.querySelector('[data-testid=\"verify-result\"]').textContent;
           if (text.trim()) return text;
           await new Promise((later) => setTimeout(later, 100));
         }
         throw new Error('no answer');";
    let answer = fresh.execute_async(script).expect("an answer");
    assert!(answer.as_str().is_some_and(|text| text.contains("Identical")), "{answer}");
}

#[test]
fn the_published_anchors_are_reproduced() {
    let Some(path) = data_file_or_skip("the_published_anchors_are_reproduced", GRIDDED) else { return };
    let page = Page::open("");
    read(&page, &path, "118 machines");
    page.open_stage("models");
    page.select("preset-select", "anchor-118");
    page.click("run");
    page.wait_for("status", |text| text.contains("Done"), TRAIN);
    let script = "return loadstone.receipt().config.protocol";
    assert_eq!(page.execute(script), "anchor-118");
    let table = page.text("metrics-table");
    assert!(table.contains("0.0602") && table.contains("0.0630"), "{table}");
}

#[test]
fn a_wrong_file_is_one_sentence_with_its_place() {
    let page = Page::open("");
    page.wait_until_ready();
    let row = "m_1,60,10,20,,,1.5,2.5,3\\n";
    let cases = [
        ("'photo.png', bytes: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10, 0, 0])", "not a trace"),
        ("'empty.csv', bytes: ''", "empty"),
        (&format!("'short.csv', bytes: '{row}{row}m_1,120,10\\n{row}'"), "line 3"),
        (&format!("'letter.csv', bytes: '{row}m_1,120,4l,20,,,1,2,3\\n'"), "line 2, column 3"),
    ];
    for (file, wanted) in cases {
        let answer = page.execute_async(&format!("await loadstone.open([{{ name: {file} }}])"));
        let sentence = answer.expect_err(file).to_string();
        assert!(sentence.contains(wanted), "{file}: {sentence}");
        assert!(sentence.contains("line ") && sentence.contains("column "), "{file}: {sentence}");
    }
    let cut = format!(
        "return (await loadstone.open([{{ name: 'cut.csv', bytes: '{row}m_1,120,5' }}])).findings.map((f) => f.first + f.action).join()"
    );
    let findings = page.execute_async(&cut).expect("a cut file is used up to its last whole row").to_string();
    assert!(findings.contains("line 2"), "{findings}");
}
