//! One row of a table, with its place and its fields as what they mean.

use super::super::error::DataError;
use super::super::number;
use super::super::records::Record;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(super) record: &'a Record<'a>,
    file: &'a str,
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowError {
    /// A field is not what its column holds.
    Field {
        /// Index of the field.
        idx: usize,
        /// What the column holds.
        expected: String,
    },
    /// Too few or too many fields.
    Columns {
        /// Columns of the format.
        expected: usize,
    },
    /// It does not fit into memory.
    Full(DataError),
}

impl From<DataError> for RowError {
    fn from(error: DataError) -> Self {
        Self::Full(error)
    }
}

impl<'a> Row<'a> {
    /// A row of a file.
    pub(crate) fn new(record: &'a Record<'a>, file: &'a str) -> Self {
        Self { record, file }
    }

    /// Where it stands, for findings.
    pub(crate) fn place(&self) -> String {
        format!("“{}”, line {}", self.file, self.record.line)
    }

    /// Number of fields.
    pub(crate) fn n_fields(&self) -> usize {
        self.record.n_fields
    }

    /// A field without spaces around it; empty if the row has none.
    pub(crate) fn field(&self, idx: usize) -> &'a [u8] {
        self.record.fields.get(idx).map_or(&[][..], |field| field.trim_ascii())
    }

    /// Complains unless the row has so many fields.
    ///
    /// # Errors
    /// When it has not.
    pub(crate) fn expect_columns(&self, expected: usize) -> Result<(), RowError> {
        if self.record.n_fields == expected { Ok(()) } else { Err(RowError::Columns { expected }) }
    }

    /// A name: UTF-8, at most 256 bytes, one line.
    ///
    /// # Errors
    /// When it is none; `what` is a name of what is expected.
    pub(crate) fn name(&self, idx: usize, what: &str) -> Result<&'a str, RowError> {
        let text = self.text(idx, what)?;
        if text.is_empty() { Err(self.expected(idx, what)) } else { Ok(text) }
    }

    /// The same, and it may be empty.
    ///
    /// # Errors
    /// When it is no name.
    pub(crate) fn text(&self, idx: usize, what: &str) -> Result<&'a str, RowError> {
        let text = std::str::from_utf8(self.field(idx)).map_err(|_| self.expected(idx, &format!("{what} in UTF-8")))?;
        if text.len() > 256 || text.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(self.expected(idx, &format!("{what} of at most 256 bytes on one line")));
        }
        Ok(text)
    }

    /// A finite number; `None` where the field is empty, `NaN`, `None` or `null`.
    ///
    /// # Errors
    /// When it is something else.
    pub(crate) fn number(&self, idx: usize) -> Result<Option<f64>, RowError> {
        let field = self.field(idx);
        if field.is_empty() || [&b"nan"[..], b"none", b"null"].iter().any(|word| field.eq_ignore_ascii_case(word)) {
            return Ok(None);
        }
        let value = std::str::from_utf8(field).ok().and_then(|text| text.parse::<f64>().ok());
        match value.filter(|value| value.is_finite()) {
            Some(value) => Ok(Some(value)),
            None => Err(self.expected(idx, "a number")),
        }
    }

    /// A time stamp in seconds, rounded down.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn secs(&self, idx: usize) -> Result<i64, RowError> {
        number::stamp(self.field(idx)).map_err(|expected| self.expected(idx, expected))
    }

    /// An error about a field.
    pub(crate) fn expected(&self, idx: usize, what: &str) -> RowError {
        RowError::Field { idx, expected: what.to_owned() }
    }
}
