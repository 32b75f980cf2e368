//! Helpers: workers of this worker that do parts of its run side by side with it.
//!
//! Each helper reads the data itself, once, and does one part at a time. Which worker does a part changes nothing in
//! its result. A helper that breaks gives its part back.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use web_sys::File;

use super::outbox::scope;
use crate::bridge::{Answer, Bridge};
use crate::codec;
use crate::config::{Checked, RunConfig};
use crate::experiment::{Experiment, PartResult};
use crate::protocol::{Command, Event, RunId, Signal};

/// Workers in all, at most; more would not share memory bandwidth well.
const MOST_WORKERS: usize = 8;

/// Where the data of the run come from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    pub(super) scenario: Option<String>,
    pub(super) files: Vec<File>,
}

/// What the helpers did since they were last asked.
#[derive(Debug, Default)]
pub(super) struct News {
    /// Progress, to be passed on to the page.
    pub(super) events: Vec<Event>,
    /// Finished parts.
    pub(super) finished: Vec<(usize, PartResult)>,
}

/// The helpers of one run; dropping them terminates them.
#[derive(Debug)]
pub(super) struct Pool {
    run: RunId,
    config: Box<RunConfig>,
    origin: Origin,
    helpers: Vec<Helper>,
    inbox: Rc<RefCell<VecDeque<(usize, Answer)>>>,
}

#[derive(Debug)]
struct Helper {
    /// `None` when it broke.
    bridge: Option<Bridge>,
    is_ready: bool,
    part: Option<usize>,
    /// Share of the part that is done.
    share: f64,
}

impl Pool {
    /// One helper less than there are cores, and than there are parts that take time.
    pub(super) fn new(run: RunId, config: &Checked, origin: Origin, n_parts: usize) -> Self {
        let inbox: Rc<RefCell<VecDeque<(usize, Answer)>>> = Rc::default();
        let wanted = n_cores().min(MOST_WORKERS).min(n_parts).saturating_sub(1);
        let helper = |idx: usize| {
            let inbox = inbox.clone();
            let bridge = Bridge::spawn(&scope().name(), move |answer| inbox.borrow_mut().push_back((idx, answer)));
            // Without helpers the run takes longer; that is all.
            bridge.ok().map(|bridge| Helper { bridge: Some(bridge), is_ready: false, part: None, share: 0.0 })
        };
        let helpers = (0..wanted).map_while(helper).collect();
        Self { run, config: Box::new((**config).clone()), origin, helpers, inbox }
    }

    /// Whether a helper is at work.
    pub(super) fn is_busy(&self) -> bool {
        self.helpers.iter().any(|helper| helper.part.is_some())
    }

    /// Parts at work, each with the share that is done.
    pub(super) fn shares(&self) -> Vec<(usize, f64)> {
        self.helpers.iter().filter_map(|helper| Some((helper.part?, helper.share))).collect()
    }

    /// Gives parts to idle helpers.
    pub(super) fn give(&mut self, experiment: &mut Experiment) {
        for helper in self.helpers.iter_mut().filter(|helper| helper.is_ready && helper.part.is_none()) {
            let Some(part) = experiment.give_away() else { return };
            let scenario = self.origin.scenario.clone();
            let command = Command::Part { run: self.run, config: self.config.clone(), part, scenario };
            let posted = helper.bridge.as_ref().map(|bridge| bridge.post(&command, &self.origin.files));
            if matches!(posted, Some(Ok(()))) {
                (helper.part, helper.share) = (Some(part), 0.0);
            } else {
                experiment.take_on(part);
                helper.retire();
            }
        }
    }

    /// Takes what the helpers have said; parts of broken ones go back to the experiment.
    pub(super) fn news(&mut self, experiment: &mut Experiment) -> News {
        let mut news = News::default();
        let answers: Vec<(usize, Answer)> = self.inbox.borrow_mut().drain(..).collect();
        for (idx, answer) in answers {
            let epochs = self.config.train.epochs.max(1) as f64;
            let helper = &mut self.helpers[idx];
            match answer {
                Answer::Signal(Signal::Started) => helper.is_ready = true,
                Answer::Event(Event::PartFinished { part, result, .. }) => {
                    helper.part = None;
                    match PartResult::from_json(&result) {
                        Ok(result) => news.finished.push((part, result)),
                        Err(_) => experiment.take_on(part),
                    }
                }
                Answer::Event(Event::Step { run, part, epoch, share, .. }) => {
                    helper.share = ((epoch.saturating_sub(1)) as f64 + f64::from(share)) / epochs;
                    news.events.push(Event::Step { run, part, epoch, share, secs_left: None });
                }
                Answer::Event(event @ Event::Epoch { .. }) => news.events.push(event),
                // Stopped before its first epoch: there is no result.
                Answer::Event(Event::Stopped { .. }) => helper.part = None,
                Answer::Event(Event::Failed { .. }) | Answer::Broken(_) | Answer::Signal(Signal::Lost { .. }) => {
                    helper.part.take().into_iter().for_each(|part| experiment.take_on(part));
                    helper.retire();
                }
                Answer::Event(_) | Answer::Signal(_) | Answer::File(_) => {}
            }
        }
        news
    }

    /// Asks all helpers to end their parts with what they have.
    pub(super) fn stop(&mut self) {
        for helper in self.helpers.iter_mut().filter(|helper| helper.part.is_some()) {
            let posted = helper.bridge.as_ref().map(|bridge| bridge.post(&Command::Stop { run: self.run }, &[]));
            if !matches!(posted, Some(Ok(()))) {
                helper.retire();
            }
        }
    }
}

impl Helper {
    fn retire(&mut self) {
        (self.bridge, self.is_ready, self.part) = (None, false, None);
    }
}

/// Cores of the machine, as far as the browser says; one where it does not.
fn n_cores() -> usize {
    let navigator = codec::member(&scope(), "navigator");
    codec::member(&navigator, "hardwareConcurrency").as_f64().map_or(1, |cores| cores.max(1.0) as usize)
}
