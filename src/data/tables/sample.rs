//! The first rows of a table, kept until it is clear what they hold.

use super::super::error::DataError;
use super::super::records::{MAX_FIELDS, Record};
use super::decimal::decimal;

/// Rows that are kept.
const MAX_ROWS: usize = 50;
/// Bytes of fields after which no further row is kept.
const MAX_BYTES: usize = 1 << 20;

/// A header and the rows behind it.
#[derive(Debug)]
pub(crate) struct Sample {
    header: Kept,
    rows: Vec<Kept>,
    n_bytes: usize,
}

#[derive(Debug)]
struct Kept {
    text: Vec<u8>,
    ends: Vec<usize>,
    line: u64,
    n_fields: usize,
    is_terminated: bool,
    n_lines: u64,
}

/// Columns with the fields of the sample, as text without spaces around it.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Sample {
    /// A sample without rows; `None` unless a first record names columns: at least two texts, and no number and no date.
    pub(crate) fn new(first: &Record<'_>) -> Option<Self> {
        let names: Option<Vec<&str>> = first.fields.iter().map(|field| name(field)).collect();
        let names = names.filter(|names| names.len() == first.n_fields)?;
        (names.iter().filter(|name| !name.is_empty()).count() >= 2).then_some(())?;
        Some(Self { header: Kept::new(first), rows: Vec::new(), n_bytes: 0 })
    }

    /// Keeps one more row.
    pub(crate) fn push(&mut self, record: &Record<'_>) {
        let row = Kept::new(record);
        self.n_bytes += row.text.len();
        self.rows.push(row);
    }

    /// Whether there are enough rows to judge by.
    pub(crate) fn is_full(&self) -> bool {
        self.rows.len() >= MAX_ROWS || self.n_bytes >= MAX_BYTES
    }

    /// Whether there is no row.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What is wrong with the first row if it has not as many fields as the header.
    pub(super) fn ragged(&self, file: &str) -> Option<DataError> {
        let expected = self.header.n_fields;
        let Kept { line, n_fields: found, .. } = *self.rows.first().filter(|row| row.n_fields != expected)?;
        let column = found.min(expected) + 1;
        Some(DataError::Columns { file: file.to_owned(), line, column, expected, found })
    }

    /// Line of the header.
    pub(super) fn line(&self) -> u64 {
        self.header.line
    }

    /// Hands on all rows.
    pub(crate) fn replay<E>(&self, sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>) -> Result<(), E> {
        self.rows.iter().try_for_each(|row| row.with(sink))
    }

    /// The columns, without rows that have too few or too many fields.
    pub(super) fn columns(&self) -> Columns {
        let names = self.header.texts();
        let rows = self.rows.iter().filter(|row| row.n_fields == names.len()).map(Kept::texts).collect();
        Columns { names, rows }
    }
}

fn name(field: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(field.trim_ascii()).ok()?;
    let is_name = name.len() <= 256 && !name.chars().any(char::is_control);
    let starts_as_date = name.len() >= 8 && super::times::is_day(name.split([' ', 'T']).next().unwrap_or(name));
    let is_number = name.parse::<f64>().is_ok() || matches!(decimal(name, true), Ok(Some(_)));
    (is_name && !is_number && !starts_as_date).then_some(name)
}

impl Kept {
    fn new(record: &Record<'_>) -> Self {
        let (mut text, mut ends) = (Vec::new(), Vec::with_capacity(record.fields.len()));
        for field in record.fields {
            text.extend_from_slice(field);
            ends.push(text.len());
        }
        let Record { line, n_fields, is_terminated, n_lines, .. } = *record;
        Self { text, ends, line, n_fields, is_terminated, n_lines }
    }

    fn fields(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end]).take(MAX_FIELDS).collect()
    }

    fn texts(&self) -> Vec<String> {
        self.fields().into_iter().map(|field| String::from_utf8_lossy(field.trim_ascii()).into_owned()).collect()
    }

    fn with<E>(&self, sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>) -> Result<(), E> {
        let Self { line, n_fields, is_terminated, n_lines, .. } = *self;
        sink(&Record { line, fields: &self.fields(), n_fields, is_terminated, n_lines })
    }
}

impl Columns {
    /// Fields of a column that are not empty.
    pub(super) fn fields(&self, idx: usize) -> Vec<&str> {
        self.rows.iter().filter_map(|row| row.get(idx)).map(String::as_str).filter(|field| !field.is_empty()).collect()
    }

    /// Place of a column.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|other| other == name)
    }
}
