//! The stage Data.

use crate::config::SplitConfig;
use crate::ui::format;

/// Opens the file dialog.
pub const USE_OWN_FILE: &str = "Use your own file";
/// The same beside files.
pub const ADD_FILES: &str = "Choose files";
/// Label of the file input.
pub const FILE_INPUT: &str = "Trace or report files";
/// What can be chosen.
pub const FORMATS: &str = "or drop them anywhere: Alibaba 2017, 2018, 2021, 2022, Prometheus answers, Jaeger and OpenTelemetry traces, any table with \
     a header, fault labels beside them, or a report, a model or snapshots saved here; also in .gz, .tar.gz and .zip. Read piece by piece, so size matters little.";
/// Settings of a saved model.
pub const MODEL_SETTINGS: &str = "Its settings";
/// Scores a saved model.
pub const SCORE_MODEL: &str = "Score on these data";
/// What scoring does.
pub const SCORE_TEXT: &str = "Trains nothing: forecasts the test part of the present data with the saved weights.";
/// Why a model cannot be scored.
pub const SCORE_NEEDS_DATA: &str = "Open the data that the model is to be scored on first.";
/// List of the simulated data.
pub const SCENARIO: &str = "Simulated data";
/// Nothing simulated is open.
pub const NO_SCENARIO: &str = "none: the files above";
/// Below the list.
pub const SCENARIO_HINT: &str = "With known truth, and fixed before any model saw them.";
/// Settings of reading have changed.
pub const READ_OTHERWISE: &str = "The files were read with other settings than these.";
/// Reads them again.
pub const READ_AGAIN: &str = "Read again";
/// Heading of deployment, calls and labels.
pub const SYSTEM: &str = "System";
/// Caption of the labels.
pub const FAULTS: &str = "Fault labels";
/// Heads of the labels.
pub const FAULT_HEADS: [&str; 4] = ["After the start", "Length", "What", "Target"];
/// The label does not say.
pub const UNSAID: &str = "not said";
/// A repair is not to be made.
pub const LEAVE_AS_IS: &str = "Leave as is";
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
pub fn dataset(name: &str, nodes: &str, span: &str, rows: &str, grid: &str, reason: &str) -> String {
    format!("{name}: {nodes}, {span}, {rows} rows, grid {grid} ({reason})")
}

/// The Data row of simulated data.
pub fn synthetic_dataset(name: &str, nodes: &str, span: &str, grid: &str) -> String {
    format!("{name}: {nodes}, {span}, one value every {grid}")
}

/// Labels are there.
pub fn fault_labels(n: usize) -> String {
    format::count(n, "fault label", "fault labels")
}

/// Part of the reading of the system.
pub fn of_services(n: usize) -> Option<String> {
    (n > 0).then(|| format!("of {}", format::count(n, "service", "services")))
}

/// Part of the reading of the system.
pub fn on_hosts(n: usize) -> Option<String> {
    (n > 0).then(|| format!("on {}", format::count(n, "host", "hosts")))
}

/// Part of the reading of the system.
pub fn calls(n_calls: u64, n_services: usize, n_edges: usize) -> String {
    let (calls, services) = (format::whole(n_calls), format::count(n_services, "service", "services"));
    format!("; {calls} calls between {services}, along {}", format::count(n_edges, "edge", "edges"))
}

/// Part of the reading of the system.
pub fn faults(n: usize, n_kinds: usize) -> String {
    format!("; {} of {}", format::count(n, "fault label", "fault labels"), format::count(n_kinds, "kind", "kinds"))
}

/// Part of the reading of the system.
pub fn snapshots(n: usize, n_nodes: usize, n_edges: usize, n_labels: usize) -> String {
    let (of, along) = (format::count(n_nodes, "node", "nodes"), format::count(n_edges, "edge", "edges"));
    let snapshots = format::count(n, "saved snapshot", "saved snapshots");
    format!("; {snapshots} of {of} and {along}, {} labelled as broken", format::whole(n_labels as u64))
}

/// A time before the first value.
pub fn before_start(span: &str) -> String {
    format!("{span} before")
}

/// A repair that is switched off.
pub fn repair_again(id: &str) -> String {
    format!("Repair again: {}", id.replace('_', " "))
}

/// How the time is cut.
pub fn split(split: &SplitConfig) -> String {
    let parts = [split.train_share, split.validation_share, split.test_part()];
    let [train, validation, test] = parts.map(|share| format::fixed(share * 100.0, 0));
    format!("{train} / {validation} / {test} in time: training, validation, test")
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

/// Caption of the columns.
pub const COLUMNS: &str = "Columns";
/// Heads of the columns of a table with one row per entity and time.
pub const LONG_HEADS: [&str; 3] = ["Column", "Examples", "Taken for"];
/// Heads of the columns of a table with one column per series.
pub const WIDE_HEADS: [&str; 5] = ["Column", "Examples", "Taken for", "Of", "Metric"];
/// How a table is laid out.
pub const LAYOUT: &str = "Layout of the table";
/// Both layouts.
pub const LAYOUTS: [(&str, &str); 2] = [("long", "one row per entity and time"), ("wide", "one column per series")];
/// How time stamps are written.
pub const TIME_UNIT: &str = "Time stamps";
/// Order of dates.
pub const DAY_FIRST: &str = "day before month";
/// How numbers are written.
pub const DECIMAL_COMMA: &str = "decimal commas";
/// Roles of any column but a metric.
pub const LONG_ROLES: [(&str, &str); 6] = [
    ("ignored", "not used"),
    ("time", "time"),
    ("entity", "instance"),
    ("service", "service"),
    ("host", "host"),
    ("label", "fault mark"),
];
/// Roles of any column of a wide table.
pub const WIDE_ROLES: [(&str, &str); 4] =
    [("ignored", "not used"), ("time", "time"), ("label", "fault mark"), ("series", "a series")];

/// Heading of the columns of a file.
pub fn columns_of(file: &str) -> String {
    format!("Columns of {file}")
}

/// What the reader can do about it.
pub fn columns_reading(is_guessed: bool) -> &'static str {
    if is_guessed {
        "This is a guess from names and values. Change what is wrong, then read again."
    } else {
        "As chosen here."
    }
}

/// A number of columns.
pub fn n_columns(n: usize) -> String {
    format::count(n, "column", "columns")
}

/// A choice of the time unit.
pub fn time_in(unit: &str) -> String {
    format!("time in {unit}")
}

/// A choice of a metric.
pub fn metric_role(name: &str) -> String {
    format!("metric: {name}")
}

/// For the ear.
pub fn role_of_column(column: &str) -> String {
    format!("What {column} is taken for")
}

/// For the ear.
pub fn entity_of_column(column: &str) -> String {
    format!("What {column} is about")
}

/// For the ear.
pub fn metric_of_column(column: &str) -> String {
    format!("Metric of {column}")
}

/// Files of a simulated trace.
pub const DOWNLOAD: &str = "Download these data";

/// One of them.
pub fn download(name: &str) -> String {
    format!("Save {name}")
}
