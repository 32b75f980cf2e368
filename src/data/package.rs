//! One chosen file: its bytes are hashed, unpacked if it is an archive, and each file inside is read.

use super::dataset::FileReceipt;
use super::error::DataError;
use super::file::{OpenFile, Shared};
use super::tally::SKIPPED_MEMBER;
use super::unpack::{Piece, Unpack};
use crate::digest::StreamingSha256;

/// A file that is being read.
pub(super) struct Package {
    name: String,
    n_bytes: u64,
    sha256: StreamingSha256,
    unpack: Unpack,
    inside: Inside,
}

/// What is inside.
#[derive(Default)]
struct Inside {
    open: Option<OpenFile>,
    n_rows: u64,
    /// Files that were read to their end.
    n_read: u64,
    /// Why the first file was passed over.
    passed_over: Option<DataError>,
}

impl Package {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            n_bytes: 0,
            sha256: StreamingSha256::default(),
            unpack: Unpack::new(name),
            inside: Inside::default(),
        }
    }

    /// Rows, samples and spans read so far.
    pub(super) fn rows(&self) -> u64 {
        self.inside.n_rows + self.inside.open.as_ref().map_or(0, OpenFile::rows)
    }

    pub(super) fn push(&mut self, bytes: &[u8], shared: &mut Shared) -> Result<(), DataError> {
        self.n_bytes += bytes.len() as u64;
        self.sha256.push(bytes);
        let Self { unpack, inside, name, .. } = self;
        unpack.push(bytes, &mut |piece| inside.take(piece, name, shared))
    }

    /// Ends the file.
    pub(super) fn end(mut self, shared: &mut Shared) -> Result<FileReceipt, DataError> {
        let Self { unpack, inside, name, .. } = &mut self;
        unpack.end(&mut |piece| inside.take(piece, name, shared))?;
        if self.inside.n_read == 0 {
            let nothing = DataError::Empty { file: self.name.clone() };
            return Err(self.inside.passed_over.unwrap_or(nothing));
        }
        let (name, rows) = (self.name, self.inside.n_rows);
        Ok(FileReceipt { name, bytes: self.n_bytes, sha256: self.sha256.finish(), rows })
    }
}

impl Inside {
    fn take(&mut self, piece: Piece<'_>, package: &str, shared: &mut Shared) -> Result<(), DataError> {
        let answer = match piece {
            Piece::Begin(name) => {
                self.open = Some(OpenFile::new(name));
                Ok(())
            }
            Piece::Bytes(bytes) => self.open.as_mut().map_or(Ok(()), |file| file.push(bytes, shared)),
            Piece::End => self.open.take().map_or(Ok(0), |file| file.end(shared)).map(|n_rows| {
                self.n_rows += n_rows;
                self.n_read += u64::from(n_rows > 0);
            }),
        };
        answer.or_else(|error| self.pass_over(error, package, shared))
    }

    /// An archive may hold more than traces: a readme is passed over, a trace that cannot be read is not.
    fn pass_over(&mut self, error: DataError, package: &str, shared: &mut Shared) -> Result<(), DataError> {
        let file = match &error {
            DataError::NotATrace { file, .. } | DataError::Empty { file } if file != package => file.clone(),
            _ => return Err(error),
        };
        self.open = None;
        shared.intake.note(&SKIPPED_MEMBER, 1, || format!("“{file}”"));
        self.passed_over.get_or_insert(error);
        Ok(())
    }
}
