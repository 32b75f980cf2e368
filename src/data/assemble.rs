//! What all files said becomes one data set with its summary.

use super::dataset::{Dataset, DatasetSummary, FileReceipt, Finding, Metric, TableView};
use super::doctor::examine;
use super::error::DataError;
use super::examine::grid_facts;
use super::file::Shared;
use super::intake::{Beside, Gathered};
use super::natural::natural_order;
use super::system::System;
use super::table::{Grid, Notes, Table};
use super::tally::{
    BAD_ROWS, CUT_FILE, DUPLICATE_ROWS, EMPTY_VALUES, IMPOSSIBLE, OUT_OF_ORDER, OUT_OF_RANGE, SAME_FILE, Tally,
    UNUSED_VALUES,
};
use crate::config::NodeLevel;

/// Cells of a grid that any rows may have; more must be borne out by rows, so that no work is out of proportion to the
/// bytes that cause it: two rows a year apart are more often a wrong stamp than a recording.
const FREE_CELLS: u64 = 16_000_000;
/// Cells of a larger grid for each row.
const CELLS_PER_ROW: u64 = 1_000;

/// Series on a grid, wherever they came from.
struct Gridded {
    nodes: Vec<String>,
    level: NodeLevel,
    metrics: Vec<Metric>,
    grid_secs: u32,
    grid_reason: &'static str,
    start_secs: i64,
    n_bins: usize,
    values: Vec<f32>,
}

/// Machine usage gives the series where it is there and wanted; else everything else that was read does.
pub(super) fn assemble(shared: Shared, files: Vec<FileReceipt>) -> Result<Dataset, DataError> {
    let Shared { config, machines, notes, mut intake, formats } = shared;
    intake.check_mapping()?;
    let tables = intake.take_tables();
    let wants_machines = matches!(config.nodes, None | Some(NodeLevel::Machine));
    let (gridded, system, found) = match machines.filter(|_| wants_machines) {
        Some(table) => {
            let gridded = of_machines(table)?;
            let Beside { system, findings } = intake.finish_beside(&gridded.nodes, &config);
            (gridded, system, findings)
        }
        None => {
            let Gathered {
                nodes,
                level,
                metrics,
                grid_secs,
                grid_reason,
                start_secs,
                n_bins,
                values,
                system,
                findings,
            } = intake.finish(&config)?;
            (Gridded { nodes, level, metrics, grid_secs, grid_reason, start_secs, n_bins, values }, system, findings)
        }
    };
    check_density(&gridded, files.iter().map(|file| file.rows).sum())?;
    Ok(data_set(gridded, system, (notes, found), (formats, tables), files))
}

fn check_density(gridded: &Gridded, n_rows: u64) -> Result<(), DataError> {
    let n_cells = gridded.values.len() as u64;
    let limit = n_rows.saturating_mul(CELLS_PER_ROW).max(FREE_CELLS);
    if n_cells <= limit {
        return Ok(());
    }
    Err(DataError::TooLarge {
        what: format!("A grid of {} s over {} bins", gridded.grid_secs, gridded.n_bins),
        needed: format!("{n_cells} values from {n_rows} rows"),
        limit: format!("{limit} values"),
        advice: "choose a wider grid, or look for a time stamp far from all others".into(),
    })
}

fn of_machines(mut table: Table) -> Result<Gridded, DataError> {
    table.settle_grid()?;
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
    let grid_reason = grid_reason(table.grid);
    let values = table.cells.into_means(&order, first_bin, n_bins);
    let level = NodeLevel::Machine;
    Ok(Gridded { nodes, level, metrics, grid_secs, grid_reason, start_secs, n_bins, values })
}

fn data_set(
    gridded: Gridded,
    system: System,
    (notes, found): (Notes, Vec<Finding>),
    (formats, tables): (Vec<String>, Vec<TableView>),
    files: Vec<FileReceipt>,
) -> Dataset {
    let Gridded { nodes, level, metrics, grid_secs, grid_reason, start_secs, n_bins, values } = gridded;
    let facts = grid_facts(&nodes, &values, metrics.len(), (n_bins, grid_secs, start_secs));
    let findings = findings(notes, &files).into_iter().chain(found).chain(facts.findings).collect();
    let summary = DatasetSummary {
        name: short_name(&files),
        format: formats.join(", "),
        synthetic: false,
        nodes: nodes.clone(),
        level,
        metrics: metrics.clone(),
        n_rows: files.iter().map(|file| file.rows).sum(),
        n_bins,
        grid_secs,
        grid_reason: grid_reason.to_owned(),
        start_secs,
        missing_share: facts.missing_share,
        n_relations: system.n_records(),
        system: system.summary(),
        tables,
        findings,
        coverage: facts.coverage,
        files,
    };
    let relations = Vec::new();
    let mut dataset = Dataset { nodes, metrics, grid_secs, start_secs, n_bins, values, relations, system, summary };
    let seen = examine(&dataset);
    dataset.summary.findings.extend(seen);
    dataset
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
        notes.impossible.finding(&IMPOSSIBLE),
        notes.empty_values.finding(&EMPTY_VALUES),
        notes.duplicates.finding(&DUPLICATE_ROWS),
        notes.out_of_order.finding(&OUT_OF_ORDER),
        notes.unused_values.finding(&UNUSED_VALUES),
    ];
    read.into_iter().flatten().collect()
}
