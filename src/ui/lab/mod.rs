//! The page's side of the bridge: commands go out, events come in, and Stop always acts.
//!
//! Knows no tensors, no parsing and no page state. The rules are in `ledger`, the browser's worker in [`crate::bridge`]; this
//! file joins them and keeps time. A worker that breaks or stays deaf is terminated and replaced, and its successor
//! is told where the data are, so that the next run needs no new choice of file.

mod ledger;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo::timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File};
use yew::Callback;

use crate::bridge::{Answer, Bridge, text_of};
use crate::codec;
use crate::config::{DataConfig, RunConfig};
use crate::protocol::{BUILD, Command, Event, PROTOCOL, RunId, Signal, Stage};
use crate::ui::strings;
use ledger::{Ledger, Letter, Source, Stop};

/// A worker that has not acknowledged a stop by then is terminated; together with `GRACE_MILLIS` it keeps the promise
/// that Stop acts within 100 ms.
const STOP_MILLIS: u32 = 60;
/// A second, short wait: if the page itself was late, an acknowledgement may be lying in its queue.
const GRACE_MILLIS: u32 = 10;
/// When the browser has no idle callback, the worker is started this long after the page.
const IDLE_MILLIS: u32 = 300;

/// The loader of the binary `worker` (`static/worker_loader.js`); it stands beside the page, whatever the sub-path.
const LOADER: &str = "./worker_loader.js";

/// What is done with a file that was asked for, or with one sentence on why there is none.
pub type Then = Box<dyn FnOnce(Result<Blob, String>)>;

type Listener = Rc<dyn Fn(&Event)>;

/// The worker, as the page sees it. Clones share one worker.
#[derive(Clone)]
pub struct Lab(Rc<Inner>);

struct Inner {
    ledger: RefCell<Ledger<File>>,
    bridge: RefCell<Option<Bridge>>,
    on_event: Callback<Event>,
    listeners: RefCell<Vec<(u32, Listener)>>,
    next_listener: Cell<u32>,
    asked: RefCell<VecDeque<Then>>,
    worker_sha256: RefCell<Option<String>>,
}

/// Keeps a listener of [`Lab::listen`] attached; dropping it detaches.
pub struct Listening {
    lab: Weak<Inner>,
    id: u32,
}

impl std::fmt::Debug for Listening {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listening").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Lab {
    /// Prepares a worker that reports to `on_event`. It is started when the page is idle, or with the first command,
    /// so that it does not delay the first paint.
    pub fn start(on_event: Callback<Event>) -> Self {
        let lab = Self(Rc::new(Inner {
            ledger: RefCell::new(Ledger::new()),
            bridge: RefCell::default(),
            on_event,
            listeners: RefCell::default(),
            next_listener: Cell::new(0),
            asked: RefCell::default(),
            worker_sha256: RefCell::default(),
        }));
        let weak = Rc::downgrade(&lab.0);
        when_idle(move || {
            if let Some(inner) = weak.upgrade() {
                inner.ensure_worker();
            }
        });
        lab
    }

    /// Reads files into a data set; ends with [`Event::Opened`], [`Event::Stopped`] or [`Event::Failed`].
    /// Work in progress is given up.
    pub fn open(&self, files: Vec<File>, data: DataConfig) -> RunId {
        self.begin(|ledger| ledger.open(Source::Files(files), data))
    }

    /// Simulates a data set; ends like [`Lab::open`].
    pub fn open_sandbox(&self, scenario: &str) -> RunId {
        self.begin(|ledger| ledger.open(Source::Sandbox(scenario.to_owned()), DataConfig::default()))
    }

    /// Trains and scores on the present data set; ends with [`Event::Finished`], [`Event::Stopped`] or
    /// [`Event::Failed`]. Work in progress is given up.
    pub fn run(&self, config: RunConfig) -> RunId {
        self.begin(|ledger| ledger.run(config))
    }

    /// Asks for the dependency graph at a bin; answered by [`Event::Looked`]. False where the worker is not free.
    pub fn look(&self, bin: usize, config: RunConfig) -> bool {
        let letter = self.0.ledger.borrow().look(bin, config);
        letter.is_some_and(|letter| {
            self.0.post(&[letter]);
            true
        })
    }

    /// Asks for a file that the worker writes ([`Command::Export`], [`Command::SaveModel`]).
    pub fn ask(&self, command: Command, then: Then) {
        let letter = self.0.ledger.borrow().ask(command);
        if letter.is_none() {
            return then(Err(strings::BUSY.to_owned()));
        }
        self.0.asked.borrow_mut().push_back(then);
        self.0.post(letter.as_slice());
    }

    /// Reads a saved model, or scores one on the present data, which were read as `data` says; without a file it is
    /// the model that was read last. Ends with [`Event::ModelOpened`], or like [`Lab::run`].
    pub fn model(&self, file: Option<File>, data: Option<DataConfig>) -> RunId {
        self.begin(|ledger| ledger.model(file, data))
    }

    /// Stops the work in progress, within 100 ms: the worker acknowledges and scores what it has, or is terminated.
    pub fn stop(&self) {
        let stop = self.0.ledger.borrow_mut().stop();
        match stop {
            Stop::Idle => {}
            Stop::Unsent(run) => self.0.later(move |inner| inner.tell(Event::Stopped { run })),
            Stop::Ask(run, letter) => {
                self.0.post(&[letter]);
                self.0.watch(run, STOP_MILLIS, true);
            }
        }
    }

    /// Ends the worker and gives its memory back; the next command starts another one.
    pub fn terminate(&self) {
        let work = self.0.drop_worker();
        if let Some((run, _)) = work {
            self.0.later(move |inner| inner.tell(Event::Stopped { run }));
        }
    }

    /// Shows every event to `listener` too, before the page gets it, until the answer is dropped.
    pub fn listen(&self, listener: impl Fn(&Event) + 'static) -> Listening {
        let id = self.0.next_listener.replace(self.0.next_listener.get() + 1);
        self.0.listeners.borrow_mut().push((id, Rc::new(listener)));
        Listening { lab: Rc::downgrade(&self.0), id }
    }

    /// Id of the work that was begun last; ids only grow.
    pub fn last_run(&self) -> RunId {
        self.0.ledger.borrow().last_run()
    }

    /// Whether work is going on.
    pub fn is_busy(&self) -> bool {
        self.0.ledger.borrow().is_busy()
    }

    /// SHA-256 of the worker's wasm file; unknown until the worker has started.
    pub fn worker_sha256(&self) -> Option<String> {
        self.0.worker_sha256.borrow().clone()
    }

    fn begin(&self, enter: impl FnOnce(&mut Ledger<File>) -> (RunId, Vec<Letter<File>>)) -> RunId {
        let (run, letters) = enter(&mut self.0.ledger.borrow_mut());
        self.0.ensure_worker();
        self.0.post(&letters);
        run
    }
}

impl PartialEq for Lab {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Lab {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lab").field("ledger", &self.0.ledger).finish_non_exhaustive()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(lab) = self.lab.upgrade() {
            lab.listeners.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

impl Inner {
    fn ensure_worker(self: &Rc<Self>) {
        if self.bridge.borrow().is_some() {
            return;
        }
        let weak = Rc::downgrade(self);
        let spawned = loader_url().and_then(|loader| {
            Bridge::spawn(&loader, move |answer| {
                if let Some(inner) = weak.upgrade() {
                    inner.take(answer);
                }
            })
        });
        match spawned {
            Ok(bridge) => *self.bridge.borrow_mut() = Some(bridge),
            Err(why) => self.later(move |inner| inner.broken(&why)),
        }
    }

    fn post(self: &Rc<Self>, letters: &[Letter<File>]) {
        let posted = match &*self.bridge.borrow() {
            Some(bridge) => letters.iter().try_for_each(|letter| bridge.post(&letter.command, &letter.files)),
            None => Ok(()),
        };
        if let Err(why) = posted {
            self.later(move |inner| inner.broken(&why));
        }
    }

    fn take(self: &Rc<Self>, answer: Answer) {
        match answer {
            Answer::Event(Event::Ready { protocol, build }) => self.shake_hands(protocol, &build),
            Answer::Event(event) => {
                self.ledger.borrow_mut().note(&event);
                self.tell(event);
            }
            Answer::File(file) => {
                let then = self.asked.borrow_mut().pop_front();
                if let Some(then) = then {
                    then(file);
                }
            }
            Answer::Signal(Signal::Started) => self.post(&[Letter { command: Command::Hello, files: Vec::new() }]),
            Answer::Signal(Signal::Stopping { run }) => {
                // Reading keeps nothing, so its stop is its end, however long the present slice takes to arrive.
                let is_reading = self.ledger.borrow_mut().stopping(run);
                if is_reading {
                    self.take(Answer::Event(Event::Stopped { run }));
                }
            }
            Answer::Signal(Signal::Hashed { sha256 }) => *self.worker_sha256.borrow_mut() = Some(sha256),
            Answer::Signal(Signal::Lost { why }) | Answer::Broken(why) => self.broken(&why),
        }
    }

    fn shake_hands(self: &Rc<Self>, protocol: u32, build: &str) {
        if protocol != PROTOCOL || build != BUILD {
            return self.broken(&format!("it is of build {build}, and the page of build {BUILD}"));
        }
        let letters = self.ledger.borrow_mut().ready();
        self.post(&letters);
        self.tell(Event::Ready { protocol, build: build.to_owned() });
    }

    /// Replaces the worker at once if it once worked; else with the next command, so that a missing script is not
    /// asked for again and again.
    fn broken(self: &Rc<Self>, why: &str) {
        let worked = self.ledger.borrow().is_ready();
        let work = self.drop_worker();
        if worked {
            self.ensure_worker();
        }
        let Some((run, stage)) = work else { return };
        let (stage, message) = if worked {
            (stage, format!("The worker broke off ({why}); press Run to start again on the same data"))
        } else {
            (Stage::Start, format!("The worker could not be started ({why}); reload the page"))
        };
        self.tell(Event::Failed { run, stage, message });
    }

    /// After the caller has done its part: no event of a work comes before the page has its id, and no end of it
    /// before the page has noted that Stop was pressed.
    fn later(self: &Rc<Self>, act: impl FnOnce(&Rc<Self>) + 'static) {
        let weak = Rc::downgrade(self);
        Timeout::new(0, move || {
            if let Some(inner) = weak.upgrade() {
                act(&inner);
            }
        })
        .forget();
    }

    fn watch(self: &Rc<Self>, run: RunId, millis: u32, again: bool) {
        let weak = Rc::downgrade(self);
        Timeout::new(millis, move || match weak.upgrade() {
            Some(inner) if inner.ledger.borrow().is_deaf(run) => {
                if again {
                    inner.watch(run, GRACE_MILLIS, false)
                } else {
                    inner.give_up(run)
                }
            }
            _ => {}
        })
        .forget();
    }

    fn give_up(self: &Rc<Self>, run: RunId) {
        self.drop_worker();
        self.ensure_worker();
        self.tell(Event::Stopped { run });
    }

    fn drop_worker(&self) -> Option<(RunId, Stage)> {
        drop(self.bridge.borrow_mut().take());
        let asked = self.asked.take();
        asked.into_iter().for_each(|then| then(Err(strings::NO_ANSWER.to_owned())));
        self.ledger.borrow_mut().lost()
    }

    fn tell(&self, event: Event) {
        let listeners: Vec<Listener> = self.listeners.borrow().iter().map(|(_, listener)| listener.clone()).collect();
        for listener in listeners {
            listener(&event);
        }
        self.on_event.emit(event);
    }
}

/// The build id keeps a cache from pairing this page with the loader of another build.
fn loader_url() -> Result<String, String> {
    let base = web_sys::window().and_then(|window| window.document()).and_then(|page| page.base_uri().ok().flatten());
    let base = base.ok_or("the page has no address")?;
    let url = web_sys::Url::new_with_base(LOADER, &base).map_err(|error| text_of(&error))?;
    url.set_search(&format!("v={BUILD}"));
    Ok(url.href())
}

fn when_idle(work: impl FnOnce() + 'static) {
    let window = web_sys::window().map_or(JsValue::UNDEFINED, JsValue::from);
    match codec::member(&window, "requestIdleCallback").dyn_into::<js_sys::Function>() {
        // A refusal only means that the first command starts the worker.
        Ok(request) => drop(request.call1(&window, &Closure::once_into_js(work))),
        Err(_) => drop(Timeout::new(IDLE_MILLIS, work).forget()),
    }
}
