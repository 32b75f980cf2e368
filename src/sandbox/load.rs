//! Load of applications and containers over time.

use super::cluster::{CALLS, Container, N_APPS};
use super::process::{Ar1, DAY_MINUTES, daily_wave};
use crate::stream::Stream;

/// Minutes before the first observed one, so that every lagged load exists.
pub(super) const WARM_UP: usize = 60;
/// Lag-1 correlation of demand at one minute.
const PHI: f64 = 0.95;
/// Standard deviation of demand around its daily wave.
const SD: f64 = 0.35;
/// Height of the daily wave.
const WAVE: f64 = 0.35;
/// Smallest load.
const MIN_LOAD: f64 = 0.05;

/// Demand of its own: about 1, with a day of random phase.
fn own_demand(seed: u32, scope: &str, n_minutes: usize) -> Vec<f64> {
    let mut rng = Stream::Data.rng(seed, scope);
    let phase = rng.below(DAY_MINUTES);
    let mut noise = Ar1::new(PHI, SD, rng);
    (0..n_minutes).map(|minute| (1.0 + WAVE * daily_wave(minute, phase) + noise.next()).max(MIN_LOAD)).collect()
}

/// Load of every application, `WARM_UP` minutes longer than what is observed.
///
/// A called application gets the share `coupling` of its load from its callers, and the rest is its own.
fn app_loads(seed: u32, coupling: f64, n_minutes: usize) -> Vec<Vec<f64>> {
    let mut loads: Vec<Vec<f64>> = Vec::new();
    for app in 0..N_APPS {
        let mut load = own_demand(seed, &format!("sandbox/application/{app}"), n_minutes);
        let is_called = CALLS.iter().any(|call| call.callee == app);
        for minute in (0..n_minutes).filter(|_| is_called) {
            let from = |caller: usize, lag: usize| loads[caller][minute.saturating_sub(lag)];
            let calls = CALLS.iter().filter(|call| call.callee == app);
            let passed: f64 = calls.map(|call| call.share * from(call.caller, call.lag_minutes)).sum();
            load[minute] = coupling * passed + (1.0 - coupling) * load[minute];
        }
        loads.push(load);
    }
    loads
}

/// Load of every container over the observed minutes.
///
/// A container gets the share `coupling` of its load from its application, and the rest is its own; at 0 no two
/// containers have anything in common.
pub(super) fn container_loads(seed: u32, coupling: f64, containers: &[Container], n_minutes: usize) -> Vec<Vec<f64>> {
    let apps = app_loads(seed, coupling, WARM_UP + n_minutes);
    containers
        .iter()
        .enumerate()
        .map(|(idx, container)| {
            let own = own_demand(seed, &format!("sandbox/container/{idx}"), WARM_UP + n_minutes);
            let mix = |(own, app): (&f64, &f64)| coupling * app + (1.0 - coupling) * own;
            own.iter().zip(&apps[container.app]).skip(WARM_UP).map(mix).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::process::correlation;
    use super::*;

    #[test]
    fn a_callee_follows_its_caller_at_the_lag_and_not_without_coupling() {
        let differences = |series: &[f64]| series.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<f64>>();
        let at_lag = |coupling: f64, lag: usize| {
            let loads = app_loads(1, coupling, 2000);
            let (caller, callee) = (differences(&loads[0]), differences(&loads[2]));
            correlation(&callee[lag..], &caller[..caller.len() - lag])
        };
        assert!(at_lag(0.8, 1) > 0.9, "{}", at_lag(0.8, 1));
        assert!(at_lag(0.8, 0).abs() < 0.1 && at_lag(0.0, 1).abs() < 0.1);
    }
}
