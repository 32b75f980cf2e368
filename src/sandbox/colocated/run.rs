//! One run of the cluster, from its config to the data set of its machines.

use super::super::machine::{Delivery, METRICS, Machine, Work};
use super::super::observe::data_set;
use super::config::{ColocatedConfig, N_MACHINES, N_MINUTES};
use super::jobs::Batch;
use super::records::{placements, schedule};
use super::services::{Container, containers, loads};
use super::work::{RunLoad, run_loads};
use crate::data::{Dataset, System};

/// Everything that happened in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct ColocatedRun {
    /// What was asked for.
    pub config: ColocatedConfig,
    pub(super) containers: Vec<Container>,
    pub(super) batch: Batch,
    /// Load of each run of an instance.
    pub(super) run_loads: Vec<RunLoad>,
    /// What the machines report, shape `[T, N, F]`.
    values: Vec<f32>,
}

/// Simulates one run of the cluster. The same config gives the same bits on every target.
pub fn simulate_colocated(config: ColocatedConfig) -> ColocatedRun {
    let containers = containers(config.seed);
    let batch = Batch::draw(config.seed);
    let run_loads = run_loads(config, &batch);
    let mut work = vec![Work::default(); N_MINUTES * N_MACHINES];
    add_containers(&mut work, &containers, &loads(config, &containers));
    add_runs(&mut work, &batch, &run_loads);
    ColocatedRun { config, containers, values: reports(config.seed, &work), batch, run_loads }
}

impl ColocatedRun {
    /// The run as a data set: one node per machine, CPU and four other metrics in per cent, one bin per minute.
    pub fn to_dataset(&self) -> Dataset {
        let system = System { placements: placements(), schedule: schedule(self), ..System::default() };
        let title = "Simulated cluster with scheduling records";
        let mut data = data_set(title, (N_MACHINES, N_MINUTES), self.values.clone(), (Vec::new(), system));
        let ColocatedConfig { coupling, seed } = self.config;
        data.summary.format = format!("simulated cluster with scheduling records, coupling {coupling}, seed {seed}");
        data
    }
}

/// Work of the containers on each machine, minute by minute.
fn add_containers(work: &mut [Work], containers: &[Container], loads: &[Vec<f64>]) {
    for (container, load) in containers.iter().zip(loads) {
        for (minutes, machine) in container.stays() {
            for minute in minutes {
                let Work { cpu, calls } = &mut work[minute * N_MACHINES + machine];
                *cpu += container.cost * load[minute];
                *calls += load[minute];
            }
        }
    }
}

/// Work of the instances of tasks.
fn add_runs(work: &mut [Work], batch: &Batch, loads: &[RunLoad]) {
    for (run, RunLoad { from, minutes }) in batch.runs.iter().zip(loads) {
        for (minute, (load, share)) in (*from..).zip(minutes) {
            let Work { cpu, calls } = &mut work[minute * N_MACHINES + run.slot.machine];
            *cpu += run.slot.cost * load * share;
            *calls += load * share;
        }
    }
}

fn reports(seed: u32, work: &[Work]) -> Vec<f32> {
    let mut machines: Vec<Machine> = (0..N_MACHINES).map(|machine| Machine::new("colocated", seed, machine)).collect();
    let mut values = Vec::with_capacity(work.len() * METRICS.len());
    for (minute, work) in work.chunks_exact(N_MACHINES).enumerate() {
        let delivery = if minute == 0 || minute + 1 == N_MINUTES { Delivery::Sure } else { Delivery::Usual };
        for (machine, work) in machines.iter_mut().zip(work) {
            values.extend(machine.report(*work, delivery));
        }
    }
    values
}
