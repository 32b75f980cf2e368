//! On or off.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::field::{Frame, field};

/// A native check box with a word for its state.
#[derive(Debug)]
pub(crate) struct Toggle {
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

impl Toggle {
    /// The field.
    pub(crate) fn view(self) -> Html {
        let Self { frame, on, word, on_change, on_reset } = self;
        let onchange = Callback::from(move |event: Event| {
            on_change.emit(event.target_unchecked_into::<HtmlInputElement>().checked());
        });
        let control = html! {
            <div class="toggle">
                <input id={frame.id.clone()} type="checkbox" checked={on} disabled={frame.locked}
                    aria-describedby={frame.hint_id()} {onchange} />
                <span>{ word }</span>
            </div>
        };
        field(frame, on_reset, control)
    }
}
