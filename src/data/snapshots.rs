//! A series of snapshots as it is saved and read again: plain data, whoever made it.

use serde::{Deserialize, Serialize};

/// Version of [`SnapshotDocument`].
pub const SNAPSHOT_SCHEMA: u32 = 1;

/// A series of snapshots: features, adjacency, labels and everything needed to name them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SnapshotDocument {
    /// What all snapshots share.
    pub header: SnapshotHeader,
    /// The snapshots in the order of time.
    pub snapshots: Vec<SnapshotRecord>,
}

/// What all snapshots share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SnapshotHeader {
    /// Version of this structure, [`SNAPSHOT_SCHEMA`].
    pub schema: u32,
    /// Id of the metric.
    pub metric: String,
    /// `δ`: milliseconds between two slices.
    pub delta_millis: i64,
    /// `W`: slices of a snapshot.
    pub n_slices: usize,
    /// Types, hosts and instances.
    pub deployment: Deployment,
    /// Names of the columns of the features.
    pub feature_names: Vec<String>,
    /// The adjacency without its loops: undirected edges between nodes in the order types, hosts, instances, slices.
    pub edges: Vec<DocumentEdge>,
}

/// Which instances there are, of which type and on which host (MODELS.md B.1); any number of each.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Deployment {
    /// Names of the service types, in the order of their first instance.
    pub types: Vec<String>,
    /// Names of the hosts (the paper's containers), in the order of their first instance; empty for the one host of all
    /// instances whose host is not known.
    pub hosts: Vec<String>,
    /// Instances, in the order of the nodes of the data.
    pub instances: Vec<Instance>,
}

/// An instance of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Instance {
    /// Name of the node.
    pub name: String,
    /// Its type, an index into [`Deployment::types`].
    #[serde(rename = "type")]
    pub service: usize,
    /// Its host, an index into [`Deployment::hosts`].
    pub host: usize,
}

/// An undirected edge and what it joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEdge(pub usize, pub usize, pub Role);

/// What an edge joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A type and one of its instances.
    TypeInstance,
    /// A host and an instance on it.
    HostInstance,
    /// An instance and one of its slices.
    InstanceSlice,
    /// A slice and the next one.
    SliceSlice,
}

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SnapshotRecord {
    /// When it begins, on the clock of the data.
    pub at_millis: i64,
    /// Whether something was broken.
    pub label: bool,
    /// Whether it may be used.
    pub kept: bool,
    /// Instances without enough samples.
    pub missing: Vec<usize>,
    /// Features, `[n, F0]`, row-major.
    pub features: Vec<f32>,
}

/// How large a series of snapshots is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotCounts {
    /// Snapshots.
    pub n_snapshots: usize,
    /// Nodes of each.
    pub n_nodes: usize,
    /// Edges of each.
    pub n_edges: usize,
    /// Snapshots in which something was broken.
    pub n_labels: usize,
}

impl SnapshotHeader {
    /// `n = Y + C + I + I · W`: types, hosts, instances and their slices. Saturates.
    pub fn n_nodes(&self) -> usize {
        let Deployment { types, hosts, instances } = &self.deployment;
        let with_slices = instances.len().saturating_mul(self.n_slices.saturating_add(1));
        (types.len() + hosts.len()).saturating_add(with_slices)
    }
}

impl SnapshotDocument {
    /// How large it is.
    pub fn counts(&self) -> SnapshotCounts {
        SnapshotCounts {
            n_snapshots: self.snapshots.len(),
            n_nodes: self.header.n_nodes(),
            n_edges: self.header.edges.len(),
            n_labels: self.snapshots.iter().filter(|snapshot| snapshot.label).count(),
        }
    }
}
