//! Archives, unpacked while they arrive: gzip, tar and zip, also inside each other.
//!
//! In go the bytes of one file, cut anywhere; out come the files inside, one after the other, in constant memory.

mod gzip;
mod tar;
mod zip;

use super::error::DataError;
use gzip::Gzip;
use tar::Tar;
use zip::Zip;

/// Archives inside archives that are followed.
const MAX_DEPTH: usize = 4;
/// Bytes that are looked at: a tar header has its mark behind byte 257.
const HEAD_BYTES: usize = 512;

/// What comes out of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A file begins; a file inside an archive has the archive's name before its own.
    Begin(&'a str),
    /// Its next bytes.
    Bytes(&'a [u8]),
    /// It ends.
    End,
}

/// Where pieces go.
pub(super) type Sink<'a> = dyn FnMut(Piece<'_>) -> Result<(), DataError> + 'a;

/// One file, which may be an archive.
#[derive(Debug)]
pub(super) struct Unpack {
    name: String,
    depth: usize,
    layer: Layer,
}

#[derive(Debug)]
enum Layer {
    /// The first bytes, until it is clear what they are.
    Head(Vec<u8>),
    Plain,
    Gzip(Box<Gzip>),
    Tar(Box<Tar>),
    Zip(Box<Zip>),
}

impl Unpack {
    /// A file of which nothing has come.
    pub(super) fn new(name: &str) -> Self {
        Self::at_depth(name.to_owned(), 0)
    }

    fn at_depth(name: String, depth: usize) -> Self {
        Self { name, depth, layer: Layer::Head(Vec::new()) }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// When the archive is damaged, or what the sink answers.
    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), DataError> {
        let Layer::Head(head) = &mut self.layer else { return self.pass(bytes, sink) };
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES - head.len()));
        head.extend_from_slice(first);
        if head.len() < HEAD_BYTES {
            return Ok(());
        }
        self.decide(sink)?;
        self.pass(rest, sink)
    }

    /// Takes note of the end of the file.
    ///
    /// # Errors
    /// When the archive is cut, or what the sink answers.
    pub(super) fn end(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        if matches!(self.layer, Layer::Head(_)) {
            self.decide(sink)?;
        }
        match &mut self.layer {
            Layer::Head(_) => Ok(()),
            Layer::Plain => sink(Piece::End),
            Layer::Gzip(gzip) => gzip.end(sink),
            Layer::Tar(tar) => tar.end(sink),
            Layer::Zip(zip) => zip.end(sink),
        }
    }

    fn decide(&mut self, sink: &mut Sink<'_>) -> Result<(), DataError> {
        let Layer::Head(head) = std::mem::replace(&mut self.layer, Layer::Plain) else { return Ok(()) };
        let (name, depth) = (&self.name, self.depth + 1);
        self.layer = if depth > MAX_DEPTH {
            Layer::Plain
        } else if head.starts_with(b"\x1f\x8b") {
            Layer::Gzip(Box::new(Gzip::new(name, depth)))
        } else if head.starts_with(b"PK\x03\x04") {
            Layer::Zip(Box::new(Zip::new(name, depth)))
        } else if head.get(257..262) == Some(b"ustar") {
            Layer::Tar(Box::new(Tar::new(name, depth)))
        } else {
            Layer::Plain
        };
        if matches!(self.layer, Layer::Plain) {
            sink(Piece::Begin(&self.name))?;
        }
        self.pass(&head, sink)
    }

    fn pass(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), DataError> {
        match &mut self.layer {
            Layer::Head(_) => Ok(()),
            Layer::Plain if bytes.is_empty() => Ok(()),
            Layer::Plain => sink(Piece::Bytes(bytes)),
            Layer::Gzip(gzip) => gzip.push(bytes, sink),
            Layer::Tar(tar) => tar.push(bytes, sink),
            Layer::Zip(zip) => zip.push(bytes, sink),
        }
    }
}

/// Name of a file inside an archive.
fn inside(archive: &str, member: &[u8]) -> String {
    let member = String::from_utf8_lossy(member);
    let shown: String =
        member.chars().take(200).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    format!("{archive} › {shown}")
}

fn damaged(archive: &str, found: &str) -> DataError {
    DataError::Archive { file: archive.to_owned(), found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder};
    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        for (name, bytes) in members {
            let mut header = ::tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            builder.append_data(&mut header, name, *bytes).expect("memory");
        }
        builder.into_inner().expect("memory")
    }

    /// As `zip` writes it; with a descriptor, as it writes to a pipe.
    fn zip(members: &[(&str, &[u8])], deflated: bool, descriptor: bool) -> Vec<u8> {
        let mut out = Vec::new();
        for (name, bytes) in members {
            let mut body = bytes.to_vec();
            if deflated {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(bytes).expect("memory");
                body = encoder.finish().expect("memory");
            }
            let mut crc = flate2::Crc::new();
            crc.update(bytes);
            let sizes = [crc.sum(), body.len() as u32, bytes.len() as u32];
            out.extend_from_slice(b"PK\x03\x04\x14\0");
            out.extend_from_slice(&[if descriptor { 8 } else { 0 }, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0, 0]);
            let shown = if descriptor { [0; 3] } else { sizes };
            shown.iter().for_each(|size| out.extend_from_slice(&size.to_le_bytes()));
            out.extend_from_slice(&(name.len() as u16).to_le_bytes());
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(&body);
            if descriptor {
                out.extend_from_slice(b"PK\x07\x08");
                sizes.iter().for_each(|size| out.extend_from_slice(&size.to_le_bytes()));
            }
        }
        out.extend_from_slice(b"PK\x01\x02 the directory is not needed");
        out
    }

    type Files = Vec<(String, Vec<u8>)>;

    fn files(bytes: &[u8], n_chunk: usize) -> Result<Files, DataError> {
        let mut files = Files::new();
        let mut sink = |piece: Piece<'_>| {
            match piece {
                Piece::Begin(name) => files.push((name.to_owned(), Vec::new())),
                Piece::Bytes(bytes) => files.last_mut().expect("begun").1.extend_from_slice(bytes),
                Piece::End => {}
            }
            Ok(())
        };
        let mut unpack = Unpack::new("f");
        bytes.chunks(n_chunk).try_for_each(|chunk| unpack.push(chunk, &mut sink))?;
        unpack.end(&mut sink)?;
        Ok(files)
    }

    fn sample() -> (Vec<u8>, Vec<u8>) {
        let long: Vec<u8> = (0..5000_u32).flat_map(|i| format!("m_{i},{}\n", i * 7).into_bytes()).collect();
        (b"a,b\n1,2\n".to_vec(), long)
    }

    #[test]
    fn every_kind_and_nesting_gives_the_files_inside_at_any_chunking() {
        let (short, long) = sample();
        let members = [("x/a.csv", short.as_slice()), ("b.csv", long.as_slice())];
        let both = |archive: &str| {
            vec![(format!("{archive} › x/a.csv"), short.clone()), (format!("{archive} › b.csv"), long.clone())]
        };
        let two_gzips = [gzip(&short), gzip(&long)].concat();
        let packed: Vec<(Vec<u8>, Files)> = vec![
            (short.clone(), vec![("f".into(), short.clone())]),
            (long.clone(), vec![("f".into(), long.clone())]),
            (gzip(&long), vec![("f".into(), long.clone())]),
            (two_gzips, vec![("f".into(), [short.clone(), long.clone()].concat())]),
            (tar(&members), both("f")),
            (gzip(&tar(&members)), both("f")),
            (tar(&[("a.gz", &gzip(&long))]), vec![("f › a.gz".into(), long.clone())]),
            (zip(&members, true, false), both("f")),
            (zip(&members, true, true), both("f")),
            (zip(&members, false, false), both("f")),
        ];
        for (idx, (bytes, expected)) in packed.iter().enumerate() {
            for n_chunk in [1, 511, 4096, bytes.len()] {
                assert!(files(bytes, n_chunk).expect("whole") == *expected, "archive {idx} in chunks of {n_chunk}");
            }
        }
    }

    #[test]
    fn a_damaged_or_cut_archive_is_said_to_be_one() {
        let (_, long) = sample();
        for bytes in [gzip(&long), gzip(&tar(&[("a", &long)])), zip(&[("a", &long)], true, false), tar(&[("a", &long)])]
        {
            assert!(matches!(files(&bytes[..bytes.len() / 2], 100), Err(DataError::Archive { .. })));
        }
        let mut wrong = zip(&[("a", &long)], true, false);
        wrong[14] ^= 1;
        assert!(matches!(files(&wrong, 100), Err(DataError::Archive { .. })), "checksum");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(start in 0_usize..4, noise in proptest::collection::vec(any::<u8>(), 0..600), at in 0_usize..3000) {
            let (short, long) = sample();
            let mut bytes = match start {
                0 => gzip(&long),
                1 => tar(&[("a", &long)]),
                2 => zip(&[("a", &short), ("b", &long)], true, true),
                _ => Vec::new(),
            };
            let at = at.min(bytes.len());
            let end = (at + noise.len()).min(bytes.len());
            bytes.splice(at..end, noise);
            let _ = files(&bytes, 77);
        }
    }
}
