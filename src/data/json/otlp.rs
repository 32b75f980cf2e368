//! OpenTelemetry traces as JSON: `{"resourceSpans":[…]}`, as one document or one per line.
//!
//! A parent may come in any block of the file, so that spans are held until its end.

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::tally::NEGATIVE_DURATIONS;
use super::document::{At, Event, Shape};
use super::key::Key::{
    AttributeName, Attributes, EndNanos, Item, ParentSpanId, Resource, ResourceSpans, ScopeSpans, SpanId, Spans,
    StartNanos, StringValue, TraceId, Value,
};
use super::spans::{Names, Span, hand_on_calls, name, span_id, trace_id, units};
use super::{Refusal, rules};

/// Most spans of one file.
const MAX_SPANS: usize = 2_000_000;
/// The name of a service that has none, by the standard.
const UNKNOWN: &str = "unknown_service";
const NANOS: u64 = 1_000_000_000;

/// An export that is being read.
#[derive(Debug, Default)]
pub(super) struct Otlp {
    spans: Vec<Span>,
    services: Names,
    /// First span of the block that is being read.
    block_start: usize,
    /// Name of the service of this block.
    service: Option<String>,
    attribute: Attribute,
    span: Open,
    n_bad: u64,
    n_unnamed: u64,
    n_negative: u64,
}

/// An attribute of a resource.
#[derive(Debug, Default)]
struct Attribute {
    is_service_name: bool,
    text: String,
}

/// The span that is being read.
#[derive(Debug, Default)]
struct Open {
    trace: Option<u128>,
    id: u64,
    parent: u64,
    start_nanos: u64,
    end_nanos: u64,
}

impl Otlp {
    pub(super) const TITLE: &'static str = "OpenTelemetry traces";

    pub(super) fn n_spans(&self) -> u64 {
        self.spans.len() as u64
    }

    /// Takes note of one event; whether it shows that this is an export.
    pub(super) fn event(&mut self, at: At<'_>, event: Event<'_>) -> Result<bool, Refusal> {
        match (at.path, event) {
            ([ResourceSpans], Event::Open(Shape::Array)) => return Ok(true),
            ([ResourceSpans, Item], Event::Open(_)) => (self.block_start, self.service) = (self.spans.len(), None),
            ([ResourceSpans, Item], Event::Close) => self.end_block(),
            ([ResourceSpans, Item, Resource, Attributes, Item, inside @ ..], event) => {
                self.attribute(inside, event)?;
            }
            ([ResourceSpans, Item, ScopeSpans, Item, Spans, Item], Event::Open(_)) => self.span = Open::default(),
            ([ResourceSpans, Item, ScopeSpans, Item, Spans, Item], Event::Close) => self.end_span()?,
            ([ResourceSpans, Item, ScopeSpans, Item, Spans, Item, field], Event::Text(text) | Event::Number(text)) => {
                match field {
                    TraceId => self.span.trace = Some(trace_id(text)),
                    SpanId => self.span.id = span_id(text),
                    ParentSpanId => self.span.parent = span_id(text),
                    StartNanos => self.span.start_nanos = units(text, NANOS)?,
                    EndNanos => self.span.end_nanos = units(text, NANOS)?,
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(false)
    }

    fn attribute(&mut self, inside: &[super::Key], event: Event<'_>) -> Result<(), Refusal> {
        match (inside, event) {
            ([], Event::Open(_)) => self.attribute = Attribute::default(),
            ([AttributeName], Event::Text(text)) => self.attribute.is_service_name = text == "service.name",
            ([Value, StringValue], Event::Text(text)) => text.clone_into(&mut self.attribute.text),
            ([], Event::Close) if self.attribute.is_service_name => {
                let service = name(&self.attribute.text)?;
                self.service = Some(service).filter(|service| !service.is_empty()).map(str::to_owned);
            }
            _ => {}
        }
        Ok(())
    }

    fn end_span(&mut self) -> Result<(), Refusal> {
        let Open { trace, id, parent, start_nanos, end_nanos } = std::mem::take(&mut self.span);
        let (Some(trace), true, true) = (trace, id != 0, start_nanos > 0) else {
            self.n_bad += 1;
            return Ok(());
        };
        if self.spans.len() == MAX_SPANS {
            return Err(too_many().into());
        }
        let nanos = end_nanos.checked_sub(start_nanos);
        // An end of 0 is none.
        self.n_negative += u64::from(nanos.is_none() && end_nanos > 0);
        let duration_millis = nanos.map_or(f32::NAN, |nanos| (nanos as f64 / 1e6) as f32);
        // The services of a block are filled in at its end; a start of at most 2⁶⁴ ns is below 2³⁵ s.
        let at_secs = (start_nanos / NANOS) as i64;
        self.spans.push(Span { trace, id, parent, service: 0, at_secs, duration_millis });
        Ok(())
    }

    fn end_block(&mut self) {
        let of_block = self.spans.get_mut(self.block_start..).unwrap_or_default();
        if !of_block.is_empty() {
            let service = self.service.take();
            self.n_unnamed += if service.is_none() { of_block.len() as u64 } else { 0 };
            let service = self.services.id(service.as_deref().unwrap_or(UNKNOWN));
            of_block.iter_mut().for_each(|span| span.service = service);
        }
        self.block_start = self.spans.len();
    }

    /// Keeps the whole spans of a block that breaks off if it is known whose they are.
    pub(super) fn drop_unfinished(&mut self) {
        if self.service.is_none() {
            self.spans.truncate(self.block_start);
        }
        self.end_block();
    }

    /// Hands on the calls and says what was found.
    pub(super) fn finish(&mut self, intake: &mut Intake, file: &str) -> Result<(), DataError> {
        let n_orphans = hand_on_calls(&mut self.spans, &self.services, intake)?;
        intake.note(&rules::ORPHAN_SPANS, n_orphans, || format!("“{file}”"));
        intake.note(&rules::BAD_SPANS, self.n_bad, || format!("“{file}”"));
        intake.note(&NEGATIVE_DURATIONS, self.n_negative, || format!("“{file}”"));
        intake.note(&rules::UNKNOWN_SERVICE, self.n_unnamed, || format!("“{file}”"));
        Ok(())
    }
}

fn too_many() -> DataError {
    DataError::TooLarge {
        what: "This trace export".into(),
        needed: format!("more than {MAX_SPANS} spans"),
        limit: MAX_SPANS.to_string(),
        advice: "choose a shorter span of time".into(),
    }
}
