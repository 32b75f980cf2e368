//! Edges from calls between services (MODELS.md A.5).
//!
//! Load goes from the caller to the callee, so the callee's row receives from the caller's with `log1p(calls)`, and the
//! other way round with half of that (back-pressure). Where several nodes are instances of a service, its calls are
//! spread evenly: each instance of the callee receives from each instance of the caller `log1p` of an equal share.

use std::collections::BTreeMap;

use super::rows::Rows;
use crate::data::{CallStat, Dataset};

/// Widest interval of a call record: tables count by the minute.
const RECORD_SECS: i64 = 60;
/// Share of the weight that goes back.
const BACK_PRESSURE: f64 = 0.5;

/// Calls of the last interval; moments only go forward.
#[derive(Debug)]
pub(super) struct Calls<'a> {
    calls: &'a [CallStat],
    rows_of: Vec<Vec<usize>>,
    n_rows: usize,
    width_secs: i64,
    begin: usize,
    end: usize,
    /// Calls in the window by caller and callee.
    counts: BTreeMap<(u32, u32), u64>,
}

impl<'a> Calls<'a> {
    /// Before the first call; calls are ordered by time. Counts those of the last `length_secs`, a minute at least.
    pub(super) fn new(dataset: &'a Dataset, rows: &Rows, length_secs: i64) -> Self {
        Self {
            calls: &dataset.system.calls,
            rows_of: rows.of_services(dataset),
            n_rows: rows.n,
            width_secs: length_secs.max(RECORD_SECS),
            begin: 0,
            end: 0,
            counts: BTreeMap::new(),
        }
    }

    /// Calls between services that have rows.
    pub(super) fn n_between_rows(&self) -> u64 {
        let connects = |call: &&CallStat| !self.rows(call.caller).is_empty() && !self.rows(call.callee).is_empty();
        self.calls.iter().filter(connects).map(|call| u64::from(call.count)).sum()
    }

    fn rows(&self, service: u32) -> &[usize] {
        self.rows_of.get(service as usize).map_or(&[], Vec::as_slice)
    }

    /// Goes to a moment. The window ends with the last full minute, so that no record in it reaches beyond the moment.
    pub(super) fn advance(&mut self, now_secs: i64) {
        let end_secs = now_secs.saturating_sub(now_secs.rem_euclid(RECORD_SECS));
        let begin_secs = end_secs.saturating_sub(self.width_secs);
        while let Some(call) = self.calls.get(self.end).filter(|call| call.at_secs < end_secs) {
            *self.counts.entry((call.caller, call.callee)).or_default() += u64::from(call.count);
            self.end += 1;
        }
        while let Some(call) = self.calls[..self.end].get(self.begin).filter(|call| call.at_secs < begin_secs) {
            if let Some(count) = self.counts.get_mut(&(call.caller, call.callee)) {
                *count -= u64::from(call.count);
            }
            self.begin += 1;
        }
        self.counts.retain(|_, count| *count > 0);
    }

    /// Adds the weights of the calls in the window.
    pub(super) fn add_to(&self, weights: &mut [f64]) {
        for (&(caller, callee), &count) in &self.counts {
            let (callers, callees) = (self.rows(caller), self.rows(callee));
            let weight = (count as f64 / (callers.len() * callees.len()).max(1) as f64).ln_1p();
            for (&from, &to) in callers.iter().flat_map(|from| callees.iter().map(move |to| (from, to))) {
                if from != to {
                    weights[to * self.n_rows + from] += weight;
                    weights[from * self.n_rows + to] += BACK_PRESSURE * weight;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Placement, System};
    use crate::sandbox::simulate;

    fn call(at_secs: i64, caller: u32, callee: u32, count: u32) -> CallStat {
        CallStat { at_secs, caller, callee, count, mean_millis: f32::NAN, p95_millis: f32::NAN }
    }

    /// One node `web` and two instances of `db`, and calls from `web` to `db`.
    fn dataset(calls: Vec<CallStat>) -> Dataset {
        let mut dataset = simulate("sample").expect("a scenario");
        dataset.nodes = ["web", "db-0", "db-1"].map(str::to_owned).into();
        let place = |service: &str| Placement { service: service.to_owned(), ..Placement::default() };
        dataset.system = System {
            placements: vec![place(""), place("db"), place("db")],
            services: vec!["db".to_owned(), "elsewhere".to_owned(), "web".to_owned()],
            calls,
            ..System::default()
        };
        dataset
    }

    fn weights(calls: &mut Calls<'_>, now_secs: i64) -> Vec<f64> {
        calls.advance(now_secs);
        let mut weights = vec![0.0; 9];
        calls.add_to(&mut weights);
        weights
    }

    #[test]
    fn instances_of_the_callee_receive_equal_shares_and_half_goes_back() {
        let dataset = dataset(vec![call(60, 2, 0, 8), call(60, 2, 1, 5), call(119, 2, 0, 6), call(120, 2, 0, 99)]);
        let rows = Rows::new(3, &[0, 1, 2]);
        let mut calls = Calls::new(&dataset, &rows, 60);
        assert_eq!(calls.n_between_rows(), 113);
        assert_eq!(weights(&mut calls, 119), [0.0; 9], "the minute has not passed");
        // 14 calls, 7 for each instance: log1p(7) = 3 ln 2.
        let w = 8.0_f64.ln();
        assert_eq!(weights(&mut calls, 120), [0.0, w / 2.0, w / 2.0, w, 0.0, 0.0, w, 0.0, 0.0]);
        assert_eq!(weights(&mut calls, 179), [0.0, w / 2.0, w / 2.0, w, 0.0, 0.0, w, 0.0, 0.0]);
        assert!(weights(&mut calls, 180)[3] > w);
        assert_eq!(weights(&mut calls, 900), [0.0; 9]);
    }
}
