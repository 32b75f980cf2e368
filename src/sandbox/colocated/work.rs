//! What jobs do to the machines on which their instances run.

use super::config::{ColocatedConfig, N_MINUTES};
use super::demand::{delayed, of_job, own, place, worked_off};
use super::jobs::{Batch, Job, Run, Slot};
use crate::stream::Stream;

/// Minutes before the first run of a job, so that every lagged load exists.
const LEAD_MINUTES: usize = 10;

/// Load of a run in each minute that it touches.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RunLoad {
    /// Its first minute.
    pub(super) from: usize,
    /// Load, and the share of the minute in which it runs.
    pub(super) minutes: Vec<(f64, f64)>,
}

/// Load of every run within the trace.
pub(super) fn run_loads(config: ColocatedConfig, batch: &Batch) -> Vec<RunLoad> {
    let mut runs_of: Vec<Vec<&Run>> = vec![Vec::new(); batch.jobs.len()];
    batch.runs.iter().for_each(|run| runs_of[run.job].push(run));
    let flows: Vec<Flow> = runs_of
        .iter()
        .zip(&batch.jobs)
        .enumerate()
        .map(|(idx, (runs, job))| Flow::new(config.seed, (idx, job), runs))
        .collect();
    batch.runs.iter().map(|run| run_load(config, run, &flows[run.job])).collect()
}

fn minutes(slot: &Slot) -> std::ops::Range<usize> {
    // Slots start within the trace, and no second of it is before 0.
    slot.start_secs as usize / 60..(slot.end_secs as usize).div_ceil(60).min(N_MINUTES)
}

fn run_load(config: ColocatedConfig, run: &Run, flow: &Flow) -> RunLoad {
    let slot = &run.slot;
    let minutes = minutes(slot);
    let stream = |name: &str| {
        Stream::Data.rng(config.seed, &format!("colocated/machine/{}/slot/{}/{name}", slot.machine, slot.number))
    };
    let (_, capacity) = place(&mut stream("place"));
    let own = worked_off(&own(stream("quick"), stream("slow"), minutes.len()), capacity);
    let coupling = config.coupling();
    let load = |(minute, own): (usize, f64)| {
        let shared = flow.at(run.task, minute);
        let begin = slot.start_secs.max(60 * minute as i64);
        let end = slot.end_secs.min(60 * (minute as i64 + 1));
        (coupling * shared + (1.0 - coupling) * own, (end - begin) as f64 / 60.0)
    };
    RunLoad { from: minutes.start, minutes: minutes.zip(own).map(load).collect() }
}

/// The data of a job on their way through its tasks.
#[derive(Debug)]
struct Flow {
    /// Minute of the first value.
    from: usize,
    /// Load of each task; the first value is `LEAD_MINUTES` before the job's first run.
    tasks: Vec<Vec<f64>>,
}

impl Flow {
    fn new(seed: u32, (idx, job): (usize, &Job), runs: &[&Run]) -> Self {
        let from = runs.iter().map(|run| minutes(&run.slot).start).min().unwrap_or(0);
        let end = runs.iter().map(|run| minutes(&run.slot).end).max().unwrap_or(from);
        let n = LEAD_MINUTES + end - from;
        let mut tasks: Vec<Vec<f64>> = Vec::new();
        let mut handed_on: Vec<Vec<f64>> = Vec::new();
        for (number, task) in job.tasks.iter().enumerate() {
            let stream = |name: &str| Stream::Data.rng(seed, &format!("colocated/job/{idx}/task/{number}/{name}"));
            let (lag, capacity) = place(&mut stream("place"));
            let demand = if task.needs.is_empty() {
                of_job(stream("data"), n)
            } else {
                let share = 1.0 / task.needs.len() as f64;
                (0..n).map(|minute| task.needs.iter().map(|&needed| share * handed_on[needed][minute]).sum()).collect()
            };
            let load = worked_off(&demand, capacity);
            handed_on.push(delayed(&load, lag).collect());
            tasks.push(load);
        }
        Self { from, tasks }
    }

    fn at(&self, task: usize, minute: usize) -> f64 {
        self.tasks[task][LEAD_MINUTES + minute - self.from]
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::N_SECS;
    use super::*;

    #[test]
    fn a_run_loads_its_machine_for_exactly_its_seconds() {
        let config = ColocatedConfig { coupling: 1.0, seed: 1 };
        let batch = Batch::draw(1);
        for (run, load) in batch.runs.iter().zip(run_loads(config, &batch)) {
            let secs: f64 = load.minutes.iter().map(|(_, share)| 60.0 * share).sum();
            let expected = (run.slot.end_secs.min(N_SECS) - run.slot.start_secs) as f64;
            assert!((secs - expected).abs() < 1e-6, "{secs} s of {expected} s");
            assert!(load.minutes.iter().all(|(load, _)| *load > 0.0 && *load < 2.5));
        }
    }
}
