//! What an operator asks: which faults were found, how late, and how often it cried wolf (MODELS.md B.14).

use super::outcome::{BudgetRow, EpisodeRow, EventMetrics};
use super::{Alarms, Ranking, Span, Truth, finite, ratio};
use crate::report::sees_onset;

/// False alarms of a run that are closer than this are one.
const MERGE_MILLIS: i64 = 60_000;
/// Most thresholds of a budget.
const MAX_THRESHOLDS: usize = 40;
const HOUR_MILLIS: f64 = 3_600_000.0;
const HOURS_PER_WEEK: f64 = 168.0;

/// Episodes found, delays and false alarms at the frozen threshold.
///
/// A window belongs to an episode if it is decided after the onset and not after the end, whether in a buffer or not.
/// False alarms are counted on normal windows outside buffers, and so is the time they are divided by.
pub fn events(truth: &Truth, alarms: Alarms) -> EventMetrics {
    let flags = alarms.flags();
    let all = truth.episodes.iter().zip(0..).map(|(&span, idx)| episode(truth, &flags, span, idx));
    let episodes: Vec<EpisodeRow> = all.filter(|row| row.n_windows > 0).collect();
    let n_false = false_alarms(truth, &flags);
    let hours = normal_hours(truth);
    EventMetrics {
        n_episodes: episodes.len() as u64,
        found: episodes.iter().filter(|row| row.n_alarms > 0).count() as u64,
        median_delay_secs: median(episodes.iter().filter_map(|row| row.delay_secs).collect()),
        false_alarms: n_false,
        normal_hours: hours,
        false_alarms_per_hour: ratio(n_false as f64, hours),
        episodes,
    }
}

/// One row per threshold: choose it by false alarms per week and delay.
pub fn budget(truth: &Truth, scores: &[f32], thresholds: &[f32]) -> Vec<BudgetRow> {
    let row = |&threshold: &f32| {
        let found = events(truth, Alarms { scores, threshold });
        Some(BudgetRow {
            threshold: finite(threshold)?,
            alarms_per_week: found.false_alarms_per_hour.map(|rate| rate * HOURS_PER_WEEK),
            found: found.found,
            median_delay_secs: found.median_delay_secs,
        })
    };
    thresholds.iter().filter_map(row).collect()
}

/// Thresholds worth looking at, descending: scores at geometrically spaced ranks, dense where alarms are rare, and the
/// chosen one.
pub fn budget_thresholds(scores: &[f32], chosen: f32) -> Vec<f32> {
    let cuts = Ranking::new(scores, &vec![false; scores.len()]).cuts();
    let growth = (cuts.len().max(1) as f64).powf(1.0 / (MAX_THRESHOLDS - 2) as f64);
    let mut thresholds = vec![chosen];
    let mut rank = 1.0_f64;
    for _ in 0..MAX_THRESHOLDS - 1 {
        thresholds.extend(cuts.get(rank.round() as usize - 1).map(|cut| cut.threshold));
        rank *= growth;
    }
    thresholds.retain(|threshold| threshold.is_finite());
    thresholds.sort_unstable_by(|a, b| b.total_cmp(a));
    thresholds.dedup();
    thresholds
}

fn episode(truth: &Truth, flags: &[bool], span: Span, episode: u32) -> EpisodeRow {
    let belongs = |idx: &usize| {
        let window = truth.windows[*idx];
        window.run == span.run && window.millis > span.start_millis && window.millis <= span.end_millis
    };
    let inside: Vec<usize> = (0..flags.len().min(truth.windows.len())).filter(belongs).collect();
    // An alarm is raised by the second of two consecutive positives: nobody knows of it before.
    let raised = inside.windows(2).find(|pair| {
        let gap = truth.windows[pair[1]].millis - truth.windows[pair[0]].millis;
        flags[pair[0]] && flags[pair[1]] && gap <= truth.step_millis
    });
    let late = inside.first().map(|&first| truth.windows[first].millis - span.start_millis);
    let has_delay = late.is_some_and(|late| sees_onset(late, truth.step_millis));
    let delay = |pair: &[usize]| (truth.windows[pair[1]].millis - span.start_millis) as f64 / 1000.0;
    EpisodeRow {
        episode,
        n_windows: inside.len() as u64,
        n_alarms: inside.iter().filter(|&&idx| flags[idx]).count() as u64,
        delay_secs: raised.filter(|_| has_delay).map(delay),
    }
}

/// Positives on normal windows, those of a run that follow within 60 s counted once.
fn false_alarms(truth: &Truth, flags: &[bool]) -> u64 {
    let windows = truth.windows.iter().zip(flags);
    let wrong = windows.filter(|(window, flag)| **flag && !window.label && !window.buffer).map(|(window, _)| window);
    let mut last: Option<(u32, i64)> = None;
    let mut n = 0;
    for window in wrong {
        let merged = last.is_some_and(|(run, millis)| run == window.run && window.millis - millis <= MERGE_MILLIS);
        n += u64::from(!merged);
        last = Some((window.run, window.millis));
    }
    n
}

fn normal_hours(truth: &Truth) -> f64 {
    let normal = truth.windows.iter().filter(|window| !window.label && !window.buffer).count();
    normal as f64 * truth.step_millis as f64 / HOUR_MILLIS
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::truth::{Instant, instants};

    /// Ten minutes in 5 s windows; a fault over the windows 60 to 83.
    fn windows() -> Vec<Instant> {
        instants(&(0..120).map(|step| (60..84).contains(&step)).collect::<Vec<_>>())
    }

    const FAULT: Span = Span { run: 0, start_millis: 300_000, end_millis: 420_000 };

    fn at(alarms: &[usize]) -> Vec<f32> {
        (0..120).map(|step| f32::from(u8::from(alarms.contains(&step)))).collect()
    }

    fn found(windows: &[Instant], alarms: &[usize]) -> EventMetrics {
        let truth = Truth { windows, step_millis: 5000, episodes: &[FAULT] };
        events(&truth, Alarms { scores: &at(alarms), threshold: 0.5 })
    }

    #[test]
    fn a_part_that_begins_in_mid_fault_tells_no_delay() {
        for (from, delay) in [(60, Some(60.0)), (71, Some(60.0)), (72, None)] {
            let part = windows().split_off(from);
            let truth = Truth { windows: &part, step_millis: 5000, episodes: &[FAULT] };
            let scores = &at(&[70, 71, 72, 73])[from..];
            let metrics = events(&truth, Alarms { scores, threshold: 0.5 });
            let delay = delay.map(|secs: f64| secs + if from > 70 { 5.0 } else { 0.0 });
            assert_eq!((metrics.found, metrics.median_delay_secs), (1, delay), "{from}");
        }
    }

    #[test]
    fn the_delay_runs_from_the_onset_to_the_second_of_two_alarms() {
        let table: [(&[usize], u64, Option<f64>); 6] = [
            (&[], 0, None),
            (&[60, 61], 1, Some(10.0)),
            (&[62], 1, None),
            (&[62, 64, 70, 71, 72], 1, Some(60.0)),
            // The first of the two is before the onset.
            (&[59, 60], 1, None),
            (&[83, 84], 1, None),
        ];
        for (alarms, n, delay) in table {
            let metrics = found(&windows(), alarms);
            assert_eq!((metrics.found, metrics.median_delay_secs), (n, delay), "{alarms:?}");
            assert_eq!(metrics.episodes[0].n_windows, 24);
        }
    }

    #[test]
    fn false_alarms_within_a_minute_are_one() {
        let table: [(&[usize], u64); 5] =
            [(&[10], 1), (&[10, 11, 22], 1), (&[10, 23], 2), (&[59, 60, 83, 84], 2), (&[60, 70], 0)];
        for (alarms, n) in table {
            assert_eq!(found(&windows(), alarms).false_alarms, n, "{alarms:?}");
        }
        let hours = 96.0 * 5.0 / 3600.0;
        let metrics = found(&windows(), &[10]);
        assert_eq!((metrics.normal_hours, metrics.false_alarms_per_hour), (hours, Some(1.0 / hours)));
    }

    #[test]
    fn buffers_and_ends_of_runs_are_kept_apart() {
        let mut windows = windows();
        (84..108).for_each(|idx| windows[idx].buffer = true);
        let metrics = found(&windows, &[84, 90, 110]);
        assert_eq!((metrics.false_alarms, metrics.normal_hours), (1, 72.0 * 5.0 / 3600.0));
        windows[11].run = 7;
        assert_eq!(found(&windows, &[10, 11]).false_alarms, 2);
    }

    #[test]
    fn nothing_to_judge_is_undefined() {
        let metrics = found(&[], &[]);
        assert_eq!((metrics.n_episodes, metrics.median_delay_secs, metrics.false_alarms_per_hour), (0, None, None));
    }

    #[test]
    fn the_budget_goes_from_few_alarms_to_many() {
        let scores: Vec<f32> = (0..120).map(|step| (step * 37 % 120) as f32).collect();
        let thresholds = budget_thresholds(&scores, 55.5);
        assert!(thresholds.len() <= MAX_THRESHOLDS && thresholds.contains(&55.5));
        assert!(thresholds.contains(&119.0) && thresholds.contains(&0.0) && thresholds.contains(&118.0));
        let windows = windows();
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[FAULT] };
        let rows = budget(&truth, &scores, &thresholds);
        assert_eq!(rows.len(), thresholds.len());
        assert!(rows.windows(2).all(|pair| pair[0].threshold > pair[1].threshold && pair[0].found <= pair[1].found));
        assert_eq!(rows.last().map(|row| row.median_delay_secs), Some(Some(10.0)));
        assert!(budget_thresholds(&[], f32::INFINITY).is_empty());
    }

    #[test]
    fn the_median_of_an_even_number_is_between() {
        assert_eq!(median(vec![3.0, 1.0]), Some(2.0));
        assert_eq!(median(vec![5.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![]), None);
    }
}
