//! Everything that crosses the thread boundary survives it: through the codec and the browser's structured clone.

#![cfg(all(target_arch = "wasm32", feature = "web"))]

use std::rc::Rc;

use std::fmt::Debug;

use js_sys::{Function, Reflect};
use loadstone::codec::{from_js, member, to_js};
use loadstone::config::{DataConfig, RunConfig, presets};
use loadstone::protocol::{Command, Event, PartPlan, RunId, SavedModel, Signal, Stage};
use loadstone::report::{EpochPoint, Receipt, Report};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const RUN: RunId = RunId(4_000_000_000);

fn report() -> Report {
    serde_json::from_str(include_str!("fixtures/report.json")).expect("a report")
}

fn cloned(value: &JsValue) -> JsValue {
    let clone: Function =
        Reflect::get(&js_sys::global(), &"structuredClone".into()).expect("a member").unchecked_into();
    clone.call1(&JsValue::NULL, value).expect("plain data can be cloned")
}

fn crosses<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let there = cloned(&to_js(value).expect("it has a JavaScript form"));
    assert_eq!(&from_js::<T>(there).expect("it can be read"), value);
}

fn configs() -> Vec<RunConfig> {
    let mut configs: Vec<RunConfig> = presets().into_iter().map(|preset| preset.config).collect();
    configs.push(report().config);
    configs[0].data = DataConfig { grid_secs: Some(60), skip_bad_rows: true, ..DataConfig::default() };
    configs[0].graph.correlation_steps = Some(48);
    configs
}

#[wasm_bindgen_test]
fn every_command_crosses() {
    crosses(&Command::Hello);
    crosses(&Command::Open { run: RUN, data: Box::default() });
    crosses(&Command::Open {
        run: RUN,
        data: Box::new(DataConfig {
            grid_secs: Some(900),
            off: vec!["duplicate_rows".to_owned()],
            ..DataConfig::default()
        }),
    });
    crosses(&Command::OpenSandbox { run: RUN, scenario: "machines".to_owned() });
    for config in configs() {
        crosses(&Command::Run { run: RUN, config: Box::new(config) });
    }
    crosses(&Command::Stop { run: RUN });
    crosses(&Command::SaveModel { weights_sha256: "ba7816bf".to_owned() });
    crosses(&Command::Model { run: RUN, data: None });
    crosses(&Command::Model { run: RUN, data: Some(Box::default()) });
    crosses(&Command::Adopt { scenario: None });
    crosses(&Command::Adopt { scenario: Some("machines".to_owned()) });
}

#[wasm_bindgen_test]
fn every_event_crosses() {
    let report = report();
    let point = EpochPoint { epoch: 3, train: 1.0, validation: 0.1 + 0.2, rate: 1e-3, gradient_norm: 5.0 };
    let part = PartPlan { model: "tsf".to_owned(), seed: u32::MAX, epochs: 50, cell: 0, label: String::new() };
    crosses(&Event::Ready { protocol: 1, build: "0.1.0".to_owned() });
    crosses(&Event::Reading { run: RUN, bytes: 6_000_000_000, total_bytes: (1 << 53) - 1, rows: 0 });
    crosses(&Event::Opened { run: RUN, summary: Box::new(report.dataset.clone()) });
    let [name, words, settings] = ["tsf-1.safetensors", "tsf, seed 1, trained on “ä”", "{}"].map(str::to_owned);
    crosses(&Event::ModelOpened { run: RUN, model: SavedModel { name, words, settings } });
    crosses(&Event::Planned { run: RUN, parts: vec![part.clone(), part] });
    crosses(&Event::Step { run: RUN, part: 0, epoch: 1, share: 0.1, secs_left: None });
    crosses(&Event::Step { run: RUN, part: 7, epoch: 2, share: 1.0, secs_left: Some(130.0) });
    crosses(&Event::Epoch { run: RUN, part: 1, point, best_epoch: 2 });
    for model in report.models.clone() {
        crosses(&Event::PartDone { run: RUN, part: 1, model: Box::new(model) });
    }
    crosses(&Event::Finished { run: RUN, report: Rc::new(report) });
    crosses(&Event::Stopped { run: RUN });
    for stage in [Stage::Start, Stage::Read, Stage::Config, Stage::Prepare, Stage::Train] {
        crosses(&Event::Failed {
            run: RUN, stage, message: "Cannot read line 18 of “ä\u{0}\n<b>.csv”".to_owned()
        });
    }
}

#[wasm_bindgen_test]
fn every_signal_crosses() {
    crosses(&Signal::Started);
    crosses(&Signal::Stopping { run: RUN });
    crosses(&Signal::Hashed { sha256: "ba7816bf".to_owned() });
    crosses(&Signal::Lost { why: "panicked at src/train/session.rs:1:2".to_owned() });
}

#[wasm_bindgen_test]
fn a_report_keeps_its_digest_on_its_way() {
    let report = report();
    assert!(report.comparisons[0].difference.is_sign_negative(), "the fixture holds a negative zero");
    let event = Event::Finished { run: RUN, report: Rc::new(report.clone()) };
    let there = from_js::<Event>(cloned(&to_js(&event).expect("a value"))).expect("an event");
    let Event::Finished { report: arrived, .. } = there else { panic!("another event: {there:?}") };
    assert_eq!(arrived.digest(), report.digest());
    let value = cloned(&to_js(&report).expect("a value"));
    assert_eq!(from_js::<Report>(value).expect("a report").digest(), report.digest(), "as scripts get it");
}

#[wasm_bindgen_test]
fn receipts_and_configs_cross() {
    crosses(&Receipt::of(&report(), None));
    crosses(&Receipt::of(&report(), Some("machines")));
    configs().iter().for_each(crosses);
}

#[wasm_bindgen_test]
fn scripts_see_numbers_null_and_plain_objects() {
    let event = Event::Step { run: RunId(7), part: 0, epoch: 1, share: 0.5, secs_left: None };
    let value = member(&to_js(&event).expect("a value"), "step");
    assert_eq!(member(&value, "run").as_f64(), Some(7.0));
    assert!(member(&value, "secs_left").is_null());
    let reading = to_js(&Event::Reading { run: RUN, bytes: 1 << 40, total_bytes: 1 << 41, rows: 3 }).expect("a value");
    let reading = member(&reading, "reading");
    assert_eq!(member(&reading, "bytes").as_f64(), Some((1_u64 << 40) as f64), "no BigInt");
    let map = to_js(&serde_json::json!({"a": {"b": 1}})).expect("a value");
    assert_eq!(member(&member(&map, "a"), "b").as_f64(), Some(1.0), "an object, no Map");
}

#[wasm_bindgen_test]
fn undefined_and_null_are_both_none() {
    for nothing in [JsValue::NULL, JsValue::UNDEFINED] {
        let value = to_js(&DataConfig { grid_secs: Some(1), ..DataConfig::default() }).expect("a value");
        Reflect::set(&value, &"grid_secs".into(), &nothing).expect("a plain object");
        assert_eq!(from_js::<DataConfig>(value).expect("a config").grid_secs, None);
    }
}

#[wasm_bindgen_test]
fn a_number_that_javascript_cannot_hold_is_refused() {
    let event = Event::Reading { run: RUN, bytes: u64::MAX, total_bytes: 0, rows: 0 };
    assert!(to_js(&event).is_err(), "rounding would be silent");
}
