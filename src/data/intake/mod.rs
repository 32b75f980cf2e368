//! Where all formats meet: named entities with samples, calls, scheduling records and faults.
//!
//! Parsers hand on what their rows say, in any order and from any number of files; [`Intake::finish`] sorts, so that the
//! result does not depend on that order. Knows no bytes and no format.

mod calls;
mod entities;
mod finish;
mod logical;
mod recordings;
mod samples;
mod schedule;

use std::sync::Arc;

use super::dataset::{TableView, Unit};
use super::error::DataError;
use super::snapshots::SnapshotDocument;
use super::system::{Fault, TimelessCalls};
use super::tally::{Rule, Tallies};
use calls::Calls;
use entities::Entities;
use recordings::Recordings;
use samples::{Samples, Sums};
use schedule::Records;

use crate::config::NodeLevel as Level;

pub(super) use entities::{Entity, MetricId};
pub(super) use finish::{Beside, Gathered};
pub(super) use recordings::InferredFaults;

/// Most tables that are shown as they were understood.
const MAX_TABLES: usize = 16;
/// Most rows of calls without time.
const MAX_TIMELESS: usize = 200_000;
/// Most files whose lists of columns are shown.
const MAX_LISTS: usize = 16;

/// Everything handed on so far.
#[derive(Debug, Default)]
pub(super) struct Intake {
    tallies: Tallies,
    entities: Entities,
    samples: Samples,
    sums: Sums,
    calls: Calls,
    timeless: Vec<TimelessCalls>,
    records: Records,
    faults: Vec<Fault>,
    recordings: Recordings,
    tables: Vec<TableView>,
    /// Files with the tables whose columns they list, and the number of columns of each.
    column_lists: Vec<(String, Vec<(String, u64)>)>,
    /// Repairs that are not made.
    off: Vec<String>,
    mapping: MappingUse,
    snapshots: Option<Arc<SnapshotDocument>>,
}

/// Whether the mapping of the config fitted any table.
#[derive(Debug, Default)]
enum MappingUse {
    #[default]
    NotAsked,
    Fitted,
    /// No table so far; what the first one lacks.
    Misfit(DataError),
}

impl Intake {
    /// Nothing yet; `grid_secs` is the grid that the config gives.
    pub(super) fn new(grid_secs: Option<u32>) -> Self {
        let mut intake = Self::default();
        grid_secs.into_iter().for_each(|secs| intake.sums.set_grid(secs));
        intake
    }

    /// The same without some repairs.
    pub(super) fn without(self, off: &[String]) -> Self {
        Self { off: off.to_vec(), ..self }
    }

    /// Whether a repair is made.
    pub(super) fn repairs(&self, id: &str) -> bool {
        !self.off.iter().any(|off| off == id)
    }

    /// A file begins: what is handed on from now on is from there.
    pub(super) fn begin_file(&mut self, name: &str) {
        self.recordings.begin(name);
    }

    /// A sample of this file that is not handed on as it was reported, such as that of a counter.
    pub(super) fn sampled(&mut self, at_millis: i64) {
        self.recordings.sampled(at_millis);
    }

    /// Counts something that was found, repaired or left out.
    pub(super) fn note(&mut self, rule: &'static Rule, count: u64, place: impl FnOnce() -> String) {
        self.tallies.note(rule, count, place);
    }

    /// The entity with a name, added if it is new.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn entity(&mut self, level: Level, name: &str) -> Result<Entity, DataError> {
        self.entities.entity(level, name)
    }

    /// Says where an entity belongs; empty words say nothing. The word that comes first in natural order wins, so that
    /// the order of rows does not matter.
    pub(super) fn place(&mut self, entity: Entity, service: &str, host: &str) {
        self.entities.place(entity, service, host);
    }

    /// Says in which failure domains an entity is, the narrow one last.
    pub(super) fn domains(&mut self, entity: Entity, domains: &[&str]) {
        self.entities.domains(entity, domains);
    }

    /// The metric with an id, added if it is new. `cpu` is the id of CPU in every format.
    pub(super) fn metric(&mut self, id: &str, label: &str, unit: Unit) -> MetricId {
        self.entities.metric(id, label, unit)
    }

    /// Keeps one sample as it was reported: for files of moderate size.
    ///
    /// # Errors
    /// When there are more samples than memory allows.
    pub(super) fn sample(
        &mut self,
        entity: Entity,
        metric: MetricId,
        at_millis: i64,
        value: f32,
    ) -> Result<(), DataError> {
        self.recordings.sampled(at_millis);
        self.samples.push((entity, metric), at_millis, value)
    }

    /// The grid of everything that is summed, unless the config gives one: set before the first [`sum`](Self::sum).
    pub(super) fn sum_grid(&mut self, grid_secs: u32) {
        self.sums.set_grid(grid_secs);
    }

    /// Adds one observation to its bin: for files of any size.
    ///
    /// # Errors
    /// When the grid would be too large.
    pub(super) fn sum(&mut self, entity: Entity, metric: MetricId, at_secs: i64, value: f64) -> Result<(), DataError> {
        self.recordings.sampled(at_secs.saturating_mul(1000));
        self.sums.add((entity, metric), at_secs, value)
    }

    /// Takes note of one call between services.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn call(
        &mut self,
        (caller, callee): (&str, &str),
        at_secs: i64,
        duration_millis: Option<f32>,
    ) -> Result<(), DataError> {
        self.calls.push((caller, callee), at_secs, duration_millis)
    }

    /// Takes note of calls without time.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn timeless_calls(&mut self, calls: TimelessCalls) -> Result<(), DataError> {
        if self.timeless.len() == MAX_TIMELESS {
            return Err(DataError::TooLarge {
                what: "This data set".into(),
                needed: format!("more than {MAX_TIMELESS} rows of calls without time"),
                limit: MAX_TIMELESS.to_string(),
                advice: "choose a summary of fewer services".into(),
            });
        }
        self.timeless.push(calls);
        Ok(())
    }

    /// A container was seen on a machine.
    ///
    /// # Errors
    /// When there are too many records.
    pub(super) fn container(
        &mut self,
        at_secs: i64,
        (container, app, machine): (&str, &str, &str),
    ) -> Result<(), DataError> {
        self.records.container(at_secs, (container, app, machine))
    }

    /// An instance of a task ran on a machine.
    ///
    /// # Errors
    /// When there are too many records.
    pub(super) fn task_run(
        &mut self,
        (start_secs, end_secs): (i64, Option<i64>),
        (job, task, machine): (&str, &str, &str),
    ) -> Result<(), DataError> {
        self.records.task_run((start_secs, end_secs), (job, task, machine))
    }

    /// A task of a job needs another one.
    ///
    /// # Errors
    /// When there are too many records.
    pub(super) fn dependency(&mut self, job: &str, (task, needs): (&str, &str)) -> Result<(), DataError> {
        self.records.dependency(job, (task, needs))
    }

    /// Something was broken.
    pub(super) fn fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Something was probably broken in a recording, which may be another file.
    pub(super) fn inferred(&mut self, faults: InferredFaults) {
        self.recordings.inferred(faults);
    }

    /// This file lists the columns of some tables: their names, and how many columns each has.
    pub(super) fn column_lists(&mut self, tables: Vec<(String, u64)>) {
        if self.column_lists.len() < MAX_LISTS {
            self.column_lists.push((self.recordings.file().to_owned(), tables));
        }
    }

    /// The mapping of the config fits a table.
    pub(super) fn mapping_fits(&mut self) {
        self.mapping = MappingUse::Fitted;
    }

    /// The mapping of the config is meant for any table, and does not fit this one.
    pub(super) fn mapping_misfits(&mut self, misfit: DataError) {
        if matches!(self.mapping, MappingUse::NotAsked) {
            self.mapping = MappingUse::Misfit(misfit);
        }
    }

    /// A mapping that fits no table is a mistake; one that fits some is meant for these.
    ///
    /// # Errors
    /// When there was a mapping and it fitted none of the tables that it could be for.
    pub(super) fn check_mapping(&mut self) -> Result<(), DataError> {
        match std::mem::take(&mut self.mapping) {
            MappingUse::Misfit(misfit) => Err(misfit),
            MappingUse::NotAsked | MappingUse::Fitted => Ok(()),
        }
    }

    /// Keeps snapshots that were saved, as they were saved; false if there are others already.
    pub(super) fn keep_snapshots(&mut self, document: SnapshotDocument) -> bool {
        let is_first = self.snapshots.is_none();
        self.snapshots.get_or_insert_with(|| Arc::new(document));
        is_first
    }

    /// Takes note of how a table of any origin was understood; of many tables the first ones are kept.
    pub(super) fn table(&mut self, view: TableView) {
        if self.tables.len() < MAX_TABLES {
            self.tables.push(view);
        }
    }

    /// How the tables were understood.
    pub(super) fn take_tables(&mut self) -> Vec<TableView> {
        std::mem::take(&mut self.tables)
    }
}
