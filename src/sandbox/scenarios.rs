//! Everything that can be simulated by name.

use super::cluster::N_MACHINES;
use super::colocated::{ColocatedConfig, ColocatedRun, simulate_colocated};
use super::export::to_csv;
use super::mesh::{MESH_SETS, MESHES, N_P1_RUNS, P1_ID, has_faults, mesh_scenario, mesh_set, simulate_mesh};
use super::observe::{ClusterRun, simulate_cluster};
use super::schedule::{container_meta, machine_meta};
use crate::data::Dataset;

/// Something that can be simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// Stable id.
    pub id: &'static str,
    /// What it is, in a few words; also the name of its data set.
    pub title: &'static str,
    /// Share of load that comes along calls and from shared applications, 0 to 1.
    pub coupling: f64,
}

/// Clusters of machines, the default first.
const CLUSTERS: [(&str, ClusterRun); 2] = [
    ("sample", ClusterRun { title: "Simulated cluster: 24 machines, 2 days", coupling: 0.8, seed: 1 }),
    (
        "sample-uncoupled",
        ClusterRun {
            title: "Simulated cluster without coupling: nothing for a graph to learn",
            coupling: 0.0,
            seed: 1,
        },
    ),
];

/// Id, title and coupling of the clusters with scheduling records.
const COLOCATED: [(&str, &str, f64); 2] = [
    ("cluster", "Simulated cluster with services and batch jobs: 40 machines, 3 days", 1.0),
    ("cluster-uncoupled", "Simulated cluster with services and batch jobs, without coupling: nothing to learn", 0.0),
];

/// All scenarios, the default first. Titles alone: the page lists them without the simulator.
pub fn scenarios() -> Vec<Scenario> {
    let clusters = CLUSTERS.into_iter().map(|(id, run)| Scenario { id, title: run.title, coupling: run.coupling });
    let sets = MESH_SETS.into_iter().map(|(id, title, coupling, _)| (id, title, coupling));
    let others =
        COLOCATED.into_iter().chain(MESHES).chain(sets).map(|(id, title, coupling)| Scenario { id, title, coupling });
    clusters.chain(others).collect()
}

/// The data set of a scenario; `None` for an unknown id.
pub fn simulate(id: &str) -> Option<Dataset> {
    if let Some((_, run)) = CLUSTERS.into_iter().find(|(known, _)| *known == id) {
        return Some(simulate_cluster(&run));
    }
    if let Some((run, title)) = colocated(id) {
        let mut data = run.to_dataset();
        title.clone_into(&mut data.summary.name);
        return Some(data);
    }
    if let Some(data) = mesh_set(id) {
        return Some(data);
    }
    let mesh = mesh_scenario(id)?;
    let mut data = simulate_mesh(&mesh.config, mesh.seed).to_dataset();
    mesh.title.clone_into(&mut data.summary.name);
    Some(data)
}

/// A run of a cluster with scheduling records, and its title.
fn colocated(id: &str) -> Option<(ColocatedRun, &'static str)> {
    let (_, title, coupling) = COLOCATED.into_iter().find(|(known, ..)| *known == id)?;
    Some((simulate_colocated(ColocatedConfig { coupling, seed: 1 }), title))
}

fn is_mesh(id: &str) -> bool {
    let is_run = |number: &str| number.parse().is_ok_and(|number: usize| (1..=N_P1_RUNS).contains(&number));
    MESHES.iter().any(|(known, ..)| *known == id) || id.strip_prefix(P1_ID).is_some_and(is_run)
}

const COLOCATED_FILES: [&str; 5] =
    ["machine_usage.csv", "container_meta.csv", "machine_meta.csv", "batch_task.csv", "batch_instance.csv"];

/// Files in which a scenario can be written, in formats that are read; none for sets of runs, each of which has an id of
/// its own, and for an unknown id.
pub fn file_names(id: &str) -> Vec<&'static str> {
    match id {
        _ if CLUSTERS.iter().any(|(known, _)| *known == id) => {
            vec!["machine_usage.csv", "container_meta.csv", "machine_meta.csv"]
        }
        _ if COLOCATED.iter().any(|(known, ..)| *known == id) => COLOCATED_FILES.to_vec(),
        _ if is_mesh(id) && has_faults(id) => vec!["prometheus.json", "jaeger.json", "labels.csv"],
        _ if is_mesh(id) => vec!["prometheus.json", "jaeger.json"],
        _ => Vec::new(),
    }
}

/// The text of one of these files.
pub fn file(id: &str, name: &str) -> Option<String> {
    if let Some((_, run)) = CLUSTERS.into_iter().find(|(known, _)| *known == id) {
        return match name {
            "machine_usage.csv" => Some(to_csv(&simulate_cluster(&run))),
            "container_meta.csv" => Some(container_meta(run.seed)),
            "machine_meta.csv" => Some(machine_meta(N_MACHINES)),
            _ => None,
        };
    }
    if let Some((run, _)) = colocated(id) {
        return match name {
            "machine_usage.csv" => Some(to_csv(&run.to_dataset())),
            "container_meta.csv" => Some(run.container_meta_csv()),
            "machine_meta.csv" => Some(run.machine_meta_csv()),
            "batch_task.csv" => Some(run.batch_task_csv()),
            "batch_instance.csv" => Some(run.batch_instance_csv()),
            _ => None,
        };
    }
    let mesh = mesh_scenario(id)?;
    let run = simulate_mesh(&mesh.config, mesh.seed);
    match name {
        "prometheus.json" => Some(run.to_prometheus_json()),
        "jaeger.json" => Some(run.to_jaeger_json()),
        "labels.csv" => Some(run.labels_csv()),
        _ => None,
    }
}
