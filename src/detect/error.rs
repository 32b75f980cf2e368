//! Why there is no fold.

use crate::snapshot::SnapshotError;

/// Why there is no fold: one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectError {
    /// There are no snapshots.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// Nothing could be scored.
    #[error(
        "The data hold no labelled fault within a recording; add a file of labels with start, end, target and type"
    )]
    NoFaults,
    /// The protocol needs more than there is.
    #[error("Protocol {protocol} needs {needed}, and the data hold {found}; choose {advice}")]
    TooFew {
        /// Id of the protocol.
        protocol: &'static str,
        /// What it needs.
        needed: String,
        /// What there is.
        found: String,
        /// What to do.
        advice: &'static str,
    },
    /// A part of a fold holds no window.
    #[error(
        "Protocol {protocol} leaves no window for {part} in fold {fold}; choose a longer recording, or smaller \
         split.purge_secs and split.embargo_secs"
    )]
    EmptyPart {
        /// Id of the protocol.
        protocol: &'static str,
        /// Which part.
        part: &'static str,
        /// The fold, counted from 1.
        fold: usize,
    },
    /// There is nothing to fit the scale on.
    #[error("Fold {fold} has no normal training window to fit the scale on; choose setup.scale commission")]
    NoNormal {
        /// The fold, counted from 1.
        fold: usize,
    },
    /// There are fewer folds.
    #[error("There is no fold {asked}: there are {n}")]
    NoFold {
        /// Which was asked for, counted from 1.
        asked: usize,
        /// How many there are.
        n: usize,
    },
    /// Call durations are asked for, and there are none.
    #[error(
        "The data hold no calls between services with a time and a duration; switch setup.calls off, or add traces"
    )]
    NoCalls,
}
