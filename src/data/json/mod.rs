//! JSON answers and exports, read event by event in any chunking.

mod document;
mod key;

mod prometheus;

mod counter;
mod labels;
mod meaning;
mod select;

mod inferred;

mod jaeger;
mod otlp;
mod spans;

mod snapshots;

mod rules;

use super::error::DataError;
use super::intake::Intake;
use super::table::shorten;
use document::{At, Documents, Event, Place, Shape, Sink, Stop};
use inferred::Inferred;
use jaeger::Jaeger;
use key::Key;
use otlp::Otlp;
use prometheus::Prometheus;
use snapshots::Snapshots;

/// Keys of an unknown document that are named.
const MAX_NAMED_KEYS: usize = 6;

/// A JSON file that is being read.
pub(super) struct JsonFile {
    file: String,
    documents: Documents,
    formats: Formats,
}

/// Why a format cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Refusal {
    /// What was found instead of what the format holds there.
    Unexpected(String),
    /// What was expected and what was found in a document of our own.
    Misfit { expected: String, found: String },
    /// What the file is instead of a trace.
    NotATrace(String),
    /// It does not fit into memory.
    Full(DataError),
}

impl From<DataError> for Refusal {
    fn from(error: DataError) -> Self {
        Self::Full(error)
    }
}

/// All formats side by side: their keys do not overlap, so that each sees only what is its own.
#[derive(Default)]
struct Formats {
    prometheus: Prometheus,
    jaeger: Jaeger,
    otlp: Otlp,
    inferred: Inferred,
    snapshots: Snapshots,
    title: Option<&'static str>,
    /// Keys of the root of the document, as far as they are named.
    root_keys: Vec<String>,
    /// The document is one of a known format.
    is_known: bool,
}

impl JsonFile {
    /// A file of which nothing was read.
    pub(super) fn new(file: &str) -> Self {
        let formats = Formats { prometheus: Prometheus::new(file), ..Formats::default() };
        Self { file: file.to_owned(), documents: Documents::new(), formats }
    }

    /// Name of the format once it is known, for people.
    pub(super) fn title(&self) -> Option<&'static str> {
        self.formats.title
    }

    /// Samples, spans, faults or snapshots so far.
    pub(super) fn rows(&self) -> u64 {
        let Formats { prometheus, jaeger, otlp, inferred, snapshots, .. } = &self.formats;
        let n_records = prometheus.n_samples() + jaeger.n_spans() + otlp.n_spans();
        n_records + inferred.n_faults() + snapshots.n_snapshots()
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What cannot be read, with line and column.
    pub(super) fn push(&mut self, bytes: &[u8], intake: &mut Intake) -> Result<(), DataError> {
        let Self { file, documents, formats } = self;
        documents.push(bytes, &mut Reading { formats, intake }).map_err(|(place, stop)| error(file, place, stop))
    }

    /// Takes note of the end of the file.
    ///
    /// # Errors
    /// When the file ends too early, or holds nothing that is known.
    pub(super) fn end(&mut self, intake: &mut Intake) -> Result<(), DataError> {
        let Self { file, documents, formats } = self;
        match documents.end(&mut Reading { formats, intake }) {
            Ok(()) => {}
            Err((place, Stop::Cut)) if formats.holds_anything() => {
                formats.drop_unfinished();
                intake.note(&rules::CUT_JSON, 1, || format!("“{file}”, line {}, column {}", place.line, place.column));
            }
            Err((place, stop)) => return Err(error(file, place, stop)),
        }
        formats.prometheus.finish(intake)?;
        formats.jaeger.finish(intake, file);
        formats.inferred.finish(intake);
        formats.otlp.finish(intake, file)?;
        formats.snapshots.finish(intake, file)
    }
}

/// One file being read into an intake.
struct Reading<'a> {
    formats: &'a mut Formats,
    intake: &'a mut Intake,
}

impl Sink for Reading<'_> {
    type Refusal = Refusal;

    fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<(), Refusal> {
        let Self { formats, intake } = self;
        if at.path.len() < 2 {
            formats.root(at, event)?;
        }
        if formats.inferred.event(at, event)? {
            formats.recognised(Inferred::TITLE);
        }
        let (title, is_recognised) = match at.path {
            [Key::Data, Key::Item, ..] => (Jaeger::TITLE, formats.jaeger.event(at, event, intake)?),
            [Key::Data | Key::Status | Key::Error | Key::ErrorType, ..] => {
                (Prometheus::TITLE, formats.prometheus.event(at, event, intake)?)
            }
            [Key::ResourceSpans, ..] => (Otlp::TITLE, formats.otlp.event(at, event)?),
            [Key::Header | Key::Snapshots, ..] => (Snapshots::TITLE, formats.snapshots.event(at, event)?),
            _ => return Ok(()),
        };
        if is_recognised {
            formats.recognised(title);
        }
        Ok(())
    }
}

impl Formats {
    /// The document is one of this format.
    fn recognised(&mut self, title: &'static str) {
        self.is_known = true;
        self.title.get_or_insert(title);
    }

    /// Takes note of the root of a document and of its keys.
    fn root(&mut self, at: At<'_>, event: Event<'_>) -> Result<(), Refusal> {
        match (at.path, event) {
            ([], Event::Open(Shape::Object)) => {
                self.root_keys.clear();
                self.is_known = false;
                Ok(())
            }
            ([], Event::Close) => {
                self.prometheus.end_of_answer()?;
                self.inferred.end_of_document()?;
                if self.is_known { Ok(()) } else { Err(Refusal::NotATrace(self.unknown())) }
            }
            ([], Event::Open(Shape::Array)) => Err(Refusal::NotATrace("a JSON array".to_owned())),
            ([], _) => Err(Refusal::NotATrace("a single JSON value".to_owned())),
            (_, Event::Close) => Ok(()),
            _ => {
                if self.root_keys.len() <= MAX_NAMED_KEYS {
                    self.root_keys.push(shorten(at.name.as_bytes()));
                }
                Ok(())
            }
        }
    }

    fn unknown(&self) -> String {
        match self.root_keys.as_slice() {
            [] => "an empty JSON object".to_owned(),
            [key] => format!("JSON with the key {key}"),
            keys => {
                let more = if keys.len() > MAX_NAMED_KEYS { " and more" } else { "" };
                format!("JSON with the keys {}{more}", keys[..keys.len().min(MAX_NAMED_KEYS)].join(", "))
            }
        }
    }

    /// Whether whole series, traces, spans or snapshots have come.
    fn holds_anything(&self) -> bool {
        self.prometheus.n_series() > 0
            || self.jaeger.n_traces() > 0
            || self.otlp.n_spans() > 0
            || self.inferred.n_faults() > 0
            || self.snapshots.n_snapshots() > 0
    }

    fn drop_unfinished(&mut self) {
        self.prometheus.drop_unfinished();
        self.jaeger.drop_unfinished();
        self.otlp.drop_unfinished();
        self.inferred.drop_unfinished();
    }
}

/// Something in a document of our own that we would not write.
fn misfit(expected: impl Into<String>, found: impl Into<String>) -> Refusal {
    Refusal::Misfit { expected: expected.into(), found: found.into() }
}

fn error(file: &str, place: Place, stop: Stop<Refusal>) -> DataError {
    let (file, Place { line, column }) = (file.to_owned(), place);
    match stop {
        Stop::Syntax(found) | Stop::Refused(Refusal::Unexpected(found)) => {
            DataError::Json { file, line, column, found }
        }
        Stop::Refused(Refusal::Misfit { expected, found }) => {
            DataError::Snapshots { file, line, column, expected, found }
        }
        Stop::Cut => DataError::Json { file, line, column, found: "the end of the file".to_owned() },
        Stop::Refused(Refusal::NotATrace(found)) => DataError::NotATrace { file, line, column, found },
        Stop::Refused(Refusal::Full(error)) => error,
    }
}

#[cfg(test)]
mod tests;
