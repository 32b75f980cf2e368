//! The frame of a field: label, change mark, explanation, hint or error.

use yew::prelude::*;

use super::explain::explain;
use crate::ui::strings;

/// What stands around any field.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Frame {
    /// Id of the control.
    pub id: AttrValue,
    /// Name.
    pub label: AttrValue,
    /// What it is.
    pub explain: AttrValue,
    /// Range and default.
    pub hint: AttrValue,
    /// What is wrong with the value.
    pub error: Option<AttrValue>,
    /// The value is not the default.
    pub changed: bool,
    /// Shown, and not to be edited now.
    pub locked: bool,
}

impl Frame {
    /// Id of the line below the control.
    pub(crate) fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }
}

/// A control with its label.
pub(super) fn field(frame: Frame, on_reset: Callback<()>, control: Html) -> Html {
    let key = frame.id.to_string();
    html! { <Field {key} {frame} group=false {on_reset} {control} /> }
}

/// A group of controls with the label of all of them.
pub(super) fn group(frame: Frame, on_reset: Callback<()>, control: Html) -> Html {
    let key = frame.id.to_string();
    html! { <Field {key} {frame} group=true {on_reset} {control} /> }
}

/// Properties of [`Field`].
#[derive(Debug, Clone, PartialEq, Properties)]
struct FieldProps {
    frame: Frame,
    group: bool,
    on_reset: Callback<()>,
    control: Html,
}

/// Keeps whether the explanation is open.
#[component]
fn Field(props: &FieldProps) -> Html {
    let open = use_state_eq(|| false);
    let frame = &props.frame;
    let toggle = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let text_id = format!("{}-text", frame.id);
    html! {
        <div class={classes!("field", frame.error.is_some().then_some("invalid"))}>
            <div class="field-head">
                if frame.changed {
                    <span class="changed" title={strings::CHANGED}>{ "•" }<span class="spoken">{ strings::CHANGED }</span></span>
                }
                if props.group {
                    <span class="field-label" id={format!("{}-label", frame.id)}>{ &frame.label }</span>
                } else {
                    <label class="field-label" for={frame.id.clone()}>{ &frame.label }</label>
                }
                if !frame.explain.is_empty() {
                    { explain(strings::explain(&frame.label), text_id.clone(), *open, toggle) }
                }
                if frame.changed && !frame.locked {
                    { reset(frame, &props.on_reset) }
                }
            </div>
            { props.control.clone() }
            <p class="hint" id={frame.hint_id()}>{ match &frame.error {
                Some(error) => html! { <span class="bad">{ "✕ " }{ error }</span> },
                None => html! { &frame.hint },
            } }</p>
            <p class="explanation" id={text_id} hidden={!*open}>{ &frame.explain }</p>
        </div>
    }
}

fn reset(frame: &Frame, on_reset: &Callback<()>) -> Html {
    let on_reset = on_reset.clone();
    let onclick = Callback::from(move |_: MouseEvent| on_reset.emit(()));
    html! {
        <button type="button" class="reset" {onclick} aria-label={format!("{} {}", strings::RESET, frame.label)}>
            { strings::RESET }
        </button>
    }
}
