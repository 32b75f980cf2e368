//! Calls between services as tracing shows them: those of the sampled requests alone.

use std::collections::BTreeMap;

use super::export_jaeger::traced_name;
use super::spans::Trace;
use crate::data::{CallStat, natural_order};

/// Calls of one pair of services in one second.
#[derive(Debug, Default)]
struct Calls {
    /// Milliseconds, as a reader of the exported file keeps them.
    durations: Vec<f32>,
}

impl Calls {
    /// A mean of whole microseconds, and the 95th percentile by nearest rank.
    fn stat(mut self, at_secs: i64, caller: u32, callee: u32) -> CallStat {
        let n = self.durations.len();
        let micros: f64 = self.durations.iter().map(|millis| (f64::from(*millis) * 1000.0).round()).sum();
        self.durations.sort_by(f32::total_cmp);
        let rank = (95 * n).div_ceil(100);
        CallStat {
            at_secs,
            caller,
            callee,
            // There are fewer spans than 2³².
            count: n as u32,
            mean_millis: (micros / 1000.0 / n as f64) as f32,
            p95_millis: self.durations[rank - 1],
        }
    }
}

/// Names of the services that call each other, in natural order, and their calls by second, caller and callee.
///
/// A span whose parent is one of another service is a call. Stores record no spans, so that calls to them are not seen.
pub(super) fn sampled_calls(traces: &[Trace]) -> (Vec<String>, Vec<CallStat>) {
    let mut by_second: BTreeMap<(i64, &str, &str), Calls> = BTreeMap::new();
    for trace in traces {
        for span in &trace.spans {
            let Some(parent) = span.parent.and_then(|parent| trace.spans.get(parent)) else { continue };
            let (caller, callee) = (traced_name(parent.service as usize), traced_name(span.service as usize));
            if caller != callee {
                let at_secs = span.start_micros.div_euclid(1_000_000);
                let millis = (span.duration_micros as f64 / 1000.0) as f32;
                by_second.entry((at_secs, caller, callee)).or_default().durations.push(millis);
            }
        }
    }
    let mut names: Vec<&str> = by_second.keys().flat_map(|&(_, caller, callee)| [caller, callee]).collect();
    names.sort_by(|a, b| natural_order(a, b));
    names.dedup();
    let idx = |name: &str| names.iter().position(|other| *other == name).unwrap_or(0) as u32;
    let mut stats: Vec<CallStat> = by_second
        .into_iter()
        .map(|((at_secs, caller, callee), calls)| calls.stat(at_secs, idx(caller), idx(callee)))
        .collect();
    stats.sort_by_key(|stat| (stat.at_secs, stat.caller, stat.callee));
    (names.into_iter().map(str::to_owned).collect(), stats)
}
