//! zip, read from front to back by its local headers.
//!
//! Readers of zip archives start from the directory at the end of the file, which a stream has not yet seen. The local
//! header before each file says enough, and deflate knows its own end, also where the sizes are written behind the data.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::{Sink, Unpack, damaged, inside};
use crate::data::error::DataError;

/// Bytes of a local header before the name.
const HEADER_BYTES: usize = 30;
/// Unpacked bytes that are handed on at a time.
const PORTION_BYTES: usize = 64 << 10;
/// Flag: sizes and checksum stand behind the data.
const HAS_DESCRIPTOR: u16 = 1 << 3;
/// Flag: encrypted.
const IS_ENCRYPTED: u16 = 1;
/// Size that stands for a larger one in an extra field.
const LARGE: u32 = u32::MAX;

/// A zip archive.
#[derive(Debug)]
pub(super) struct Zip {
    name: String,
    depth: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Within a local header, its name and its extra fields.
    Header(Vec<u8>),
    /// Within a file.
    Body(Box<Member>),
    /// Between a file whose sizes stand behind it and the next header.
    Descriptor(Vec<u8>),
    /// Within or behind the directory.
    Done,
}

#[derive(Debug)]
struct Member {
    inner: Unpack,
    /// `None` for a stored file.
    inflate: Option<Decompress>,
    /// Bytes of a stored file that are still to come.
    n_left: u64,
    /// Checksum that the header promises; `None` where it stands behind the data.
    expected: Option<u32>,
    crc: Crc,
}

impl Zip {
    pub(super) fn new(name: &str, depth: usize) -> Self {
        Self { name: name.to_owned(), depth, state: State::Header(Vec::new()) }
    }

    pub(super) fn push(&mut self, mut bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), DataError> {
        while !bytes.is_empty() {
            let n_taken = match &mut self.state {
                State::Header(_) => self.take_header(bytes, sink)?,
                State::Body(_) => self.take_body(bytes, sink)?,
                State::Descriptor(_) => self.take_descriptor(bytes),
                State::Done => bytes.len(),
            };
            bytes = &bytes[n_taken..];
        }
        Ok(())
    }

    pub(super) fn end(&mut self, _sink: &mut Sink<'_>) -> Result<(), DataError> {
        match &self.state {
            State::Done => Ok(()),
            _ => Err(damaged(&self.name, "a zip archive that breaks off")),
        }
    }

    /// Collects a header byte by byte until all of it is there.
    fn take_header(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, DataError> {
        let State::Header(header) = &mut self.state else { return Ok(0) };
        let n_needed = needed(header);
        let n = bytes.len().min(n_needed - header.len());
        header.extend_from_slice(&bytes[..n]);
        if header.len() >= 4 && !header.starts_with(b"PK\x03\x04") {
            // The directory, or anything else behind the last file.
            self.state = State::Done;
            return Ok(n);
        }
        if header.len() == needed(header) && header.len() >= HEADER_BYTES {
            let header = std::mem::take(header);
            self.state = State::Body(Box::new(self.open(&header)?));
            self.close_if_stored(sink)?;
        }
        Ok(n)
    }

    fn open(&self, header: &[u8]) -> Result<Member, DataError> {
        let (flags, method) = (u16_at(header, 6), u16_at(header, 8));
        let has_descriptor = flags & HAS_DESCRIPTOR != 0;
        let is_deflated = match method {
            _ if flags & IS_ENCRYPTED != 0 => return Err(damaged(&self.name, "an encrypted file")),
            0 if has_descriptor => return Err(damaged(&self.name, "a stored file of unknown length")),
            0 => false,
            8 => true,
            _ => return Err(damaged(&self.name, "a compression other than deflate")),
        };
        let n_name = usize::from(u16_at(header, 26));
        let name = header.get(HEADER_BYTES..HEADER_BYTES + n_name).unwrap_or_default();
        Ok(Member {
            inner: Unpack::at_depth(inside(&self.name, name), self.depth),
            inflate: is_deflated.then(|| Decompress::new(false)),
            n_left: stored_size(header, n_name),
            expected: (!has_descriptor).then(|| u32_at(header, 14)),
            crc: Crc::new(),
        })
    }

    fn take_body(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<usize, DataError> {
        let State::Body(member) = &mut self.state else { return Ok(0) };
        if member.inflate.is_none() {
            let n = usize::try_from(member.n_left).unwrap_or(usize::MAX).min(bytes.len());
            member.n_left -= n as u64;
            member.crc.update(&bytes[..n]);
            member.inner.push(&bytes[..n], sink)?;
            self.close_if_stored(sink)?;
            return Ok(n);
        }
        let (n, is_over) = member.inflate_some(bytes, &self.name, sink)?;
        if is_over {
            self.close(sink)?;
        }
        Ok(n)
    }

    fn close_if_stored(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let is_over = matches!(&self.state, State::Body(member) if member.inflate.is_none() && member.n_left == 0);
        if is_over { self.close(sink) } else { Ok(()) }
    }

    fn close(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let State::Body(member) = std::mem::replace(&mut self.state, State::Done) else { return Ok(()) };
        let mut member = *member;
        if member.expected.is_some_and(|expected| expected != member.crc.sum()) {
            return Err(damaged(&self.name, "a file whose checksum is wrong"));
        }
        self.state = match member.expected {
            Some(_) => State::Header(Vec::new()),
            None => State::Descriptor(Vec::new()),
        };
        // Directories have no content.
        member.inner.end(sink)
    }

    /// A descriptor has 12 to 24 bytes, with or without a mark of its own: the next mark of a header ends it.
    fn take_descriptor(&mut self, bytes: &[u8]) -> usize {
        let State::Descriptor(seen) = &mut self.state else { return 0 };
        for (at, &byte) in bytes.iter().enumerate() {
            seen.push(byte);
            if seen.len() >= 16 && (seen.ends_with(b"PK\x03\x04") || seen.ends_with(b"PK\x01\x02")) {
                let mark = seen[seen.len() - 4..].to_vec();
                self.state = if mark == b"PK\x03\x04" { State::Header(mark) } else { State::Done };
                return at + 1;
            }
            if seen.len() > 32 {
                self.state = State::Done;
                return at + 1;
            }
        }
        bytes.len()
    }
}

impl Member {
    /// Inflates until the input or the file ends; says how many bytes were used and whether it was the end.
    fn inflate_some(&mut self, bytes: &[u8], archive: &str, sink: &mut Sink<'_>) -> Result<(usize, bool), DataError> {
        let Some(inflate) = &mut self.inflate else { return Ok((0, true)) };
        let mut n_used = 0;
        let mut out = Vec::with_capacity(PORTION_BYTES);
        loop {
            let before = inflate.total_in();
            out.clear();
            let status = inflate
                .decompress_vec(&bytes[n_used..], &mut out, FlushDecompress::None)
                .map_err(|_| damaged(archive, "damaged zip data"))?;
            // At most the length of `bytes`.
            let n_read = (inflate.total_in() - before) as usize;
            n_used += n_read;
            self.crc.update(&out);
            self.inner.push(&out, sink)?;
            if status == Status::StreamEnd {
                return Ok((n_used, true));
            }
            if n_used == bytes.len() && out.len() < out.capacity() {
                return Ok((n_used, false));
            }
            if n_read == 0 && out.is_empty() {
                return Err(damaged(archive, "damaged zip data"));
            }
        }
    }
}

/// Bytes of a header as far as it is known.
fn needed(header: &[u8]) -> usize {
    if header.len() < HEADER_BYTES {
        return HEADER_BYTES;
    }
    HEADER_BYTES + usize::from(u16_at(header, 26)) + usize::from(u16_at(header, 28))
}

/// Size of a stored file; beyond 4 GiB it stands in the extra field 1.
fn stored_size(header: &[u8], n_name: usize) -> u64 {
    let size = u32_at(header, 18);
    if size != LARGE {
        return u64::from(size);
    }
    let mut extra = header.get(HEADER_BYTES + n_name..).unwrap_or_default();
    while extra.len() >= 4 {
        let (id, n) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        if id == 1 {
            // Unpacked size, then packed size; both are the same here.
            return extra.get(4..12).and_then(|size| size.try_into().ok()).map_or(0, u64::from_le_bytes);
        }
        extra = extra.get(4 + n..).unwrap_or_default();
    }
    0
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|two| two.try_into().ok()).map_or(0, u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}
