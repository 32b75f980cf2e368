//! What series, calls and fault labels of one data set say of each other.
//!
//! Labels are sometimes hours off, traces and metrics often come from different clocks, and a service may call without
//! ever being measured: whatever can be seen of that is counted here, and left as it is.

use std::collections::BTreeSet;

use super::dataset::{Dataset, Finding, Severity};
use super::tally::{Rule, Tally, rule};

/// Observed bins from which a series that never changes is worth a word.
const MIN_BINS: usize = 20;

const DEAD_SERIES: Rule = rule(
    "dead_series",
    "series that stay at one value",
    Severity::Info,
    "series",
    "kept; a model learns nothing from them",
);
const LABELS_OUTSIDE: Rule = rule(
    "labels_outside",
    "fault labels outside the time of the series",
    Severity::Warning,
    "labels",
    "kept; if labels and metrics are in different time zones, set Shift of fault labels",
);
const UNKNOWN_TARGETS: Rule = rule(
    "unknown_targets",
    "fault labels whose target has no series",
    Severity::Warning,
    "labels",
    "kept; they count for the whole system only",
);
const CALLS_OUTSIDE: Rule = rule(
    "calls_outside",
    "calls outside the time of the series",
    Severity::Warning,
    "calls",
    "kept; the clocks of traces and metrics may differ",
);
const CALLS_WITHOUT_METRICS: Rule = rule(
    "calls_without_metrics",
    "services in calls without a series",
    Severity::Info,
    "services",
    "their calls connect no nodes",
);

/// Everything that was found; nothing for a data set without series, of which another finding speaks.
pub(super) fn examine(dataset: &Dataset) -> Vec<Finding> {
    if dataset.nodes.is_empty() {
        return Vec::new();
    }
    [
        dead_series(dataset).finding(&DEAD_SERIES),
        labels_outside(dataset).finding(&LABELS_OUTSIDE),
        unknown_targets(dataset).finding(&UNKNOWN_TARGETS),
        calls_outside(dataset).finding(&CALLS_OUTSIDE),
        calls_without_metrics(dataset).finding(&CALLS_WITHOUT_METRICS),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn dead_series(dataset: &Dataset) -> Tally {
    let mut tally = Tally::default();
    // Readers that see whole series say it themselves, of samples and not of bins.
    if dataset.summary.findings.iter().any(|finding| finding.id == "constant_series") {
        return tally;
    }
    for (metric, about) in dataset.metrics.iter().enumerate() {
        for (node, name) in dataset.nodes.iter().enumerate() {
            let mut seen = (0..dataset.n_bins).map(|bin| dataset.at(bin, node, metric)).filter(|value| !value.is_nan());
            let Some(first) = seen.next() else { continue };
            let mut n_seen = 1;
            if seen.inspect(|_| n_seen += 1).all(|value| value == first) && n_seen >= MIN_BINS {
                tally
                    .note(|| format!("{name}, {}: {first} {}", about.label, about.unit.symbol()).trim_end().to_owned());
            }
        }
    }
    tally
}

/// First and last second of the series, the last not included.
fn span(dataset: &Dataset) -> (i64, i64) {
    let length = i64::try_from(dataset.n_bins).unwrap_or(i64::MAX).saturating_mul(i64::from(dataset.grid_secs));
    (dataset.start_secs, dataset.start_secs.saturating_add(length))
}

fn labels_outside(dataset: &Dataset) -> Tally {
    let (start, end) = span(dataset);
    let mut tally = Tally::default();
    for fault in &dataset.system.faults {
        if fault.end_millis.div_euclid(1000) < start || fault.start_millis.div_euclid(1000) >= end {
            tally.note(|| {
                let away = (start - fault.start_millis.div_euclid(1000)).abs();
                format!("{} of {}, {away} s from the start of the series", fault.kind, fault.target)
            });
        }
    }
    tally
}

/// Names under which something with a series is known.
fn known_names(dataset: &Dataset) -> BTreeSet<&str> {
    let of_placements = dataset.system.placements.iter().flat_map(|placement| {
        let own = [placement.service.as_str(), placement.host.as_str()];
        own.into_iter().chain(placement.names.iter().map(String::as_str))
    });
    dataset.nodes.iter().map(String::as_str).chain(of_placements).collect()
}

fn unknown_targets(dataset: &Dataset) -> Tally {
    let known = known_names(dataset);
    let mut tally = Tally::default();
    for fault in dataset.system.faults.iter().filter(|fault| !fault.target.is_empty()) {
        if !known.contains(fault.target.as_str()) {
            tally.note(|| fault.target.clone());
        }
    }
    tally
}

fn calls_outside(dataset: &Dataset) -> Tally {
    let (start, end) = span(dataset);
    // Calls are counted per second or minute: one interval to either side is no sign of another clock.
    let slack = i64::from(dataset.grid_secs.max(60));
    let mut tally = Tally::default();
    for call in &dataset.system.calls {
        if call.at_secs < start.saturating_sub(slack) || call.at_secs >= end.saturating_add(slack) {
            let (services, away) = (&dataset.system.services, (call.at_secs - start).abs());
            tally.note_many(u64::from(call.count), || {
                let name = |idx: u32| services.get(idx as usize).map_or("", String::as_str);
                format!("{} to {}, {away} s from the start of the series", name(call.caller), name(call.callee))
            });
        }
    }
    tally
}

fn calls_without_metrics(dataset: &Dataset) -> Tally {
    let known = known_names(dataset);
    let mut tally = Tally::default();
    for service in dataset.system.services.iter().filter(|service| !known.contains(service.as_str())) {
        tally.note(|| service.clone());
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::super::ingest::Ingest;
    use super::*;
    use crate::config::DataConfig;

    fn read(files: &[(&str, &str)]) -> Dataset {
        let mut ingest = Ingest::new(&DataConfig::default());
        for (name, text) in files {
            ingest.begin_file(name);
            ingest.push(text.as_bytes()).expect("a table");
            ingest.end_file().expect("rows");
        }
        ingest.finish().expect("a data set")
    }

    fn found(dataset: &Dataset, id: &str) -> Option<(u64, String)> {
        let finding = dataset.summary.findings.iter().find(|finding| finding.id == id)?;
        Some((finding.count, finding.first.clone()))
    }

    fn metrics() -> String {
        let row = |minute: i64| {
            let secs = 1_700_000_000 + 60 * minute;
            format!("{secs},web-1,web,0.{},7\n{secs},db-1,db,0.5{},7\n", 1 + minute % 7, minute % 9)
        };
        let head = "timestamp,instance,service,cpu_cores,threads\n".to_owned();
        (0..40).map(row).fold(head, |table, rows| table + &rows)
    }

    #[test]
    fn labels_calls_and_series_that_do_not_fit_are_counted() {
        let labels = "start,end,target,fault_type\n1700000600,1700000900,web-1,cpu\n\
                      1700007200,1700007300,web-1,cpu\n1700000600,1700000900,cache-3,cpu\n";
        let spans = "traceId,startTime,endTime,childMS,parentMS,childDuration\n\
                     a,1700000100000000,1700000100000500,db,web,500\n\
                     a,1700090000000000,1700090000000500,cache,web,500\n";
        let dataset = read(&[("m.csv", &metrics()), ("l.csv", labels), ("s.csv", spans)]);
        assert_eq!(found(&dataset, "dead_series"), Some((2, "db-1, threads: 7".to_owned())));
        let outside = "cpu of web-1, 7220 s from the start of the series".to_owned();
        assert_eq!(found(&dataset, "labels_outside"), Some((1, outside)));
        assert_eq!(found(&dataset, "unknown_targets"), Some((1, "cache-3".to_owned())));
        assert_eq!(found(&dataset, "calls_outside").map(|(n, _)| n), Some(1));
        assert_eq!(found(&dataset, "calls_without_metrics"), Some((1, "cache".to_owned())));
    }

    #[test]
    fn what_fits_is_not_spoken_of() {
        let labels = "start,end,target,fault_type\n1700000600,1700000900,web,cpu\n";
        let dataset = read(&[("m.csv", &metrics()), ("l.csv", labels)]);
        for id in ["labels_outside", "unknown_targets", "calls_outside", "calls_without_metrics"] {
            assert_eq!(found(&dataset, id), None, "{id}");
        }
    }
}
