//! Graphs from records, one per interval (MODELS.md A.5).
//!
//! Relation records come from simulated clusters. Of them, shared applications and shared jobs are states: whoever
//! writes them repeats them every `graph.renew_secs`, and a record holds until the next one of the same pair, but not
//! longer than one such interval (or one bin, if that is longer). Migrations are events and count for an hour.

use std::collections::BTreeMap;

use super::rows::Rows;
use super::sources::Sources;
use crate::data::{Relation, RelationKind};

/// Seconds for which a migration counts.
pub(super) const MIGRATION_SECS: i64 = 3600;

/// How long an interval is, and where the first one starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intervals {
    /// Start of the first interval.
    pub(super) start_secs: i64,
    /// Length.
    pub(super) length_secs: i64,
    /// How long a state holds that is not repeated.
    pub(super) hold_secs: i64,
    /// Number of intervals.
    pub(super) n: usize,
}

impl Intervals {
    /// Start of an interval.
    pub(super) fn start_of(self, interval: usize) -> i64 {
        self.start_secs.saturating_add((interval as i64).saturating_mul(self.length_secs))
    }

    /// The first interval that does not start before a moment; their number if none does.
    pub(super) fn first_at_or_after(self, secs: i64) -> usize {
        let ahead = (i128::from(secs) - i128::from(self.start_secs)).max(0);
        let length = i128::from(self.length_secs.max(1));
        usize::try_from((ahead + length - 1) / length).map_or(self.n, |interval| interval.min(self.n))
    }
}

/// All records, from which the graph of one interval after the other is made; intervals only go forward.
#[derive(Debug)]
pub(super) struct Records<'a> {
    /// Relation records between rows, in the order of time.
    relations: Vec<Placed<'a>>,
    sources: Sources<'a>,
    intervals: Intervals,
    n_nodes: usize,
}

impl<'a> Records<'a> {
    /// Before the first interval.
    pub(super) fn new(relations: &'a [Relation], rows: &Rows, sources: Sources<'a>, intervals: Intervals) -> Self {
        let mut placed: Vec<Placed<'a>> = relations
            .iter()
            .filter_map(|relation| Some((relation.at_secs, rows.of(relation.from)?, rows.of(relation.to)?, relation)))
            .filter(|(_, from, to, _)| from != to)
            .collect();
        placed.sort_by_key(|(at_secs, ..)| *at_secs);
        Self { relations: placed, sources, intervals, n_nodes: rows.n }
    }

    /// The graph of an interval, `[N, N]`, from records with a stamp not behind its start.
    ///
    /// What the sources count are whole numbers, so it does not matter which intervals were looked at before.
    pub(super) fn graph(&mut self, interval: usize) -> Vec<f32> {
        let now = self.intervals.start_of(interval);
        let mut weights = vec![0.0_f64; self.n_nodes * self.n_nodes];
        add_states(&mut weights, self.n_nodes, self.past(now, self.intervals.hold_secs));
        add_migrations(&mut weights, self.n_nodes, self.past(now, MIGRATION_SECS));
        self.sources.advance(interval, now);
        self.sources.add_to(&mut weights);
        normalise_rows(&weights, self.n_nodes)
    }

    /// Relation records of the last seconds up to a moment.
    fn past(&self, now: i64, secs: i64) -> &[Placed<'a>] {
        let begin = self.relations.partition_point(|(at_secs, ..)| *at_secs <= now.saturating_sub(secs));
        let end = self.relations.partition_point(|(at_secs, ..)| *at_secs <= now);
        &self.relations[begin..end]
    }
}

/// One graph per interval, each `[N, N]`.
pub(super) fn record_graphs<'a>(
    relations: &'a [Relation],
    rows: &Rows,
    sources: Sources<'a>,
    intervals: Intervals,
) -> Vec<Vec<f32>> {
    let mut records = Records::new(relations, rows, sources, intervals);
    (0..intervals.n).map(|interval| records.graph(interval)).collect()
}

type Placed<'a> = (i64, usize, usize, &'a Relation);

/// `log1p` of the latest sums of shared applications and of shared jobs, in both directions.
fn add_states(weights: &mut [f64], n_nodes: usize, records: &[Placed<'_>]) {
    let mut latest: BTreeMap<(RelationKind, usize, usize), (i64, f64)> = BTreeMap::new();
    for &(at_secs, from, to, relation) in records.iter().filter(|(.., r)| r.kind != RelationKind::Migration) {
        let sum = latest.entry((relation.kind, from.min(to), from.max(to))).or_insert((at_secs, 0.0));
        if sum.0 < at_secs {
            *sum = (at_secs, 0.0);
        }
        sum.1 += f64::from(relation.weight);
    }
    for ((_, i, j), (_, sum)) in latest {
        weights[i * n_nodes + j] += sum.ln_1p();
        weights[j * n_nodes + i] += sum.ln_1p();
    }
}

/// Twice the `log1p` of the containers that came: the node that they came to receives.
fn add_migrations(weights: &mut [f64], n_nodes: usize, records: &[Placed<'_>]) {
    let mut moved: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for &(_, from, to, relation) in records.iter().filter(|(.., r)| r.kind == RelationKind::Migration) {
        *moved.entry((to, from)).or_default() += f64::from(relation.weight);
    }
    for ((to, from), sum) in moved {
        weights[to * n_nodes + from] += 2.0 * sum.ln_1p();
    }
}

/// Each row divided by its largest weight; an empty row stays 0.
fn normalise_rows(weights: &[f64], n_nodes: usize) -> Vec<f32> {
    let divide = |row: &[f64]| {
        let max = row.iter().copied().fold(0.0, f64::max);
        row.iter().map(|&weight| if max > 0.0 { (weight / max) as f32 } else { 0.0 }).collect::<Vec<_>>()
    };
    weights.chunks_exact(n_nodes).flat_map(divide).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(at_secs: i64, from: usize, to: usize, kind: RelationKind, weight: f32) -> Relation {
        Relation { at_secs, from, to, kind, weight }
    }

    fn graphs(relations: &[Relation], n: usize) -> Vec<Vec<f32>> {
        let intervals = Intervals { start_secs: 0, length_secs: 600, hold_secs: 600, n };
        record_graphs(relations, &Rows::new(4, &[0, 1, 3]), Sources::default(), intervals)
    }

    #[test]
    fn a_moment_belongs_to_the_next_interval_that_starts() {
        let intervals = Intervals { start_secs: -5, length_secs: 10, hold_secs: 10, n: 3 };
        let first = [i64::MIN, -5, -4, 5, 6, 15, 16, i64::MAX].map(|secs| intervals.first_at_or_after(secs));
        assert_eq!(first, [0, 0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(intervals.start_of(2), 15);
    }

    #[test]
    fn a_state_is_symmetric_and_holds_for_one_interval() {
        use RelationKind::SharedApp;
        let relations =
            [record(1, 0, 1, SharedApp, 3.0), record(600, 0, 3, SharedApp, 7.0), record(600, 0, 2, SharedApp, 9.0)];
        let graphs = graphs(&relations, 4);
        assert_eq!(graphs[0], [0.0; 9], "no record before the first interval");
        let share = (4.0_f64.ln() / 8.0_f64.ln()) as f32;
        assert_eq!(graphs[1], [0.0, share, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        assert_eq!(graphs[2], [0.0; 9], "stamps at the end of an interval belong to it");
    }

    #[test]
    fn only_the_latest_state_counts_and_its_applications_add_up() {
        use RelationKind::{SharedApp, SharedJob};
        let relations = [
            record(100, 0, 1, SharedApp, 50.0),
            record(300, 0, 1, SharedApp, 1.0),
            record(300, 1, 0, SharedApp, 2.0),
            record(300, 0, 3, SharedJob, 15.0),
        ];
        let row = &graphs(&relations, 2)[1][..3];
        assert_eq!(row, [0.0, (4.0_f64.ln() / 16.0_f64.ln()) as f32, 1.0]);
    }

    #[test]
    fn a_migration_points_to_the_receiver_and_counts_for_an_hour() {
        let graphs = graphs(&[record(600, 0, 1, RelationKind::Migration, 1.0)], 9);
        assert_eq!(graphs[0], [0.0; 9]);
        for graph in &graphs[1..7] {
            assert_eq!(*graph, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        }
        assert_eq!(graphs[7], [0.0; 9]);
    }
}
