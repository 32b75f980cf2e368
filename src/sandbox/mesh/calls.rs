//! Calls per second between services, as the callers see them.

use super::dynamics::{Mesh, TIMEOUT_MILLIS};
use super::topology::{EDGES, pairs};
use crate::data::CallStat;
use crate::stream::{Stream, StreamRng};

/// Relative spread of single durations.
const SPREAD: f64 = 0.5;

/// Counts calls pair by pair.
#[derive(Debug)]
pub(super) struct CallCounter {
    pairs: Vec<(usize, usize)>,
    /// Calls that were not whole yet.
    rests: Vec<f64>,
    rng: StreamRng,
    pub(super) stats: Vec<CallStat>,
}

impl CallCounter {
    pub(super) fn new(seed: u32) -> Self {
        let pairs = pairs();
        let rests = vec![0.0; pairs.len()];
        Self { pairs, rests, rng: Stream::Data.rng(seed, "mesh/calls"), stats: Vec::new() }
    }

    /// Takes note of one second; rows come ordered by second, caller and callee.
    pub(super) fn note(&mut self, mesh: &Mesh<'_>, at_secs: i64) {
        for (&(caller, callee), rest) in self.pairs.iter().zip(&mut self.rests) {
            let edges = EDGES.iter().filter(|edge| (edge.caller, edge.callee) == (caller, callee));
            *rest += edges.map(|edge| mesh.asked[callee][edge.flow]).sum::<f64>();
            let count = rest.floor();
            *rest -= count;
            let noise = f64::from(self.rng.normal());
            if count < 1.0 {
                continue;
            }
            let time = &mesh.times[callee];
            // A mean of n durations; twelve uniforms never leave ±6, and a factor of 0.3 stays above 0.
            let factor = (1.0 + SPREAD * noise / count.sqrt()).max(0.3);
            self.stats.push(CallStat {
                at_secs,
                caller: caller as u32,
                callee: callee as u32,
                count: count as u32,
                mean_millis: (time.millis * factor).min(TIMEOUT_MILLIS) as f32,
                p95_millis: (time.p95_millis * factor).min(TIMEOUT_MILLIS) as f32,
            });
        }
    }
}
