//! Calls between services, counted per second or minute.

use std::collections::BTreeMap;

use super::super::error::DataError;
use super::super::natural::natural_order;
use super::super::system::CallStat;

/// Durations that are kept for percentiles: 4 bytes each.
const MAX_DURATIONS: usize = 8_000_000;
/// Most intervals of all pairs together.
const MAX_STATS: usize = 2_000_000;

#[derive(Debug, Default)]
struct Interval {
    count: u32,
    n_timed: u32,
    /// Microseconds.
    sum: u64,
    durations: Vec<f32>,
}

/// All calls so far.
#[derive(Debug, Default)]
pub(super) struct Calls {
    ids: BTreeMap<String, u32>,
    by_interval: BTreeMap<(i64, u32, u32), Interval>,
    n_durations: usize,
}

impl Calls {
    pub(super) fn push(
        &mut self,
        (caller, callee): (&str, &str),
        at_secs: i64,
        duration_millis: Option<f32>,
    ) -> Result<(), DataError> {
        let key = (at_secs, self.id(caller), self.id(callee));
        if self.by_interval.len() == MAX_STATS && !self.by_interval.contains_key(&key) {
            return Err(DataError::TooLarge {
                what: "The call graph".into(),
                needed: format!("more than {MAX_STATS} pairs of services and intervals"),
                limit: MAX_STATS.to_string(),
                advice: "choose a shorter span".into(),
            });
        }
        let interval = self.by_interval.entry(key).or_default();
        interval.count = interval.count.saturating_add(1);
        let Some(millis) = duration_millis.filter(|millis| millis.is_finite() && *millis >= 0.0) else { return Ok(()) };
        interval.n_timed = interval.n_timed.saturating_add(1);
        // A saturating conversion: a duration beyond 500,000 years is none.
        interval.sum = interval.sum.saturating_add((f64::from(millis) * 1000.0).round() as u64);
        self.n_durations += 1;
        if self.n_durations <= MAX_DURATIONS {
            interval.durations.push(millis);
        }
        Ok(())
    }

    fn id(&mut self, name: &str) -> u32 {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.ids.len() as u32;
        self.ids.insert(name.to_owned(), id);
        id
    }

    /// Names in natural order, and the calls by second, caller and callee.
    ///
    /// Percentiles are undefined for all calls when there were too many durations, so that they do not depend on the
    /// order of the rows.
    pub(super) fn finish(self) -> (Vec<String>, Vec<CallStat>) {
        let mut names: Vec<(String, u32)> = self.ids.into_iter().collect();
        names.sort_by(|(a, _), (b, _)| natural_order(a, b));
        let mut rank = vec![0; names.len()];
        for (idx, (_, id)) in names.iter().enumerate() {
            rank[*id as usize] = idx as u32;
        }
        let has_percentiles = self.n_durations <= MAX_DURATIONS;
        let mut stats: Vec<CallStat> = self
            .by_interval
            .into_iter()
            .map(|((at_secs, caller, callee), mut interval)| CallStat {
                at_secs,
                caller: rank[caller as usize],
                callee: rank[callee as usize],
                count: interval.count,
                mean_millis: mean(&interval),
                p95_millis: if has_percentiles { percentile(&mut interval.durations) } else { f32::NAN },
            })
            .collect();
        stats.sort_by_key(|stat| (stat.at_secs, stat.caller, stat.callee));
        (names.into_iter().map(|(name, _)| name).collect(), stats)
    }
}

fn mean(interval: &Interval) -> f32 {
    if interval.n_timed == 0 {
        return f32::NAN;
    }
    (interval.sum as f64 / 1000.0 / f64::from(interval.n_timed)) as f32
}

/// Nearest rank: the smallest duration that at least 95 % do not exceed.
fn percentile(durations: &mut [f32]) -> f32 {
    durations.sort_by(f32::total_cmp);
    let rank = (durations.len() * 95).div_ceil(100);
    durations.get(rank.wrapping_sub(1)).copied().unwrap_or(f32::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_per_interval_whatever_their_order() {
        let finish = |calls: &[(&str, &str, i64, f32)]| {
            let mut all = Calls::default();
            for &(caller, callee, at, millis) in calls {
                all.push((caller, callee), at, Some(millis)).expect("room");
            }
            all.finish()
        };
        let mut calls: Vec<(&str, &str, i64, f32)> = (1..=20).map(|millis| ("web", "db", 5, millis as f32)).collect();
        calls.push(("web", "cache", 4, 1.0));
        let (names, stats) = finish(&calls);
        assert_eq!(names, ["cache", "db", "web"]);
        assert_eq!((stats[0].at_secs, stats[0].caller, stats[0].callee, stats[0].count), (4, 2, 0, 1));
        assert_eq!((stats[1].count, stats[1].mean_millis, stats[1].p95_millis), (20, 10.5, 19.0));
        calls.reverse();
        assert_eq!(finish(&calls), (names, stats));
    }
}
