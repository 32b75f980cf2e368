//! Phrases that several pictures share.

use crate::charts::text::listed;
use crate::config::Unit;
use crate::data::Metric;
use crate::report::{Comparison, ModelResult, Outcome, Report};

/// The metric that the report forecasts.
pub(in crate::charts) fn target(report: &Report) -> Option<&Metric> {
    let metrics = &report.dataset.metrics;
    let named = |id: &str| metrics.iter().find(|metric| metric.id == id);
    match report.config.window.target.as_deref() {
        Some(id) => named(id),
        None => named("cpu").or_else(|| metrics.first()),
    }
}

/// The measure with the unit of the errors; on the scale percent / 100 there is none.
pub(super) fn measured(report: &Report, measure: &str) -> String {
    let unit = target(report).map_or(Unit::Unknown, |metric| metric.unit);
    if unit.is_share() || unit.symbol().is_empty() {
        measure.to_owned()
    } else {
        format!("{measure}, {}", unit.symbol())
    }
}

/// The scale of the errors, as a phrase.
pub(super) fn scale(report: &Report) -> &'static str {
    let is_percent = target(report).is_some_and(|metric| metric.unit == Unit::Percent);
    if is_percent { "scale percent / 100" } else { "unit of the target" }
}

/// "mean over 3 seeds, band ± sd" by the largest number of finished seeds.
pub(super) fn over_seeds<'a>(models: impl Iterator<Item = &'a ModelResult>) -> String {
    match models.map(|model| model.seeds.len()).max().unwrap_or(0) {
        0 | 1 => "one seed, no spread".to_owned(),
        n => format!("mean over {n} seeds, band ± sd"),
    }
}

/// Labels with a verdict.
fn with(comparisons: &[Comparison], outcome: Outcome) -> Vec<&str> {
    comparisons.iter().filter(|test| test.outcome == outcome).map(|test| test.a.as_str()).collect()
}

/// Who differs clearly from the reference, and how many do not.
pub(super) fn verdicts(comparisons: &[Comparison]) -> String {
    let Some(reference) = comparisons.first().map(|test| test.b.as_str()) else {
        return "differences were not tested".to_owned();
    };
    let (better, worse) = (with(comparisons, Outcome::Better), with(comparisons, Outcome::Worse));
    let undefined = with(comparisons, Outcome::Undefined);
    let mut parts = Vec::new();
    if !better.is_empty() {
        parts.push(format!("clearly better than {reference}: {}", listed(&better)));
    }
    if !worse.is_empty() {
        parts.push(format!("clearly worse than {reference}: {}", listed(&worse)));
    }
    match with(comparisons, Outcome::NoDifference).as_slice() {
        [] => {}
        all if parts.is_empty() && all.len() == comparisons.len() => {
            return format!("no clear difference to {reference} in any of the {} others", all.len());
        }
        [one] => parts.push(format!("no clear difference: {one}")),
        all => parts.push(format!("no clear difference: the {} others", all.len())),
    }
    if !undefined.is_empty() {
        parts.push(format!("undefined: {}", listed(&undefined)));
    }
    parts.join("; ")
}
