//! The dependency graph on a time slider, before anything is trained.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::explore::Frame;
use crate::ui::charts::{ByRef, Chart, GraphPicture, GraphView, Source};
use crate::ui::components::Button;
use crate::ui::ctx::Ctx;
use crate::ui::{actions, format, strings};

/// The graph that the data give, at a moment that the reader chooses.
pub(super) fn view(ctx: &Ctx, picture: &Rc<GraphPicture>) -> Html {
    let more = controls(ctx);
    let snapshot = ctx.state.look.frame.as_ref().filter(|frame| frame.snapshot.is_some());
    html! {
        <>
            <GraphView testid="graph-over-time" title={strings::GRAPH_OVER_TIME} picture={picture.clone()} {more} />
            if let Some(frame) = snapshot {
                <Chart source={Source::Snapshot(ByRef(frame.clone()))} />
                <div class="choose">{ save_snapshots(ctx) }</div>
            }
        </>
    }
}

/// All snapshots of the data with features, edges and labels, for other programs.
fn save_snapshots(ctx: &Ctx) -> Html {
    let lab = ctx.lab.clone();
    let on_press = Callback::from(move |()| lab.export(None, strings::SNAPSHOTS_FILE));
    Button::new(strings::SAVE_SNAPSHOTS, on_press).view()
}

/// The graph of a moment and its words.
pub(super) fn picture(frame: Option<&Frame>) -> GraphPicture {
    let Some(frame) = frame else { return GraphPicture { empty: strings::NO_FRAME, ..GraphPicture::default() } };
    GraphPicture {
        nodes: frame.nodes.clone(),
        weights: frame.weights.clone(),
        reading: strings::frame_reading(frame.n_came, frame.n_went),
        caption: strings::frame_caption(&frame.sources),
        empty: strings::NOTHING_CONNECTED,
    }
}

fn controls(ctx: &Ctx) -> Html {
    let Some(dataset) = ctx.state.dataset.as_deref().filter(|_| ctx.state.is_loaded()) else { return load(ctx) };
    let bin = ctx.state.look.bin.unwrap_or(0);
    let secs = bin as u64 * u64::from(dataset.grid_secs);
    let page = ctx.clone();
    let oninput = Callback::from(move |event: InputEvent| {
        // The range holds whole numbers only.
        if let Ok(bin) = event.target_unchecked_into::<HtmlInputElement>().value().parse() {
            actions::look(&page, bin);
        }
    });
    let last = dataset.n_bins.saturating_sub(1).to_string();
    html! {
        <div class="slider">
            <label for="moment">{ strings::moment(&format::span(secs)) }</label>
            <input id="moment" type="range" min="0" max={last} step="1" value={bin.to_string()} {oninput}
                disabled={ctx.state.is_busy()} data-testid="time-slider" />
            if let Some(error) = &ctx.state.look.error {
                <p class="hint" role="alert">{ error }</p>
            }
        </div>
    }
}

/// The data of a stored result are known by their description only.
fn load(ctx: &Ctx) -> Html {
    let Some(scenario) = ctx.state.scenario().filter(|_| !ctx.state.is_busy()).map(str::to_owned) else {
        return Html::default();
    };
    let page = ctx.clone();
    let on_press = Callback::from(move |()| actions::open_sandbox(&page, &scenario));
    Button::new(strings::SHOW_OVER_TIME, on_press).view()
}
