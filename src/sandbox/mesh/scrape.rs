//! What a monitoring system sees: cumulative CPU counters, read now and then (MODELS.md B.1).

use super::deployment::Instance;
use super::lives::{Life, Place};
use super::maths::uniform;
use super::run::Pod;
use super::topology::{HOSTS, SERVICES};
use crate::stream::{Stream, StreamRng};

/// Milliseconds between two scrapes, and by how much each comes earlier or later: the sum of two such is a gap of
/// 5.0 ± 0.9 s.
const PERIOD_MILLIS: i64 = 5000;
const JITTER_MILLIS: usize = 1100;
/// Mean cores below which a pod is idle, and the share of its scrapes that bring nothing new.
const IDLE: (f64, f32) = (4e-4, 0.42);
/// The same share for busy services and stores.
const LOST: (f32, f32) = (0.03, 0.002);
/// Most scrapes in a row that bring nothing new: gaps stay below 34 s.
const MAX_LOST: u32 = 5;
/// Counters have seven decimals.
const COUNTER_STEPS: f64 = 1e7;
/// Seconds that pods have run before the run, at least and at most.
const AGE_SECS: (f64, f64) = (3600.0, 360_000.0);

/// The samples of all pods that took a place; `cpu` is its true CPU, second by second.
pub(super) fn pods(
    seed: u32,
    instance: usize,
    facts: &Instance,
    place: &Place,
    cpu: &[f32],
    start_secs: i64,
) -> Vec<Pod> {
    let mut rng = Stream::Data.rng(seed, &format!("mesh/instance/{instance}/scrape"));
    let before = facts.mean_cores * uniform(&mut rng, AGE_SECS.0, AGE_SECS.1);
    let mut pods: Vec<Pod> = place
        .tenants
        .iter()
        .map(|tenant| Pod {
            name: tenant.name.clone(),
            service: SERVICES[facts.service].name.to_owned(),
            host: HOSTS[tenant.host].to_owned(),
            uid: tenant.uid.clone(),
            instance: instance as u32,
            at_millis: Vec::new(),
            cpu_secs: Vec::new(),
        })
        .collect();
    let mut counters = Counters::new(&place.lives, cpu, before);
    for at_millis in scrapes(&mut rng, facts, cpu.len() as i64 * 1000) {
        let Some((pod, counter)) = counters.at(at_millis) else { continue };
        if let Some(pod) = pods.get_mut(pod) {
            pod.at_millis.push(start_secs * 1000 + at_millis);
            pod.cpu_secs.push((counter * COUNTER_STEPS).round() / COUNTER_STEPS);
        }
    }
    pods.retain(|pod| !pod.at_millis.is_empty());
    pods
}

/// Milliseconds of the run at which a place is scraped with success.
fn scrapes(rng: &mut StreamRng, facts: &Instance, run_millis: i64) -> Vec<i64> {
    let phase = rng.below(PERIOD_MILLIS as usize) as i64;
    let lost = match SERVICES[facts.service].is_replicated() {
        _ if facts.mean_cores < IDLE.0 => IDLE.1,
        true => LOST.0,
        false => LOST.1,
    };
    let mut n_lost = 0;
    let mut scrapes = Vec::new();
    for idx in 0..=run_millis / PERIOD_MILLIS {
        let jitter = rng.below(2 * JITTER_MILLIS + 1) as i64 - JITTER_MILLIS as i64;
        let is_lost = rng.unit() < lost && n_lost < MAX_LOST;
        n_lost = if is_lost { n_lost + 1 } else { 0 };
        let at_millis = phase + idx * PERIOD_MILLIS + jitter;
        if !is_lost && (0..run_millis).contains(&at_millis) {
            scrapes.push(at_millis);
        }
    }
    scrapes
}

/// Counters of a place's processes, asked in the order of time.
struct Counters<'a> {
    lives: &'a [Life],
    cpu: &'a [f32],
    /// The current life, its next whole second, and CPU seconds up to there.
    life: usize,
    second: usize,
    total: f64,
}

impl<'a> Counters<'a> {
    fn new(lives: &'a [Life], cpu: &'a [f32], before: f64) -> Self {
        let first = lives.first().map_or(0, |life| life.start as usize);
        let total = if first == 0 { before } else { 0.0 };
        Self { lives, cpu, life: 0, second: first, total }
    }

    /// Pod and CPU seconds of its process; `None` while there is none.
    fn at(&mut self, at_millis: i64) -> Option<(usize, f64)> {
        let whole = (at_millis / 1000) as usize;
        while self.lives.get(self.life).is_some_and(|life| life.end as usize <= whole) {
            self.life += 1;
            self.second = self.lives.get(self.life).map_or(0, |life| life.start as usize);
            self.total = 0.0;
        }
        let life = self.lives.get(self.life).filter(|life| life.start as usize <= whole)?;
        while self.second < whole {
            self.total += f64::from(self.cpu[self.second]);
            self.second += 1;
        }
        let part = (at_millis % 1000) as f64 / 1000.0;
        Some((life.pod, self.total + part * f64::from(self.cpu[whole])))
    }
}
