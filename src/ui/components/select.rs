//! A choice from a list.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// A heading and its choices.
pub(crate) type Group = (AttrValue, Vec<(AttrValue, AttrValue)>);

/// A native list.
#[derive(Debug, Default)]
pub(crate) struct Select {
    /// Id of the control.
    pub id: AttrValue,
    /// Name.
    pub label: AttrValue,
    /// The name is for the ear only.
    pub bare: bool,
    /// Value and label of each choice.
    pub choices: Vec<(AttrValue, AttrValue)>,
    /// More of them, below headings.
    pub groups: Vec<Group>,
    /// The chosen value.
    pub value: AttrValue,
    /// Remark below.
    pub hint: AttrValue,
    /// Shown, and not to be edited now.
    pub locked: bool,
    /// Stable id for scripts.
    pub testid: Option<AttrValue>,
    /// Another value.
    pub on_change: Callback<String>,
}

impl Select {
    /// The field.
    pub(crate) fn view(self) -> Html {
        let on_change = self.on_change;
        let onchange = Callback::from(move |event: Event| {
            on_change.emit(event.target_unchecked_into::<HtmlSelectElement>().value());
        });
        let options = |choices: &[(AttrValue, AttrValue)]| -> Html {
            choices.iter().map(|choice| option(choice, &self.value)).collect()
        };
        let group =
            |(heading, choices): &Group| html! { <optgroup label={heading.clone()}>{ options(choices) }</optgroup> };
        html! {
            <div class="field">
                <label class={if self.bare { "spoken" } else { "field-label" }} for={self.id.clone()}>{ self.label }</label>
                <select id={self.id} {onchange} disabled={self.locked} data-testid={self.testid}>
                    { options(&self.choices) }
                    { for self.groups.iter().map(group) }
                </select>
                if !self.hint.is_empty() {
                    <p class="hint">{ self.hint }</p>
                }
            </div>
        }
    }
}

/// An entry of a native list.
pub(super) fn option((value, label): &(AttrValue, AttrValue), chosen: &AttrValue) -> Html {
    html! { <option value={value.clone()} selected={value == chosen}>{ label }</option> }
}
