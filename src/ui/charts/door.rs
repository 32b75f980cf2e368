//! The way to the program that draws, `charts.wasm`: questions and answers as JSON text.
//!
//! The page's script fetches the program; what it promises is the function that answers.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise, Reflect};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

use crate::charts::{ByRef, Drawing, Request, Source, Tip, Twin, Words};
use crate::json;
use crate::protocol::BUILD;
use crate::report::Report;

/// Name on `window` of the function that promises the program.
const LOADER: &str = "loadstoneCharts";

/// How far the program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// It is being loaded.
    Opening,
    /// It answers.
    Open,
    /// It could not be loaded, or is of another build.
    Shut,
}

thread_local! {
    static DOOR: Cell<Door> = const { Cell::new(Door::Opening) };
    static LOADED: RefCell<Option<Promise>> = const { RefCell::new(None) };
    static ANSWER: RefCell<Option<Function>> = const { RefCell::new(None) };
    static REPORTS: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A report with its number.
struct Told {
    number: u32,
    report: Weak<Report>,
    told: bool,
}

fn next_number() -> u32 {
    LAST.set(LAST.get().wrapping_add(1));
    LAST.get()
}

/// The number under which the charts know a report; the report itself is told before the first chart of it is drawn.
pub fn number(report: &Rc<Report>) -> u32 {
    REPORTS.with_borrow_mut(|reports| {
        let known = reports.iter().find(|told| std::ptr::eq(told.report.as_ptr(), Rc::as_ptr(report)));
        known.map(|told| told.number).unwrap_or_else(|| {
            let number = next_number();
            reports.push(Told { number, report: Rc::downgrade(report), told: false });
            number
        })
    })
}

/// Waits until the program answers or cannot be loaded.
pub async fn ready() {
    if DOOR.get() == Door::Opening {
        let answer = match loaded() {
            Ok(promise) => JsFuture::from(promise).await.and_then(|answer| answer.dyn_into::<Function>()),
            Err(error) => Err(error),
        };
        ANSWER.set(answer.ok());
        let same = ask::<String>(&Request::Build).is_some_and(|build| build == BUILD);
        DOOR.set(if same { Door::Open } else { Door::Shut });
    }
}

/// Begins to load the program, once.
fn loaded() -> Result<Promise, JsValue> {
    LOADED.with_borrow_mut(|loaded| match loaded {
        Some(promise) => Ok(promise.clone()),
        None => {
            let window = web_sys::window().ok_or("there is no window")?;
            let load: Function = Reflect::get(&window, &LOADER.into())?.dyn_into()?;
            let promise: Promise = load.call0(&JsValue::UNDEFINED)?.dyn_into()?;
            Ok(loaded.insert(promise).clone())
        }
    })
}

/// How far the program is; a component that asks is shown again when this changes.
#[hook]
pub(super) fn use_door() -> Door {
    let door = use_state_eq(|| DOOR.get());
    let found = door.setter();
    use_effect_with((), move |()| {
        if DOOR.get() == Door::Opening {
            spawn_local(async move {
                ready().await;
                found.set(DOOR.get());
            });
        }
    });
    *door
}

/// The answer to a question; `None` where there is none.
fn ask<T: DeserializeOwned>(request: &Request) -> Option<T> {
    let request = serde_json::to_string(request).ok()?;
    let answer = ANSWER.with_borrow(|answer| answer.as_ref()?.call1(&JsValue::UNDEFINED, &request.into()).ok())?;
    json::from_text::<Option<T>>(&answer.as_string()?).ok()?
}

/// All tables of a report as CSV; `None` while the program is being loaded, or where it cannot be.
pub fn tables(report: &Rc<Report>) -> Option<String> {
    ask(&Request::Tables(ByRef(report.clone())))
}

/// Says what asks for no answer.
fn tell(request: &Request) {
    // No answer is `null`, which is nothing.
    let _: Option<bool> = ask(request);
}

/// Tells of new reports, and drops those that the page does not hold any more.
fn tell_reports() {
    REPORTS.with_borrow_mut(|reports| {
        reports.retain_mut(|told| match told.report.upgrade() {
            Some(report) => {
                if !std::mem::replace(&mut told.told, true) {
                    tell(&Request::Report(told.number, ByRef(report)));
                }
                true
            }
            None => {
                tell(&Request::Forget(told.number));
                false
            }
        });
    });
}

/// A picture that the program holds for as long as this is held.
#[derive(Debug, PartialEq)]
pub(super) struct Picture {
    number: u32,
    /// What stands around its plot.
    pub words: Words,
}

impl Picture {
    /// The picture of a source.
    pub(super) fn of(source: &Source) -> Option<Self> {
        tell_reports();
        let number = next_number();
        let words = ask(&Request::Picture(number, source.clone()))?;
        Some(Self { number, words })
    }

    /// The drawing at a width.
    pub(super) fn draw(&self, width: u32) -> Option<Drawing> {
        ask(&Request::Draw(self.number, width))
    }

    /// What is said about a place of the last drawing.
    pub(super) fn tip(&self, place: usize) -> Option<Tip> {
        ask(&Request::Tip(self.number, place))
    }

    /// The test windows that two places of the last drawing and all between them select.
    pub(super) fn picks(&self, from: usize, to: usize) -> Vec<u32> {
        ask(&Request::Picks(self.number, from, to)).unwrap_or_default()
    }

    /// The numbers.
    pub(super) fn twin(&self) -> Option<Twin> {
        ask(&Request::Twin(self.number))
    }

    /// The numbers as CSV.
    pub(super) fn csv(&self) -> String {
        ask(&Request::Csv(self.number)).unwrap_or_default()
    }

    /// The numbers as Markdown.
    pub(super) fn markdown(&self) -> String {
        ask(&Request::Markdown(self.number)).unwrap_or_default()
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        tell(&Request::Drop(self.number));
    }
}
