//! The main job on a real trace: choose a file, run, read the table; and the same through `window.loadstone`.

use loadstone_e2e::{Page, data_file_or_skip};
use std::path::{Path, PathBuf};
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

/// A run of seconds on simulated data, with and without a graph.
const TINY: &str = "const config = loadstone.presets().find((preset) => preset.id === 'quick').config;
    config.window.train_stride = 32; config.train.epochs = 2;
    const size = { width: 4, layers: 1 };
    config.models = [{ id: 'tsf', heads: 2, attention_width: 2, ...size }, { id: 'gru', ...size }, { id: 'persistence' }];";

/// Tells the name and the bytes of the next file that the page hands to the reader.
const CATCH: &str = "window.caught = new Promise((resolve) => {
      const make = URL.createObjectURL;
      URL.createObjectURL = (file) => {
        URL.createObjectURL = make;
        HTMLAnchorElement.prototype.click = function () {
          delete HTMLAnchorElement.prototype.click;
          const name = this.download;
          file.arrayBuffer().then((bytes) => resolve({ name, bytes: [...new Uint8Array(bytes)] }));
        };
        return make.call(URL, file);
      };
    });";

fn rmse(page: &Page, model: &str) -> String {
    let cell = format!("return document.querySelector('tr[data-model=\"{model}\"] .value').textContent");
    page.execute(&cell).as_str().expect("a number").to_owned()
}

fn press(page: &Page, id: &str) {
    page.execute(&format!("document.querySelector('[data-testid=\"{id}\"]').click()"));
}

fn choose_bytes(page: &Page, name: &str, bytes: &[u8]) -> PathBuf {
    let path = std::env::temp_dir().join(format!("loadstone-e2e-{name}"));
    std::fs::write(&path, bytes).expect("a temporary file");
    page.choose_file(&path);
    path
}

#[test]
fn a_saved_model_scores_the_same_data_with_the_same_errors_and_a_cut_file_is_refused() {
    let page = Page::open("");
    page.wait_until_ready();
    let run = format!("{TINY} await loadstone.openSandbox('sample'); window.trained = await loadstone.run(config);");
    page.execute_async(&run).expect("the run ends well");
    let before = ["tsf", "gru", "persistence"].map(|model| rmse(&page, model));

    page.open_stage("share");
    page.select("model-select", "gru-1.safetensors");
    page.execute(CATCH);
    press(&page, "save-model");
    let file = page.execute_async("return await window.caught").expect("a file is handed over");
    assert_eq!(file["name"], "gru-1.safetensors");
    let bytes: Vec<u8> =
        file["bytes"].as_array().expect("bytes").iter().filter_map(|byte| byte.as_u64()?.try_into().ok()).collect();
    let same = "window.tsf = await loadstone.saveModel('tsf', 1); return [...await loadstone.saveModel('gru', 1)]";
    assert_eq!(page.execute_async(same).expect("the same file"), file["bytes"]);
    let error = page.execute_async("await loadstone.saveModel('tsf', 2)").expect_err("there is no such seed");
    assert!(error.to_string().contains("no trained model “tsf-2.safetensors”"), "{error}");

    // Another name, because the content decides.
    let whole = choose_bytes(&page, "model.bin", &bytes);
    let words = page.wait_for("model", |text| text.contains("gru, seed 1"), READ);
    assert!(words.contains("model.bin") && words.contains("weights of epoch"), "{words}");
    press(&page, "score");
    page.wait_for("status", |text| text.contains("Done"), TRAIN);
    assert!(!page.text("metrics-table").contains("tsf"), "{}", page.text("metrics-table"));
    let after = ["gru", "persistence"].map(|model| rmse(&page, model));
    assert_eq!(after, [before[1].clone(), before[2].clone()]);
    let remark = "return document.getElementById('results').textContent.includes('gru was not trained here')";
    assert_eq!(page.execute(remark), true);

    // The weights of a model are those of the last run; what is scored is exactly what was trained.
    let error = page.execute_async("await loadstone.saveModel('tsf', 1)").expect_err("it is not in the result");
    assert!(error.to_string().contains("no trained model"), "{error}");
    let script = "const report = await loadstone.score({ name: 'again', bytes: window.tsf });
        const [before, after] = [window.trained, report].map(({ models }) => models.find(({ id }) => id === 'tsf'));
        return JSON.stringify(before) === JSON.stringify(after);";
    assert_eq!(page.execute_async(script), Ok(true.into()));

    let cut = choose_bytes(&page, "cut.safetensors", &bytes[..bytes.len() - 9]);
    let sentence = page.wait_for("error", |text| !text.is_empty(), READ);
    assert!(sentence.contains("The saved model is damaged"), "{sentence}");
    assert!(!page.has("model"), "a model that cannot be read is not offered");
    let head = format!("await loadstone.score({{ name: 'head', bytes: new Uint8Array({:?}) }})", &bytes[..40]);
    let error = page.execute_async(&head).expect_err("half a header").to_string();
    assert!(error.contains("no model that was saved here"), "{error}");
    [whole, cut].iter().for_each(|path| std::fs::remove_file(path).expect("a temporary file"));
}

#[test]
fn a_model_is_refused_on_data_that_it_cannot_read() {
    let page = Page::open("");
    page.wait_until_ready();
    let script = format!(
        "{TINY} await loadstone.openSandbox('sample'); await loadstone.run(config);
         const bytes = await loadstone.saveModel('gru', 1);
         const table = ['machine,time,cpu'];
         for (let t = 0; t < 400; t++) for (const m of ['x', 'y']) table.push(`${{m}},${{60 * t}},${{(7 * t) % 90}}`);
         await loadstone.open([{{ name: 'other.csv', bytes: table.join('\\n') }}]);
         await loadstone.score({{ name: 'gru', bytes }});"
    );
    let error = page.execute_async(&script).expect_err("other metrics").to_string();
    assert!(error.contains("The model reads the metrics"), "{error}");
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
