//! Counts with the place where something was first seen.

use std::collections::BTreeMap;

use super::dataset::{Finding, Severity};

/// Repairs that a reader can switch off, because the data can be read in another way as well:
///
/// | id | switched off |
/// |---|---|
/// | `before_trace` | times before the trace begins stay before it |
/// | `call_repeats` | every row of a call graph is a call |
/// | `counter_resets` | a counter that falls restarted at 0, as the `rate` of Prometheus takes it |
/// | `cpu_part` | user or system time alone is a metric `cpu_user` or `cpu_system` |
/// | `duplicate_labels` | a fault label counts as often as it is given |
/// | `duplicate_rows` | a row counts as often as it is given |
/// | `nameless_cpu` | series without the name of a metric are a metric `value` whatever the file is called |
/// | `other_measures` | every measure of a resource is a metric under its own name |
/// | `out_of_range` | values above a capacity stay; those below 0 are `impossible_values` |
/// | `replaced_instances` | every pod is a node of its own |
/// | `shared_labels` | a label that all entities share is about each of them |
/// | `unknown_end` | what is not known is a service under the word that stands for it |
///
/// A repair that is switched off is not counted. All other findings are no choice:
/// - What cannot be read or has no meaning has no other reading: `not_finite`, `impossible_values`, `empty_values`,
///   `traffic_out_of_range`, `negative_durations`, `bad_spans`, `cut_file`, `cut_json`, `rejoined_ids`, `other_events`.
///   Rows that cannot be read have a switch of their own, `skip_bad_rows`.
/// - What lacks a part that its use needs could only be left out instead: `unnamed_series`, `unknown_service`,
///   `no_machine`, `no_task`, `never_ran`, `not_a_node`, `orphan_spans`, `single_samples`, `open_end`,
///   `unpaired_times`, `recordings_not_open`, `services_without_name`.
/// - Parts beside their whole would be counted twice, and parts that do not fit have no sum: `finer_series`,
///   `summed_series`, `ambiguous_series`, `idle_time`, `other_traffic`.
/// - `date_order`, `unused_values` and `labels_outside` are settings: the mapping and the shift of labels.
/// - The rest says what is there and changes nothing.
const SWITCHES: [&str; 12] = [
    "before_trace",
    "call_repeats",
    "counter_resets",
    "cpu_part",
    "duplicate_labels",
    "duplicate_rows",
    "nameless_cpu",
    "other_measures",
    "out_of_range",
    "replaced_instances",
    "shared_labels",
    "unknown_end",
];

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
pub(super) const IMPOSSIBLE: Rule = rule(
    "impossible_values",
    "values that nothing can have",
    Warning,
    "values",
    "below 0, or far above any capacity: taken as missing",
);
pub(super) const EMPTY_VALUES: Rule = rule("empty_values", "empty fields", Info, "values", "taken as missing");
pub(super) const UNUSED_VALUES: Rule = rule("unused_values", "columns not used", Info, "values", "not used");
pub(super) const DUPLICATE_ROWS: Rule =
    rule("duplicate_rows", "rows given twice", Warning, "rows", "the same name, time stamp and values: dropped");
pub(super) const DUPLICATE_LABELS: Rule =
    rule("duplicate_labels", "fault labels given twice", Info, "labels", "the same time, target and kind: dropped");
pub(super) const SHARED_LABELS: Rule = rule(
    "shared_labels",
    "labels that all entities of a table share",
    Info,
    "intervals",
    "taken as labels of the whole system, not of each entity",
);
pub(super) const INFERRED_FAULTS: Rule = rule(
    "inferred_faults",
    "faults inferred from the counters",
    Warning,
    "labels",
    "not ground truth: someone inferred them from the counters; “inferred” stands before the kind of each, and no shift \
     of labels moves them",
);
pub(super) const RECORDINGS_NOT_OPEN: Rule = rule(
    "recordings_not_open",
    "recordings whose faults were inferred, and which are not open",
    Warning,
    "recordings",
    "their faults are not used: choose each recording, the file of that name, together with this one",
);
pub(super) const CALLS_WITHOUT_TIME: Rule = rule(
    "calls_without_time",
    "calls without a time",
    Info,
    "rows",
    "kept as edges that never change: a graph over time cannot use them",
);
pub(super) const NEGATIVE_DURATIONS: Rule = rule(
    "negative_durations",
    "spans that end before they start",
    Warning,
    "spans",
    "their calls are counted without a duration",
);
pub(super) const COLUMN_LISTS: Rule = rule(
    "column_lists",
    "lists of the columns of tables",
    Info,
    "tables",
    "they hold no data: choose the tables themselves",
);
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
