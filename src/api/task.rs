//! Waiting for work to end, through the same events that the page sees.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::args::Options;
use super::failure::{aborted, failed, stopped};
use super::{Controller, Refusal};
use crate::codec;
use crate::data::DatasetSummary;
use crate::protocol::{Event, RunId, Stage};
use crate::report::Report;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A data set.
    Data,
    /// A report.
    Report,
}

impl Wanted {
    const fn stage(self) -> Stage {
        match self {
            Self::Data => Stage::Read,
            Self::Report => Stage::Train,
        }
    }
}

/// How work ended.
pub(super) enum Ended {
    /// With a data set.
    Opened(Box<DatasetSummary>),
    /// With a report, perhaps a partial one.
    Finished(Rc<Report>),
    Stopped,
    Failed(Stage, String),
}

/// Begins work and waits for its end.
pub(super) async fn task(
    controller: &Rc<dyn Controller>,
    wanted: Wanted,
    options: Options,
    begin: impl FnOnce(&dyn Controller) -> Result<(), Refusal>,
) -> Result<Ended, JsValue> {
    refuse_if_not_free(&**controller, wanted, &options)?;
    let (slot, promise) = Slot::new();
    let slot = Rc::new(slot);
    let lab = controller.lab();
    let since = lab.last_run();
    let watcher = (Rc::clone(&slot), options.on_progress.clone());
    let listening = lab.listen(move |event| {
        let (slot, on_progress) = &watcher;
        watch(event, since, wanted, slot, on_progress.as_ref());
    });
    let on_abort = stop_on_abort(controller, &options);
    begin(&**controller)?;
    JsFuture::from(promise).await?;
    drop((listening, on_abort));
    if options.aborted() {
        return Err(aborted(wanted.stage()));
    }
    match slot.ended.take() {
        Some(Ended::Failed(stage, message)) => Err(failed(stage, &message)),
        Some(Ended::Stopped) | None => Err(stopped(wanted.stage())),
        Some(ended) => Ok(ended),
    }
}

fn refuse_if_not_free(controller: &dyn Controller, wanted: Wanted, options: &Options) -> Result<(), JsValue> {
    if options.aborted() {
        return Err(aborted(wanted.stage()));
    }
    if controller.lab().is_busy() {
        return Err(failed(wanted.stage(), "Other work is going on; wait for its end, or call stop() first"));
    }
    Ok(())
}

fn stop_on_abort(controller: &Rc<dyn Controller>, options: &Options) -> Option<EventListener> {
    let controller = Rc::clone(controller);
    options.signal.as_ref().map(|signal| EventListener::once(signal, "abort", move |_| controller.stop()))
}

/// Where the end is put, and how the waiting promise learns of it.
struct Slot {
    ended: RefCell<Option<Ended>>,
    wake: Option<Function>,
}

impl Slot {
    fn new() -> (Self, Promise) {
        // Not `Function::default()`: that makes a function from text, which the page's policy refuses.
        let mut wake = None;
        let promise = Promise::new(&mut |resolve, _| wake = Some(resolve));
        (Self { ended: RefCell::default(), wake }, promise)
    }

    /// Only the first end counts. The script goes on after the page has drawn it: its next call must find the page
    /// as this work left it.
    fn end(&self, ended: Ended) {
        if self.ended.borrow().is_none() {
            *self.ended.borrow_mut() = Some(ended);
            let wake = self.wake.clone();
            // A promise's own function does not throw.
            Timeout::new(0, move || drop(wake.map(|wake| wake.call0(&JsValue::NULL)))).forget();
        }
    }
}

fn watch(event: &Event, since: RunId, wanted: Wanted, slot: &Slot, on_progress: Option<&Function>) {
    if event.run().is_none_or(|run| run <= since) {
        return;
    }
    match event {
        Event::Opened { summary, .. } if wanted == Wanted::Data => slot.end(Ended::Opened(summary.clone())),
        Event::Finished { report, .. } => slot.end(Ended::Finished(Rc::clone(report))),
        Event::Stopped { .. } => slot.end(Ended::Stopped),
        Event::Failed { stage, message, .. } => slot.end(Ended::Failed(*stage, message.clone())),
        progress => {
            if let Some(on_progress) = on_progress {
                tell(on_progress, progress);
            }
        }
    }
}

/// `{ step: { … } }` as `{ kind: "step", … }`, which is handier in a script.
fn flat(event: &Event) -> Result<JsValue, String> {
    let tagged = codec::large_to_js(event)?;
    let kind = js_sys::Object::keys(tagged.unchecked_ref::<js_sys::Object>()).get(0);
    let inner = js_sys::Reflect::get(&tagged, &kind).map_err(|_| "it has no kind".to_owned())?;
    drop(js_sys::Reflect::set(&inner, &"kind".into(), &kind));
    Ok(inner)
}

fn tell(on_progress: &Function, event: &Event) {
    let told = flat(event).map_err(JsValue::from).and_then(|event| on_progress.call1(&JsValue::NULL, &event));
    if let Err(error) = told {
        // The script's own mistake must not end the run; as an unhandled rejection its author sees it.
        drop(Promise::reject(&error));
    }
}
