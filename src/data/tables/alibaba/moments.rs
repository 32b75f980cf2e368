//! Sums over the instances of a service at one moment.
//!
//! Bins take means over what they are given; what has to be a sum over instances is added up per time stamp first, and
//! every moment is given out once. Nothing depends on the order of the rows until there are too many moments.

use std::collections::BTreeMap;

use crate::data::Severity::Warning;
use crate::data::intake::Entity;
use crate::data::tally::{Rule, rule};

/// Moments of all nodes that are kept: at most 110 MB. Twelve hours of 1,300 services have 936,000.
const MAX_MOMENTS: usize = 1_000_000;

pub(super) const LATE: Rule = rule(
    "late_rows",
    "rows of a moment that was already given out",
    Warning,
    "rows",
    "counted as a moment of their own: sums over instances may be too low there",
);

/// Time in milliseconds, and a node.
pub(super) type Moment = (i64, Entity);

/// What is known of each moment of each node.
#[derive(Debug)]
pub(super) struct Moments<T> {
    by_moment: BTreeMap<Moment, T>,
    capacity: usize,
    given_until: Option<i64>,
}

impl<T> Default for Moments<T> {
    fn default() -> Self {
        Self { by_moment: BTreeMap::new(), capacity: MAX_MOMENTS, given_until: None }
    }
}

impl<T: Default> Moments<T> {
    /// The moment, added if it is new.
    pub(super) fn at(&mut self, moment: Moment) -> &mut T {
        self.by_moment.entry(moment).or_default()
    }

    /// Whether moments of this time were given out before.
    pub(super) fn is_late(&self, millis: i64) -> bool {
        self.given_until.is_some_and(|until| millis <= until)
    }

    /// The earliest time when there are too many moments: the next that [`overflow`](Self::overflow) gives out.
    pub(super) fn next_out(&self) -> Option<i64> {
        let is_full = self.by_moment.len() > self.capacity;
        self.by_moment.first_key_value().filter(|_| is_full).map(|(moment, _)| moment.0)
    }

    /// When there are too many moments: all of the earliest time, taken out.
    pub(super) fn overflow(&mut self) -> Vec<(Moment, T)> {
        let mut given = Vec::new();
        let earliest = self.next_out();
        if earliest.is_none() {
            return given;
        }
        while let Some(first) = self.by_moment.first_entry().filter(|first| Some(first.key().0) == earliest) {
            given.push(first.remove_entry());
        }
        self.given_until = self.given_until.max(earliest);
        given
    }

    /// All moments, taken out.
    pub(super) fn take(&mut self) -> Vec<(Moment, T)> {
        std::mem::take(&mut self.by_moment).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::NodeLevel;
    use crate::data::intake::Intake;

    #[test]
    fn the_earliest_time_is_given_out_first() {
        let mut intake = Intake::new(None);
        let nodes: Vec<Entity> =
            ["a", "b"].iter().map(|name| intake.entity(NodeLevel::Service, name).expect("room")).collect();
        let mut moments = Moments::<u32> { capacity: 3, ..Moments::default() };
        for (millis, node) in [(60, 0), (0, 0), (0, 1)] {
            *moments.at((millis, nodes[node])) += 1;
            assert_eq!(moments.overflow(), []);
        }
        *moments.at((30, nodes[0])) += 5;
        assert_eq!(moments.overflow(), [((0, nodes[0]), 1), ((0, nodes[1]), 1)]);
        assert!(moments.is_late(0) && !moments.is_late(30));
        assert_eq!(moments.take(), [((30, nodes[0]), 5), ((60, nodes[0]), 1)]);
    }
}
