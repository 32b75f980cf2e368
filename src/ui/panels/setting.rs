//! Settings of the table as fields.

use yew::prelude::*;

use crate::config::preset;
use crate::ui::components::{Frame, NumberField, Segmented, Toggle, fold};
use crate::ui::ctx::Ctx;
use crate::ui::settings::{Kind, Place, Setting, settings};
use crate::ui::state::{Action, error};
use crate::ui::strings;

/// The settings of a place, as far as the config has them.
pub(crate) fn fields(ctx: &Ctx, place: Place) -> Html {
    let wrong = error(&ctx.state);
    html! { <>{ for present(ctx, place).map(|setting| field(ctx, setting, wrong.as_ref())) }</> }
}

/// The same, folded away. The fold is open while one of them needs the reader.
pub(crate) fn more(ctx: &Ctx, place: Place) -> Html {
    let shown: Vec<&Setting> = present(ctx, place).collect();
    if shown.is_empty() {
        return Html::default();
    }
    let wrong = error(&ctx.state);
    let open = wrong.as_ref().is_some_and(|(field, _)| shown.iter().any(|setting| setting.id == field));
    let summary = strings::more_settings(place, shown.len()).into();
    fold(summary, open, shown.into_iter().map(|setting| field(ctx, setting, wrong.as_ref())).collect())
}

fn present(ctx: &Ctx, place: Place) -> impl Iterator<Item = &'static Setting> {
    let config = ctx.state.config.clone();
    settings().filter(move |setting| setting.place == place && setting.value(&config).is_some())
}

/// Id of the control of a setting.
pub(crate) fn control_id(field: &str) -> String {
    format!("set-{}", field.replace(['.', '_'], "-"))
}

/// What is wrong: the setting and the sentence. Computed once for all fields, because it unfolds the whole study.
type Wrong<'a> = Option<&'a (String, String)>;

fn field(ctx: &Ctx, setting: &'static Setting, wrong: Wrong<'_>) -> Html {
    let state = &ctx.state;
    let value = setting.value(&state.config).unwrap_or_default();
    let default = preset(&state.preset).and_then(|preset| setting.value(&preset.config));
    let frame = frame(ctx, setting, wrong, &value, default.as_deref());
    let on_reset = ctx.with(move |()| typed(setting, default.clone().unwrap_or_default()));
    let on_change = ctx.with(move |text: String| typed(setting, text));
    match setting.kind {
        Kind::Number { step, unit, auto, .. } => {
            let value = state.drafts.get(setting.id).cloned().unwrap_or(value).into();
            let placeholder = if auto.is_empty() { "" } else { strings::AUTO }.into();
            NumberField { frame, value, step, unit: unit.into(), placeholder, on_change, on_reset }.view()
        }
        Kind::Numbers { auto, .. } => {
            let value = state.drafts.get(setting.id).cloned().unwrap_or(value).into();
            let (unit, placeholder) = (AttrValue::default(), auto.into());
            NumberField { frame, value, step: 0.0, unit, placeholder, on_change, on_reset }.view()
        }
        Kind::Choice(choices) => {
            let choices: Vec<(AttrValue, AttrValue)> =
                choices.iter().map(|(value, label)| (AttrValue::from(*value), AttrValue::from(*label))).collect();
            Segmented { frame, choices, value: value.into(), on_change, on_reset }.view()
        }
        Kind::Toggle(..) => {
            let (on, word) = (value == "true", setting.shown(&value).into());
            let on_change = ctx.with(move |on: bool| typed(setting, on.to_string()));
            Toggle { frame, on, word, on_change, on_reset }.view()
        }
    }
}

fn typed(setting: &Setting, text: String) -> Action {
    Action::Typed { field: setting.id.to_owned(), text }
}

fn frame(ctx: &Ctx, setting: &Setting, wrong: Wrong<'_>, value: &str, default: Option<&str>) -> Frame {
    let state = &ctx.state;
    let error = wrong.filter(|(field, _)| field == setting.id).map(|(_, sentence)| sentence.clone().into());
    let error = error.or_else(|| {
        let draft = state.drafts.contains_key(setting.id);
        draft.then(|| strings::must_be(setting.label, &setting.expected()).into())
    });
    let hint = match setting.id {
        "study" => strings::study_text(value).to_owned(),
        "detect.study" => strings::detect_study_text(value).to_owned(),
        "detect.split.protocol" => strings::protocol_text(value).to_owned(),
        _ => preset(&state.preset).map_or_else(String::new, |preset| setting.hint(&preset.config)),
    };
    Frame {
        id: control_id(setting.id).into(),
        label: setting.label.into(),
        explain: setting.explain.into(),
        hint: hint.into(),
        error,
        changed: default.is_some_and(|default| default != value),
        locked: state.is_busy(),
    }
}
