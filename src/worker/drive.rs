//! Drives an experiment: steps for a moment, lets the browser have its turn, and tells the page what happened.

use std::sync::Arc;

use super::desk::{Going, Job};
use super::outbox::post;
use super::pace::{Pause, Throttle, now_millis};
use crate::config::Checked;
use crate::data::Dataset;
use crate::experiment::{Experiment, ExperimentError, Progress};
use crate::protocol::{Event, RunId, Stage};

/// Steps are taken for this long before a stop can be seen again: a pause costs far less than 1 % of it, and a stop
/// has 100 ms.
const BUSY_MILLIS: f64 = 30.0;

/// Runs to the end, or to a stop; the answer is the event that ends the run.
pub(super) async fn drive(job: &Job, dataset: Arc<Dataset>, config: Checked) -> Event {
    let run = job.run();
    let Ok(pause) = Pause::new() else {
        let message = "The browser has no message channels; use a current one".to_owned();
        return Event::Failed { run, stage: Stage::Start, message };
    };
    let mut drive = Drive::new(run, Experiment::new(dataset, config));
    loop {
        match job.going() {
            Going::On => {}
            Going::Stop => drive.stop(),
            Going::Replaced => return Event::Stopped { run },
        }
        match drive.busy() {
            Ok(true) => pause.take().await,
            Ok(false) => return drive.end(),
            Err(error) => return Event::Failed { run, stage: drive.stage, message: error.to_string() },
        }
    }
}

struct Drive {
    run: RunId,
    experiment: Experiment,
    stopped: bool,
    stage: Stage,
    clock: Clock,
}

impl Drive {
    fn new(run: RunId, experiment: Experiment) -> Self {
        post(&Event::Planned { run, parts: experiment.parts().to_vec() });
        Self { run, experiment, stopped: false, stage: Stage::Prepare, clock: Clock::new(now_millis()) }
    }

    fn stop(&mut self) {
        if !std::mem::replace(&mut self.stopped, true) {
            self.experiment.stop();
        }
    }

    /// Steps until the moment is over; false when there is nothing left to do.
    fn busy(&mut self) -> Result<bool, ExperimentError> {
        let begin = now_millis();
        let mut before = begin;
        while before - begin < BUSY_MILLIS {
            let Some(progress) = self.experiment.step()? else { return Ok(false) };
            let now = now_millis();
            self.experiment.add_secs((now - before) / 1000.0);
            self.tell(progress, now);
            before = now;
        }
        Ok(true)
    }

    fn tell(&mut self, progress: Progress, now: f64) {
        let run = self.run;
        match progress {
            Progress::Prepared => {
                self.stage = Stage::Train;
                self.clock = Clock::new(now);
            }
            Progress::Step { part, epoch, share } => {
                if self.clock.throttle.allows(now) {
                    let secs_left = self.clock.secs_left(now, self.experiment.share_done());
                    post(&Event::Step { run, part, epoch, share, secs_left });
                }
            }
            Progress::Epoch { part, point, best_epoch } => {
                self.clock.seen_epoch = true;
                post(&Event::Epoch { run, part, point, best_epoch });
            }
            Progress::PartDone { part, model } => post(&Event::PartDone { run, part, model }),
        }
    }

    fn end(&self) -> Event {
        let run = self.run;
        match self.experiment.report() {
            Some(report) => Event::Finished { run, report: Box::new(report) },
            None => Event::Stopped { run },
        }
    }
}

/// Time since training began.
struct Clock {
    began_millis: f64,
    seen_epoch: bool,
    throttle: Throttle,
}

impl Clock {
    const fn new(now: f64) -> Self {
        Self { began_millis: now, seen_epoch: false, throttle: Throttle::new() }
    }

    /// The rest takes as long per share as what is done; unknown before the first epoch, never guessed.
    fn secs_left(&self, now: f64, share_done: f64) -> Option<f64> {
        let known = self.seen_epoch && share_done > 0.0;
        known.then(|| (now - self.began_millis) / 1000.0 * (1.0 - share_done).max(0.0) / share_done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_is_unknown_before_the_first_epoch_and_then_in_proportion() {
        let mut clock = Clock::new(1000.0);
        assert_eq!(clock.secs_left(3000.0, 0.25), None);
        clock.seen_epoch = true;
        assert_eq!(clock.secs_left(3000.0, 0.25), Some(6.0));
        assert_eq!(clock.secs_left(3000.0, 0.0), None);
        assert_eq!(clock.secs_left(3000.0, 1.0), Some(0.0));
    }
}
