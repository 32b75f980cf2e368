//! A graph with a choice of views.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::frame::Chart;
use crate::charts::{ByRef, GraphPicture, Source, View};

const VIEWS: [(View, &str); 2] = [(View::Heat, "Heat map"), (View::Network, "Network")];

/// Which graph.
#[derive(Debug, Clone, PartialEq)]
pub enum Graph {
    /// One that is handed over.
    Given(ByRef<GraphPicture>),
    /// What a report's graph model learned: the report, whether the data hold records, and the moment.
    Learned(u32, bool, Option<usize>),
}

/// Properties of [`GraphView`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct GraphViewProps {
    /// The graph.
    pub graph: Graph,
    /// Further controls beside the choice of views.
    #[prop_or_default]
    pub more: Html,
}

/// A graph with a choice of views.
#[component]
pub fn GraphView(props: &GraphViewProps) -> Html {
    let view = use_state_eq(|| View::Heat);
    // On a time slider a graph without edges may follow: what stands below it stays where it is.
    let (source, has_nodes) = match &props.graph {
        Graph::Given(graph) => (Source::Graph(graph.clone(), *view), !graph.0.nodes.is_empty()),
        Graph::Learned(report, records, moment) => {
            (Source::Learned { report: *report, records: *records, moment: *moment, view: *view }, true)
        }
    };
    let tabs = if has_nodes { tabs(&view) } else { Html::default() };
    html! { <Chart {source} controls={html! { <>{ props.more.clone() }{ tabs }</> }} /> }
}

fn tabs(view: &UseStateHandle<View>) -> Html {
    let onkeydown = {
        let view = view.clone();
        Callback::from(move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
                event.prevent_default();
                view.set(if *view == View::Heat { View::Network } else { View::Heat });
                focus_other(&event);
            }
        })
    };
    html! {
        <div class="chart-tabs" role="tablist" aria-label="Views of the graph" {onkeydown}>
            { for VIEWS.iter().map(|(this, name)| tab(view, *this, name)) }
        </div>
    }
}

/// The focus follows the chosen tab.
fn focus_other(event: &KeyboardEvent) {
    let from = event.target_dyn_into::<HtmlElement>();
    let other = from.and_then(|tab| tab.next_element_sibling().or_else(|| tab.previous_element_sibling()));
    if let Some(other) = other.and_then(|tab| wasm_bindgen::JsCast::dyn_into::<HtmlElement>(tab).ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = other.focus();
    }
}

fn tab(view: &UseStateHandle<View>, this: View, name: &str) -> Html {
    let chosen = **view == this;
    let onclick = {
        let view = view.clone();
        Callback::from(move |_: MouseEvent| view.set(this))
    };
    html! {
        <button type="button" role="tab" aria-selected={chosen.to_string()} tabindex={if chosen { "0" } else { "-1" }}
            {onclick}>{ name }</button>
    }
}
