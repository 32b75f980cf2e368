//! Spans with their parents, one pair per row: what ChaosStarBench makes of Jaeger traces.

use super::super::intake::Intake;
use super::super::records::Record;
use super::super::tally::NEGATIVE_DURATIONS;
use super::{Recognised, Row, RowError, TableReader};

/// Names of the columns, each with the shorter one that is also accepted.
const START: [&str; 2] = ["startTime", "start"];
const END: [&str; 2] = ["endTime", "end"];
const DURATION: [&str; 2] = ["childDuration", "duration"];
const CHILD: [&str; 1] = ["childMS"];
const PARENT: [&str; 1] = ["parentMS"];
/// Microseconds of a time stamp far beyond any calendar.
const MAX_MICROS: f64 = 1e17;

/// Reads a table of spans by the names of its columns; times are microseconds.
#[derive(Debug)]
pub(super) struct Spans {
    n_columns: usize,
    start: usize,
    end: Option<usize>,
    duration: Option<usize>,
    child: usize,
    parent: usize,
}

/// The reader of a table whose header names spans, their services and their times.
pub(super) fn recognise(header: &Record<'_>) -> Option<Recognised> {
    let column = |names: &[&str]| {
        let named = |field: &[u8]| names.iter().any(|name| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
        header.fields.iter().position(|field| named(field))
    };
    let (end, duration) = (column(&END), column(&DURATION));
    end.or(duration)?;
    let reader = Spans {
        n_columns: header.n_fields,
        start: column(&START)?,
        end,
        duration,
        child: column(&CHILD)?,
        parent: column(&PARENT)?,
    };
    Some(Recognised { reader: Box::new(reader), has_header: true })
}

impl TableReader for Spans {
    fn title(&self) -> &'static str {
        "table of spans"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let (child, parent) = (row.name(self.child, "a service")?, row.text(self.parent, "a service")?);
        let start = micros(row, self.start)?.ok_or_else(|| row.expected(self.start, "a time stamp in microseconds"))?;
        let duration = match self.duration {
            Some(column) => micros(row, column)?,
            None => None,
        };
        let end = match self.end {
            Some(column) if duration.is_none() => micros(row, column)?,
            _ => None,
        };
        // Spans of one service are steps within it, and those without a parent have no caller.
        if parent.is_empty() || parent == child {
            return Ok(());
        }
        let duration = duration.or(end.map(|end| end - start));
        if duration.is_some_and(|duration| duration < 0.0) {
            intake.note(&NEGATIVE_DURATIONS, 1, || row.place());
        }
        let duration = duration.filter(|duration| *duration >= 0.0);
        // The range of a time stamp makes the conversion lossless.
        let at_secs = (start / 1e6).floor() as i64;
        intake.call((parent, child), at_secs, duration.map(|micros| (micros / 1000.0) as f32))?;
        Ok(())
    }
}

/// A time in microseconds; `None` where the field is empty.
fn micros(row: &Row<'_>, column: usize) -> Result<Option<f64>, RowError> {
    match row.number(column)? {
        Some(value) if !(0.0..MAX_MICROS).contains(&value) => Err(row.expected(column, "a time in microseconds")),
        value => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DataConfig, NodeLevel as Level};

    fn read(rows: &[&str]) -> Result<Intake, RowError> {
        let (mut reader, mut intake) = (None::<Recognised>, Intake::new(None));
        for (idx, line) in rows.iter().enumerate() {
            let fields: Vec<&[u8]> = line.split(',').map(str::as_bytes).collect();
            let line = idx as u64 + 1;
            let record = Record { line, fields: &fields, n_fields: fields.len(), is_terminated: true, n_lines: 1 };
            match &mut reader {
                None => reader = Some(recognise(&record).expect("a table of spans")),
                Some(found) => found.reader.row(&Row::new(&record, "t.csv"), &mut intake)?,
            }
        }
        Ok(intake)
    }

    /// Second, caller, callee, calls and mean duration.
    type Calls = Vec<(i64, u32, u32, u32, f32)>;

    fn calls(mut intake: Intake) -> (Vec<String>, Calls) {
        // Calls alone make no data set.
        let entity = intake.entity(Level::Machine, "m").expect("few");
        let cpu = intake.metric("cpu", "CPU", Default::default());
        intake.sample(entity, cpu, 0, 1.0).expect("few");
        let system = intake.finish(&DataConfig::default()).expect("it fits").system;
        let calls = system.calls.iter();
        (system.services, calls.map(|c| (c.at_secs, c.caller, c.callee, c.count, c.mean_millis)).collect())
    }

    const HEADER: &str = "traceId,startTime,endTime,childMS,parentMS,childDuration";

    #[test]
    fn spans_with_a_parent_of_another_service_are_calls() {
        let intake = read(&[
            HEADER,
            "t,1695943858155643,1695943858156161,b,a,518",
            "t,1695943858999999,1695943859000001,b,a,",
            "t,1695943858155643,1695943858156161,a,a,518",
            "t,1695943858155643,1695943858156161,a,,518",
        ]);
        let (services, calls) = calls(intake.expect("rows"));
        assert_eq!(services, ["a", "b"]);
        assert_eq!(calls, [(1_695_943_858, 0, 1, 2, 0.26)]);
    }

    #[test]
    fn other_headers_are_not_recognised_and_bad_fields_are_named() {
        let fields: Vec<&[u8]> = vec![b"startTime", b"childMS", b"parentMS"];
        let record = Record { line: 1, fields: &fields, n_fields: 3, is_terminated: true, n_lines: 1 };
        assert!(recognise(&record).is_none());
        let expected = "a time in microseconds".to_owned();
        let error = read(&[HEADER, "t,-1,2,b,a,1"]).err();
        assert_eq!(error, Some(RowError::Field { idx: 1, expected }));
        assert!(read(&[HEADER, "t,,2,b,a,1"]).is_err());
        assert!(read(&[HEADER, "t,1,2,,a,1"]).is_err());
    }
}
