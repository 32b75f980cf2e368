//! What connects the machines.

use std::rc::Rc;

use yew::prelude::*;

use super::over_time::OverTime;
use super::setting::fields;
use super::{open_word, row};
use crate::config::{ModelConfig, TsfConfig};
use crate::ui::charts::{self, GraphPicture, GraphView};
use crate::ui::components::{Card, Stage};
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::settings::Place;
use crate::ui::state::StageId;
use crate::ui::{format, strings};

/// Stage Graph.
#[component]
pub(crate) fn GraphPanel(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let row = row(ctx, StageId::Graph);
    let learned = use_memo((ctx.state.report.clone(), has_records(ctx)), |(report, records)| {
        charts::learned(report.as_ref().and_then(|report| report.graph.as_ref()), *records)
    });
    html! {
        <Stage id="graph" name={row.name} glyph={row.glyph} glyph_text={row.glyph_text} open={row.open}
            on_toggle={row.on_toggle} summary={summary(ctx)} action={open_word(row.open)}>
            <div class="decisions">{ fields(ctx, Place::Graph) }</div>
            <div class="evidence">
                <OverTime ctx={ctx.clone()} />
                { learned_graph(&learned) }
            </div>
        </Stage>
    }
}

/// Before anything was learned, a sentence and not an empty frame.
fn learned_graph(picture: &Rc<GraphPicture>) -> Html {
    if picture.nodes.is_empty() {
        return html! {
            <Card title={strings::LEARNED_GRAPH} reading={picture.empty} testid="graph-view"><></></Card>
        };
    }
    html! { <GraphView testid="graph-view" title={strings::LEARNED_GRAPH} picture={picture.clone()} /> }
}

fn tsf(ctx: &Ctx) -> Option<&TsfConfig> {
    ctx.state.config.models.iter().find_map(|model| match model {
        ModelConfig::Tsf(tsf) => Some(tsf),
        _ => None,
    })
}

/// Before there are data, nothing is said against them.
fn has_records(ctx: &Ctx) -> bool {
    ctx.state.dataset.as_ref().is_none_or(|dataset| dataset.n_relations > 0)
}

fn summary(ctx: &Ctx) -> String {
    let Some(tsf) = tsf(ctx) else { return strings::GRAPH_UNUSED.to_owned() };
    let records = has_records(ctx);
    let on = [
        (tsf.channels.records && records, strings::RECORDS),
        (tsf.channels.correlation, strings::CORRELATION),
        (tsf.channels.attention, strings::ATTENTION),
    ];
    let channels: Vec<&str> = on.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
    let renewed = format::duration(f64::from(ctx.state.config.graph.renew_secs));
    let sentence = strings::graph_summary(&channels, &renewed, &format::percent(1.0 - tsf.sparsity));
    if records { sentence } else { strings::without_records(&sentence) }
}
