//! What is there on request.

use yew::prelude::*;

/// A native fold; `open` is its state from the start.
pub(crate) fn fold(summary: AttrValue, open: bool, body: Html) -> Html {
    html! {
        <details class="fold" {open}>
            <summary>{ summary }</summary>
            <div class="fold-body">{ body }</div>
        </details>
    }
}
