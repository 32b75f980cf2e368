//! What is there on request.

use yew::prelude::*;

/// Properties of [`Fold`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct FoldProps {
    /// What it holds.
    pub summary: AttrValue,
    /// Open from the start.
    #[prop_or_default]
    pub open: bool,
    /// Its content.
    pub children: Children,
}

/// A native fold.
#[component]
pub(crate) fn Fold(props: &FoldProps) -> Html {
    html! {
        <details class="fold" open={props.open}>
            <summary>{ &props.summary }</summary>
            <div class="fold-body">{ props.children.clone() }</div>
        </details>
    }
}
