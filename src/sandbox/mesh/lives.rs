//! Which pod is in which place when: crashes, replacements and autoscaling.

use super::benign::Vacancy;
use super::deployment::Deployment;
use super::faults::Injection;
use super::topology::{HOSTS, SERVICES};
use crate::stream::{Stream, StreamRng};

/// Letters of the suffixes that Kubernetes gives to pods.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// Letters of the hash of a pod's template: a decimal number, written with those letters that its digits are mapped to.
const HASH_LETTERS: &[u8] = b"456789bcdf";

/// One process of a pod: its counter starts at 0, or long before the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// First second.
    pub(super) start: u32,
    /// Last second, not included.
    pub(super) end: u32,
    /// Index into the pods of the place.
    pub(super) pod: usize,
}

/// A pod that takes a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tenant {
    pub(super) name: String,
    pub(super) host: usize,
    /// Identity in control groups.
    pub(super) uid: String,
}

/// A place of the deployment and its tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) tenants: Vec<Tenant>,
    pub(super) lives: Vec<Life>,
}

impl Place {
    pub(super) fn is_up(&self, second: u32) -> bool {
        self.lives.iter().any(|life| (life.start..life.end).contains(&second))
    }

    /// Seconds since a process was started within the run; `None` for those that are older, and while there is none.
    pub(super) fn age(&self, second: u32) -> Option<u32> {
        let life = self.lives.iter().find(|life| (life.start..life.end).contains(&second))?;
        (life.start > 0).then(|| second - life.start)
    }

    /// The tenant in a second, or the next one if there is none.
    pub(super) fn tenant_at(&self, second: u32) -> Option<&Tenant> {
        let life = self.lives.iter().find(|life| life.end > second).or(self.lives.last())?;
        self.tenants.get(life.pod)
    }
}

/// All places of a run.
pub(super) fn places(
    deployment: &Deployment,
    (vacancies, injections): (&[Vacancy], &[Injection]),
    (deployment_seed, seed): (u32, u32),
    run_secs: u32,
) -> Vec<Place> {
    let place = |(instance, facts): (usize, &super::deployment::Instance)| {
        let of_place: Vec<Vacancy> = vacancies.iter().filter(|vacancy| vacancy.instance == instance).copied().collect();
        let crashes: Vec<Injection> =
            injections.iter().filter(|injection| injection.plan.instance as usize == instance).copied().collect();
        let lives = lives(&of_place, &crashes, run_secs);
        let n_tenants = lives.last().map_or(1, |life| life.pod + 1);
        let mut rng = Stream::Data.rng(seed, &format!("mesh/instance/{instance}/pods"));
        let template = template(deployment_seed, facts.service);
        let tenants = (0..n_tenants).map(|idx| tenant(&mut rng, &template, facts.host, idx)).collect();
        Place { tenants, lives }
    };
    deployment.instances.iter().enumerate().map(place).collect()
}

fn lives(vacancies: &[Vacancy], crashes: &[Injection], run_secs: u32) -> Vec<Life> {
    if vacancies.is_empty() && crashes.is_empty() {
        return vec![Life { start: 0, end: run_secs, pod: 0 }];
    }
    let mut lives: Vec<Life> = Vec::new();
    let (mut pod, mut was_up) = (0, false);
    for second in 0..run_secs {
        let is_vacant = vacancies.iter().any(|vacancy| (vacancy.start..vacancy.end).contains(&second));
        pod += usize::from(vacancies.iter().any(|vacancy| vacancy.end == second && second > 0));
        let is_up = !is_vacant && !crashes.iter().any(|crash| crash.is_down(i64::from(second)));
        match lives.last_mut().filter(|_| was_up) {
            Some(life) if is_up => life.end = second + 1,
            _ if is_up => lives.push(Life { start: second, end: second + 1, pod }),
            _ => {}
        }
        was_up = is_up;
    }
    lives
}

/// Name of a deployment's replica set.
fn template(deployment_seed: u32, service: usize) -> String {
    let mut rng = Stream::Data.rng(deployment_seed, &format!("mesh/template/{service}"));
    format!("{}-{}", SERVICES[service].name, word(&mut rng, HASH_LETTERS, 10))
}

fn tenant(rng: &mut StreamRng, template: &str, host: usize, idx: usize) -> Tenant {
    let host = if idx == 0 { host } else { rng.below(HOSTS.len()) };
    let hex = |rng: &mut StreamRng, n: usize| (0..n).map(|_| format!("{:x}", rng.below(16))).collect::<String>();
    let name = format!("{template}-{}", word(rng, LETTERS, 5));
    let uid = [8, 4, 4, 4, 12].map(|n| hex(rng, n)).join("-");
    Tenant { name, host, uid }
}

fn word(rng: &mut StreamRng, letters: &[u8], n: usize) -> String {
    (0..n).map(|_| char::from(letters[rng.below(letters.len())])).collect()
}
