//! How many requests come: levels that wander around 1.

use super::super::process::Ar1;
use super::benign::Surge;
use super::maths::uniform;
use super::topology::N_FLOWS;
use crate::stream::{Stream, StreamRng};

/// Height of the daily wave, standard deviation and lag-1 correlation (1 s) of the slow and of the quick wandering.
const WAVE: f64 = 0.06;
const SLOW: (f64, f64) = (0.065, 0.995);
const QUICK: (f64, f64) = (0.11, 0.86);
/// About the standard deviation of a level, wave included.
pub(super) const LOAD_SD: f64 = 0.135;
/// Share of the wandering that all kinds of requests have in common, as a variance.
const COMMON: f64 = 0.5;
/// Largest relative noise of arrivals within a second.
const MAX_ARRIVAL_SD: f64 = 0.5;
const DAY_SECS: f64 = 86_400.0;

/// A wandering around 0.
#[derive(Debug)]
struct Wandering {
    slow: Ar1,
    quick: Ar1,
}

impl Wandering {
    fn new(seed: u32, scope: &str, share: f64) -> Self {
        let part = |name: &str, (sd, phi): (f64, f64)| {
            Ar1::new(phi, sd * share.sqrt(), Stream::Data.rng(seed, &format!("{scope}/{name}")))
        };
        Self { slow: part("slow", SLOW), quick: part("quick", QUICK) }
    }

    fn next(&mut self) -> f64 {
        self.slow.next() + self.quick.next()
    }
}

/// The part of a day as two parabolas, from −1 to 1, like a sine.
fn wave(secs: f64) -> f64 {
    let share = secs / DAY_SECS - (secs / DAY_SECS).floor();
    if share < 0.5 { 16.0 * share * (0.5 - share) } else { -16.0 * (share - 0.5) * (1.0 - share) }
}

/// Requests from outside.
#[derive(Debug)]
pub(super) struct Outside {
    phase: f64,
    common: Wandering,
    flows: Vec<(Wandering, StreamRng)>,
    surges: Vec<Surge>,
}

impl Outside {
    pub(super) fn new(seed: u32, surges: Vec<Surge>) -> Self {
        let mut rng = Stream::Data.rng(seed, "mesh/phase");
        let flow = |flow: usize| {
            let scope = format!("mesh/flow/{flow}");
            (Wandering::new(seed, &scope, 1.0 - COMMON), Stream::Data.rng(seed, &format!("{scope}/arrivals")))
        };
        Self {
            phase: uniform(&mut rng, 0.0, DAY_SECS),
            common: Wandering::new(seed, "mesh/common", COMMON),
            flows: (0..N_FLOWS).map(flow).collect(),
            surges,
        }
    }

    /// Requests per second of each kind in a second of the run.
    pub(super) fn next(&mut self, second: i64, means: &[f64; N_FLOWS]) -> [f64; N_FLOWS] {
        let common = self.common.next() + WAVE * wave(self.phase + second as f64);
        let mut rates = *means;
        for (flow, (wandering, arrivals)) in self.flows.iter_mut().enumerate() {
            let surge: f64 = self.surges.iter().map(|surge| surge.extra(flow, second)).sum();
            let level = (1.0 + common + wandering.next() + surge).max(0.05);
            rates[flow] = arrived(means[flow] * level, arrivals);
        }
        rates
    }
}

/// Load of an instance that nothing else shares.
#[derive(Debug)]
pub(super) struct OwnLoad {
    phase: f64,
    wandering: Wandering,
    arrivals: StreamRng,
    rate: f64,
}

impl OwnLoad {
    pub(super) fn new(seed: u32, instance: usize, rate: f64) -> Self {
        let scope = format!("mesh/instance/{instance}/load");
        let mut arrivals = Stream::Data.rng(seed, &format!("{scope}/arrivals"));
        let phase = uniform(&mut arrivals, 0.0, DAY_SECS);
        Self { phase, wandering: Wandering::new(seed, &scope, 1.0), arrivals, rate }
    }

    /// Its level in a second of the run, about 1.
    pub(super) fn next(&mut self, second: i64) -> f64 {
        let level = (1.0 + WAVE * wave(self.phase + second as f64) + self.wandering.next()).max(0.05);
        arrived(self.rate * level, &mut self.arrivals) / self.rate
    }
}

/// A Poisson count, roughly: normal, with the variance of a count.
fn arrived(rate: f64, rng: &mut StreamRng) -> f64 {
    let relative = (1.0 / rate.sqrt()).min(MAX_ARRIVAL_SD);
    rate * (1.0 + relative * f64::from(rng.normal())).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_is_about_one_and_varies_as_stated() {
        let mut load = OwnLoad::new(1, 0, 1e6);
        let levels: Vec<f64> = (0..200_000).map(|second| load.next(second)).collect();
        let n = levels.len() as f64;
        let mean = levels.iter().sum::<f64>() / n;
        let sd = (levels.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n).sqrt();
        assert!((mean - 1.0).abs() < 0.03, "mean {mean}");
        assert!((sd - LOAD_SD).abs() < 0.02, "sd {sd}");
    }
}
