//! The stage Data.

use crate::ui::format;

/// Opens the file dialog.
pub const USE_OWN_FILE: &str = "Use your own file";
/// The same beside files.
pub const ADD_FILES: &str = "Choose files";
/// Label of the file input.
pub const FILE_INPUT: &str = "Trace or report files";
/// What can be chosen.
pub const FORMATS: &str = "or drop them anywhere. Alibaba v2018 machine_usage (raw, or gridded with a header), or a report of Loadstone (.json). \
     Read piece by piece, so size matters little.";
/// Group of the files.
pub const FILES: &str = "Files";
/// Label of the format.
pub const FORMAT: &str = "Format";
/// No data.
pub const DATA_EMPTY: &str = "No data yet. Choose a trace, or use the sample";
/// Heading of the findings.
pub const FINDINGS: &str = "Findings";
/// Nothing was found.
pub const NO_FINDINGS: &str = "Nothing was repaired and nothing was left out.";
/// Turns on the setting and reads again.
pub const SKIP_BAD_ROWS: &str = "Skip bad rows and read again";
/// Heads of the findings table.
pub const FINDING_HEADS: [&str; 4] = ["What", "How often", "First seen", "What was done"];
/// Mark of a finding.
pub const WARNING: &str = "!";
/// Mark of a finding.
pub const INFO: &str = "i";
/// Spoken form.
pub const WARNING_TEXT: &str = "repaired or left out";
/// Spoken form.
pub const INFO_TEXT: &str = "good to know";
/// Simulated data.
pub const SYNTHETIC: &str = "Synthetic sample";

/// The Data row.
pub fn dataset(name: &str, machines: usize, span: &str, rows: &str, grid: &str, reason: &str) -> String {
    let machines = format::count(machines, "machine", "machines");
    format!("{name}: {machines}, {span}, {rows} rows, grid {grid} ({reason})")
}

/// The Data row of simulated data.
pub fn synthetic_dataset(name: &str, machines: usize, span: &str, grid: &str) -> String {
    format!("{name}: {}, {span}, one value every {grid}", format::count(machines, "machine", "machines"))
}

/// How the time is cut.
pub fn split(train: f64, validation: f64) -> String {
    let test = 1.0 - train - validation;
    let part = |share: f64| format::fixed(share * 100.0, 0);
    format!("{} / {} / {} in time: training, validation, test", part(train), part(validation), part(test))
}

/// Reading of the findings.
pub fn findings(kinds: usize) -> String {
    format::count(kinds, "kind", "kinds")
}

/// A JSON file that is no report.
pub fn not_a_report(name: &str, why: &str) -> String {
    format!(
        "“{name}” is not a report of Loadstone ({why}): expected its schema, config and models; choose another file."
    )
}

/// A file that the browser refuses to read.
pub fn unreadable(name: &str) -> String {
    format!("“{name}” cannot be read: the browser refused it, likely because it was moved or changed; choose it again.")
}

/// A report of a newer page.
pub fn newer_report(name: &str, found: u64, known: u32) -> String {
    format!("“{name}” was made by a newer version (schema {found}, this page reads up to {known}); reload to update.")
}
