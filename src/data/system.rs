//! What is known of the system behind the series: where things run, who calls whom, what was scheduled, what broke.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::snapshots::{SnapshotCounts, SnapshotDocument};

/// All that files say beside the series themselves; every part may be empty.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct System {
    /// Where each node belongs, in the order of the nodes; empty if nothing is known of any.
    pub placements: Vec<Placement>,
    /// Containers and batch work on the nodes.
    pub schedule: Schedule,
    /// Names of the services that [`calls`](Self::calls) refer to, in natural order.
    pub services: Vec<String>,
    /// Calls between services, ordered by second, caller and callee.
    pub calls: Vec<CallStat>,
    /// Calls without any time, in the order of caller, callee and operation: static edges, and part of no graph over
    /// time.
    pub timeless_calls: Vec<TimelessCalls>,
    /// Intervals in which something was broken, ordered by start.
    pub faults: Vec<Fault>,
    /// Samples as they were reported, before any grid; empty for tables that are summed while they are read.
    pub recording: Vec<Series>,
    /// Snapshots that were saved and read again, as they were saved.
    pub snapshots: Option<Arc<SnapshotDocument>>,
}

/// Files without such calls keep their summary as it was.
fn is_none(n: &u64) -> bool {
    *n == 0
}

/// What the page shows of a [`System`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SystemSummary {
    /// Names of services that call each other.
    pub services: Vec<String>,
    /// Pairs of services of which one calls the other.
    pub n_call_edges: usize,
    /// Calls.
    pub n_calls: u64,
    /// Pairs of services, or of a service and its store, whose calls have no time.
    #[serde(default, skip_serializing_if = "is_none")]
    pub n_timeless_edges: u64,
    /// Calls without time.
    #[serde(default, skip_serializing_if = "is_none")]
    pub n_timeless_calls: u64,
    /// Fault labels, on the clock of the data.
    pub faults: Vec<Fault>,
    /// Where each node belongs; empty if unknown.
    pub placements: Vec<Placement>,
    /// Snapshots that were saved and read again; absent if there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshots: Option<SnapshotCounts>,
}

impl System {
    /// The part that the page shows.
    pub fn summary(&self) -> SystemSummary {
        let mut edges: Vec<(u32, u32)> = self.calls.iter().map(|call| (call.caller, call.callee)).collect();
        edges.sort_unstable();
        edges.dedup();
        let timeless = || self.timeless_calls.iter();
        let pairs: BTreeSet<(&str, &str)> = timeless().map(|of| (of.caller.as_str(), of.callee.as_str())).collect();
        SystemSummary {
            services: self.services.clone(),
            n_call_edges: edges.len(),
            n_calls: self.calls.iter().map(|call| u64::from(call.count)).sum(),
            n_timeless_edges: pairs.len() as u64,
            n_timeless_calls: timeless().fold(0, |n, of| n.saturating_add(of.count)),
            faults: self.faults.clone(),
            placements: self.placements.clone(),
            snapshots: self.snapshots.as_ref().map(|snapshots| snapshots.counts()),
        }
    }

    /// Records that connect nodes.
    pub fn n_records(&self) -> usize {
        self.schedule.containers.len() + self.schedule.task_runs.len() + self.calls.len()
    }
}

/// Where a node belongs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Placement {
    /// Service that the node is an instance of; empty if unknown.
    pub service: String,
    /// Host it runs on; empty if unknown.
    pub host: String,
    /// Names under which it reported, one after the other; empty if there is only the node's own.
    pub names: Vec<String>,
    /// Failure domains, the narrow one last; empty if unknown.
    pub domains: Vec<String>,
}

/// What was scheduled on the nodes, as the records say it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule {
    /// Sightings of containers, ordered by time: a container is where it was last seen.
    pub containers: Vec<ContainerSighting>,
    /// Names of applications, by index.
    pub apps: Vec<String>,
    /// Runs of task instances, ordered by start.
    pub task_runs: Vec<TaskRun>,
    /// For each job the pairs of its tasks of which one needs the other, lower number first, sorted.
    pub dependencies: Vec<Vec<(u32, u32)>>,
}

/// A container was seen on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerSighting {
    /// When.
    pub at_secs: i64,
    /// Which container, a number of its own.
    pub container: u32,
    /// Its application, an index into [`Schedule::apps`].
    pub app: u32,
    /// The node; `None` if it runs on a node that is not part of the data set, or no longer.
    pub node: Option<u32>,
}

/// An instance of a task ran on a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TaskRun {
    /// From when.
    pub start_secs: i64,
    /// Until when; `None` if the records do not say.
    pub end_secs: Option<i64>,
    /// The node.
    pub node: u32,
    /// Its job, an index into [`Schedule::dependencies`].
    pub job: u32,
    /// Its task, a number within the job.
    pub task: u32,
}

/// Calls from one service to another within one interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallStat {
    /// Start of the interval: a second for traces, a minute for call tables.
    pub at_secs: i64,
    /// Calling service, an index into [`System::services`].
    pub caller: u32,
    /// Called service.
    pub callee: u32,
    /// Calls.
    pub count: u32,
    /// Mean duration in milliseconds; NaN if no call had one.
    pub mean_millis: f32,
    /// 95th percentile of the durations (nearest rank) in milliseconds; NaN if they were too many to be kept.
    pub p95_millis: f32,
}

impl CallStat {
    /// A call stands for later snapshots without calls for this long (MODELS.md B.11).
    pub const CARRY_MILLIS: i64 = 60_000;

    /// When the calls had ended, on the clock of the data: a duration is known no earlier. Calls of a second end as the
    /// 95th percentile of them, of fewer than 20 the longest. `None` without a duration.
    pub fn ended_millis(&self) -> Option<i64> {
        let is_timed = self.mean_millis.is_finite() && self.count > 0;
        let took = if self.p95_millis.is_finite() { self.p95_millis.max(self.mean_millis) } else { self.mean_millis };
        is_timed.then(|| self.at_secs.saturating_mul(1000).saturating_add(f64::from(took) as i64))
    }
}

/// Calls over the whole of a trace that does not say when they were made.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelessCalls {
    /// Calling service.
    pub caller: String,
    /// Called service, or a store such as a database.
    pub callee: String,
    /// What was called there; empty if it is not said.
    pub operation: String,
    /// Calls, at least 1.
    pub count: u64,
    /// Mean duration in microseconds; `None` if it is not said.
    pub mean_micros: Option<f64>,
    /// 95th percentile of the durations in microseconds; `None` if it is not said.
    pub p95_micros: Option<f64>,
}

/// Something was broken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// From when, on the clock of the series.
    pub start_millis: i64,
    /// Until when, not included.
    pub end_millis: i64,
    /// Instance, service or host it was aimed at; empty if the label does not say.
    pub target: String,
    /// What was done, for example `cpu-stress`; empty if the label does not say. See
    /// [`is_inferred`](Self::is_inferred).
    pub kind: String,
}

impl Fault {
    /// Stands before the kind of faults that nobody injected on record: they were inferred from the series, and are no
    /// ground truth. It is part of the kind, so that it is seen wherever the label goes.
    const INFERRED: &str = "inferred";

    /// Whether the label was inferred from the series.
    pub fn is_inferred(&self) -> bool {
        self.kind.strip_prefix(Self::INFERRED).is_some_and(|rest| rest.is_empty() || rest.starts_with(": "))
    }

    /// The kind of an inferred fault.
    pub(super) fn inferred_kind(kind: &str) -> String {
        if kind.is_empty() { Self::INFERRED.to_owned() } else { format!("{}: {kind}", Self::INFERRED) }
    }
}

/// Samples of one metric of one node, ordered by time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Index of the node.
    pub node: u32,
    /// Index of the metric.
    pub metric: u32,
    /// When, on the clock of the data set.
    pub at_millis: Vec<i64>,
    /// What, in the metric's unit.
    pub values: Vec<f32>,
}
