//! Tables of fault labels: when something was broken, where, and how.

use jiff::SignedDuration;

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::system::Fault;
use super::decimal::decimal;
use super::names::{Words, is_index, plain, role, words};
use super::sample::Columns;
use super::times::{self, TimeFormat};
use super::{Row, RowError, TableReader};
use crate::config::Mapping;

/// Most labels of one file.
const MAX_LABELS: usize = 200_000;

const STARTS: Words = Words(
    "start begin start_time starttime begin_time start_timestamp start_ts from onset inject_time injection_time \
     fault_start start_date started_at st_time inject_timestamp",
);
/// Names of a start only beside a duration and the kind of a fault.
const STAMPS: Words = Words("timestamp time datetime date ts");
const ENDS: Words =
    Words("end end_time endtime end_timestamp end_ts stop finish to until fault_end end_date ended_at ed_time");
const DURATIONS: Words = Words("duration length lasting");
const KINDS: Words = Words(
    "fault_type failure_type anomaly_type chaos_type attack_type fault failure anomaly chaos attack incident type \
     kind label",
);
const TARGETS: Words = Words("target root_cause victim injected_service location where");

/// Reads the rows of a table of fault labels.
#[derive(Debug)]
pub(super) struct Labels {
    n_columns: usize,
    format: TimeFormat,
    start: usize,
    end: End,
    target: Option<usize>,
    kind: Option<usize>,
    n_labels: usize,
}

/// How a label ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Stamp(usize),
    /// The column, and the milliseconds of a plain number in it.
    Duration(usize, f64),
}

impl Labels {
    /// The labels of a table with start and end or duration, and without any metric; the flag says that its dates could
    /// be read in another way. A given mapping decides that.
    pub(super) fn recognise(columns: &Columns, mapping: Option<&Mapping>) -> Option<(Self, bool)> {
        let names: Vec<String> = columns.names.iter().map(|name| plain(name)).collect();
        let find = |known: Words| known.iter().find_map(|known| names.iter().position(|name| name == known));
        let kind = find(KINDS);
        let (start, end) = match (find(STARTS), find(ENDS)) {
            (Some(start), Some(end)) => (start, End::Stamp(end)),
            (start, _) => {
                let (at, unit) = duration(&columns.names)?;
                (start.or_else(|| find(STAMPS).filter(|_| kind.is_some()))?, End::Duration(at, unit))
            }
        };
        let by_role = || columns.names.iter().position(|name| role(name).is_some());
        let target = find(TARGETS).or_else(by_role).filter(|target| Some(*target) != kind);
        let ending = match end {
            End::Stamp(idx) | End::Duration(idx, _) => idx,
        };
        let taken = [Some(start), Some(ending), target, kind];
        let is_metric = |idx: usize| !taken.contains(&Some(idx)) && holds_numbers(columns, idx);
        if (0..names.len()).any(is_metric) {
            return None;
        }
        let mut fields = columns.fields(start);
        if let End::Stamp(idx) = end {
            fields.extend(columns.fields(idx));
        }
        let mut guess = times::guess(&words(&columns.names[start]), &fields)?;
        if let Some(mapping) = mapping.filter(|_| guess.is_ambiguous) {
            (guess.day_first, guess.is_ambiguous) = (mapping.time.day_first, false);
        }
        let format = guess.format();
        Some((Self { n_columns: names.len(), format, start, end, target, kind, n_labels: 0 }, guess.is_ambiguous))
    }

    fn stamp(&self, row: &Row<'_>, idx: usize) -> Result<i64, RowError> {
        let expected = self.format.expected();
        self.format.millis(row.text(idx, expected)?).ok_or_else(|| row.expected(idx, expected))
    }

    fn end(&self, row: &Row<'_>, start_millis: i64) -> Result<i64, RowError> {
        let (idx, end_millis) = match self.end {
            End::Stamp(idx) => (idx, Some(self.stamp(row, idx)?)),
            End::Duration(idx, unit) => {
                let millis = duration_millis(row.text(idx, "a duration such as 5m or 300")?, unit);
                (idx, millis.and_then(|millis| start_millis.checked_add(millis)))
            }
        };
        let what = match self.end {
            End::Stamp(_) => "an end behind the start",
            End::Duration(..) => "a duration above 0 such as 5m or 300",
        };
        end_millis.filter(|end| *end > start_millis).ok_or_else(|| row.expected(idx, what))
    }
}

/// Whether a column that is no part of a label holds numbers, other than the numbers of rows.
fn holds_numbers(columns: &Columns, idx: usize) -> bool {
    let fields = columns.fields(idx);
    let is_number = |field: &&str| matches!(decimal(field, true), Ok(Some(_)));
    fields.iter().any(is_number) && !is_index(&columns.names[idx]) && role(&columns.names[idx]).is_none()
}

/// The column of durations, and the milliseconds of a plain number in it.
fn duration(names: &[String]) -> Option<(usize, f64)> {
    let unit = |word: &str| match word {
        "ms" | "millis" | "milliseconds" => Some(1.0),
        "s" | "sec" | "secs" | "seconds" => Some(1e3),
        "m" | "min" | "mins" | "minutes" => Some(6e4),
        "h" | "hours" => Some(3.6e6),
        _ => None,
    };
    names.iter().enumerate().find_map(|(idx, name)| {
        let words = words(name);
        let (first, rest) = words.split_first()?;
        DURATIONS.has(first).then_some(())?;
        match rest {
            [] => Some((idx, 1e3)),
            [word] => Some((idx, unit(word)?)),
            _ => None,
        }
    })
}

/// Milliseconds of `300`, `5m`, `1h 30m`, `PT5M` or `00:05:00`.
fn duration_millis(text: &str, unit: f64) -> Option<i64> {
    if let Ok(number) = decimal(text, !text.contains('.')) {
        let millis = number? * unit;
        // Below 2⁵³ the conversion is exact.
        return (millis.abs() < 9e15).then(|| millis.round() as i64);
    }
    let duration: SignedDuration = text.parse().ok()?;
    i64::try_from(duration.as_millis()).ok()
}

impl TableReader for Labels {
    fn title(&self) -> &'static str {
        "fault labels"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let start_millis = self.stamp(row, self.start)?;
        let end_millis = Self::end(self, row, start_millis)?;
        let text = |idx: Option<usize>, what: &str| idx.map_or(Ok(""), |idx| row.text(idx, what));
        let (target, kind) = (text(self.target, "the name of a target")?, text(self.kind, "the kind of a fault")?);
        if self.n_labels == MAX_LABELS {
            return Err(RowError::Full(DataError::TooLarge {
                what: "This table".into(),
                needed: format!("more than {MAX_LABELS} fault labels"),
                limit: MAX_LABELS.to_string(),
                advice: "choose a shorter span".into(),
            }));
        }
        self.n_labels += 1;
        intake.fault(Fault { start_millis, end_millis, target: target.to_owned(), kind: kind.to_owned() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_in_many_forms() {
        for (text, unit, millis) in [
            ("5m", 1e3, Some(300_000)),
            ("300", 1e3, Some(300_000)),
            ("5", 6e4, Some(300_000)),
            ("300s", 1e3, Some(300_000)),
            ("1h30m", 1e3, Some(5_400_000)),
            ("PT5M", 1e3, Some(300_000)),
            ("5 min", 1e3, Some(300_000)),
            ("00:05:00", 1e3, Some(300_000)),
            ("0.5", 1e3, Some(500)),
            ("", 1e3, None),
            ("soon", 1e3, None),
            ("1e300", 1e3, None),
        ] {
            assert_eq!(duration_millis(text, unit), millis, "{text}");
        }
    }

    fn recognise(text: &str) -> Option<(Labels, bool)> {
        let mut rows = text.lines().map(|line| line.split(',').map(str::to_owned).collect());
        let names = rows.next().expect("a header");
        Labels::recognise(&Columns { names, rows: rows.collect() }, None)
    }

    #[test]
    fn label_tables_have_a_start_and_an_end_and_no_metric() {
        for (text, target, kind) in [
            ("start,end,target,fault_type\n1,2,a,b", Some(2), Some(3)),
            ("timestamp,duration,fault-type,kind,target\n2023-08-16,5m,a,b,c", Some(4), Some(2)),
            ("id,Start Time,End Time,Service,Anomaly\n1,2024-01-01 10:00,2024-01-01 10:05,a,b", Some(3), Some(4)),
            ("begin,duration_min\n5,5", None, None),
        ] {
            let (labels, _) = recognise(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((labels.target, labels.kind), (target, kind), "{text}");
        }
        for text in [
            "start_time,end_time,job,plan_cpu\n1,2,a,50",
            "timestamp,duration,service,operation\n1,5,a,get",
            "timestamp,pod,cpu\n1,a,5",
            "start,target\n1,a",
        ] {
            assert!(recognise(text).is_none(), "{text}");
        }
    }
}
