//! gzip, also several members one behind the other.

use std::io::Write;

use flate2::write::MultiGzDecoder;

use super::{Sink, Unpack, damaged};
use crate::data::error::DataError;

/// Compressed bytes that are taken at a time: deflate makes at most 1032 times as much of them.
const PORTION_BYTES: usize = 16 << 10;

/// A gzip file; what is inside may be an archive again.
#[derive(Debug)]
pub(super) struct Gzip {
    name: String,
    decoder: MultiGzDecoder<Vec<u8>>,
    inner: Unpack,
}

impl Gzip {
    pub(super) fn new(name: &str, depth: usize) -> Self {
        let inner = Unpack::at_depth(name.to_owned(), depth);
        Self { name: name.to_owned(), decoder: MultiGzDecoder::new(Vec::new()), inner }
    }

    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), DataError> {
        for portion in bytes.chunks(PORTION_BYTES) {
            self.decoder.write_all(portion).map_err(|_| damaged(&self.name, "damaged gzip data"))?;
            self.hand_on(sink)?;
        }
        Ok(())
    }

    pub(super) fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        self.decoder.try_finish().map_err(|_| damaged(&self.name, "gzip data that break off"))?;
        self.hand_on(sink)?;
        self.inner.end(sink)
    }

    fn hand_on(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let unpacked = std::mem::take(self.decoder.get_mut());
        self.inner.push(&unpacked, sink)?;
        // The memory is used again.
        let mut unpacked = unpacked;
        unpacked.clear();
        *self.decoder.get_mut() = unpacked;
        Ok(())
    }
}
