//! Translates messages to calls and back, reads files in pieces, paces training and shares it with helpers; nothing
//! else.
//!
//! Commands come in, events go out; no computation of its own, no page. One piece of work at a time: a new `Open` or
//! `Run` replaces the one in progress, which answers [`Event::Stopped`](crate::protocol::Event::Stopped). Between two
//! units of work every loop here returns to the browser's queue, so that a stop is seen.

mod desk;
mod drive;
mod models;
mod outbox;
mod pace;
pub mod pieces;
mod pool;
mod read;

use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, PromiseRejectionEvent};

use crate::protocol::Signal;
use desk::Desk;

/// Makes this thread the worker: listens, and says so.
pub fn start() {
    report_errors();
    let desk = Rc::new(Desk::default());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| desk.receive(&message.data()));
    outbox::scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    outbox::signal(&Signal::Started);
}

/// A panic, and an exception inside a promise, reach the page too: neither raises an error event there.
fn report_errors() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        outbox::signal(&Signal::Lost { why: panic.to_string().replace('\n', ": ") });
    }));
    let on_rejection = Closure::<dyn Fn(PromiseRejectionEvent)>::new(|event: PromiseRejectionEvent| {
        outbox::signal(&Signal::Lost { why: outbox::text_of(&event.reason()) });
    });
    let listened =
        outbox::scope().add_event_listener_with_callback("unhandledrejection", on_rejection.as_ref().unchecked_ref());
    // Refused only for a listener that is no function.
    drop(listened);
    on_rejection.forget();
}
