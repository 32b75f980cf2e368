//! The files, and what may stand in their place.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::sandbox::{file_names, scenarios};
use crate::ui::components::{Button, Select, fold};
use crate::ui::ctx::Ctx;
use crate::ui::state::Task;
use crate::ui::{actions, format, strings};

pub(super) fn files(ctx: &Ctx) -> Html {
    let dataset = ctx.state.dataset.as_deref();
    let page = ctx.clone();
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let chosen = files_of(&input);
        // So that the same file can be chosen again.
        input.set_value("");
        actions::choose(&page, chosen);
    });
    html! {
        <div class="files" role="group" aria-label={strings::FILES}>
            <ul>{ for dataset.into_iter().flat_map(|dataset| &dataset.files).map(|file| html! {
                <li><span class="name">{ &file.name }</span><span class="size">{ format::bytes(file.bytes) }</span></li>
            }) }</ul>
            <div class="choose">
                <label class="button" for="file">{ strings::ADD_FILES }</label>
                <input id="file" class="file" type="file" multiple=true aria-label={strings::FILE_INPUT}
                    data-testid="file-input" {onchange} />
            </div>
            <p class="hint">{ strings::FORMATS }</p>
            if let Some(dataset) = dataset {
                <p class="fact"><span class="key">{ strings::FORMAT }</span>{ &dataset.format }</p>
            }
            { model(ctx) }
            { gallery(ctx) }
        </div>
    }
}

/// A saved model that was opened: what it is, and its score on the present data.
fn model(ctx: &Ctx) -> Html {
    let shown = ctx.state.model.as_deref().filter(|_| ctx.state.task() == Task::Forecast);
    let Some(model) = shown else { return Html::default() };
    let page = ctx.clone();
    let score = Callback::from(move |()| {
        // The button is off, and says why, whenever this would be refused.
        let _ = actions::score(&page, None);
    });
    let blocked = actions::not_scored(&ctx.state).map(AttrValue::Static);
    let settings = html! { <pre class="mono">{ &model.settings }</pre> };
    html! {
        <div class="model" data-testid="model">
            <p><span class="name">{ &model.name }</span>{ ": " }{ &model.words }</p>
            { fold(strings::MODEL_SETTINGS.into(), false, settings) }
            <p class="hint">{ blocked.clone().unwrap_or(AttrValue::Static(strings::SCORE_TEXT)) }</p>
            { Button { blocked, testid: Some("score".into()), ..Button::new(strings::SCORE_MODEL, score) }.view() }
        </div>
    }
}

/// Simulated data, by scenario.
fn gallery(ctx: &Ctx) -> Html {
    let mut choices: Vec<(AttrValue, AttrValue)> =
        scenarios().into_iter().map(|scenario| (scenario.id.into(), scenario.title.into())).collect();
    let present = ctx.state.scenario().unwrap_or_default().to_owned();
    if present.is_empty() {
        choices.insert(0, (AttrValue::from(""), AttrValue::from(strings::NO_SCENARIO)));
    }
    let page = ctx.clone();
    let on_change = Callback::from(move |id: String| {
        if !id.is_empty() {
            actions::open_sandbox(&page, &id);
        }
    });
    let downloads = downloads(ctx, &present);
    let select = Select {
        id: "scenario".into(),
        label: strings::SCENARIO.into(),
        choices,
        value: present.into(),
        hint: strings::SCENARIO_HINT.into(),
        locked: ctx.state.is_busy(),
        testid: Some("scenario-select".into()),
        on_change,
        ..Select::default()
    };
    html! { <>{ select.view() }{ downloads }</> }
}

/// A simulated trace in the formats that are read, so that other programs can have it.
fn downloads(ctx: &Ctx, scenario: &str) -> Html {
    let names = file_names(scenario);
    if names.is_empty() || !ctx.state.is_loaded() || ctx.state.is_busy() {
        return Html::default();
    }
    let button = |name: &'static str| {
        let (page, scenario) = (ctx.clone(), scenario.to_owned());
        let on_press = Callback::from(move |()| actions::export(&page, Some(&scenario), name));
        Button::new(strings::download(name), on_press).view()
    };
    let buttons = html! { <div class="choose">{ for names.into_iter().map(button) }</div> };
    fold(strings::DOWNLOAD.into(), false, buttons)
}

fn files_of(input: &HtmlInputElement) -> Vec<File> {
    let Some(list) = input.files() else { return Vec::new() };
    (0..list.length()).filter_map(|idx| list.get(idx)).collect()
}
