//! What follows from the state: why Run is off, which glyph a stage wears, what has changed.

use super::{Link, Phase, Source, StageId, State, Task};
use crate::data::DatasetSummary;
use crate::protocol::Stage;
use crate::report::Receipt;
use crate::ui::settings::{Change, Kind, Setting, differences, field_of, setting};
use crate::ui::{format, strings};

/// Why a run cannot start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocker {
    /// Work is going on.
    Busy,
    /// There are no data.
    NoData,
    /// The files hold no series.
    NoSeries,
    /// The data of the result on screen are known by name only.
    FilesNeeded,
    /// A setting cannot be used.
    Invalid {
        /// Its path.
        field: String,
        /// What it must be.
        sentence: String,
    },
}

/// The first reason why a run cannot start.
pub fn blocker(state: &State) -> Option<Blocker> {
    if state.is_busy() {
        return Some(Blocker::Busy);
    }
    if let Some((field, sentence)) = error(state) {
        return Some(Blocker::Invalid { field, sentence });
    }
    match state.source {
        // Detection has a run of its own to begin with.
        Source::Nothing if state.task() == Task::Detect => None,
        Source::Nothing => Some(Blocker::NoData),
        _ if state.dataset.as_ref().is_some_and(|dataset| dataset.nodes.is_empty()) => Some(Blocker::NoSeries),
        Source::Described if state.scenario().is_none() => Some(Blocker::FilesNeeded),
        _ => None,
    }
}

/// The first setting that cannot be used, and what it must be.
pub fn error(state: &State) -> Option<(String, String)> {
    if let Some(field) = state.drafts.keys().next() {
        let setting = setting(field)?;
        return Some((field.clone(), strings::must_be(setting.label, &setting.expected())));
    }
    let error = state.config.check().err()?;
    let field = field_of(&error, &state.config);
    let sentence = match (strings::study_error(&error.field, &error.expected), setting(field)) {
        (Some(sentence), _) => sentence.to_owned(),
        (None, Some(Setting { label, kind: Kind::Numbers { .. }, .. })) => {
            strings::each_must_be(label, &error.expected)
        }
        (None, Some(Setting { label, .. })) => strings::must_be(label, &error.expected),
        (None, None) => strings::must_be(strings::list_label(state.task() == Task::Detect), &error.expected),
    };
    Some((field.to_owned(), sentence))
}

/// What differs between the settings and those of the result on screen.
pub fn changes(state: &State) -> Vec<Change> {
    match &state.report {
        Some(report) if !state.is_busy() => differences(&report.config, &state.config),
        _ => Vec::new(),
    }
}

/// State of a stage, drawn and spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// Not started.
    Empty,
    /// Ready with defaults.
    Ready,
    /// Working.
    Working,
    /// Done.
    Done,
    /// Needs the reader.
    Needed,
    /// Settings changed since the result.
    Stale,
}

/// The glyph of a stage.
pub fn glyph(state: &State, stage: StageId) -> Glyph {
    match stage {
        StageId::Data => data_glyph(state),
        StageId::Graph | StageId::Models => settings_glyph(state, stage),
        StageId::Results => results_glyph(state),
        StageId::Share if state.has_receipt() => Glyph::Done,
        StageId::Share => Glyph::Empty,
    }
}

fn data_glyph(state: &State) -> Glyph {
    match &state.phase {
        Phase::Reading { .. } => Glyph::Working,
        Phase::Failed { stage: Stage::Read, .. } => Glyph::Needed,
        _ if wrong_copy(state).is_some() => Glyph::Needed,
        _ if state.dataset.is_some() => Glyph::Done,
        _ => Glyph::Empty,
    }
}

fn settings_glyph(state: &State, stage: StageId) -> Glyph {
    let invalid = error(state).is_some();
    match (&state.report, stage) {
        _ if invalid && stage == StageId::Models => Glyph::Needed,
        (Some(_), StageId::Models) if !changes(state).is_empty() => Glyph::Stale,
        (Some(_), _) => Glyph::Done,
        (None, _) => Glyph::Ready,
    }
}

fn results_glyph(state: &State) -> Glyph {
    match &state.phase {
        Phase::Preparing | Phase::Training { .. } => Glyph::Working,
        Phase::Stopping if state.live.is_some() => Glyph::Working,
        Phase::Failed { stage: Stage::Prepare | Stage::Train, .. } => Glyph::Needed,
        _ if state.report.is_none() => Glyph::Empty,
        _ if !changes(state).is_empty() => Glyph::Stale,
        _ => Glyph::Done,
    }
}

/// Finished and planned parts of the run at work.
pub fn sections_done(state: &State) -> Option<(usize, usize)> {
    state.live.as_ref().map(|live| (live.n_done(), live.parts.len()))
}

/// Whether the reader's files were read with other settings than those on the page.
pub fn is_read_otherwise(state: &State) -> bool {
    state.source == Source::Files && !state.is_busy() && state.read_with.as_ref() != Some(&state.config.data)
}

/// The sentence on a file that is not the one of the opened link.
pub fn wrong_copy(state: &State) -> Option<String> {
    let (Link::Receipt(receipt), Some(dataset), Source::Files) = (&state.link, &state.dataset, &state.source) else {
        return None;
    };
    wrong_file(receipt, dataset)
}

/// The sentence on the first file of a data set that is not the one of a receipt.
pub fn wrong_file(receipt: &Receipt, dataset: &DatasetSummary) -> Option<String> {
    for (idx, expected) in receipt.files.iter().enumerate() {
        let Some(found) = dataset.files.get(idx) else {
            return Some(strings::file_missing(&expected.name));
        };
        if found.sha256 != expected.sha256 {
            return Some(strings::wrong_copy(
                &found.name,
                &format::hash(&found.sha256),
                &format::hash(&expected.sha256),
            ));
        }
    }
    None
}
