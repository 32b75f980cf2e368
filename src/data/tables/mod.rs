//! Tables of all kinds but `machine_usage`: recognised from their first record, read row by row.
//!
//! A reader knows the columns of one kind of table and hands what its rows say to the [`Intake`]. Files, lines, cut rows
//! and rows to be skipped are not its concern.

mod alibaba;
mod row;
mod sample;
mod schema;
mod spans;
mod timeless;

mod labels;
mod long;
mod wide;

mod labelled;
mod mapped;

mod guess;
mod metrics;
mod names;
mod split;

mod decimal;
mod times;

use super::dataset::TableView;
use super::error::DataError;
use super::intake::Intake;
use super::records::Record;
use super::table::shorten;
use super::tally::DATE_ORDER;
use crate::config::{DataConfig, Mapping, TableLayout};
use guess::Guess;
use labels::Labels;
use long::Long;
use mapped::Header;
use sample::Columns;
use wide::Wide;

pub(super) use row::{Row, RowError};
pub(super) use sample::Sample;
pub(super) use schema::drawn as drawn_column_lists;

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

    /// Rows so far, where not every line is one.
    fn n_rows(&self) -> Option<u64> {
        None
    }

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
pub(super) fn recognise(first: &Record<'_>, config: &DataConfig) -> Option<Recognised> {
    alibaba::recognise(first, config)
        .or_else(|| spans::recognise(first))
        .or_else(|| timeless::recognise(first))
        .or_else(|| schema::recognise(first))
}

/// Rows of a table that are shown as they were understood.
const MAX_SHOWN: usize = 5;

/// Finds out what a table of any origin holds, by its header and first rows; asked after all published tables.
///
/// A given mapping holds for the tables that have its columns. Else fault labels are known by their columns, and the
/// columns of all other tables are guessed. A mapping that names this file has to fit it; one that names none has to fit
/// some table, which is checked when all have come.
///
/// # Errors
/// When the table holds no series, or lacks a column of the mapping that is given for it by name.
pub(super) fn recognise_general(
    sample: &Sample,
    file: &str,
    config: &DataConfig,
    intake: &mut Intake,
) -> Result<Recognised, DataError> {
    let columns = sample.columns();
    if let (true, Some(error)) = (columns.rows.is_empty(), sample.ragged(file)) {
        return Err(error);
    }
    let given = config.mapping.as_ref().filter(|mapping| mapping.is_for(file));
    let misfit = given.and_then(|mapping| mapping.columns().into_iter().find(|name| columns.find(name).is_none()));
    let obeyed = given.filter(|mapping| misfit.is_none() || mapping.file.is_some());
    if (given.is_none() || misfit.is_some())
        && let Some((labels, is_ambiguous)) = Labels::recognise(&columns, config.mapping.as_ref())
    {
        intake.note(&DATE_ORDER, u64::from(is_ambiguous), || format!("“{file}”"));
        return Ok(Recognised { reader: Box::new(labels), has_header: true });
    }
    let header = Header { names: &columns.names, file, line: sample.line() };
    let misfit = misfit.map(|column| header.misfit(format!("a column “{column}”")));
    let mapping = match (obeyed, misfit) {
        (Some(_), Some(misfit)) => return Err(misfit),
        (Some(mapping), None) => {
            intake.mapping_fits();
            mapping.clone()
        }
        (None, misfit) => {
            let Guess { mapping, is_ambiguous } = guess::guess(&columns).map_err(|found| {
                let (file, line) = (file.to_owned(), sample.line());
                let unknown = DataError::NotATrace { file, line, column: 1, found: found.to_owned() };
                misfit.clone().unwrap_or(unknown)
            })?;
            misfit.into_iter().for_each(|misfit| intake.mapping_misfits(misfit));
            intake.note(&DATE_ORDER, u64::from(is_ambiguous), || format!("“{file}”"));
            mapping
        }
    };
    let reader: Box<dyn TableReader> = match &mapping.layout {
        TableLayout::Long(layout) => Box::new(Long::new(&mapping, layout, header, intake)?),
        TableLayout::Wide(layout) => Box::new(Wide::new(&mapping, layout, header, intake)?),
    };
    intake.table(view(&columns, file, mapping, obeyed.is_none()));
    Ok(Recognised { reader, has_header: true })
}

fn view(columns: &Columns, file: &str, mapping: Mapping, is_guessed: bool) -> TableView {
    let shown = |row: &Vec<String>| row.iter().map(|field| shorten(field.as_bytes())).collect();
    let rows = columns.rows.iter().take(MAX_SHOWN).map(shown).collect();
    TableView { file: file.to_owned(), header: columns.names.clone(), rows, mapping, is_guessed }
}
