//! Faults that someone inferred from recordings: `{"<recording>": {"start": 1680, "end": 3480, "pods": ["a-0"]}}`.
//!
//! A recording is another file, named without its extension; times are seconds since its first sample. In place of a
//! start and an end, `windows` holds pairs of them; `fault` says what it was, and all other keys are for people.

use super::super::error::DataError;
use super::super::intake::{InferredFaults, Intake};
use super::super::number::MAX_STAMP_SECS;
use super::super::table::shorten;
use super::Refusal;
use super::document::{At, Event, Shape};
use super::key::Key::{End, Fault, Item, Pods, Start, Windows};

/// Most faults of one file.
const MAX_FAULTS: u64 = 200_000;
/// Most pods or windows of one recording.
const MAX_PARTS: usize = 10_000;
/// Longest name of a recording or pod, and longest description.
const MAX_NAME_BYTES: usize = 256;

/// A document that is being read.
#[derive(Debug, Default)]
pub(super) struct Inferred {
    open: Option<Open>,
    found: Vec<InferredFaults>,
    n_faults: u64,
    /// The document has a recording with times and pods.
    is_ours: bool,
    /// What the first other entry lacks.
    lack: Option<String>,
}

/// The entry of one recording while it is read. Whatever is wrong with it is said only when it is clear that it is one.
#[derive(Debug, Default)]
struct Open {
    recording: String,
    kind: String,
    start: Option<i64>,
    end: Option<i64>,
    windows: Option<Vec<(i64, i64)>>,
    /// The window that is being read.
    window: Vec<i64>,
    pods: Option<Vec<String>>,
    wrong: Option<String>,
    has_too_many: bool,
}

impl Inferred {
    pub(super) const TITLE: &'static str = "inferred faults";

    /// Faults of whole entries: one for each pod and window.
    pub(super) fn n_faults(&self) -> u64 {
        self.n_faults
    }

    /// Takes note of one event; whether it shows that this is such a document.
    pub(super) fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<bool, Refusal> {
        match (at.path, event) {
            ([_], Event::Open(Shape::Object)) => self.open = Some(Open::new(at.name)),
            ([_], Event::Open(Shape::Array)) => self.open = None,
            ([_], Event::Close) => return self.open.take().map_or(Ok(false), |open| self.end_entry(open)),
            ([_, field @ (Fault | Start | End | Windows | Pods), inside @ ..], event) => {
                if let Some(open) = &mut self.open {
                    match (field, inside) {
                        (Fault, []) => open.fault(event),
                        (Start | End, []) => open.end_of_window(*field == End, event),
                        (Windows, inside) => open.windows(inside, event),
                        (Pods, inside) => open.pods(inside, event),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(false)
    }

    fn end_entry(&mut self, mut open: Open) -> Result<bool, Refusal> {
        let has_times = open.start.is_some() || open.end.is_some() || open.windows.is_some();
        if open.pods.is_none() || !has_times {
            if open.pods.is_some() || has_times {
                let lack = if has_times { "pods" } else { "times" };
                self.lack.get_or_insert(format!("“{}” without {lack}", open.recording));
            }
            return Ok(false);
        }
        if let Some(wrong) = open.wrong {
            return Err(Refusal::Unexpected(wrong));
        }
        let mut windows = open.windows.take().unwrap_or_default();
        match (open.start, open.end) {
            (Some(start), Some(end)) => windows.push((start, end)),
            (None, None) => {}
            _ => return Err(open.unexpected("one of start and end where both belong")),
        }
        let pods = open.pods.take().unwrap_or_default();
        if windows.is_empty() || pods.is_empty() {
            return Err(open.unexpected("no pod or no window"));
        }
        if windows.iter().any(|(start, end)| start >= end) {
            return Err(open.unexpected("a window that does not end behind its start"));
        }
        self.n_faults = self.n_faults.saturating_add((windows.len() as u64).saturating_mul(pods.len() as u64));
        if open.has_too_many || self.n_faults > MAX_FAULTS {
            return Err(too_many().into());
        }
        self.is_ours = true;
        self.found.push(InferredFaults { recording: open.recording, kind: open.kind, windows, pods });
        Ok(true)
    }

    /// Takes note of the end of a document: beside recordings with pods and times there must be none that lacks them.
    pub(super) fn end_of_document(&mut self) -> Result<(), Refusal> {
        let lack = self.lack.take();
        match lack.filter(|_| std::mem::take(&mut self.is_ours)) {
            Some(lack) => Err(Refusal::Unexpected(lack)),
            None => Ok(()),
        }
    }

    /// Forgets the entry that is being read.
    pub(super) fn drop_unfinished(&mut self) {
        self.open = None;
    }

    /// Hands on everything.
    pub(super) fn finish(&mut self, intake: &mut Intake) {
        std::mem::take(&mut self.found).into_iter().for_each(|faults| intake.inferred(faults));
    }
}

impl Open {
    fn new(recording: &str) -> Self {
        match text(recording) {
            Some(recording) => Self { recording: recording.to_owned(), ..Self::default() },
            None => {
                let recording = shorten(recording.as_bytes());
                let wrong = Some(format!("“{recording}” where the name of a recording of at most 256 bytes belongs"));
                Self { recording, wrong, ..Self::default() }
            }
        }
    }

    fn unexpected(&self, what: &str) -> Refusal {
        Refusal::Unexpected(format!("{what} (recording “{}”)", self.recording))
    }

    /// Keeps the first thing that is wrong.
    fn wrong(&mut self, event: Event<'_>, expected: &str) {
        let found = match event {
            Event::Text(text) | Event::Number(text) => format!("“{}”", shorten(text.as_bytes())),
            Event::Open(Shape::Object) => "an object".to_owned(),
            Event::Open(Shape::Array) | Event::Close => "a list".to_owned(),
            Event::Word(_) => "true, false or null".to_owned(),
        };
        let recording = &self.recording;
        self.wrong.get_or_insert_with(|| format!("{found} where {expected} belongs (recording “{recording}”)"));
    }

    fn fault(&mut self, event: Event<'_>) {
        match event {
            Event::Text(kind) if text(kind).is_some() => kind.clone_into(&mut self.kind),
            Event::Close => {}
            other => self.wrong(other, "a description of at most 256 bytes on one line"),
        }
    }

    fn end_of_window(&mut self, is_end: bool, event: Event<'_>) {
        let millis = match event {
            Event::Number(number) => millis(number),
            Event::Close => return,
            _ => None,
        };
        if millis.is_none() {
            self.wrong(event, "a number of seconds from 0 on");
        }
        let into = if is_end { &mut self.end } else { &mut self.start };
        *into = Some(millis.unwrap_or_default());
    }

    fn windows(&mut self, inside: &[super::Key], event: Event<'_>) {
        match (inside, event) {
            ([], Event::Open(Shape::Array)) => drop(self.windows.get_or_insert_default()),
            ([Item], Event::Open(Shape::Array)) => self.window.clear(),
            ([Item, Item], Event::Number(number)) => match millis(number) {
                Some(millis) if self.window.len() < 2 => self.window.push(millis),
                Some(_) => self.wrong(event, "the end of a window of two numbers"),
                None => self.wrong(event, "a number of seconds from 0 on"),
            },
            ([Item], Event::Close) => self.end_window(),
            ([], Event::Close) => {}
            (_, event) => {
                self.windows.get_or_insert_default();
                self.wrong(event, "a window of two numbers");
            }
        }
    }

    fn end_window(&mut self) {
        let windows = self.windows.get_or_insert_default();
        match *self.window.as_slice() {
            _ if windows.len() == MAX_PARTS => self.has_too_many = true,
            [start, end] => windows.push((start, end)),
            _ => self.wrong(Event::Close, "a window of two numbers"),
        }
        self.window.clear();
    }

    fn pods(&mut self, inside: &[super::Key], event: Event<'_>) {
        let pods = self.pods.get_or_insert_default();
        match (inside, event) {
            ([], Event::Open(Shape::Array) | Event::Close) => {}
            ([Item], Event::Text(pod)) if !pod.is_empty() && text(pod).is_some() => match pods.len() {
                MAX_PARTS => self.has_too_many = true,
                _ => pods.push(pod.to_owned()),
            },
            (_, event) => self.wrong(event, "the name of a pod of at most 256 bytes"),
        }
    }
}

fn text(text: &str) -> Option<&str> {
    (text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)).then_some(text)
}

fn millis(number: &str) -> Option<i64> {
    let secs = number.parse::<f64>().ok().filter(|secs| (0.0..=MAX_STAMP_SECS as f64).contains(secs))?;
    // The range keeps the product far below 2⁵³.
    Some((secs * 1000.0).round() as i64)
}

fn too_many() -> DataError {
    DataError::TooLarge {
        what: "This list of inferred faults".into(),
        needed: format!("more than {MAX_FAULTS} faults, or {MAX_PARTS} pods or windows of one recording"),
        limit: format!("{MAX_FAULTS} faults"),
        advice: "choose a part of it".into(),
    }
}
