//! One run of the mesh, from its config to everything that is seen of it.

use super::super::process::Ar1;
use super::benign::{Benign, BenignEvent};
use super::calls::CallCounter;
use super::config::MeshConfig;
use super::deployment::{Deployment, Instance};
use super::dynamics::{Circumstances, Mesh};
use super::faults::{Injection, effect};
use super::lives::{Place, places};
use super::scrape;
use super::spans::{Trace, trace};
use super::topology::{FLOW_RATES, HOSTS, SERVICES};
use super::workload::{Outside, OwnLoad};
use crate::data::{CallStat, Fault};
use crate::stream::{Stream, StreamRng};

/// Seconds before the first observed one, in which queues and loads settle.
const WARM_UP_SECS: i64 = 120;
/// Share of an instance's noise that is slow, as a variance, and lag-1 correlations (1 s) of both parts.
const NOISE_SLOW: f64 = 0.055;
const NOISE_PHI: (f64, f64) = (0.996, 0.2);

/// A pod and the samples of its CPU counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Pod {
    /// Name, as Kubernetes makes them: service, replica set, pod.
    pub name: String,
    /// Service type.
    pub service: String,
    /// Host.
    pub host: String,
    /// Identity in control groups.
    pub uid: String,
    /// Place in the deployment, 0 to 47: pods that replace each other have the same.
    pub instance: u32,
    /// When samples were taken, in milliseconds since 1970.
    pub at_millis: Vec<i64>,
    /// CPU seconds of the pod's process so far; falls back when a process is restarted.
    pub cpu_secs: Vec<f64>,
}

/// Everything that happened in a run.
#[derive(Debug, Clone, PartialEq)]
pub struct MeshRun {
    /// What was asked for, with every number in its range.
    pub config: MeshConfig,
    /// Seed of the run.
    pub seed: u32,
    /// Service types in natural order.
    pub services: Vec<String>,
    /// Pods, instance by instance, in the order of their lives.
    pub pods: Vec<Pod>,
    /// CPU in cores, per instance and second; 0 while there is no pod.
    pub true_cpu: Vec<Vec<f32>>,
    /// All calls per second, traced or not, ordered by second, caller and callee. Durations are those that callers see.
    pub calls: Vec<CallStat>,
    /// Faults at work within the run, ordered by start, with the name of the pod that was there.
    pub faults: Vec<Fault>,
    /// Harmless events, never part of the labels.
    pub benign: Vec<BenignEvent>,
    /// Sampled requests, ordered by time. Without coupling a request still adds up its parts.
    pub traces: Vec<Trace>,
}

/// Simulates one run of the mesh. The same config and seed give the same bits on every target.
pub fn simulate_mesh(config: &MeshConfig, seed: u32) -> MeshRun {
    let config = config.in_range();
    let deployment = Deployment::new(config.deployment);
    let benign = if config.has_benign_events { Benign::draw(seed, config.duration_secs) } else { Benign::default() };
    let injections: Vec<Injection> = config
        .faults
        .iter()
        .map(|plan| {
            let target = &deployment.instances[plan.instance as usize];
            Injection::new(*plan, target, deployment.rest_waits[target.service])
        })
        .collect();
    let run_secs = config.duration_secs;
    let places = places(&deployment, (&benign.vacancies, &injections), (config.deployment, seed), run_secs);
    let seen = Simulation {
        config: &config,
        seed,
        deployment: &deployment,
        benign: &benign,
        injections: &injections,
        places: &places,
    }
    .run();
    let pods = deployment.instances.iter().zip(&places).zip(&seen.true_cpu).enumerate();
    let pods =
        pods.flat_map(|(idx, ((facts, place), cpu))| scrape::pods(seed, idx, facts, place, cpu, config.start_secs));
    MeshRun {
        services: SERVICES.iter().map(|service| service.name.to_owned()).collect(),
        pods: pods.collect(),
        true_cpu: seen.true_cpu,
        calls: seen.calls,
        faults: faults(&config, &places),
        benign: benign.events(run_secs),
        traces: seen.traces,
        config,
        seed,
    }
}

fn faults(config: &MeshConfig, places: &[Place]) -> Vec<Fault> {
    let labelled = config.faults.iter().filter_map(|plan| {
        let (start, end) = plan.active_secs(config.duration_secs)?;
        let millis = |secs: u32| (config.start_secs + i64::from(secs)) * 1000;
        let target = places[plan.instance as usize].tenant_at(start).map(|tenant| tenant.name.clone());
        Some(Fault {
            start_millis: millis(start),
            end_millis: millis(end),
            target: target.unwrap_or_default(),
            kind: plan.kind.label().to_owned(),
        })
    });
    let mut faults: Vec<Fault> = labelled.collect();
    faults.sort_by(|a, b| {
        (a.start_millis, a.end_millis, &a.target, &a.kind).cmp(&(b.start_millis, b.end_millis, &b.target, &b.kind))
    });
    faults
}

/// What the seconds leave behind.
struct Seen {
    true_cpu: Vec<Vec<f32>>,
    calls: Vec<CallStat>,
    traces: Vec<Trace>,
}

struct Simulation<'a> {
    config: &'a MeshConfig,
    seed: u32,
    deployment: &'a Deployment,
    benign: &'a Benign,
    injections: &'a [Injection],
    places: &'a [Place],
}

impl Simulation<'_> {
    fn run(&self) -> Seen {
        let n_secs = i64::from(self.config.duration_secs);
        let mut outside = Outside::new(self.seed, self.benign.surges.clone());
        let instances = self.deployment.instances.iter().enumerate();
        let mut moods: Vec<Mood> = instances.map(|(idx, facts)| Mood::new(self.seed, idx, facts)).collect();
        let mut mesh = Mesh::new(self.deployment, self.config.coupling);
        let mut calls = CallCounter::new(self.seed);
        let mut tracer = Tracer::new(self.seed, self.config);
        let mut true_cpu = vec![Vec::with_capacity(n_secs as usize); self.places.len()];
        for second in -WARM_UP_SECS..n_secs {
            let requests = outside.next(second, &FLOW_RATES);
            let now: Vec<Circumstances> =
                moods.iter_mut().enumerate().map(|(idx, mood)| self.circumstances(idx, mood, second)).collect();
            mesh.step(requests, &now);
            if second < 0 {
                continue;
            }
            for (cpu, state) in true_cpu.iter_mut().zip(&mesh.states) {
                cpu.push(state.cpu as f32);
            }
            calls.note(&mesh, self.config.start_secs + second);
            tracer.note(&mesh, &now, second);
        }
        Seen { true_cpu, calls: calls.stats, traces: tracer.traces }
    }

    fn circumstances(&self, idx: usize, mood: &mut Mood, second: i64) -> Circumstances {
        let (facts, place) = (&self.deployment.instances[idx], &self.places[idx]);
        // What happens before the run happens to the first pods, which are up.
        let observed = u32::try_from(second).ok();
        let host = observed.and_then(|second| place.tenant_at(second)).map_or(facts.host, |tenant| tenant.host);
        Circumstances {
            is_up: observed.is_none_or(|second| place.is_up(second)),
            age: observed.and_then(|second| place.age(second)),
            host: host.min(HOSTS.len() - 1),
            effect: effect(self.injections, idx, second),
            cron_cores: self.benign.cron_sigmas(idx, second) * facts.sigma_cores(),
            own_level: mood.load.next(second),
            noise: mood.slow.next() + mood.quick.next(),
        }
    }
}

/// What is random about an instance.
#[derive(Debug)]
struct Mood {
    load: OwnLoad,
    slow: Ar1,
    quick: Ar1,
}

impl Mood {
    fn new(seed: u32, idx: usize, facts: &Instance) -> Self {
        let noise = |name: &str, phi: f64, share: f64| {
            let rng = Stream::Data.rng(seed, &format!("mesh/instance/{idx}/noise/{name}"));
            Ar1::new(phi, facts.noise * share.sqrt(), rng)
        };
        Self {
            load: OwnLoad::new(seed, idx, facts.rate()),
            slow: noise("slow", NOISE_PHI.0, NOISE_SLOW),
            quick: noise("quick", NOISE_PHI.1, 1.0 - NOISE_SLOW),
        }
    }
}

/// Follows a request now and then.
struct Tracer {
    rng: StreamRng,
    start_secs: i64,
    per_hour: u32,
    traces: Vec<Trace>,
}

impl Tracer {
    fn new(seed: u32, config: &MeshConfig) -> Self {
        let rng = Stream::Data.rng(seed, "mesh/traces");
        Self { rng, start_secs: config.start_secs, per_hour: config.traces_per_hour, traces: Vec::new() }
    }

    fn note(&mut self, mesh: &Mesh<'_>, now: &[Circumstances], second: i64) {
        let is_sampled = self.rng.unit() < self.per_hour as f32 / 3600.0;
        if is_sampled {
            self.traces.push(trace(mesh, now, self.start_secs + second, &mut self.rng));
        }
    }
}
