//! The `?` beside a label; its text opens in the flow.

use yew::prelude::*;

/// Properties of [`Explain`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ExplainProps {
    /// Name of the button.
    pub name: AttrValue,
    /// Id of the paragraph that it opens.
    pub controls: AttrValue,
    /// It is open.
    pub open: bool,
    /// It was pressed.
    pub on_toggle: Callback<()>,
}

/// The button; the paragraph stands below the control.
#[component]
pub(crate) fn Explain(props: &ExplainProps) -> Html {
    let on_toggle = props.on_toggle.clone();
    let onclick = Callback::from(move |_: MouseEvent| on_toggle.emit(()));
    html! {
        <button type="button" class="explain" {onclick} aria-label={props.name.clone()}
            aria-expanded={props.open.to_string()} aria-controls={props.controls.clone()}>
            { "?" }
        </button>
    }
}
