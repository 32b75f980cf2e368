//! One run before any split: unscaled values, windows and what the missing rule said.

use super::calls::{Durations, durations};
use super::episode::{Clock, episodes, window};
use super::fold::{Episode, Window};
use super::runs::{RunSpan, cut};
use super::shift::shift_labels;
use crate::config::DetectConfig;
use crate::data::{Dataset, Deployment, Instance};
use crate::snapshot::{ByClass, Hierarchy, SnapshotError, SnapshotSeries};

/// One run before any split.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    /// Name and time.
    pub(super) span: RunSpan,
    /// Start of the first snapshot.
    pub(super) start_millis: i64,
    /// `I`.
    pub(super) n_instances: usize,
    /// Values in the unit of errors, `[S, I, W]`; NaN where missing.
    pub(super) values: Vec<f32>,
    /// Which instances are missing, `[S, I]`.
    pub(super) missing: Vec<bool>,
    /// Its faults.
    pub(super) episodes: Vec<Episode>,
    /// All windows that may be used, by time.
    pub(super) windows: Vec<Window>,
    /// How long calls took; empty unless they are asked for.
    pub(super) calls: Durations,
    /// Blocks, those that were left out, and instances marked in others.
    pub(super) blocks: ByClass,
    pub(super) dropped: ByClass,
    pub(super) marked: ByClass,
}

impl Run {
    /// Cuts one run of a data set into snapshots; `number` is its index, `first` that of its first episode.
    pub(super) fn build(
        dataset: &Dataset,
        span: &RunSpan,
        (number, first): (u32, u32),
        (config, nodes): (&DetectConfig, &Nodes),
    ) -> Result<Self, SnapshotError> {
        let mut part = cut(dataset, span);
        shift_labels(&mut part.system.faults, span, config);
        let series = SnapshotSeries::build(&part, &config.snapshot)?;
        let (values, missing) = nodes.merged(&series);
        let episodes = episodes(&part, number, (span.begin_millis, span.end_millis), &nodes.instance_of);
        let clock = Clock {
            start_millis: series.slices.start_millis,
            window_millis: 1000 * i64::from(config.snapshot.window_secs),
            sequence: config.snapshot.sequence,
            recovery_millis: 1000 * i64::from(config.snapshot.recovery_secs),
        };
        let grid = (clock.start_millis, series.n_snapshots());
        let calls = if config.needs_calls() { durations(&part, grid, config, nodes) } else { Durations::new() };
        let sequences = series.sequences().into_iter();
        let windows = sequences.map(|sequence| window(number, sequence, (&episodes, first), clock)).collect();
        Ok(Self {
            span: span.clone(),
            start_millis: clock.start_millis,
            n_instances: nodes.hierarchy.n_instances(),
            values,
            missing,
            episodes,
            windows,
            calls,
            blocks: series.blocks.n_blocks,
            dropped: series.blocks.n_dropped,
            marked: series.blocks.n_marked,
        })
    }

    /// Types of its faults, sorted; empty if it has none.
    pub(super) fn kinds(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self.episodes.iter().map(|episode| episode.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

/// Which instance of the graph each node of the data set is a part of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nodes {
    /// Types, hosts and instances.
    pub(super) deployment: Deployment,
    /// The graph that all snapshots share.
    pub(super) hierarchy: Hierarchy,
    /// Instance of each node.
    pub(super) instance_of: Vec<u32>,
}

impl Nodes {
    /// All nodes of a data set; one instance per service, with its nodes averaged, if they are to be merged.
    pub(super) fn new(dataset: &Dataset, config: &DetectConfig) -> Self {
        let all = Deployment::of(dataset);
        let instance_of = all.instances.iter().enumerate();
        let instance_of = instance_of
            .map(|(idx, instance)| if config.setup.merged { instance.service } else { idx } as u32)
            .collect();
        let deployment = if config.setup.merged { of_services(all) } else { all };
        let hierarchy = Hierarchy::new(&deployment, config.snapshot.n_slices());
        Self { deployment, hierarchy, instance_of }
    }

    /// Values `[S, I, W]`, NaN where missing, and what is missing `[S, I]`. An instance of several nodes carries the mean of
    /// those that are not missing.
    fn merged(&self, series: &SnapshotSeries) -> (Vec<f32>, Vec<bool>) {
        let (n, w) = (self.hierarchy.n_instances(), self.hierarchy.n_slices);
        let n_snapshots = series.n_snapshots();
        let mut values = Vec::with_capacity(n_snapshots * n * w);
        let mut missing = Vec::with_capacity(n_snapshots * n);
        for snapshot in 0..n_snapshots {
            let mut sums = vec![(0.0_f64, 0_u32); n * w];
            let mut is_missing = vec![true; n];
            for (node, _) in series.missing(snapshot).iter().enumerate().filter(|(_, is_missing)| !**is_missing) {
                let instance = self.instance_of[node] as usize;
                is_missing[instance] = false;
                for slice in 0..w {
                    let value = series.slices.at(node, snapshot * w + slice);
                    let sum = &mut sums[instance * w + slice];
                    *sum = if value.is_nan() { *sum } else { (sum.0 + f64::from(value), sum.1 + 1) };
                }
            }
            values.extend(sums.into_iter().map(|(sum, n)| if n == 0 { f32::NAN } else { (sum / f64::from(n)) as f32 }));
            missing.extend(is_missing);
        }
        (values, missing)
    }
}

/// One instance per service, on the host that has most of it.
fn of_services(all: Deployment) -> Deployment {
    let host_of = |service: usize| {
        let n_on = |host: usize| {
            all.instances.iter().filter(|instance| (instance.service, instance.host) == (service, host)).count()
        };
        (0..all.hosts.len()).rev().max_by_key(|&host| n_on(host)).unwrap_or(0)
    };
    let instances = all.types.iter().enumerate();
    let instances =
        instances.map(|(service, name)| Instance { name: name.clone(), service, host: host_of(service) }).collect();
    Deployment { instances, ..all }
}
