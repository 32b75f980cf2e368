//! The only place where work starts and stops.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::setting::control_id;
use crate::protocol::Stage;
use crate::ui::components::{Button, Weight, progress};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Action, Blocker, Phase, StageId, Status, Tone, blocker, changes, status};
use crate::ui::{actions, browser, strings};

/// The bar at the bottom.
pub(crate) fn run_bar(ctx: &Ctx) -> Html {
    let now = status(&ctx.state);
    html! {
        <footer class="run" id="run-bar" aria-label={strings::RUN_BAR}>
            <div class="run-in">
                { run_button(ctx) }
                <div class="run-middle">
                    { sentence(ctx, &now) }
                    { progress(strings::PROGRESS, now.progress, "progress") }
                </div>
                { beside(ctx) }
                { stop_button(ctx) }
            </div>
        </footer>
    }
}

fn run_button(ctx: &Ctx) -> Html {
    let state = &ctx.state;
    let label = match &state.phase {
        _ if state.is_busy() => strings::RUNNING,
        Phase::Sample | Phase::Done { .. } if changes(state).is_empty() => strings::RUN_AGAIN,
        _ => strings::RUN,
    };
    let blocked = blocker(state).map(|reason| match reason {
        Blocker::Busy => AttrValue::from(strings::BUSY),
        Blocker::NoData => AttrValue::from(strings::NO_DATA),
        Blocker::NoSeries => AttrValue::from(strings::NO_SERIES),
        Blocker::FilesNeeded => AttrValue::from(strings::FILES_NEEDED),
        Blocker::Invalid { sentence, .. } => AttrValue::from(sentence),
    });
    let page = ctx.clone();
    let on_press = Callback::from(move |()| {
        // The button is off, and says why, whenever this would be refused.
        let _ = actions::run(&page);
    });
    let (id, testid) = (Some("run".into()), Some("run".into()));
    Button { id, testid, weight: Weight::Primary, blocked, ..Button::new(label, on_press) }.view()
}

fn stop_button(ctx: &Ctx) -> Html {
    let stopping = ctx.state.phase == Phase::Stopping;
    let label = if stopping { strings::STOPPING } else { strings::STOP };
    let page = ctx.clone();
    let on_press = Callback::from(move |()| actions::stop(&page));
    let blocked = stopping.then_some(AttrValue::Static(strings::STOPPING));
    let hidden = !ctx.state.is_busy();
    Button { blocked, hidden, testid: Some("stop".into()), ..Button::new(label, on_press) }.view()
}

/// An error says what is wrong at the place where it is wrong; here only if it has no other place.
fn sentence(ctx: &Ctx, now: &Status) -> Html {
    let elsewhere = matches!(ctx.state.phase, Phase::Failed { stage: Stage::Read, .. });
    let error = now.tone == Tone::Error;
    let text = if elsewhere { AttrValue::from(strings::NOT_READ) } else { AttrValue::from(now.text.clone()) };
    let target = match &now.field {
        Some(field) => Some((control_id(field), StageId::of_field(field))),
        None => elsewhere.then(|| ("file".to_owned(), StageId::Data)),
    };
    let words = html! {
        <>
            if error {
                <span aria-hidden="true">{ "✕ " }</span>
            }
            { match target {
                Some((id, stage)) => link(ctx, id, stage, &text),
                None => html! { &text },
            } }
        </>
    };
    let testid = (error && !elsewhere).then_some("error");
    html! {
        <>
            <p class={if error { "status bad" } else { "status" }} title={text.clone()} data-testid="status">
                <span data-testid={testid}>{ words }</span>
            </p>
            <p class="spoken" role={if error { "alert" } else { "status" }}>{ &now.spoken }</p>
        </>
    }
}

fn link(ctx: &Ctx, id: String, stage: StageId, text: &AttrValue) -> Html {
    let page = ctx.clone();
    let href = format!("#{id}");
    let onclick = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        page.send(Action::StageOpened(stage));
        let id = id.clone();
        // After the stage has opened.
        gloo::timers::callback::Timeout::new(0, move || browser::focus(&id)).forget();
    });
    html! { <a {href} {onclick}>{ text }</a> }
}

fn beside(ctx: &Ctx) -> Html {
    let state = &ctx.state;
    if state.is_busy() {
        return Html::default();
    }
    if !changes(state).is_empty() {
        return Button { weight: Weight::Quiet, ..Button::new(strings::UNDO, ctx.on(Action::UndoPressed)) }.view();
    }
    match &state.phase {
        Phase::Failed { message, stage } if *stage != Stage::Read => copy_button(ctx, message),
        Phase::Done { .. } => html! {
            <a class="button quiet" href="#results" onclick={ctx.on(Action::StageOpened(StageId::Results))}>
                { strings::SEE_RESULTS }
            </a>
        },
        _ => html! { <p class="privacy" title={strings::PRIVACY}>{ strings::PRIVACY_SHORT }</p> },
    }
}

fn copy_button(ctx: &Ctx, message: &str) -> Html {
    let (page, message) = (ctx.clone(), message.to_owned());
    let on_press = Callback::from(move |()| {
        let (page, text) = (page.clone(), format!("{} {}: {message}", strings::NAME, env!("CARGO_PKG_VERSION")));
        spawn_local(async move {
            if browser::copy(&text).await {
                page.send(Action::Said(strings::DETAILS_COPIED.to_owned()));
            }
        });
    });
    Button { weight: Weight::Quiet, ..Button::new(strings::COPY_DETAILS, on_press) }.view()
}
