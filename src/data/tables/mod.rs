//! Tables of all kinds but `machine_usage`: recognised from their first record, read row by row.
//!
//! A reader knows the columns of one kind of table and hands what its rows say to the [`Intake`]. Files, lines, cut rows
//! and rows to be skipped are not its concern.

mod row;
mod spans;

use super::intake::Intake;
use super::records::Record;
use crate::config::DataConfig;

pub(super) use row::{Row, RowError};

/// Reads the rows of one kind of table.
pub(super) trait TableReader: std::fmt::Debug {
    /// Name of the format, for people.
    fn title(&self) -> &'static str;

    /// Fields that every row has; `None` where rows may differ.
    fn n_columns(&self) -> Option<usize>;

    /// Takes one row.
    ///
    /// # Errors
    /// What is wrong with the row, or that memory is full.
    fn row(&mut self, row: &Row<'_>, intake: &mut Intake) -> Result<(), RowError>;

    /// Takes note of the end of the file.
    ///
    /// # Errors
    /// When memory is full.
    fn end(&mut self, _intake: &mut Intake) -> Result<(), RowError> {
        Ok(())
    }
}

/// A table that was recognised.
#[derive(Debug)]
pub(super) struct Recognised {
    pub(super) reader: Box<dyn TableReader>,
    /// The first record names the columns.
    pub(super) has_header: bool,
}

/// The published table that a first record belongs to.
pub(super) fn recognise(first: &Record<'_>) -> Option<Recognised> {
    spans::recognise(first)
}

/// The long or wide table of any origin that a first record belongs to; asked after all published ones.
pub(super) fn recognise_general(_first: &Record<'_>, _config: &DataConfig) -> Option<Recognised> {
    None
}
