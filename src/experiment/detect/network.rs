//! One network: training, then the scores of all windows in pieces, then what only the figures need.

use std::rc::Rc;

use super::super::Progress;
use super::super::part::{DetectScores, PartResult};
use super::facts::pictured;
use super::located;
use crate::config::{Backend, CheckedDetect, Detector, Supervision};
use crate::detect::{Fold, Window};
use crate::report::{EpochPoint, StopReason};
use crate::train::{Criterion, DetectEpoch, DetectSession, DetectTrainError, DetectUnit, Scorer};

/// A training in progress, and the scores after it.
#[derive(Debug)]
pub(super) struct Trained {
    session: DetectSession,
    scores: DetectScores,
    /// What is still to be scored, the first at the end.
    jobs: Vec<Job>,
    scorer: Option<Scorer>,
    n_scored: usize,
    /// Learning rate, which stays.
    rate: f64,
    n_instances: usize,
}

/// Windows to be scored, and by which weights.
#[derive(Debug)]
struct Job {
    what: What,
    windows: Vec<Window>,
    done: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Test,
    Validation,
    Normal,
    TrainStates,
    TestStates,
    Untrained,
    UntrainedStates,
    Where,
}

impl What {
    /// Whether the network is taken as it was before training.
    fn is_untrained(self) -> bool {
        matches!(self, Self::Untrained | Self::UntrainedStates)
    }
}

impl Trained {
    pub(super) fn new(
        fold: Rc<Fold>,
        detector: Detector,
        config: &CheckedDetect,
        (backend, seed): (Backend, u32),
        is_shown: bool,
    ) -> Result<Self, DetectTrainError> {
        let session = DetectSession::new(fold.clone(), detector, config, (backend, seed))?;
        let is_supervised = detector.supervision() == Supervision::Labels;
        let mut jobs = Vec::new();
        let mut add = |what, windows: &[Window]| jobs.push(Job { what, windows: windows.to_vec(), done: 0 });
        if is_shown && is_supervised {
            let (train, test) = pictured(&fold);
            add(What::UntrainedStates, &[&train[..], &test[..]].concat());
            add(What::Untrained, &fold.test);
            add(What::TestStates, &test);
            add(What::TrainStates, &train);
        }
        if !is_supervised {
            add(What::Normal, &fold.normal);
        }
        if config.network.node_head {
            add(What::Where, &fold.test);
        }
        add(What::Validation, &fold.validation);
        add(What::Test, &fold.test);
        let scores = DetectScores { is_probability: is_supervised, ..DetectScores::default() };
        let (rate, n_instances) = (config.train.learning_rate, fold.n_instances());
        Ok(Self { session, scores, jobs, scorer: None, n_scored: 0, rate, n_instances })
    }

    /// Ends training now; false if nothing was learned yet.
    pub(super) fn stop(&mut self) -> bool {
        self.session.stop();
        self.session.best_epoch() > 0
    }

    pub(super) fn epochs_done(&self) -> usize {
        self.session.curve().len()
    }

    /// Whether windows are being scored.
    pub(super) fn is_scoring(&self) -> bool {
        self.session.ended().is_some() && self.jobs.last().is_some_and(|job| !job.what.is_untrained())
    }

    /// Windows that the trained network has scored.
    pub(super) fn n_scored(&self) -> usize {
        self.n_scored
    }

    /// Trains or scores a few windows; `None` when all is done.
    pub(super) fn step(&mut self, part: usize) -> Option<Progress> {
        if self.session.ended().is_none() {
            let epoch = self.epochs_done() + 1;
            return Some(match self.session.step() {
                DetectUnit::Windows(share) => Progress::Step { part, epoch, share },
                DetectUnit::Epoch(done) => {
                    let best_epoch = self.session.best_epoch();
                    Progress::Epoch { part, point: as_point(&done, self.rate), best_epoch }
                }
                DetectUnit::Ended(_) => Progress::Step { part, epoch: self.epochs_done(), share: 1.0 },
            });
        }
        let mut job = self.jobs.pop()?;
        let rest = job.windows.len() - job.done;
        if rest > 0 {
            self.score(&mut job);
        }
        if job.done < job.windows.len() {
            self.jobs.push(job);
        } else {
            // The next job may be another network, and its windows begin anew.
            self.scorer = None;
        }
        Some(Progress::Step { part, epoch: self.epochs_done(), share: 1.0 })
    }

    fn score(&mut self, job: &mut Job) {
        let session = &self.session;
        let new = || {
            let initial = job.what.is_untrained().then(|| session.initial_network()).flatten();
            session.scorer(initial.unwrap_or_else(|| session.best_network()))
        };
        let scorer = self.scorer.get_or_insert_with(new);
        if !scorer.calibrate() {
            return;
        }
        let end = (job.done + scorer.windows_per_call()).min(job.windows.len());
        let windows = &job.windows[job.done..end];
        let scores = &mut self.scores;
        match job.what {
            What::Test => scores.test.extend(scorer.scores(windows)),
            What::Validation => scores.validation.extend(scorer.scores(windows)),
            What::Normal => scores.normal.extend(scorer.scores(windows)),
            What::Untrained => scores.untrained.extend(scorer.scores(windows)),
            What::TrainStates => scores.train_states.extend(scorer.readings(windows).states),
            What::TestStates => scores.test_states.extend(scorer.readings(windows).states),
            What::Where => located::add(scores, &scorer.instances(windows), self.n_instances),
            What::UntrainedStates => scores.untrained_states.extend(scorer.readings(windows).states),
        }
        if !job.what.is_untrained() {
            self.n_scored += windows.len();
        }
        job.done = end;
    }

    /// All that the report needs.
    pub(super) fn finish(self, seed: u32, fold: usize) -> PartResult {
        let session = &self.session;
        let accuracy =
            |epoch: &DetectEpoch| Some((epoch.train_accuracy?, epoch.validation_accuracy.unwrap_or_default()));
        let criterion = match session.criterion() {
            Criterion::AveragePrecision => "best epoch by average precision on validation",
            Criterion::ValidationLoss => "best epoch by loss on validation, which holds one class",
            Criterion::TrainingLoss => "best epoch by loss on training: there is no validation window",
        };
        let mut scores = self.scores;
        (scores.fold, scores.accuracy) = (fold, session.curve().iter().filter_map(accuracy).collect());
        PartResult {
            seed,
            learned: true,
            n_params: session.n_params(),
            backend: format!("{:?}", session.backend()).to_lowercase(),
            curve: session.curve().iter().map(|epoch| as_point(epoch, self.rate)).collect(),
            best_epoch: session.best_epoch(),
            stop: session.ended().unwrap_or(StopReason::Planned),
            weights_sha256: crate::digest::sha256_of_floats(session.best_weights()),
            chosen: criterion.to_owned(),
            detection: Some(Box::new(scores)),
            ..PartResult::default()
        }
    }
}

/// The losses in the form that forecasts have; without validation windows those of training stand twice.
fn as_point(epoch: &DetectEpoch, rate: f64) -> EpochPoint {
    EpochPoint {
        epoch: epoch.epoch,
        train: epoch.train_loss,
        validation: epoch.validation_loss.unwrap_or(epoch.train_loss),
        rate,
        gradient_norm: epoch.gradient_norm,
    }
}
