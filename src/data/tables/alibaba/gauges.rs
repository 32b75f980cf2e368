//! Columns of measurements: what they are called, and which values are valid.

use super::super::{Row, RowError};
use crate::data::dataset::Unit;
use crate::data::error::DataError;
use crate::data::intake::{Entity, Intake, MetricId};
use crate::data::table::shorten;
use crate::data::tally::{EMPTY_VALUES, IMPOSSIBLE, OUT_OF_RANGE};

/// Most columns of measurements that a table has.
const MAX_GAUGES: usize = 6;
/// Largest value that is kept if values above a capacity are to stay.
const MAX_KEPT: f64 = 1e12;

/// One column of measurements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gauge {
    idx: usize,
    id: &'static str,
    label: &'static str,
    unit: Unit,
    max: f64,
}

/// Per cent; publishers mark invalid values by -1 and 101.
pub(super) const fn percent(idx: usize, id: &'static str, label: &'static str) -> Gauge {
    Gauge { idx, id, label, unit: Unit::Percent, max: 100.0 }
}

/// A share from 0 to 1.
pub(super) const fn share(idx: usize, id: &'static str, label: &'static str) -> Gauge {
    Gauge { idx, id, label, unit: Unit::Share, max: 1.0 }
}

/// Any number of things.
pub(super) const fn count(idx: usize, id: &'static str, label: &'static str) -> Gauge {
    Gauge { idx, id, label, unit: Unit::Count, max: 1e12 }
}

/// Values of one row, in the order of the gauges; `None` where there is no valid one.
pub(super) type Values = [Option<f64>; MAX_GAUGES];

/// All columns of measurements of a table.
#[derive(Debug)]
pub(super) struct Gauges {
    gauges: Vec<Gauge>,
    metrics: Vec<MetricId>,
}

impl Gauges {
    pub(super) fn new(gauges: Vec<Gauge>) -> Self {
        Self { gauges, metrics: Vec::new() }
    }

    /// Reads all values of a row, and counts empty and invalid ones.
    pub(super) fn read(&self, row: &Row<'_>, intake: &mut Intake) -> Result<Values, RowError> {
        let mut values = [None; MAX_GAUGES];
        for (value, gauge) in values.iter_mut().zip(&self.gauges) {
            *value = row.number(gauge.idx)?;
        }
        for (value, gauge) in values.iter_mut().zip(&self.gauges) {
            match *value {
                None => intake.note(&EMPTY_VALUES, 1, || row.place()),
                Some(number) if !(0.0..=gauge.max).contains(&number) => {
                    let is_repaired = intake.repairs(OUT_OF_RANGE.id);
                    if !is_repaired && (0.0..=MAX_KEPT).contains(&number) {
                        continue;
                    }
                    let rule = if is_repaired { &OUT_OF_RANGE } else { &IMPOSSIBLE };
                    intake.note(rule, 1, || {
                        format!("{}, column {}: {}", row.place(), gauge.idx + 1, shorten(row.field(gauge.idx)))
                    });
                    *value = None;
                }
                Some(_) => {}
            }
        }
        Ok(values)
    }

    /// Adds the values of a row to their bins.
    pub(super) fn sum(
        &mut self,
        values: &Values,
        (entity, at_secs): (Entity, i64),
        intake: &mut Intake,
    ) -> Result<(), DataError> {
        if self.metrics.is_empty() {
            self.metrics = self.gauges.iter().map(|gauge| intake.metric(gauge.id, gauge.label, gauge.unit)).collect();
        }
        for (value, &metric) in values.iter().zip(&self.metrics) {
            if let Some(value) = *value {
                intake.sum(entity, metric, at_secs, value)?;
            }
        }
        Ok(())
    }
}
