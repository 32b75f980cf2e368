//! The page as a whole: one reducer, the effects around it, the panels in their order.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File};
use yew::prelude::*;

use super::charts::{self, chart_defs};
use super::ctx::{Ctx, Store};
use super::lab::Lab;
use super::panels::{
    banner, data_panel, graph_panel, intro, models_panel, results_panel, run_bar, share_panel, toast, top_bar,
    use_current_stage, use_graphs, use_shared, use_toast_end,
};
use super::state::{Action, Task, Theme};
use super::{actions, browser, link, strings};

/// The stored result, beside the page.
const SAMPLE_REPORT: &str = "data/sample-report.json";
/// The same of detection; the page is whole without it.
const DETECT_SAMPLE_REPORT: &str = "data/detect-sample.json";

/// The page.
#[component]
pub fn App() -> Html {
    let ctx = use_page();
    use_first_visit(&ctx);
    use_detect_sample(&ctx);
    use_theme(&ctx);
    let dragging = use_drop(&ctx);
    let current = use_current_stage(&ctx);
    let graphs = use_graphs(&ctx);
    let shared = use_shared(&ctx);
    use_toast_end(&ctx);
    let waiting = ctx.clone();
    use_effect_with(ctx.clone(), move |_| actions::advance(&waiting));
    html! {
        <>
            <a class="skip" href="#results">{ strings::SKIP_RESULTS }</a>
            <a class="skip" href="#run-bar">{ strings::SKIP_RUN }</a>
            { chart_defs() }
            { top_bar(&ctx, current) }
            <main>
                { intro(&ctx.state) }
                { banner(&ctx) }
                { data_panel(&ctx) }
                { graph_panel(&ctx, &graphs) }
                { models_panel(&ctx) }
                { results_panel(&ctx) }
                { share_panel(&ctx, shared.as_ref().as_ref()) }
            </main>
            { toast(&ctx.state) }
            { run_bar(&ctx) }
            if dragging {
                <div class="drop" aria-hidden="true"><p>{ strings::DROP_HERE }</p></div>
            }
        </>
    }
}

/// The reducer, the worker and the interface for scripts, bound together.
#[hook]
fn use_page() -> Ctx {
    let store = use_reducer(Store::default);
    let dispatcher = store.dispatcher();
    let dispatch = use_memo((), |()| Callback::from(move |action| dispatcher.dispatch(action)));
    let lab = use_memo((), |()| {
        let dispatch = (*dispatch).clone();
        Lab::start(Callback::from(move |event| dispatch.emit(Action::Lab(event))))
    });
    let files = use_mut_ref(Vec::<File>::new);
    let ctx = Ctx::new(store.state.clone(), (*lab).clone(), files, (*dispatch).clone());
    let newest = use_memo((), |()| Rc::new(RefCell::new(ctx.clone())));
    (**newest).replace(ctx.clone());
    use_effect_with((), move |()| {
        // Without the interface the page itself works all the same.
        let _ = crate::api::install(Rc::new(actions::Page::new((*newest).clone())));
    });
    ctx
}

/// An opened link, else the stored result.
#[hook]
fn use_first_visit(ctx: &Ctx) {
    let ctx = ctx.clone();
    use_effect_with((), move |()| {
        follow_link(&ctx);
        let page = ctx.clone();
        let listener =
            web_sys::window().map(|window| EventListener::new(&window, "hashchange", move |_| follow_link(&page)));
        spawn_local(charts::ready());
        spawn_local(async move { ctx.send(stored(SAMPLE_REPORT).await) });
        move || drop(listener)
    });
}

/// The stored result of detection, once that task is looked at.
#[hook]
fn use_detect_sample(ctx: &Ctx) {
    let (page, asked) = (ctx.clone(), use_mut_ref(|| false));
    use_effect_with(ctx.state.task(), move |task| {
        if *task == Task::Detect && !asked.replace(true) {
            spawn_local(async move { page.send(stored(DETECT_SAMPLE_REPORT).await) });
        }
    });
}

/// A stored result, if it is there.
async fn stored(address: &str) -> Action {
    let text = browser::fetch_text(address).await;
    // A result comes with its charts, so that nothing moves afterwards.
    charts::ready().await;
    let report = text.and_then(|text| actions::parse_report(address, &text).ok());
    report.map_or(Action::SampleMissing, |report| Action::SampleLoaded(Box::new(report)))
}

/// Anchors of stages are fragments, too; only a receipt is a link.
fn follow_link(ctx: &Ctx) {
    let fragment = browser::fragment();
    if fragment.starts_with("r=") {
        ctx.send(match link::decode(&fragment) {
            Ok(receipt) => Action::LinkOpened(Box::new(receipt)),
            Err(sentence) => Action::LinkRefused(sentence),
        });
    }
}

#[hook]
fn use_theme(ctx: &Ctx) {
    let page = ctx.clone();
    let ready = use_mut_ref(|| false);
    use_effect_with(ctx.state.theme, move |theme| {
        let first = !ready.replace(true);
        match browser::stored_theme() {
            stored if first && stored != Theme::System => page.send(Action::ThemeChosen(stored)),
            _ => browser::apply_theme(*theme),
        }
    });
}

/// The whole page accepts dropped files; true while some are over it.
#[hook]
fn use_drop(ctx: &Ctx) -> bool {
    let over = use_state_eq(|| false);
    let (shown, page) = (over.clone(), ctx.clone());
    use_effect_with(ctx.clone(), move |_| {
        let listeners = web_sys::window().map(|window| {
            let on = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
                EventListener::new_with_options(
                    &window,
                    name,
                    EventListenerOptions::enable_prevent_default(),
                    move |event| {
                        if let Some(event) = event.dyn_ref::<DragEvent>() {
                            act(event);
                        }
                    },
                )
            };
            let (enter, leave) = (shown.clone(), shown.clone());
            [
                on(
                    "dragover",
                    Box::new(move |event| {
                        event.prevent_default();
                        enter.set(true);
                    }),
                ),
                on(
                    "dragleave",
                    Box::new(move |event| {
                        // Leaving the window, not passing from one element to the next.
                        if event.related_target().is_none() {
                            leave.set(false);
                        }
                    }),
                ),
                on(
                    "drop",
                    Box::new(move |event| {
                        event.prevent_default();
                        shown.set(false);
                        actions::choose(&page, dropped(event));
                    }),
                ),
            ]
        });
        move || drop(listeners)
    });
    *over
}

fn dropped(event: &DragEvent) -> Vec<File> {
    let Some(list) = event.data_transfer().and_then(|transfer| transfer.files()) else { return Vec::new() };
    (0..list.length()).filter_map(|idx| list.get(idx)).collect()
}
