//! One worker and its listeners: the only place that touches `Worker`. The page has one, and that one has helpers.

use wasm_bindgen::prelude::*;
use web_sys::{Blob, File, MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::codec;
use crate::protocol::{Command, Event, Signal};

/// What comes over the bridge.
#[derive(Debug)]
pub(crate) enum Answer {
    /// About the work.
    Event(Event),
    /// About the bridge.
    Signal(Signal),
    /// A file that was asked for, or one sentence on why there is none.
    File(Result<Blob, String>),
    /// The worker cannot be used any more: what the browser says about it.
    Broken(String),
}

/// A running worker; dropping it terminates it and gives its memory back.
#[derive(Debug)]
pub(crate) struct Bridge {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(JsValue)>,
}

impl Bridge {
    /// Starts a module worker from the address of its loader (`static/worker_loader.js`).
    ///
    /// # Errors
    /// What the browser says when it refuses.
    pub(crate) fn spawn(loader: &str, on_answer: impl Fn(Answer) + Clone + 'static) -> Result<Self, String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // A worker started from a blob has no address of its own; its name tells it where its files are.
        options.set_name(loader);
        let worker = Worker::new_with_options(&blob_url(loader)?, &options).map_err(|error| text_of(&error))?;
        let tell = on_answer.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| tell(read(&message.data())));
        let on_error =
            Closure::<dyn Fn(JsValue)>::new(move |error: JsValue| on_answer(Answer::Broken(text_of(&error))));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Posts a command and the file handles beside it.
    ///
    /// # Errors
    /// What the browser says when it refuses.
    pub(crate) fn post(&self, command: &Command, files: &[File]) -> Result<(), String> {
        let command = codec::to_js(command)?;
        let files: js_sys::Array = files.iter().collect();
        let message = codec::object([("command", command), ("files", files.into())]);
        self.worker.post_message(&message).map_err(|error| text_of(&error))
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

fn read(data: &JsValue) -> Answer {
    let file = codec::member(data, "file");
    if !file.is_undefined() {
        return Answer::File(file.dyn_into().map_err(|why: JsValue| why.as_string().unwrap_or_default()));
    }
    let signal = codec::member(data, "signal");
    let answer = if signal.is_undefined() {
        codec::from_js(codec::member(data, "event")).map(Answer::Event)
    } else {
        codec::from_js(signal).map(Answer::Signal)
    };
    answer.unwrap_or_else(|error| Answer::Broken(format!("its message cannot be read: {error}")))
}

/// A script that imports the loader. Only a worker started from a blob is bound by the page's policy; one started from
/// the file itself has the policy of that file's response, and static hosts send none.
fn blob_url(loader: &str) -> Result<String, String> {
    let address = js_sys::JSON::stringify(&loader.into()).map_err(|error| text_of(&error))?;
    // Imported at run time, because the policy lets no worker's own script come from a file. A failure is thrown again
    // outside the promise, because only then does the page hear of it.
    let script = format!("import({address}).catch((error) => setTimeout(() => {{ throw error; }}));");
    let script = js_sys::Array::of1(&script.into());
    let kind = web_sys::BlobPropertyBag::new();
    kind.set_type("text/javascript");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&script, &kind).map_err(|error| text_of(&error))?;
    web_sys::Url::create_object_url_with_blob(&blob).map_err(|error| text_of(&error))
}

/// What an exception or an error event says; a script that cannot be loaded says nothing.
pub(crate) fn text_of(error: &JsValue) -> String {
    let message = codec::member(error, "message").as_string().filter(|message| !message.is_empty());
    message.unwrap_or_else(|| "its script could not be loaded".to_owned())
}
