//! The `?` beside a label; its text opens in the flow.

use yew::prelude::*;

/// The button; the paragraph that it opens stands below the control and has the id `controls`.
pub(super) fn explain(name: String, controls: String, open: bool, on_toggle: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="explain" onclick={on_toggle} aria-label={name} aria-expanded={open.to_string()}
            aria-controls={controls}>
            { "?" }
        </button>
    }
}
