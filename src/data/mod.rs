//! Bytes become a [`Dataset`]: rows of a machine table, binned to a regular grid.
//!
//! In go byte slices cut anywhere; out comes the gridded data with everything that was repaired or dropped counted.
//! Knows no files, no clock and no graphs. Any chunking of the same bytes gives the same data set.

mod dataset;
mod error;

pub use dataset::{
    Coverage, Dataset, DatasetSummary, FileReceipt, Finding, Metric, Relation, RelationKind, Severity,
};
pub use error::DataError;
