//! tar: blocks of 512 bytes, a header before each file.

use ::tar::{EntryType, Header};

use super::{Sink, Unpack, damaged, inside};
use crate::data::error::DataError;

const BLOCK: usize = 512;

/// A tar archive.
#[derive(Debug)]
pub(super) struct Tar {
    name: String,
    depth: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Within a header.
    Header(Vec<u8>),
    /// Within a file, or within something that is skipped: bytes left, and bytes of padding behind them.
    Body { inner: Option<Box<Unpack>>, n_left: u64, n_padding: u64 },
    /// Behind the last file.
    Done,
}

impl Tar {
    pub(super) fn new(name: &str, depth: usize) -> Self {
        Self { name: name.to_owned(), depth, state: State::Header(Vec::new()) }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), DataError> {
        while !bytes.is_empty() {
            let n_taken = match &mut self.state {
                State::Header(block) => {
                    let n = bytes.len().min(BLOCK - block.len());
                    block.extend_from_slice(&bytes[..n]);
                    if block.len() == BLOCK {
                        let block = std::mem::take(block);
                        self.state = self.open(&block)?;
                        self.close_if_over(sink)?;
                    }
                    n
                }
                State::Body { inner, n_left, n_padding } => {
                    let part = if *n_left > 0 { &mut *n_left } else { &mut *n_padding };
                    let n = usize::try_from(*part).unwrap_or(usize::MAX).min(bytes.len());
                    *part -= n as u64;
                    // Padding comes when the file inside has been ended.
                    if let Some(inner) = inner {
                        inner.push(&bytes[..n], sink)?;
                    }
                    self.close_if_over(sink)?;
                    n
                }
                State::Done => bytes.len(),
            };
            bytes = &bytes[n_taken..];
        }
        Ok(())
    }

    pub(super) fn end(&mut self, _sink: &mut Sink<'_>) -> Result<(), DataError> {
        match &self.state {
            State::Done => Ok(()),
            State::Header(block) if block.is_empty() => Ok(()),
            _ => Err(damaged(&self.name, "a tar archive that breaks off")),
        }
    }

    /// What follows a header.
    fn open(&self, block: &[u8]) -> Result<State, DataError> {
        if block.iter().all(|&byte| byte == 0) {
            return Ok(State::Done);
        }
        let header = Header::from_byte_slice(block);
        let sum: u32 =
            block.iter().enumerate().map(|(at, &byte)| if (148..156).contains(&at) { 32 } else { byte.into() }).sum();
        if header.cksum().ok() != Some(sum) {
            return Err(damaged(&self.name, "a damaged tar header"));
        }
        let n_left = header.entry_size().map_err(|_| damaged(&self.name, "a damaged tar header"))?;
        let n_padding = (BLOCK as u64 - n_left % BLOCK as u64) % BLOCK as u64;
        let is_file = matches!(header.entry_type(), EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse);
        let inner = is_file.then(|| Box::new(Unpack::at_depth(inside(&self.name, &header.path_bytes()), self.depth)));
        Ok(State::Body { inner, n_left, n_padding })
    }

    /// Ends a file as soon as its last byte has come; the padding is skipped.
    fn close_if_over(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let State::Body { inner, n_left: 0, n_padding } = &mut self.state else { return Ok(()) };
        if let Some(mut inner) = inner.take() {
            inner.end(sink)?;
        }
        if *n_padding == 0 {
            self.state = State::Header(Vec::new());
        }
        Ok(())
    }
}
