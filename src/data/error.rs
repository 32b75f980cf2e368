//! What can be wrong with a file, each in one sentence with its place.

/// A file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// A field that is not what its column holds.
    #[error(
        "Cannot read line {line}, column {column} of “{file}”: expected {expected}, found “{found}”; correct it, or \
         switch on Skip bad rows"
    )]
    Field {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// What the column holds.
        expected: String,
        /// What stood there, shortened.
        found: String,
    },
    /// A row with too few or too many fields.
    #[error(
        "Cannot read line {line}, column {column} of “{file}”: expected {expected} columns, found {found}; correct it, \
         or switch on Skip bad rows"
    )]
    Columns {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// First missing or surplus column, from 1.
        column: usize,
        /// Columns of the format.
        expected: usize,
        /// Columns of the row.
        found: usize,
    },
    /// Content that is no known format.
    #[error(
        "“{file}” is not a trace (line {line}, column {column}): expected a table with named columns, an Alibaba table, a \
         Prometheus answer or a trace export, found {found}; choose another file"
    )]
    NotATrace {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// What the content looks like.
        found: String,
    },
    /// A file without any byte or any row.
    #[error("“{file}” is empty (line 1, column 1): expected at least one row of a table; choose another file")]
    Empty {
        /// Name of the file.
        file: String,
    },
    /// A table without any row that can be used.
    #[error(
        "“{file}” holds no row that can be used (line {line}, column 1): expected at least one row of a table, \
         found {found}; choose another file"
    )]
    NoRow {
        /// Name of the file.
        file: String,
        /// Line on which the first row was expected, from 1.
        line: u64,
        /// What there is instead.
        found: String,
    },
    /// A mapping from the config that is not that of the table.
    #[error(
        "The mapping does not fit “{file}” (line {line}): expected {expected}, found {found}; choose another column, or let \
         the mapping be guessed"
    )]
    Mapping {
        /// Name of the file.
        file: String,
        /// Line of the header, from 1.
        line: u64,
        /// What the mapping asks for.
        expected: String,
        /// What there is instead.
        found: String,
    },
    /// Files of different kinds.
    #[error(
        "“{file}” does not go with the files before it (line {line}, column 1): expected {expected}, found {found}; \
         choose files of one kind"
    )]
    MixedFormats {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Format and metrics of the files before.
        expected: String,
        /// Format and metrics of this file.
        found: String,
    },
    /// An archive that cannot be unpacked.
    #[error(
        "Cannot unpack “{file}”: expected a whole gzip, tar or zip archive, found {found}; download or pack it again"
    )]
    Archive {
        /// Name of the file.
        file: String,
        /// What is wrong.
        found: String,
    },
    /// JSON that breaks off or is none.
    #[error(
        "Cannot read line {line}, column {column} of “{file}”: expected JSON, found {found}; export the file again"
    )]
    Json {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        found: String,
    },
    /// Saved snapshots that do not fit together.
    #[error(
        "Cannot read line {line}, column {column} of “{file}”: expected {expected}, found {found}; save the snapshots \
         again"
    )]
    Snapshots {
        /// Name of the file.
        file: String,
        /// Line, from 1.
        line: u64,
        /// Column, from 1.
        column: usize,
        /// What the place holds.
        expected: String,
        /// What is there instead.
        found: String,
    },
    /// A data set that would not fit.
    #[error("{what} needs {needed}, and the limit is {limit}; {advice}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// How much it would be.
        needed: String,
        /// How much is allowed.
        limit: String,
        /// What to do.
        advice: String,
    },
}
