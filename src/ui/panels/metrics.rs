//! The metrics table: every model on the same points, with its doubt.

use std::cmp::Ordering;

use yew::prelude::*;

use crate::report::{ModelResult, Report, Spread, Timing};
use crate::ui::components::{Button, Weight, fold};
use crate::ui::ctx::Ctx;
use crate::ui::headline::{best_group, ranks};
use crate::ui::order::sort_by;
use crate::ui::state::{Action, Column, Sort};
use crate::ui::{format, strings};

const FEW: [Column; 5] = [Column::Model, Column::Rmse, Column::Mae, Column::Skill, Column::Time];
const ALL: [Column; 10] = [
    Column::Model,
    Column::Rmse,
    Column::Mae,
    Column::Mse,
    Column::Mape,
    Column::Wape,
    Column::Mase,
    Column::Skill,
    Column::Params,
    Column::Time,
];

/// The table of some models and its key; the report, once there is one, gives times and the best group.
pub(super) fn metrics_table(ctx: &Ctx, models: &[&ModelResult], report: Option<&Report>) -> Html {
    let all = ctx.state.all_metrics;
    // Times come with the report.
    let known = |column: &&Column| report.is_some() || **column != Column::Time;
    let columns: Vec<&Column> = if all { ALL.iter() } else { FEW.iter() }.filter(known).collect();
    let best = report.map(best_group).unwrap_or_default();
    let sort = ctx.state.sort;
    let rows = sorted(models, report, sort);
    let with_speed = all && models.iter().any(|model| forecast_millis(report, model).is_some());
    let word = if all { strings::FEWER_METRICS } else { strings::ALL_METRICS };
    let more = Button { weight: Weight::Quiet, ..Button::new(word, ctx.on(Action::AllMetricsToggled)) };
    html! {
        <div class="metrics">
            <div class="table-box" tabindex="0" role="region" aria-label={strings::METRICS_CAPTION}>
                <table class="table metrics-table" data-testid="metrics-table">
                    <caption class="spoken">{ strings::METRICS_CAPTION }</caption>
                    <thead><tr>
                        { for columns.iter().map(|column| head(ctx, **column, sort)) }
                        if with_speed {
                            <th scope="col" class="num" title={strings::FORECAST_MILLIS_TEXT}>{ strings::FORECAST_MILLIS }</th>
                        }
                    </tr></thead>
                    <tbody>{ for rows.iter().map(|model| {
                        let cells = columns.iter().map(|column| cell(report, model, **column, best.contains(&model.id)));
                        html! {
                            <tr class={best.contains(&model.id).then_some("best")} data-model={model.id.clone()}>
                                { for cells }
                                if with_speed {
                                    <td class="num">{ speed(report, model) }</td>
                                }
                            </tr>
                        }
                    }) }</tbody>
                </table>
            </div>
            <div class="table-foot">
                <span class="key">{ key(report, &best) }</span>
                { more.view() }
            </div>
        </div>
    }
}

/// The conformal interval of every model that has one.
pub(super) fn intervals(models: &[ModelResult]) -> Html {
    let lines: Vec<String> = models.iter().filter_map(interval).collect();
    if lines.is_empty() {
        return Html::default();
    }
    let list = html! {
        <ul class="facts" data-testid="intervals">{ for lines.into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
    };
    fold(strings::INTERVALS.into(), false, list)
}

fn interval(model: &ModelResult) -> Option<String> {
    let interval = model.interval.as_ref()?;
    let half = interval.half_width;
    let sd = half.sd.map_or_else(String::new, |sd| format!(" (sd {})", format::error(sd)));
    Some(strings::interval(
        &model.id,
        &format::percent(interval.level),
        &(format::error(half.mean) + &sd),
        &format::percent(interval.coverage.mean),
        interval.n_validation,
    ))
}

fn key(report: Option<&Report>, best: &[String]) -> Html {
    match report {
        Some(report) if !ranks(report) => html! { strings::ONE_SEED },
        Some(_) if !best.is_empty() => html! {
            <>{ strings::BEST_GROUP_KEY }<span class="key-text">{ strings::BEST_GROUP_TEXT }</span></>
        },
        _ => Html::default(),
    }
}

fn class(column: Column) -> &'static str {
    match column {
        Column::Model => "model",
        Column::Rmse => "num lead",
        Column::Mae => "num second",
        _ => "num",
    }
}

fn head(ctx: &Ctx, column: Column, sort: Sort) -> Html {
    let order = match (sort.column == column, sort.descending) {
        (false, _) => None,
        (true, false) => Some("ascending"),
        (true, true) => Some("descending"),
    };
    let arrow = match order {
        Some("ascending") => " ↑",
        Some(_) => " ↓",
        None => "",
    };
    html! {
        <th scope="col" class={class(column)} aria-sort={order}>
            <button type="button" class="sort" title={strings::column_text(column)} onclick={ctx.on(Action::Sorted(column))}>
                { strings::column(column) }<span class="arrow" aria-hidden="true">{ arrow }</span>
            </button>
        </th>
    }
}

fn cell(report: Option<&Report>, model: &ModelResult, column: Column, best: bool) -> Html {
    let content = match column {
        Column::Model => return html! { <th scope="row" class="model">{ &model.id }</th> },
        Column::Rmse => lead(model, best),
        Column::Mae => plain(model.mae, strings::NO_RMSE, format::error),
        // Squares of four-decimal errors need two more decimals to tell models apart.
        Column::Mse => plain(model.mse, strings::NO_RMSE, |value| format::fixed(value, 6)),
        Column::Mape => mape(model),
        Column::Wape => plain(model.wape, strings::NO_WAPE, |value| format::fixed(value, 1)),
        Column::Mase => plain(model.mase, strings::NO_MASE, |value| format::fixed(value, 2)),
        Column::Skill => plain(model.skill, strings::NO_SKILL, |value| format::fixed(value, 2)),
        Column::Params => html! { format::whole(model.n_params as u64) },
        Column::Time => html! { secs(report, model).map_or_else(String::new, format::duration) },
    };
    html! { <td class={class(column)}>{ content }</td> }
}

fn lead(model: &ModelResult, best: bool) -> Html {
    let Some(rmse) = model.rmse else { return undefined(strings::NO_RMSE) };
    html! {
        <>
            <span class="best-mark" aria-hidden="true">{ if best { "▌" } else { "" } }</span>
            <span class="value">{ format::error(rmse.mean) }</span>
            <span class="sd">{ rmse.sd.map_or_else(String::new, |sd| format!(" ± {}", format::error(sd))) }</span>
        </>
    }
}

fn plain(value: Option<Spread>, reason: &'static str, show: impl Fn(f64) -> String) -> Html {
    value.map_or_else(|| undefined(reason), |spread| html! { show(spread.mean) })
}

fn mape(model: &ModelResult) -> Html {
    let Some(mape) = model.mape else { return undefined(strings::NO_MAPE) };
    // The same points for all seeds, so the first speaks for all.
    let dropped = model.seeds.first().map_or(0.0, |seed| seed.metrics.mape_dropped);
    html! { strings::mape(&format::fixed(mape.mean, 1), &format::percent(dropped)) }
}

/// What does not exist, with its reason.
pub(super) fn undefined(reason: &'static str) -> Html {
    html! { <span class="undefined" tabindex="0" title={reason} aria-label={reason}>{ strings::UNDEFINED }</span> }
}

/// Times of a model of the table: in a study its models are those of the first cell.
fn timings<'a>(report: Option<&'a Report>, model: &'a ModelResult) -> impl Iterator<Item = &'a Timing> {
    let all = report.map_or(&[][..], |report| report.timings.as_slice());
    all.iter().filter(|timing| timing.model == model.id && timing.cell == 0)
}

fn secs(report: Option<&Report>, model: &ModelResult) -> Option<f64> {
    let all: Vec<f64> = timings(report, model).map(|timing| timing.secs).collect();
    (!all.is_empty()).then(|| all.iter().sum())
}

/// Mean over seeds.
fn forecast_millis(report: Option<&Report>, model: &ModelResult) -> Option<f64> {
    let all: Vec<f64> = timings(report, model).filter_map(|timing| timing.forecast_millis).collect();
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}

fn speed(report: Option<&Report>, model: &ModelResult) -> String {
    let none = || if model.learned { strings::UNDEFINED } else { strings::CLOSED_FORM }.to_owned();
    forecast_millis(report, model).map_or_else(none, |millis| format::fixed(millis, if millis < 10.0 { 2 } else { 0 }))
}

/// Stable; what is undefined comes last in both directions.
fn sorted<'a>(models: &[&'a ModelResult], report: Option<&Report>, sort: Sort) -> Vec<&'a ModelResult> {
    let mut rows: Vec<&ModelResult> = models.to_vec();
    if sort.column == Column::Model {
        sort_by(&mut rows, |a, b| turned(a.id.cmp(&b.id), sort));
        return rows;
    }
    sort_by(&mut rows, |a, b| match (value(a, report, sort.column), value(b, report, sort.column)) {
        (Some(a), Some(b)) => turned(a.total_cmp(&b), sort),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    });
    rows
}

fn turned(order: Ordering, sort: Sort) -> Ordering {
    if sort.descending { order.reverse() } else { order }
}

fn value(model: &ModelResult, report: Option<&Report>, column: Column) -> Option<f64> {
    let spread = match column {
        Column::Model => return None,
        Column::Params => return Some(model.n_params as f64),
        Column::Time => return secs(report, model),
        Column::Rmse => model.rmse,
        Column::Mae => model.mae,
        Column::Mse => model.mse,
        Column::Mape => model.mape,
        Column::Wape => model.wape,
        Column::Mase => model.mase,
        Column::Skill => model.skill,
    };
    spread.map(|spread| spread.mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::report;

    fn order(column: Column, descending: bool) -> Vec<String> {
        let mut report = report();
        report.models[0].skill = None;
        report.models[1].skill = Some(Spread { mean: -0.1, sd: None });
        let models: Vec<&ModelResult> = report.models.iter().collect();
        sorted(&models, Some(&report), Sort { column, descending }).iter().map(|model| model.id.clone()).collect()
    }

    #[test]
    fn rows_are_sorted_and_undefined_comes_last() {
        assert_eq!(order(Column::Rmse, false), ["tsf", "ar", "gru", "persistence"]);
        assert_eq!(order(Column::Skill, false), ["gru", "ar", "persistence", "tsf"]);
        assert_eq!(order(Column::Skill, true), ["ar", "persistence", "gru", "tsf"]);
        assert_eq!(order(Column::Model, false), ["ar", "gru", "persistence", "tsf"]);
    }

    #[test]
    fn the_time_of_a_model_is_that_of_all_its_seeds() {
        let mut report = report();
        let again = crate::report::Timing { seed: 2, secs: 3.0, ..report.timings[0].clone() };
        report.timings.push(again);
        assert_eq!(secs(Some(&report), &report.models[0]), Some(65.0));
        assert_eq!(secs(Some(&report), &report.models[1]), None);
        let other_cell = crate::report::Timing { cell: 1, ..report.timings[0].clone() };
        report.timings.push(other_cell);
        assert_eq!(secs(Some(&report), &report.models[0]), Some(65.0), "only the first cell of a study");
    }

    #[test]
    fn the_time_of_a_forecast_is_a_mean_over_seeds() {
        let mut report = report();
        assert_eq!(speed(Some(&report), &report.models[0]), strings::UNDEFINED);
        report.timings[0].forecast_millis = Some(2.0);
        let again = crate::report::Timing { seed: 2, forecast_millis: Some(3.0), ..report.timings[0].clone() };
        report.timings.push(again);
        assert_eq!(speed(Some(&report), &report.models[0]), "2.50");
        assert_eq!(speed(Some(&report), report.model("ar").expect("a baseline")), strings::CLOSED_FORM);
    }

    #[test]
    fn an_interval_says_level_width_and_coverage() {
        let mut model = report().models[0].clone();
        assert_eq!(interval(&model), None);
        let spread = |mean| Spread { mean, sd: Some(0.001) };
        model.interval = Some(crate::report::IntervalResult {
            level: 0.9,
            half_width: spread(0.0612),
            coverage: spread(0.893),
            n_validation: 13_800,
        });
        assert_eq!(
            interval(&model).as_deref(),
            Some(
                "tsf: 90 % interval ± 0.0612 (sd 0.0010), held 89.3 % of the test points; from 13,800 validation errors"
            )
        );
    }
}
