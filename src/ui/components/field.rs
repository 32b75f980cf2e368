//! The frame of a field: label, change mark, explanation, hint or error.

use yew::prelude::*;

use super::Explain;
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

/// Properties of [`Field`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct FieldProps {
    /// What stands around.
    pub frame: Frame,
    /// The label belongs to a group of controls instead of one.
    #[prop_or_default]
    pub group: bool,
    /// Back to the default.
    pub on_reset: Callback<()>,
    /// The control.
    pub children: Children,
}

/// A control with its label.
#[component]
pub(crate) fn Field(props: &FieldProps) -> Html {
    let open = use_state_eq(|| false);
    let frame = &props.frame;
    let toggle = {
        let open = open.clone();
        Callback::from(move |()| open.set(!*open))
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
                    <Explain name={strings::explain(&frame.label)} controls={text_id.clone()} open={*open} on_toggle={toggle} />
                }
                if frame.changed && !frame.locked {
                    { reset(frame, &props.on_reset) }
                }
            </div>
            { props.children.clone() }
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
