//! Sentences and the table of the minutes about a moment.

use crate::charts::text::{Clock, count, fixed, significant, with_unit};
use crate::charts::twin::Twin;
use crate::explore::{Around, Timed};

pub(super) const EMPTY: &str = "No instance has samples of its own at this time.";
pub(super) const CALLS_AXIS: &str = "Calls, ms";

pub(super) fn title(around: Option<&Around>) -> String {
    around.map_or_else(|| "Ten minutes".to_owned(), |around| format!("Ten minutes of {}", around.instance))
}

/// What the fault did to the means, in the metric and in the calls.
pub(super) fn reading(around: &Around) -> String {
    let of_metric = change(around, &around.slices);
    let of_metric = of_metric
        .map(|(mean, rest)| format!("{}: {} on average {rest}", around.metric, with_unit(&mean, &around.unit, " ")));
    let of_calls = around.calls.as_ref().and_then(|calls| change(around, calls));
    let of_calls = of_calls.map(|(mean, rest)| format!("calls to {}: {mean} ms {rest}", around.service));
    let said: Vec<String> = of_metric.into_iter().chain(of_calls).collect();
    if said.is_empty() { String::new() } else { said.join("; ") + "." }
}

fn is_broken(around: &Around, at: i64) -> bool {
    around.faults.iter().any(|(from, to)| (*from..*to).contains(&at))
}

/// The last value up to a time.
fn last(values: &[Timed], at: i64) -> Option<f64> {
    values.iter().rev().find(|(known, _)| *known <= at).map(|(_, value)| f64::from(*value))
}

/// Mean within the faults and without, where there are faults; else the mean.
fn change(around: &Around, values: &[Timed]) -> Option<(String, String)> {
    let mean = |broken: bool| {
        let values =
            values.iter().filter(|(at, _)| is_broken(around, *at) == broken).map(|(_, value)| f64::from(*value));
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
    with_unit(&around.metric, &around.unit, ", ")
}

/// A time to the second on the clock of the data.
pub(super) fn when(around: &Around, millis: i64) -> String {
    Clock::starting(around.start_secs).to_the_second(millis.div_euclid(1000))
}

/// What is said of a slice: its value, and the last sample and call up to its beginning.
pub(super) fn at(around: &Around, begin: i64, value: f32) -> Vec<(String, String)> {
    let in_unit = |value: f64| with_unit(&significant(value), &around.unit, " ");
    let mut said = vec![(around.instance.clone(), in_unit(f64::from(value)))];
    said.extend(last(&around.samples, begin).map(|value| ("last sample".to_owned(), in_unit(value))));
    let call = around.calls.as_ref().and_then(|calls| last(calls, begin));
    said.extend(call.map(|millis| ("last call".to_owned(), format!("{} ms", significant(millis)))));
    said
}

/// Every slice with what is said of it.
pub(in crate::charts) fn twin(around: &Around) -> Twin {
    let metric = metric_axis(around);
    let mut head = vec!["Time".to_owned(), format!("{metric} (slice)"), format!("{metric} (last sample)")];
    head.extend(around.calls.iter().map(|_| "Last call, ms".to_owned()));
    head.push("Fault".to_owned());
    let mut twin = Twin::with_head(head);
    let last = |values: &[Timed], at: i64| last(values, at).map_or_else(String::new, significant);
    twin.rows = around
        .slices
        .iter()
        .map(|(begin, value)| {
            let mut row = vec![when(around, *begin), significant(f64::from(*value)), last(&around.samples, *begin)];
            row.extend(around.calls.iter().map(|calls| last(calls, *begin)));
            row.push(if is_broken(around, *begin) { "yes" } else { "no" }.to_owned());
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
