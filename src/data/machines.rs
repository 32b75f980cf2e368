//! Names of machines, and what each reported last.

use std::collections::BTreeMap;

use super::layout::MAX_METRICS;

/// Most machines of a data set.
pub(super) const MAX_MACHINES: usize = 20_000;
/// Longest name in bytes.
pub(super) const MAX_NAME_BYTES: usize = 256;
/// Rows of a machine among which duplicates are recognised.
const WINDOW: usize = 64;

/// One row's values in fixed point; negative where nothing valid was reported.
pub(super) type Units = [i32; MAX_METRICS];

/// How a row relates to the earlier rows of its machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arrival {
    /// Not earlier than the row before it.
    InOrder,
    /// Earlier than the row before it; legal.
    OutOfOrder,
    /// The same stamp and values as one of the last 64 rows.
    Duplicate,
}

/// The last rows of one machine.
#[derive(Debug)]
struct History {
    stamps: [i64; WINDOW],
    units: [Units; WINDOW],
    next: usize,
    last_stamp: i64,
    latest_stamp: i64,
}

impl History {
    fn new() -> Self {
        let none = -1;
        let units = [[none as i32; MAX_METRICS]; WINDOW];
        Self { stamps: [none; WINDOW], units, next: 0, last_stamp: none, latest_stamp: none }
    }

    fn arrive(&mut self, stamp: i64, units: &Units) -> Arrival {
        // A row later than all before it can repeat none of them, so sorted files never search.
        if stamp <= self.latest_stamp && (0..WINDOW).any(|i| self.stamps[i] == stamp && self.units[i] == *units) {
            return Arrival::Duplicate;
        }
        let arrival = if stamp < self.last_stamp { Arrival::OutOfOrder } else { Arrival::InOrder };
        self.stamps[self.next] = stamp;
        self.units[self.next] = *units;
        self.next = (self.next + 1) % WINDOW;
        self.last_stamp = stamp;
        self.latest_stamp = self.latest_stamp.max(stamp);
        arrival
    }
}

/// All machines met so far, numbered in the order of their first row.
#[derive(Debug, Default)]
pub(super) struct Machines {
    idx_by_name: BTreeMap<String, usize>,
    names: Vec<String>,
    histories: Vec<History>,
    previous: usize,
    /// The machine that followed each machine the last time; tables that go round the machines repeat it.
    follower: Vec<usize>,
}

impl Machines {
    /// Number of machines.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// Names in the order of their first row.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The machine of the row before, or the one that followed it the last time, if the name is exactly that.
    pub(super) fn guess(&self, name: &[u8]) -> Option<usize> {
        let is = |idx: usize| self.names.get(idx).is_some_and(|known| known.as_bytes() == name);
        if is(self.previous) {
            return Some(self.previous);
        }
        self.follower.get(self.previous).copied().filter(|&idx| is(idx))
    }

    /// Number of the machine with this name, if it was met before.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.guess(name.as_bytes()).or_else(|| self.idx_by_name.get(name).copied())
    }

    /// Adds a machine.
    pub(super) fn add(&mut self, name: &str) -> usize {
        let idx = self.names.len();
        self.idx_by_name.insert(name.to_owned(), idx);
        self.names.push(name.to_owned());
        self.histories.push(History::new());
        self.follower.push(idx);
        self.go_to(idx);
        idx
    }

    /// Takes note of a row.
    pub(super) fn arrive(&mut self, machine: usize, stamp: i64, units: &Units) -> Arrival {
        self.histories[machine].arrive(stamp, units)
    }

    /// Takes note of the machine that the present row is of.
    pub(super) fn go_to(&mut self, idx: usize) {
        self.follower[self.previous] = idx;
        self.previous = idx;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_again_in_any_order() {
        let mut machines = Machines::default();
        for name in ["a", "b", "c"] {
            assert_eq!(machines.find(name), None);
            machines.add(name);
        }
        for name in ["a", "b", "c", "a", "b", "c", "b", "a", "a"] {
            let idx = machines.find(name).expect("it was added");
            machines.go_to(idx);
            assert_eq!(machines.names()[idx], name);
        }
    }

    #[test]
    fn a_duplicate_is_recognised_within_sixty_four_rows_only() {
        let mut machines = Machines::default();
        let machine = machines.add("a");
        let units = [7; MAX_METRICS];
        for stamp in 0..64 {
            assert_eq!(machines.arrive(machine, stamp, &units), Arrival::InOrder);
        }
        assert_eq!(machines.arrive(machine, 0, &units), Arrival::Duplicate);
        assert_eq!(machines.arrive(machine, 0, &[8; MAX_METRICS]), Arrival::OutOfOrder);
        // The first row has left the window, and stamp 0 is no earlier than the row before.
        assert_eq!(machines.arrive(machine, 0, &units), Arrival::InOrder);
    }
}
