//! Scheduling records as the official tables of Alibaba v2018: no header, seconds from 0, empty where unknown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::schedule::machine_meta;
use super::config::N_MACHINES;
use super::jobs::Run;
use super::records::{app_name, container_name, end_secs, job_name, started_tasks};
use super::run::ColocatedRun;
use super::work::RunLoad;

/// Hundredths of a core in one per cent of a machine of 96 cores.
const CORE_HUNDREDTHS: f64 = 96.0;
/// Memory of an instance, normalised as in the trace, per hundredth of a core.
const MEMORY: f64 = 0.0004;

/// Writing into a string cannot fail.
macro_rules! row {
    ($table:expr, $($args:tt)*) => {
        let _ = writeln!($table, $($args)*);
    };
}

impl ColocatedRun {
    /// `machine_meta`: every machine in its rack and room.
    pub fn machine_meta_csv(&self) -> String {
        machine_meta(N_MACHINES)
    }

    /// `container_meta`: each container when it starts and whenever it moves.
    pub fn container_meta_csv(&self) -> String {
        let mut table = String::new();
        for (idx, container) in self.containers.iter().enumerate() {
            let (name, app) = (container_name(idx), app_name(container.app));
            let request = container.cost * CORE_HUNDREDTHS;
            for (minute, machine) in &container.homes {
                let (machine, secs) = (machine + 1, minute * 60);
                row!(table, "{name},m_{machine},{secs},{app},started,{request:.0},{:.0},1.56", 2.0 * request);
            }
        }
        table
    }

    /// `batch_task`: every task of which an instance has started; graphs of jobs are in the names of their tasks.
    pub fn batch_task_csv(&self) -> String {
        let mut runs_of: Vec<Vec<Vec<&Run>>> =
            self.batch.jobs.iter().map(|job| vec![Vec::new(); job.tasks.len()]).collect();
        self.batch.runs.iter().for_each(|run| runs_of[run.job][run.task].push(run));
        let mut table = String::new();
        for (idx, (job, started)) in self.batch.jobs.iter().zip(started_tasks(self)).enumerate() {
            for (task, facts) in job.tasks.iter().enumerate().filter(|(task, _)| started[*task]) {
                let runs = &runs_of[idx][task];
                let start = runs.iter().map(|run| run.slot.start_secs).min().unwrap_or(0);
                let (status, end) = state_of_task(facts.n_instances, runs);
                let plan = runs.iter().map(|run| run.slot.cost).fold(0.0, f64::max) * CORE_HUNDREDTHS;
                let (name, n, job, memory) = (&facts.name, facts.n_instances, job_name(idx), plan * MEMORY);
                row!(table, "{name},{n},{job},1,{status},{start},{end},{plan:.0},{memory:.2}");
            }
        }
        table
    }

    /// `batch_instance`: every run of an instance; one that failed has another run with a higher number.
    pub fn batch_instance_csv(&self) -> String {
        let mut n_attempts: BTreeMap<(usize, usize, usize), usize> = BTreeMap::new();
        let instance_of = |run: &Run| (run.job, run.task, run.instance);
        self.batch.runs.iter().for_each(|run| *n_attempts.entry(instance_of(run)).or_default() += 1);
        let mut table = String::new();
        for (run, load) in self.batch.runs.iter().zip(&self.run_loads) {
            let task = &self.batch.jobs[run.job].tasks[run.task].name;
            let (status, end) = match end_secs(&run.slot) {
                None => ("Running", String::new()),
                Some(end) => (if run.fails { "Failed" } else { "Terminated" }, end.to_string()),
            };
            let (mean, most) = cores(run, load);
            let Run { instance, attempt, slot, .. } = run;
            row!(
                table,
                "ins_{}_{}_{},{task},{},1,{status},{},{end},m_{},{},{},{mean:.0},{most:.0},{:.2},{:.2}",
                run.job + 1,
                run.task + 1,
                instance + 1,
                job_name(run.job),
                slot.start_secs,
                slot.machine + 1,
                attempt + 1,
                n_attempts[&instance_of(run)],
                mean * MEMORY,
                most * MEMORY
            );
        }
        table
    }
}

/// Status, and the end if there is one: a task is done when each of its instances has been.
fn state_of_task(n_instances: usize, runs: &[&Run]) -> (&'static str, String) {
    let ends: Vec<i64> = runs.iter().filter(|run| !run.fails).filter_map(|run| end_secs(&run.slot)).collect();
    match ends.iter().max() {
        Some(end) if ends.len() == n_instances => ("Terminated", end.to_string()),
        _ => ("Running", String::new()),
    }
}

/// Mean and largest CPU of a run, in hundredths of a core.
fn cores(run: &Run, load: &RunLoad) -> (f64, f64) {
    let secs: f64 = load.minutes.iter().map(|(_, share)| share).sum();
    let sum: f64 = load.minutes.iter().map(|(load, share)| load * share).sum();
    let most = load.minutes.iter().map(|(load, _)| *load).fold(0.0, f64::max);
    let hundredths = run.slot.cost * CORE_HUNDREDTHS;
    (hundredths * sum / secs, hundredths * most)
}
