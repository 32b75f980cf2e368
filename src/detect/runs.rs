//! Recordings of a data set (MODELS.md B.1): stretches of time in which something reports.

use crate::data::{Dataset, Series, System};

/// Silence of all instances that parts two runs: so many sampling periods, and at least so long.
const MIN_PERIODS: i64 = 10;
const MIN_SILENCE_MILLIS: i64 = 600_000;

/// A stretch of time in which some instance reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunSpan {
    /// Name for people.
    pub name: String,
    /// First sample, on the clock of the data.
    pub begin_millis: i64,
    /// One sampling period behind the last sample.
    pub end_millis: i64,
}

/// The runs of a data set in the order of time, cut where all instances are silent for more than ten sampling periods
/// and ten minutes. They never overlap.
pub fn runs(dataset: &Dataset) -> Vec<RunSpan> {
    let recording = &dataset.system.recording;
    let period = middle_gap(recording);
    let limit = period.saturating_mul(MIN_PERIODS).max(MIN_SILENCE_MILLIS);
    let mut stretches: Vec<(i64, i64)> = recording.iter().flat_map(|series| stretches(series, limit)).collect();
    stretches.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::new();
    for (begin, last) in stretches {
        match joined.last_mut() {
            Some(before) if begin.saturating_sub(before.1) <= limit => before.1 = before.1.max(last),
            _ => joined.push((begin, last)),
        }
    }
    let named = joined.into_iter().enumerate().map(|(idx, (begin_millis, last))| RunSpan {
        name: format!("run {}", idx + 1),
        begin_millis,
        end_millis: last.saturating_add(period),
    });
    named.collect()
}

/// First and last samples of the stretches of one series.
fn stretches(series: &Series, limit: i64) -> Vec<(i64, i64)> {
    let mut out: Vec<(i64, i64)> = Vec::new();
    for &at in &series.at_millis {
        match out.last_mut() {
            Some(stretch) if at.saturating_sub(stretch.1) <= limit => stretch.1 = at,
            _ => out.push((at, at)),
        }
    }
    out
}

/// Middle distance of two samples of a series, over all series; 5 s if no series has two.
fn middle_gap(recording: &[Series]) -> i64 {
    let gaps = recording.iter().flat_map(|series| series.at_millis.windows(2));
    let mut gaps: Vec<i64> = gaps.map(|pair| pair[1].saturating_sub(pair[0])).filter(|gap| *gap > 0).collect();
    if gaps.is_empty() {
        return 5000;
    }
    let middle = (gaps.len() - 1) / 2;
    *gaps.select_nth_unstable(middle).1
}

/// One run of a data set: its samples, calls and faults, and the same nodes. Values on the grid are left out.
pub fn cut(dataset: &Dataset, span: &RunSpan) -> Dataset {
    let (begin, end) = (span.begin_millis, span.end_millis);
    let system = &dataset.system;
    let of_run = |series: &Series| {
        let range =
            series.at_millis.partition_point(|&at| at < begin)..series.at_millis.partition_point(|&at| at < end);
        Series {
            node: series.node,
            metric: series.metric,
            at_millis: series.at_millis[range.clone()].to_vec(),
            values: series.values[range].to_vec(),
        }
    };
    let is_in = |at_secs: i64| (begin.div_euclid(1000)..=end.div_euclid(1000)).contains(&at_secs);
    let faults = system.faults.iter().filter(|fault| fault.start_millis < end && fault.end_millis > begin);
    let system = System {
        placements: system.placements.clone(),
        services: system.services.clone(),
        calls: system.calls.iter().filter(|call| is_in(call.at_secs)).copied().collect(),
        faults: faults.cloned().collect(),
        recording: system.recording.iter().map(of_run).filter(|series| !series.at_millis.is_empty()).collect(),
        ..System::default()
    };
    Dataset {
        nodes: dataset.nodes.clone(),
        metrics: dataset.metrics.clone(),
        grid_secs: dataset.grid_secs,
        start_secs: begin.div_euclid(1000),
        n_bins: 0,
        values: Vec::new(),
        relations: Vec::new(),
        system,
        summary: dataset.summary.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::made::{recorded, samples};
    use super::*;

    #[test]
    fn silence_of_all_parts_runs_and_silence_of_one_does_not() {
        let minutes = |from: i64, to: i64| samples(from * 60_000, to * 60_000);
        // One pod is silent from minute 5 to 30, both from 40 to 51.
        let one = [minutes(0, 5), minutes(30, 40), minutes(51, 60)].concat();
        let other = [minutes(0, 40), minutes(51, 60)].concat();
        let dataset = recorded(&[&one, &other]);
        let found = runs(&dataset);
        let spans: Vec<(i64, i64)> = found.iter().map(|run| (run.begin_millis, run.end_millis)).collect();
        assert_eq!(spans, [(0, 40 * 60_000), (51 * 60_000, 60 * 60_000)]);
        let second = cut(&dataset, &found[1]);
        assert_eq!(second.nodes, dataset.nodes);
        assert_eq!(second.system.recording[0].at_millis.len(), 9 * 12);
        assert_eq!(runs(&second).len(), 1);
    }

    #[test]
    fn a_short_silence_is_no_gap_and_a_long_period_allows_a_longer_one() {
        let short = [samples(0, 60_000), samples(660_000 - 5000, 700_000)].concat();
        assert_eq!(runs(&recorded(&[&short])).len(), 1);
        let slow: Vec<(i64, f32)> =
            (0..30).map(|k| (120_000 * k, 1.0)).filter(|(at, _)| at / 60_000 % 40 < 20).collect();
        assert_eq!(runs(&recorded(&[&slow])).len(), 2);
        let slower: Vec<(i64, f32)> = slow.iter().map(|&(at, value)| (at * 3, value)).collect();
        assert_eq!(runs(&recorded(&[&slower])).len(), 2);
        assert!(runs(&recorded(&[])).is_empty());
        // The only distance there is is the period.
        assert_eq!(runs(&recorded(&[&[(i64::MIN, 1.0), (i64::MAX, 1.0)]])).len(), 1);
    }

    #[test]
    fn faults_go_with_the_run_that_they_touch() {
        let mut dataset = recorded(&[&[samples(0, 60_000), samples(3_600_000, 3_660_000)].concat()]);
        let fault = |start_millis, end_millis| crate::data::Fault {
            start_millis,
            end_millis,
            target: String::new(),
            kind: String::new(),
        };
        dataset.system.faults = vec![fault(30_000, 40_000), fault(100_000, 200_000), fault(3_000_000, 3_610_000)];
        let of_run = |run: usize| cut(&dataset, &runs(&dataset)[run]).system.faults;
        assert_eq!(of_run(0), dataset.system.faults[..1]);
        assert_eq!(of_run(1), dataset.system.faults[2..]);
    }
}
