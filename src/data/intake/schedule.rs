//! Scheduling records: which container or task instance was on which machine.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::DataError;
use super::super::system::{ContainerSighting, Schedule, TaskRun};

/// Most records that are kept: about 32 bytes each.
const MAX_RECORDS: usize = 4_000_000;

/// Numbers for names.
#[derive(Debug, Default)]
struct Names(BTreeMap<String, u32>);

impl Names {
    fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.0.get(name) {
            return id;
        }
        let id = self.0.len() as u32;
        self.0.insert(name.to_owned(), id);
        id
    }

    /// The place of each number in the order of the names.
    fn ranks(&self) -> Vec<u32> {
        let mut ranks = vec![0; self.0.len()];
        for (rank, &id) in self.0.values().enumerate() {
            ranks[id as usize] = rank as u32;
        }
        ranks
    }
}

/// All records so far, with numbers for names.
#[derive(Debug, Default)]
pub(super) struct Records {
    containers: Names,
    apps: Names,
    machines: Names,
    jobs: Names,
    tasks: BTreeMap<u32, Names>,
    /// Time, container, application, machine.
    sightings: Vec<(i64, u32, u32, u32)>,
    /// Start, end, machine, job, task.
    runs: Vec<(i64, Option<i64>, u32, u32, u32)>,
    dependencies: BTreeMap<u32, BTreeSet<(u32, u32)>>,
    n: usize,
}

impl Records {
    pub(super) fn container(
        &mut self,
        at_secs: i64,
        (container, app, machine): (&str, &str, &str),
    ) -> Result<(), DataError> {
        self.count()?;
        let record = (at_secs, self.containers.id(container), self.apps.id(app), self.machines.id(machine));
        self.sightings.push(record);
        Ok(())
    }

    pub(super) fn task_run(
        &mut self,
        (start_secs, end_secs): (i64, Option<i64>),
        (job, task, machine): (&str, &str, &str),
    ) -> Result<(), DataError> {
        self.count()?;
        let (job, machine) = (self.jobs.id(job), self.machines.id(machine));
        let task = self.tasks.entry(job).or_default().id(task);
        self.runs.push((start_secs, end_secs, machine, job, task));
        Ok(())
    }

    pub(super) fn dependency(&mut self, job: &str, (task, needs): (&str, &str)) -> Result<(), DataError> {
        self.count()?;
        let job = self.jobs.id(job);
        let tasks = self.tasks.entry(job).or_default();
        let (a, b) = (tasks.id(task), tasks.id(needs));
        self.dependencies.entry(job).or_default().insert((a.min(b), a.max(b)));
        Ok(())
    }

    fn count(&mut self) -> Result<(), DataError> {
        if self.n == MAX_RECORDS {
            return Err(DataError::TooLarge {
                what: "This data set".into(),
                needed: format!("more than {MAX_RECORDS} scheduling records"),
                limit: MAX_RECORDS.to_string(),
                advice: "choose a shorter span".into(),
            });
        }
        self.n += 1;
        Ok(())
    }

    /// The schedule of the nodes; the second number counts records of machines that are no nodes.
    pub(super) fn finish(self, node_of: impl Fn(&str) -> Option<u32>) -> (Schedule, u64) {
        let mut nodes = vec![None; self.machines.0.len()];
        for (name, &id) in &self.machines.0 {
            nodes[id as usize] = node_of(name);
        }
        let (containers, apps, jobs) = (self.containers.ranks(), self.apps.ranks(), self.jobs.ranks());
        let task_ranks: BTreeMap<u32, Vec<u32>> = self.tasks.iter().map(|(&job, names)| (job, names.ranks())).collect();
        let mut sightings: Vec<ContainerSighting> = self
            .sightings
            .iter()
            .map(|&(at_secs, container, app, machine)| ContainerSighting {
                at_secs,
                container: containers[container as usize],
                app: apps[app as usize],
                node: nodes[machine as usize],
            })
            .collect();
        sightings.sort();
        sightings.dedup();
        let mut task_runs: Vec<TaskRun> = self
            .runs
            .iter()
            .filter_map(|&(start_secs, end_secs, machine, job, task)| {
                let (node, task) = (nodes[machine as usize]?, task_ranks[&job][task as usize]);
                Some(TaskRun { start_secs, end_secs, node, job: jobs[job as usize], task })
            })
            .collect();
        task_runs.sort();
        let n_elsewhere = self.sightings.iter().filter(|sighting| nodes[sighting.3 as usize].is_none()).count()
            + (self.runs.len() - task_runs.len());
        let mut dependencies = vec![Vec::new(); self.jobs.0.len()];
        for (job, pairs) in self.dependencies {
            let rank = |task: u32| task_ranks[&job][task as usize];
            let ordered = |(a, b): (u32, u32)| (rank(a).min(rank(b)), rank(a).max(rank(b)));
            let mut pairs: Vec<(u32, u32)> = pairs.into_iter().map(ordered).collect();
            pairs.sort_unstable();
            dependencies[jobs[job as usize] as usize] = pairs;
        }
        let apps = self.apps.0.into_keys().collect();
        (Schedule { containers: sightings, apps, task_runs, dependencies }, n_elsewhere as u64)
    }
}
