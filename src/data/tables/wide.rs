//! Tables with one row per time, and one column per entity and metric.

use super::super::error::DataError;
use super::super::intake::{Entity, Intake, MetricId};
use super::mapped::{Header, Mapped, ValueColumn};
use super::metrics::label;
use super::names::service_of_pod;
use super::{Row, RowError, TableReader};
use crate::config::{Mapping, NodeLevel, WideLayout};

/// Reads the rows of a wide table.
#[derive(Debug)]
pub(super) struct Wide {
    mapped: Mapped,
    columns: Vec<(ValueColumn, Entity, MetricId)>,
}

impl Wide {
    /// # Errors
    /// When the table lacks a column that the mapping names.
    pub(super) fn new(
        mapping: &Mapping,
        layout: &WideLayout,
        header: Header<'_>,
        intake: &mut Intake,
    ) -> Result<Self, DataError> {
        let mapped = Mapped::new(mapping, header)?;
        let mut columns = Vec::new();
        for column in &layout.columns {
            header.check_metric(&column.column, &column.id, column.scale)?;
            if column.entity.trim().is_empty() || column.entity.len() > 256 {
                return Err(header.misfit(format!("the name of an entity for column “{}”", column.column)));
            }
            let value = ValueColumn { idx: header.find(&column.column)?, scale: column.scale };
            let entity = intake.entity(layout.level, &column.entity)?;
            if layout.level == NodeLevel::Instance {
                intake.place(entity, service_of_pod(&column.entity).unwrap_or_default(), "");
            }
            columns.push((value, entity, intake.metric(&column.id, label(&column.id), column.unit)));
        }
        if columns.is_empty() {
            return Err(header.misfit("at least one column with values".to_owned()));
        }
        Ok(Self { mapped, columns })
    }
}

impl TableReader for Wide {
    fn title(&self) -> &'static str {
        "wide table"
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.mapped.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.mapped.n_columns)?;
        let at_millis = self.mapped.stamp(row)?;
        let values: Result<Vec<Option<f32>>, RowError> =
            self.columns.iter().map(|(column, ..)| self.mapped.value(row, *column)).collect();
        self.mapped.label(row, "", at_millis)?;
        let values = self.columns.iter().zip(values?).map(|(&(_, entity, metric), value)| (entity, metric, value));
        self.mapped.hand_on(row, at_millis, values, intake)
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        self.mapped.labels.finish(intake);
        Ok(())
    }
}
