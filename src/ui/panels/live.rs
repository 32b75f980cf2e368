//! A run at work: its parts, the numbers so far, the curves.

use std::rc::Rc;

use yew::prelude::*;

use super::metrics::MetricsTable;
use crate::protocol::PartPlan;
use crate::report::StopReason;
use crate::ui::charts::{Curve, LossChart};
use crate::ui::components::{Badge, Table};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Live, LiveCurve, Phase};
use crate::ui::strings;

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
    let planned = live.parts.iter().map(|part| part.epochs).max().unwrap_or(0);
    html! {
        <div class="results live">
            <div class="numbers">
                { parts_table(live, current(&props.ctx)) }
                if live.models.is_empty() {
                    <p class="empty">{ strings::FIRST_PART }</p>
                } else {
                    <p class="protocol-line">
                        <Badge label={strings::parts_badge(live.n_done(), live.parts.len())} />
                        <span>{ strings::PARTIAL }</span>
                    </p>
                    <MetricsTable ctx={props.ctx.clone()} models={live.models.clone()} />
                }
            </div>
            <div class="figures">
                <LossChart curves={curves(live)} planned_epochs={planned} running=true />
            </div>
        </div>
    }
}

fn curves(live: &Live) -> Vec<Curve> {
    let learned = live.parts.iter().zip(&live.curves).filter(|(part, _)| part.epochs > 0);
    let curve = |(_, curve): (_, &LiveCurve)| Curve {
        model: curve.model.clone(),
        seed: curve.seed,
        points: curve.points.clone(),
        best_epoch: curve.best_epoch,
        stop: ended(live, curve),
    };
    learned.map(curve).collect()
}

fn ended(live: &Live, curve: &LiveCurve) -> Option<StopReason> {
    let model = live.models.iter().find(|model| model.id == curve.model).filter(|_| curve.done)?;
    model.seeds.iter().find(|seed| seed.seed == curve.seed).map(|seed| seed.stop)
}

/// Index of the part that is being trained.
fn current(ctx: &Ctx) -> Option<usize> {
    match ctx.state.phase {
        Phase::Training { part, .. } => Some(part),
        _ => None,
    }
}

fn parts_table(live: &Live, current: Option<usize>) -> Html {
    let mut seeds: Vec<u32> = live.parts.iter().filter(|part| part.epochs > 0).map(|part| part.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let mut models: Vec<&str> = Vec::new();
    for part in &live.parts {
        if !models.contains(&part.model.as_str()) {
            models.push(&part.model);
        }
    }
    // Without a learned model there is one column all the same: that of the closed-form parts.
    let columns = seeds.len().max(1);
    let heads = std::iter::once(AttrValue::from(strings::PARTS)).chain((0..columns).map(|idx| match seeds.get(idx) {
        Some(seed) => AttrValue::from(strings::seed(*seed)),
        None => AttrValue::from(strings::CLOSED_FORM),
    }));
    let row = |id: &&str| {
        let cells = (0..columns).map(|idx| html! { part_cell(live, current, id, (idx, seeds.get(idx).copied())) });
        std::iter::once(html! { *id }).chain(cells).collect::<Vec<Html>>()
    };
    html! {
        <Table caption={strings::PARTS} head={heads.collect::<Vec<_>>()} rows={models.iter().map(row).collect::<Vec<_>>()} />
    }
}

/// A closed-form model has its one part in the first column.
fn part_cell(live: &Live, current: Option<usize>, id: &str, (column, seed): (usize, Option<u32>)) -> String {
    let here =
        |part: &PartPlan| part.model == id && if part.epochs == 0 { column == 0 } else { Some(part.seed) == seed };
    let Some(idx) = live.parts.iter().position(here) else { return String::new() };
    let (part, curve) = (&live.parts[idx], &live.curves[idx]);
    if curve.done {
        return strings::PART_DONE.to_owned();
    }
    if curve.points.is_empty() && current != Some(idx) {
        return strings::WAITING.to_owned();
    }
    format!("{}/{}", curve.points.len(), part.epochs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> Live {
        let part = |model: &str, seed, epochs| PartPlan { model: model.to_owned(), seed, epochs };
        let parts = vec![part("ar", 0, 0), part("tsf", 1, 50), part("tsf", 2, 50)];
        let curve = |part: &PartPlan| LiveCurve {
            model: part.model.clone(),
            seed: part.seed,
            points: Vec::new(),
            best_epoch: 0,
            done: part.model == "ar",
        };
        Live { curves: parts.iter().map(curve).collect(), parts, models: Vec::new() }
    }

    #[test]
    fn each_part_says_how_far_it_is() {
        let cell = |id, place| part_cell(&live(), Some(1), id, place);
        assert_eq!(cell("ar", (0, Some(1))), strings::PART_DONE);
        assert_eq!(cell("ar", (1, Some(2))), "");
        assert_eq!(cell("tsf", (0, Some(1))), "0/50");
        assert_eq!(cell("tsf", (1, Some(2))), strings::WAITING);
    }
}
