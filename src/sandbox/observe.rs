//! What the machines of a simulated cluster report.

use super::cluster::{Container, N_MACHINES, containers};
use super::load::container_loads;
use super::machine::{Delivery, METRICS, Machine, Work};
use super::relations::relations;
use crate::data::{Dataset, DatasetSummary, Metric, Relation, System, Unit, grid_facts};

/// Two days of minutes.
const N_MINUTES: usize = 2880;
/// Machine, first minute and length of the one outage of a machine.
const OUTAGE: (usize, std::ops::Range<usize>) = (7, 900..935);

/// A run of the cluster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ClusterRun {
    /// Name of the data set.
    pub(super) title: &'static str,
    /// Share of load that comes along calls and from shared applications, 0 to 1.
    pub(super) coupling: f64,
    pub(super) seed: u32,
}

/// The data set of a run.
pub(super) fn simulate_cluster(run: &ClusterRun) -> Dataset {
    let containers = containers(run.seed);
    let loads = container_loads(run.seed, run.coupling, &containers, N_MINUTES);
    let mut machines: Vec<Machine> =
        (0..N_MACHINES).map(|machine| Machine::new("sandbox", run.seed, machine)).collect();
    let mut values = Vec::with_capacity(N_MINUTES * N_MACHINES * METRICS.len());
    for minute in 0..N_MINUTES {
        let work = work_at(&containers, &loads, minute);
        for (idx, (machine, work)) in machines.iter_mut().zip(work).enumerate() {
            values.extend(machine.report(work, delivery(idx, minute)));
        }
    }
    data_set(run.title, (N_MACHINES, N_MINUTES), values, (relations(&containers, N_MINUTES), System::default()))
}

/// Work on each machine in a minute.
fn work_at(containers: &[Container], loads: &[Vec<f64>], minute: usize) -> [Work; N_MACHINES] {
    let mut work = [Work::default(); N_MACHINES];
    for (container, load) in containers.iter().zip(loads) {
        let Work { cpu, calls } = &mut work[container.machine_at(minute)];
        *cpu += container.cost * load[minute];
        *calls += load[minute];
    }
    work
}

fn delivery(machine: usize, minute: usize) -> Delivery {
    match minute {
        0 => Delivery::Sure,
        _ if minute + 1 == N_MINUTES => Delivery::Sure,
        _ if machine == OUTAGE.0 && OUTAGE.1.contains(&minute) => Delivery::Out,
        _ => Delivery::Usual,
    }
}

/// A data set of machines `m_1`, `m_2` and so on, minute by minute; values have the shape `[T, N, F]`.
pub(super) fn data_set(
    title: &str,
    (n_machines, n_minutes): (usize, usize),
    values: Vec<f32>,
    (relations, system): (Vec<Relation>, System),
) -> Dataset {
    let nodes: Vec<String> = (1..=n_machines).map(|machine| format!("m_{machine}")).collect();
    let metrics: Vec<Metric> = METRICS
        .iter()
        .map(|(id, label)| Metric { id: (*id).into(), label: (*label).into(), unit: Unit::Percent })
        .collect();
    let facts = grid_facts(&nodes, &values, metrics.len(), (n_minutes, 60, 0));
    let is_reported = |row: &&[f32]| row.iter().any(|value| !value.is_nan());
    let summary = DatasetSummary {
        name: title.to_owned(),
        format: "simulated cluster".to_owned(),
        synthetic: true,
        files: Vec::new(),
        nodes: nodes.clone(),
        metrics: metrics.clone(),
        n_rows: values.chunks_exact(METRICS.len()).filter(is_reported).count() as u64,
        n_bins: n_minutes,
        grid_secs: 60,
        grid_reason: "given".to_owned(),
        start_secs: 0,
        missing_share: facts.missing_share,
        n_relations: relations.len() + system.n_records(),
        system: system.summary(),
        level: Default::default(),
        tables: Vec::new(),
        findings: facts.findings,
        coverage: facts.coverage,
    };
    Dataset { nodes, metrics, grid_secs: 60, start_secs: 0, n_bins: n_minutes, values, relations, system, summary }
}
