//! Applications and their containers: where they run, when they move, and what they have to do.

use super::config::{ColocatedConfig, N_GROUPS, N_MINUTES, PER_GROUP, group_of, machine_of};
use super::demand::{WARM_UP, delayed, of_users, own, place, worked_off};
use crate::stream::{Stream, StreamRng};

/// Applications, two in each group of machines.
pub(super) const N_APPS: usize = 2 * N_GROUPS;
/// Containers of each tier of an application, the front end first: load passes from one tier to the next.
const TIERS: [usize; 3] = [2, 2, 1];
/// Minutes that a container stays on a machine, on average.
const STAY_MINUTES: usize = 5760;
/// Most containers of one machine.
const MAX_PER_MACHINE: usize = 3;

/// One container.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Container {
    /// Its application.
    pub(super) app: usize,
    /// Its tier.
    tier: usize,
    /// Per cent of its machine's CPU at load 1.
    pub(super) cost: f64,
    /// Where it runs: from which minute, and on which machine.
    pub(super) homes: Vec<(usize, usize)>,
}

impl Container {
    /// Minutes and machine of every stay.
    pub(super) fn stays(&self) -> impl Iterator<Item = (std::ops::Range<usize>, usize)> {
        let ends = self.homes.iter().skip(1).map(|home| home.0).chain([N_MINUTES]);
        self.homes.iter().zip(ends).map(|(&(from, machine), end)| (from..end, machine))
    }
}

/// All containers: two to a machine at first; later each moves now and then to a machine of its group that has room.
pub(super) fn containers(seed: u32) -> Vec<Container> {
    let mut rng = Stream::Data.rng(seed, "colocated/placement");
    let mut containers: Vec<Container> = Vec::new();
    for app in 0..N_APPS {
        // One container to each machine of the group.
        let mut members: Vec<usize> = (0..PER_GROUP).collect();
        rng.shuffle(&mut members);
        let tiers = TIERS.iter().enumerate().flat_map(|(tier, &n)| std::iter::repeat_n(tier, n));
        for (tier, member) in tiers.zip(members) {
            let cost = f64::from(rng.uniform(7.0, 14.0));
            containers.push(Container { app, tier, cost, homes: vec![(0, machine_of(app % N_GROUPS, member))] });
        }
    }
    move_about(&mut containers, &mut rng);
    containers
}

fn move_about(containers: &mut [Container], rng: &mut StreamRng) {
    let mut at: Vec<usize> = containers.iter().map(|container| container.homes[0].1).collect();
    for minute in 1..N_MINUTES {
        for (idx, container) in containers.iter_mut().enumerate() {
            if rng.below(STAY_MINUTES) > 0 {
                continue;
            }
            let (group, member) = (group_of(at[idx]), at[idx] / N_GROUPS);
            let to = machine_of(group, (member + 1 + rng.below(PER_GROUP - 1)) % PER_GROUP);
            if at.iter().filter(|&&machine| machine == to).count() < MAX_PER_MACHINE {
                container.homes.push((minute, to));
                at[idx] = to;
            }
        }
    }
}

/// Load of every container in every observed minute.
pub(super) fn loads(config: ColocatedConfig, containers: &[Container]) -> Vec<Vec<f64>> {
    let apps: Vec<[Vec<f64>; TIERS.len()]> = (0..N_APPS).map(|app| tier_loads(config.seed, app)).collect();
    let coupling = config.coupling();
    containers
        .iter()
        .enumerate()
        .map(|(idx, container)| {
            let shared = &apps[container.app][container.tier][WARM_UP..];
            let own = own_load(config.seed, idx, container);
            shared.iter().zip(own).map(|(shared, own)| coupling * shared + (1.0 - coupling) * own).collect()
        })
        .collect()
}

/// Load of each tier: users come to the first one; what it has done arrives at the next one or two minutes later.
fn tier_loads(seed: u32, app: usize) -> [Vec<f64>; TIERS.len()] {
    let stream = |name: &str| Stream::Data.rng(seed, &format!("colocated/application/{app}/{name}"));
    let mut places = stream("tiers");
    let mut demand = of_users(stream("users"), WARM_UP + N_MINUTES);
    TIERS.map(|_| {
        let (lag, capacity) = place(&mut places);
        let load = worked_off(&demand, capacity);
        demand = delayed(&load, lag).collect();
        load
    })
}

/// Load that a container shares with nothing. It belongs to the place: who moves, finds another one.
fn own_load(seed: u32, idx: usize, container: &Container) -> Vec<f64> {
    let stays = container.stays().enumerate();
    let of_stay = |(stay, (minutes, _)): (usize, (std::ops::Range<usize>, usize))| {
        let stream = |name: &str| Stream::Data.rng(seed, &format!("colocated/container/{idx}/stay/{stay}/{name}"));
        let (_, capacity) = place(&mut stream("place"));
        worked_off(&own(stream("quick"), stream("slow"), minutes.len()), capacity)
    };
    stays.flat_map(of_stay).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::process::correlation;
    use super::super::config::N_MACHINES;
    use super::*;

    #[test]
    fn load_passes_from_tier_to_tier_in_one_or_two_minutes() {
        let differences = |series: &[f64]| series.windows(2).map(|pair| pair[1] - pair[0]).collect::<Vec<f64>>();
        for app in 0..N_APPS {
            let [front, middle, last] = tier_loads(1, app).map(|load| differences(&load));
            for (caller, callee) in [(&front, &middle), (&middle, &last)] {
                let at = |lag: usize| correlation(&callee[lag..], &caller[..caller.len() - lag]);
                assert!(at(1).max(at(2)) > 0.8, "application {app}: {} and {}", at(1), at(2));
                assert!(at(0) < 0.4, "application {app}: {}", at(0));
            }
        }
    }

    #[test]
    fn containers_move_now_and_then_and_no_machine_is_overcrowded() {
        let containers = containers(1);
        assert_eq!((containers.len(), TIERS.iter().sum::<usize>()), (80, PER_GROUP));
        let n_moves: usize = containers.iter().map(|container| container.homes.len() - 1).sum();
        assert!((30..80).contains(&n_moves), "{n_moves} moves");
        for container in &containers {
            assert!(container.homes.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1));
            assert!(container.homes.iter().all(|home| group_of(home.1) == container.app % N_GROUPS));
            assert_eq!(container.stays().map(|(minutes, _)| minutes.len()).sum::<usize>(), N_MINUTES);
        }
        for minute in (0..N_MINUTES).step_by(60) {
            let mut n_on = [0; N_MACHINES];
            for container in &containers {
                let (_, machine) = container.stays().find(|(stay, _)| stay.contains(&minute)).expect("a home");
                n_on[machine] += 1;
            }
            assert!(n_on.iter().all(|&n| n <= MAX_PER_MACHINE));
        }
    }
}
