//! Affiliation precision and recall (Huet, Navarro and Rossi, "Local evaluation of time series anomaly detection
//! algorithms", KDD 2022; MODELS.md B.14).
//!
//! Each true range owns the part of its run that is closer to it than to any other. A prediction there is as precise,
//! and a true instant as recalled, as the share of that part which lies farther away: guessing at random is worth
//! about ½, and the recall of flagging everything is 1. Time is counted in windows.

use super::truth::true_ranges;
use super::{Truth, ratio};

/// An interval of positive length.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Interval {
    start: f64,
    end: f64,
}

/// Precision, the mean over the true ranges with a prediction in their part, and recall, the mean over all of them.
///
/// Runs without a true range have no part in it, whatever is flagged there.
pub fn affiliation(truth: &Truth, flags: &[bool]) -> (Option<f64>, Option<f64>) {
    let labels = truth.labels();
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    for run in truth.runs() {
        let whole = Interval { start: run.start as f64, end: run.end as f64 };
        let [events, predictions] = [&labels, flags].map(|flags| intervals(flags, run.clone()));
        for (event, zone) in events.iter().zip(zones(&events, whole)) {
            let inside: Vec<Interval> = predictions.iter().filter_map(|one| one.intersection(zone)).collect();
            precisions.extend(precision(&inside, *event, zone));
            recalls.push(recall(&inside, *event, zone));
        }
    }
    (mean(&precisions), mean(&recalls))
}

fn intervals(flags: &[bool], run: std::ops::Range<usize>) -> Vec<Interval> {
    let ranges = true_ranges(flags, run).into_iter();
    ranges.map(|range| Interval { start: range.start as f64, end: range.end as f64 }).collect()
}

impl Interval {
    fn length(self) -> f64 {
        self.end - self.start
    }

    fn intersection(self, other: Self) -> Option<Self> {
        let both = Self { start: self.start.max(other.start), end: self.end.min(other.end) };
        (both.start < both.end).then_some(both)
    }

    fn distance(self, at: f64) -> f64 {
        (self.start - at).max(at - self.end).max(0.0)
    }

    /// Length of the part that lies within a distance of a point.
    fn reach(self, from: Self, distance: f64) -> f64 {
        from.length() + distance.min(from.start - self.start) + distance.min(self.end - from.end)
    }
}

/// The part of `whole` that is closest to each interval: they are cut half way.
fn zones(intervals: &[Interval], whole: Interval) -> Vec<Interval> {
    let halves: Vec<f64> = intervals.windows(2).map(|pair| (pair[0].end + pair[1].start) / 2.0).collect();
    let starts = std::iter::once(whole.start).chain(halves.iter().copied());
    let ends = halves.iter().copied().chain([whole.end]);
    starts.zip(ends).map(|(start, end)| Interval { start, end }).collect()
}

/// Mean over all predicted instants of the share of the zone that is at least as far from the event.
fn precision(predictions: &[Interval], event: Interval, zone: Interval) -> Option<f64> {
    let survival = |at: f64| match event.distance(at) {
        0.0 => 1.0,
        distance => 1.0 - zone.reach(event, distance) / zone.length(),
    };
    // The share bends where the zone ends on one side, and jumps at the edges of the event.
    let margin = (event.start - zone.start).min(zone.end - event.end);
    let bends = [event.start - margin, event.start, event.end, event.end + margin];
    let sum: f64 = predictions.iter().map(|&one| integral(survival, one, &bends)).sum();
    ratio(sum, predictions.iter().map(|one| one.length()).sum())
}

/// Mean over all instants of the event of the share of the zone that is at least as far from them as the nearest
/// prediction is; 0 without a prediction.
fn recall(predictions: &[Interval], event: Interval, zone: Interval) -> f64 {
    let mut sum = 0.0;
    for (nearest, closest) in predictions.iter().zip(zones(predictions, zone)) {
        let Some(part) = event.intersection(closest) else { continue };
        let survival = |at: f64| match nearest.distance(at) {
            0.0 => 1.0,
            distance => 1.0 - zone.reach(Interval { start: at, end: at }, distance) / zone.length(),
        };
        // The share bends where an instant is as far from the prediction as from an end of the zone.
        let bends = [nearest.start, nearest.end, (zone.start + nearest.start) / 2.0, (nearest.end + zone.end) / 2.0];
        sum += integral(survival, part, &bends);
    }
    sum / event.length()
}

/// Integral of a function that is linear between its bends: the midpoint of each piece is exact.
fn integral(f: impl Fn(f64) -> f64, over: Interval, bends: &[f64]) -> f64 {
    let mut cuts: Vec<f64> = bends.iter().map(|bend| bend.clamp(over.start, over.end)).collect();
    cuts.extend([over.start, over.end]);
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.windows(2).map(|cut| (cut[1] - cut[0]) * f((cut[0] + cut[1]) / 2.0)).sum()
}

fn mean(values: &[f64]) -> Option<f64> {
    ratio(values.iter().sum(), values.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::truth::instants;

    fn bits(text: &str) -> Vec<bool> {
        text.chars().map(|c| c == '1').collect()
    }

    fn found(predicted: &str, truth: &str) -> (Option<f64>, Option<f64>) {
        let windows = instants(&bits(truth));
        affiliation(&Truth { windows: &windows, step_millis: 5000, episodes: &[] }, &bits(predicted))
    }

    #[test]
    fn both_are_those_of_the_oracle() {
        // MODELS.md F.10.
        let table = [
            ("0000100010", "0001000111", 0.818_182, 0.844_276),
            ("00110000000000000000", "00001111000000000000", 0.70, 0.80),
        ];
        for (predicted, truth, precision, recall) in table {
            let (p, r) = found(predicted, truth);
            assert!((p.expect("a prediction") - precision).abs() < 1e-6, "{p:?}");
            assert!((r.expect("an event") - recall).abs() < 1e-6, "{r:?}");
        }
    }

    #[test]
    fn always_and_never_have_the_recalls_one_and_zero() {
        let truth = "0001000111";
        assert_eq!(found("1111111111", truth).1, Some(1.0));
        assert_eq!(found("0000000000", truth), (None, Some(0.0)));
        assert_eq!(found(truth, truth), (Some(1.0), Some(1.0)));
        assert_eq!(found("0110", "0000"), (None, None));
        assert_eq!(found("", ""), (None, None));
    }

    #[test]
    fn runs_are_affiliated_apart() {
        let mut windows = instants(&bits("00010001"));
        (4..8).for_each(|idx| windows[idx].run = 1);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let both = affiliation(&truth, &bits("00100100"));
        let [first, second] = [found("0010", "0001"), found("0100", "0001")];
        let mean = |a: Option<f64>, b: Option<f64>| Some((a? + b?) / 2.0);
        assert_eq!(both, (mean(first.0, second.0), mean(first.1, second.1)));
    }
}
