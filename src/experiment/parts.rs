//! The independent parts of a run: which are done, in progress elsewhere, or still to be done here.

use std::collections::VecDeque;

use super::part::PartResult;
use crate::protocol::PartPlan;

/// All parts of a run.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) plan: Vec<PartPlan>,
    /// Parts still to be done here.
    pub(super) queue: VecDeque<usize>,
    pub(super) results: Vec<Option<PartResult>>,
    /// Parts in progress elsewhere, each with the share that is done.
    pub(super) elsewhere: Vec<(usize, f64)>,
    pub(super) stopped: bool,
    /// Somebody else makes the report, and checks the protocol for leaks.
    pub(super) is_helper: bool,
    pub(super) clock: PartClock,
}

/// Seconds of the part in progress, and of what lies before the first.
#[derive(Debug, Default)]
pub(super) struct PartClock {
    secs: f64,
    forecast_secs: f64,
    /// The step that is being timed makes forecasts.
    pub(super) is_forecasting: bool,
    /// Origins or windows that the part has forecast so far.
    pub(super) n_forecast: usize,
}

impl Parts {
    pub(super) fn new(plan: Vec<PartPlan>) -> Self {
        Self {
            queue: (0..plan.len()).collect(),
            results: vec![None; plan.len()],
            plan,
            elsewhere: Vec::new(),
            stopped: false,
            is_helper: false,
            clock: PartClock::default(),
        }
    }

    /// Takes over a part that was done elsewhere, and does not do it here.
    pub(super) fn accept(&mut self, part: usize, result: PartResult) {
        self.queue.retain(|&queued| queued != part);
        if let Some(place) = self.results.get_mut(part) {
            *place = Some(result);
        }
    }

    /// Takes a part back that could not be done elsewhere.
    pub(super) fn take_on(&mut self, part: usize) {
        if part < self.plan.len() && self.results[part].is_none() && !self.queue.contains(&part) {
            self.queue.push_front(part);
        }
    }

    /// Does nothing but the given part.
    pub(super) fn only(&mut self, part: usize) {
        self.is_helper = true;
        self.queue.clear();
        self.take_on(part);
    }

    pub(super) fn is_complete(&self) -> bool {
        self.results.iter().all(Option::is_some)
    }

    /// Adds the seconds of a step; a part that it ended is given them.
    pub(super) fn add_secs(&mut self, ended: Option<usize>, secs: f64) {
        self.clock.secs += secs;
        if self.clock.is_forecasting {
            self.clock.forecast_secs += secs;
        }
        let Some(part) = ended else { return };
        let clock = std::mem::take(&mut self.clock);
        if let Some(result) = self.results[part].as_mut() {
            result.secs = clock.secs;
            let per_origin = 1000.0 * clock.forecast_secs / clock.n_forecast as f64;
            result.forecast_millis = (clock.n_forecast > 0).then_some(per_origin);
        }
    }

    /// Share of the work that is done, by the cost of each part; `present` is the part in progress here.
    pub(super) fn share_done(&self, costs: &[f64], present: Option<(usize, f64)>) -> f64 {
        let total: f64 = costs.iter().sum();
        if total <= 0.0 {
            return 0.0;
        }
        let done = costs.iter().zip(&self.results).filter(|(_, result)| result.is_some());
        let finished: f64 = done.map(|(cost, _)| cost).sum();
        let begun = self.elsewhere.iter().copied().chain(present);
        let begun: f64 = begun.map(|(part, share)| costs[part] * share.min(1.0)).sum();
        ((finished + begun) / total).min(1.0)
    }
}
