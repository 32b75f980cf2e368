//! Shared applications and migrations from sightings of containers (MODELS.md A.5).
//!
//! A container is live on the node of its last sighting. All counts are whole numbers that change with each sighting, so
//! that no interval looks at an old record again.

use std::collections::{BTreeMap, VecDeque};

use super::records::MIGRATION_SECS;
use super::rows::Rows;
use crate::data::ContainerSighting;

/// Where a container is known to be.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Row on which it was last live.
    row: usize,
    /// Its application, while it is live.
    live_app: Option<u32>,
    /// When it was last known to leave that row; only if it is not live.
    left_secs: i64,
}

/// A container left one row and appeared on another.
#[derive(Debug, Clone, Copy)]
struct Move {
    at_secs: i64,
    from: usize,
    to: usize,
}

/// Containers at one moment; moments only go forward.
#[derive(Debug)]
pub(super) struct Containers<'a> {
    sightings: std::iter::Peekable<std::slice::Iter<'a, ContainerSighting>>,
    rows: &'a Rows,
    known: BTreeMap<u32, Known>,
    /// Live containers by application and row.
    live: BTreeMap<u32, BTreeMap<usize, u32>>,
    /// `Σ_a min(c_ia, c_ja)`, `[N, N]`, symmetric.
    shared: Vec<u32>,
    recent: VecDeque<Move>,
    /// Containers that came to row `i` from row `j` within the last hour, `[N, N]`.
    moved: Vec<u32>,
    n_moves: u64,
}

impl<'a> Containers<'a> {
    /// Before the first sighting; sightings are ordered by time.
    pub(super) fn new(sightings: &'a [ContainerSighting], rows: &'a Rows) -> Self {
        Self {
            sightings: sightings.iter().peekable(),
            rows,
            known: BTreeMap::new(),
            live: BTreeMap::new(),
            shared: vec![0; rows.n * rows.n],
            recent: VecDeque::new(),
            moved: vec![0; rows.n * rows.n],
            n_moves: 0,
        }
    }

    /// Takes all sightings up to a moment, and forgets moves that are an hour old.
    pub(super) fn advance(&mut self, now_secs: i64) {
        while let Some(sighting) = self.sightings.next_if(|sighting| sighting.at_secs <= now_secs) {
            self.see(sighting);
        }
        let begin = now_secs.saturating_sub(MIGRATION_SECS);
        while let Some(old) = self.recent.pop_front_if(|old| old.at_secs <= begin) {
            self.moved[old.to * self.rows.n + old.from] -= 1;
        }
    }

    /// Adds `log1p(S) + 2 log1p(M)`.
    pub(super) fn add_to(&self, weights: &mut [f64]) {
        for ((weight, &shared), &moved) in weights.iter_mut().zip(&self.shared).zip(&self.moved) {
            if shared > 0 || moved > 0 {
                *weight += f64::from(shared).ln_1p() + 2.0 * f64::from(moved).ln_1p();
            }
        }
    }

    /// Moves between rows so far.
    pub(super) fn n_moves(&self) -> u64 {
        self.n_moves
    }

    fn see(&mut self, sighting: &ContainerSighting) {
        let row = sighting.node.and_then(|node| self.rows.of_record(node));
        let before = self.known.get(&sighting.container).copied();
        if let Some(Known { row: old, live_app: Some(app), .. }) = before {
            if row == Some(old) && app == sighting.app {
                return;
            }
            self.count(app, old, false);
        }
        match row {
            Some(row) => {
                self.note_move(before, row, sighting.at_secs);
                self.count(sighting.app, row, true);
                let known = Known { row, live_app: Some(sighting.app), left_secs: sighting.at_secs };
                self.known.insert(sighting.container, known);
            }
            None => {
                if let Some(known) = self.known.get_mut(&sighting.container)
                    && known.live_app.take().is_some()
                {
                    known.left_secs = sighting.at_secs;
                }
            }
        }
    }

    /// A move counts if the container left the other row within the hour before.
    fn note_move(&mut self, before: Option<Known>, to: usize, at_secs: i64) {
        let Some(before) = before.filter(|before| before.row != to) else { return };
        let is_recent = before.live_app.is_some() || at_secs.saturating_sub(before.left_secs) < MIGRATION_SECS;
        if is_recent {
            self.recent.push_back(Move { at_secs, from: before.row, to });
            self.moved[to * self.rows.n + before.row] += 1;
            self.n_moves += 1;
        }
    }

    /// One container of an application more or less on a row: `min` changes by one where the other row has more.
    fn count(&mut self, app: u32, row: usize, is_more: bool) {
        let n = self.rows.n;
        let on_rows = self.live.entry(app).or_default();
        let here = on_rows.get(&row).copied().unwrap_or(0);
        let smaller = if is_more { here } else { here.saturating_sub(1) };
        for (&other, _) in on_rows.iter().filter(|&(&other, &there)| other != row && there > smaller) {
            for cell in [row * n + other, other * n + row] {
                self.shared[cell] = if is_more { self.shared[cell] + 1 } else { self.shared[cell] - 1 };
            }
        }
        match if is_more { here + 1 } else { smaller } {
            0 => on_rows.remove(&row),
            left => on_rows.insert(row, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sighting(at_secs: i64, container: u32, app: u32, node: Option<u32>) -> ContainerSighting {
        ContainerSighting { at_secs, container, app, node }
    }

    /// The definition, from all sightings up to a moment.
    fn shared_anew(sightings: &[ContainerSighting], now_secs: i64, n: usize) -> Vec<u32> {
        let mut last = BTreeMap::new();
        for sighting in sightings.iter().filter(|sighting| sighting.at_secs <= now_secs) {
            last.insert(sighting.container, (sighting.app, sighting.node));
        }
        let live = |app: u32, row: usize| last.values().filter(|&&at| at == (app, Some(row as u32))).count() as u32;
        let shared = |i: usize, j: usize| (0..4).map(|app| live(app, i).min(live(app, j))).sum::<u32>();
        (0..n * n).map(|cell| if cell / n == cell % n { 0 } else { shared(cell / n, cell % n) }).collect()
    }

    proptest! {
        #[test]
        fn running_counts_are_those_of_the_definition(
            records in proptest::collection::vec((0_i64..50, 0_u32..12, 0_u32..4, proptest::option::of(0_u32..4)), 0..60),
        ) {
            let mut sightings: Vec<ContainerSighting> =
                records.into_iter().map(|(at, container, app, node)| sighting(at, container, app, node)).collect();
            sightings.sort();
            let rows = Rows::new(4, &[0, 1, 2, 3]);
            let mut containers = Containers::new(&sightings, &rows);
            for now in (0..60).step_by(7) {
                containers.advance(now);
                prop_assert_eq!(&containers.shared, &shared_anew(&sightings, now, 4));
            }
        }
    }

    #[test]
    fn a_move_points_to_the_receiver_and_counts_for_an_hour() {
        let sightings = [
            sighting(0, 1, 0, Some(0)),
            sighting(100, 1, 0, Some(1)),
            // Gone for a moment, then on another node.
            sighting(200, 1, 0, None),
            sighting(300, 1, 0, Some(2)),
            // Gone for more than an hour.
            sighting(400, 1, 0, None),
            sighting(4100, 1, 0, Some(0)),
        ];
        let rows = Rows::new(3, &[0, 1, 2]);
        let mut containers = Containers::new(&sightings, &rows);
        let mut moved_at = |now: i64| {
            containers.advance(now);
            containers.moved.clone()
        };
        assert_eq!(moved_at(99), [0; 9]);
        assert_eq!(moved_at(100), [0, 0, 0, 1, 0, 0, 0, 0, 0]);
        assert_eq!(moved_at(3699), [0, 0, 0, 1, 0, 0, 0, 1, 0]);
        assert_eq!(moved_at(3700), [0, 0, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!(moved_at(9999), [0; 9]);
        assert_eq!(containers.n_moves(), 2);
    }
}
