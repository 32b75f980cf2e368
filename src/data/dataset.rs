//! What reading ends in: values on a grid, and a plain summary of them.

use serde::{Deserialize, Serialize};

use super::system::{System, SystemSummary};

/// A metric that every node reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// Stable id, `cpu` for CPU; others such as `mem`, `net_in`, `disk`, or as the file calls them.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// What its values are counted in.
    pub unit: Unit,
}

/// What values are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Per cent of a machine's capacity, 0 to 100.
    #[default]
    Percent,
    /// Share of a capacity, 0 to 1.
    Share,
    /// CPU cores.
    Cores,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Events per second.
    PerSecond,
    /// Milliseconds.
    Millis,
    /// A number of things.
    Count,
    /// Not known.
    Unknown,
}

impl Unit {
    /// Factor from stored values to the unit in which errors are measured: percentages become shares.
    pub fn factor(self) -> f32 {
        if self == Self::Percent { 0.01 } else { 1.0 }
    }

    /// A stored value in the unit in which errors are measured: percentages become shares, all others stay.
    ///
    /// Divides, because a product with [`factor`](Self::factor) rounds differently.
    pub fn to_unit(self, value: f32) -> f32 {
        if self == Self::Percent { value / 100.0 } else { value }
    }

    /// Whether values are shares of a capacity: in the unit in which errors are measured, the capacity is 1.
    pub fn is_share(self) -> bool {
        matches!(self, Self::Percent | Self::Share)
    }

    /// For people, to be put behind a number.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Share => "share",
            Self::Cores => "cores",
            Self::Bytes => "B",
            Self::BytesPerSecond => "B/s",
            Self::PerSecond => "1/s",
            Self::Millis => "ms",
            Self::Count | Self::Unknown => "",
        }
    }
}

/// Source of a relation between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Both host containers of the same application.
    SharedApp,
    /// Both run instances of the same or of dependent tasks.
    SharedJob,
    /// A container left `from` and appeared on `to`.
    Migration,
}

/// A timestamped record that connects two nodes: `to` receives from `from`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Relation {
    /// Seconds on the data set's own clock.
    pub at_secs: i64,
    /// Sending node, an index into [`Dataset::nodes`].
    pub from: usize,
    /// Receiving node.
    pub to: usize,
    /// Source.
    pub kind: RelationKind,
    /// Count or strength, not negative.
    pub weight: f32,
}

/// Observations of all nodes on one regular grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Dataset {
    /// Names, sorted by natural order (`m_2` before `m_10`).
    pub nodes: Vec<String>,
    /// Metrics in column order.
    pub metrics: Vec<Metric>,
    /// Width of a bin in seconds.
    pub grid_secs: u32,
    /// Start of the first bin, in the file's own seconds.
    pub start_secs: i64,
    /// `T`: number of bins.
    pub n_bins: usize,
    /// Bin means in the unit of their metric, shape `[T, N, F]`, row-major; NaN where nothing was observed.
    pub values: Vec<f32>,
    /// Records that connect nodes; empty where the files hold none.
    pub relations: Vec<Relation>,
    /// What is known of the system behind the series: deployment, scheduling, calls, faults.
    pub system: System,
    /// The plain facts, shown on the page and kept in the report.
    pub summary: DatasetSummary,
}

impl Dataset {
    /// `N`.
    pub fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// `F`.
    pub fn n_metrics(&self) -> usize {
        self.metrics.len()
    }

    /// Mean of a metric of a node in a bin, in the metric's unit; NaN where nothing was observed.
    pub fn at(&self, bin: usize, node: usize, metric: usize) -> f32 {
        self.values[(bin * self.n_nodes() + node) * self.n_metrics() + metric]
    }
}

/// One input file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReceipt {
    /// Name as chosen by the reader.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of all bytes.
    pub sha256: String,
    /// Data rows, without the header.
    pub rows: u64,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something was repaired or left out.
    Warning,
}

/// Something that was found, repaired or dropped while reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id of the rule.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// How much it matters.
    pub severity: Severity,
    /// How often.
    pub count: u64,
    /// Unit of the count: `rows`, `values`, `bins`, `machines`.
    pub unit: String,
    /// Where it was first seen.
    pub first: String,
    /// What was done about it.
    pub action: String,
}

/// Share of bins with an observation of the target, for the coverage picture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// Time columns, at most 96.
    pub n_columns: usize,
    /// Per node (in order) and column: per cent of bins observed, 0 to 100.
    pub percent: Vec<u8>,
}

/// The plain facts of a data set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatasetSummary {
    /// Short name: the file, or the sample.
    pub name: String,
    /// Recognised format, for people.
    pub format: String,
    /// Simulated, not measured.
    pub synthetic: bool,
    /// Input files, in the order they were read.
    pub files: Vec<FileReceipt>,
    /// Node names, as in [`Dataset::nodes`].
    pub nodes: Vec<String>,
    /// Metrics, as in [`Dataset::metrics`].
    pub metrics: Vec<Metric>,
    /// Data rows read.
    pub n_rows: u64,
    /// Bins of the grid.
    pub n_bins: usize,
    /// Width of a bin in seconds.
    pub grid_secs: u32,
    /// Why this grid: `given`, `step of the file` or `default of raw files`.
    pub grid_reason: String,
    /// Start of the first bin in the file's own seconds.
    pub start_secs: i64,
    /// Share of (bin, node) cells without an observation of the target metric.
    pub missing_share: f64,
    /// Relation records found: scheduling records and intervals of calls.
    pub n_relations: usize,
    /// What is known of the system behind the series.
    #[serde(default)]
    pub system: SystemSummary,
    /// What was found, repaired and dropped.
    pub findings: Vec<Finding>,
    /// Coverage picture of the target metric.
    pub coverage: Coverage,
}
