//! A run at work: its parts, the numbers so far, the curves.

use yew::prelude::*;

use super::detect::live_table;
use super::metrics::metrics_table;
use crate::charts::{Curve, Source};
use crate::ui::charts::Chart;
use crate::ui::components::{Card, Table, badge};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Found, Live, LiveRow};
use crate::ui::{format, strings};

/// With more parts a table of all of them is no help.
const MOST_PARTS: usize = 20;
/// Rows of what a study has found so far.
const MOST_FOUND: usize = 12;

/// What is known while a run goes on.
pub(super) fn live_results(ctx: &Ctx, live: &Live) -> Html {
    let cell = live.cell_in_view();
    let shown = || live.parts.iter().filter(move |part| part.cell == cell);
    let planned = shown().map(|part| part.epochs).max().unwrap_or(0);
    let label = shown().map(|part| part.label.clone()).find(|label| !label.is_empty());
    html! {
        <div class="results live">
            <div class="numbers">
                { parts(live) }
                if live.found.is_empty() && live.detected.is_empty() {
                    <p class="empty">{ strings::FIRST_PART }</p>
                } else {
                    <p class="protocol-line">
                        { badge(strings::parts_badge(live.n_done(), live.parts.len()).into()) }
                        <span>{ strings::PARTIAL }</span>
                    </p>
                    { found(ctx, live) }
                }
            </div>
            <div class="figures">
                if let Some(label) = label {
                    <p class="protocol-line">{ badge(label.into()) }</p>
                }
                <Chart source={Source::Loss(curves(live, cell), planned, true)} />
            </div>
        </div>
    }
}

/// Curves of one cell: those of another belong to other settings.
fn curves(live: &Live, cell: usize) -> Vec<Curve> {
    let learned = live.parts.iter().zip(&live.curves).filter(|(part, _)| part.cell == cell && part.epochs > 0);
    learned
        .map(|(part, curve)| Curve {
            model: part.model.clone(),
            seed: part.seed,
            points: curve.points.clone(),
            best_epoch: curve.best_epoch,
            stop: live.stop_of(part).filter(|_| curve.done),
        })
        .collect()
}

/// The numbers so far; of a study those that came last, because its cells are compared only when they are done.
fn found(ctx: &Ctx, live: &Live) -> Html {
    if !live.detected.is_empty() {
        return live_table(live);
    }
    if !live.is_study() {
        return metrics_table(ctx, &live.models_of(0).collect::<Vec<_>>(), None);
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
    let rows = live.found.iter().rev().take(MOST_FOUND).map(row).collect();
    Table { numbers_from: 2, ..Table::new(strings::FOUND, &strings::FOUND_HEADS, rows) }.view()
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
    let reading = strings::part_counts(live.n_done(), running.len(), waiting).into();
    let body = html! { <ul class="facts">{ for running.into_iter().map(line) }</ul> };
    Card { title: strings::PARTS.into(), reading, body, ..Card::default() }.view()
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
    let rows = live.rows().iter().map(row).collect();
    Table { head: heads.collect(), ..Table::new(strings::PARTS, &[], rows) }.view()
}

fn part_word(live: &Live, idx: usize) -> String {
    let (part, curve) = (&live.parts[idx], &live.curves[idx]);
    match curve.epoch {
        _ if curve.done => strings::PART_DONE.to_owned(),
        0 => strings::WAITING.to_owned(),
        _ => format!("{}/{}", curve.points.len(), part.epochs),
    }
}
