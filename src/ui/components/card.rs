//! Cards and badges.

use yew::prelude::*;

/// A titled surface.
#[derive(Debug, Default)]
pub(crate) struct Card {
    /// What it shows.
    pub title: AttrValue,
    /// What it says, in one sentence.
    pub reading: AttrValue,
    /// Something small beside the title.
    pub aside: Html,
    /// Stable id for scripts.
    pub testid: Option<AttrValue>,
    /// Its content.
    pub body: Html,
}

impl Card {
    /// The element.
    pub(crate) fn view(self) -> Html {
        html! {
            <section class="card" data-testid={self.testid}>
                <header class="card-head"><h3>{ self.title }</h3>{ self.aside }</header>
                if !self.reading.is_empty() {
                    <p class="reading">{ self.reading }</p>
                }
                { self.body }
            </section>
        }
    }
}

/// A short remark with an edge.
pub(crate) fn badge(label: AttrValue) -> Html {
    html! { <span class="badge">{ label }</span> }
}
