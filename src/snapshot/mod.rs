//! A recording becomes a series of labelled hierarchical snapshot graphs (MODELS.md B.2 to B.4).
//!
//! In go samples of one metric per instance, the deployment and the faults; out come slices on a grid, snapshots of a few
//! slices with labels, sequences of snapshots, and the one graph that all snapshots share. Knows no tensors and no
//! models.

mod error;
mod series;

mod deployment;

mod grid;
mod missing;
mod track;

mod window;

mod features;
mod hierarchy;
mod propagate;

mod export;
mod view;

pub use error::SnapshotError;
pub use features::{FeatureLayout, Scaling, features};
pub use grid::Slices;
pub use hierarchy::{Edge, Hierarchy, Layer};
pub use missing::{Blocks, ByClass};
pub use propagate::{Csr, Real, Structured};
pub use series::SnapshotSeries;
pub use view::{SnapshotView, Timeline, ViewCall, ViewNode};
pub use window::{Faulty, Sequence, majority_labels, sequences};

pub use crate::data::{
    Deployment, DocumentEdge, Instance, Role, SNAPSHOT_SCHEMA, SnapshotDocument, SnapshotHeader, SnapshotRecord,
};
