//! Variants beside each other: the parts of the paper's model taken away, graphs that say less, folds, trials.

use std::rc::Rc;

use super::{groups, subject, sweep, words};
use crate::charts::error_by_model::{p_value, phrase};
use crate::charts::format::{capital, signed};
use crate::charts::lines::Value;
use crate::charts::picture::{Body, Picture};
use crate::charts::rows::{Row, Rows};
use crate::charts::text::{count, fixed, significant};
use crate::report::{CellResult, Comparison, ModelResult, Outcome, Report, Spread, StudyGroup};

/// Whether the cells of a group are variants and not values of a setting.
pub(super) fn is_one(group: &StudyGroup) -> bool {
    sweep::axis(&group.id).is_none() && group.cells.len() > 1
}

fn all(report: &Report) -> impl Iterator<Item = &StudyGroup> {
    groups(report).iter().filter(|group| is_one(group))
}

/// One group each: several only for a search, which has one per model.
pub(super) fn choices(report: &Report) -> Vec<String> {
    all(report).map(|group| group.id.clone()).collect()
}

/// The group of a choice.
pub(super) fn picture(report: &Report, choice: usize) -> Picture {
    let group = all(report).nth(choice).or_else(|| all(report).next());
    let (title, reading, caption, rows) = group.map(|group| described(report, group)).unwrap_or_default();
    Picture {
        testid: "ablation-chart".into(),
        title,
        reading,
        caption,
        empty: None,
        choices: Default::default(),
        body: Body::Rows(Rc::new(rows)),
    }
}

fn described(report: &Report, group: &StudyGroup) -> (String, String, String, Rows) {
    match group.id.as_str() {
        "rolling" => folds(report, group),
        _ if group.cells.iter().any(|cell| cell.validation.is_some()) && group.comparisons.is_empty() => {
            trials(report, group)
        }
        _ => differences(report, group),
    }
}

/// Each variant of the model against the full one.
fn differences(report: &Report, group: &StudyGroup) -> (String, String, String, Rows) {
    let title = match group.id.as_str() {
        "ablation" => "Ablations: MSE difference to the full model",
        "necessity" => "Does the graph help? MSE difference to the learned graph",
        _ => "Variants: MSE difference",
    };
    let rows = Rows {
        rows: group.cells.iter().map(|cell| difference(group, cell)).collect(),
        axis: "10⁻⁶".to_owned(),
        zero: Some("same"),
        head: ["Variant", "RMSE", "sd", "Seeds", "MSE difference, 10⁻⁶", "95 % interval, 10⁻⁶", "p (Holm)", "Verdict"]
            .map(str::to_owned)
            .to_vec(),
    };
    let seeds = group.cells.iter().filter_map(|cell| subject(&cell.models)).map(|model| model.seeds.len()).max();
    let caption = format!(
        "Test part, {} points; mean squared error per origin, variant minus full model, with its \
         moving-block bootstrap 95 % interval; verdicts Holm-adjusted over all rows. Filled: clear difference. Right: \
         RMSE ± sd over {} seeds.",
        count(usize::try_from(report.protocol.n_points).unwrap_or(usize::MAX)),
        seeds.unwrap_or(0)
    );
    (title.to_owned(), format!("{}.", capital(&words::verdicts(&group.comparisons))), caption, rows)
}

fn difference(group: &StudyGroup, cell: &CellResult) -> Row {
    let model = subject(&cell.models);
    let test = group.comparisons.iter().find(|test| test.a == cell.label);
    let is_reference = group.comparisons.iter().any(|test| test.b == cell.label);
    let verdict = match test {
        Some(test) => verdict(test),
        None if is_reference => "reference".to_owned(),
        None => "not tested".to_owned(),
    };
    let millionths = |value: f64| signed(value * 1e6, 1);
    let undefined = || "undefined".to_owned();
    let told = |text: Option<String>| if is_reference { String::new() } else { text.unwrap_or_else(undefined) };
    let interval = test.and_then(|test| test.interval);
    let tested = [
        told(test.map(|test| millionths(test.difference))),
        told(interval.map(|(low, high)| format!("[{}, {}]", millionths(low), millionths(high)))),
        told(test.and_then(|test| test.p_holm).map(p_value)),
        verdict.clone(),
    ];
    Row {
        name: cell.label.clone(),
        model: model.map(|model| model.id.clone()).unwrap_or_default(),
        value: test.map(|test| test.difference * 1e6),
        interval: interval.map(|(low, high)| (low * 1e6, high * 1e6)),
        filled: test.is_some_and(|test| matches!(test.outcome, Outcome::Better | Outcome::Worse)),
        verdict,
        text: text(rmse(model)),
        cells: numbers(model).into_iter().chain(tested).collect(),
    }
}

/// One of the four phrases, with the reason where it is undefined.
fn verdict(test: &Comparison) -> String {
    let phrase = phrase(Some(test.outcome));
    if test.reason.is_empty() { phrase.to_owned() } else { format!("{phrase}: {}", test.reason) }
}

fn rmse(model: Option<&ModelResult>) -> Option<Spread> {
    model.and_then(|model| model.rmse)
}

/// "0.0412 ± 0.0005"
fn text(spread: Option<Spread>) -> String {
    Value::of(spread).map_or_else(|| "undefined".to_owned(), |value| value.text(4))
}

/// RMSE, sd and seeds.
fn numbers(model: Option<&ModelResult>) -> [String; 3] {
    let spread = rmse(model);
    let error = |value: Option<f64>| value.map_or_else(|| "undefined".to_owned(), |value| fixed(value, 4));
    let sd = match spread {
        Some(Spread { sd: None, .. }) => {
            model.map_or("", |model| if model.learned { "one seed" } else { "closed form" }).to_owned()
        }
        spread => error(spread.and_then(|spread| spread.sd)),
    };
    [error(spread.map(|spread| spread.mean)), sd, model.map_or(0, |model| model.seeds.len()).to_string()]
}

/// Every model in every fold; folds have different test points, so they are not tested against each other.
fn folds(report: &Report, group: &StudyGroup) -> (String, String, String, Rows) {
    let row = |cell: &CellResult, model: &ModelResult| {
        let spread = rmse(Some(model));
        let sd = spread.and_then(|spread| Some((spread.mean, spread.sd?)));
        Row {
            name: format!("{}, {}", cell.label, model.id),
            model: model.id.clone(),
            value: spread.map(|spread| spread.mean),
            interval: sd.map(|(mean, sd)| (mean - sd, mean + sd)),
            filled: true,
            verdict: String::new(),
            text: text(spread),
            cells: numbers(Some(model)).into_iter().chain([cell.n_points.to_string()]).collect(),
        }
    };
    let all = group.cells.iter().flat_map(|cell| cell.models.iter().map(move |model| row(cell, model)));
    let rows = Rows {
        rows: all.collect(),
        axis: words::measured(report, "RMSE"),
        zero: None,
        head: ["Fold", "RMSE", "sd", "Seeds", "Points"].map(str::to_owned).to_vec(),
    };
    let best = |cell: &CellResult| {
        let scored = cell.models.iter().filter_map(|model| Some((model, model.rmse?)));
        let best = scored.min_by(|a, b| a.1.mean.total_cmp(&b.1.mean));
        best.map(|(model, spread)| format!("{}: {} ({})", cell.label, model.id, fixed(spread.mean, 4)))
    };
    let best: Vec<String> = group.cells.iter().filter_map(best).collect();
    let caption = "Training ends at 50, 60 and 70 % of time, the next 10 % are validation, the next 20 % are scored. \
                   Whisker: ± sd over seeds. Folds have different points and are not tested against each other.";
    let reading = format!("Smallest RMSE in {}.", best.join("; "));
    ("Rolling origin: RMSE by fold and model".to_owned(), reading, caption.to_owned(), rows)
}

/// Trials of a random search, judged on validation.
fn trials(_: &Report, group: &StudyGroup) -> (String, String, String, Rows) {
    let judged = || group.cells.iter().filter_map(|cell| Some((cell, cell.validation?)));
    let best = judged().min_by(|a, b| a.1.total_cmp(&b.1));
    let row = |cell: &CellResult| {
        let model = subject(&cell.models);
        let validation = cell.validation.map_or_else(|| "undefined".to_owned(), significant);
        let is_best = best.is_some_and(|(best, _)| best.label == cell.label);
        let verdict = if is_best { "chosen" } else { "" }.to_owned();
        let [rmse, ..] = numbers(model);
        Row {
            name: cell.label.clone(),
            model: group.id.clone(),
            value: cell.validation,
            interval: None,
            filled: is_best,
            text: validation.clone(),
            cells: vec![validation, rmse, verdict.clone()],
            verdict,
        }
    };
    let rows = Rows {
        rows: group.cells.iter().map(row).collect(),
        axis: "MSE".to_owned(),
        zero: None,
        head: ["Trial", "Validation MSE", "RMSE (test)", "Chosen"].map(str::to_owned).to_vec(),
    };
    let reading = best.map_or_else(String::new, |(cell, validation)| {
        let test = text(rmse(subject(&cell.models)));
        format!(
            "{} has the smallest validation error, {}; on the test part its RMSE is {test}.",
            capital(&cell.label),
            significant(validation)
        )
    });
    let caption = "Validation part, mean squared error in the scale of the model. The test part decides nothing here. \
                   Trial 1 is the config as it stands; filled: chosen.";
    (format!("Search of {}: validation error by trial", group.id), reading, caption.to_owned(), rows)
}
