//! What the data show at one moment, before anything is trained: the dependency graph, and what came and went.
//!
//! In go a data set and the settings of its graph; out come [`Frame`]s, plain data for the page's time slider. Knows no
//! models.

mod around;
mod frames;
mod slider;
mod snapshots;

use serde::{Deserialize, Serialize};

pub use around::{Around, Timed};
pub use frames::Frames;
pub use slider::{Slider, Stretch};
pub use snapshots::snapshot_document;

use crate::json;
use crate::snapshot::SnapshotView;

/// The dependency graph that is in force at one bin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The bin.
    pub bin: usize,
    /// Bins of the data set.
    pub n_bins: usize,
    /// Bins between two renewals of the graph.
    pub renew_bins: usize,
    /// Start of the bin on the clock of the data.
    pub at_secs: i64,
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// Sum of all channels that the data offer, each with rows of at most 1, `[N, N]`; row i receives from column j.
    pub weights: Vec<f32>,
    /// What the edges come from.
    pub sources: Vec<String>,
    /// Edges that the graph before did not have.
    pub n_came: usize,
    /// Edges that only the graph before had.
    pub n_went: usize,
    /// The data hold snapshots, or instances with samples of their own.
    pub has_snapshots: bool,
    /// The [hierarchical snapshot graph](Self::snapshot) at the bin as JSON text, which the page hands to its charts
    /// unread; `None` before the first one.
    pub snapshot_json: Option<String>,
    /// [What one instance did](Self::around) about the bin, likewise; `None` where nothing was sampled.
    pub around_json: Option<String>,
}

impl Frame {
    /// The hierarchical snapshot graph.
    pub fn snapshot(&self) -> Option<SnapshotView> {
        json::from_text(self.snapshot_json.as_deref()?).ok()
    }

    /// What one instance did.
    pub fn around(&self) -> Option<Around> {
        json::from_text(self.around_json.as_deref()?).ok()
    }
}
