//! `window.loadstone`: the page for scripts. README and `static/loadstone.d.ts` say what each member takes and gives.
//!
//! Knows no page state and no tensors. What does something goes through [`Controller`], which the page implements with
//! the same functions that its buttons call, so a run from a script shows on the page like any other.

mod args;
mod calls;
mod failure;
mod task;

use std::rc::Rc;

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::File;

use crate::codec;
use crate::config::RunConfig;
use crate::protocol::{BUILD, PROTOCOL, Stage};
use crate::report::Receipt;
use crate::ui::lab::{Lab, Then};

/// Name of the interface on `window`.
pub const NAME: &str = "loadstone";

/// Why the page does not begin what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where it would have failed.
    pub stage: Stage,
    /// One sentence.
    pub message: String,
}

/// What a script may ask of the page; each method does what the button of that name does.
///
/// A method may begin more than one piece of work (a run on data that are not there yet reads them first); the
/// interface waits for the first end that fits.
pub trait Controller {
    /// The worker that all work goes to.
    fn lab(&self) -> Lab;

    /// Opens files, as if they were dropped on the page.
    ///
    /// # Errors
    /// Why not.
    fn open(&self, files: Vec<File>) -> Result<(), Refusal>;

    /// Simulates a scenario.
    ///
    /// # Errors
    /// Why not.
    fn open_sandbox(&self, scenario: &str) -> Result<(), Refusal>;

    /// Shows a config as the present one, and runs it.
    ///
    /// # Errors
    /// Why not, such as a setting that cannot be used.
    fn run(&self, config: RunConfig) -> Result<(), Refusal>;

    /// Runs a receipt's config again, simulating its scenario first if it has one.
    ///
    /// # Errors
    /// Why not, such as files that are not those of the receipt.
    fn verify(&self, receipt: Receipt) -> Result<(), Refusal>;

    /// Asks for the file of a trained model of the result on screen.
    fn save_model(&self, model: &str, seed: u32, then: Then);

    /// Scores a saved model on the present data.
    ///
    /// # Errors
    /// Why not.
    fn score(&self, file: File) -> Result<(), Refusal>;

    /// Stops what is going on.
    fn stop(&self);

    /// The receipt of the result on screen.
    fn receipt(&self) -> Option<Receipt>;
}

/// Puts the interface on `window`. To be called once.
///
/// # Errors
/// When the page's window refuses new members.
pub fn install(controller: Rc<dyn Controller>) -> Result<(), JsValue> {
    let api = Object::new();
    let lab = controller.lab();
    getter(&api, "version", move || version(&lab))?;
    method(&api, "schema", |_, _| calls::schema())?;
    method(&api, "presets", |_, _| calls::presets())?;
    method(&api, "exportReport", calls::export_report)?;
    promised(&api, "open", &controller, |controller, files, _| calls::open(controller, files))?;
    promised(&api, "openSandbox", &controller, |controller, id, _| calls::open_sandbox(controller, id))?;
    promised(&api, "run", &controller, calls::run)?;
    promised(&api, "verify", &controller, calls::verify)?;
    promised(&api, "saveModel", &controller, calls::save_model)?;
    promised(&api, "score", &controller, calls::score)?;
    let page = Rc::clone(&controller);
    method(&api, "receipt", move |_, _| calls::receipt(&*page))?;
    method(&api, "stop", move |_, _| {
        controller.stop();
        Ok(JsValue::UNDEFINED)
    })?;
    let window = web_sys::window().ok_or("there is no window")?;
    Reflect::set(&window, &NAME.into(), &Object::freeze(&api))?;
    Ok(())
}

fn version(lab: &Lab) -> JsValue {
    let sha256 = lab.worker_sha256().map_or(JsValue::NULL, JsValue::from);
    let members = [
        ("app", JsValue::from(env!("CARGO_PKG_VERSION"))),
        ("protocol", PROTOCOL.into()),
        ("build", BUILD.into()),
        ("workerSha256", sha256),
    ];
    codec::object(members).into()
}

type Answer = Result<JsValue, JsValue>;

fn method(api: &Object, name: &str, call: impl Fn(JsValue, JsValue) -> Answer + 'static) -> Result<bool, JsValue> {
    let function = Closure::<dyn Fn(JsValue, JsValue) -> Answer>::new(call).into_js_value();
    Reflect::set(api, &name.into(), &function)
}

fn promised<F: Future<Output = Answer> + 'static>(
    api: &Object,
    name: &str,
    controller: &Rc<dyn Controller>,
    call: impl Fn(Rc<dyn Controller>, JsValue, JsValue) -> F + 'static,
) -> Result<bool, JsValue> {
    let controller = Rc::clone(controller);
    let function = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |first, second| {
        future_to_promise(call(Rc::clone(&controller), first, second))
    });
    Reflect::set(api, &name.into(), &function.into_js_value())
}

fn getter(api: &Object, name: &str, get: impl Fn() -> JsValue + 'static) -> Result<(), JsValue> {
    let function = Closure::<dyn Fn() -> JsValue>::new(get).into_js_value();
    let descriptor = codec::object([("get", function), ("enumerable", JsValue::TRUE)]);
    Reflect::define_property(api, &name.into(), &descriptor).map(|_| ())
}
