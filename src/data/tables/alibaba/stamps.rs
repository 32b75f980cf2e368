//! Time stamps, counted from the start of a trace.

use super::super::{Row, RowError};
use crate::data::Severity::Info;
use crate::data::intake::Intake;
use crate::data::tally::{Rule, rule};

/// The longest of these traces has 13 days; a year of bins is still small, and a stray stamp is not.
pub(super) const MAX_SECS: i64 = 366 * 86_400;

const BEFORE_TRACE: Rule =
    rule("before_trace", "times before the trace begins", Info, "values", "taken as its first second");

/// How a table writes down the time: reads one field as seconds.
pub(super) type Clock = fn(&Row<'_>, usize, &mut Intake) -> Result<i64, RowError>;

/// Seconds.
pub(super) fn secs(row: &Row<'_>, idx: usize, _: &mut Intake) -> Result<i64, RowError> {
    let secs = row.secs(idx)?;
    if secs < MAX_SECS { Ok(secs) } else { Err(too_late(row, idx, "seconds")) }
}

/// Seconds; v2017 has negative ones where something happened before the trace begins. They are its first second, or stay
/// as they are.
pub(super) fn secs_or_before(row: &Row<'_>, idx: usize, intake: &mut Intake) -> Result<i64, RowError> {
    match row.number(idx) {
        Ok(Some(value)) if value < 0.0 => {
            if intake.repairs(BEFORE_TRACE.id) {
                intake.note(&BEFORE_TRACE, 1, || row.place());
                return Ok(0);
            }
            // A conversion of a float saturates.
            let secs = value.floor() as i64;
            if secs > -MAX_SECS { Ok(secs) } else { Err(row.expected(idx, "a time less than a year before the trace")) }
        }
        _ => secs(row, idx, intake),
    }
}

/// Milliseconds, rounded down to seconds.
pub(super) fn millis_as_secs(row: &Row<'_>, idx: usize, _: &mut Intake) -> Result<i64, RowError> {
    Ok(millis(row, idx)? / 1000)
}

/// Milliseconds.
pub(super) fn millis(row: &Row<'_>, idx: usize) -> Result<i64, RowError> {
    const EXPECTED: &str = "a time stamp in milliseconds of at least 0";
    let value = row.number(idx).ok().flatten().filter(|value| *value >= 0.0);
    let value = value.ok_or_else(|| row.expected(idx, EXPECTED))?;
    // A conversion of a float saturates.
    let millis = value.floor() as i64;
    if millis < 1000 * MAX_SECS { Ok(millis) } else { Err(too_late(row, idx, "milliseconds")) }
}

fn too_late(row: &Row<'_>, idx: usize, unit: &str) -> RowError {
    row.expected(idx, &format!("a time stamp in {unit} since the start of the trace, less than a year"))
}
