//! Instances of batch tasks: which task of which job ran when on which machine.

use super::super::{Row, RowError, TableReader};
use super::stamps::{Clock, MAX_SECS};
use super::usage::named;
use crate::data::Severity::{Info, Warning};
use crate::data::intake::Intake;
use crate::data::tally::{Rule, rule};

const NEVER_RAN: Rule = rule("never_ran", "task instances that never ran", Info, "rows", "still waiting: left out");
const NO_MACHINE: Rule =
    rule("no_machine", "task runs without a machine", Info, "rows", "left out: they connect no machines");
const NO_TASK: Rule =
    rule("no_task", "task runs without a job or a task", Warning, "rows", "left out: they connect no machines");
const OPEN_END: Rule = rule("open_end", "task runs without an end", Info, "rows", "taken as running on");

/// Where the columns are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) job: usize,
    pub(super) task: usize,
    pub(super) machine: usize,
    pub(super) status: usize,
}

/// Reads such a table.
#[derive(Debug)]
pub(super) struct TaskRuns {
    pub(super) title: &'static str,
    pub(super) n_columns: usize,
    pub(super) at: Places,
    pub(super) clock: Clock,
    /// What a task is called within its job.
    pub(super) task_id: fn(&str) -> &str,
}

impl TableReader for TaskRuns {
    fn title(&self) -> &'static str {
        self.title
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let job = row.text(self.at.job, "the name of a job")?;
        let task = row.text(self.at.task, "the name of a task")?;
        let machine = row.text(self.at.machine, "the name of a machine")?;
        let start_secs =
            if row.field(self.at.start).is_empty() { 0 } else { (self.clock)(row, self.at.start, intake)? };
        let end_secs = end(row, self.at.end, start_secs)?;
        let is_waiting =
            [&b"waiting"[..], b"ready"].iter().any(|word| row.field(self.at.status).eq_ignore_ascii_case(word));
        let left_out = if is_waiting {
            Some(&NEVER_RAN)
        } else if machine.is_empty() {
            Some(&NO_MACHINE)
        } else if job.is_empty() || task.is_empty() {
            Some(&NO_TASK)
        } else {
            None
        };
        if let Some(rule) = left_out {
            intake.note(rule, 1, || row.place());
            return Ok(());
        }
        if end_secs.is_none() {
            intake.note(&OPEN_END, 1, || row.place());
        }
        let task = (self.task_id)(task);
        Ok(intake.task_run((start_secs, end_secs), (job, task, &named("m_", machine)))?)
    }
}

/// The end of a run; 0, nothing and what lies before the start or far away is none.
fn end(row: &Row<'_>, idx: usize, start_secs: i64) -> Result<Option<i64>, RowError> {
    // A conversion of a float saturates.
    let end_secs = row.number(idx)?.map(|value| value.floor() as i64);
    Ok(end_secs.filter(|&end| end > 0 && end >= start_secs && end < MAX_SECS))
}
