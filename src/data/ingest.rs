//! The door: files come in as byte slices, a data set goes out.

use super::assemble::assemble;
use super::dataset::{Dataset, FileReceipt};
use super::error::DataError;
use super::file::Shared;
use super::package::Package;
use crate::config::DataConfig;

/// Reads one or several files into one data set, in memory that does not grow with the rows.
///
/// Any chunking of the same bytes gives the same data set, and the values do not depend on the order of the rows.
///
/// # Example
/// ```
/// use loadstone::{config::DataConfig, data::Ingest};
///
/// let mut ingest = Ingest::new(&DataConfig { grid_secs: Some(60), ..DataConfig::default() });
/// ingest.begin_file("machine_usage.csv");
/// ingest.push(b"m_1,0,41,92,,,43.04,33")?;
/// ingest.push(b".08,5\nm_1,30,43,92,,,43.04,33.08,5\n")?;
/// ingest.end_file()?;
/// assert_eq!(ingest.finish()?.at(0, 0, 0), 42.0);
/// # Ok::<(), loadstone::data::DataError>(())
/// ```
pub struct Ingest {
    shared: Shared,
    open: Option<Package>,
    files: Vec<FileReceipt>,
    failure: Option<DataError>,
}

impl std::fmt::Debug for Ingest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ingest").field("files", &self.files).field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl Ingest {
    /// A reader without files.
    pub fn new(config: &DataConfig) -> Self {
        Self { shared: Shared::new(config), open: None, files: Vec::new(), failure: None }
    }

    /// Begins the next file; ends the one before if that was not done.
    pub fn begin_file(&mut self, name: &str) {
        // An error is kept and returned by the next call that can return one.
        let _ = self.close();
        self.open = Some(Package::new(name));
    }

    /// Takes the next bytes of the file; without a file they are ignored.
    ///
    /// # Errors
    /// The first thing that cannot be read; after an error, every call returns it again.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        self.guarded(|ingest| match &mut ingest.open {
            Some(file) => file.push(bytes, &mut ingest.shared),
            None => Ok(()),
        })
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the file holds no row, or its last row cannot be read.
    pub fn end_file(&mut self) -> Result<(), DataError> {
        self.close()
    }

    /// Rows, samples and spans read so far, over all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum::<u64>() + self.open.as_ref().map_or(0, Package::rows)
    }

    /// The data set of all files.
    ///
    /// # Errors
    /// When there was an error before, there is no file, no series, or the grid would be too large.
    pub fn finish(mut self) -> Result<Dataset, DataError> {
        self.close()?;
        if self.files.is_empty() {
            return Err(DataError::Empty { file: "no file".into() });
        }
        assemble(self.shared, self.files)
    }

    fn guarded(&mut self, action: impl FnOnce(&mut Self) -> Result<(), DataError>) -> Result<(), DataError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let answer = action(self);
        self.failure = answer.as_ref().err().cloned();
        answer
    }

    fn close(&mut self) -> Result<(), DataError> {
        self.guarded(|ingest| {
            let Some(file) = ingest.open.take() else { return Ok(()) };
            ingest.files.push(file.end(&mut ingest.shared)?);
            Ok(())
        })
    }
}
