//! What one instance did about a moment: its samples, the slices that are made of them, and the calls to its service.

use serde::{Deserialize, Serialize};

use crate::data::{CallStat, Dataset, Fault};
use crate::snapshot::{SnapshotSeries, ViewCall};

/// How far one sees to either side of a moment.
const REACH_MILLIS: i64 = 300_000;

/// A time on the clock of the data in milliseconds, and a value.
pub type Timed = (i64, f32);

/// Ten minutes of one instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Around {
    /// The instance: the first that a fault of these minutes was aimed at, else the highest one of the moment.
    pub instance: String,
    /// Its service.
    pub service: String,
    /// Name of the metric.
    pub metric: String,
    /// What the metric is counted in; may be empty.
    pub unit: String,
    /// When the data start, on their clock.
    pub start_secs: i64,
    /// From when, on the clock of the data.
    pub from_millis: i64,
    /// Until when.
    pub to_millis: i64,
    /// Samples as they were reported, in this unit.
    pub samples: Vec<Timed>,
    /// Slices by their beginning, in this unit; those without a value are left out.
    pub slices: Vec<Timed>,
    /// From one slice to the next.
    pub slice_millis: i64,
    /// Calls to the service by when they ended, and how many milliseconds they took; `None` where the data know of no calls.
    pub calls: Option<Vec<Timed>>,
    /// Labelled faults, cut at the ends.
    pub faults: Vec<(i64, i64)>,
}

impl Around {
    /// The minutes about a moment; `highest` is the instance to show where nothing is labelled.
    pub(super) fn of(dataset: &Dataset, series: &SnapshotSeries, at_millis: i64, highest: usize) -> Option<Self> {
        let (from_millis, to_millis) = (at_millis.saturating_sub(REACH_MILLIS), at_millis.saturating_add(REACH_MILLIS));
        let is_inside = |millis: i64| (from_millis..to_millis).contains(&millis);
        let faults: Vec<&Fault> =
            dataset.system.faults.iter().filter(|fault| overlaps(fault, from_millis, to_millis)).collect();
        let number = faults.iter().find_map(|fault| aimed_at(series, &fault.target)).unwrap_or(highest);
        let instance = series.deployment.instances.get(number)?;
        let service = series.deployment.types.get(instance.service)?;
        let factor = series.metric.unit.factor();
        let slice = |idx: usize| {
            let begin = series.slices.start_millis + idx as i64 * series.slices.delta_millis;
            (begin, series.slices.at(number, idx) * factor)
        };
        let slices = (0..series.slices.n).map(slice).filter(|(begin, value)| is_inside(*begin) && value.is_finite());
        Some(Self {
            instance: instance.name.clone(),
            service: service.clone(),
            metric: series.metric.label.clone(),
            unit: series.metric.unit.symbol().to_owned(),
            start_secs: dataset.start_secs,
            from_millis,
            to_millis,
            samples: samples(dataset, &series.metric.id, number).filter(|(at, _)| is_inside(*at)).collect(),
            slices: slices.collect(),
            slice_millis: series.slices.delta_millis,
            calls: (!dataset.system.calls.is_empty()).then(|| calls_to(dataset, service, is_inside)),
            faults: faults
                .iter()
                .map(|fault| (fault.start_millis.max(from_millis), fault.end_millis.min(to_millis)))
                .collect(),
        })
    }
}

fn overlaps(fault: &Fault, from_millis: i64, to_millis: i64) -> bool {
    fault.start_millis < to_millis && fault.end_millis > from_millis
}

/// The instance of this name, else the first of this service, else the first on this host.
fn aimed_at(series: &SnapshotSeries, target: &str) -> Option<usize> {
    let deployment = &series.deployment;
    let instances = || deployment.instances.iter();
    let named = |names: &[String], idx: usize| names.get(idx).is_some_and(|name| name == target);
    instances()
        .position(|instance| instance.name == target)
        .or_else(|| instances().position(|instance| named(&deployment.types, instance.service)))
        .or_else(|| instances().position(|instance| named(&deployment.hosts, instance.host)))
        .filter(|_| !target.is_empty())
}

fn samples<'a>(dataset: &'a Dataset, metric: &str, node: usize) -> impl Iterator<Item = Timed> + use<'a> {
    let metric = dataset.metrics.iter().position(|known| known.id == metric);
    let of_it = dataset.system.recording.iter();
    let of_it = of_it.filter(move |series| series.node as usize == node && Some(series.metric as usize) == metric);
    of_it
        .flat_map(|series| series.at_millis.iter().copied().zip(series.values.iter().copied()))
        .filter(|(_, value)| value.is_finite())
}

fn calls_to(dataset: &Dataset, service: &str, is_inside: impl Fn(i64) -> bool) -> Vec<Timed> {
    let callee = dataset.system.services.iter().position(|known| known == service);
    let calls = dataset.system.calls.iter().filter(|call| Some(call.callee as usize) == callee);
    let mut calls: Vec<Timed> = calls
        .filter_map(|call| Some((call.ended_millis()?, call.mean_millis)))
        .filter(|(ended, _)| is_inside(*ended))
        .collect();
    calls.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    calls
}

/// The last calls from type to type up to the end of a snapshot, as long as networks on calls remember them (MODELS.md
/// B.11), with their mean duration; `None` where the data know of no calls.
pub(super) fn last_calls(dataset: &Dataset, series: &SnapshotSeries, begin_millis: i64) -> Option<Vec<ViewCall>> {
    let window = 1000 * i64::from(series.config.window_secs);
    let end_millis = begin_millis.saturating_add(window);
    let types = series.deployment.types_of(&dataset.system.services);
    let node = |service: u32| types.get(service as usize).copied().flatten();
    let mut found: Vec<ViewCall> = Vec::new();
    for call in &dataset.system.calls {
        let ended =
            call.ended_millis().filter(|ended| (begin_millis - CallStat::CARRY_MILLIS..end_millis).contains(ended));
        let (Some(ended), Some(caller), Some(callee)) = (ended, node(call.caller), node(call.callee)) else { continue };
        let snapshots_ago = ((end_millis - 1 - ended) / window) as u32;
        let seen = ViewCall { caller, callee, count: call.count, mean_millis: call.mean_millis, snapshots_ago };
        match found.iter_mut().find(|known| (known.caller, known.callee) == (caller, callee)) {
            Some(known) if known.snapshots_ago == snapshots_ago => known.add(&seen),
            Some(known) if known.snapshots_ago > snapshots_ago => *known = seen,
            Some(_) => {}
            None if caller != callee => found.push(seen),
            None => {}
        }
    }
    found.sort_by_key(|call| (call.caller, call.callee));
    (!dataset.system.calls.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::Frames;
    use super::*;
    use std::sync::Arc;

    use crate::config::preset;
    use crate::sandbox::simulate;

    fn frames(dataset: Dataset) -> Frames {
        let config = preset("quick").expect("a preset").config.check().expect("in range");
        Frames::new(Arc::new(dataset), &config).expect("small")
    }

    // The fault of the published run lasts from its 60th to its 105th minute.
    #[test]
    fn a_fault_is_seen_with_its_target_its_slices_and_its_calls() {
        let dataset = simulate("mesh-paper").expect("a scenario");
        let fault = dataset.system.faults[0].clone();
        let bin = ((fault.start_millis / 1000 - dataset.start_secs) / i64::from(dataset.grid_secs)) as usize;
        let (start, grid) = (dataset.start_secs, i64::from(dataset.grid_secs));
        let frames = frames(dataset);
        let around = frames.at(bin).around().expect("instances with samples");
        assert!(around.instance.starts_with(&fault.target) || around.service == fault.target, "{}", around.instance);
        let at = 1000 * (start + bin as i64 * grid);
        assert_eq!((around.from_millis, around.to_millis), (at - REACH_MILLIS, at + REACH_MILLIS));
        assert_eq!(around.faults, [(fault.start_millis, at + REACH_MILLIS)]);
        assert_eq!((around.slices.len(), around.slice_millis), (600, 1000));
        assert!((90..150).contains(&around.samples.len()), "{}", around.samples.len());
        // A slice lies between the samples beside it, as both are in the unit of the metric.
        let highest = |values: &[Timed]| values.iter().map(|(_, value)| *value).fold(0.0, f32::max);
        assert!(highest(&around.slices) <= highest(&around.samples) * 1.001);
        assert!(highest(&around.slices) > highest(&around.samples) * 0.5);
        let calls = around.calls.expect("the mesh has calls");
        assert!(
            calls.iter().all(|(ended, millis)| (at - REACH_MILLIS..at + REACH_MILLIS).contains(ended) && *millis > 0.0)
        );
        // Long before the fault the highest instance of the moment is shown.
        let before = frames.at(bin / 2);
        let highest = before.snapshot().as_ref().and_then(highest_of);
        assert_eq!(before.around().map(|around| Some(around.instance)), Some(highest));
    }

    fn highest_of(view: &crate::snapshot::SnapshotView) -> Option<String> {
        let instances = view.nodes.iter().filter(|node| node.layer == crate::snapshot::Layer::Instance);
        instances.max_by(|a, b| a.value.total_cmp(&b.value)).map(|node| node.name.clone())
    }

    #[test]
    fn calls_are_counted_once_and_stand_for_a_minute() {
        let dataset = simulate("mesh-paper").expect("a scenario");
        let series = super::super::snapshots::scaled_series(&dataset, false).expect("samples").0;
        let end = series.at_millis(series.n_snapshots());
        let is_known = |service: u32| series.deployment.types.contains(&dataset.system.services[service as usize]);
        let timed = dataset.system.calls.iter().filter(|call| {
            let is_inside = call.ended_millis().is_some_and(|ended| (series.at_millis(0)..end).contains(&ended));
            is_inside && is_known(call.caller) && is_known(call.callee) && call.caller != call.callee
        });
        let n: u64 = timed.map(|call| u64::from(call.count)).sum();
        let of = |snapshot| last_calls(&dataset, &series, series.at_millis(snapshot)).expect("calls");
        let all: Vec<Vec<ViewCall>> = (0..series.n_snapshots()).map(of).collect();
        let new = all.iter().flatten().filter(|call| call.snapshots_ago == 0);
        assert_eq!(new.map(|call| u64::from(call.count)).sum::<u64>(), n);
        assert!(n > 100, "{n}");
        for (snapshot, calls) in all.iter().enumerate() {
            assert!(calls.iter().all(|call| call.snapshots_ago <= 12 && call.snapshots_ago as usize <= snapshot));
            // What is carried is what was new then.
            for call in calls.iter().filter(|call| call.snapshots_ago > 0) {
                let then = &all[snapshot - call.snapshots_ago as usize];
                assert!(then.contains(&ViewCall { snapshots_ago: 0, ..call.clone() }));
            }
        }
    }

    #[test]
    fn targets_are_instances_services_or_hosts() {
        let dataset = simulate("mesh-paper").expect("a scenario");
        let series = super::super::snapshots::scaled_series(&dataset, false).expect("samples").0;
        let last = series.deployment.instances.last().expect("instances");
        assert_eq!(aimed_at(&series, &last.name), Some(series.deployment.instances.len() - 1));
        let service = &series.deployment.types[last.service];
        let first = aimed_at(&series, service).expect("a service");
        assert_eq!(series.deployment.instances[first].service, last.service);
        assert_eq!(aimed_at(&series, "elsewhere"), None);
        assert_eq!(aimed_at(&series, ""), None);
    }
}
