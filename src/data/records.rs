//! Cuts pushed bytes into records, at any chunk edge, with exact line numbers.
//!
//! A record without a quote is cut at its delimiters in one pass and is not copied.
//! From the first quote on, `csv-core` reads the record; a property test shows that both ways agree.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

/// Longest record in bytes.
pub(super) const MAX_RECORD_BYTES: usize = 1 << 20;
/// Fields that are kept of one record; further ones are only counted.
pub(super) const MAX_FIELDS: usize = 1024;

/// One record of a table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    /// Line on which it starts, from 1.
    pub(super) line: u64,
    /// Its first [`MAX_FIELDS`] fields, without quotes.
    pub(super) fields: &'a [&'a [u8]],
    /// All its fields.
    pub(super) n_fields: usize,
    /// Whether a line break ends it; the last record of a file may lack one.
    pub(super) is_terminated: bool,
    /// Lines that it spans.
    pub(super) n_lines: u64,
}

/// Why records cannot be cut.
#[derive(Debug)]
pub(super) enum RecordError<E> {
    /// A record is longer than [`MAX_RECORD_BYTES`].
    TooLong {
        /// Line on which it starts.
        line: u64,
    },
    /// What the receiver of a record answered.
    Refused(E),
}

/// A record that contains quotes, as far as it has been read.
struct Quoted {
    reader: Reader,
    text: Vec<u8>,
    n_text: usize,
    ends: Vec<usize>,
    n_ends: usize,
    n_bytes: usize,
    start_line: u64,
}

/// Cuts bytes into records.
pub(super) struct Records {
    delimiter: u8,
    line: u64,
    carry: Vec<u8>,
    quoted: Option<Quoted>,
}

impl Records {
    /// A cutter at the first line; fields are separated by `,`, `;` or a tab.
    pub(super) fn new(delimiter: u8) -> Self {
        Self { delimiter, line: 1, carry: Vec::new(), quoted: None }
    }

    /// Takes the next bytes and hands on every record that is complete.
    pub(super) fn push<E>(
        &mut self,
        mut bytes: &[u8],
        sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<(), RecordError<E>> {
        while !bytes.is_empty() {
            bytes = if self.quoted.is_some() {
                self.read_quoted(bytes, sink)?
            } else if self.carry.is_empty() {
                match self.delimiter {
                    b';' => self.cut::<b';', E>(bytes, sink)?,
                    b'\t' => self.cut::<b'\t', E>(bytes, sink)?,
                    _ => self.cut::<b',', E>(bytes, sink)?,
                }
            } else {
                self.complete_carry(bytes, sink)?
            };
        }
        Ok(())
    }

    /// Hands on a last record that no line break ends.
    pub(super) fn end<E>(&mut self, sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>) -> Result<(), RecordError<E>> {
        if self.quoted.is_some() {
            // An empty input tells `csv-core` that the data have ended.
            self.read_quoted(&[], sink)?;
        }
        let carry = std::mem::take(&mut self.carry);
        emit_plain(&carry, (self.delimiter, self.line), false, sink)
    }

    /// Cuts whole records out of `bytes` and keeps the rest; stops in front of a record with a quote.
    fn cut<'b, const DELIMITER: u8, E>(
        &mut self,
        bytes: &'b [u8],
        sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<&'b [u8], RecordError<E>> {
        let mut fields: [&[u8]; MAX_FIELDS] = [&[]; MAX_FIELDS];
        let (mut record_start, mut field_start, mut n_fields) = (0, 0, 0);
        for (at, &byte) in bytes.iter().enumerate() {
            // Nothing above the delimiter and the quotation mark can end anything.
            if byte > const { if DELIMITER > b'"' { DELIMITER } else { b'"' } } {
                continue;
            }
            match byte {
                _ if byte == DELIMITER => {
                    keep(&mut fields, n_fields, &bytes[field_start..at]);
                    n_fields += 1;
                    field_start = at + 1;
                }
                b'\n' => {
                    self.check_length(at - record_start)?;
                    keep(&mut fields, n_fields, trim_return(&bytes[field_start..at]));
                    emit(&fields, n_fields + 1, self.line, true, sink)?;
                    self.line += 1;
                    (record_start, field_start, n_fields) = (at + 1, at + 1, 0);
                }
                b'"' => {
                    self.quoted = Some(Quoted::new(self.delimiter, self.line));
                    return Ok(&bytes[record_start..]);
                }
                _ => {}
            }
        }
        self.carry.extend_from_slice(&bytes[record_start..]);
        self.check_length(self.carry.len())?;
        Ok(&[])
    }

    /// Joins the rest of the chunk before with the first record of this one.
    fn complete_carry<'b, E>(
        &mut self,
        bytes: &'b [u8],
        sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<&'b [u8], RecordError<E>> {
        let stop = bytes.iter().position(|&byte| byte == b'\n' || byte == b'"');
        let n_taken = stop.unwrap_or(bytes.len());
        self.carry.extend_from_slice(&bytes[..n_taken]);
        self.check_length(self.carry.len())?;
        let carry = match stop {
            None => return Ok(&[]),
            Some(_) => std::mem::take(&mut self.carry),
        };
        if bytes[n_taken] == b'\n' {
            emit_plain(&carry, (self.delimiter, self.line), true, sink)?;
            self.line += 1;
            return Ok(&bytes[n_taken + 1..]);
        }
        self.quoted = Some(Quoted::new(self.delimiter, self.line));
        // The carry holds no line break, so it cannot complete the record.
        self.read_quoted(&carry, sink)?;
        Ok(&bytes[n_taken..])
    }

    /// Feeds a record with quotes to `csv-core`; returns what lies behind the record.
    fn read_quoted<'b, E>(
        &mut self,
        bytes: &'b [u8],
        sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<&'b [u8], RecordError<E>> {
        let Some(mut quoted) = self.quoted.take() else { return Ok(bytes) };
        let (rest, is_complete) = quoted.feed(bytes, &mut self.line);
        if quoted.n_bytes > MAX_RECORD_BYTES {
            return Err(RecordError::TooLong { line: quoted.start_line });
        }
        if is_complete {
            quoted.emit(self.line, !bytes.is_empty(), sink)?;
        } else {
            self.quoted = Some(quoted);
        }
        Ok(rest)
    }

    fn check_length<E>(&self, n_bytes: usize) -> Result<(), RecordError<E>> {
        if n_bytes > MAX_RECORD_BYTES { Err(RecordError::TooLong { line: self.line }) } else { Ok(()) }
    }
}

impl Quoted {
    fn new(delimiter: u8, start_line: u64) -> Self {
        // Line feeds alone end a record; a carriage return before one is taken off by `emit`, as for plain records.
        let mut reader = ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build();
        // The first read of all would drop a byte order mark if it came in one piece; this read makes it the second.
        let _ = reader.read_record(&[], &mut [0], &mut [0]);
        Self { reader, text: vec![0; 1024], n_text: 0, ends: vec![0; 64], n_ends: 0, n_bytes: 0, start_line }
    }

    /// Reads on until the record, the bytes or the permitted length end; says whether the record is complete.
    fn feed<'b>(&mut self, mut bytes: &'b [u8], line: &mut u64) -> (&'b [u8], bool) {
        loop {
            let (result, n_in, n_text, n_ends) =
                self.reader.read_record(bytes, &mut self.text[self.n_text..], &mut self.ends[self.n_ends..]);
            *line += bytes[..n_in].iter().filter(|&&byte| byte == b'\n').count() as u64;
            bytes = &bytes[n_in..];
            self.n_bytes += n_in;
            self.n_text += n_text;
            self.n_ends += n_ends;
            match result {
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull if self.n_bytes > MAX_RECORD_BYTES => {
                    return (bytes, false);
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty => return (bytes, false),
                ReadRecordResult::Record | ReadRecordResult::End => return (bytes, true),
            }
        }
    }

    fn emit<E>(
        &self,
        line_after: u64,
        is_terminated: bool,
        sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
    ) -> Result<(), RecordError<E>> {
        let mut fields: [&[u8]; MAX_FIELDS] = [&[]; MAX_FIELDS];
        let mut start = 0;
        for (idx, &end) in self.ends[..self.n_ends].iter().enumerate() {
            keep(&mut fields, idx, &self.text[start..end]);
            start = end;
        }
        if let Some(last) = fields.get_mut(self.n_ends.wrapping_sub(1)) {
            *last = trim_return(last);
        }
        let n_lines = line_after - self.start_line + u64::from(!is_terminated);
        let n_kept = self.n_ends.min(MAX_FIELDS);
        let record =
            Record { line: self.start_line, fields: &fields[..n_kept], n_fields: self.n_ends, is_terminated, n_lines };
        sink(&record).map_err(RecordError::Refused)
    }
}

fn keep<'a>(fields: &mut [&'a [u8]; MAX_FIELDS], idx: usize, field: &'a [u8]) {
    if let Some(slot) = fields.get_mut(idx) {
        *slot = field;
    }
}

/// Cuts one record without quotes and without its line break.
fn emit_plain<E>(
    bytes: &[u8],
    (delimiter, line): (u8, u64),
    is_terminated: bool,
    sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
) -> Result<(), RecordError<E>> {
    let mut fields: [&[u8]; MAX_FIELDS] = [&[]; MAX_FIELDS];
    let mut n_fields = 0;
    for field in trim_return(bytes).split(|&byte| byte == delimiter) {
        keep(&mut fields, n_fields, field);
        n_fields += 1;
    }
    emit(&fields, n_fields, line, is_terminated, sink)
}

/// Hands on a record; an empty line is none.
fn emit<E>(
    fields: &[&[u8]; MAX_FIELDS],
    n_fields: usize,
    line: u64,
    is_terminated: bool,
    sink: &mut impl FnMut(&Record<'_>) -> Result<(), E>,
) -> Result<(), RecordError<E>> {
    if n_fields == 1 && fields[0].is_empty() {
        return Ok(());
    }
    let record = Record { line, fields: &fields[..n_fields.min(MAX_FIELDS)], n_fields, is_terminated, n_lines: 1 };
    sink(&record).map_err(RecordError::Refused)
}

fn trim_return(field: &[u8]) -> &[u8] {
    field.strip_suffix(b"\r").unwrap_or(field)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Row = (u64, Vec<String>, bool);

    fn rows(chunks: &[&[u8]]) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut sink = |record: &Record<'_>| -> Result<(), ()> {
            let fields = record.fields.iter().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            rows.push((record.line, fields, record.is_terminated));
            Ok(())
        };
        let mut records = Records::new(b',');
        for chunk in chunks {
            records.push(chunk, &mut sink).expect("no record is too long");
        }
        records.end(&mut sink).expect("no record is too long");
        rows
    }

    fn row(line: u64, fields: &[&str], is_terminated: bool) -> Row {
        (line, fields.iter().map(|&field| field.to_owned()).collect(), is_terminated)
    }

    #[test]
    fn lines_returns_and_a_missing_last_line_break() {
        let expected = vec![row(1, &["a", ""], true), row(3, &["b", "c"], true), row(4, &["d"], false)];
        assert_eq!(rows(&[b"a,\r\n\nb,c\nd"]), expected);
    }

    #[test]
    fn any_of_three_delimiters_separates() {
        for delimiter in [b',', b';', b'\t'] {
            let text = "a|b\n\"c|\"|d\ne|f".replace('|', &char::from(delimiter).to_string());
            for n_chunk in [1, 2, text.len()] {
                let mut n_fields = Vec::new();
                let mut sink = |record: &Record<'_>| -> Result<(), ()> {
                    n_fields.push(record.n_fields);
                    Ok(())
                };
                let mut records = Records::new(delimiter);
                text.as_bytes().chunks(n_chunk).for_each(|chunk| records.push(chunk, &mut sink).expect("short"));
                records.end(&mut sink).expect("short");
                assert_eq!(n_fields, [2, 2, 2], "{delimiter} {n_chunk}");
            }
        }
    }

    #[test]
    fn quotes_hold_commas_line_breaks_and_quotes() {
        let expected = vec![row(1, &["a,b", "c\nd", "e\"f"], true), row(3, &["g"], true)];
        assert_eq!(rows(&[b"\"a,b\",\"c\nd\",\"e\"\"f\"\r\ng\n"]), expected);
    }

    #[test]
    fn a_record_that_is_too_long_is_refused_with_its_line() {
        let mut records = Records::new(b',');
        let long = vec![b'x'; MAX_RECORD_BYTES + 2];
        let mut sink = |_: &Record<'_>| -> Result<(), ()> { Ok(()) };
        records.push(b"a\n", &mut sink).expect("short");
        assert!(matches!(records.push(&long, &mut sink), Err(RecordError::TooLong { line: 2 })));
        for begin in ["\"", "\"a\",", ""] {
            for filling in [b'x', b','] {
                let line = [begin.as_bytes(), &vec![filling; MAX_RECORD_BYTES + 2], b"\n"].concat();
                for n_chunk in [line.len(), 1000] {
                    let mut records = Records::new(b',');
                    let answer = line.chunks(n_chunk).try_for_each(|chunk| records.push(chunk, &mut sink));
                    assert!(matches!(answer, Err(RecordError::TooLong { line: 1 })), "{begin} {filling} {n_chunk}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_cutting_gives_the_same_records(text in "[ab,\"\r\n]{0,60}", cuts in proptest::collection::vec(0_usize..61, 0..6)) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut chunks = Vec::new();
            let mut start = 0;
            for cut in cuts {
                chunks.push(&bytes[start..cut]);
                start = cut;
            }
            chunks.push(&bytes[start..]);
            prop_assert_eq!(rows(&chunks), rows(&[bytes]));
        }

        #[test]
        fn quoting_every_field_changes_nothing(table in proptest::collection::vec(proptest::collection::vec("[a-c]{1,3}", 1..5), 0..6)) {
            let plain: String = table.iter().map(|fields| fields.join(",") + "\n").collect();
            let quote = |field: &String| format!("\"{field}\"");
            let quoted: String =
                table.iter().map(|fields| fields.iter().map(quote).collect::<Vec<_>>().join(",") + "\n").collect();
            prop_assert_eq!(rows(&[plain.as_bytes()]), rows(&[quoted.as_bytes()]));
        }
    }
}
