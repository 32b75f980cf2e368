//! A memory of the last rows, for those that come twice.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hasher};

use super::super::Row;
use crate::config::DataConfig;
use crate::data::intake::Intake;
use crate::data::tally::DUPLICATE_ROWS;

/// Rows that are remembered: about 8 MB.
const WINDOW: usize = 200_000;

/// Keys of the last rows.
#[derive(Debug)]
pub(super) struct Recent {
    keys: BTreeSet<u64>,
    order: VecDeque<u64>,
    capacity: usize,
}

impl Recent {
    /// Nothing yet; nothing ever if exact repetitions are to stay.
    pub(super) fn new(config: &DataConfig) -> Self {
        if config.repairs(DUPLICATE_ROWS.id) { Self::always() } else { Self { capacity: 0, ..Self::always() } }
    }

    /// Nothing yet, whatever is to be repaired.
    pub(super) fn always() -> Self {
        Self { keys: BTreeSet::new(), order: VecDeque::new(), capacity: WINDOW }
    }

    /// Whether the key is not among the last ones; remembers it.
    pub(super) fn is_new(&mut self, key: u64) -> bool {
        if self.capacity == 0 {
            return true;
        }
        if !self.keys.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
        }
        true
    }

    /// Whether all fields of a row from one column on came before; that is counted.
    pub(super) fn is_repeat(&mut self, row: &Row<'_>, first: usize, intake: &mut Intake) -> bool {
        let is_new = self.is_new(key((first..row.n_fields()).map(|idx| row.field(idx))));
        if !is_new {
            intake.note(&DUPLICATE_ROWS, 1, || row.place());
        }
        !is_new
    }
}

/// A hash of some fields with their borders. Among 200,000 keys two that differ agree with probability 10⁻¹⁴.
pub(super) fn key<'a>(fields: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    // Keys of its own: the same in every run.
    let mut hasher = DefaultHasher::new();
    for field in fields {
        hasher.write(field);
        // No UTF-8 text holds this byte, so that borders cannot move.
        hasher.write_u8(0xff);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_of_fields_count() {
        assert_ne!(key([&b"ab"[..], b"c"]), key([&b"a"[..], b"bc"]));
        assert_eq!(key([&b"ab"[..], b"c"]), key([&b"ab"[..], b"c"]));
    }

    #[test]
    fn a_key_is_forgotten_after_a_full_window() {
        let mut recent = Recent::new(&DataConfig::default());
        assert!(recent.is_new(0) && !recent.is_new(0));
        (1..=WINDOW as u64).for_each(|key| assert!(recent.is_new(key)));
        assert!(recent.is_new(0) && recent.order.len() == WINDOW && recent.keys.len() == WINDOW);
        let off = DataConfig { off: vec![DUPLICATE_ROWS.id.to_owned()], ..DataConfig::default() };
        let mut never = Recent::new(&off);
        assert!(never.is_new(0) && never.is_new(0));
    }
}
