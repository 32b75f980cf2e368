//! Call rates and response times of services (MODELS.md A.2).
//!
//! A service's rate is the sum over its instances of the calls it answers, `providerRPC_MCR + HTTP_MCR`; its response
//! time is the mean of their response times, weighted by these rates.

use std::collections::BTreeMap;

use super::super::Row;
use super::moments::{LATE, Moment, Moments};
use crate::data::Severity::{Info, Warning};
use crate::data::dataset::Unit;
use crate::data::error::DataError;
use crate::data::intake::{Intake, MetricId};
use crate::data::tally::{Rule, rule};

/// Rates are summed in these parts of a call per second: v2022 has normalised rates of 10⁻¹².
const RATE_UNITS: f64 = 1e12;
/// Response times are summed in nanoseconds.
const TIME_UNITS: f64 = 1e6;
/// Largest rate and response time. The product of both is 10³² units, and a million of them fit into 127 bits.
const MAX_VALUE: f64 = 1e7;
/// Rates and response times that wait for each other: at most 64 MB.
const MAX_PENDING: usize = 1_000_000;

const BAD_TRAFFIC: Rule = rule(
    "traffic_out_of_range",
    "impossible call rates and response times",
    Warning,
    "values",
    "below 0 or above 10 million: taken as missing",
);
const UNPAIRED: Rule = rule(
    "unpaired_times",
    "response times without a call rate",
    Info,
    "values",
    "used without weights, and only where no response time of the service has one",
);

/// How call rates are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rates {
    /// Calls per second.
    PerSecond,
    /// Shares of the largest rate of the trace, often very small: handed on in millionths.
    Normalised,
}

/// Sums of one moment of one node.
#[derive(Debug, Default, Clone, Copy)]
struct Totals {
    n_rates: u32,
    rate: i128,
    /// Rates that have a response time.
    weight: i128,
    weighted: i128,
    n_unpaired: u32,
    unpaired: i128,
}

/// One of the two values of a call type of an instance.
#[derive(Debug, Clone, Copy)]
enum Half {
    Rate(i128),
    Time(i128),
}

/// Call type of an instance at one moment: the hash of its names.
type Source = (Moment, u64);

/// Adds up call rates and response times.
#[derive(Debug)]
pub(super) struct Traffic {
    rates: Rates,
    moments: Moments<Totals>,
    pending: BTreeMap<Source, Half>,
    metrics: Option<[MetricId; 2]>,
}

impl Traffic {
    pub(super) fn new(rates: Rates) -> Self {
        Self { rates, moments: Moments::default(), pending: BTreeMap::new(), metrics: None }
    }

    /// Takes a call rate and a response time of the same call type of an instance; either may be missing.
    pub(super) fn pair(
        &mut self,
        row: &Row<'_>,
        moment: Moment,
        (rate, time): (Option<f64>, Option<f64>),
        intake: &mut Intake,
    ) -> Result<(), DataError> {
        let rate = valid(rate, RATE_UNITS, row, intake);
        let time = valid(time, TIME_UNITS, row, intake);
        let totals = self.totals(row, moment, intake);
        totals.add_rate(rate);
        match (rate, time) {
            (Some(rate), Some(time)) => totals.add_pair(rate, time),
            (None, Some(time)) => totals.add_unpaired(time, row, intake),
            _ => {}
        }
        self.overflow(intake)
    }

    /// Takes a call rate that comes on its own; its response time is in another row.
    pub(super) fn rate(
        &mut self,
        row: &Row<'_>,
        source: Source,
        rate: Option<f64>,
        intake: &mut Intake,
    ) -> Result<(), DataError> {
        let Some(rate) = valid(rate, RATE_UNITS, row, intake) else { return Ok(()) };
        self.totals(row, source.0, intake).add_rate(Some(rate));
        self.half(row, source, Half::Rate(rate), intake)
    }

    /// Takes a response time that comes on its own.
    pub(super) fn time(
        &mut self,
        row: &Row<'_>,
        source: Source,
        time: Option<f64>,
        intake: &mut Intake,
    ) -> Result<(), DataError> {
        let Some(time) = valid(time, TIME_UNITS, row, intake) else { return Ok(()) };
        self.totals(row, source.0, intake);
        self.half(row, source, Half::Time(time), intake)
    }

    /// Gives everything out.
    pub(super) fn end(&mut self, intake: &mut Intake) -> Result<(), DataError> {
        self.settle_until(Some(i64::MAX), intake);
        let all = self.moments.take();
        self.give(all, intake)
    }

    fn totals(&mut self, row: &Row<'_>, moment: Moment, intake: &mut Intake) -> &mut Totals {
        if self.moments.is_late(moment.0) {
            intake.note(&LATE, 1, || row.place());
        }
        self.moments.at(moment)
    }

    /// Joins a value with the other one of its source, or keeps it until that comes.
    fn half(&mut self, row: &Row<'_>, source: Source, half: Half, intake: &mut Intake) -> Result<(), DataError> {
        let totals = self.moments.at(source.0);
        match (self.pending.remove(&source), half) {
            (Some(Half::Rate(rate)), Half::Time(time)) | (Some(Half::Time(time)), Half::Rate(rate)) => {
                totals.add_pair(rate, time);
            }
            (None, half) => {
                self.pending.insert(source, half);
            }
            (Some(Half::Time(earlier)), Half::Time(_)) => {
                // Two response times of one source: the earlier one can find no rate of its own any more.
                totals.add_unpaired(earlier, row, intake);
                self.pending.insert(source, half);
            }
            (Some(Half::Rate(_)), Half::Rate(_)) => {
                self.pending.insert(source, half);
            }
        }
        self.overflow(intake)
    }

    /// Gives out the earliest time when there are too many moments, or too many values without their other one.
    fn overflow(&mut self, intake: &mut Intake) -> Result<(), DataError> {
        let earliest = || self.pending.first_key_value().map(|((moment, _), _)| moment.0);
        let until = if self.pending.len() > MAX_PENDING { earliest() } else { None };
        self.settle_until(until.max(self.moments.next_out()), intake);
        let given = self.moments.overflow();
        if given.is_empty() { Ok(()) } else { self.give(given, intake) }
    }

    /// Lets values of one time and before wait no longer for their other one; `None` is before all times.
    fn settle_until(&mut self, millis: Option<i64>, intake: &mut Intake) {
        while let Some(first) = self.pending.first_entry().filter(|first| Some(first.key().0.0) <= millis) {
            let ((moment, _), half) = first.remove_entry();
            settle(self.moments.at(moment), half, intake);
        }
    }

    fn give(&mut self, moments: Vec<(Moment, Totals)>, intake: &mut Intake) -> Result<(), DataError> {
        let [mcr, rt] = *self.metrics.get_or_insert_with(|| match self.rates {
            Rates::PerSecond => metrics(intake, "Calls answered", Unit::PerSecond),
            Rates::Normalised => metrics(intake, "Calls answered, millionths of the largest rate", Unit::Unknown),
        });
        let scale = if self.rates == Rates::Normalised { 1e6 } else { 1.0 };
        for ((millis, entity), totals) in moments {
            let at_secs = millis / 1000;
            if totals.n_rates > 0 {
                intake.sum(entity, mcr, at_secs, totals.rate as f64 / RATE_UNITS * scale)?;
            }
            if let Some(time) = totals.time() {
                intake.sum(entity, rt, at_secs, time)?;
            }
        }
        Ok(())
    }
}

impl Totals {
    fn add_rate(&mut self, rate: Option<i128>) {
        let Some(rate) = rate else { return };
        self.n_rates = self.n_rates.saturating_add(1);
        self.rate = self.rate.saturating_add(rate);
    }

    fn add_pair(&mut self, rate: i128, time: i128) {
        self.weight = self.weight.saturating_add(rate);
        self.weighted = self.weighted.saturating_add(rate * time);
    }

    fn add_unpaired(&mut self, time: i128, row: &Row<'_>, intake: &mut Intake) {
        intake.note(&UNPAIRED, 1, || row.place());
        self.count_unpaired(time);
    }

    fn count_unpaired(&mut self, time: i128) {
        self.n_unpaired = self.n_unpaired.saturating_add(1);
        self.unpaired = self.unpaired.saturating_add(time);
    }

    /// Mean response time in milliseconds; `None` where nothing was called.
    fn time(&self) -> Option<f64> {
        if self.weight > 0 {
            return Some(self.weighted as f64 / self.weight as f64 / TIME_UNITS);
        }
        (self.n_unpaired > 0).then(|| self.unpaired as f64 / f64::from(self.n_unpaired) / TIME_UNITS)
    }
}

/// A value that found no other one: a rate is in its moment already, a response time counts without weight.
fn settle(totals: &mut Totals, half: Half, intake: &mut Intake) {
    if let Half::Time(time) = half {
        intake.note(&UNPAIRED, 1, || "at the end of a file, or long before it".to_owned());
        totals.count_unpaired(time);
    }
}

fn metrics(intake: &mut Intake, label: &str, unit: Unit) -> [MetricId; 2] {
    [intake.metric("mcr", label, unit), intake.metric("rt", "Response time", Unit::Millis)]
}

/// A value in whole units; `None`, and counted, if it is impossible.
fn valid(value: Option<f64>, units: f64, row: &Row<'_>, intake: &mut Intake) -> Option<i128> {
    let value = value?;
    if !(0.0..=MAX_VALUE).contains(&value) {
        intake.note(&BAD_TRAFFIC, 1, || row.place());
        return None;
    }
    Some((value * units).round() as i128)
}
