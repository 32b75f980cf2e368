//! Rows of all files, checked and added up.

use super::cells::{CellFull, Cells, MAX_CELLS};
use super::error::DataError;
use super::layout::{Format, Layout, MAX_METRICS};
use super::machines::{Arrival, MAX_MACHINES, MAX_NAME_BYTES, Machines, Units};
use super::number::{MAX_STAMP_SECS, Percent, percent, stamp};
use super::records::Record;
use super::tally::{DUPLICATE_ROWS, OUT_OF_RANGE, Tally};
use crate::config::DataConfig;

/// Bin width of raw files.
pub(super) const RAW_GRID_SECS: i64 = 900;
/// Cells up to which the step of a file is looked for.
const MAX_STEP_CELLS: u64 = 40_000_000;

/// How the width of a bin is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grid {
    /// The config says it.
    Given,
    /// Raw files have a default.
    Default,
    /// The greatest common divisor of all stamps so far. All stamps of a bin are equal on that grid, so a smaller
    /// divisor can still be taken later without loss.
    Step,
}

/// Everything that was noted while reading rows.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) bad_rows: Tally,
    pub(super) cut_file: Tally,
    pub(super) out_of_range: Tally,
    pub(super) impossible: Tally,
    pub(super) empty_values: Tally,
    pub(super) unused_values: Tally,
    pub(super) duplicates: Tally,
    pub(super) out_of_order: Tally,
}

/// The file that is being read.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Name as chosen by the reader.
    pub(super) name: String,
    /// Data rows that were used.
    pub(super) n_rows: u64,
    /// Rows left out because they cannot be read.
    pub(super) n_bad: u64,
}

/// All rows so far.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) layout: Layout,
    pub(super) grid: Grid,
    pub(super) cells: Cells,
    pub(super) machines: Machines,
    pub(super) first_stamp: i64,
    pub(super) last_stamp: i64,
    divisor: i64,
    drops_duplicates: bool,
    /// Values above 100 per cent stay.
    keeps_above: bool,
}

impl Table {
    /// An empty table.
    pub(super) fn new(layout: Layout, config: &DataConfig) -> Self {
        let (grid_secs, drops_duplicates) = (config.grid_secs, config.repairs(DUPLICATE_ROWS.id));
        // Wider than any stamp: until the first stamp above 0 there is one bin.
        let any_secs = MAX_STAMP_SECS + 1;
        let (grid, width_secs) = match (grid_secs, layout.format) {
            (Some(secs), _) => (Grid::Given, i64::from(secs.max(1))),
            (None, Format::Raw) => (Grid::Default, RAW_GRID_SECS),
            (None, Format::Headed) => (Grid::Step, any_secs),
        };
        let cells = Cells::new(width_secs, layout.metrics.len());
        let (machines, divisor) = (Machines::default(), 0);
        let keeps_above = !config.repairs(OUT_OF_RANGE.id);
        let (first_stamp, last_stamp) = (i64::MAX, -1);
        Self { layout, grid, cells, machines, first_stamp, last_stamp, divisor, drops_duplicates, keeps_above }
    }

    /// Bins from the first to the last stamp.
    pub(super) fn n_bins(&self) -> u64 {
        let width = self.cells.width_secs();
        (self.last_stamp / width - self.first_stamp / width + 1).unsigned_abs()
    }

    /// Adds one row of a machine; the row of a new machine adds the machine.
    fn add(&mut self, row: &Row<'_>, notes: &mut Notes, place: impl Fn() -> String) -> Result<(), DataError> {
        let known = match row.machine {
            Name::Known(idx) => Some(idx),
            Name::Text(name) => self.machines.find(name),
        };
        let is_wider = row.stamp < self.first_stamp || row.stamp > self.last_stamp;
        self.first_stamp = self.first_stamp.min(row.stamp);
        self.last_stamp = self.last_stamp.max(row.stamp);
        let machine = match known {
            Some(machine) => machine,
            None => match row.machine {
                Name::Known(idx) => idx,
                Name::Text(name) => self.add_machine(name)?,
            },
        };
        self.machines.go_to(machine);
        let is_off_step = self.grid == Grid::Step && (self.divisor == 0 || row.stamp % self.divisor != 0);
        if is_wider || known.is_none() || is_off_step {
            self.make_room(row.stamp)?;
        }
        match self.machines.arrive(machine, row.stamp, &row.units) {
            Arrival::Duplicate if self.drops_duplicates => {
                notes.duplicates.note(place);
                return Ok(());
            }
            Arrival::Duplicate => {}
            Arrival::OutOfOrder => notes.out_of_order.note(place),
            Arrival::InOrder => {}
        }
        self.cells.add(machine, row.stamp, &row.units).map_err(|_| full())
    }

    fn add_machine(&mut self, name: &str) -> Result<usize, DataError> {
        if self.machines.len() == MAX_MACHINES {
            return Err(DataError::TooLarge {
                what: "This data set".into(),
                needed: format!("more than {MAX_MACHINES} machines"),
                limit: MAX_MACHINES.to_string(),
                advice: "choose a file with fewer machines".into(),
            });
        }
        self.cells.add_machine();
        Ok(self.machines.add(name))
    }

    /// Makes sure that a stamp has a bin, before any memory is taken for it.
    fn make_room(&mut self, stamp: i64) -> Result<(), DataError> {
        if self.grid != Grid::Step {
            return self.set_width(self.cells.width_secs());
        }
        self.divisor = gcd(self.divisor, stamp);
        let step = if self.divisor == 0 { MAX_STAMP_SECS + 1 } else { self.divisor };
        if self.n_cells(step) <= MAX_STEP_CELLS {
            return self.set_width(step);
        }
        // All stamps so far are multiples of the present width, so nothing is lost here either.
        self.grid = Grid::Default;
        self.set_width(RAW_GRID_SECS)
    }

    /// Decides, when all rows are in, whether the stamps lie on a grid of their own.
    pub(super) fn settle_grid(&mut self) -> Result<(), DataError> {
        let is_step = (1..=86_400).contains(&self.divisor) && self.cells.is_gridded();
        if self.grid == Grid::Step && !is_step {
            self.grid = Grid::Default;
            self.set_width(RAW_GRID_SECS)?;
        }
        Ok(())
    }

    fn set_width(&mut self, width_secs: i64) -> Result<(), DataError> {
        if self.n_cells(width_secs) > MAX_CELLS {
            return Err(self.too_many_cells(width_secs));
        }
        if width_secs != self.cells.width_secs() {
            let old = std::mem::replace(&mut self.cells, Cells::new(width_secs, self.layout.metrics.len()));
            self.cells = old.regrid(width_secs).map_err(|_: CellFull| full())?;
        }
        Ok(())
    }

    fn n_cells(&self, width_secs: i64) -> u64 {
        let n_bins = self.last_stamp / width_secs - self.first_stamp / width_secs + 1;
        n_bins.unsigned_abs() * (self.machines.len() * self.layout.metrics.len()) as u64
    }

    fn too_many_cells(&self, width_secs: i64) -> DataError {
        let n_machines = self.machines.len();
        DataError::TooLarge {
            what: format!("A grid of {width_secs} s from {} s to {} s", self.first_stamp, self.last_stamp),
            needed: format!("{} values ({n_machines} machines)", self.n_cells(width_secs)),
            limit: format!("{MAX_CELLS} values"),
            advice: "choose a wider grid, fewer machines or a shorter span".into(),
        }
    }
}

fn full() -> DataError {
    DataError::TooLarge {
        what: "One bin of one machine".into(),
        needed: "more than 262143 rows".into(),
        limit: "262143 rows".into(),
        advice: "choose a narrower grid".into(),
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A machine as a row names it.
#[derive(Clone, Copy)]
enum Name<'a> {
    /// One that was met before, by its number: its name was checked then.
    Known(usize),
    /// Any other.
    Text(&'a str),
}

/// One row as it was read.
struct Row<'a> {
    machine: Name<'a>,
    stamp: i64,
    units: Units,
    n_empty: u64,
    n_out_of_range: u64,
}

/// Takes one row of a machine table.
pub(super) fn take_row(
    (layout, source): (&Layout, &mut Source),
    table: &mut Table,
    notes: &mut Notes,
    record: &Record<'_>,
    skip_bad_rows: bool,
) -> Result<(), DataError> {
    let place = || format!("“{}”, line {}", source.name, record.line);
    match read_row((layout, &source.name), record, &table.machines, table.keeps_above) {
        Ok(row) => {
            note_values((layout, table.keeps_above), &row, record, notes, place);
            table.add(&row, notes, place)?;
            source.n_rows += 1;
            Ok(())
        }
        Err(error) => forgive(error, (layout.n_columns, source), notes, record, skip_bad_rows),
    }
}

/// A bad row is passed over when the end of the file cuts it, or when the reader asked for that.
pub(super) fn forgive(
    error: DataError,
    (n_columns, source): (usize, &mut Source),
    notes: &mut Notes,
    record: &Record<'_>,
    skip_bad_rows: bool,
) -> Result<(), DataError> {
    if is_cut(n_columns, record, &error) {
        let n_fields = record.n_fields.min(n_columns);
        notes.cut_file.note(|| {
            let line = record.line;
            format!("“{}” ends in the middle of line {line} ({n_fields} of {n_columns} columns)", source.name)
        });
    } else if skip_bad_rows && !matches!(error, DataError::TooLarge { .. }) {
        source.n_bad += 1;
        notes.bad_rows.note(|| error.to_string());
    } else {
        return Err(error);
    }
    Ok(())
}

/// Whether the end of the file cut this row: the last line, without a line break, lacks fields or breaks off in the
/// middle of its last one.
fn is_cut(n_columns: usize, record: &Record<'_>, error: &DataError) -> bool {
    let in_last_field = matches!(error, DataError::Field { column, .. } if *column == record.n_fields);
    let is_short = record.n_fields < n_columns || record.n_fields == n_columns && in_last_field;
    !record.is_terminated && record.n_lines == 1 && is_short
}

fn read_row<'a>(
    (layout, file): (&Layout, &str),
    record: &Record<'a>,
    machines: &Machines,
    keeps_above: bool,
) -> Result<Row<'a>, DataError> {
    let field_error = |idx: usize, expected: &str| DataError::Field {
        file: file.to_owned(),
        line: record.line,
        column: idx + 1,
        expected: expected.to_owned(),
        found: shorten(record.fields[idx]),
    };
    if record.n_fields != layout.n_columns {
        let column = if record.n_fields < layout.n_columns { record.n_fields } else { layout.n_columns } + 1;
        let (expected, found) = (layout.n_columns, record.n_fields);
        return Err(DataError::Columns { file: file.to_owned(), line: record.line, column, expected, found });
    }
    let machine = match machines.guess(record.fields[layout.machine]) {
        Some(idx) => Name::Known(idx),
        None => Name::Text(machine_name(record.fields[layout.machine]).map_err(|e| field_error(layout.machine, e))?),
    };
    let stamp = stamp(record.fields[layout.stamp]).map_err(|e| field_error(layout.stamp, e))?;
    let mut row = Row { machine, stamp, units: [-1; MAX_METRICS], n_empty: 0, n_out_of_range: 0 };
    for (units, &(idx, _)) in row.units.iter_mut().zip(&layout.metrics) {
        match percent(record.fields[idx]).ok_or_else(|| field_error(idx, "a number"))? {
            Percent::Value(value) => *units = value,
            Percent::Above(value) if keeps_above => *units = value,
            Percent::Missing => row.n_empty += 1,
            Percent::Above(_) | Percent::OutOfRange => row.n_out_of_range += 1,
        }
    }
    Ok(row)
}

fn machine_name(field: &[u8]) -> Result<&str, &'static str> {
    let name = std::str::from_utf8(field.trim_ascii()).map_err(|_| "a machine name in UTF-8")?;
    if name.is_empty() {
        return Err("a machine name");
    }
    if name.len() > MAX_NAME_BYTES {
        return Err("a machine name of at most 256 bytes");
    }
    if name.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("a machine name on one line (is a quotation mark left open?)");
    }
    Ok(name)
}

fn note_values(
    (layout, keeps_above): (&Layout, bool),
    row: &Row<'_>,
    record: &Record<'_>,
    notes: &mut Notes,
    place: impl Fn() -> String,
) {
    if row.n_empty > 0 {
        notes.empty_values.note_many(row.n_empty, &place);
    }
    if row.n_out_of_range > 0 {
        let tally = if keeps_above { &mut notes.impossible } else { &mut notes.out_of_range };
        tally.note_many(row.n_out_of_range, || {
            let is_out = |&&(idx, _): &&(usize, usize)| match percent(record.fields[idx]) {
                Some(Percent::Above(_)) => !keeps_above,
                found => found == Some(Percent::OutOfRange),
            };
            let column = layout.metrics.iter().find(is_out).map_or(0, |&(idx, _)| idx + 1);
            let found = shorten(record.fields[column.saturating_sub(1)]);
            format!("{}, column {column}: {found}", place())
        });
    }
    for (idx, name) in &layout.unused {
        if record.fields.get(*idx).is_some_and(|field| !field.is_empty()) {
            notes.unused_values.note(|| format!("{}, {name}", place()));
        }
    }
}

/// A field for an error sentence: at most 24 characters, nothing invisible.
pub(super) fn shorten(field: &[u8]) -> String {
    let text = String::from_utf8_lossy(field);
    let mut shown: String =
        text.chars().take(24).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(24).is_some() {
        shown.push('…');
    }
    shown
}
