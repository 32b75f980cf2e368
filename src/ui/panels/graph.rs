//! What connects the machines.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::over_time::{OverTime, use_over_time};
use super::setting::fields;
use super::stage;
use crate::charts::{UNTRAINED, moment_name};
use crate::ui::charts::{Graph, GraphView, number};
use crate::ui::components::{Card, Stage};
use crate::ui::ctx::Ctx;
use crate::ui::settings::Place;
use crate::ui::state::StageId;
use crate::ui::{format, strings};

/// What the graphs of the stage remember.
pub(crate) struct Graphs {
    over_time: OverTime,
    /// The moment of the learned graph that is shown; `None` for the mean over the test part.
    moment: UseStateHandle<Option<usize>>,
}

/// Remembers it.
#[hook]
pub(crate) fn use_graphs(ctx: &Ctx) -> Graphs {
    let over_time = use_over_time(ctx);
    let moment = use_state_eq(|| None::<usize>);
    Graphs { over_time, moment }
}

/// Stage Graph.
pub(crate) fn graph_panel(ctx: &Ctx, graphs: &Graphs) -> Html {
    let body = html! {
        <>
            <div class="decisions">{ fields(ctx, Place::Graph) }</div>
            <div class="evidence">
                { graphs.over_time.view(ctx) }
                if ctx.state.config.detect.is_none() {
                    { learned_graph(ctx, &graphs.moment) }
                }
            </div>
        </>
    };
    Stage { summary: summary(ctx).into(), body, ..stage(ctx, StageId::Graph, strings::CHANGE) }.view()
}

/// Before anything was learned, a sentence and not an empty frame.
fn learned_graph(ctx: &Ctx, moment: &UseStateHandle<Option<usize>>) -> Html {
    let report = ctx.state.report.as_ref();
    match report.filter(|report| report.graph.as_ref().is_some_and(|graph| !graph.nodes.is_empty())) {
        Some(report) => {
            let graph = Graph::Learned(number(report), has_records(ctx), **moment);
            html! { <GraphView {graph} more={moments(ctx, moment)} /> }
        }
        None => {
            let (title, reading) = (strings::LEARNED_GRAPH.into(), UNTRAINED.into());
            Card { title, reading, testid: Some("graph-view".into()), ..Card::default() }.view()
        }
    }
}

/// The mean over the test part at the left end, then its moments in their order.
fn moments(ctx: &Ctx, moment: &UseStateHandle<Option<usize>>) -> Html {
    let report = ctx.state.report.as_deref();
    let Some((report, graph)) = report.and_then(|report| Some((report, report.graph.as_ref()?))) else {
        return Html::default();
    };
    if graph.moments.is_empty() {
        return Html::default();
    }
    let chosen = moment.filter(|moment| *moment < graph.moments.len());
    let name =
        chosen.map_or_else(|| strings::MEAN_GRAPH.to_owned(), |chosen| moment_name(report, &graph.moments[chosen]));
    let setter = moment.setter();
    let oninput = Callback::from(move |event: InputEvent| {
        // The range holds whole numbers only; 0 is the mean.
        let place: usize = event.target_unchecked_into::<HtmlInputElement>().value().parse().unwrap_or(0);
        setter.set(place.checked_sub(1));
    });
    let value = chosen.map_or(0, |chosen| chosen + 1).to_string();
    html! {
        <div class="slider">
            <label for="learned-moment">{ &name }</label>
            <input id="learned-moment" type="range" min="0" max={graph.moments.len().to_string()} step="1" {value} {oninput}
                aria-valuetext={name.clone()} data-testid="learned-moment" />
        </div>
    }
}

/// Before there are data, nothing is said against them.
fn has_records(ctx: &Ctx) -> bool {
    ctx.state.dataset.as_ref().is_none_or(|dataset| dataset.n_relations > 0)
}

fn summary(ctx: &Ctx) -> String {
    if let Some(detect) = &ctx.state.config.detect {
        let snapshot = &detect.snapshot;
        let slice = format::duration(f64::from(snapshot.delta_millis) / 1000.0);
        return strings::snapshot_summary(snapshot.window_secs, &slice, snapshot.sequence);
    }
    let Some(tsf) = ctx.state.config.tsf() else { return strings::GRAPH_UNUSED.to_owned() };
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
