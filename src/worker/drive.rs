//! Drives an experiment: steps for a moment, lets the browser have its turn, and tells the page what happened.

use std::rc::Rc;

use super::desk::{Going, Job};
use super::outbox::post;
use super::pace::{Pause, Throttle, now_millis, sleep};
use super::pool::Pool;
use crate::experiment::{Experiment, ExperimentError, PartResult, Progress, Scored};
use crate::protocol::{Event, RunId, Stage};

/// Steps are taken for this long before a stop can be seen again: a pause costs far less than 1 % of it, and a stop
/// has 100 ms.
const BUSY_MILLIS: f64 = 30.0;
/// How often helpers are looked after when there is nothing else to do.
const WAIT_MILLIS: i32 = 20;

/// Runs to the end, or to a stop; the answer is the event that ends the run. `known` are parts that were finished by an
/// earlier run of the same config on the same data; all that is finished now is put there.
pub(super) async fn drive(
    job: &Job,
    experiment: &mut Experiment,
    mut pool: Pool,
    known: &mut Vec<(usize, PartResult)>,
) -> Event {
    let run = job.run();
    let Ok(pause) = Pause::new() else { return no_channels(run) };
    let mut drive = Drive::new(run, experiment);
    known.drain(..).for_each(|(part, result)| drive.take(part, result));
    let end = loop {
        match job.going() {
            Going::On => pool.give(drive.experiment),
            Going::Stop => drive.stop(&mut pool),
            Going::Replaced => return Event::Stopped { run },
        }
        match drive.turn(&mut pool) {
            Ok(true) => pause.take().await,
            Ok(false) if pool.is_busy() => sleep(WAIT_MILLIS).await,
            Ok(false) => break drive.end(),
            Err(error) => break Event::Failed { run, stage: drive.telling.stage, message: error.to_string() },
        }
    };
    known.extend(drive.whole_parts());
    end
}

/// Does one part for the worker that leads the run.
pub(super) async fn part(job: &Job, experiment: &mut Experiment, part: usize) -> Event {
    let run = job.run();
    let Ok(pause) = Pause::new() else { return no_channels(run) };
    experiment.only(part);
    let mut throttle = Throttle::new();
    loop {
        match job.going() {
            Going::On => {}
            Going::Stop => experiment.stop(),
            Going::Replaced => return Event::Stopped { run },
        }
        let more = busy(experiment, |_, progress, now| match progress {
            Progress::Step { part, epoch, share } if throttle.allows(now) => {
                post(&Event::Step { run, part, epoch, share, secs_left: None });
            }
            Progress::Epoch { part, point, best_epoch } => post(&Event::Epoch { run, part, point, best_epoch }),
            Progress::Step { .. } | Progress::Prepared | Progress::PartDone { .. } => {}
        });
        match more {
            Ok(true) => pause.take().await,
            Ok(false) => return finished(run, part, experiment),
            Err(error) => return Event::Failed { run, stage: Stage::Train, message: error.to_string() },
        }
    }
}

/// Steps until the moment is over, and tells what each step did; false when there is nothing left to do.
fn busy(
    experiment: &mut Experiment,
    mut tell: impl FnMut(&Experiment, Progress, f64),
) -> Result<bool, ExperimentError> {
    let begin = now_millis();
    let mut before = begin;
    while before - begin < BUSY_MILLIS {
        let Some(progress) = experiment.step()? else { return Ok(false) };
        let now = now_millis();
        experiment.add_secs(&progress, (now - before) / 1000.0);
        tell(experiment, progress, now);
        before = now;
    }
    Ok(true)
}

/// The event that ends a part; without a result it was stopped before its first epoch.
fn finished(run: RunId, part: usize, experiment: &Experiment) -> Event {
    let text = experiment.result(part).map(PartResult::to_json);
    match text {
        Some(Ok(result)) => Event::PartFinished { run, part, result },
        _ => Event::Stopped { run },
    }
}

fn done(run: RunId, part: usize, scored: Scored) -> Event {
    match scored {
        Scored::Model(model) => Event::PartDone { run, part, model },
        Scored::Detector(detector) => Event::DetectorDone { run, part, detector },
    }
}

fn no_channels(run: RunId) -> Event {
    let message = "The browser has no message channels; use a current one".to_owned();
    Event::Failed { run, stage: Stage::Start, message }
}

/// The worker's side of a run that it leads.
struct Drive<'a> {
    experiment: &'a mut Experiment,
    stopped: bool,
    telling: Telling,
}

/// What the page is told, and when.
struct Telling {
    run: RunId,
    stage: Stage,
    clock: Clock,
}

impl<'a> Drive<'a> {
    fn new(run: RunId, experiment: &'a mut Experiment) -> Self {
        post(&Event::Planned { run, parts: experiment.parts().to_vec() });
        let telling = Telling { run, stage: Stage::Prepare, clock: Clock::new(now_millis()) };
        Self { experiment, stopped: false, telling }
    }

    fn stop(&mut self, pool: &mut Pool) {
        if !std::mem::replace(&mut self.stopped, true) {
            self.experiment.stop();
            pool.stop();
        }
    }

    /// Steps until the moment is over, and takes what the helpers have; false when there is nothing to do here now.
    fn turn(&mut self, pool: &mut Pool) -> Result<bool, ExperimentError> {
        let news = pool.news(self.experiment);
        news.events.iter().for_each(|event| self.telling.pass_on(self.experiment, event));
        news.finished.into_iter().for_each(|(part, result)| self.take(part, result));
        self.experiment.note_elsewhere(pool.shares());
        busy(self.experiment, |experiment, progress, now| self.telling.tell(experiment, progress, now))
    }

    fn take(&mut self, part: usize, result: PartResult) {
        self.experiment.accept(part, result);
        if let Some(scored) = self.experiment.scored(part) {
            post(&done(self.telling.run, part, scored));
        }
    }

    fn whole_parts(&self) -> Vec<(usize, PartResult)> {
        if self.experiment.is_complete() {
            return Vec::new();
        }
        let results = (0..self.experiment.parts().len()).filter_map(|part| Some((part, self.experiment.result(part)?)));
        results.filter(|(_, result)| result.is_whole()).map(|(part, result)| (part, result.clone())).collect()
    }

    fn end(&self) -> Event {
        let run = self.telling.run;
        match self.experiment.report() {
            Some(report) => Event::Finished { run, report: Rc::new(report) },
            None => Event::Stopped { run },
        }
    }
}

impl Telling {
    fn pass_on(&mut self, experiment: &Experiment, event: &Event) {
        match *event {
            Event::Step { part, epoch, share, .. } => self.step(experiment, (part, epoch, share), now_millis()),
            _ => {
                self.clock.seen_epoch = true;
                post(event);
            }
        }
    }

    fn tell(&mut self, experiment: &Experiment, progress: Progress, now: f64) {
        let run = self.run;
        match progress {
            Progress::Prepared => {
                if self.stage == Stage::Prepare {
                    self.stage = Stage::Train;
                    self.clock = Clock::new(now);
                }
            }
            Progress::Step { part, epoch, share } => self.step(experiment, (part, epoch, share), now),
            Progress::Epoch { part, point, best_epoch } => {
                self.clock.seen_epoch = true;
                post(&Event::Epoch { run, part, point, best_epoch });
            }
            Progress::PartDone { part, scored } => post(&done(run, part, scored)),
        }
    }

    fn step(&mut self, experiment: &Experiment, (part, epoch, share): (usize, usize, f32), now: f64) {
        if self.clock.throttle.allows(now) {
            let secs_left = self.clock.secs_left(now, experiment.share_done());
            post(&Event::Step { run: self.run, part, epoch, share, secs_left });
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
