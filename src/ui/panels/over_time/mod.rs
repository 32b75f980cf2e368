//! The dependency graph on a time slider, before anything is trained.

mod marks;
mod play;

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::charts::{ByRef, GraphPicture, Source, stamp};
use crate::data::DatasetSummary;
use crate::explore::{Frame, Slider};
use crate::ui::charts::{Chart, Graph, GraphView};
use crate::ui::components::Button;
use crate::ui::ctx::Ctx;
use crate::ui::{actions, browser, strings};

/// The graph that the data give, at a moment that the reader chooses.
pub(super) struct OverTime {
    picture: Rc<GraphPicture>,
    along: Rc<marks::Marks>,
    slider: Option<Slider>,
    playing: UseStateHandle<bool>,
}

/// The graph of the moment, made once per moment, and whether one follows the other.
#[hook]
pub(super) fn use_over_time(ctx: &Ctx) -> OverTime {
    let frame = ctx.state.look.frame.clone().map(ByRef);
    let picture = use_memo(frame, |frame| picture(frame.as_ref().map(|frame| &*frame.0)));
    let dataset = loaded(ctx).map(|dataset| ByRef(Rc::clone(dataset)));
    let slider = dataset.as_ref().map(|dataset| Slider::new(&dataset.0, ctx.state.config.graph.renew_secs));
    let along = use_memo((dataset, slider), |(dataset, slider)| match (dataset, slider) {
        (Some(dataset), Some(slider)) => marks::Marks::of(&dataset.0, *slider),
        _ => marks::Marks::default(),
    });
    let playing = play::use_play(ctx, slider);
    OverTime { picture, along, slider, playing }
}

/// The data, where they are there and not only described.
fn loaded(ctx: &Ctx) -> Option<&Rc<DatasetSummary>> {
    ctx.state.dataset.as_ref().filter(|_| ctx.state.is_loaded())
}

impl OverTime {
    /// The graph, and the snapshot where the data have some.
    pub(super) fn view(&self, ctx: &Ctx) -> Html {
        let more = match (loaded(ctx), self.slider) {
            (Some(dataset), Some(slider)) => controls(ctx, dataset, slider, &self.playing, &self.along),
            _ => load(ctx),
        };
        let snapshot = ctx.state.look.frame.as_ref().filter(|frame| frame.has_snapshots);
        html! {
            <>
                <GraphView graph={Graph::Given(ByRef(self.picture.clone()))} {more} />
                if let Some(frame) = snapshot {
                    <Chart source={Source::Snapshot(ByRef(frame.clone()), None)} />
                    if frame.around_json.is_some() {
                        <Chart source={Source::Around(ByRef(frame.clone()))} />
                    }
                    <div class="choose">{ save_snapshots(ctx) }</div>
                }
            </>
        }
    }
}

/// All snapshots of the data with features, edges and labels, for other programs.
fn save_snapshots(ctx: &Ctx) -> Html {
    let page = ctx.clone();
    let on_press = Callback::from(move |()| actions::export(&page, None, strings::SNAPSHOTS_FILE));
    Button::new(strings::SAVE_SNAPSHOTS, on_press).view()
}

fn picture(frame: Option<&Frame>) -> GraphPicture {
    let graph = GraphPicture {
        testid: "graph-over-time".to_owned(),
        title: strings::GRAPH_OVER_TIME.to_owned(),
        empty: strings::NO_FRAME.to_owned(),
        ..GraphPicture::default()
    };
    let Some(frame) = frame else { return graph };
    GraphPicture {
        nodes: frame.nodes.clone(),
        weights: frame.weights.clone(),
        reading: strings::frame_reading(frame.n_came, frame.n_went),
        caption: strings::frame_caption(&frame.sources),
        empty: strings::NOTHING_CONNECTED.to_owned(),
        ..graph
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
    let (name, testid) = (Some(strings::of_graphs(label).into()), Some("play-graphs".into()));
    Button { name, blocked, testid, ..Button::new(label, on_press) }.view()
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
    Button::new(strings::SHOW_OVER_TIME, on_press).view()
}
