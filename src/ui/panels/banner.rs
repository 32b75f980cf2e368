//! What stands between the top bar and the stages: the tagline, an opened link; and the notice of something done.

use gloo::timers::callback::Timeout;
use yew::prelude::*;

use super::data::add_files;
use crate::report::Receipt;
use crate::ui::actions;
use crate::ui::components::Button;
use crate::ui::ctx::Ctx;
use crate::ui::state::{Action, Link, State, wrong_copy};
use crate::ui::strings;

/// Milliseconds that a notice stays.
const TOAST_MILLIS: u32 = 5_000;

/// What this is. After the first own file or run it is for the ear only.
pub(crate) fn intro(state: &State) -> Html {
    let touched = state.touched;
    html! {
        <div class={if touched { "spoken" } else { "intro" }}>
            <h1>{ strings::TAGLINE }</h1>
            if !touched {
                <details class="how">
                    <summary>{ strings::HOW_IT_WORKS }</summary>
                    <p>{ strings::HOW_IT_WORKS_TEXT }{ " " }{ strings::PRIVACY }</p>
                </details>
            }
        </div>
    }
}

/// What an opened link needs, or what is wrong with it.
pub(crate) fn banner(ctx: &Ctx) -> Html {
    match &ctx.state.link {
        Link::Nothing => Html::default(),
        Link::Unreadable(why) => html! { <p class="banner bad" role="alert" data-testid="error">{ "! " }{ why }</p> },
        Link::Receipt(receipt) => link_banner(ctx, receipt),
    }
}

fn link_banner(ctx: &Ctx, receipt: &Receipt) -> Html {
    if let Some(sentence) = wrong_copy(&ctx.state) {
        return html! {
            <div class="banner bad" role="alert">
                <p data-testid="error">{ "! " }{ sentence }</p>
                { add_files() }
            </div>
        };
    }
    if let Some(scenario) = &receipt.scenario {
        return html! {
            <div class="banner">
                <p>{ strings::link_scenario(scenario) }</p>
                { verify_button(ctx, receipt) }
            </div>
        };
    }
    let ready = ctx.state.is_loaded();
    html! {
        <div class="banner">
            <div>
                <p>{ strings::link_files(receipt.files.len()) }</p>
                <ul>{ for receipt.files.iter().map(|file| html! {
                    <li>{ strings::link_file(&file.name, file.bytes, &file.sha256) }</li>
                }) }</ul>
            </div>
            if ready {
                { verify_button(ctx, receipt) }
            } else {
                { add_files() }
            }
        </div>
    }
}

fn verify_button(ctx: &Ctx, receipt: &Receipt) -> Html {
    let (page, receipt) = (ctx.clone(), std::rc::Rc::new(receipt.clone()));
    let on_press = Callback::from(move |()| {
        page.send(Action::StageOpened(crate::ui::state::StageId::Share));
        // What stands in the way is said by the button itself.
        let _ = actions::verify(&page, receipt.clone());
    });
    let blocked = ctx.state.is_busy().then_some(AttrValue::Static(strings::VERIFY_BUSY));
    Button { blocked, ..Button::new(strings::VERIFY, on_press) }.view()
}

/// The notice of something done, for a few seconds.
pub(crate) fn toast(state: &State) -> Html {
    let text = state.toast.as_ref();
    html! { <div class="toast-place" role="status">{ for text.map(|text| html! { <p class="toast">{ text }</p> }) }</div> }
}

/// Takes the notice away when its time is over.
#[hook]
pub(crate) fn use_toast_end(ctx: &Ctx) {
    let over: Callback<()> = ctx.on(Action::ToastOver);
    use_effect_with(ctx.state.toast.clone(), move |text| {
        let timer = text.is_some().then(|| Timeout::new(TOAST_MILLIS, move || over.emit(())));
        move || drop(timer)
    });
}
