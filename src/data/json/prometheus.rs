//! The answer of the Prometheus API to a range query: `resultType` `matrix`.
//!
//! Samples of one series are held until it is whole, and the rates of all series until the end of the file: only then is
//! it known which of them are parts of others.

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::number::MAX_STAMP_SECS;
use super::super::table::shorten;
use super::counter::{self, Quality, Raw};
use super::document::{At, Event, Shape};
use super::key::Key::{Data, Error, ErrorType, Item, Metric, Result as Series, ResultType, Status, Value, Values};
use super::labels::{Identity, Labels};
use super::meaning::{Meaning, cpu_gauge, is_idle, meaning, named};
use super::select::{Candidate, Group, Selection};
use super::{Refusal, rules};

/// Most samples of one file: as many as a data set may have.
const MAX_SAMPLES: u64 = 12_000_000;
/// Most series of one file.
const MAX_SERIES: u64 = 200_000;

/// An answer that is being read.
#[derive(Debug, Default)]
pub(super) struct Prometheus {
    /// The name of the file says that nameless series are CPU.
    says_cpu: bool,
    answer: Answer,
    labels: Labels,
    raw: Raw,
    pair: Pair,
    n_not_finite: u64,
    n_samples: u64,
    n_series: u64,
    selection: Selection,
}

/// What an answer says beside its series.
#[derive(Debug, Default)]
struct Answer {
    status: String,
    error_type: String,
    error: String,
}

/// A time stamp and a value, as far as they are read.
#[derive(Debug, Default)]
struct Pair {
    n: usize,
    at_millis: i64,
    value: f64,
}

impl Prometheus {
    pub(super) const TITLE: &'static str = "Prometheus answer";

    /// Nothing of a file yet.
    pub(super) fn new(file: &str) -> Self {
        let says_cpu = file.to_ascii_lowercase().contains("cpu");
        Self { says_cpu, selection: Selection::new(file), ..Self::default() }
    }

    /// Samples of whole series, and of the one that is being read.
    pub(super) fn n_samples(&self) -> u64 {
        self.n_samples + self.raw.len() as u64 + self.n_not_finite
    }

    pub(super) fn n_series(&self) -> u64 {
        self.n_series
    }

    /// Takes note of one event; whether it shows that this is an answer.
    pub(super) fn event(&mut self, at: At<'_>, event: Event<'_>, intake: &mut Intake) -> Result<bool, Refusal> {
        match (at.path, event) {
            ([Status], Event::Text(text)) => self.answer.status = shorten(text.as_bytes()),
            ([ErrorType], Event::Text(text)) => self.answer.error_type = shorten(text.as_bytes()),
            ([Error], Event::Text(text)) => self.answer.error = text.chars().take(120).collect(),
            ([Data, ResultType], Event::Text(kind)) => return check_kind(kind).map(|()| true),
            ([Data, Series], Event::Open(Shape::Array)) => return Ok(true),
            ([Data, Series, Item], Event::Number(_)) => return Err(one_moment("a scalar or a string")),
            ([Data, Series, Item, Value], Event::Open(_)) => return Err(one_moment("a vector")),
            ([Data, Series, Item], Event::Open(_)) => self.drop_unfinished(),
            ([Data, Series, Item], Event::Close) => self.end_series(intake)?,
            ([Data, Series, Item, Metric, _], Event::Text(text)) => {
                self.labels.set(at.name, text).map_err(Refusal::Unexpected)?;
            }
            ([Data, Series, Item, Values, inside @ ..], event) => self.pair(inside.len(), event)?,
            _ => {}
        }
        Ok(false)
    }

    /// Takes note of the end of a document.
    pub(super) fn end_of_answer(&mut self) -> Result<(), Refusal> {
        let Answer { status, error_type, error } = std::mem::take(&mut self.answer);
        if status == "error" {
            let kind = if error_type.is_empty() { "error" } else { error_type.as_str() };
            let text: String = error.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            return Err(Refusal::NotATrace(format!("an error message of Prometheus ({kind}: {text})")));
        }
        Ok(())
    }

    /// One event within `values`: at depth 1 the pairs, at depth 2 their numbers.
    fn pair(&mut self, depth: usize, event: Event<'_>) -> Result<(), Refusal> {
        match (depth, event, self.pair.n) {
            (0, Event::Open(Shape::Array) | Event::Close, _) => {}
            (1, Event::Open(Shape::Array), _) => self.pair = Pair::default(),
            (2, Event::Number(text), 0) => self.pair.at_millis = millis(text)?,
            (2, Event::Text(text) | Event::Number(text), 1) => self.pair.value = value(text)?,
            (1, Event::Close, 2) => return self.end_pair(),
            _ => return Err(Refusal::Unexpected("no pair of a time stamp and a value".into())),
        }
        self.pair.n += usize::from(depth == 2);
        Ok(())
    }

    fn end_pair(&mut self) -> Result<(), Refusal> {
        if self.n_samples() >= MAX_SAMPLES {
            return Err(too_many(format!("more than {MAX_SAMPLES} samples"), MAX_SAMPLES).into());
        }
        if self.pair.value.is_finite() {
            self.raw.push((self.pair.at_millis, self.pair.value));
        } else {
            self.n_not_finite += 1;
        }
        Ok(())
    }

    fn end_series(&mut self, intake: &mut Intake) -> Result<(), Refusal> {
        if self.n_series >= MAX_SERIES {
            return Err(too_many(format!("more than {MAX_SERIES} series"), MAX_SERIES).into());
        }
        self.n_samples = self.n_samples();
        self.n_series += 1;
        let (mut raw, n_not_finite) = (std::mem::take(&mut self.raw), std::mem::take(&mut self.n_not_finite));
        counter::sort(&mut raw);
        if let Some((first_millis, _)) = raw.first() {
            intake.sampled(*first_millis);
        }
        let name = self.labels.get("__name__");
        let shown = if name.is_empty() { "a series" } else { name };
        match self.labels.identity() {
            None => self.selection.count(&rules::UNNAMED_SERIES, 1, shown),
            Some(_) if is_idle(name, self.labels.get("mode")) => self.selection.count(&rules::IDLE_TIME, 1, shown),
            Some(of) => self.keep(of, raw, n_not_finite, intake),
        }
        Ok(())
    }

    /// Keeps a series until it is known which of them are used.
    fn keep(&mut self, of: Identity, raw: Raw, n_not_finite: u64, intake: &Intake) {
        let name = self.labels.get("__name__");
        let is_cpu = name.is_empty() && self.says_cpu && intake.repairs(rules::NAMELESS_CPU.id);
        if name.is_empty() {
            let rule = if is_cpu { &rules::NAMELESS_CPU } else { &rules::NAMELESS_METRIC };
            self.selection.count(rule, 1, &of.name);
        }
        self.selection.count(&rules::NOT_FINITE, n_not_finite, &of.name);
        let meaning = match meaning(name) {
            _ if is_cpu => cpu_gauge(),
            other if other.rank > 0 && !intake.repairs(rules::OTHER_MEASURES.id) => named(name),
            meaning => meaning,
        };
        let Identity { level, namespace, name, service, host } = of;
        let group = Group { level, metric: meaning.id.clone(), namespace, name };
        let restarts_at_zero = !intake.repairs(rules::COUNTER_RESETS.id);
        self.selection.add(group, candidate(&self.labels, meaning, (service, host), (raw, restarts_at_zero)));
    }

    /// Forgets the series that is being read.
    pub(super) fn drop_unfinished(&mut self) {
        self.labels.clear();
        self.raw.clear();
        (self.n_not_finite, self.pair) = (0, Pair::default());
    }

    /// Hands on what was chosen.
    pub(super) fn finish(&mut self, intake: &mut Intake) -> Result<(), DataError> {
        std::mem::take(&mut self.selection).finish(intake)
    }
}

/// Quality is that of the samples; values of counters are rates, and a restart at 0 is none that needs a word.
fn candidate(
    labels: &Labels,
    meaning: Meaning,
    (service, host): (String, String),
    (raw, restarts_at_zero): (Raw, bool),
) -> Candidate {
    let quality = counter::quality(&raw, meaning.is_counter && !restarts_at_zero);
    let quality = Quality { is_single: meaning.is_counter && raw.len() == 1, ..quality };
    let finite = |(at_millis, value): (i64, f64)| (at_millis, value as f32);
    let samples = match meaning.is_counter {
        true => counter::rates(&raw, restarts_at_zero).map(finite).filter(|sample| sample.1.is_finite()).collect(),
        false => raw.into_iter().map(finite).filter(|sample| sample.1.is_finite()).collect(),
    };
    Candidate {
        fineness: labels.fineness(matches!(meaning.id.as_str(), "net_in" | "net_out")),
        part: format!("{}\u{1f}{}", meaning.part, labels.part()),
        meaning,
        service,
        host,
        quality,
        samples,
    }
}

fn check_kind(kind: &str) -> Result<(), Refusal> {
    match kind {
        "matrix" => Ok(()),
        "vector" | "scalar" | "string" => Err(one_moment(&format!("a {kind}"))),
        other => Err(Refusal::NotATrace(format!("a Prometheus answer of the type {}", shorten(other.as_bytes())))),
    }
}

fn one_moment(kind: &str) -> Refusal {
    Refusal::NotATrace(format!("a Prometheus answer of one moment ({kind}) instead of a range (a matrix)"))
}

fn millis(text: &str) -> Result<i64, Refusal> {
    let secs = text.parse::<f64>().ok().filter(|secs| (0.0..=MAX_STAMP_SECS as f64).contains(secs));
    // The range keeps the product far below 2⁵³.
    secs.map(|secs| (secs * 1000.0).round() as i64).ok_or_else(|| {
        Refusal::Unexpected(format!("“{}” where a time stamp in seconds belongs", shorten(text.as_bytes())))
    })
}

/// Infinite and undefined values are written as words.
fn value(text: &str) -> Result<f64, Refusal> {
    text.parse().map_err(|_| Refusal::Unexpected(format!("“{}” where a value belongs", shorten(text.as_bytes()))))
}

fn too_many(needed: String, limit: u64) -> DataError {
    DataError::TooLarge {
        what: "This Prometheus answer".into(),
        needed,
        limit: limit.to_string(),
        advice: "query a shorter range, fewer series or a longer step".into(),
    }
}
