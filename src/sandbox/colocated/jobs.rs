//! Batch work: machines offer slots, and tasks of jobs take them (MODELS.md A.2).
//!
//! When a slot opens, how long it lasts and how much it costs is up to its machine alone; there is always a task that
//! waits for it. So machines whose instances have nothing in common stay independent of each other.

use std::collections::VecDeque;

use super::config::{N_MACHINES, N_SECS, group_of};
use crate::stream::{Stream, StreamRng};

/// Seconds of a slot, and between two of them: the least, and how many more at most.
const RUN_SECS: (i64, usize) = (600, 3001);
const PAUSE_SECS: (i64, usize) = (120, 2281);
/// Seconds by which a task starts after those that it needs: it works on what they hand on.
const HEAD_START_SECS: i64 = 60;
/// Most instances of a task.
const MAX_INSTANCES: usize = 3;
/// Share of instances that fail when their slot ends, and run again elsewhere.
const FAILED: f32 = 0.04;

/// Tasks of a job, in the spelling of the official table; `?` is a task outside of any graph.
const SHAPES: [&[&str]; 7] = [
    &["?"],
    &["?"],
    &["M1", "R2_1"],
    &["M1", "R2_1", "R3_2"],
    &["M1", "M2", "J3_1_2", "R4_3"],
    &["M1", "R2_1", "M3", "R4_2_3"],
    &["M1", "R2_1", "MergeTask"],
];

/// A job and its tasks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Job {
    pub(super) tasks: Vec<Task>,
}

/// A task of a job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Task {
    /// Name as in the official table.
    pub(super) name: String,
    /// Its number within the job; its name if it is outside of any graph.
    pub(super) id: String,
    /// Tasks of the job that it needs, by index; always earlier ones.
    pub(super) needs: Vec<usize>,
    pub(super) n_instances: usize,
}

/// An instance of a task while it is on a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Run {
    pub(super) job: usize,
    pub(super) task: usize,
    /// Which of the task's instances, and how often it was started before.
    pub(super) instance: usize,
    pub(super) attempt: usize,
    /// It stops without being done.
    pub(super) fails: bool,
    pub(super) slot: Slot,
}

/// Room for one instance on a machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    pub(super) machine: usize,
    /// Which of the machine's slots.
    pub(super) number: usize,
    pub(super) start_secs: i64,
    /// Not included; may lie behind the end of the trace.
    pub(super) end_secs: i64,
    /// Per cent of the machine's CPU at load 1.
    pub(super) cost: f64,
}

/// All jobs, and all runs of their instances by start.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Batch {
    pub(super) jobs: Vec<Job>,
    pub(super) runs: Vec<Run>,
}

impl Batch {
    pub(super) fn draw(seed: u32) -> Self {
        let mut queue = Queue { rng: Stream::Data.rng(seed, "colocated/jobs"), jobs: Vec::new(), waiting: Vec::new() };
        let mut slots: Vec<Slot> = (0..N_MACHINES).flat_map(|machine| slots(seed, machine)).collect();
        slots.sort_by_key(|slot| (slot.start_secs, slot.machine));
        let runs = slots.into_iter().map(|slot| queue.take(slot)).collect();
        Self { jobs: queue.jobs, runs }
    }
}

/// What a machine offers, slot after slot.
fn slots(seed: u32, machine: usize) -> Vec<Slot> {
    let mut rng = Stream::Data.rng(seed, &format!("colocated/machine/{machine}/slots"));
    let mut start_secs = rng.below(1800) as i64;
    let mut slots = Vec::new();
    while start_secs < N_SECS {
        let end_secs = start_secs + RUN_SECS.0 + rng.below(RUN_SECS.1) as i64;
        let cost = f64::from(rng.uniform(8.0, 16.0));
        slots.push(Slot { machine, number: slots.len(), start_secs, end_secs, cost });
        start_secs = end_secs + PAUSE_SECS.0 + rng.below(PAUSE_SECS.1) as i64;
    }
    slots
}

/// A task that has not begun or of which instances still wait.
#[derive(Debug)]
struct Waiting {
    group: usize,
    job: usize,
    task: usize,
    /// Instance, attempt, and the second before which it cannot start.
    instances: VecDeque<(usize, usize, i64)>,
    /// Last start of an instance.
    last_start_secs: i64,
}

/// Jobs wait for slots of their group of machines; the oldest comes first.
struct Queue {
    rng: StreamRng,
    jobs: Vec<Job>,
    waiting: Vec<Waiting>,
}

impl Queue {
    /// Gives a slot to an instance: of the first task that is ready, or of a new job.
    fn take(&mut self, slot: Slot) -> Run {
        let group = group_of(slot.machine);
        let is_ready = |idx: &usize| self.waiting[*idx].group == group && self.is_ready(*idx, slot.start_secs);
        let ready = (0..self.waiting.len()).find(is_ready);
        let idx = ready.unwrap_or_else(|| self.submit(group));
        let fails = self.rng.unit() < FAILED;
        let waiting = &mut self.waiting[idx];
        let (job, task) = (waiting.job, waiting.task);
        // Tasks that are ready have an instance that waits, and so have those of a new job.
        let (instance, attempt, _) = waiting.instances.pop_front().unwrap_or_default();
        waiting.last_start_secs = slot.start_secs;
        if fails {
            waiting.instances.push_back((instance, attempt + 1, slot.end_secs));
        }
        self.drop_finished();
        Run { job, task, instance, attempt, fails, slot }
    }

    /// All tasks of a new job; the index of the first one.
    fn submit(&mut self, group: usize) -> usize {
        let (job, first) = (self.jobs.len(), self.waiting.len());
        self.jobs.push(draw_job(&mut self.rng));
        for (task, facts) in self.jobs[job].tasks.iter().enumerate() {
            let instances = (0..facts.n_instances).map(|instance| (instance, 0, 0)).collect();
            self.waiting.push(Waiting { group, job, task, instances, last_start_secs: 0 });
        }
        first
    }

    fn is_ready(&self, idx: usize, now_secs: i64) -> bool {
        let Waiting { job, task, instances, .. } = &self.waiting[idx];
        let is_needed =
            |other: &&Waiting| other.job == *job && self.jobs[*job].tasks[*task].needs.contains(&other.task);
        let has_head_start =
            |other: &Waiting| other.instances.is_empty() && other.last_start_secs + HEAD_START_SECS <= now_secs;
        instances.front().is_some_and(|instance| instance.2 <= now_secs)
            && self.waiting.iter().filter(is_needed).all(has_head_start)
    }

    /// Forgets jobs of which no instance waits.
    fn drop_finished(&mut self) {
        let open: Vec<usize> =
            self.waiting.iter().filter(|waiting| !waiting.instances.is_empty()).map(|waiting| waiting.job).collect();
        self.waiting.retain(|waiting| open.contains(&waiting.job));
    }
}

fn draw_job(rng: &mut StreamRng) -> Job {
    let shape = SHAPES[rng.below(SHAPES.len())];
    Job { tasks: shape.iter().map(|name| draw_task(name, rng)).collect() }
}

fn draw_task(name: &str, rng: &mut StreamRng) -> Task {
    let n_instances = 1 + rng.below(MAX_INSTANCES);
    if name == "?" {
        // Names of such tasks are numbers in base64; two halves, because a `usize` of the page has 32 bits.
        let number = format!("{}{:09}", 100_000_000 + rng.below(900_000_000), rng.below(1_000_000_000));
        let name = format!("task_{}", base64(&number));
        return Task { id: name.clone(), name, needs: Vec::new(), n_instances };
    }
    let mut numbers = name.split('_').map(|part| part.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
    let id = numbers.next().filter(|number| !number.is_empty()).unwrap_or(name).to_owned();
    // Tasks are numbered from 1 in the order of their shape.
    let needs = numbers.filter_map(|number| number.parse::<usize>().ok()?.checked_sub(1)).collect();
    Task { name: name.to_owned(), id, needs, n_instances }
}

/// Base64 of a text whose length is a multiple of 3, so that it needs no padding: three bytes are four letters.
fn base64(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letters = |three: &[u8]| {
        let bits = three.iter().fold(0, |bits, byte| (bits << 8) | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| char::from(LETTERS[(bits >> shift) & 63]))
    };
    text.as_bytes().chunks_exact(3).flat_map(letters).collect()
}

#[cfg(test)]
mod tests {
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn names_say_which_tasks_are_needed() {
        let mut rng = Stream::Data.rng(1, "test");
        let mut task = |name: &str| draw_task(name, &mut rng);
        let parts = |task: Task| (task.id, task.needs);
        assert_eq!(parts(task("M1")), ("1".to_owned(), vec![]));
        assert_eq!(parts(task("R4_2_3")), ("4".to_owned(), vec![1, 2]));
        assert_eq!(parts(task("MergeTask")), ("MergeTask".to_owned(), vec![]));
        let alone = task("?");
        let encoded = alone.name.strip_prefix("task_").expect("the official prefix");
        let number = STANDARD.decode(encoded).expect("base64");
        assert!(number.len() == 18 && number.iter().all(u8::is_ascii_digit) && alone.id == alone.name);
    }

    #[test]
    fn every_slot_is_taken_and_no_task_starts_before_those_that_it_needs() {
        let Batch { jobs, runs } = Batch::draw(1);
        assert_eq!(runs.len(), (0..N_MACHINES).map(|machine| slots(1, machine).len()).sum::<usize>());
        assert!(jobs.len() > 300, "{} jobs", jobs.len());
        let starts = |job: usize, task: usize| {
            runs.iter()
                .filter(move |run| (run.job, run.task, run.attempt) == (job, task, 0))
                .map(|run| run.slot.start_secs)
        };
        for run in &runs {
            for &needed in &jobs[run.job].tasks[run.task].needs {
                let last = starts(run.job, needed).max().expect("it was started");
                assert!(last + HEAD_START_SECS <= run.slot.start_secs);
            }
        }
        for (job, task) in jobs.iter().take(200).enumerate().map(|(idx, job)| (idx, &job.tasks[0])) {
            assert_eq!(starts(job, 0).count(), task.n_instances, "job {job}");
        }
    }

    #[test]
    fn what_fails_runs_again_later() {
        let Batch { runs, .. } = Batch::draw(1);
        let n_failed = runs.iter().filter(|run| run.fails).count();
        assert!((60..200).contains(&n_failed), "{n_failed} of {} failed", runs.len());
        for again in runs.iter().filter(|run| run.attempt > 0) {
            let is_before = |run: &&Run| {
                (run.job, run.task, run.instance, run.attempt + 1)
                    == (again.job, again.task, again.instance, again.attempt)
            };
            let before = runs.iter().find(is_before).expect("the attempt before");
            assert!(before.fails && before.slot.end_secs <= again.slot.start_secs);
        }
    }
}
