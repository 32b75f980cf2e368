//! JSON answers and exports, read event by event in any chunking.

use super::error::DataError;
use super::intake::Intake;

/// A JSON file that is being read.
#[derive(Debug)]
pub(super) struct JsonFile {
    file: String,
}

impl JsonFile {
    /// A file of which nothing was read.
    pub(super) fn new(file: &str) -> Self {
        Self { file: file.to_owned() }
    }

    /// Name of the format once it is known, for people.
    pub(super) fn title(&self) -> Option<&'static str> {
        None
    }

    /// Samples or spans so far.
    pub(super) fn rows(&self) -> u64 {
        0
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// What cannot be read, with line and column.
    pub(super) fn push(&mut self, _bytes: &[u8], _intake: &mut Intake) -> Result<(), DataError> {
        Err(DataError::NotATrace { file: self.file.clone(), line: 1, column: 1, found: "JSON".into() })
    }

    /// Takes note of the end of the file.
    ///
    /// # Errors
    /// When the file ends too early, or holds nothing that is known.
    pub(super) fn end(&mut self, _intake: &mut Intake) -> Result<(), DataError> {
        Ok(())
    }
}
