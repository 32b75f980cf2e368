//! Sentences and the table of the minutes about a moment.

use crate::charts::text::{Clock, count, fixed, significant};
use crate::charts::twin::Twin;
use crate::explore::{Around, Timed};

pub(super) const EMPTY: &str = "No instance has samples of its own at this time.";
pub(super) const CALLS_AXIS: &str = "Calls, ms";

pub(super) fn title(around: Option<&Around>) -> String {
    around.map_or_else(|| "Ten minutes".to_owned(), |around| format!("Ten minutes of {}", around.instance))
}

/// What the fault did to the means, in the metric and in the calls.
pub(super) fn reading(around: &Around) -> String {
    let mut said = change(around, &around.slices).map_or_else(String::new, |change| {
        let unit = if around.unit.is_empty() { String::new() } else { format!(" {}", around.unit) };
        format!("{}: {}{unit} on average {}", around.metric, change.0, change.1)
    });
    if let Some((mean, rest)) = around.calls.as_ref().and_then(|calls| change(around, calls)) {
        said += &format!("{}calls to {}: {mean} ms {rest}", if said.is_empty() { "" } else { "; " }, around.service);
    }
    if said.is_empty() { said } else { said + "." }
}

/// Mean within the faults and without, where there are faults; else the mean.
fn change(around: &Around, values: &[Timed]) -> Option<(String, String)> {
    let is_broken = |at: i64| around.faults.iter().any(|(from, to)| (*from..*to).contains(&at));
    let mean = |broken: bool| {
        let values = values.iter().filter(|(at, _)| is_broken(*at) == broken).map(|(_, value)| f64::from(*value));
        let (n, sum) = values.fold((0.0, 0.0), |(n, sum), value| (n + 1.0, sum + value));
        (n > 0.0).then(|| significant(sum / n))
    };
    match (mean(false), mean(true)) {
        (Some(without), Some(within)) => Some((without, format!("without and {within} within the fault"))),
        (Some(without), None) => Some((without, "without a fault".to_owned())),
        (None, Some(within)) => Some((within, "within the fault".to_owned())),
        (None, None) => None,
    }
}

pub(super) fn caption(around: &Around) -> String {
    let slice = fixed(around.slice_millis as f64 / 1000.0, if around.slice_millis % 1000 == 0 { 0 } else { 2 });
    let calls = match &around.calls {
        Some(calls) => format!(
            "; below, {} of calls to {}, by the second in which they ended",
            if calls.len() == 1 { "1 mean".to_owned() } else { format!("{} means", count(calls.len())) },
            around.service
        ),
        None => String::new(),
    };
    format!(
        "Dots: {} samples as they were reported; line: the slices of {slice} s that are made of them{calls}. Red: a labelled \
         fault. Shown is what the fault was aimed at, else the highest instance. No model is part of this.",
        count(around.samples.len())
    )
}

/// "CPU, cores"
pub(super) fn metric_axis(around: &Around) -> String {
    if around.unit.is_empty() { around.metric.clone() } else { format!("{}, {}", around.metric, around.unit) }
}

/// A time to the second on the clock of the data.
pub(super) fn when(around: &Around, millis: i64) -> String {
    Clock::starting(around.from_millis.div_euclid(1000)).to_the_second(millis.div_euclid(1000))
}

/// What is said of a slice: its value, and the last sample and call up to its beginning.
pub(super) fn at(around: &Around, begin: i64, value: f32) -> Vec<(String, String)> {
    let with_unit = |value: f32| format!("{} {}", significant(f64::from(value)), around.unit).trim_end().to_owned();
    let last = |values: &[Timed]| values.iter().rev().find(|(at, _)| *at <= begin).map(|(_, value)| *value);
    let mut said = vec![(around.instance.clone(), with_unit(value))];
    said.extend(last(&around.samples).map(|value| ("last sample".to_owned(), with_unit(value))));
    let call = around.calls.as_deref().and_then(last);
    said.extend(call.map(|millis| ("last call".to_owned(), format!("{} ms", significant(f64::from(millis))))));
    said
}

/// Every slice with what is said of it.
pub(in crate::charts) fn twin(around: &Around) -> Twin {
    let metric = metric_axis(around);
    let mut head = vec!["Time".to_owned(), format!("{metric} (slice)"), format!("{metric} (last sample)")];
    head.extend(around.calls.iter().map(|_| "Last call, ms".to_owned()));
    head.push("Fault".to_owned());
    let mut twin = Twin::with_head(head);
    let last = |values: &[Timed], at: i64| {
        let found = values.iter().rev().find(|(known, _)| *known <= at);
        found.map_or_else(String::new, |(_, value)| significant(f64::from(*value)))
    };
    twin.rows = around
        .slices
        .iter()
        .map(|(begin, value)| {
            let mut row = vec![when(around, *begin), significant(f64::from(*value)), last(&around.samples, *begin)];
            row.extend(around.calls.iter().map(|calls| last(calls, *begin)));
            let is_broken = around.faults.iter().any(|(from, to)| (*from..*to).contains(begin));
            row.push(if is_broken { "yes" } else { "no" }.to_owned());
            row
        })
        .collect();
    twin
}

#[cfg(test)]
mod tests {
    use super::super::plot::tests::around;
    use super::*;

    #[test]
    fn means_within_and_without_the_fault_are_said() {
        let calls = vec![(10_000, 10.0), (20_000, 30.0), (400_000, 90.0)];
        let two = Around { slices: vec![(0, 0.2), (1000, 0.4), (300_000, 0.9)], ..around(Some(calls)) };
        let said = "CPU: 0.300 cores on average without and 0.900 within the fault; calls to cart: 20.0 ms without and 90.0 \
                    within the fault.";
        assert_eq!(reading(&two), said);
        let quiet = Around { faults: Vec::new(), calls: None, ..two };
        assert_eq!(reading(&quiet), "CPU: 0.500 cores on average without a fault.");
        assert!(caption(&quiet).starts_with("Dots: 120 samples as they were reported; line: the slices of 1 s that"));
    }

    #[test]
    fn the_table_has_a_row_for_each_slice() {
        let twin = twin(&around(Some(vec![(10_000, 12.0)])));
        assert_eq!(twin.rows.len(), 590);
        assert_eq!(twin.rows[12], ["day 1, 00:00:12", "0.250", "0.500", "12.0", "no"]);
        assert_eq!(twin.rows[589][4], "yes");
    }
}
