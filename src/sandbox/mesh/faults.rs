//! What a fault does to its target, second by second.

use super::config::{FaultKind, FaultPlan, FaultSize};
use super::deployment::Instance;
use super::topology::SERVICES;

/// Cores that one stress worker burns, as seen in the pilot runs (MODELS.md G).
const STRESS_CORES: f64 = 0.98;
/// Largest share of time that a crashing pod is down.
const MAX_DOWN: f64 = 0.8;
/// Seconds from one crash to the next.
const CRASH_PERIOD_SECS: i64 = 90;
/// Growth of CPU by a leak, in multiples of the mean, and what one such multiple adds to the time per request.
const LEAK: (f64, f64) = (4.0, 0.75);
/// Seconds until all workers of a deadlock are stuck.
const LOCKING_SECS: f64 = 120.0;
/// Largest delay in milliseconds, and the coefficient of variation of a healthy latency.
const DELAY: (f64, f64) = (100.0, 0.26);

/// What a fault does in one second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Effect {
    /// Cores beside those of the load.
    pub(super) extra_cores: f64,
    /// Factor on the time that a request takes by itself.
    pub(super) slowdown: f64,
    /// Share of requests that are accepted and never answered.
    pub(super) stuck: f64,
    /// Milliseconds that everything from and to the instance takes longer.
    pub(super) delay_millis: f64,
}

impl Effect {
    /// All is well.
    pub(super) const NONE: Self = Self { extra_cores: 0.0, slowdown: 1.0, stuck: 0.0, delay_millis: 0.0 };

    fn and(self, other: Self) -> Self {
        Self {
            extra_cores: self.extra_cores + other.extra_cores,
            slowdown: self.slowdown * other.slowdown,
            stuck: 1.0 - (1.0 - self.stuck) * (1.0 - other.stuck),
            delay_millis: self.delay_millis + other.delay_millis,
        }
    }
}

/// A planned fault with its size in the units of what it changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Injection {
    pub(super) plan: FaultPlan,
    /// Cores, share of time, share of requests or milliseconds, as the family has it.
    size: f64,
    mean_cores: f64,
}

impl Injection {
    pub(super) fn new(plan: FaultPlan, target: &Instance, wait_millis: f64) -> Self {
        let mean_cores = target.mean_cores;
        let busy_cores = mean_cores * (1.0 - target.idle_share);
        let full = match plan.kind {
            FaultKind::CpuStress => STRESS_CORES,
            FaultKind::Crash => MAX_DOWN,
            FaultKind::ResourceExhaustion => LEAK.0 * mean_cores,
            FaultKind::Deadlock | FaultKind::Hang => 1.0,
            FaultKind::NetworkDelay => DELAY.0,
        };
        let sigma = match plan.kind {
            FaultKind::CpuStress | FaultKind::ResourceExhaustion => target.sigma_cores(),
            FaultKind::Crash => target.sigma_cores() / mean_cores,
            FaultKind::Deadlock | FaultKind::Hang => target.sigma_cores() / busy_cores,
            FaultKind::NetworkDelay => DELAY.1 * (SERVICES[target.service].own_millis + wait_millis),
        };
        let size = match plan.size {
            FaultSize::Share(share) => share * full,
            FaultSize::Sigmas(sigmas) => (sigmas * sigma).min(full),
        };
        Self { plan, size, mean_cores }
    }

    /// Seconds since the onset; `None` when the fault is not at work.
    fn age(&self, second: i64) -> Option<i64> {
        let age = second - self.plan.onset_secs;
        (0..i64::from(self.plan.duration_secs)).contains(&age).then_some(age)
    }

    fn effect(&self, second: i64) -> Effect {
        let Some(age) = self.age(second) else { return Effect::NONE };
        match self.plan.kind {
            FaultKind::CpuStress => Effect { extra_cores: self.size, ..Effect::NONE },
            FaultKind::Crash => Effect::NONE,
            FaultKind::ResourceExhaustion => self.leak(age),
            FaultKind::Deadlock => {
                let locked = ((age + 1) as f64 / LOCKING_SECS).min(1.0);
                Effect { stuck: self.size * locked, ..Effect::NONE }
            }
            FaultKind::Hang => Effect { stuck: self.size, ..Effect::NONE },
            FaultKind::NetworkDelay => Effect { delay_millis: self.size, ..Effect::NONE },
        }
    }

    /// In proportion to the time since the onset.
    fn leak(&self, age: i64) -> Effect {
        let extra_cores = self.size * (age + 1) as f64 / f64::from(self.plan.duration_secs);
        Effect { extra_cores, slowdown: 1.0 + LEAK.1 * extra_cores / self.mean_cores, ..Effect::NONE }
    }

    /// Whether a crash keeps the target down in a second.
    pub(super) fn is_down(&self, second: i64) -> bool {
        let down_secs = (self.size * CRASH_PERIOD_SECS as f64).round().max(1.0) as i64;
        let is_crash = self.plan.kind == FaultKind::Crash && self.size > 0.0;
        is_crash && self.age(second).is_some_and(|age| age % CRASH_PERIOD_SECS < down_secs)
    }
}

/// What all faults together do to an instance in a second.
pub(super) fn effect(injections: &[Injection], instance: usize, second: i64) -> Effect {
    let of_instance = injections.iter().filter(|injection| injection.plan.instance as usize == instance);
    of_instance.fold(Effect::NONE, |sum, injection| sum.and(injection.effect(second)))
}
