//! Errors at every scored step ahead.

use yew::prelude::*;

use crate::charts::verdict;
use crate::report::{Comparison, HorizonResult, Outcome, Report, Spread};
use crate::ui::components::{Card, Table};
use crate::ui::{format, strings};

/// The card; nothing where one step was scored.
pub(super) fn horizon_table(report: &Report) -> Html {
    let steps = steps(report);
    if steps.len() < 2 {
        return Html::default();
    }
    let rows: Vec<Vec<Html>> =
        rows(report, &steps).into_iter().map(|row| row.map(|cell| html! { cell }).to_vec()).collect();
    let table = Table::new(strings::HORIZONS, &strings::HORIZON_HEADS, rows);
    let body = Table { testid: Some("horizon-table".into()), ..table }.view();
    Card { title: strings::HORIZONS.into(), reading: reading(report, &steps).into(), body, ..Card::default() }.view()
}

/// Scored steps ahead, in the order of the report.
fn steps(report: &Report) -> Vec<usize> {
    let mut steps = Vec::new();
    for result in report.models.iter().flat_map(|model| &model.by_horizon) {
        if !steps.contains(&result.step) {
            steps.push(result.step);
        }
    }
    steps
}

/// Tests at a step: the headline's own, or those of a further step.
fn comparisons(report: &Report, step: usize) -> &[Comparison] {
    let further = report.horizons.iter().find(|horizon| horizon.step == step);
    match further {
        Some(horizon) => &horizon.comparisons,
        None if step == report.config.window.score_step => &report.comparisons,
        None => &[],
    }
}

fn against_linear(report: &Report, step: usize, model: &str) -> Option<Outcome> {
    verdict(comparisons(report, step), model, strings::LINEAR).map(|(outcome, _)| outcome)
}

fn rows(report: &Report, steps: &[usize]) -> Vec<[String; 6]> {
    let of_step = |step: &usize| {
        let step = *step;
        report.models.iter().filter_map(move |model| {
            let result = model.by_horizon.iter().find(|result| result.step == step)?;
            let verdict = match against_linear(report, step, &model.id) {
                _ if model.id == strings::LINEAR => strings::BASELINE,
                Some(outcome) => strings::outcome(outcome),
                None => strings::UNTESTED,
            };
            Some(row(&model.id, result, verdict))
        })
    };
    steps.iter().flat_map(of_step).collect()
}

fn row(model: &str, result: &HorizonResult, verdict: &str) -> [String; 6] {
    let said = |spread: Option<Spread>, decimals: usize| {
        spread.map_or_else(
            || strings::UNDEFINED.to_owned(),
            |spread| {
                let sd = spread.sd.map_or_else(String::new, |sd| format!(" ± {}", format::fixed(sd, decimals)));
                format::fixed(spread.mean, decimals) + &sd
            },
        )
    };
    let (rmse, mae, skill) = (said(result.rmse, 4), said(result.mae, 4), said(result.skill, 2));
    [result.step.to_string(), model.to_owned(), rmse, mae, skill, verdict.to_owned()]
}

/// Who is clearly better than the linear baseline.
fn reading(report: &Report, steps: &[usize]) -> String {
    if report.model(strings::LINEAR).is_none() {
        return strings::NO_LINEAR.to_owned();
    }
    let better = |step: &usize| {
        let better = |id: &&str| against_linear(report, *step, id) == Some(Outcome::Better);
        (*step, report.models.iter().map(|model| model.id.as_str()).filter(better).collect())
    };
    strings::horizons_reading(&steps.iter().map(better).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::HorizonComparisons;
    use crate::ui::state::fixture::{comparison, report};

    fn scored() -> Report {
        let mut report = report();
        for model in &mut report.models {
            let at = |step| HorizonResult { step, n: 100, rmse: model.rmse, mae: model.mae, skill: None };
            model.by_horizon = vec![at(1), at(6)];
        }
        let comparisons = vec![comparison("tsf", "ar", Outcome::Better), comparison("ar", "gru", Outcome::Worse)];
        report.horizons = vec![HorizonComparisons { step: 6, comparisons }];
        report
    }

    #[test]
    fn each_step_has_a_row_per_model_and_a_verdict() {
        let rows = rows(&scored(), &[1, 6]);
        assert_eq!(rows.len(), 8);
        assert_eq!(rows[0], ["1", "tsf", "0.0412 ± 0.0005", "0.0288 ± 0.0005", "undefined", "no clear difference"]);
        assert_eq!(rows[2][5], "baseline");
        assert_eq!(
            (rows[5][1].as_str(), rows[5][5].as_str()),
            ("gru", "clearly better"),
            "a test is read from either side"
        );
        assert_eq!(rows[7][5], "not tested");
    }

    #[test]
    fn the_reading_says_who_beats_the_linear_baseline() {
        let mut report = scored();
        assert_eq!(reading(&report, &[1, 6]), "Clearly better than ar at 1 step: none; at 6 steps: tsf and gru.");
        report.models.retain(|model| model.id != "ar");
        assert_eq!(reading(&report, &[1]), strings::NO_LINEAR);
    }
}
