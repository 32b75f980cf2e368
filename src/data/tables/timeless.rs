//! Summaries of a trace: how often one service called another, or its store, without saying when.

use super::super::intake::Intake;
use super::super::records::Record;
use super::super::system::TimelessCalls;
use super::super::tally::{CALLS_WITHOUT_TIME, UNUSED_VALUES};
use super::names::{is_index, time_rank};
use super::{Recognised, Row, RowError, TableReader};

/// Names of the two ends in the two kinds of summaries.
const ENDS: [[&str; 2]; 2] = [["caller", "callee"], ["service", "store"]];
const OPERATION: &[&str] = &["operation"];
const COUNT: &[&str] = &["calls"];
const MEAN: &[&str] = &["mean_child_duration_us", "mean_duration_us"];
const P95: &[&str] = &["p95_child_duration_us", "p95_duration_us"];
/// A count up to which numbers of calls are exact in 64 bits of floating point.
const MAX_COUNT: f64 = 9e15;
/// Microseconds of 3,000 years.
const MAX_MICROS: f64 = 1e17;

/// Reads such a summary; durations are microseconds.
#[derive(Debug)]
struct Timeless {
    n_columns: usize,
    ends: [usize; 2],
    operation: Option<usize>,
    count: usize,
    mean: Option<usize>,
    p95: Option<usize>,
    unused: Vec<(usize, String)>,
}

/// The reader of a table whose header names two ends and a number of calls, and no time.
pub(super) fn recognise(header: &Record<'_>) -> Option<Recognised> {
    let names: Vec<String> =
        header.fields.iter().map(|field| String::from_utf8_lossy(field.trim_ascii()).into()).collect();
    if names.iter().any(|name| time_rank(name).is_some()) {
        return None;
    }
    let find = |known: &[&str]| names.iter().position(|name| known.iter().any(|word| name.eq_ignore_ascii_case(word)));
    let ends = ENDS.iter().find_map(|[from, to]| Some([find(&[from])?, find(&[to])?]))?;
    let (operation, count, mean, p95) = (find(OPERATION), find(COUNT)?, find(MEAN), find(P95));
    let used = [Some(ends[0]), Some(ends[1]), Some(count), operation, mean, p95];
    let is_unused = |(idx, name): &(usize, String)| !used.contains(&Some(*idx)) && !is_index(name);
    let unused = names.iter().cloned().enumerate().filter(is_unused).collect();
    let reader = Timeless { n_columns: header.n_fields, ends, operation, count, mean, p95, unused };
    Some(Recognised { reader: Box::new(reader), has_header: true })
}

impl TableReader for Timeless {
    fn title(&self) -> &'static str {
        "calls without time"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [caller, callee] = self.ends;
        let calls = TimelessCalls {
            caller: row.name(caller, "the name of a service")?.to_owned(),
            callee: row.name(callee, "the name of a service or store")?.to_owned(),
            operation: self.operation.map_or(Ok(""), |idx| row.text(idx, "the name of an operation"))?.to_owned(),
            count: count(row, self.count)?,
            mean_micros: micros(row, self.mean)?,
            p95_micros: micros(row, self.p95)?,
        };
        intake.note(&CALLS_WITHOUT_TIME, 1, || row.place());
        for (idx, name) in &self.unused {
            if !row.field(*idx).is_empty() {
                intake.note(&UNUSED_VALUES, 1, || format!("{}, {name}", row.place()));
            }
        }
        Ok(intake.timeless_calls(calls)?)
    }
}

fn count(row: &Row<'_>, idx: usize) -> Result<u64, RowError> {
    let expected = || row.expected(idx, "a whole number of calls, at least 1");
    let count = row.number(idx).ok().flatten().ok_or_else(expected)?;
    // The range makes the conversion exact.
    if count.fract() == 0.0 && (1.0..=MAX_COUNT).contains(&count) { Ok(count as u64) } else { Err(expected()) }
}

/// A duration; `None` where there is no column, or nothing in it.
fn micros(row: &Row<'_>, idx: Option<usize>) -> Result<Option<f64>, RowError> {
    let Some(idx) = idx else { return Ok(None) };
    let expected = || row.expected(idx, "a duration in microseconds");
    match row.number(idx).map_err(|_| expected())? {
        // Of the two zeros the positive one is kept.
        Some(value) if (0.0..=MAX_MICROS).contains(&value) => Ok(Some(value.abs())),
        Some(_) => Err(expected()),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_known(line: &str) -> bool {
        let fields: Vec<&[u8]> = line.split(',').map(str::as_bytes).collect();
        let record = Record { line: 1, fields: &fields, n_fields: fields.len(), is_terminated: true, n_lines: 1 };
        recognise(&record).is_some()
    }

    #[test]
    fn two_ends_and_a_number_of_calls_without_time() {
        for (line, expected) in [
            ("caller,callee,calls,mean_child_duration_us,p95_child_duration_us", true),
            ("service,store,operation,calls,mean_duration_us", true),
            ("Calls, Callee ,Caller", true),
            ("caller,callee", false),
            ("caller,callee,calls,timestamp", false),
            ("service,operation,calls", false),
            ("caller,store,calls", false),
        ] {
            assert_eq!(is_known(line), expected, "{line}");
        }
    }
}
