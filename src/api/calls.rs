//! The members of the interface, one function each.

use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

use super::args::{self, Options};
use super::failure::{failed, stopped};
use super::task::{Ended, Wanted, task};
use super::{Answer, Controller};
use crate::codec;
use crate::config::RunConfig;
use crate::protocol::Stage;
use crate::report::{Receipt, Report};

/// The stored schema, which a test holds to the types. The page's script fetches it beside the program, of which it
/// would be a large part.
pub(super) fn schema() -> Answer {
    let window = web_sys::window().map_or(JsValue::UNDEFINED, JsValue::from);
    let schema = codec::member(&window, "loadstoneSchema");
    if schema.is_object() {
        Ok(schema)
    } else {
        Err(failed(Stage::Config, "The schema is still being loaded; ask again"))
    }
}

pub(super) fn presets() -> Answer {
    Ok(codec::to_js(&crate::config::presets())?)
}

pub(super) fn receipt(controller: &dyn Controller) -> Answer {
    Ok(codec::to_js(&controller.receipt())?)
}

pub(super) async fn open(controller: Rc<dyn Controller>, files: JsValue) -> Answer {
    let files = args::files(&files).map_err(|message| failed(Stage::Read, &message))?;
    let options = Options::new(&JsValue::UNDEFINED);
    opened(task(&controller, Wanted::Data, options, |page| page.open(files)).await?)
}

pub(super) async fn open_sandbox(controller: Rc<dyn Controller>, scenario: JsValue) -> Answer {
    let scenario = scenario.as_string().ok_or_else(|| {
        failed(Stage::Read, "openSandbox needs the id of a scenario: expected a string, found something else")
    })?;
    let options = Options::new(&JsValue::UNDEFINED);
    opened(task(&controller, Wanted::Data, options, |page| page.open_sandbox(&scenario)).await?)
}

pub(super) async fn run(controller: Rc<dyn Controller>, config: JsValue, options: JsValue) -> Answer {
    let config: RunConfig = args::plain("The config", config).map_err(|message| failed(Stage::Config, &message))?;
    let report = finished(task(&controller, Wanted::Report, Options::new(&options), |page| page.run(config)).await?)?;
    Ok(codec::large_to_js(&*report)?)
}

pub(super) async fn verify(controller: Rc<dyn Controller>, receipt: JsValue, options: JsValue) -> Answer {
    let receipt = args::receipt(receipt).map_err(|message| failed(Stage::Config, &message))?;
    let asked = receipt.clone();
    let report = finished(task(&controller, Wanted::Report, Options::new(&options), |page| page.verify(asked)).await?)?;
    if !report.complete {
        return Err(failed(Stage::Train, "The run was stopped before its end, so it proves nothing; verify again"));
    }
    let (verdict, differences) = receipt.compare(&Receipt::of(&report, receipt.scenario.as_deref()));
    let members = [("verdict", codec::to_js(&verdict)?), ("differences", codec::to_js(&differences)?)];
    Ok(codec::object(members).into())
}

pub(super) async fn save_model(controller: Rc<dyn Controller>, model: JsValue, seed: JsValue) -> Answer {
    let (Some(model), Some(seed)) = (model.as_string(), seed.as_f64()) else {
        return Err(failed(Stage::Config, "saveModel needs a model and a seed: expected a string and a number"));
    };
    let promise = Promise::new(&mut |resolve, reject| {
        let answer = move |file: Result<Blob, String>| {
            let told = match file {
                Ok(file) => resolve.call1(&JsValue::NULL, &file.array_buffer()),
                Err(why) => reject.call1(&JsValue::NULL, &failed(Stage::Read, &why)),
            };
            // A promise's own functions do not throw.
            drop(told);
        };
        controller.save_model(&model, seed as u32, Box::new(answer));
    });
    Ok(Uint8Array::new(&JsFuture::from(promise).await?).into())
}

pub(super) async fn score(controller: Rc<dyn Controller>, file: JsValue, options: JsValue) -> Answer {
    let file = args::one_file(file).map_err(|message| failed(Stage::Read, &message))?;
    let report = finished(task(&controller, Wanted::Report, Options::new(&options), |page| page.score(file)).await?)?;
    Ok(codec::large_to_js(&*report)?)
}

pub(super) fn export_report(report: JsValue, format: JsValue) -> Answer {
    let report: Report =
        codec::from_js(report).map_err(|error| failed(Stage::Read, &format!("The report cannot be read: {error}")))?;
    let (text, kind) = match format.as_string().as_deref() {
        Some("json") => (json(&report)?, "application/json"),
        Some("csv") => {
            let tables = crate::ui::tables(&Rc::new(report));
            let tables = tables.ok_or_else(|| failed(Stage::Read, "The page is still being loaded; ask again"))?;
            (tables, "text/csv;charset=utf-8")
        }
        _ => return Err(failed(Stage::Read, "exportReport knows two formats: expected \"json\" or \"csv\"")),
    };
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = js_sys::Array::of1(&JsValue::from(text));
    Blob::new_with_str_sequence_and_options(&parts, &options).map(JsValue::from)
}

fn json(report: &Report) -> Result<String, JsValue> {
    serde_json::to_string(report).map_err(|error| failed(Stage::Read, &error.to_string()))
}

fn opened(ended: Ended) -> Answer {
    match ended {
        Ended::Opened(summary) => Ok(codec::large_to_js(&*summary)?),
        _ => Err(stopped(Stage::Read)),
    }
}

fn finished(ended: Ended) -> Result<Rc<Report>, JsValue> {
    match ended {
        Ended::Finished(report) => Ok(report),
        _ => Err(stopped(Stage::Train)),
    }
}
