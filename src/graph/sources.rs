//! What the edges of the record graphs come from: one sweep over all scheduling records, calls and failure domains.

use super::calls::Calls;
use super::containers::Containers;
use super::domains;
use super::jobs::Jobs;
use super::records::Intervals;
use super::rows::Rows;
use crate::data::{ContainerSighting, Dataset, Relation, RelationKind};

/// The sources that data hold; moments only go forward.
#[derive(Debug, Default)]
pub(super) struct Sources<'a> {
    containers: Option<Containers<'a>>,
    jobs: Option<Jobs<'a>>,
    calls: Option<Calls<'a>>,
    domains: Vec<(usize, usize)>,
    n_rows: usize,
}

impl<'a> Sources<'a> {
    /// Before the first interval.
    pub(super) fn new(dataset: &'a Dataset, rows: &'a Rows, intervals: Intervals, with_domains: bool) -> Self {
        let schedule = &dataset.system.schedule;
        let (sightings, runs) = (&schedule.containers, &schedule.task_runs);
        Self {
            containers: (!sightings.is_empty()).then(|| Containers::new(sightings, rows)),
            jobs: (!runs.is_empty()).then(|| Jobs::new(schedule, rows, intervals)),
            calls: Some(Calls::new(dataset, rows, intervals.length_secs)).filter(|calls| calls.n_between_rows() > 0),
            domains: if with_domains { domains::pairs(dataset, rows) } else { Vec::new() },
            n_rows: rows.n,
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.containers.is_none() && self.jobs.is_none() && self.calls.is_none() && self.domains.is_empty()
    }

    /// Goes to the start of an interval.
    pub(super) fn advance(&mut self, interval: usize, now_secs: i64) {
        self.containers.iter_mut().for_each(|containers| containers.advance(now_secs));
        self.jobs.iter_mut().for_each(|jobs| jobs.advance(interval));
        self.calls.iter_mut().for_each(|calls| calls.advance(now_secs));
    }

    /// Adds the raw weights, `log1p(S) + log1p(J) + 2 log1p(M)` and those of calls and domains, to `[N, N]`.
    pub(super) fn add_to(&self, weights: &mut [f64]) {
        self.containers.iter().for_each(|containers| containers.add_to(weights));
        self.jobs.iter().for_each(|jobs| jobs.add_to(weights));
        self.calls.iter().for_each(|calls| calls.add_to(weights));
        domains::add_to(weights, self.n_rows, &self.domains);
    }

    /// What there is and how much of it, for people.
    pub(super) fn describe(&self, sightings: &'a [ContainerSighting], rows: &'a Rows) -> Vec<String> {
        let mut out = Vec::new();
        if self.containers.is_some() {
            let is_here = |sighting: &&ContainerSighting| sighting.node.and_then(|node| rows.of_record(node)).is_some();
            out.push(format!("shared applications ({} container sightings)", sightings.iter().filter(is_here).count()));
            let mut all = Containers::new(sightings, rows);
            all.advance(i64::MAX);
            out.push(format!("migrations ({} moves of containers)", all.n_moves()));
        }
        if let Some(jobs) = &self.jobs {
            out.push(format!("shared jobs ({} runs of tasks at the start of an interval)", jobs.n_counted()));
        }
        if let Some(calls) = &self.calls {
            out.push(format!("calls between services ({} calls)", calls.n_between_rows()));
        }
        if !self.domains.is_empty() {
            out.push(format!("failure domains ({} pairs)", self.domains.len()));
        }
        out
    }
}

/// Relation records by kind, for people.
pub(super) fn describe_relations(relations: &[Relation]) -> impl Iterator<Item = String> {
    let count = |kind: RelationKind| relations.iter().filter(|relation| relation.kind == kind).count();
    let kinds = [
        (RelationKind::SharedApp, "shared applications"),
        (RelationKind::SharedJob, "shared jobs"),
        (RelationKind::Migration, "migrations"),
    ];
    let kinds = kinds.map(|(kind, title)| (count(kind), title)).into_iter().filter(|(n, _)| *n > 0);
    kinds.map(|(n, title)| format!("{title} ({n} records)"))
}
