//! The trained models under noise, gaps, lost edges and other nodes.

use std::rc::Rc;

use super::{by_model, words};
use crate::charts::format::capital;
use crate::charts::lines::{Lines, Place, Series, Value};
use crate::charts::order::sort_by;
use crate::charts::picture::{Body, Picture};
use crate::charts::text::{fixed, listed};
use crate::report::{ConditionResult, ModelResult, Report};

/// Models told in the reading.
const MOST_TOLD: usize = 3;

/// Kinds of condition: id, what is done, what a level is.
const KINDS: [(&str, &str, &str); 6] = [
    ("noise", "noise on the inputs", "sd"),
    ("missing", "inputs missing at random", "share"),
    ("missing-blocks", "inputs missing in blocks", "share"),
    ("edges", "edges dropped", "share"),
    ("nodes-removed", "nodes removed", "nodes"),
    ("nodes-added", "unseen nodes added", "nodes"),
];

/// Words of a kind; one that is not known is said by its id.
fn words_of(kind: &str) -> (&str, &'static str) {
    KINDS.iter().find(|(id, ..)| *id == kind).map_or((kind, "level"), |(_, words, unit)| (*words, *unit))
}

/// Kinds of the report, in their order.
fn kinds(report: &Report) -> Vec<&str> {
    let mut kinds: Vec<&str> = Vec::new();
    for condition in report.models.iter().flat_map(|model| &model.conditions) {
        if !kinds.contains(&condition.kind.as_str()) {
            kinds.push(&condition.kind);
        }
    }
    kinds
}

/// One per kind.
pub(super) fn choices(report: &Report) -> Vec<String> {
    kinds(report).into_iter().map(|kind| capital(words_of(kind).0)).collect()
}

/// The curves of one kind.
pub(super) fn picture(report: &Report, choice: usize) -> Picture {
    let kinds = kinds(report);
    let kind = kinds.get(choice).or(kinds.first()).copied().unwrap_or_default();
    let (words, unit) = words_of(kind);
    let levels = levels(report, kind);
    let at = |model: &ModelResult, level: f64| {
        let here = |condition: &&ConditionResult| condition.kind == kind && condition.level == level;
        Value::of(model.conditions.iter().find(here).and_then(|condition| condition.rmse))
    };
    let place = |level: &f64| Place { x: *level, name: format!("{unit} {level}"), note: String::new() };
    let lines = Lines {
        x_title: unit,
        y_title: words::measured(report, "RMSE"),
        places: levels.iter().map(place).collect(),
        series: by_model(&report.models, |model| levels.iter().map(|level| at(model, *level)).collect()),
        decimals: 4,
        ..Lines::default()
    };
    let level = match unit {
        "sd" => "Levels are standard deviations of the training part.",
        "share" => "Levels are shares.",
        _ => "Nodes that are removed or added are not scored.",
    };
    Picture {
        testid: "conditions-chart".to_owned(),
        title: format!("RMSE under {words}"),
        reading: reading(&lines),
        caption: format!(
            "Test part, trained models as they are, nothing trained again; {}; {}. {level} 0 is the plain test.",
            words::scale(report),
            words::over_seeds(report.models.iter())
        ),
        empty: None,
        choices: Default::default(),
        body: Body::Lines(Rc::new(lines)),
    }
}

fn levels(report: &Report, kind: &str) -> Vec<f64> {
    let all = report.models.iter().flat_map(|model| &model.conditions).filter(|condition| condition.kind == kind);
    let mut levels: Vec<f64> = all.map(|condition| condition.level).filter(|level| level.is_finite()).collect();
    sort_by(&mut levels, f64::total_cmp);
    levels.dedup();
    levels
}

/// By how much the error of the first models grows from the first to the last level.
fn reading(lines: &Lines) -> String {
    let (Some(first), Some(last)) = (lines.places.first(), lines.places.last()) else { return String::new() };
    let grown = |series: &Series| {
        let (from, to) = (series.values.first().copied()??, series.values.last().copied()??);
        let percent = (to.mean / from.mean - 1.0) * 100.0;
        let sign = if percent > 0.0 { "+" } else { "" };
        (from.mean > 0.0).then(|| format!("{} by {sign}{} %", series.name, fixed(percent, 0)))
    };
    let told: Vec<String> = lines.series.iter().filter_map(grown).take(MOST_TOLD).collect();
    if told.is_empty() {
        return String::new();
    }
    format!("From {} to {} the RMSE changes: {}.", first.name, last.name, listed(&told))
}
