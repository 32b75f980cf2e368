//! One sentence, then the numbers and what they rest on, then the figures.

use std::rc::Rc;

use yew::prelude::*;

use super::further::further;
use super::live::LiveResults;
use super::metrics::MetricsTable;
use super::protocol::ProtocolCard;
use super::row;
use super::significance::SignificanceCard;
use crate::report::Report;
use crate::ui::charts::{Curve, ErrorByModel, ForecastChart, LossChart, default_models};
use crate::ui::components::{Badge, Stage};
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::headline::{headline, ranks};
use crate::ui::state::{Action, Phase, StageId, planned_parts, sections_done};
use crate::ui::{format, strings};

/// Stage Results.
#[component]
pub(crate) fn ResultsPanel(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let row = row(ctx, StageId::Results);
    let action = if row.open { strings::CLOSE } else { strings::ALL_RESULTS };
    html! {
        <Stage id="results" name={row.name} glyph={row.glyph} glyph_text={row.glyph_text} open={row.open}
            on_toggle={row.on_toggle} summary={summary(ctx)} {action}>
            { match (&ctx.state.live, &ctx.state.report) {
                (Some(live), _) => html! { <LiveResults ctx={ctx.clone()} live={live.clone()} /> },
                (None, Some(report)) => html! { <Finished ctx={ctx.clone()} report={report.clone()} /> },
                (None, None) => html! { <p class="empty">{ empty(ctx) }</p> },
            } }
        </Stage>
    }
}

fn empty(ctx: &Ctx) -> &'static str {
    match (&ctx.state.dataset, &ctx.state.phase) {
        (_, Phase::Preparing) => strings::FIRST_PART,
        (Some(_), _) => strings::EMPTY_RESULTS,
        (None, _) => strings::NO_RESULT,
    }
}

fn summary(ctx: &Ctx) -> String {
    if let Some((done, total)) = sections_done(&ctx.state) {
        return strings::parts_done(done, total);
    }
    let Some(report) = &ctx.state.report else { return strings::NO_RESULT_YET.to_owned() };
    let parts = n_parts(report);
    let secs: f64 = report.timings.iter().map(|timing| timing.secs).sum();
    let time = (!report.timings.is_empty()).then(|| format::duration(secs));
    strings::results_summary(report.models.len(), parts, time.as_deref())
}

/// Finished trainings and fits: of a plain run its models', of a study those of all cells.
fn n_parts(report: &Report) -> usize {
    let cells = report.study.iter().flat_map(|study| &study.groups).flat_map(|group| &group.cells);
    let of_cells: usize = cells.flat_map(|cell| &cell.models).map(|model| model.seeds.len()).sum();
    let of_models = report.models.iter().map(|model| model.seeds.len()).sum();
    if report.study.is_some() { of_cells } else { of_models }
}

#[derive(Clone, PartialEq, Properties)]
struct FinishedProps {
    ctx: Ctx,
    report: Rc<Report>,
}

#[component]
fn Finished(props: &FinishedProps) -> Html {
    let (ctx, report) = (&props.ctx, &props.report);
    let picked = use_state_eq(|| None::<Vec<String>>);
    let models = (*picked).clone().unwrap_or_else(|| default_models(report));
    let on_models = Callback::from(move |models: Vec<String>| picked.set(Some(models)));
    html! {
        <>
            { headline_block(report) }
            <div class={if ctx.state.all_metrics { "results wide-table" } else { "results" }}>
                <div class="numbers">
                    <MetricsTable ctx={ctx.clone()} models={report.models.clone()} report={Some(report.clone())} />
                    <ProtocolCard report={report.clone()} />
                    <SignificanceCard report={report.clone()} />
                </div>
                <div class="figures">
                    <ForecastChart report={report.clone()} node={ctx.state.node} on_node={ctx.with(Action::NodeChosen)}
                        {models} {on_models} />
                    <div class="pair">
                        <LossChart curves={curves(report)} planned_epochs={report.config.train.epochs} />
                        <ErrorByModel report={report.clone()} />
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
    let done = n_parts(report);
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
                    <Badge label={strings::SYNTHETIC} />
                }
                if !report.complete {
                    <Badge label={strings::parts_badge(done, planned_parts(&report.config))} />
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
