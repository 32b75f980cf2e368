//! Cards and badges.

use yew::prelude::*;

/// Properties of [`Card`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct CardProps {
    /// What it shows.
    pub title: AttrValue,
    /// What it says, in one sentence.
    #[prop_or_default]
    pub reading: AttrValue,
    /// Something small beside the title.
    #[prop_or_default]
    pub aside: Html,
    /// Stable id for scripts.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// Its content.
    pub children: Children,
}

/// A titled surface.
#[component]
pub(crate) fn Card(props: &CardProps) -> Html {
    html! {
        <section class="card" data-testid={props.testid.clone()}>
            <header class="card-head"><h3>{ &props.title }</h3>{ props.aside.clone() }</header>
            if !props.reading.is_empty() {
                <p class="reading">{ &props.reading }</p>
            }
            { props.children.clone() }
        </section>
    }
}

/// Properties of [`Badge`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(crate) struct BadgeProps {
    /// What it says.
    pub label: AttrValue,
}

/// A short remark with an edge.
#[component]
pub(crate) fn Badge(props: &BadgeProps) -> Html {
    html! { <span class="badge">{ &props.label }</span> }
}
