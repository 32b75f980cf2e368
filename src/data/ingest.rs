//! The door: files come in as byte slices, a data set goes out.

use super::dataset::{Dataset, DatasetSummary, FileReceipt, Finding};
use super::error::DataError;
use super::examine::grid_facts;
use super::natural::natural_order;
use super::records::{MAX_RECORD_BYTES, RecordError, Records};
use super::sniff::{HEAD_BYTES, sniff};
use super::table::{Grid, Notes, Source, Table, take_record};
use super::tally::{
    BAD_ROWS, CUT_FILE, DUPLICATE_ROWS, EMPTY_VALUES, OUT_OF_ORDER, OUT_OF_RANGE, SAME_FILE, Tally, UNUSED_VALUES,
};
use crate::config::DataConfig;
use crate::digest::StreamingSha256;

/// Reads one or several files of one kind into a data set, in memory that does not grow with the rows.
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
    config: DataConfig,
    table: Option<Table>,
    notes: Notes,
    open: Option<OpenFile>,
    files: Vec<FileReceipt>,
    failure: Option<DataError>,
}

/// The file that is being read.
struct OpenFile {
    source: Source,
    n_bytes: u64,
    sha256: StreamingSha256,
    /// The first bytes, until there are enough of them to see what the file is.
    head: Option<Vec<u8>>,
    records: Records,
}

impl std::fmt::Debug for Ingest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ingest").field("files", &self.files).field("rows", &self.rows()).finish_non_exhaustive()
    }
}

impl Ingest {
    /// A reader without files.
    pub fn new(config: &DataConfig) -> Self {
        let config = config.clone();
        Self { config, table: None, notes: Notes::default(), open: None, files: Vec::new(), failure: None }
    }

    /// Begins the next file; ends the one before if that was not done.
    pub fn begin_file(&mut self, name: &str) {
        // An error is kept and returned by the next call that can return one.
        let _ = self.close();
        let source = Source { name: name.to_owned(), ..Source::default() };
        let (sha256, head) = (StreamingSha256::default(), Some(Vec::new()));
        self.open = Some(OpenFile { source, n_bytes: 0, sha256, head, records: Records::new() });
    }

    /// Takes the next bytes of the file; without a file they are ignored.
    ///
    /// # Errors
    /// The first thing that cannot be read; after an error, every call returns it again.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        self.guarded(|ingest| ingest.take(bytes))
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When the file holds no row, or its last row cannot be read.
    pub fn end_file(&mut self) -> Result<(), DataError> {
        self.close()
    }

    /// Rows read so far, over all files.
    pub fn rows(&self) -> u64 {
        let open = self.open.as_ref().map_or(0, |file| file.source.n_rows);
        self.files.iter().map(|file| file.rows).sum::<u64>() + open
    }

    /// The data set of all files.
    ///
    /// # Errors
    /// When there was an error before, there is no file, or the grid would be too large.
    pub fn finish(mut self) -> Result<Dataset, DataError> {
        self.close()?;
        let Some(mut table) = self.table.take() else { return Err(DataError::Empty { file: "no file".into() }) };
        table.settle_grid()?;
        let n_rows = self.rows();
        Ok(assemble(table, self.notes, self.files, n_rows))
    }

    fn guarded(&mut self, action: impl FnOnce(&mut Self) -> Result<(), DataError>) -> Result<(), DataError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let answer = action(self);
        self.failure = answer.as_ref().err().cloned();
        answer
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), DataError> {
        let Some(mut file) = self.open.take() else { return Ok(()) };
        file.n_bytes += bytes.len() as u64;
        file.sha256.push(bytes);
        let answer = match file.head.take() {
            None => self.cut(&mut file, bytes),
            Some(mut head) => {
                let (first, rest) = bytes.split_at(bytes.len().min(HEAD_BYTES - head.len()));
                head.extend_from_slice(first);
                if head.len() < HEAD_BYTES {
                    file.head = Some(head);
                    Ok(())
                } else {
                    self.begin_records(&mut file, &head).and_then(|()| self.cut(&mut file, rest))
                }
            }
        };
        self.open = Some(file);
        answer
    }

    /// Looks at the first bytes of a file, and reads on if they may be a table.
    fn begin_records(&mut self, file: &mut OpenFile, head: &[u8]) -> Result<(), DataError> {
        if let Some(found) = sniff(head) {
            let name = file.source.name.clone();
            return Err(DataError::NotATrace { file: name, line: 1, column: 1, found: found.to_owned() });
        }
        self.cut(file, head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head))
    }

    fn cut(&mut self, file: &mut OpenFile, bytes: &[u8]) -> Result<(), DataError> {
        let OpenFile { source, records, .. } = file;
        let (table, notes) = (&mut self.table, &mut self.notes);
        let rules = (self.config.grid_secs, self.config.skip_bad_rows);
        records
            .push(bytes, &mut |record| take_record(source, table, notes, record, rules))
            .map_err(|error| explain(error, &file.source.name))
    }

    fn close(&mut self) -> Result<(), DataError> {
        self.guarded(|ingest| {
            let Some(mut file) = ingest.open.take() else { return Ok(()) };
            if let Some(head) = file.head.take() {
                ingest.begin_records(&mut file, &head)?;
            }
            let OpenFile { source, records, .. } = &mut file;
            let (table, notes) = (&mut ingest.table, &mut ingest.notes);
            let rules = (ingest.config.grid_secs, ingest.config.skip_bad_rows);
            records
                .end(&mut |record| take_record(source, table, notes, record, rules))
                .map_err(|error| explain(error, &file.source.name))?;
            ingest.files.push(receipt(file)?);
            Ok(())
        })
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

fn receipt(file: OpenFile) -> Result<FileReceipt, DataError> {
    let Source { name, n_rows, n_bad, layout } = file.source;
    let Some(layout) = layout else { return Err(DataError::Empty { file: name }) };
    if n_rows == 0 {
        let line = if layout.format == super::layout::Format::Headed { 2 } else { 1 };
        let found = match n_bad {
            0 if line == 2 => "only a header".to_owned(),
            0 => "only a row that the end of the file cuts".to_owned(),
            n => format!("{n} rows that cannot be read"),
        };
        return Err(DataError::NoRow { file: name, line, found });
    }
    Ok(FileReceipt { name, bytes: file.n_bytes, sha256: file.sha256.finish(), rows: n_rows })
}

fn assemble(table: Table, notes: Notes, files: Vec<FileReceipt>, n_rows: u64) -> Dataset {
    let mut order: Vec<usize> = (0..table.machines.len()).collect();
    let names = table.machines.names();
    order.sort_by(|&a, &b| natural_order(&names[a], &names[b]));
    let nodes: Vec<String> = order.iter().map(|&machine| names[machine].clone()).collect();
    let metrics = table.layout.metric_list();
    let width_secs = table.cells.width_secs();
    let first_bin = table.first_stamp / width_secs;
    let (n_bins, start_secs) = (table.n_bins() as usize, first_bin * width_secs);
    // Given widths are u32, the default is 900, and a step is at most 86,400.
    let grid_secs = width_secs as u32;
    let format = table.layout.format.title().to_owned();
    let grid_reason = grid_reason(table.grid).to_owned();
    let values = table.cells.into_means(&order, first_bin, n_bins);
    let facts = grid_facts(&nodes, &values, metrics.len(), (n_bins, grid_secs, start_secs));
    let findings = findings(notes, &files).into_iter().chain(facts.findings).collect();
    let summary = DatasetSummary {
        name: short_name(&files),
        format,
        synthetic: false,
        nodes: nodes.clone(),
        metrics: metrics.clone(),
        n_rows,
        n_bins,
        grid_secs,
        grid_reason,
        start_secs,
        missing_share: facts.missing_share,
        n_relations: 0,
        findings,
        coverage: facts.coverage,
        files,
    };
    Dataset { nodes, metrics, grid_secs, start_secs, n_bins, values, relations: Vec::new(), summary }
}

fn grid_reason(grid: Grid) -> &'static str {
    match grid {
        Grid::Given => "given",
        Grid::Default => "default of raw files",
        Grid::Step => "step of the file",
    }
}

fn short_name(files: &[FileReceipt]) -> String {
    match files {
        [] => String::new(),
        [file] => file.name.clone(),
        [file, more @ ..] => format!("{} and {} more", file.name, more.len()),
    }
}

/// What was found while reading.
fn findings(notes: Notes, files: &[FileReceipt]) -> Vec<Finding> {
    let mut same_file = Tally::default();
    for (idx, file) in files.iter().enumerate() {
        if files[..idx].iter().any(|other| other.sha256 == file.sha256) {
            same_file.note(|| format!("“{}”", file.name));
        }
    }
    let read = [
        notes.cut_file.finding(&CUT_FILE),
        notes.bad_rows.finding(&BAD_ROWS),
        same_file.finding(&SAME_FILE),
        notes.out_of_range.finding(&OUT_OF_RANGE),
        notes.empty_values.finding(&EMPTY_VALUES),
        notes.duplicates.finding(&DUPLICATE_ROWS),
        notes.out_of_order.finding(&OUT_OF_ORDER),
        notes.unused_values.finding(&UNUSED_VALUES),
    ];
    read.into_iter().flatten().collect()
}
