//! A data set as an official table, so that what is simulated can be read back like any trace.

use std::fmt::Write as _;

use crate::data::Dataset;

/// The metrics of the official table behind its name and stamp; `None` for columns that are always empty here.
const COLUMNS: [Option<&str>; 7] =
    [Some("cpu"), Some("mem"), None, None, Some("net_in"), Some("net_out"), Some("disk")];

/// The data set as a raw Alibaba v2018 `machine_usage` table: no header, machine by machine, empty where missing.
///
/// Read back on the same grid, every value that lies on a step of 10⁻⁶ per cent is the same. Relations are not part of
/// this table.
pub fn to_csv(dataset: &Dataset) -> String {
    let metric_idx = |id: &str| dataset.metrics.iter().position(|metric| metric.id == id);
    let columns = COLUMNS.map(|column| column.and_then(metric_idx));
    let mut table = String::new();
    for (node, name) in dataset.nodes.iter().enumerate() {
        for bin in 0..dataset.n_bins {
            let at = |column: Option<usize>| column.map_or(f32::NAN, |metric| dataset.at(bin, node, metric));
            let row = columns.map(at);
            if row.iter().any(|value| !value.is_nan()) {
                write_row(&mut table, name, stamp(dataset, bin), &row);
            }
        }
    }
    table
}

fn stamp(dataset: &Dataset, bin: usize) -> i64 {
    dataset.start_secs + bin as i64 * i64::from(dataset.grid_secs)
}

fn write_row(table: &mut String, name: &str, stamp: i64, row: &[f32]) {
    // Writing into a string cannot fail.
    let _ = write!(table, "{name},{stamp}");
    for value in row {
        let _ = if value.is_nan() { write!(table, ",") } else { write!(table, ",{value}") };
    }
    table.push('\n');
}
