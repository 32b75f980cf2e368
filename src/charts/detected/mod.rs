//! Figures of a detection.

mod curves;
mod embedding;
mod groups;
mod over_time;
mod words;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::picture::Picture;
use crate::report::{DetectBoard, DetectCellResult, Report};

/// A figure that a detection can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exhibit {
    /// Truth and alarms of a run.
    Timeline,
    /// False against true alarms.
    Roc,
    /// Recall against precision.
    PrecisionRecall,
    /// Windows in a plane: the embedding with this index.
    Embedding(usize),
    /// Accuracy over the epochs of training.
    Accuracy,
    /// Each detector against the one to beat.
    Differences,
    /// Configs of a study that are variants.
    Variants,
    /// The curve of one setting, under each protocol: the axis with this index.
    Sweep(usize),
}

/// What a figure is focused on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Focus {
    /// Index of the run.
    pub run: u32,
    /// Id of the detector; empty for that of the headline.
    pub detector: String,
    /// The selected test windows, rising.
    pub selected: Vec<u32>,
}

impl Exhibit {
    /// The figures of a study and of training, in the order of the page.
    pub fn further(report: &Report) -> Vec<Self> {
        let Some(found) = &report.detection else { return Vec::new() };
        let first = found.cells.first();
        let n_axes = groups::axes(&found.cells).len();
        let has = |cell: &DetectCellResult, test: fn(&crate::report::DetectSeed) -> bool| {
            cell.detectors.iter().flat_map(|detector| &detector.seeds).any(test)
        };
        let rest = [
            (Self::Differences, first.is_some_and(|cell| !cell.differences.is_empty())),
            (Self::Variants, groups::variants(&found.cells).len() > 1),
            (Self::Accuracy, first.is_some_and(|cell| has(cell, |seed| !seed.accuracy.is_empty()))),
        ];
        let rest = rest.into_iter().filter(|(_, is_there)| *is_there).map(|(exhibit, _)| exhibit);
        (0..n_axes).map(Self::Sweep).chain(rest).collect()
    }

    /// Embeddings of the detector in focus, trained, untrained and raw.
    pub fn embeddings(report: &Report, detector: &str) -> Vec<Self> {
        let views = board(report).map_or(&[][..], |board| &board.embeddings);
        let of = |state: &'static str| {
            let is_its = move |view: &crate::report::EmbeddingView| {
                view.state == state && (view.id == detector || state == "raw")
            };
            views.iter().position(is_its)
        };
        ["trained", "untrained", "raw"].into_iter().filter_map(of).map(Self::Embedding).collect()
    }

    /// The picture.
    pub(super) fn picture(self, report: &Report, focus: &Focus) -> Picture {
        match self {
            Self::Timeline => over_time::timeline(report, focus),
            Self::Roc => curves::roc(report, focus),
            Self::PrecisionRecall => curves::precision_recall(report, focus),
            Self::Embedding(idx) => embedding::picture(report, idx, focus),
            Self::Accuracy => over_time::accuracy(report, focus),
            Self::Differences => groups::differences(report),
            Self::Variants => groups::variants_picture(report),
            Self::Sweep(idx) => groups::sweep(report, idx),
        }
    }
}

fn board(report: &Report) -> Option<&DetectBoard> {
    report.detection.as_ref()?.board.as_ref()
}

fn first(report: &Report) -> Option<&DetectCellResult> {
    report.detection.as_ref()?.cells.first()
}

/// Id of the detector in focus.
fn focused<'a>(report: &'a Report, focus: &Focus) -> &'a str {
    first(report).and_then(|cell| cell.shown(Some(&focus.detector))).map_or("", |detector| &detector.id)
}
