//! The dependency graph on a time slider, before anything is trained.

mod marks;
mod play;

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::data::DatasetSummary;
use crate::explore::{Frame, Slider};
use crate::ui::charts::{GraphPicture, GraphView, SnapshotChart, stamp};
use crate::ui::components::Button;
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::{actions, browser, strings};

/// The graph that the data give, at a moment that the reader chooses.
#[component]
pub(crate) fn OverTime(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let frame = &ctx.state.look.frame;
    let picture = use_memo(frame.clone(), |frame| picture(frame.as_deref()));
    let snapshot =
        use_memo(frame.clone(), |frame| frame.as_ref().and_then(|frame| frame.snapshot.clone()).map(Rc::new));
    let dataset = ctx.state.dataset.clone().filter(|_| ctx.state.is_loaded());
    let slider = dataset.as_ref().map(|dataset| Slider::new(dataset, ctx.state.config.graph.renew_secs));
    let along = use_memo((dataset.clone(), slider), |(dataset, slider)| match (dataset, slider) {
        (Some(dataset), Some(slider)) => marks::Marks::of(dataset, *slider),
        _ => marks::Marks::default(),
    });
    let playing = play::use_play(ctx, slider);
    let more = match (&dataset, slider) {
        (Some(dataset), Some(slider)) => controls(ctx, dataset, slider, &playing, &along),
        _ => load(ctx),
    };
    html! {
        <>
            <GraphView testid="graph-over-time" title={strings::GRAPH_OVER_TIME} {picture} {more} />
            if frame.as_ref().is_some_and(|frame| frame.has_snapshots) {
                <SnapshotChart snapshot={(*snapshot).clone()} />
                <div class="choose">{ save_snapshots(ctx) }</div>
            }
        </>
    }
}

/// All snapshots of the data with features, edges and labels, for other programs.
fn save_snapshots(ctx: &Ctx) -> Html {
    let lab = ctx.lab.clone();
    let on_press = Callback::from(move |()| lab.export(None, strings::SNAPSHOTS_FILE));
    html! { <Button label={strings::SAVE_SNAPSHOTS} {on_press} /> }
}

fn picture(frame: Option<&Frame>) -> GraphPicture {
    let Some(frame) = frame else { return GraphPicture { empty: strings::NO_FRAME, ..GraphPicture::default() } };
    GraphPicture {
        nodes: frame.nodes.clone(),
        weights: frame.weights.clone(),
        reading: strings::frame_reading(frame.n_came, frame.n_went),
        caption: strings::frame_caption(&frame.sources),
        empty: strings::NOTHING_CONNECTED,
    }
}

/// The slider with its button, what lies along it, and why it cannot show a moment.
fn controls(
    ctx: &Ctx,
    dataset: &DatasetSummary,
    slider: Slider,
    playing: &UseStateHandle<bool>,
    along: &marks::Marks,
) -> Html {
    let bin = ctx.state.look.bin.unwrap_or(0).min(slider.last());
    let moment = stamp(dataset.start_secs, slider.at_secs(bin));
    html! {
        <div class="slider">
            <div class="slider-head">
                { play_button(ctx, slider, playing) }
                <label for="moment">{ strings::moment(&moment) }</label>
            </div>
            <div class="slider-rail">
                { along.faults.clone() }
                { range(ctx, (bin, moment), slider, playing) }
                { along.times.clone() }
            </div>
            { along.words.clone() }
            if let Some(error) = &ctx.state.look.error {
                <p class="hint" role="alert">{ error }</p>
            }
        </div>
    }
}

/// Where nothing is to move by itself, a press shows the next graph and no more.
fn play_button(ctx: &Ctx, slider: Slider, playing: &UseStateHandle<bool>) -> Html {
    let by_hand = browser::wants_no_motion();
    let (page, is_playing) = (ctx.clone(), playing.clone());
    let on_press = Callback::from(move |()| {
        if *is_playing {
            return is_playing.set(false);
        }
        // At the end, and before a first look, it begins at the beginning.
        actions::look(&page, page.state.look.bin.and_then(|bin| slider.next(bin)).unwrap_or(0));
        is_playing.set(!by_hand);
    });
    let label = match (**playing, by_hand) {
        (true, _) => strings::PAUSE,
        (false, true) => strings::NEXT_GRAPH,
        (false, false) => strings::PLAY,
    };
    let blocked = ctx.state.is_busy().then(|| AttrValue::from(strings::BUSY));
    html! { <Button {label} name={strings::of_graphs(label)} {on_press} {blocked} testid="play-graphs" /> }
}

/// Arrow keys go from graph to graph; a pointer reaches every bin.
fn range(ctx: &Ctx, (bin, moment): (usize, String), slider: Slider, playing: &UseStateHandle<bool>) -> Html {
    let go = {
        let (page, playing) = (ctx.clone(), playing.clone());
        move |bin: usize| {
            playing.set(false);
            actions::look(&page, bin);
        }
    };
    let by_key = go.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => slider.next(bin),
            "ArrowLeft" | "ArrowDown" => slider.previous(bin),
            "Home" => Some(0),
            "End" => Some(slider.last()),
            _ => return,
        };
        event.prevent_default();
        to.into_iter().for_each(&by_key);
    });
    let oninput = Callback::from(move |event: InputEvent| {
        // The range holds whole numbers only.
        if let Ok(bin) = event.target_unchecked_into::<HtmlInputElement>().value().parse() {
            go(bin);
        }
    });
    html! {
        <input id="moment" type="range" min="0" max={slider.last().to_string()} step="1" value={bin.to_string()}
            aria-valuetext={moment} {oninput} {onkeydown} disabled={ctx.state.is_busy()} data-testid="time-slider" />
    }
}

/// The data of a stored result are known by their description only.
fn load(ctx: &Ctx) -> Html {
    let Some(scenario) = ctx.state.scenario().filter(|_| !ctx.state.is_busy()).map(str::to_owned) else {
        return Html::default();
    };
    let page = ctx.clone();
    let on_press = Callback::from(move |()| actions::open_sandbox(&page, &scenario));
    html! { <Button label={strings::SHOW_OVER_TIME} {on_press} /> }
}
