//! Lists of the columns of tables, as publishers put them beside their data: they hold no data themselves.
//!
//! Alibaba's list for v2017 is a table with a row per column; that for v2018 is a text with a drawn table per table.

use super::super::error::DataError;
use super::super::intake::Intake;
use super::super::records::Record;
use super::{Recognised, Row, RowError, TableReader};

/// Most tables that one file describes.
const MAX_TABLES: usize = 500;
/// Longest name of a table or column.
const MAX_NAME_BYTES: usize = 256;
/// Characters of a heading that are kept.
const MAX_HEADING: usize = 64;
/// The head of a list with a row per column.
const LISTED: [&str; 3] = ["file name", "field number", "content"];

/// Tables in the order of the file, with the number of their columns.
#[derive(Debug, Default)]
struct Lists {
    tables: Vec<(String, u64)>,
    n_columns: u64,
}

impl Lists {
    /// One more column of a table.
    fn add(&mut self, table: &str) -> Result<(), DataError> {
        // Columns of one table follow each other.
        match self.tables.iter().rposition(|(known, _)| known == table) {
            Some(idx) => self.tables[idx].1 += 1,
            None if self.tables.len() == MAX_TABLES => {
                return Err(DataError::TooLarge {
                    what: "This list of columns".into(),
                    needed: format!("more than {MAX_TABLES} tables"),
                    limit: MAX_TABLES.to_string(),
                    advice: "choose a file with the data instead".into(),
                });
            }
            None => self.tables.push((table.to_owned(), 1)),
        }
        self.n_columns += 1;
        Ok(())
    }

    fn hand_on(&mut self, intake: &mut Intake) {
        let tables = std::mem::take(&mut self.tables);
        if !tables.is_empty() {
            intake.column_lists(tables);
        }
    }
}

const TITLE: &str = "lists of columns";

/// A list with a row per column.
#[derive(Debug)]
struct Listed {
    n_columns: usize,
    /// Columns of the table's name, the column's number and its name.
    at: [usize; 3],
    lists: Lists,
}

/// The reader of a list whose header says so.
pub(super) fn recognise(header: &Record<'_>) -> Option<Recognised> {
    let find =
        |name: &str| header.fields.iter().position(|field| field.trim_ascii().eq_ignore_ascii_case(name.as_bytes()));
    let [table, number, name] = LISTED.map(find);
    let reader = Listed { n_columns: header.n_fields, at: [table?, number?, name?], lists: Lists::default() };
    Some(Recognised { reader: Box::new(reader), has_header: true })
}

impl TableReader for Listed {
    fn title(&self) -> &'static str {
        TITLE
    }

    fn n_columns(&self) -> Option<usize> {
        Some(self.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, _: &mut Intake) -> Result<(), RowError> {
        row.expect_columns(self.n_columns)?;
        let [table, number, name] = self.at;
        let table = row.name(table, "the name of a table")?;
        row.name(name, "the name of a column")?;
        let is_number = row.number(number).ok().flatten().is_some_and(|n| n >= 1.0 && n.fract() == 0.0);
        if !is_number {
            return Err(row.expected(number, "the number of a column, from 1"));
        }
        Ok(self.lists.add(table)?)
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        self.lists.hand_on(intake);
        Ok(())
    }
}

/// A text in which a heading names a table and a drawn table lists its columns.
#[derive(Debug, Default)]
struct Drawn {
    table: String,
    lists: Lists,
}

/// The reader of a text with drawn lists of columns.
pub(in super::super) fn drawn() -> Recognised {
    Recognised { reader: Box::new(Drawn::default()), has_header: true }
}

impl TableReader for Drawn {
    fn title(&self) -> &'static str {
        TITLE
    }

    fn n_columns(&self) -> Option<usize> {
        None
    }

    fn n_rows(&self) -> Option<u64> {
        Some(self.lists.n_columns)
    }

    fn row(&mut self, row: &Row<'_>, _: &mut Intake) -> Result<(), RowError> {
        // Commas cut prose and comments, which are not read; names stand before them.
        let line = String::from_utf8_lossy(row.field(0));
        if let Some(heading) = line.strip_prefix('#') {
            let heading = heading.trim_matches(['#', ' ']);
            self.table = heading.chars().filter(|c| !c.is_control()).take(MAX_HEADING).collect();
            return Ok(());
        }
        let mut cells = line.split('|').map(str::trim);
        if cells.next() != Some("") {
            return Ok(());
        }
        let Some(name) = cells.next() else { return Ok(()) };
        let is_head =
            name.eq_ignore_ascii_case("field") && cells.next().is_some_and(|cell| cell.eq_ignore_ascii_case("type"));
        if is_head {
            return Ok(());
        }
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
            return Err(row.expected(0, "the name of a column between bars, of at most 256 bytes"));
        }
        let table = if self.table.is_empty() { "a table without name" } else { self.table.as_str() };
        Ok(self.lists.add(table)?)
    }

    fn end(&mut self, intake: &mut Intake) -> Result<(), RowError> {
        self.lists.hand_on(intake);
        Ok(())
    }
}
