//! On or off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{Field, Frame};

/// Properties of [`Toggle`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ToggleProps {
    /// What stands around.
    pub frame: Frame,
    /// It is on.
    pub on: bool,
    /// Word for the present state.
    pub word: AttrValue,
    /// Another state.
    pub on_change: Callback<bool>,
    /// Back to the default.
    pub on_reset: Callback<()>,
}

/// A native check box with a word for its state.
#[component]
pub(crate) fn Toggle(props: &ToggleProps) -> Html {
    let frame = &props.frame;
    let on_change = props.on_change.clone();
    let onchange = Callback::from(move |event: Event| {
        on_change.emit(event.target_unchecked_into::<HtmlInputElement>().checked());
    });
    html! {
        <Field frame={frame.clone()} on_reset={props.on_reset.clone()}>
            <div class="toggle">
                <input id={frame.id.clone()} type="checkbox" checked={props.on} disabled={frame.locked}
                    aria-describedby={frame.hint_id()} {onchange} />
                <span>{ &props.word }</span>
            </div>
        </Field>
    }
}
