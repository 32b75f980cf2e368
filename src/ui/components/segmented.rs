//! A choice of a few words: side by side, or as a native list where they are many.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::field::{Frame, field, group};

/// More choices than this do not fit side by side.
const MOST_SEGMENTS: usize = 4;

/// A group of native radio buttons, or a native list.
#[derive(Debug)]
pub(crate) struct Segmented {
    /// What stands around.
    pub frame: Frame,
    /// Value and label of each choice.
    pub choices: Vec<(AttrValue, AttrValue)>,
    /// The chosen value.
    pub value: AttrValue,
    /// Another value.
    pub on_change: Callback<String>,
    /// Back to the default.
    pub on_reset: Callback<()>,
}

impl Segmented {
    /// The field.
    pub(crate) fn view(self) -> Html {
        let is_list = self.choices.len() > MOST_SEGMENTS;
        let control = if is_list { list(&self) } else { segments(&self) };
        if is_list { field(self.frame, self.on_reset, control) } else { group(self.frame, self.on_reset, control) }
    }
}

fn segments(props: &Segmented) -> Html {
    let frame = &props.frame;
    let choice = |(idx, (value, label)): (usize, &(AttrValue, AttrValue))| {
        let (on_change, chosen) = (props.on_change.clone(), value.to_string());
        let onchange = Callback::from(move |_: Event| on_change.emit(chosen.clone()));
        // The first carries the field's id, so that an error can lead to it.
        let id = if idx == 0 { frame.id.to_string() } else { format!("{}-{idx}", frame.id) };
        html! {
            <label class="segment">
                <input {id} type="radio" name={frame.id.clone()} value={value.clone()} checked={*value == props.value}
                    disabled={frame.locked} {onchange} />
                <span>{ label }</span>
            </label>
        }
    };
    html! {
        <div class="segmented" role="radiogroup" aria-labelledby={format!("{}-label", frame.id)}
            aria-describedby={frame.hint_id()}>
            { for props.choices.iter().enumerate().map(choice) }
        </div>
    }
}

fn list(props: &Segmented) -> Html {
    let frame = &props.frame;
    let on_change = props.on_change.clone();
    let onchange = Callback::from(move |event: Event| {
        on_change.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    html! {
        <select id={frame.id.clone()} {onchange} disabled={frame.locked} aria-describedby={frame.hint_id()}
            aria-invalid={frame.error.is_some().then_some("true")}
            data-testid={format!("{}-select", frame.id.trim_start_matches("set-"))}>
            { for props.choices.iter().map(|choice| super::select::option(choice, &props.value)) }
        </select>
    }
}
