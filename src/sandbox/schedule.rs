//! Scheduling records of a simulated cluster as official tables: where containers run, and where machines stand.

use std::fmt::Write as _;

use super::cluster::containers;

/// Machines of one narrow failure domain.
const MACHINES_PER_RACK: usize = 6;
/// Racks of one wide failure domain.
const RACKS_PER_ROOM: usize = 2;

/// `container_meta` of Alibaba v2018: each container when it starts and whenever it moves.
pub(super) fn container_meta(seed: u32) -> String {
    let mut table = String::new();
    for (idx, container) in containers(seed).iter().enumerate() {
        for (minute, machine) in &container.homes {
            // Writing into a string cannot fail. The size of a container is its CPU at load 1, in hundredths of a core.
            let _ = writeln!(
                table,
                "c_{},m_{},{},app_{},started,{:.0},{:.0},1.56",
                idx + 1,
                machine + 1,
                minute * 60,
                container.app + 1,
                container.cost * 10.0,
                container.cost * 20.0
            );
        }
    }
    table
}

/// Rack and room of a machine, numbered from 1.
pub(super) fn domains(machine: usize) -> (usize, usize) {
    let rack = machine / MACHINES_PER_RACK;
    (rack + 1, rack / RACKS_PER_ROOM + 1)
}

/// `machine_meta` of Alibaba v2018: every machine in its rack and room.
pub(super) fn machine_meta(n_machines: usize) -> String {
    let row = |machine: usize| {
        let (rack, room) = domains(machine);
        format!("m_{},0,{rack},{room},96,100,USING\n", machine + 1)
    };
    (0..n_machines).map(row).collect()
}
