//! One sentence, then the numbers and what they rest on, then the figures.

use yew::prelude::*;

use super::detect::detected;
use super::further::further;
use super::live::live_results;
use super::metrics::metrics_table;
use super::protocol::protocol_card;
use super::significance::significance_card;
use super::stage;
use crate::charts::{ByRef, Curve, Source, default_models};
use crate::report::Report;
use crate::ui::charts::{Chart, ForecastChart, number};
use crate::ui::components::{Stage, badge};
use crate::ui::ctx::Ctx;
use crate::ui::headline::{headline, ranks};
use crate::ui::state::{Action, Phase, StageId, Task, kept_parts, planned_parts, sections_done};
use crate::ui::{format, strings};

/// Stage Results.
pub(crate) fn results_panel(ctx: &Ctx) -> Html {
    let body = match (&ctx.state.live, &ctx.state.report) {
        (Some(live), _) => live_results(ctx, live),
        (None, Some(report)) if report.detection.is_some() => detected(ctx, report),
        (None, Some(report)) => html! { <Finished ctx={ctx.clone()} report={ByRef(report.clone())} /> },
        (None, None) => html! { <p class="empty">{ empty(ctx) }</p> },
    };
    Stage { summary: summary(ctx).into(), body, ..stage(ctx, StageId::Results, strings::ALL_RESULTS) }.view()
}

fn empty(ctx: &Ctx) -> &'static str {
    match (&ctx.state.dataset, &ctx.state.phase) {
        (_, Phase::Preparing) => strings::FIRST_PART,
        (None, _) if ctx.state.task() == Task::Detect => strings::NO_DETECTION,
        (Some(_), _) => strings::EMPTY_RESULTS,
        (None, _) => strings::NO_RESULT,
    }
}

fn summary(ctx: &Ctx) -> String {
    if let Some((done, total)) = sections_done(&ctx.state) {
        return strings::parts_done(done, total);
    }
    let Some(report) = &ctx.state.report else { return strings::NO_RESULT_YET.to_owned() };
    let parts = kept_parts(report);
    let secs: f64 = report.timings.iter().map(|timing| timing.secs).sum();
    let time = (!report.timings.is_empty()).then(|| format::duration(secs));
    if let Some(found) = &report.detection {
        let detectors = found.cells.first().map_or(0, |cell| cell.detectors.len());
        return strings::detection_summary(detectors, parts, time.as_deref());
    }
    strings::results_summary(report.models.len(), parts, time.as_deref())
}

#[derive(Clone, PartialEq, Properties)]
struct FinishedProps {
    ctx: Ctx,
    report: ByRef<Report>,
}

#[component]
fn Finished(props: &FinishedProps) -> Html {
    let (ctx, report) = (&props.ctx, &props.report.0);
    let picked = use_state_eq(|| None::<Vec<String>>);
    let models = (*picked).clone().unwrap_or_else(|| default_models(report));
    let on_models = Callback::from(move |models: Vec<String>| picked.set(Some(models)));
    let (node, on_node) = (ctx.state.node, ctx.with(Action::NodeChosen));
    let forecast = ForecastChart { report, node, on_node, models, on_models };
    html! {
        <>
            { headline_block(report) }
            <div class={if ctx.state.all_metrics { "results wide-table" } else { "results" }}>
                <div class="numbers">
                    { metrics_table(ctx, &report.models.iter().collect::<Vec<_>>(), Some(report)) }
                    { protocol_card(report) }
                    { significance_card(&report.comparisons) }
                </div>
                <div class="figures">
                    { forecast.view() }
                    <div class="pair">
                        <Chart source={Source::Loss(curves(report), report.config.train.epochs, false)} />
                        <Chart source={Source::Errors(number(report))} />
                    </div>
                </div>
            </div>
            { further(report) }
        </>
    }
}

fn headline_block(report: &Report) -> Html {
    let Some(headline) = headline(report) else { return html! { <p class="empty">{ strings::NO_RMSE }</p> } };
    let test = format::percent(report.config.split.test_part());
    let done = kept_parts(report);
    html! {
        <div class="headline-block">
            <p class="headline">
                { &headline.first }
                if !headline.change.is_empty() {
                    <span class="change">{ format!(" ({})", headline.change) }</span>
                }
                if !headline.second.is_empty() {
                    <span class="second">{ "; " }{ &headline.second }</span>
                }
            </p>
            <p class="protocol-line">
                if report.dataset.synthetic {
                    { badge(strings::SYNTHETIC.into()) }
                }
                if !report.complete {
                    { badge(strings::parts_badge(done, planned_parts(&report.config)).into()) }
                }
                <span class="second-narrow">{ &headline.second }</span>
                <span class="protocol-text">{ strings::protocol_line(&test, report.config.seeds.len(), ranks(report)) }</span>
            </p>
        </div>
    }
}

fn curves(report: &Report) -> Vec<Curve> {
    let learned = report.models.iter().filter(|model| model.learned);
    learned
        .flat_map(|model| {
            model.seeds.iter().map(|seed| Curve {
                model: model.id.clone(),
                seed: seed.seed,
                points: seed.curve.clone(),
                best_epoch: seed.best_epoch,
                stop: Some(seed.stop),
            })
        })
        .collect()
}
