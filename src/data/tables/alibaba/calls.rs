//! Call graphs: one row per end of a call, out of order.

use std::cmp::Ordering;
use std::collections::{BTreeMap, VecDeque};

use super::super::{Row, RowError, TableReader};
use super::recent::key;
use super::services::is_unknown;
use super::stamps;
use crate::config::DataConfig;
use crate::data::Severity::{Info, Warning};
use crate::data::error::DataError;
use crate::data::intake::Intake;
use crate::data::tally::{Rule, rule};

/// Calls among which the other end is looked for.
const WINDOW: usize = 200_000;
/// Calls are counted by the minute.
const INTERVAL_SECS: i64 = 60;

/// A service without any name, where unknown ones are kept.
const NAMELESS: &str = "unknown";

const UNKNOWN_END: Rule =
    rule("unknown_end", "calls with an unknown end", Warning, "rows", "left out: a call needs a caller and a callee");
const CALL_REPEATS: Rule = rule(
    "call_repeats",
    "rows of a call that another row describes",
    Info,
    "rows",
    "counted once: both ends of a call are logged under one id; the caller's row is kept",
);
const NO_DURATION: Rule = rule(
    "no_duration",
    "rows of calls without a response time",
    Info,
    "rows",
    "the call is counted; it has a duration only if another row of it has one",
);
const REJOINED: Rule = rule(
    "rejoined_ids",
    "rows with commas within the id of a call",
    Info,
    "rows",
    "the id is put together again, so that the columns behind it fit",
);

/// Where the columns are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) stamp: usize,
    pub(super) trace: usize,
    /// The service that a user asked for; its traces have ids of their own.
    pub(super) entry: Option<usize>,
    pub(super) rpc: usize,
    pub(super) caller: usize,
    pub(super) callee: usize,
    pub(super) duration: usize,
}

/// Reads a call graph.
#[derive(Debug)]
pub(super) struct CallRows {
    pub(super) title: &'static str,
    pub(super) n_columns: usize,
    pub(super) at: Places,
    /// Ids of calls may hold commas.
    pub(super) has_commas: bool,
    /// Words for a service that is not known, beside those of all traces.
    pub(super) unknown: &'static [&'static str],
    pub(super) window: CallWindow,
}

impl TableReader for CallRows {
    fn title(&self) -> &'static str {
        self.title
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        let n_extra = self.n_extra(row)?;
        let at = |idx: usize| if idx > self.at.rpc { idx + n_extra } else { idx };
        let caller = row.text(at(self.at.caller), "the name of a service")?;
        let callee = row.text(at(self.at.callee), "the name of a service")?;
        let secs = stamps::millis(row, at(self.at.stamp))? / 1000;
        let duration = row.number(at(self.at.duration))?;
        if n_extra > 0 {
            intake.note(&REJOINED, 1, || row.place());
        }
        let has_unknown = [caller, callee].iter().any(|name| is_unknown(name) || self.unknown.contains(name));
        if has_unknown && intake.repairs(UNKNOWN_END.id) {
            intake.note(&UNKNOWN_END, 1, || row.place());
            return Ok(());
        }
        let [caller, callee] = [caller, callee].map(|name| if name.is_empty() { NAMELESS } else { name });
        if duration.is_none() {
            intake.note(&NO_DURATION, 1, || row.place());
        }
        let rpc = self.at.rpc..=self.at.rpc + n_extra;
        let id = [at(self.at.trace)].into_iter().chain(self.at.entry.map(at)).chain(rpc);
        let id = key(id.map(|idx| row.field(idx)));
        let call = self.window.call((caller, callee), secs, duration);
        Ok(self.window.push(id, call, intake, || row.place())?)
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        Ok(self.window.end(intake)?)
    }
}

impl CallRows {
    /// Fields that commas within the id of a call add to a row.
    fn n_extra(&self, row: &Row<'_>) -> Result<usize, RowError> {
        let n_extra = row.n_fields().saturating_sub(self.n_columns);
        // Of very long rows only the first fields are kept, so that the last ones cannot be found.
        let is_whole = row.record.fields.len() == row.n_fields();
        if self.has_commas && n_extra > 0 && is_whole {
            return Ok(n_extra);
        }
        row.expect_columns(self.n_columns)?;
        Ok(0)
    }
}

/// One end of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    minute: i64,
    caller: u32,
    callee: u32,
    millis: Option<f32>,
    /// Logged by the callee, which marks its response time by a minus.
    is_callee: bool,
}

/// Calls whose other end may still come.
#[derive(Debug)]
pub(super) struct CallWindow {
    by_id: BTreeMap<u64, Call>,
    order: VecDeque<u64>,
    ids: BTreeMap<String, u32>,
    names: Vec<String>,
    capacity: usize,
}

impl CallWindow {
    /// No call yet; every row is a call of its own if repetitions are to stay.
    pub(super) fn new(config: &DataConfig) -> Self {
        let capacity = if config.repairs(CALL_REPEATS.id) { WINDOW } else { 0 };
        let (by_id, order, ids, names) = Default::default();
        Self { by_id, order, ids, names, capacity }
    }

    fn call(&mut self, (caller, callee): (&str, &str), secs: i64, duration: Option<f64>) -> Call {
        Call {
            minute: secs.div_euclid(INTERVAL_SECS) * INTERVAL_SECS,
            caller: self.id(caller),
            callee: self.id(callee),
            millis: duration.map(|millis| millis.abs() as f32),
            is_callee: duration.is_some_and(|millis| millis < 0.0),
        }
    }

    fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.names.len() as u32;
        self.ids.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        id
    }

    /// Joins a row with the others of its call; the oldest call goes on when there are too many.
    fn push(
        &mut self,
        id: u64,
        call: Call,
        intake: &mut Intake,
        place: impl FnOnce() -> String,
    ) -> Result<(), DataError> {
        if self.capacity == 0 {
            return self.give(call, intake);
        }
        if let Some(&known) = self.by_id.get(&id) {
            intake.note(&CALL_REPEATS, 1, place);
            if self.compare(&call, &known).is_lt() {
                self.by_id.insert(id, call);
            }
            return Ok(());
        }
        self.by_id.insert(id, call);
        self.order.push_back(id);
        let oldest = if self.order.len() > self.capacity { self.order.pop_front() } else { None };
        match oldest.and_then(|oldest| self.by_id.remove(&oldest)) {
            Some(oldest) => self.give(oldest, intake),
            None => Ok(()),
        }
    }

    /// Hands on all calls.
    fn end(&mut self, intake: &mut Intake) -> Result<(), DataError> {
        let calls = std::mem::take(&mut self.by_id);
        self.order.clear();
        calls.into_values().try_for_each(|call| self.give(call, intake))
    }

    /// The row of a call to be kept comes first, whatever the order of the rows: between two services, with a response
    /// time, logged by the caller, early.
    fn compare(&self, a: &Call, b: &Call) -> Ordering {
        let of = |call: &Call| (call.caller == call.callee, call.millis.is_none(), call.is_callee, call.minute);
        let names = |call: &Call| [call.caller, call.callee].map(|id| self.names[id as usize].as_str());
        let bits = |call: &Call| call.millis.map(f32::to_bits);
        of(a).cmp(&of(b)).then_with(|| names(a).cmp(&names(b))).then_with(|| bits(a).cmp(&bits(b)))
    }

    fn give(&self, call: Call, intake: &mut Intake) -> Result<(), DataError> {
        let [caller, callee] = [call.caller, call.callee].map(|id| self.names[id as usize].as_str());
        intake.call((caller, callee), call.minute, call.millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::intake::Gathered;

    /// Calls of a window of two, in the order in which they come: id, caller, callee, seconds, response time.
    fn finish(rows: &[(u64, &str, &str, i64, Option<f64>)]) -> Vec<(String, String, i64, u32, f32)> {
        let (mut intake, config) = (Intake::new(None), DataConfig::default());
        let mut window = CallWindow { capacity: 2, ..CallWindow::new(&config) };
        for &(id, caller, callee, secs, duration) in rows {
            let call = window.call((caller, callee), secs, duration);
            window.push(id, call, &mut intake, String::new).expect("room");
        }
        window.end(&mut intake).expect("room");
        let node = intake.entity(crate::config::NodeLevel::Machine, "m").expect("room");
        let metric = intake.metric("cpu", "CPU", crate::data::Unit::Share);
        intake.sum(node, metric, 0, 0.5).expect("room");
        let Gathered { system, .. } = intake.finish(&config).expect("small");
        let name = |id: u32| system.services[id as usize].clone();
        let of = |call: &crate::data::CallStat| {
            (name(call.caller), name(call.callee), call.at_secs, call.count, call.mean_millis)
        };
        system.calls.iter().map(of).collect()
    }

    #[test]
    fn of_the_rows_of_a_call_the_callers_is_kept_in_any_order() {
        let mut rows = vec![
            (1, "a", "b", 61, Some(-4.0)),
            (1, "a", "b", 59, Some(6.0)),
            (1, "a", "a", 0, Some(1.0)),
            (1, "a", "b", 10, None),
        ];
        let expected = [("a".to_owned(), "b".to_owned(), 0, 1, 6.0)];
        for _ in 0..rows.len() {
            rows.rotate_left(1);
            assert_eq!(finish(&rows), expected, "{rows:?}");
        }
        // Alone, the row of the callee is the call, with the amount of its response time.
        assert_eq!(finish(&rows[3..])[0].4.is_nan(), rows[3].4.is_none());
        assert_eq!(finish(&[(1, "a", "b", 61, Some(-4.0))]), [("a".to_owned(), "b".to_owned(), 60, 1, 4.0)]);
    }

    #[test]
    fn a_call_is_forgotten_when_its_window_is_full() {
        let of = |id| (id, "a", "b", 0, Some(1.0));
        assert_eq!(finish(&[of(1), of(2), of(1)])[0].3, 2);
        assert_eq!(finish(&[of(1), of(2), of(3), of(1)])[0].3, 4);
    }
}
