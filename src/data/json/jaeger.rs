//! The export of the Jaeger page and API: `{"data":[{"traceID","spans","processes"}]}`, one trace at a time.

use super::super::error::DataError;
use super::super::intake::Intake;
use super::document::{At, Event, Shape};
use super::key::Key::{
    Data, Duration, Item, ParentSpanId, Process, ProcessId, Processes, RefType, References, ServiceName, SpanId, Spans,
    StartTime, TraceId,
};
use super::spans::{Names, Span, hand_on_calls, name, span_id, trace_id, units};
use super::{Refusal, rules};

/// Most spans of one trace.
const MAX_SPANS: usize = 200_000;
/// Most processes of one trace.
const MAX_PROCESSES: usize = 20_000;

/// An export that is being read.
#[derive(Debug, Default)]
pub(super) struct Jaeger {
    trace: Trace,
    span: Open,
    reference: Reference,
    n_traces: u64,
    n_spans: u64,
    n_orphans: u64,
    n_bad: u64,
}

/// The trace that is being read; services of its spans are indices of processes.
#[derive(Debug, Default)]
struct Trace {
    spans: Vec<Span>,
    processes: Names,
    /// Services of the processes; empty where they are not known yet.
    services: Vec<String>,
    /// The process whose description is being read.
    process: usize,
    n_bad: u64,
    n_orphans: u64,
}

/// The span that is being read.
#[derive(Debug, Default)]
struct Open {
    trace: Option<u128>,
    id: u64,
    parent: Option<Parent>,
    start_micros: Option<u64>,
    duration_micros: Option<u64>,
    process: Option<usize>,
}

/// The parent that a span names.
#[derive(Debug, Clone, Copy)]
struct Parent {
    trace: Option<u128>,
    id: u64,
}

/// A reference to another span.
#[derive(Debug, Default)]
struct Reference {
    /// It is a link, not the parent.
    is_link: bool,
    trace: Option<u128>,
    id: u64,
}

impl Jaeger {
    pub(super) const TITLE: &'static str = "Jaeger traces";

    /// Spans of whole traces, and of the one that is being read.
    pub(super) fn n_spans(&self) -> u64 {
        self.n_spans + self.trace.spans.len() as u64
    }

    pub(super) fn n_traces(&self) -> u64 {
        self.n_traces
    }

    /// Takes note of one event; whether it shows that this is an export.
    pub(super) fn event(&mut self, at: At<'_>, event: Event<'_>, intake: &mut Intake) -> Result<bool, Refusal> {
        match (at.path, event) {
            ([Data, Item], Event::Open(_)) => self.drop_unfinished(),
            ([Data, Item], Event::Close) => self.end_trace(intake)?,
            ([Data, Item, Spans], Event::Open(Shape::Array)) => return Ok(true),
            ([Data, Item, Spans, Item], Event::Open(_)) => self.span = Open::default(),
            ([Data, Item, Spans, Item], Event::Close) => self.end_span()?,
            ([Data, Item, Spans, Item, Process, ServiceName], Event::Text(text)) => {
                // No process has a key with a control character.
                let process = self.trace.process(&format!("\u{1f}{}", name(text)?))?;
                text.clone_into(&mut self.trace.services[process]);
                self.span.process = Some(process);
            }
            ([Data, Item, Spans, Item, References, Item, inside @ ..], event) => self.reference(inside, event),
            ([Data, Item, Spans, Item, _], Event::Text(text) | Event::Number(text)) => self.field(at, text)?,
            ([Data, Item, Processes, _], Event::Open(_)) => self.trace.process = self.trace.process(name(at.name)?)?,
            ([Data, Item, Processes, _, ServiceName], Event::Text(text)) => {
                let process = self.trace.process;
                name(text)?.clone_into(&mut self.trace.services[process]);
            }
            _ => {}
        }
        Ok(false)
    }

    fn field(&mut self, at: At<'_>, text: &str) -> Result<(), Refusal> {
        let span = &mut self.span;
        match at.path.last() {
            Some(TraceId) => span.trace = Some(trace_id(text)),
            Some(SpanId) => span.id = span_id(text),
            // Versions before 1.8 name the parent here; a reference goes before it.
            Some(ParentSpanId) => {
                let parent = Parent { trace: None, id: span_id(text) };
                span.parent = span.parent.or(Some(parent).filter(|parent| parent.id != 0));
            }
            Some(StartTime) => span.start_micros = Some(units(text, 1_000_000)?),
            Some(Duration) => span.duration_micros = Some(units(text, 1_000_000)?),
            Some(ProcessId) => span.process = Some(self.trace.process(name(text)?)?),
            _ => {}
        }
        Ok(())
    }

    /// One event within a reference; copies of the span that it refers to lie deeper and are not looked at.
    fn reference(&mut self, inside: &[super::Key], event: Event<'_>) {
        match (inside, event) {
            ([], Event::Open(_)) => self.reference = Reference::default(),
            ([RefType], Event::Text(text)) => self.reference.is_link = text != "CHILD_OF",
            ([TraceId], Event::Text(text)) => self.reference.trace = Some(trace_id(text)),
            ([SpanId], Event::Text(text)) => self.reference.id = span_id(text),
            ([], Event::Close) => {
                let Reference { is_link, trace, id } = std::mem::take(&mut self.reference);
                let has_reference = self.span.parent.is_some_and(|parent| parent.trace.is_some());
                if !is_link && id != 0 && !has_reference {
                    self.span.parent = Some(Parent { trace, id });
                }
            }
            _ => {}
        }
    }

    fn end_span(&mut self) -> Result<(), Refusal> {
        let Open { trace, id, parent, start_micros, duration_micros, process } = std::mem::take(&mut self.span);
        let (Some(start), Some(process), true) = (start_micros, process, id != 0) else {
            self.trace.n_bad += 1;
            return Ok(());
        };
        if self.trace.spans.len() == MAX_SPANS {
            return Err(too_many("spans", MAX_SPANS).into());
        }
        let is_elsewhere =
            parent.is_some_and(|parent| parent.trace.is_some() && trace.is_some() && parent.trace != trace);
        self.trace.n_orphans += u64::from(is_elsewhere);
        self.trace.spans.push(Span {
            // All spans of a trace have its id: what matters is only that they belong together.
            trace: 0,
            id,
            parent: parent.filter(|_| !is_elsewhere).map_or(0, |parent| parent.id),
            service: process as u32,
            // A limit of 10¹⁷ µs holds.
            at_secs: (start / 1_000_000) as i64,
            duration_millis: duration_micros.map_or(f32::NAN, |micros| (micros as f64 / 1000.0) as f32),
        });
        Ok(())
    }

    fn end_trace(&mut self, intake: &mut Intake) -> Result<(), Refusal> {
        let Trace { mut spans, services, n_bad, n_orphans, .. } = std::mem::take(&mut self.trace);
        self.n_spans += spans.len() as u64;
        self.n_traces += u64::from(!spans.is_empty());
        let n_before = spans.len();
        let service_of = |span: &Span| services.get(span.service as usize).filter(|service| !service.is_empty());
        spans.retain(|span| service_of(span).is_some());
        self.n_bad += n_bad + (n_before - spans.len()) as u64;
        let mut names = Names::default();
        for span in &mut spans {
            span.service = service_of(span).map_or(0, |service| names.id(service));
        }
        self.n_orphans += n_orphans + hand_on_calls(&mut spans, &names, intake)?;
        Ok(())
    }

    /// Forgets the trace that is being read.
    pub(super) fn drop_unfinished(&mut self) {
        (self.trace, self.span) = (Trace::default(), Open::default());
    }

    /// Says what was found.
    pub(super) fn finish(&mut self, intake: &mut Intake, file: &str) {
        intake.note(&rules::ORPHAN_SPANS, self.n_orphans, || format!("“{file}”"));
        intake.note(&rules::BAD_SPANS, self.n_bad, || format!("“{file}”"));
    }
}

impl Trace {
    /// Index of a process.
    fn process(&mut self, key: &str) -> Result<usize, DataError> {
        let process = self.processes.id(key) as usize;
        if process >= MAX_PROCESSES {
            return Err(too_many("processes", MAX_PROCESSES));
        }
        if process == self.services.len() {
            self.services.push(String::new());
        }
        Ok(process)
    }
}

fn too_many(what: &str, limit: usize) -> DataError {
    DataError::TooLarge {
        what: "One trace".into(),
        needed: format!("more than {limit} {what}"),
        limit: limit.to_string(),
        advice: "choose a file with smaller traces".into(),
    }
}
