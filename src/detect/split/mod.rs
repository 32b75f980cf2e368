//! Which windows are for what: the protocols (MODELS.md B.7).

mod blocked;
mod deal;
mod purge;
mod single;
mod testbed;
mod whole;

use super::error::DetectError;
use super::fold::Window;
use super::run::Run;
use crate::config::{DetectConfig, DetectProtocol};
use crate::stream::{Stream, StreamRng};
use serde::{Deserialize, Serialize};

pub(super) use purge::nearest;

/// What a run or a window is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Fitting.
    Train,
    /// Choosing epochs and thresholds.
    Validation,
    /// Scoring.
    Test,
}

impl Part {
    /// All parts, in their order.
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    /// Name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Train => "training",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// The windows of one fold, by run and time. Runs are those of the source.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Split {
    /// Windows of each part, in the order of [`Part::ALL`].
    pub(super) parts: [Vec<Window>; 3],
    /// Normal windows, if they are not those of training.
    pub(super) normal: Option<Vec<Window>>,
    /// Windows left out because they are too near to those of another part.
    pub(super) n_purged: u64,
}

impl Split {
    fn of(&mut self, part: Part) -> &mut Vec<Window> {
        &mut self.parts[part as usize]
    }

    fn sort(mut self) -> Self {
        let lists = self.parts.iter_mut().chain(&mut self.normal);
        lists.for_each(|windows| windows.sort_unstable_by_key(|window| (window.run, window.last)));
        self
    }
}

/// All folds of the protocol.
///
/// # Errors
/// When there are too few runs, faults, types or targets for it, or a part would be empty.
pub(super) fn splits(runs: &[Run], config: &DetectConfig) -> Result<Vec<Split>, DetectError> {
    let protocol = config.split.protocol;
    if runs.iter().all(|run| run.episodes.is_empty()) {
        return Err(DetectError::NoFaults);
    }
    let splits = match protocol {
        DetectProtocol::P0Rand | DetectProtocol::P0Class | DetectProtocol::P0Chron => {
            vec![single::split(runs, config)?]
        }
        DetectProtocol::P1 => vec![whole::stratified(runs, config)?],
        DetectProtocol::P1Folds => whole::folds_of_training(runs, config)?,
        DetectProtocol::P1Target => vec![whole::by_target(runs, config)?],
        DetectProtocol::P2 => whole::without_a_kind(runs, config)?,
        DetectProtocol::P3 => blocked::folds(runs, config)?,
        DetectProtocol::Testbed => vec![testbed::split(runs, config)?],
        // The anchor cuts no windows; whoever wants its windows all the same is given those of P4.
        DetectProtocol::P4 | DetectProtocol::AnchorSockshop => vec![whole::normal_only(runs, config)?],
    };
    let splits: Vec<Split> = splits.into_iter().map(Split::sort).collect();
    for (fold, split) in splits.iter().enumerate() {
        let empty = Part::ALL.into_iter().find(|&part| split.parts[part as usize].is_empty());
        if let Some(part) = empty {
            return Err(DetectError::EmptyPart { protocol: protocol.id(), part: part.title(), fold: fold + 1 });
        }
    }
    Ok(splits)
}

/// Shares of the three parts.
fn shares(config: &DetectConfig) -> [f64; 3] {
    let (train, validation) = (config.split.train_share, config.split.validation_share);
    [train, validation, 1.0 - train - validation]
}

/// The generator of everything that is drawn about a split.
fn rng(config: &DetectConfig, what: &str) -> StreamRng {
    Stream::Split.rng(config.split.seed, &format!("detect/{what}"))
}

/// `n` things cut at the shares: the first of validation, the first of test.
fn cuts(n: usize, shares: [f64; 3]) -> [usize; 2] {
    let at = |share: f64| ((n as f64 * share + 0.5).floor() as usize).min(n);
    [at(shares[0]), at(shares[0] + shares[1])]
}

/// The part of a thing by its place among others.
fn part_at(place: usize, cuts: [usize; 2]) -> Part {
    Part::ALL[cuts.into_iter().filter(|&cut| place >= cut).count()]
}

/// The part of a group in the fold that scores the group `test` of `n`: the next one, after the last the first, is for
/// choosing, the others train.
fn part_of_group(group: usize, test: usize, n: usize) -> Part {
    match group {
        _ if group == test => Part::Test,
        _ if group == (test + 1) % n => Part::Validation,
        _ => Part::Train,
    }
}

fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}
