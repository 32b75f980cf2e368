//! How far work has come.

use yew::prelude::*;

/// A native bar; words beside it say the rest. The share is from 0 to 1; it is out of sight while unknown.
pub(crate) fn progress(name: &'static str, share: Option<f64>, testid: &'static str) -> Html {
    let value = share.map(|share| format!("{share:.4}"));
    html! { <progress max="1" {value} hidden={share.is_none()} aria-label={name} data-testid={testid} /> }
}
