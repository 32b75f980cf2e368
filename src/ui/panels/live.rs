//! A run at work: its parts, the numbers so far, the curves.

use std::rc::Rc;

use yew::prelude::*;

use super::metrics::MetricsTable;
use crate::report::StopReason;
use crate::ui::charts::{Curve, LossChart};
use crate::ui::components::{Badge, Card, Table};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Found, Live, LiveRow};
use crate::ui::{format, strings};

/// With more parts a table of all of them is no help.
const MOST_PARTS: usize = 20;
/// Rows of what a study has found so far.
const MOST_FOUND: usize = 12;

/// Properties of [`LiveResults`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct LiveProps {
    /// The page.
    pub ctx: Ctx,
    /// What the run has found so far.
    pub live: Rc<Live>,
}

/// What is known while a run goes on.
#[component]
pub(crate) fn LiveResults(props: &LiveProps) -> Html {
    let live = &props.live;
    let cell = live.cell_in_view();
    let shown = || live.parts.iter().filter(move |part| part.cell == cell);
    let planned = shown().map(|part| part.epochs).max().unwrap_or(0);
    let label = shown().map(|part| part.label.clone()).find(|label| !label.is_empty());
    html! {
        <div class="results live">
            <div class="numbers">
                { parts(live) }
                if live.found.is_empty() {
                    <p class="empty">{ strings::FIRST_PART }</p>
                } else {
                    <p class="protocol-line">
                        <Badge label={strings::parts_badge(live.n_done(), live.parts.len())} />
                        <span>{ strings::PARTIAL }</span>
                    </p>
                    { found(&props.ctx, live) }
                }
            </div>
            <div class="figures">
                if let Some(label) = label {
                    <p class="protocol-line"><Badge {label} /></p>
                }
                <LossChart curves={curves(live, cell)} planned_epochs={planned} running=true />
            </div>
        </div>
    }
}

/// Curves of one cell: those of another belong to other settings.
fn curves(live: &Live, cell: usize) -> Vec<Curve> {
    let learned = live.parts.iter().zip(&live.curves).filter(|(part, _)| part.cell == cell && part.epochs > 0);
    let ended = |part| -> Option<StopReason> {
        let model = live.model_of(part)?;
        model.seeds.iter().find(|seed| seed.seed == part.seed).map(|seed| seed.stop)
    };
    learned
        .map(|(part, curve)| Curve {
            model: part.model.clone(),
            seed: part.seed,
            points: curve.points.clone(),
            best_epoch: curve.best_epoch,
            stop: ended(part).filter(|_| curve.done),
        })
        .collect()
}

/// The numbers so far; of a study those that came last, because its cells are compared only when they are done.
fn found(ctx: &Ctx, live: &Live) -> Html {
    if !live.is_study() {
        return html! { <MetricsTable ctx={ctx.clone()} models={live.models_of(0).cloned().collect::<Vec<_>>()} /> };
    }
    let row = |found: &Found| {
        let label = live.parts.iter().find(|part| part.cell == found.cell).map(|part| part.label.clone());
        let rmse = found.model.rmse.map_or_else(|| strings::UNDEFINED.to_owned(), |rmse| format::error(rmse.mean));
        vec![
            html! { label.unwrap_or_default() },
            html! { &found.model.id },
            html! { rmse },
            html! { found.model.seeds.len() },
        ]
    };
    html! {
        <Table caption={strings::FOUND} head={strings::FOUND_HEADS.map(AttrValue::from).to_vec()} numbers_from={2}
            rows={live.found.iter().rev().take(MOST_FOUND).map(row).collect::<Vec<_>>()} />
    }
}

fn parts(live: &Live) -> Html {
    if live.parts.len() > MOST_PARTS { progress_list(live) } else { parts_table(live) }
}

/// Counts of all parts, and those at work by name.
fn progress_list(live: &Live) -> Html {
    let running: Vec<usize> = live.running().collect();
    let waiting = live.parts.len().saturating_sub(live.n_done() + running.len());
    let line = |idx: usize| {
        let part = &live.parts[idx];
        let name = strings::in_cell(&part.label, &part.model);
        html! { <li>{ strings::part_at_work(&name, part.seed, &part_word(live, idx)) }</li> }
    };
    html! {
        <Card title={strings::PARTS} reading={strings::part_counts(live.n_done(), running.len(), waiting)}>
            <ul class="facts">{ for running.into_iter().map(line) }</ul>
        </Card>
    }
}

fn parts_table(live: &Live) -> Html {
    let seeds = live.seeds();
    let columns = seeds.iter().map(|seed| AttrValue::from(strings::seed(*seed)));
    let closed_form = seeds.is_empty().then_some(AttrValue::from(strings::CLOSED_FORM));
    let heads = std::iter::once(AttrValue::from(strings::PARTS)).chain(columns).chain(closed_form);
    let row = |row: &LiveRow| {
        let cells = row.parts.iter().map(|part| html! { part.map(|idx| part_word(live, idx)).unwrap_or_default() });
        std::iter::once(html! { strings::in_cell(&row.label, &row.model) }).chain(cells).collect::<Vec<Html>>()
    };
    html! {
        <Table caption={strings::PARTS} head={heads.collect::<Vec<_>>()} rows={live.rows().iter().map(row).collect::<Vec<_>>()} />
    }
}

fn part_word(live: &Live, idx: usize) -> String {
    let (part, curve) = (&live.parts[idx], &live.curves[idx]);
    match curve.epoch {
        _ if curve.done => strings::PART_DONE.to_owned(),
        0 => strings::WAITING.to_owned(),
        _ => format!("{}/{}", curve.points.len(), part.epochs),
    }
}
