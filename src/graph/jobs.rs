//! Shared jobs from runs of task instances (MODELS.md A.5).
//!
//! `J_ij = Σ_jobs min(r_i, r_j)` with `r_i` running instances of the job on node `i`; a job counts for a pair of nodes
//! only if some task on the one and some task on the other are equal or one needs the other. A run without an end runs
//! on: that its end is never recorded is not known before the records end.

use std::collections::{BTreeMap, BTreeSet};

use super::records::Intervals;
use super::rows::Rows;
use crate::data::{Schedule, TaskRun};

/// A run begins or ends to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    interval: usize,
    run: u32,
    is_start: bool,
}

/// One job as it runs.
#[derive(Debug, Default)]
struct Running {
    /// Instances by task and row.
    by_task: BTreeMap<u32, BTreeMap<usize, u32>>,
    /// What the job adds to pairs `i < j`, as of the last interval.
    pairs: Vec<(usize, usize, u32)>,
}

/// Jobs at the start of an interval; intervals only go forward.
#[derive(Debug)]
pub(super) struct Jobs<'a> {
    schedule: &'a Schedule,
    rows: &'a Rows,
    /// Latest first.
    changes: Vec<Change>,
    running: BTreeMap<u32, Running>,
    /// `[N, N]`, symmetric.
    shared: Vec<u64>,
}

impl<'a> Jobs<'a> {
    /// Before the first interval.
    pub(super) fn new(schedule: &'a Schedule, rows: &'a Rows, intervals: Intervals) -> Self {
        let mut changes = Vec::new();
        for (idx, run) in schedule.task_runs.iter().enumerate() {
            let begin = intervals.first_at_or_after(run.start_secs);
            let end = run.end_secs.map_or(intervals.n, |end_secs| intervals.first_at_or_after(end_secs));
            // Most runs begin and end between two intervals.
            if begin < end && rows.of_record(run.node).is_some() {
                // Records are fewer than 2³².
                let run = idx as u32;
                changes.push(Change { interval: begin, run, is_start: true });
                changes.push(Change { interval: end, run, is_start: false });
            }
        }
        changes.sort_unstable_by(|a, b| b.cmp(a));
        Self { schedule, rows, changes, running: BTreeMap::new(), shared: vec![0; rows.n * rows.n] }
    }

    /// Runs that count in some interval.
    pub(super) fn n_counted(&self) -> usize {
        self.changes.len() / 2
    }

    /// Goes to an interval; only jobs that changed are looked at.
    pub(super) fn advance(&mut self, interval: usize) {
        let mut changed = BTreeSet::new();
        while let Some(change) = self.changes.pop_if(|change| change.interval <= interval) {
            let run = self.schedule.task_runs[change.run as usize];
            self.count(run, change.is_start);
            changed.insert(run.job);
        }
        for job in changed {
            self.update(job);
        }
    }

    /// Adds `log1p(J)`.
    pub(super) fn add_to(&self, weights: &mut [f64]) {
        for (weight, &shared) in weights.iter_mut().zip(&self.shared).filter(|(_, shared)| **shared > 0) {
            *weight += (shared as f64).ln_1p();
        }
    }

    fn count(&mut self, run: TaskRun, is_start: bool) {
        let Some(row) = self.rows.of_record(run.node) else { return };
        let on_rows = self.running.entry(run.job).or_default().by_task.entry(run.task).or_default();
        let n = on_rows.entry(row).or_default();
        // Every end follows its start: intervals are sorted, and no run that counts has its end in the same one.
        *n = if is_start { *n + 1 } else { n.saturating_sub(1) };
        if *n == 0 {
            on_rows.remove(&row);
        }
    }

    /// Replaces what a job adds.
    fn update(&mut self, job: u32) {
        let Some(mut running) = self.running.remove(&job) else { return };
        running.by_task.retain(|_, on_rows| !on_rows.is_empty());
        let dependencies = self.schedule.dependencies.get(job as usize).map_or(&[][..], Vec::as_slice);
        let pairs = pairs(&running.by_task, dependencies);
        let n = self.rows.n;
        for &(i, j, shared) in &running.pairs {
            self.shared[i * n + j] -= u64::from(shared);
            self.shared[j * n + i] -= u64::from(shared);
        }
        for &(i, j, shared) in &pairs {
            self.shared[i * n + j] += u64::from(shared);
            self.shared[j * n + i] += u64::from(shared);
        }
        if !running.by_task.is_empty() {
            self.running.insert(job, Running { pairs, ..running });
        }
    }
}

/// `min(r_i, r_j)` of one job for pairs of rows `i < j` with equal or dependent tasks.
fn pairs(by_task: &BTreeMap<u32, BTreeMap<usize, u32>>, dependencies: &[(u32, u32)]) -> Vec<(usize, usize, u32)> {
    let mut instances: BTreeMap<usize, u32> = BTreeMap::new();
    for (&row, &n) in by_task.values().flatten() {
        *instances.entry(row).or_default() += n;
    }
    let mut related: Vec<(usize, usize)> = Vec::new();
    let mut relate = |a: &BTreeMap<usize, u32>, b: &BTreeMap<usize, u32>| {
        let pairs = a.keys().flat_map(|&i| b.keys().map(move |&j| (i.min(j), i.max(j))));
        related.extend(pairs.filter(|(i, j)| i != j));
    };
    for (&task, on_rows) in by_task {
        relate(on_rows, on_rows);
        let begin = dependencies.partition_point(|&(lower, _)| lower < task);
        let of_task = dependencies[begin..].iter().take_while(|&&(lower, _)| lower == task);
        of_task.filter_map(|(_, higher)| by_task.get(higher)).for_each(|others| relate(on_rows, others));
    }
    related.sort_unstable();
    related.dedup();
    related.into_iter().map(|(i, j)| (i, j, instances[&i].min(instances[&j]))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const N: usize = 4;
    const INTERVALS: Intervals = Intervals { start_secs: 0, length_secs: 10, hold_secs: 10, n: 12 };

    fn run(start_secs: i64, end_secs: Option<i64>, node: u32, task: u32) -> TaskRun {
        TaskRun { start_secs, end_secs, node, job: 0, task }
    }

    /// The definition, from all runs at a moment.
    fn shared_anew(schedule: &Schedule, now: i64) -> Vec<u64> {
        let is_running = |run: &&TaskRun| run.start_secs <= now && run.end_secs.is_none_or(|end| now < end);
        let running: Vec<&TaskRun> = schedule.task_runs.iter().filter(is_running).collect();
        let shared = |i: usize, j: usize| -> u64 {
            (0..schedule.dependencies.len() as u32)
                .map(|job| {
                    let on = |row: usize| {
                        running.iter().filter(move |run| run.job == job && run.node as usize == row).collect::<Vec<_>>()
                    };
                    let is_pair =
                        |a: u32, b: u32| a == b || schedule.dependencies[job as usize].contains(&(a.min(b), a.max(b)));
                    let related = on(i).iter().any(|a| on(j).iter().any(|b| is_pair(a.task, b.task)));
                    if related { on(i).len().min(on(j).len()) as u64 } else { 0 }
                })
                .sum()
        };
        (0..N * N).map(|cell| if cell / N == cell % N { 0 } else { shared(cell / N, cell % N) }).collect()
    }

    #[test]
    fn tasks_must_be_equal_or_dependent() {
        let task_runs = vec![
            run(0, Some(30), 0, 0),
            run(0, None, 0, 1),
            run(0, None, 1, 1),
            run(0, None, 2, 2),
            run(0, None, 3, 3),
            run(11, Some(19), 3, 1),
        ];
        let schedule = Schedule { task_runs, dependencies: vec![vec![(1, 2)]], ..Schedule::default() };
        let rows = Rows::new(N, &[0, 1, 2, 3]);
        let mut jobs = Jobs::new(&schedule, &rows, INTERVALS);
        assert_eq!(jobs.n_counted(), 5, "one run lies between two intervals");
        jobs.advance(0);
        assert_eq!(jobs.shared, [0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    }

    proptest! {
        #[test]
        fn running_counts_are_those_of_the_definition(
            runs in proptest::collection::vec(
                (0_i64..110, proptest::option::of(0_i64..40), 0..N as u32, 0_u32..3, 0_u32..4), 0..50,
            ),
            dependencies in proptest::collection::vec(proptest::collection::btree_set((0_u32..3, 1_u32..4), 0..3), 3),
        ) {
            let runs = runs.into_iter().map(|(start_secs, length, node, job, task)| TaskRun {
                start_secs, end_secs: length.map(|length| start_secs + length), node, job, task,
            });
            let mut task_runs: Vec<TaskRun> = runs.collect();
            task_runs.sort();
            let dependencies: Vec<Vec<(u32, u32)>> =
                dependencies.into_iter().map(|pairs| pairs.into_iter().filter(|(a, b)| a < b).collect()).collect();
            let schedule = Schedule { task_runs, dependencies, ..Schedule::default() };
            let rows = Rows::new(N, &[0, 1, 2, 3]);
            let mut jobs = Jobs::new(&schedule, &rows, INTERVALS);
            for interval in 0..INTERVALS.n {
                jobs.advance(interval);
                prop_assert_eq!(&jobs.shared, &shared_anew(&schedule, 10 * interval as i64));
            }
        }
    }
}
