//! Resources of the instances of services, and what the microservice traces of both years share.

use super::super::{Row, RowError, TableReader};
use super::gauges::{Gauge, Gauges, share};
use super::moments::{LATE, Moments};
use super::recent::{Recent, key};
use super::stamps;
use crate::config::{DataConfig, NodeLevel as Level};
use crate::data::Severity::{Info, Warning};
use crate::data::dataset::Unit;
use crate::data::error::DataError;
use crate::data::intake::{Entity, Intake};
use crate::data::tally::{Rule, rule};

/// The tables have a row per minute, that of machines two in v2021 (MODELS.md A.3: 30 or 60 s).
pub(super) const GRID_SECS: u32 = 60;
/// How v2022 names machines; v2021 has hashes.
pub(super) const NODE_PREFIX: &str = "NODE_";
/// How v2022 names services.
const SERVICE_PREFIX: &str = "MS_";

pub(super) const NORMALISED: Rule = rule(
    "normalised",
    "values that the publisher scaled by the extremes of the whole trace",
    Info,
    "rows",
    "used as they are: each value knows the extremes of its future, and that leak cannot be undone",
);
pub(super) const UNKNOWN_SERVICE: Rule =
    rule("unknown_service", "rows of an unknown service", Warning, "rows", "left out: no node can have them");

/// Whether a name is one of the words for a service that is not known.
pub(super) fn is_unknown(name: &str) -> bool {
    name.is_empty() || name == "(?)" || name.eq_ignore_ascii_case("nan")
}

/// Whether a service is named as in v2022, whose utilisation and call rates are normalised.
pub(super) fn is_normalised(service: &str) -> bool {
    service.starts_with(SERVICE_PREFIX)
}

/// CPU and memory as shares of 1.
pub(super) fn gauges(cpu: usize, mem: usize) -> Vec<Gauge> {
    vec![share(cpu, "cpu", "CPU"), share(mem, "mem", "Memory")]
}

/// The level on which rows of instances are summed: instances if the config asks for them, else services.
///
/// One hour of v2021 has 90,000 instances, more bins than the limit of all sums, and 1,300 services; so both levels
/// are never summed together.
pub(super) fn level(config: &DataConfig) -> Level {
    if config.nodes == Some(Level::Instance) { Level::Instance } else { Level::Service }
}

/// The node of a row: its instance, with its place, or its service.
pub(super) fn node(
    level: Level,
    (service, instance, host): (&str, &str, &str),
    intake: &mut Intake,
) -> Result<Entity, DataError> {
    if level != Level::Instance {
        return intake.entity(Level::Service, service);
    }
    let entity = intake.entity(Level::Instance, instance)?;
    intake.place(entity, service, host);
    Ok(entity)
}

/// Where the columns of a table of resources are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) stamp: usize,
    pub(super) service: usize,
    pub(super) instance: usize,
    pub(super) host: Option<usize>,
    /// First column that is no index.
    pub(super) first: usize,
}

/// Reads CPU and memory of instances: means over the instances of a service, and their number.
#[derive(Debug)]
pub(super) struct Resources {
    title: &'static str,
    n_columns: usize,
    at: Places,
    level: Level,
    gauges: Gauges,
    recent: Recent,
    /// Instances that were counted for their moment.
    counted: Recent,
    n_instances: Moments<u32>,
}

impl Resources {
    pub(super) fn new(
        title: &'static str,
        n_columns: usize,
        at: Places,
        gauges: Vec<Gauge>,
        config: &DataConfig,
    ) -> Self {
        Self {
            title,
            n_columns,
            at,
            level: level(config),
            gauges: Gauges::new(gauges),
            recent: Recent::new(config),
            counted: Recent::always(),
            n_instances: Moments::default(),
        }
    }

    fn count_instance(&mut self, row: &Row<'_>, moment: (i64, Entity), intake: &mut Intake) -> Result<(), DataError> {
        let stamp = moment.0.to_be_bytes();
        let key = key([&stamp[..], row.field(self.at.service), row.field(self.at.instance)]);
        if !self.counted.is_new(key) {
            return Ok(());
        }
        if self.n_instances.is_late(moment.0) {
            intake.note(&LATE, 1, || row.place());
        }
        *self.n_instances.at(moment) += 1;
        give(self.n_instances.overflow(), intake)
    }
}

impl TableReader for Resources {
    fn title(&self) -> &'static str {
        self.title
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let service = row.text(self.at.service, "the name of a service")?;
        let instance = row.name(self.at.instance, "the name of an instance")?;
        let host = self.at.host.map_or(Ok(""), |idx| row.text(idx, "the name of a machine"))?;
        let millis = stamps::millis(row, self.at.stamp)?;
        let values = self.gauges.read(row, intake)?;
        if is_unknown(service) {
            intake.note(&UNKNOWN_SERVICE, 1, || row.place());
            return Ok(());
        }
        if self.recent.is_repeat(row, self.at.first, intake) {
            return Ok(());
        }
        if is_normalised(service) {
            intake.note(&NORMALISED, 1, || row.place());
        }
        intake.sum_grid(GRID_SECS);
        let entity = node(self.level, (service, instance, host), intake)?;
        self.gauges.sum(&values, (entity, millis / 1000), intake)?;
        if self.level == Level::Service {
            self.count_instance(row, (millis, entity), intake)?;
        }
        Ok(())
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        Ok(give(self.n_instances.take(), intake)?)
    }
}

/// Hands on numbers of instances, each as one observation of its moment.
fn give(counts: Vec<((i64, Entity), u32)>, intake: &mut Intake) -> Result<(), DataError> {
    if counts.is_empty() {
        return Ok(());
    }
    let metric = intake.metric("instances", "Instances", Unit::Count);
    counts
        .into_iter()
        .try_for_each(|((millis, entity), count)| intake.sum(entity, metric, millis / 1000, f64::from(count)))
}
