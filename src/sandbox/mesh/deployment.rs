//! What stays the same over runs: where instances are, what a request costs them, how noisy they are.

use super::maths::{log_scale, uniform};
use super::topology::{
    EDGES, ENTRIES, FLOW_RATES, HOP_MILLIS, HOSTS, N_FLOWS, N_SERVICES, SERVICES, calling_order, instances_of,
};
use super::workload::LOAD_SD;
use crate::stream::{Stream, StreamRng};

/// Mean cores of the idlest instance, and octaves from there to the busiest: 2·10⁻⁴ to 0.25 (MODELS.md G).
const CORES: (f64, f64) = (2e-4, 10.287_712_379_549_449);
/// Smallest coefficient of variation of an instance's own noise, and octaves to the largest.
const NOISE: (f64, f64) = (0.09, 4.25);
/// Requests that an instance of a service, and the front door, can work on at a time.
const WORKERS: (f64, f64) = (32.0, 256.0);

/// One instance: a place in the deployment that one pod after the other takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Instance {
    pub(super) service: usize,
    /// Index into the hosts of the pod that is there at the start.
    pub(super) host: usize,
    /// Mean CPU at the mean load, in cores.
    pub(super) mean_cores: f64,
    /// Share of the mean that does not depend on the load.
    pub(super) idle_share: f64,
    /// Coefficient of variation of its own noise.
    pub(super) noise: f64,
    /// Mean requests per second of each kind.
    pub(super) rates: [f64; N_FLOWS],
    /// Share of its CPU capacity that the mean load takes.
    pub(super) utilisation: f64,
    /// Requests that it can work on at a time.
    pub(super) workers: f64,
    /// Its share of its service's requests while all replicas are up.
    pub(super) weight: f64,
}

impl Instance {
    /// Mean requests per second.
    pub(super) fn rate(&self) -> f64 {
        self.rates.iter().sum()
    }

    /// Requests per second at which its CPU is the limit.
    pub(super) fn capacity(&self) -> f64 {
        self.rate() / self.utilisation
    }

    /// Standard deviation of its healthy CPU second by second, in cores.
    pub(super) fn sigma_cores(&self) -> f64 {
        let of_load = (1.0 - self.idle_share) * LOAD_SD;
        self.mean_cores * (self.noise * self.noise + of_load * of_load).sqrt()
    }
}

/// All instances, and what follows from the calls.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Deployment {
    pub(super) instances: Vec<Instance>,
    /// Services, callers first.
    pub(super) order: Vec<usize>,
    /// Milliseconds per request that a service spends waiting for others when all is well.
    pub(super) rest_waits: [f64; N_SERVICES],
}

impl Deployment {
    pub(super) fn new(seed: u32) -> Self {
        let order = calling_order();
        let rates = mean_rates(&order);
        let mut rng = Stream::Data.rng(seed, "mesh/deployment");
        let mut instances: Vec<Instance> =
            (0..N_SERVICES).flat_map(|service| replicas(service, rates[service], &mut rng)).collect();
        place(&mut instances, &mut rng);
        let rest_waits = rest_waits(&order, &rates);
        Self { instances, order, rest_waits }
    }
}

/// Mean requests per second of each kind at each service.
fn mean_rates(order: &[usize]) -> [[f64; N_FLOWS]; N_SERVICES] {
    let mut rates = [[0.0; N_FLOWS]; N_SERVICES];
    for (flow, entry) in ENTRIES.into_iter().enumerate() {
        rates[entry][flow] = FLOW_RATES[flow];
    }
    for &service in order {
        for edge in EDGES.iter().filter(|edge| edge.caller == service) {
            rates[edge.callee][edge.flow] += edge.per_request * rates[service][edge.flow];
        }
    }
    rates
}

fn replicas(service: usize, rates: [f64; N_FLOWS], rng: &mut StreamRng) -> Vec<Instance> {
    let facts = &SERVICES[service];
    let position = ((N_SERVICES - 1 - facts.rank) as f64 + f64::from(rng.unit())) / N_SERVICES as f64;
    let cores = log_scale(CORES.0, CORES.1, position);
    let utilisation = uniform(rng, 0.15, 0.4);
    let n_replicas = instances_of(service).len();
    let raw: Vec<f64> = (0..n_replicas).map(|_| uniform(rng, 0.92, 1.08)).collect();
    let sum: f64 = raw.iter().sum();
    let replica = |weight: &f64| Instance {
        service,
        host: 0,
        mean_cores: cores * uniform(rng, 0.95, 1.05),
        idle_share: uniform(rng, 0.15, 0.35),
        noise: log_scale(NOISE.0, NOISE.1, f64::from(rng.unit())),
        rates: rates.map(|rate| rate * weight / sum),
        utilisation,
        workers: if facts.is_replicated() { WORKERS.0 } else { WORKERS.1 },
        weight: weight / sum,
    };
    raw.iter().map(replica).collect()
}

/// Hosts in turn, in random order, so that each has nine or ten instances.
fn place(instances: &mut [Instance], rng: &mut StreamRng) {
    let mut seats: Vec<usize> = (0..instances.len()).map(|seat| seat % HOSTS.len()).collect();
    rng.shuffle(&mut seats);
    for (instance, host) in instances.iter_mut().zip(seats) {
        instance.host = host;
    }
}

/// Milliseconds that one request of a mean mix waits for the callees of each service.
fn rest_waits(order: &[usize], rates: &[[f64; N_FLOWS]; N_SERVICES]) -> [f64; N_SERVICES] {
    let mut waits = [0.0; N_SERVICES];
    for &service in order.iter().rev() {
        let total: f64 = rates[service].iter().sum();
        let wait = |edge: &&super::topology::Edge| {
            let share = edge.per_request * rates[service][edge.flow] / total;
            share * (SERVICES[edge.callee].own_millis + waits[edge.callee] + hop_millis(edge.callee))
        };
        waits[service] = EDGES.iter().filter(|edge| edge.caller == service).map(|edge| wait(&edge)).sum();
    }
    waits
}

/// Time on the network towards a service; that of stores is part of their own time, because only clients time them.
pub(super) fn hop_millis(callee: usize) -> f64 {
    if SERVICES[callee].is_replicated() { HOP_MILLIS } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_span_the_published_range_and_shares_add_up() {
        let deployment = Deployment::new(1);
        let cores: Vec<f64> = deployment.instances.iter().map(|instance| instance.mean_cores).collect();
        assert!(cores.iter().all(|&cores| (1.8e-4..0.27).contains(&cores)), "{cores:?}");
        for service in 0..N_SERVICES {
            let weights: f64 = deployment.instances[instances_of(service)].iter().map(|node| node.weight).sum();
            assert!((weights - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_composed_post_takes_as_long_as_in_the_public_traces() {
        let deployment = Deployment::new(1);
        let millis = |service: usize| SERVICES[service].own_millis + deployment.rest_waits[service];
        assert!((millis(0) - 4.06).abs() < 0.5, "compose-post-service {}", millis(0));
        assert!((millis(14) - 1.42).abs() < 0.3, "text-service {}", millis(14));
    }

    #[test]
    fn hosts_are_evenly_used() {
        let deployment = Deployment::new(7);
        for host in 0..HOSTS.len() {
            let n = deployment.instances.iter().filter(|instance| instance.host == host).count();
            assert!((9..=10).contains(&n));
        }
    }
}
