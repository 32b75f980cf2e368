//! Bytes become a [`Dataset`]: rows of a machine table, binned to a regular grid.
//!
//! In go byte slices cut anywhere; out comes the gridded data with everything that was repaired or dropped counted.
//! Knows no files, no clock and no graphs. Any chunking of the same bytes gives the same data set.

mod dataset;
mod error;
mod snapshots;
mod system;

mod ingest;

mod assemble;
mod file;
mod package;
mod unpack;

mod intake;
mod json;
mod tables;

mod records;
mod sniff;

mod layout;
mod number;
mod table;

mod cells;
mod machines;
mod natural;

mod doctor;
mod examine;
mod tally;

pub use dataset::{
    Coverage, Dataset, DatasetSummary, FileReceipt, Finding, Metric, Relation, RelationKind, Severity, TableView, Unit,
};
pub use error::DataError;
pub use ingest::Ingest;
pub use snapshots::{
    Deployment, DocumentEdge, Instance, Role, SNAPSHOT_SCHEMA, SnapshotCounts, SnapshotDocument, SnapshotHeader,
    SnapshotRecord,
};
pub use system::{
    CallStat, ContainerSighting, Fault, Placement, Schedule, Series, System, SystemSummary, TaskRun, TimelessCalls,
};

pub(crate) use examine::grid_facts;
pub(crate) use natural::natural_order;
