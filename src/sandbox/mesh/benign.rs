//! What looks like a fault and is none: surges, autoscaling, replaced pods, cron bursts. Never labelled.

use super::maths::uniform;
use super::topology::{N_FLOWS, N_INSTANCES, N_SERVICES, SERVICES, instances_of};
use crate::stream::{Stream, StreamRng};

/// Something harmless that happens in a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BenignEvent {
    /// What: `surge`, `autoscaling`, `replacement` or `cron`.
    pub kind: &'static str,
    /// Instance it happens to; `None` for surges.
    pub instance: Option<u32>,
    /// From when, in seconds of the run.
    pub start_secs: u32,
    /// Until when, not included.
    pub end_secs: u32,
}

/// More requests of one kind for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Surge {
    flow: usize,
    start: i64,
    ramp: i64,
    end: i64,
    height: f64,
}

impl Surge {
    /// Addition to the level of a kind of request: up, level, down again.
    pub(super) fn extra(&self, flow: usize, second: i64) -> f64 {
        if flow != self.flow || second < self.start || second >= self.end {
            return 0.0;
        }
        let edge = (second - self.start + 1).min(self.end - second).min(self.ramp);
        self.height * edge as f64 / self.ramp as f64
    }
}

/// Seconds without a pod, after which another one takes the place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vacancy {
    pub(super) instance: usize,
    pub(super) start: u32,
    pub(super) end: u32,
    is_scaling: bool,
}

/// A job that runs now and then in one instance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cron {
    instance: usize,
    first: u32,
    period: u32,
    length: u32,
    /// In standard deviations of the instance's CPU.
    sigmas: f64,
}

/// All harmless events of a run.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Benign {
    pub(super) surges: Vec<Surge>,
    pub(super) vacancies: Vec<Vacancy>,
    crons: Vec<Cron>,
}

impl Benign {
    /// Drawn without regard to faults: per four hours about three surges, one autoscaling, two replacements; two crons.
    pub(super) fn draw(seed: u32, run_secs: u32) -> Self {
        let mut rng = Stream::Data.rng(seed, "mesh/benign");
        let n_per_4_hours =
            |n: f64, rng: &mut StreamRng| (n * f64::from(run_secs) / 14_400.0 + uniform(rng, 0.0, 1.0)) as usize;
        let n_surges = n_per_4_hours(2.5, &mut rng);
        let surges = (0..n_surges).map(|_| surge(&mut rng, run_secs)).collect();
        // Different services, so that it is always clear which pod another one replaces.
        let mut services: Vec<usize> = (0..N_SERVICES).collect();
        rng.shuffle(&mut services);
        let n_vacancies = n_per_4_hours(2.5, &mut rng).min(services.len());
        let scaled = services.iter().position(|&service| SERVICES[service].is_replicated()).unwrap_or(0);
        services.swap(0, scaled);
        let vacancies = services[..n_vacancies]
            .iter()
            .enumerate()
            .map(|(idx, &service)| vacancy(&mut rng, service, idx == 0, run_secs))
            .collect();
        let crons = (0..2).map(|_| cron(&mut rng)).collect();
        Self { surges, vacancies, crons }
    }

    /// Cores beside the load in a second, in standard deviations of the instance's CPU.
    pub(super) fn cron_sigmas(&self, instance: usize, second: i64) -> f64 {
        let Ok(second) = u32::try_from(second) else { return 0.0 };
        let is_on = |cron: &&Cron| {
            cron.instance == instance && second >= cron.first && (second - cron.first) % cron.period < cron.length
        };
        self.crons.iter().filter(is_on).map(|cron| cron.sigmas).sum()
    }

    /// The list of everything, by start.
    pub(super) fn events(&self, run_secs: u32) -> Vec<BenignEvent> {
        let cut = |second: i64| second.clamp(0, i64::from(run_secs)) as u32;
        let surges = self.surges.iter().map(|surge| BenignEvent {
            kind: "surge",
            instance: None,
            start_secs: cut(surge.start),
            end_secs: cut(surge.end),
        });
        let vacancies = self.vacancies.iter().map(|vacancy| BenignEvent {
            kind: if vacancy.is_scaling { "autoscaling" } else { "replacement" },
            instance: Some(vacancy.instance as u32),
            start_secs: vacancy.start,
            end_secs: vacancy.end,
        });
        let crons = self.crons.iter().flat_map(|cron| {
            (cron.first..run_secs).step_by(cron.period as usize).map(move |start| BenignEvent {
                kind: "cron",
                instance: Some(cron.instance as u32),
                start_secs: start,
                end_secs: (start + cron.length).min(run_secs),
            })
        });
        let mut events: Vec<BenignEvent> = surges.chain(vacancies).chain(crons).collect();
        events.sort_by_key(|event| (event.start_secs, event.end_secs, event.instance));
        events
    }
}

fn surge(rng: &mut StreamRng, run_secs: u32) -> Surge {
    let start = rng.below(run_secs as usize) as i64;
    Surge {
        // All kinds but uploads, which are too few to matter.
        flow: rng.below(N_FLOWS - 1),
        start,
        ramp: 30 + rng.below(91) as i64,
        end: start + 150 + rng.below(331) as i64,
        height: uniform(rng, 0.12, 0.4),
    }
}

/// A replica that autoscaling takes away for 10 to 20 minutes, or a pod that is replaced within half a minute.
fn vacancy(rng: &mut StreamRng, service: usize, is_scaling: bool, run_secs: u32) -> Vacancy {
    let range = instances_of(service);
    let instance = range.start + rng.below(range.len());
    let length = if is_scaling { 600 + rng.below(601) as u32 } else { 12 + rng.below(19) as u32 };
    // Both pods are seen for two minutes at least, where the run is long enough.
    let latest = run_secs.saturating_sub(length + 120).max(121);
    let start = 120 + rng.below((latest - 120) as usize) as u32;
    Vacancy { instance, start, end: start.saturating_add(length).min(run_secs), is_scaling }
}

fn cron(rng: &mut StreamRng) -> Cron {
    let period = 900 + rng.below(1801) as u32;
    Cron {
        instance: rng.below(N_INSTANCES),
        first: rng.below(period as usize) as u32,
        period,
        length: 20 + rng.below(81) as u32,
        sigmas: uniform(rng, 2.0, 6.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_rises_stays_and_falls() {
        let surge = Surge { flow: 1, start: 100, ramp: 10, end: 200, height: 0.5 };
        assert_eq!([99, 109, 150, 199, 200].map(|second| surge.extra(1, second)), [0.0, 0.5, 0.5, 0.05, 0.0]);
        assert_eq!(surge.extra(0, 150), 0.0);
    }

    #[test]
    fn a_run_has_every_kind_of_look_alike_and_short_runs_do_not_fail() {
        let kinds: std::collections::BTreeSet<&str> =
            (0..3).flat_map(|seed| Benign::draw(seed, 14_400).events(14_400)).map(|event| event.kind).collect();
        assert!(kinds.into_iter().eq(["autoscaling", "cron", "replacement", "surge"]));
        for seed in 0..50 {
            Benign::draw(seed, 60).events(60);
        }
    }
}
