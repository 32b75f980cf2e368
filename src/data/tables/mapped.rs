//! What long and wide tables have in common: columns found by name, stamps, values, and labels of rows.

use super::super::error::DataError;
use super::super::intake::{Entity, Intake, MetricId};
use super::super::tally::{EMPTY_VALUES, UNUSED_VALUES};
use super::decimal::decimal;
use super::labelled::RowLabels;
use super::names::is_index;
use super::times::TimeFormat;
use super::{Row, RowError};
use crate::config::Mapping;

/// The columns of a table by name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) names: &'a [String],
    pub(super) file: &'a str,
    /// Line of the header.
    pub(super) line: u64,
}

impl Header<'_> {
    /// The place of a column.
    ///
    /// # Errors
    /// When the table has none of that name.
    pub(super) fn find(&self, column: &str) -> Result<usize, DataError> {
        let found = self.names.iter().position(|name| name == column);
        found.ok_or_else(|| self.misfit(format!("a column “{column}”")))
    }

    /// The same for a column that a mapping need not have.
    ///
    /// # Errors
    /// When it is named and is not there.
    pub(super) fn find_any(&self, column: Option<&String>) -> Result<Option<usize>, DataError> {
        column.map(|column| self.find(column)).transpose()
    }

    /// A mapping that asks for something that the table has not.
    pub(super) fn misfit(&self, expected: String) -> DataError {
        const SHOWN: usize = 6;
        let mut found = self.names.iter().take(SHOWN).map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
        if self.names.len() > SHOWN {
            found.push_str(&format!(" and {} more", self.names.len() - SHOWN));
        }
        DataError::Mapping { file: self.file.to_owned(), line: self.line, expected, found }
    }

    /// Checks what a form may have left wrong in a metric.
    ///
    /// # Errors
    /// When it has no id or its factor is no number other than 0.
    pub(super) fn check_metric(&self, column: &str, id: &str, scale: f64) -> Result<(), DataError> {
        if id.trim().is_empty() || id.len() > 256 {
            return Err(self.misfit(format!("an id for the metric in column “{column}”")));
        }
        if !scale.is_finite() || scale == 0.0 {
            return Err(self.misfit(format!("a factor for column “{column}” that is a number and not 0")));
        }
        Ok(())
    }
}

/// A column with values.
#[derive(Debug, Clone, Copy)]
pub(super) struct ValueColumn {
    pub(super) idx: usize,
    pub(super) scale: f64,
}

/// What every mapped table has.
#[derive(Debug)]
pub(super) struct Mapped {
    pub(super) n_columns: usize,
    stamp: usize,
    clock: Option<usize>,
    format: TimeFormat,
    has_comma: bool,
    label: Option<usize>,
    pub(super) labels: RowLabels,
    unused: Vec<(usize, String)>,
}

impl Mapped {
    /// # Errors
    /// When the table lacks a column that the mapping names.
    pub(super) fn new(mapping: &Mapping, header: Header<'_>) -> Result<Self, DataError> {
        let used = mapping.columns();
        let unused = header.names.iter().enumerate();
        let unused = unused.filter(|(_, name)| !used.contains(&name.as_str()) && !is_index(name));
        Ok(Self {
            n_columns: header.names.len(),
            stamp: header.find(&mapping.time.column)?,
            clock: header.find_any(mapping.time.clock.as_ref())?,
            format: TimeFormat::of(&mapping.time),
            has_comma: mapping.decimal_comma,
            label: header.find_any(mapping.label.as_ref())?,
            labels: RowLabels::default(),
            unused: unused.map(|(idx, name)| (idx, name.clone())).collect(),
        })
    }

    /// The stamp of a row in milliseconds.
    pub(super) fn stamp(&self, row: &Row<'_>) -> Result<i64, RowError> {
        let text = row.text(self.stamp, self.format.expected())?;
        let millis = match self.clock {
            None => self.format.millis(text),
            Some(clock) => self.format.millis(&format!("{text} {}", row.text(clock, "a time of day")?)),
        };
        millis.ok_or_else(|| row.expected(self.stamp, self.format.expected()))
    }

    /// A value in the unit of its metric; `None` where it is missing.
    pub(super) fn value(&self, row: &Row<'_>, column: ValueColumn) -> Result<Option<f32>, RowError> {
        let what = if self.has_comma { "a number with a decimal comma" } else { "a number" };
        let number =
            decimal(row.text(column.idx, what)?, self.has_comma).map_err(|_| row.expected(column.idx, what))?;
        let Some(number) = number else { return Ok(None) };
        let value = (number * column.scale) as f32;
        if value.is_finite() { Ok(Some(value)) } else { Err(row.expected(column.idx, "a number below 3.4e38")) }
    }

    /// Takes note of a row's label; the entity is empty where a row is about all of them.
    pub(super) fn label(&mut self, row: &Row<'_>, entity: &str, at_millis: i64) -> Result<(), RowError> {
        let Some(idx) = self.label else { return Ok(()) };
        let label = row.text(idx, "a label")?;
        self.labels.note(entity, at_millis, label).map_err(RowError::Full)
    }

    /// Hands on the values of a row and counts what is missing and what is not used.
    pub(super) fn hand_on(
        &self,
        row: &Row<'_>,
        at_millis: i64,
        values: impl Iterator<Item = (Entity, MetricId, Option<f32>)>,
        intake: &mut Intake,
    ) -> Result<(), RowError> {
        let mut n_missing = 0;
        for (entity, metric, value) in values {
            match value {
                Some(value) => intake.sample(entity, metric, at_millis, value)?,
                None => n_missing += 1,
            }
        }
        self.count(row, n_missing, intake);
        Ok(())
    }

    fn count(&self, row: &Row<'_>, n_missing: u64, intake: &mut Intake) {
        if n_missing > 0 {
            intake.note(&EMPTY_VALUES, n_missing, || row.place());
        }
        for (idx, name) in &self.unused {
            if !row.field(*idx).is_empty() {
                intake.note(&UNUSED_VALUES, 1, || format!("{}, {name}", row.place()));
            }
        }
    }
}
