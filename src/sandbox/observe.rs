//! What the machines of a simulated cluster report.

use super::cluster::{Container, N_MACHINES, containers};
use super::load::container_loads;
use super::process::Ar1;
use super::relations::relations;
use crate::data::{Dataset, DatasetSummary, Metric, System, Unit, grid_facts};
use crate::stream::{Stream, StreamRng};

/// Two days of minutes.
const N_MINUTES: usize = 2880;
const METRICS: [(&str, &str); 5] =
    [("cpu", "CPU"), ("mem", "Memory"), ("net_in", "Network in"), ("net_out", "Network out"), ("disk", "Disk")];
/// Machine, first minute and length of the one outage of a machine.
const OUTAGE: (usize, std::ops::Range<usize>) = (7, 900..935);
/// Share of reports that are lost whole, and of single values that are lost.
const LOST_REPORTS: f32 = 0.015;
const LOST_VALUES: f32 = 0.005;
/// Lag-1 correlation at one minute and standard deviation of CPU noise (MODELS.md G: about 0.2).
const NOISE: (f64, f64) = (0.2, 1.2);

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
    let mut machines: Vec<Machine> = (0..N_MACHINES).map(|machine| Machine::new(run.seed, machine)).collect();
    let mut values = Vec::with_capacity(N_MINUTES * N_MACHINES * METRICS.len());
    for minute in 0..N_MINUTES {
        let work = work_at(&containers, &loads, minute);
        for (machine, work) in machines.iter_mut().zip(work) {
            values.extend(machine.report(minute, work));
        }
    }
    data_set(run, values, relations(&containers, N_MINUTES))
}

/// Work on each machine in a minute: CPU in per cent, and the number of loaded containers.
fn work_at(containers: &[Container], loads: &[Vec<f64>], minute: usize) -> [(f64, f64); N_MACHINES] {
    let mut work = [(0.0, 0.0); N_MACHINES];
    for (container, load) in containers.iter().zip(loads) {
        let (cpu, calls) = &mut work[container.machine_at(minute)];
        *cpu += container.cost * load[minute];
        *calls += load[minute];
    }
    work
}

/// One machine's own state and noise.
#[derive(Debug)]
struct Machine {
    idx: usize,
    base_cpu: f64,
    base_mem: f64,
    slow_cpu: Option<f64>,
    cpu_noise: Ar1,
    mem_noise: Ar1,
    net_noise: [Ar1; 2],
    disk_noise: Ar1,
    losses: StreamRng,
}

impl Machine {
    fn new(seed: u32, idx: usize) -> Self {
        let stream = |name: &str| Stream::Data.rng(seed, &format!("sandbox/machine/{idx}/{name}"));
        let mut base = stream("base");
        Self {
            idx,
            base_cpu: f64::from(base.uniform(4.0, 12.0)),
            base_mem: f64::from(base.uniform(35.0, 60.0)),
            slow_cpu: None,
            cpu_noise: Ar1::new(NOISE.0, NOISE.1, stream("cpu")),
            mem_noise: Ar1::new(0.9, 0.4, stream("mem")),
            net_noise: [Ar1::new(0.2, 1.0, stream("net_in")), Ar1::new(0.2, 1.0, stream("net_out"))],
            disk_noise: Ar1::new(0.5, 1.0, stream("disk")),
            losses: stream("losses"),
        }
    }

    /// The five metrics of a minute in per cent, with two decimals as in the official table.
    fn report(&mut self, minute: usize, (work, calls): (f64, f64)) -> [f32; 5] {
        let cpu = self.base_cpu + work + self.cpu_noise.next();
        let slow = self.slow_cpu.map_or(cpu, |slow| slow + 0.02 * (cpu - slow));
        self.slow_cpu = Some(slow);
        let [net_in, net_out] = &mut self.net_noise;
        let reported = [
            cpu,
            self.base_mem + 0.25 * slow + self.mem_noise.next(),
            3.0 + 8.0 * calls + net_in.next(),
            2.0 + 6.5 * calls + net_out.next(),
            2.0 + 0.1 * cpu + self.disk_noise.next(),
        ];
        let reported = reported.map(two_decimals);
        // All draws are made in any case, so that one loss does not move the next.
        let is_lost = self.losses.unit() < LOST_REPORTS;
        let lost_values = METRICS.map(|_| self.losses.unit() < LOST_VALUES);
        let is_out = self.idx == OUTAGE.0 && OUTAGE.1.contains(&minute);
        let is_edge = minute == 0 || minute + 1 == N_MINUTES;
        std::array::from_fn(|metric| {
            let is_missing = (is_lost || is_out || lost_values[metric]) && !is_edge;
            if is_missing { f32::NAN } else { reported[metric] }
        })
    }
}

fn two_decimals(percent: f64) -> f32 {
    ((percent.clamp(0.0, 100.0) * 100.0).round() / 100.0) as f32
}

fn data_set(run: &ClusterRun, values: Vec<f32>, relations: Vec<crate::data::Relation>) -> Dataset {
    let nodes: Vec<String> = (1..=N_MACHINES).map(|machine| format!("m_{machine}")).collect();
    let metrics: Vec<Metric> = METRICS
        .iter()
        .map(|(id, label)| Metric { id: (*id).into(), label: (*label).into(), unit: Unit::Percent })
        .collect();
    let grid = (N_MINUTES, 60, 0);
    let facts = grid_facts(&nodes, &values, metrics.len(), grid);
    let is_reported = |row: &&[f32]| row.iter().any(|value| !value.is_nan());
    let summary = DatasetSummary {
        name: run.title.to_owned(),
        format: "simulated cluster".to_owned(),
        synthetic: true,
        files: Vec::new(),
        nodes: nodes.clone(),
        metrics: metrics.clone(),
        n_rows: values.chunks_exact(METRICS.len()).filter(is_reported).count() as u64,
        n_bins: N_MINUTES,
        grid_secs: 60,
        grid_reason: "given".to_owned(),
        start_secs: 0,
        missing_share: facts.missing_share,
        n_relations: relations.len(),
        system: Default::default(),
        level: Default::default(),
        tables: Vec::new(),
        findings: facts.findings,
        coverage: facts.coverage,
    };
    Dataset {
        nodes,
        metrics,
        grid_secs: 60,
        start_secs: 0,
        n_bins: N_MINUTES,
        values,
        relations,
        system: System::default(),
        summary,
    }
}
