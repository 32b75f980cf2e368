//! One file while it is read: first its kind is found, then its content is handed to the reader of that kind.

use super::error::DataError;
use super::intake::Intake;
use super::json::JsonFile;
use super::layout::{Format, Layout};
use super::records::{MAX_RECORD_BYTES, Record, RecordError, Records};
use super::sniff::{HEAD_BYTES, Look, look};
use super::table::{Notes, Source, Table, forgive, shorten, take_row};
use super::tables::{self, Row, RowError, Sample, TableReader};
use crate::config::DataConfig;

/// What all files of a data set fill together.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: DataConfig,
    pub(super) machines: Option<Table>,
    pub(super) notes: Notes,
    pub(super) intake: Intake,
    /// Names of the formats that came, in the order in which they came first.
    pub(super) formats: Vec<String>,
}

/// The file that is being read.
pub(super) struct OpenFile {
    source: Source,
    content: Content,
}

enum Content {
    /// The first bytes, until there are enough of them to see what the file is.
    Head(Vec<u8>),
    Text(Box<Records>, Kind),
    Json(Box<JsonFile>),
}

/// What the rows of a table are.
#[derive(Debug)]
enum Kind {
    /// Not known before the first record.
    Unknown,
    /// The first rows of a table that is known only when some of them have been seen.
    Sampled(Box<Sample>),
    /// Machine usage, the one table with a fast lane of its own.
    Machines(Layout),
    Table(Box<dyn TableReader>, bool),
}

impl OpenFile {
    pub(super) fn new(name: &str) -> Self {
        let source = Source { name: name.to_owned(), ..Source::default() };
        Self { source, content: Content::Head(Vec::new()) }
    }

    /// Rows, samples, spans or snapshots read so far.
    pub(super) fn rows(&self) -> u64 {
        match &self.content {
            Content::Json(json) => json.rows(),
            _ => self.source.n_rows,
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8], shared: &mut Shared) -> Result<(), DataError> {
        let Content::Head(head) = &mut self.content else { return self.read(bytes, shared) };
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES - head.len()));
        head.extend_from_slice(first);
        if head.len() < HEAD_BYTES {
            return Ok(());
        }
        self.decide(shared)?;
        self.read(rest, shared)
    }

    /// Ends the file; the answer is the number of its rows, samples, spans or snapshots, never 0.
    pub(super) fn end(mut self, shared: &mut Shared) -> Result<u64, DataError> {
        if matches!(self.content, Content::Head(_)) {
            self.decide(shared)?;
        }
        let Self { source, content, .. } = &mut self;
        match content {
            Content::Head(_) => {}
            Content::Text(records, kind) => {
                records
                    .end(&mut |record| take(record, source, kind, shared))
                    .map_err(|error| explain(error, &source.name))?;
                settle(source, kind, shared)?;
                if let Kind::Table(reader, _) = kind {
                    reader.end(&mut shared.intake).map_err(|error| without_place(error, &source.name))?;
                    source.n_rows = reader.n_rows().unwrap_or(source.n_rows);
                }
            }
            Content::Json(json) => {
                json.end(&mut shared.intake)?;
                source.n_rows = json.rows();
                shared.add_format(json.title().unwrap_or("JSON"));
            }
        }
        self.n_rows()
    }

    /// Looks at the first bytes, and reads on if they may be a trace.
    fn decide(&mut self, shared: &mut Shared) -> Result<(), DataError> {
        let Content::Head(head) = std::mem::replace(&mut self.content, Content::Head(Vec::new())) else {
            return Ok(());
        };
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
        shared.intake.begin_file(&self.source.name);
        self.content = match look(&head) {
            Look::Table { delimiter } => Content::Text(Box::new(Records::new(delimiter)), Kind::Unknown),
            Look::ColumnLists => {
                let (kind, _) = shared.table(tables::drawn_column_lists());
                Content::Text(Box::new(Records::new(b',')), kind)
            }
            Look::Json => Content::Json(Box::new(JsonFile::new(&self.source.name))),
            Look::Other(found) => {
                let file = self.source.name.clone();
                return Err(DataError::NotATrace { file, line: 1, column: 1, found: found.to_owned() });
            }
        };
        self.read(text, shared)
    }

    fn read(&mut self, bytes: &[u8], shared: &mut Shared) -> Result<(), DataError> {
        let Self { source, content, .. } = self;
        match content {
            Content::Head(_) => Ok(()),
            Content::Text(records, kind) => records
                .push(bytes, &mut |record| take(record, source, kind, shared))
                .map_err(|error| explain(error, &source.name)),
            Content::Json(json) => json.push(bytes, &mut shared.intake),
        }
    }

    fn n_rows(self) -> Result<u64, DataError> {
        let Source { name, n_rows, n_bad } = self.source;
        let has_header = match &self.content {
            Content::Head(_) | Content::Text(_, Kind::Unknown) => return Err(DataError::Empty { file: name }),
            Content::Text(_, Kind::Sampled(_)) => true,
            Content::Text(_, Kind::Machines(layout)) => layout.format == Format::Headed,
            Content::Text(_, Kind::Table(_, has_header)) => *has_header,
            Content::Json(_) => false,
        };
        if n_rows == 0 {
            let line = if has_header { 2 } else { 1 };
            let found = match n_bad {
                0 if has_header => "only a header".to_owned(),
                0 if matches!(self.content, Content::Json(_)) => "no sample and no span".to_owned(),
                0 => "only a row that the end of the file cuts".to_owned(),
                n => format!("{n} rows that cannot be read"),
            };
            return Err(DataError::NoRow { file: name, line, found });
        }
        Ok(n_rows)
    }
}

impl Shared {
    pub(super) fn new(config: &DataConfig) -> Self {
        Self {
            config: config.clone(),
            machines: None,
            notes: Notes::default(),
            intake: Intake::new(config.grid_secs).without(&config.off),
            formats: Vec::new(),
        }
    }

    fn add_format(&mut self, title: &str) {
        if !self.formats.iter().any(|known| known == title) {
            self.formats.push(title.to_owned());
        }
    }
}

/// Takes one record of a table: its header, or a row.
fn take(record: &Record<'_>, source: &mut Source, kind: &mut Kind, shared: &mut Shared) -> Result<(), DataError> {
    if matches!(kind, Kind::Unknown) {
        let (found, has_header) = recognise(source, record, shared)?;
        *kind = found;
        if has_header {
            return Ok(());
        }
    }
    if let Kind::Sampled(sample) = kind {
        sample.push(record);
        return if sample.is_full() { settle(source, kind, shared) } else { Ok(()) };
    }
    row(record, source, kind, shared)
}

/// Decides what a table of any origin holds, and takes the rows that were kept until now.
fn settle(source: &mut Source, kind: &mut Kind, shared: &mut Shared) -> Result<(), DataError> {
    let sample = match std::mem::replace(kind, Kind::Unknown) {
        Kind::Sampled(sample) if !sample.is_empty() => sample,
        other => {
            *kind = other;
            return Ok(());
        }
    };
    let found = tables::recognise_general(&sample, &source.name, &shared.config, &mut shared.intake)?;
    *kind = shared.table(found).0;
    sample.replay(&mut |record| row(record, source, kind, shared))
}

/// Takes one row.
fn row(record: &Record<'_>, source: &mut Source, kind: &mut Kind, shared: &mut Shared) -> Result<(), DataError> {
    let skips = shared.config.skip_bad_rows;
    match kind {
        Kind::Unknown | Kind::Sampled(_) => Ok(()),
        Kind::Machines(layout) => match &mut shared.machines {
            Some(table) => take_row((layout, source), table, &mut shared.notes, record, skips),
            None => Ok(()),
        },
        Kind::Table(reader, _) => {
            let answer = reader.row(&Row::new(record, &source.name), &mut shared.intake);
            let Err(error) = answer else {
                source.n_rows += 1;
                return Ok(());
            };
            let n_columns = reader.n_columns().unwrap_or(record.n_fields);
            forgive(with_place(error, &source.name, record), (n_columns, source), &mut shared.notes, record, skips)
        }
    }
}

/// What the rows behind a first record are, and whether it is a header.
fn recognise(source: &Source, record: &Record<'_>, shared: &mut Shared) -> Result<(Kind, bool), DataError> {
    if let Some(found) = tables::recognise(record, &shared.config) {
        return Ok(shared.table(found));
    }
    let unknown = match Layout::recognise(record) {
        Ok(layout) => return machines(layout, source, record.line, shared),
        Err(unknown) => unknown,
    };
    if let Some(sample) = Sample::new(record) {
        return Ok((Kind::Sampled(Box::new(sample)), true));
    }
    let (file, line) = (source.name.clone(), record.line);
    Err(DataError::NotATrace { file, line, column: unknown.column, found: unknown.found })
}

impl Shared {
    fn table(&mut self, found: tables::Recognised) -> (Kind, bool) {
        self.add_format(found.reader.title());
        (Kind::Table(found.reader, found.has_header), found.has_header)
    }
}

fn machines(layout: Layout, source: &Source, line: u64, shared: &mut Shared) -> Result<(Kind, bool), DataError> {
    let known = shared.machines.get_or_insert_with(|| Table::new(layout.clone(), &shared.config));
    if !known.layout.agrees_with(&layout) {
        let metrics = |layout: &Layout| {
            let ids: Vec<String> = layout.metric_list().into_iter().map(|metric| metric.id).collect();
            format!("a {} with {}", layout.format.title(), ids.join(", "))
        };
        let (expected, found) = (metrics(&known.layout), metrics(&layout));
        return Err(DataError::MixedFormats { file: source.name.clone(), line, expected, found });
    }
    let has_header = layout.format == Format::Headed;
    shared.add_format(layout.format.title());
    Ok((Kind::Machines(layout), has_header))
}

fn with_place(error: RowError, file: &str, record: &Record<'_>) -> DataError {
    let (file, line) = (file.to_owned(), record.line);
    match error {
        RowError::Full(error) => error,
        RowError::Field { idx, expected } => {
            let found = shorten(record.fields.get(idx).copied().unwrap_or_default());
            DataError::Field { file, line, column: idx + 1, expected, found }
        }
        RowError::Columns { expected } => {
            let found = record.n_fields;
            let column = if found < expected { found } else { expected } + 1;
            DataError::Columns { file, line, column, expected, found }
        }
    }
}

/// An error at the end of a file.
fn without_place(error: RowError, file: &str) -> DataError {
    match error {
        RowError::Full(error) => error,
        RowError::Field { expected, .. } => {
            DataError::NoRow { file: file.to_owned(), line: 1, found: format!("no {expected}") }
        }
        RowError::Columns { expected } => {
            DataError::NoRow { file: file.to_owned(), line: 1, found: format!("no {expected} columns") }
        }
    }
}

fn explain(error: RecordError<DataError>, file: &str) -> DataError {
    match error {
        RecordError::Refused(error) => error,
        RecordError::TooLong { line } => DataError::TooLarge {
            what: format!("Line {line} of “{file}”"),
            needed: format!("more than {MAX_RECORD_BYTES} bytes"),
            limit: format!("{MAX_RECORD_BYTES} bytes"),
            advice: "choose a table with one row per line, and look for a quotation mark left open".into(),
        },
    }
}
