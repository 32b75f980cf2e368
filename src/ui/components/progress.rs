//! How far work has come.

use yew::prelude::*;

/// Properties of [`Progress`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct ProgressProps {
    /// Name.
    pub name: AttrValue,
    /// Share, 0 to 1; out of sight while unknown.
    pub share: Option<f64>,
    /// Stable id for scripts.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A native bar; words beside it say the rest.
#[component]
pub(crate) fn Progress(props: &ProgressProps) -> Html {
    let value = props.share.map(|share| format!("{share:.4}"));
    html! {
        <progress max="1" {value} hidden={props.share.is_none()} aria-label={props.name.clone()}
            data-testid={props.testid.clone()} />
    }
}
