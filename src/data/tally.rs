//! Counts with the place where something was first seen.

use std::collections::BTreeMap;

use super::dataset::{Finding, Severity};

/// Repairs that a reader can switch off; the others have no sensible other way.
const SWITCHES: [&str; 2] = ["duplicate_rows", "replaced_instances"];

/// How often, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    count: u64,
    first: String,
}

impl Tally {
    /// Counts one more; the place is written down the first time only.
    pub(super) fn note(&mut self, place: impl FnOnce() -> String) {
        self.note_many(1, place);
    }

    /// Counts several more.
    pub(super) fn note_many(&mut self, count: u64, place: impl FnOnce() -> String) {
        if self.count == 0 && count > 0 {
            self.first = place();
        }
        self.count += count;
    }

    /// The finding, if there was anything.
    pub(super) fn finding(self, rule: &Rule) -> Option<Finding> {
        (self.count > 0).then(|| Finding {
            id: rule.id.to_owned(),
            title: rule.title.to_owned(),
            severity: rule.severity,
            count: self.count,
            unit: rule.unit.to_owned(),
            first: self.first,
            action: rule.action.to_owned(),
            can_be_off: SWITCHES.contains(&rule.id),
        })
    }
}

/// What was found, by rule; the order is that of the ids.
#[derive(Debug, Default)]
pub(super) struct Tallies {
    by_id: BTreeMap<&'static str, (&'static Rule, Tally)>,
}

impl Tallies {
    /// Counts something; the place is written down the first time only.
    pub(super) fn note(&mut self, rule: &'static Rule, count: u64, place: impl FnOnce() -> String) {
        let (_, tally) = self.by_id.entry(rule.id).or_insert_with(|| (rule, Tally::default()));
        tally.note_many(count, place);
    }

    /// Everything that was found.
    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.by_id.into_values().filter_map(|(rule, tally)| tally.finding(rule)).collect()
    }
}

/// What is looked for, and what is done about it.
#[derive(Debug)]
pub(super) struct Rule {
    /// Stable id.
    pub(super) id: &'static str,
    /// A few words.
    pub(super) title: &'static str,
    /// How much it matters.
    pub(super) severity: Severity,
    /// Unit of the count.
    pub(super) unit: &'static str,
    /// What is done.
    pub(super) action: &'static str,
}

/// A rule.
pub(super) const fn rule(
    id: &'static str,
    title: &'static str,
    severity: Severity,
    unit: &'static str,
    action: &'static str,
) -> Rule {
    Rule { id, title, severity, unit, action }
}

use Severity::{Info, Warning};

pub(super) const BAD_ROWS: Rule = rule("bad_rows", "rows that cannot be read", Warning, "rows", "left out, as asked");
pub(super) const CUT_FILE: Rule =
    rule("cut_file", "cut file", Warning, "rows", "the cut row is left out; the rows before it are used");
pub(super) const SAME_FILE: Rule =
    rule("same_file", "same file twice", Warning, "files", "its rows are counted again in every mean");
pub(super) const OUT_OF_RANGE: Rule =
    rule("out_of_range", "out of range", Warning, "values", "below 0 or above 100 per cent: taken as missing");
pub(super) const EMPTY_VALUES: Rule = rule("empty_values", "empty fields", Info, "values", "taken as missing");
pub(super) const UNUSED_VALUES: Rule = rule("unused_values", "columns not used", Info, "values", "not used");
pub(super) const DUPLICATE_ROWS: Rule =
    rule("duplicate_rows", "rows given twice", Warning, "rows", "the same name, time stamp and values: dropped");
pub(super) const OUT_OF_ORDER: Rule =
    rule("out_of_order", "rows out of order", Info, "rows", "earlier than the row before it; used all the same");
pub(super) const MISSING_CELLS: Rule =
    rule("missing_cells", "empty bins of the first metric", Info, "bins", "left empty; never filled as a target");
pub(super) const CLUSTER_HOLES: Rule =
    rule("cluster_holes", "bins in which no node reports", Warning, "bins", "left empty");
pub(super) const SPARSE_MACHINES: Rule = rule(
    "sparse_machines",
    "nodes with more than 20 % of bins missing",
    Warning,
    "nodes",
    "kept here; preparation decides on the training part",
);
pub(super) const ENTITY_GAPS: Rule =
    rule("entity_gaps", "gaps within the series of a node", Info, "gaps", "left empty");
pub(super) const REPLACED: Rule = rule(
    "replaced_instances",
    "instances that continue another one",
    Info,
    "instances",
    "pods of one service whose lives do not overlap are one node",
);
pub(super) const NOT_A_NODE: Rule =
    rule("not_a_node", "records of machines without a series", Info, "records", "not used");
pub(super) const SKIPPED_MEMBER: Rule =
    rule("skipped_members", "files in an archive that are no trace", Info, "files", "passed over");
pub(super) const DATE_ORDER: Rule = rule(
    "date_order",
    "dates whose day and month could change places",
    Warning,
    "files",
    "read as day before month; the mapping can say otherwise",
);
pub(super) const NO_SERIES: Rule = rule(
    "no_series",
    "no series over time",
    Warning,
    "names",
    "nothing can be run on these files alone: choose them together with metrics of machines, services or instances",
);
