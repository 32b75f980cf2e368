//! The learned graph: who receives from whom, as a heat map and as a network.

mod data;
mod heat;
mod layout;
mod network;
mod words;

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::frame::{Figure, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use crate::report::LearnedGraph;
use data::Edges;

/// Properties of [`GraphView`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct GraphViewProps {
    /// What the graph model learned; `None` before it was trained.
    pub graph: Option<LearnedGraph>,
    /// Whether the data hold records that connect machines.
    pub records: bool,
}

/// A view of the same graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Heat,
    Network,
}

const VIEWS: [(View, &str); 2] = [(View::Heat, "Heat map"), (View::Network, "Network")];

/// The learned graph with a choice of views.
#[component]
pub fn GraphView(props: &GraphViewProps) -> Html {
    let view = use_state_eq(|| View::Heat);
    let edges = use_memo(props.graph.clone(), |graph| Rc::new(graph.as_ref().map(Edges::of).unwrap_or_default()));
    let edges = Rc::clone(&edges);
    let places = use_memo(Rc::clone(&edges), |edges| layout::places(edges));
    let deps = (Rc::clone(&edges), *view, places);
    let draw = use_callback(deps, |(width, height): (u32, u32), (edges, view, places)| -> Plot {
        match view {
            View::Heat => heat::plot(edges, width, height),
            View::Network => network::plot(edges, places, width, height),
        }
    });
    let twin = use_callback(Rc::clone(&edges), |(), edges| -> Twin { words::twin(edges) });
    let empty = words::empty(&props.graph, &edges);
    let controls = if empty.is_none() { tabs(&view) } else { Html::default() };
    html! {
        <Figure testid="graph-view" title="Learned graph" reading={words::reading(&props.graph, &edges)}
            caption={words::caption(&props.graph, props.records, &edges)} {controls}
            reserve={Reserve::Square(420, heat::BELOW)} {empty} {draw} {twin} />
    }
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
