//! Name, task, stages, theme.

use gloo::events::EventListener;
use yew::prelude::*;

use crate::ui::browser;
use crate::ui::components::{Button, Select, Weight};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Action, StageId, Task, Theme};
use crate::ui::strings;

/// The current stage is the last one that begins in this upper share of the window.
const CURRENT_SHARE: f64 = 0.45;

/// The bar at the top.
pub(crate) fn top_bar(ctx: &Ctx, current: StageId) -> Html {
    html! {
        <header class="top">
            <div class="top-in">
                <span class="brand">{ mark() }{ strings::NAME }</span>
                { task_select(ctx) }
                <nav class="stages" aria-label={strings::STAGES}>
                    { for StageId::ALL.map(|stage| anchor(ctx, stage, current)) }
                </nav>
                { theme_button(ctx) }
            </div>
        </header>
    }
}

fn task_select(ctx: &Ctx) -> Html {
    let now = ctx.state.task();
    Select {
        id: "task".into(),
        label: strings::TASK.into(),
        bare: true,
        choices: Task::ALL.map(|task| (task.id().into(), strings::task(task).into())).to_vec(),
        value: now.id().into(),
        // A run that waits for its data starts on the side that it belongs to.
        locked: ctx.state.queued.is_some(),
        testid: Some("task-select".into()),
        on_change: ctx.with(move |id: String| Action::TaskChosen(Task::with_id(&id).unwrap_or(now))),
        ..Select::default()
    }
    .view()
}

/// A magnet that sorts: the one mark of the product.
fn mark() -> Html {
    html! {
        <svg class="mark" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d="M3 2v6a5 5 0 0 0 10 0V2" />
            <path class="pole" d="M1.5 3.5h3M11.5 3.5h3" />
        </svg>
    }
}

fn anchor(ctx: &Ctx, stage: StageId, current: StageId) -> Html {
    let open = ctx.on(Action::StageOpened(stage));
    html! {
        <a href={format!("#{}", stage.anchor())} onclick={open} aria-current={(stage == current).then_some("true")}>
            { strings::stage(stage) }
        </a>
    }
}

fn theme_button(ctx: &Ctx) -> Html {
    let now = ctx.state.theme;
    let next = match now {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    };
    let name = Some(strings::theme_text(now, next).into());
    let plain = Button::new(format!("◐ {}", strings::theme(now)), ctx.on(Action::ThemeChosen(next)));
    Button { weight: Weight::Quiet, name, ..plain }.view()
}

/// The stage that the reader looks at; found again when the page is scrolled or shows something else.
#[hook]
pub(crate) fn use_current_stage(ctx: &Ctx) -> StageId {
    let current = use_state_eq(|| StageId::Results);
    let found = current.clone();
    use_effect_with(ctx.clone(), move |_| {
        found.set(stage_in_view());
        let listener =
            web_sys::window().map(|window| EventListener::new(&window, "scroll", move |_| found.set(stage_in_view())));
        move || drop(listener)
    });
    *current
}

fn stage_in_view() -> StageId {
    let limit = CURRENT_SHARE * browser::window_height();
    let begins = |stage: &StageId| browser::top_of(stage.anchor()).is_some_and(|top| top < limit);
    StageId::ALL.into_iter().rev().find(begins).unwrap_or(StageId::Data)
}
