//! Applications, their calls, and where their containers run.

use crate::stream::Stream;

/// Machines of the cluster.
pub(super) const N_MACHINES: usize = 24;
/// Applications.
pub(super) const N_APPS: usize = 8;
/// Containers of each application.
const CONTAINERS_PER_APP: usize = 9;
/// When a container leaves its machine: minute and container.
const MOVES: [(usize, usize); 3] = [(615, 5), (1330, 40), (2105, 62)];

/// Load that passes from caller to callee.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Call {
    /// Calling application.
    pub(super) caller: usize,
    /// Called application; always a later one, so that there is no circle.
    pub(super) callee: usize,
    /// Minutes until the load arrives.
    pub(super) lag_minutes: usize,
    /// Share of the callee's load that comes from this caller; the shares of a callee add up to 1.
    pub(super) share: f64,
}

const fn call(caller: usize, callee: usize, lag_minutes: usize, share: f64) -> Call {
    Call { caller, callee, lag_minutes, share }
}

/// Two front ends (0 and 1), three middle tiers and three stores.
pub(super) const CALLS: [Call; 9] = [
    call(0, 2, 1, 1.0),
    call(0, 3, 2, 0.5),
    call(1, 3, 1, 0.5),
    call(1, 4, 1, 1.0),
    call(2, 5, 2, 1.0),
    call(2, 6, 1, 0.4),
    call(3, 6, 1, 0.6),
    call(3, 7, 3, 0.3),
    call(4, 7, 1, 0.7),
];

/// One container.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Container {
    /// Its application.
    pub(super) app: usize,
    /// Per cent of its machine's CPU at load 1.
    pub(super) cost: f64,
    /// Machines it runs on: from which minute, and where.
    pub(super) homes: Vec<(usize, usize)>,
}

impl Container {
    /// Where it runs in a minute.
    pub(super) fn machine_at(&self, minute: usize) -> usize {
        self.homes.iter().rev().find(|(from, _)| *from <= minute).map_or(self.homes[0].1, |(_, machine)| *machine)
    }
}

/// All containers, placed at random, three to a machine at first.
pub(super) fn containers(seed: u32) -> Vec<Container> {
    let mut rng = Stream::Data.rng(seed, "sandbox/placement");
    let n = N_APPS * CONTAINERS_PER_APP;
    let mut seats: Vec<usize> = (0..n).map(|seat| seat % N_MACHINES).collect();
    rng.shuffle(&mut seats);
    let mut containers: Vec<Container> = (0..n)
        .map(|idx| {
            let cost = f64::from(rng.uniform(6.0, 14.0));
            Container { app: idx / CONTAINERS_PER_APP, cost, homes: vec![(0, seats[idx])] }
        })
        .collect();
    for (minute, idx) in MOVES {
        let from = containers[idx].machine_at(minute);
        let to = (from + 1 + rng.below(N_MACHINES - 1)) % N_MACHINES;
        containers[idx].homes.push((minute, to));
    }
    containers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_of_each_callee_add_up_and_no_call_goes_back() {
        for app in 0..N_APPS {
            let shares: f64 = CALLS.iter().filter(|call| call.callee == app).map(|call| call.share).sum();
            assert!(shares == 0.0 || (shares - 1.0).abs() < 1e-12, "application {app}: {shares}");
        }
        assert!(CALLS.iter().all(|call| call.caller < call.callee && (1..=3).contains(&call.lag_minutes)));
    }

    #[test]
    fn every_move_leads_to_another_machine() {
        let containers = containers(1);
        for (minute, idx) in MOVES {
            assert_ne!(containers[idx].machine_at(minute - 1), containers[idx].machine_at(minute));
        }
    }
}
