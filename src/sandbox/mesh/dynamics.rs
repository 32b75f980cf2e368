//! One second after the other: requests flow down the calls, waiting flows back up.
//!
//! Every instance is a queue with two limits: its CPU, and the number of requests it can have open while it waits for
//! others. A request that waits longer than [`TIMEOUT_MILLIS`] is given up. What callers wait for in a second is what
//! their callees took in the second before.

use super::deployment::{Deployment, Instance, hop_millis};
use super::faults::Effect;
use super::topology::{EDGES, ENTRIES, Edge, N_FLOWS, N_INSTANCES, N_SERVICES, SERVICES, instances_of};

/// When callers give up.
pub(super) const TIMEOUT_MILLIS: f64 = 10_000.0;
/// What a call to a service without any pod costs.
const REFUSED_MILLIS: f64 = 1_000.0;
/// Utilisation from which the time in service grows no further; beyond it the queue does.
const MAX_UTILISATION: f64 = 0.97;
/// How much the time in service grows on a host whose cores are all taken, and the cores of a host.
const CONTENTION: (f64, f64) = (0.3, 4.0);
/// Smallest share of its mean that a running process uses.
const MIN_LEVEL: f64 = 0.02;
/// Work of a process that starts: seconds, and multiples of its mean.
const START_UP: (u32, f64) = (8, 2.0);

/// What an instance is told about a second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances {
    pub(super) is_up: bool,
    /// Seconds since its process was started within the run.
    pub(super) age: Option<u32>,
    /// Index of its host.
    pub(super) host: usize,
    pub(super) effect: Effect,
    /// Cores of jobs beside the load.
    pub(super) cron_cores: f64,
    /// Level of the load that nothing else shares.
    pub(super) own_level: f64,
    /// Relative noise of its CPU.
    pub(super) noise: f64,
}

/// An instance after a second.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct State {
    queue: f64,
    /// Requests per second that came, by kind.
    pub(super) arrived: [f64; N_FLOWS],
    /// Milliseconds of a request without waiting for others.
    pub(super) own_millis: f64,
    /// Milliseconds of a request in all, as it would be without network delays; it decides how many are open.
    open_millis: f64,
    /// Milliseconds of a request in all.
    pub(super) millis: f64,
    /// Share of requests that are never answered.
    pub(super) stuck: f64,
    /// Cores.
    pub(super) cpu: f64,
}

/// Time of a call to a service, over its instances.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ServiceTime {
    open_millis: f64,
    /// Mean, as callers see it: with the network.
    pub(super) millis: f64,
    /// 95th percentile, as callers see it.
    pub(super) p95_millis: f64,
}

/// The whole mesh between two seconds.
#[derive(Debug)]
pub(super) struct Mesh<'a> {
    deployment: &'a Deployment,
    coupling: f64,
    pub(super) states: Vec<State>,
    pub(super) times: [ServiceTime; N_SERVICES],
    /// Calls per second that each service was asked for, by kind.
    pub(super) asked: [[f64; N_FLOWS]; N_SERVICES],
}

impl<'a> Mesh<'a> {
    /// All queues empty.
    pub(super) fn new(deployment: &'a Deployment, coupling: f64) -> Self {
        let mut times = [ServiceTime::default(); N_SERVICES];
        for (service, time) in times.iter_mut().enumerate() {
            let rest = SERVICES[service].own_millis + deployment.rest_waits[service] + hop_millis(service);
            *time = ServiceTime { open_millis: rest, millis: rest, p95_millis: rest };
        }
        let asked = [[0.0; N_FLOWS]; N_SERVICES];
        Self { deployment, coupling, states: vec![State::default(); N_INSTANCES], times, asked }
    }

    /// Takes one second's requests from outside.
    pub(super) fn step(&mut self, outside: [f64; N_FLOWS], now: &[Circumstances]) {
        self.asked = [[0.0; N_FLOWS]; N_SERVICES];
        for (flow, entry) in ENTRIES.into_iter().enumerate() {
            self.asked[entry][flow] += outside[flow];
        }
        let deployment = self.deployment;
        for &service in &deployment.order {
            self.serve(service, now);
        }
        let crowding = self.crowding(now);
        for &service in deployment.order.iter().rev() {
            self.time(service, now, &crowding);
        }
    }

    /// Hands out the requests of a service to its instances, and passes on what they serve.
    fn serve(&mut self, service: usize, now: &[Circumstances]) {
        let range = instances_of(service);
        let live: f64 = range.clone().filter(|&i| now[i].is_up).map(|i| self.deployment.instances[i].weight).sum();
        let mut passed = [0.0; N_FLOWS];
        let mut came = [0.0; N_FLOWS];
        for idx in range {
            let facts = &self.deployment.instances[idx];
            if !now[idx].is_up {
                self.states[idx] = State::default();
                continue;
            }
            let share = facts.weight / live;
            let arrived: [f64; N_FLOWS] = std::array::from_fn(|flow| {
                let own = facts.rates[flow] * now[idx].own_level;
                self.coupling * self.asked[service][flow] * share + (1.0 - self.coupling) * own
            });
            let ratio = self.work(idx, facts, &now[idx], arrived);
            for flow in 0..N_FLOWS {
                came[flow] += arrived[flow];
                passed[flow] += arrived[flow] * ratio;
            }
        }
        // From here on what the callee was asked for is what came, so that without coupling its calls tell nothing of
        // its callers. Calls to a service without any instance are only asked.
        if live > 0.0 {
            self.asked[service] = came;
        }
        for edge in EDGES.iter().filter(|edge| edge.caller == service) {
            self.asked[edge.callee][edge.flow] += edge.per_request * passed[edge.flow];
        }
    }

    /// One instance takes in and serves requests; returns served requests per arrived one.
    fn work(&mut self, idx: usize, facts: &Instance, now: &Circumstances, arrived: [f64; N_FLOWS]) -> f64 {
        let total: f64 = arrived.iter().sum();
        let wait = self.wait(facts, |time| time.open_millis);
        let state = &mut self.states[idx];
        let open_millis = SERVICES[facts.service].own_millis * now.effect.slowdown + wait;
        let limit = (facts.capacity() / now.effect.slowdown).min(facts.workers * 1000.0 / open_millis);
        let healthy = total * (1.0 - now.effect.stuck);
        let served = (state.queue + healthy).min(limit);
        let longest = facts.rate() * TIMEOUT_MILLIS / 1000.0;
        *state = State {
            queue: (state.queue + healthy - served).min(longest),
            arrived,
            stuck: now.effect.stuck,
            cpu: cores(facts, served, now),
            own_millis: own_millis(facts, limit, now.effect.slowdown, (served, state.queue + healthy - served)),
            ..State::default()
        };
        if total > 0.0 { served / total } else { 0.0 }
    }

    /// Milliseconds per request that an instance waits for others; without coupling always the same.
    fn wait(&self, facts: &Instance, millis: impl Fn(&ServiceTime) -> f64) -> f64 {
        let rest = self.deployment.rest_waits[facts.service];
        let total = facts.rate();
        let share = |edge: &Edge| edge.per_request * facts.rates[edge.flow] / total;
        let edges = EDGES.iter().filter(|edge| edge.caller == facts.service);
        let current: f64 = edges.map(|edge| share(edge) * millis(&self.times[edge.callee])).sum();
        rest + self.coupling * (current - rest)
    }

    /// Factor on times by which each host is crowded.
    fn crowding(&self, now: &[Circumstances]) -> [f64; super::topology::HOSTS.len()] {
        let mut cores = [0.0; super::topology::HOSTS.len()];
        for (state, now) in self.states.iter().zip(now) {
            cores[now.host] += state.cpu;
        }
        cores.map(|cores| {
            let share = (cores / CONTENTION.1).min(1.0);
            1.0 + self.coupling * CONTENTION.0 * share * share
        })
    }

    /// How long calls to a service took.
    fn time(&mut self, service: usize, now: &[Circumstances], crowding: &[f64]) {
        let (mut sum, mut weights) = (ServiceTime::default(), 0.0);
        let n_calls: f64 = instances_of(service).map(|idx| self.states[idx].arrived.iter().sum::<f64>()).sum();
        for idx in instances_of(service).filter(|&idx| now[idx].is_up) {
            let facts = &self.deployment.instances[idx];
            let (open, seen) = (self.wait(facts, |time| time.open_millis), self.wait(facts, |time| time.millis));
            let n_callees = EDGES
                .iter()
                .filter(|edge| edge.caller == service)
                .map(|edge| edge.per_request * facts.rates[edge.flow] / facts.rate());
            let delay = now[idx].effect.delay_millis;
            let outward = delay * n_callees.sum::<f64>();
            let state = &mut self.states[idx];
            state.own_millis *= crowding[now[idx].host];
            let with_stuck = |millis: f64| {
                let millis = millis.min(TIMEOUT_MILLIS);
                millis + state.stuck * (TIMEOUT_MILLIS - millis)
            };
            state.open_millis = with_stuck(state.own_millis + open);
            state.millis = with_stuck(state.own_millis + seen + outward);
            let share = state.arrived.iter().sum::<f64>() / n_calls.max(1e-9);
            let hop = hop_millis(service);
            let millis = state.millis + hop + delay;
            sum.open_millis += share * (state.open_millis + hop);
            sum.millis += share * millis;
            let tail = if state.stuck * share >= 0.05 { TIMEOUT_MILLIS } else { 2.0 * millis };
            sum.p95_millis = if share >= 0.05 { sum.p95_millis.max(tail) } else { sum.p95_millis };
            weights += share;
        }
        let refused = ServiceTime { open_millis: REFUSED_MILLIS, millis: REFUSED_MILLIS, p95_millis: REFUSED_MILLIS };
        self.times[service] = if weights > 0.0 { sum } else { refused };
    }
}

/// CPU of an instance: idle part and cost of what it serves, both with noise, and what comes on top.
fn cores(facts: &Instance, served: f64, now: &Circumstances) -> f64 {
    let load = served / facts.rate();
    let level = (facts.idle_share + (1.0 - facts.idle_share) * load) * (1.0 + now.noise);
    let start_up = if now.age.is_some_and(|age| age < START_UP.0) { START_UP.1 * facts.mean_cores } else { 0.0 };
    facts.mean_cores * level.max(MIN_LEVEL) + now.effect.extra_cores + now.cron_cores + start_up
}

/// Milliseconds of a request without waiting for others: in service, longer the busier the instance is, and in its queue.
fn own_millis(facts: &Instance, limit: f64, slowdown: f64, (served, queue): (f64, f64)) -> f64 {
    let busy = (served * slowdown / facts.capacity()).min(MAX_UTILISATION);
    let in_service = SERVICES[facts.service].own_millis * slowdown * (1.0 - facts.utilisation) / (1.0 - busy);
    in_service + 1000.0 * queue / limit
}
