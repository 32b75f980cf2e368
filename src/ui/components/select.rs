//! A choice from a list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// A heading and its choices.
pub(crate) type Group = (AttrValue, Vec<(AttrValue, AttrValue)>);

/// Properties of [`Select`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct SelectProps {
    /// Id of the control.
    pub id: AttrValue,
    /// Name.
    pub label: AttrValue,
    /// The name is for the ear only.
    #[prop_or_default]
    pub bare: bool,
    /// Value and label of each choice.
    #[prop_or_default]
    pub choices: Vec<(AttrValue, AttrValue)>,
    /// More of them, below headings.
    #[prop_or_default]
    pub groups: Vec<Group>,
    /// The chosen value.
    pub value: AttrValue,
    /// Remark below.
    #[prop_or_default]
    pub hint: AttrValue,
    /// Shown, and not to be edited now.
    #[prop_or_default]
    pub locked: bool,
    /// Stable id for scripts.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Another value.
    #[prop_or_default]
    pub on_change: Callback<String>,
}

/// A native list.
#[component]
pub(crate) fn Select(props: &SelectProps) -> Html {
    let on_change = props.on_change.clone();
    let onchange = Callback::from(move |event: Event| {
        on_change.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    let group = |(heading, choices): &Group| {
        html! {
            <optgroup label={heading.clone()}>{ for choices.iter().map(|choice| option(choice, &props.value)) }</optgroup>
        }
    };
    html! {
        <div class="field">
            <label class={if props.bare { "spoken" } else { "field-label" }} for={props.id.clone()}>{ &props.label }</label>
            <select id={props.id.clone()} {onchange} disabled={props.locked} data-testid={props.testid.clone()}>
                { for props.choices.iter().map(|choice| option(choice, &props.value)) }
                { for props.groups.iter().map(group) }
            </select>
            if !props.hint.is_empty() {
                <p class="hint">{ &props.hint }</p>
            }
        </div>
    }
}

/// An entry of a native list.
pub(super) fn option((value, label): &(AttrValue, AttrValue), chosen: &AttrValue) -> Html {
    html! { <option value={value.clone()} selected={value == chosen}>{ label }</option> }
}
