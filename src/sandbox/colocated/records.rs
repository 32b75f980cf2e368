//! Scheduling records as readers of the official tables make them: numbers stand for names in their alphabetical order.

use super::super::schedule::domains;
use super::config::{N_MACHINES, N_SECS};
use super::jobs::{Job, Run, Slot};
use super::run::ColocatedRun;
use super::services::N_APPS;
use crate::data::{ContainerSighting, Placement, Schedule, TaskRun};

/// Every machine in its room and rack.
pub(super) fn placements() -> Vec<Placement> {
    let place = |machine: usize| {
        let (rack, room) = domains(machine);
        Placement { domains: vec![room.to_string(), rack.to_string()], ..Placement::default() }
    };
    (0..N_MACHINES).map(place).collect()
}

/// All records of a run.
pub(super) fn schedule(run: &ColocatedRun) -> Schedule {
    let app_names: Vec<String> = (0..N_APPS).map(app_name).collect();
    let job_names: Vec<String> = (0..run.batch.jobs.len()).map(job_name).collect();
    let jobs = ranks(&job_names);
    let started: Vec<Vec<Option<u32>>> = task_ranks(run);
    let mut dependencies = vec![Vec::new(); jobs.len()];
    for ((job, tasks), &rank) in run.batch.jobs.iter().zip(&started).zip(&jobs) {
        dependencies[rank as usize] = needed_pairs(job, tasks);
    }
    let task_run = |run: &Run| TaskRun {
        start_secs: run.slot.start_secs,
        end_secs: end_secs(&run.slot),
        node: run.slot.machine as u32,
        job: jobs[run.job],
        // Every run is one of a task that has started.
        task: started[run.job][run.task].unwrap_or(0),
    };
    let mut task_runs: Vec<TaskRun> = run.batch.runs.iter().map(task_run).collect();
    task_runs.sort_unstable();
    let mut apps = app_names.clone();
    apps.sort_unstable();
    Schedule { containers: sightings(run, &ranks(&app_names)), apps, task_runs, dependencies }
}

fn sightings(run: &ColocatedRun, apps: &[u32]) -> Vec<ContainerSighting> {
    let names: Vec<String> = (0..run.containers.len()).map(container_name).collect();
    let stays = run.containers.iter().zip(ranks(&names)).flat_map(|(container, rank)| {
        container.homes.iter().map(move |&(minute, machine)| ContainerSighting {
            at_secs: 60 * minute as i64,
            container: rank,
            app: apps[container.app],
            node: Some(machine as u32),
        })
    });
    let mut sightings: Vec<ContainerSighting> = stays.collect();
    sightings.sort_unstable();
    sightings
}

/// Numbers of the tasks of each job; `None` for those of which no instance has started.
fn task_ranks(run: &ColocatedRun) -> Vec<Vec<Option<u32>>> {
    let started = started_tasks(run);
    let of_job = |(job, has_started): (&Job, &Vec<bool>)| {
        let ids: Vec<&str> =
            job.tasks.iter().zip(has_started).filter(|(_, yes)| **yes).map(|(task, _)| task.id.as_str()).collect();
        let mut ranks = ranks(&ids).into_iter();
        has_started.iter().map(|&yes| if yes { ranks.next() } else { None }).collect()
    };
    run.batch.jobs.iter().zip(&started).map(of_job).collect()
}

/// Which tasks have an instance that has started, job by job.
pub(super) fn started_tasks(run: &ColocatedRun) -> Vec<Vec<bool>> {
    let mut started: Vec<Vec<bool>> = run.batch.jobs.iter().map(|job| vec![false; job.tasks.len()]).collect();
    run.batch.runs.iter().for_each(|run| started[run.job][run.task] = true);
    started
}

/// Pairs of started tasks of which one needs the other, lower number first.
fn needed_pairs(job: &Job, ranks: &[Option<u32>]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (task, &rank) in job.tasks.iter().zip(ranks) {
        for &needed in &task.needs {
            if let (Some(a), Some(b)) = (rank, ranks[needed]) {
                pairs.push((a.min(b), a.max(b)));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// When a run ended; `None` if it goes on behind the end of the trace.
pub(super) fn end_secs(slot: &Slot) -> Option<i64> {
    (slot.end_secs <= N_SECS).then_some(slot.end_secs)
}

/// The place of each name in the order of all.
fn ranks<T: Ord>(names: &[T]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by_key(|&idx| &names[idx]);
    let mut ranks = vec![0; names.len()];
    for (rank, idx) in order.into_iter().enumerate() {
        ranks[idx] = rank as u32;
    }
    ranks
}

pub(super) fn container_name(idx: usize) -> String {
    format!("c_{}", idx + 1)
}

pub(super) fn app_name(idx: usize) -> String {
    format!("app_{}", idx + 1)
}

pub(super) fn job_name(idx: usize) -> String {
    format!("j_{}", idx + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_alphabetically() {
        assert_eq!(ranks(&["j_1", "j_2", "j_10"]), [0, 2, 1]);
    }
}
