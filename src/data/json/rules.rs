//! What is looked for in JSON files.

use super::super::dataset::Severity::{Info, Warning};
use super::super::tally::{Rule, rule};

pub(super) const CUT_JSON: Rule = rule(
    "cut_json",
    "file cut",
    Warning,
    "files",
    "the series, trace or span that is cut is left out; those before are used",
);
pub(super) const NOT_FINITE: Rule =
    rule("not_finite", "values that are no numbers", Warning, "values", "NaN or infinite: left out");
pub(super) const COUNTER_RESETS: Rule =
    rule("counter_resets", "restarts of counters", Info, "restarts", "no rate is formed across them");
pub(super) const SINGLE_SAMPLES: Rule =
    rule("single_samples", "counters with one sample", Info, "series", "no rate can be formed");
pub(super) const SERIES_GAPS: Rule = rule(
    "series_gaps",
    "gaps of more than three periods of a series",
    Info,
    "gaps",
    "nothing is filled in while reading",
);
pub(super) const CONSTANT_SERIES: Rule = rule("constant_series", "series that never change", Info, "series", "kept");
pub(super) const UNNAMED_SERIES: Rule = rule(
    "unnamed_series",
    "series of no machine or instance",
    Warning,
    "series",
    "left out: they have none of the labels pod, name, node and instance",
);
pub(super) const NAMELESS_METRIC: Rule =
    rule("nameless_metric", "series without the name of a metric", Warning, "series", "taken as a metric “value”");
pub(super) const NAMELESS_CPU: Rule = rule(
    "nameless_cpu",
    "series without the name of a metric in a file of CPU",
    Warning,
    "series",
    "taken as CPU in cores, because the name of the file says cpu",
);
pub(super) const FINER_SERIES: Rule =
    rule("finer_series", "parts of a series that is there as a whole", Info, "series", "left out: the whole is used");
pub(super) const OTHER_MEASURES: Rule = rule(
    "other_measures",
    "other measures of the same resource",
    Info,
    "series",
    "left out: usage goes before user and system time, the working set before other memory",
);
pub(super) const IDLE_TIME: Rule =
    rule("idle_time", "counters of idle, waiting or stolen time", Info, "series", "left out: they are not usage");
pub(super) const SUMMED_SERIES: Rule =
    rule("summed_series", "parts of one whole", Info, "series", "summed at their common time stamps");
pub(super) const AMBIGUOUS_SERIES: Rule = rule(
    "ambiguous_series",
    "several series of one metric and instance",
    Warning,
    "series",
    "left out: they cannot be told apart or summed; query one per instance, for example with sum by (pod)",
);
pub(super) const CPU_PART: Rule = rule(
    "cpu_part",
    "CPU in one mode only",
    Warning,
    "series",
    "taken as CPU: user or system time alone, not all usage",
);

pub(super) const ORPHAN_SPANS: Rule =
    rule("orphan_spans", "spans whose parent is missing", Info, "spans", "not counted as calls");
pub(super) const BAD_SPANS: Rule =
    rule("bad_spans", "spans without id, start or service", Warning, "spans", "left out");
pub(super) const UNKNOWN_SERVICE: Rule = rule(
    "services_without_name",
    "spans of no named service",
    Info,
    "spans",
    "taken as of unknown_service, as the standard says",
);
