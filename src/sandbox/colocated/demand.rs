//! How much work comes, and how it waits where it is too much.

use super::super::process::{Ar1, DAY_MINUTES, daily_wave};
use crate::stream::StreamRng;

/// Minutes before the first observed one, so that every lagged load exists.
pub(super) const WARM_UP: usize = 60;
/// Smallest demand.
const MIN: f64 = 0.05;
/// Lag-1 correlation at one minute, and standard deviation of the quick part of demand.
const QUICK: (f64, f64) = (0.6, 0.42);
/// Height of the daily wave of what users ask for; its standard deviation is 0.307.
const WAVE: f64 = 0.42;
/// Demand that belongs to no day wanders as far, with a lag-1 correlation at one minute of this.
const SLOW: (f64, f64) = (0.998, 0.307);
/// Work that can wait at one place, in minutes of its mean.
const MAX_QUEUE: f64 = 10.0;

/// What users ask for: about 1, with the time of day.
pub(super) fn of_users(rng: StreamRng, n_minutes: usize) -> Vec<f64> {
    let mut quick = Ar1::new(QUICK.0, QUICK.1, rng);
    (0..n_minutes).map(|idx| (1.0 + WAVE * daily_wave(idx, DAY_MINUTES - WARM_UP) + quick.next()).max(MIN)).collect()
}

/// What nothing else shares: about 1, as wide as the demand of users, at no time of day.
pub(super) fn own(quick: StreamRng, slow: StreamRng, n_minutes: usize) -> Vec<f64> {
    let (mut quick, mut slow) = (Ar1::new(QUICK.0, QUICK.1, quick), Ar1::new(SLOW.0, SLOW.1, slow));
    (0..n_minutes).map(|_| (1.0 + slow.next() + quick.next()).max(MIN)).collect()
}

/// Data of a job: about 1, without slow changes, because a job is over soon.
pub(super) fn of_job(rng: StreamRng, n_minutes: usize) -> Vec<f64> {
    let mut quick = Ar1::new(QUICK.0, QUICK.1, rng);
    (0..n_minutes).map(|_| (1.0 + quick.next()).max(MIN)).collect()
}

/// What is done of a demand where no more than `capacity` can be done in a minute: the rest waits for the next one.
pub(super) fn worked_off(demand: &[f64], capacity: f64) -> Vec<f64> {
    let mut queue = 0.0;
    let serve = |&demand: &f64| {
        let due = queue + demand;
        let served = capacity.min(due);
        queue = MAX_QUEUE.min(due - served);
        served
    };
    demand.iter().map(serve).collect()
}

/// The same `lag` minutes later; before that, as at the start.
pub(super) fn delayed(load: &[f64], lag: usize) -> impl Iterator<Item = f64> {
    (0..load.len()).map(move |idx| load[idx.saturating_sub(lag)])
}

/// A place that load passes through: minutes until it arrives, and what can be done in a minute.
pub(super) fn place(rng: &mut StreamRng) -> (usize, f64) {
    (1 + rng.below(2), f64::from(rng.uniform(1.6, 2.4)))
}

#[cfg(test)]
mod tests {
    use super::super::super::process::correlation;
    use super::*;
    use crate::stream::Stream;

    #[test]
    fn what_cannot_be_done_waits_and_nothing_is_lost_of_a_short_rush() {
        assert_eq!(worked_off(&[1.0, 5.0, 0.5, 0.5, 0.5], 2.0), [1.0, 2.0, 2.0, 2.0, 0.5]);
        assert_eq!(worked_off(&[100.0, 0.0, 0.0], 2.0), [2.0, 2.0, 2.0]);
        assert!(delayed(&[1.0, 2.0, 3.0], 2).eq([1.0, 1.0, 1.0]));
    }

    #[test]
    fn demand_of_users_and_own_demand_vary_alike() {
        let rng = |name: &str| Stream::Data.rng(1, name);
        let sd = |x: &[f64]| {
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            (x.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / x.len() as f64).sqrt()
        };
        let (users, own) = (of_users(rng("a"), 144_000), own(rng("b"), rng("c"), 144_000));
        assert!((sd(&users) - sd(&own)).abs() < 0.03, "{} and {}", sd(&users), sd(&own));
        for series in [users, own] {
            let lag_1 = correlation(&series[1..], &series[..series.len() - 1]);
            assert!((lag_1 - 0.74).abs() < 0.03, "{lag_1}");
        }
    }
}
