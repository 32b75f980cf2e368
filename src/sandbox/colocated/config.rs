//! What such a cluster can be told.

use serde::{Deserialize, Serialize};

/// Machines.
pub(super) const N_MACHINES: usize = 40;
/// Groups of machines: an application, and a job, stays in one.
pub(super) const N_GROUPS: usize = 8;
/// Machines of a group.
pub(super) const PER_GROUP: usize = N_MACHINES / N_GROUPS;
/// Three days of minutes.
pub(super) const N_MINUTES: usize = 4320;
/// The same in seconds.
pub(super) const N_SECS: i64 = 60 * N_MINUTES as i64;

/// Group of a machine; its machines are in different racks.
pub(super) fn group_of(machine: usize) -> usize {
    machine % N_GROUPS
}

/// Machine of a group by its number within the group.
pub(super) fn machine_of(group: usize, member: usize) -> usize {
    group + member * N_GROUPS
}

/// One run of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ColocatedConfig {
    /// Share of load that containers have from their application and task instances from their job, 0 to 1. The rest is
    /// their own: at 0 no two of them have anything in common.
    pub coupling: f64,
    /// Seed of everything that is random.
    pub seed: u32,
}

impl ColocatedConfig {
    /// Coupling in its range, so that no config can break the simulation.
    pub(super) fn coupling(self) -> f64 {
        if self.coupling.is_finite() { self.coupling.clamp(0.0, 1.0) } else { 0.0 }
    }
}
