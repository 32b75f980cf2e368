//! The runs of protocol P1 as one data set: one after the other on one clock, hours apart (MODELS.md B.7).

use super::export_jaeger::traced_name;
use super::presets::{P1Run, Regime, p1_runs};
use super::rates::bin_means;
use super::run::{MeshRun, simulate_mesh};
use super::sampled::sampled_calls;
use super::topology::{N_INSTANCES, SERVICES, instances_of};
use crate::config::NodeLevel;
use crate::data::{CallStat, Dataset, DatasetSummary, Fault, Metric, Placement, Series, System, Unit, grid_facts};

/// Seconds from the start of a run to that of the next one: two hours are between four-hour runs.
const APART_SECS: i64 = 6 * 3600;
/// Seconds of a bin: the grid is for pictures, the samples are for detection.
const GRID_SECS: u32 = 60;
/// Requests that are traced in an hour: one for each window of 5 s, one in 600 of all.
const TRACES_PER_HOUR: u32 = 720;
/// Seed of the set.
const SEED: u32 = 1;

/// Id, title, coupling and regime of the sets with a name.
pub(crate) const MESH_SETS: [(&str, &str, f64, Regime); 3] = [
    (
        "mesh-p1",
        "Simulated service mesh: 20 runs of 4 hours, protocol P1, 1 in 600 requests traced",
        1.0,
        Regime::Plain,
    ),
    (
        "mesh-p1-hard",
        "Simulated service mesh: 20 runs of 4 hours, small faults, 1 in 600 requests traced",
        1.0,
        Regime::Hard,
    ),
    (
        "mesh-p1-uncoupled",
        "Simulated service mesh: 20 runs of 4 hours without coupling, 1 in 600 requests traced",
        0.0,
        Regime::Plain,
    ),
];

/// The data set of a named set; `None` for an unknown id.
pub(crate) fn mesh_set(id: &str) -> Option<Dataset> {
    let (_, title, coupling, regime) = MESH_SETS.into_iter().find(|(known, ..)| *known == id)?;
    let mut runs = p1_runs(SEED, regime);
    for run in &mut runs {
        run.config.coupling = coupling;
        run.config.traces_per_hour = TRACES_PER_HOUR;
    }
    Some(runs_to_dataset(&runs, title))
}

/// Simulates runs of one deployment and puts them on one clock. Of each run only samples, traced calls and labels are
/// kept, so that the next one finds its memory free.
pub fn runs_to_dataset(runs: &[P1Run], title: &str) -> Dataset {
    let mut set = Set::new();
    for (idx, run) in runs.iter().enumerate() {
        let mut config = run.config.clone();
        config.start_secs += APART_SECS * idx as i64;
        set.add(&simulate_mesh(&config, run.seed));
    }
    set.finish(runs, title)
}

/// Runs so far.
struct Set {
    placements: Vec<Placement>,
    recording: Vec<Series>,
    /// Calls between services, numbered as [`SERVICES`].
    calls: Vec<CallStat>,
    faults: Vec<Fault>,
    end_secs: i64,
}

impl Set {
    fn new() -> Self {
        let series = |node: usize| Series { node: node as u32, metric: 0, at_millis: Vec::new(), values: Vec::new() };
        Self {
            placements: vec![Placement::default(); N_INSTANCES],
            recording: (0..N_INSTANCES).map(series).collect(),
            calls: Vec::new(),
            faults: Vec::new(),
            end_secs: 0,
        }
    }

    fn add(&mut self, run: &MeshRun) {
        for pod in &run.pods {
            let (place, series) =
                (&mut self.placements[pod.instance as usize], &mut self.recording[pod.instance as usize]);
            if place.service.is_empty() {
                place.service.clone_from(&pod.service);
                place.host.clone_from(&pod.host);
            }
            place.names.push(pod.name.clone());
            for (at_millis, value) in pod.rates() {
                series.at_millis.push(at_millis);
                series.values.push(value);
            }
        }
        let (services, calls) = sampled_calls(&run.traces);
        let numbers: Vec<u32> = services.iter().map(|name| number(name)).collect();
        let numbered = |call: CallStat| CallStat {
            caller: numbers[call.caller as usize],
            callee: numbers[call.callee as usize],
            ..call
        };
        self.calls.extend(calls.into_iter().map(numbered));
        self.faults.extend(run.faults.iter().cloned());
        self.end_secs = run.config.start_secs + i64::from(run.config.duration_secs);
    }

    fn finish(self, runs: &[P1Run], title: &str) -> Dataset {
        let start_secs = runs.first().map_or(0, |run| run.config.start_secs);
        let nodes = instance_names();
        let n_bins = ((self.end_secs - start_secs) / i64::from(GRID_SECS)).max(1) as usize;
        let values = bin_means(&self.recording, n_bins, (start_secs, GRID_SECS));
        let metrics = vec![Metric { id: "cpu".into(), label: "CPU".into(), unit: Unit::Cores }];
        let n_rows = self.recording.iter().map(|series| series.at_millis.len() as u64).sum();
        let mut calls = self.calls;
        calls.sort_unstable_by_key(|call| (call.at_secs, call.caller, call.callee));
        let system = System {
            placements: self.placements,
            services: SERVICES.iter().map(|service| service.name.to_owned()).collect(),
            calls,
            faults: self.faults,
            recording: self.recording,
            ..System::default()
        };
        let facts = grid_facts(&nodes, &values, 1, (n_bins, GRID_SECS, start_secs));
        let configs: Vec<_> = runs.iter().map(|run| (&run.config, run.seed)).collect();
        let summary = DatasetSummary {
            level: NodeLevel::Instance,
            tables: Vec::new(),
            name: title.to_owned(),
            format: format!("simulated service mesh, {} runs, {:.12}", runs.len(), crate::digest::sha256_of(&configs)),
            synthetic: true,
            files: Vec::new(),
            nodes: nodes.clone(),
            metrics: metrics.clone(),
            n_rows,
            n_bins,
            grid_secs: GRID_SECS,
            grid_reason: "given".to_owned(),
            start_secs,
            missing_share: facts.missing_share,
            n_relations: system.n_records(),
            system: system.summary(),
            findings: facts.findings,
            coverage: facts.coverage,
        };
        Dataset {
            nodes,
            metrics,
            grid_secs: GRID_SECS,
            start_secs,
            n_bins,
            values,
            relations: Vec::new(),
            system,
            summary,
        }
    }
}

/// Names of all places: pods are replaced in and between runs, places stay. Services and replicas are in natural order.
fn instance_names() -> Vec<String> {
    let of_service = |service: usize| {
        let name = SERVICES[service].name;
        (0..instances_of(service).len()).map(move |replica| format!("{name}#{}", replica + 1))
    };
    (0..SERVICES.len()).flat_map(of_service).collect()
}

/// The number of a service by its name in traces.
fn number(traced: &str) -> u32 {
    (0..SERVICES.len()).find(|&service| traced_name(service) == traced).unwrap_or(0) as u32
}
