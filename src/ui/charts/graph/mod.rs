//! A graph: who receives from whom, as a heat map and as a network.

mod data;
mod heat;
mod layout;
mod network;
mod words;

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use super::frame::{Chart, Reserve};
use super::picture::{Body, Picture};
use super::scene::Plot;
use super::source::{ByRef, Source};
use super::twin::Twin;
use data::Edges;

pub use words::{learned, moment_name};

/// A graph to look at, with the words beside it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GraphPicture {
    /// Names.
    pub nodes: Vec<String>,
    /// `[N, N]`; row receives from column.
    pub weights: Vec<f32>,
    /// What it says, in one sentence.
    pub reading: String,
    /// What the weights are and where they come from.
    pub caption: String,
    /// The sentence in place of the picture while there is no edge.
    pub empty: &'static str,
}

/// Properties of [`GraphView`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct GraphViewProps {
    /// Stable id for scripts.
    pub testid: AttrValue,
    /// What it shows.
    pub title: AttrValue,
    /// The graph.
    pub picture: Rc<GraphPicture>,
    /// Further controls beside the choice of views.
    #[prop_or_default]
    pub more: Html,
}

/// A view of the same graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Heat,
    Network,
}

const VIEWS: [(View, &str); 2] = [(View::Heat, "Heat map"), (View::Network, "Network")];

/// A graph as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    testid: AttrValue,
    title: AttrValue,
    picture: ByRef<GraphPicture>,
    edges: ByRef<Edges>,
    /// Where the nodes stand in the network; `None` for the heat map.
    places: Option<ByRef<layout::Places>>,
}

/// Height that is kept free.
pub(super) const RESERVE: Reserve = Reserve::Square(420, heat::BELOW);

/// The graph and its words.
pub(super) fn picture(shown: &Shown) -> Picture {
    let GraphPicture { reading, caption, empty, .. } = &*shown.picture.0;
    Picture {
        testid: shown.testid.to_string(),
        title: shown.title.to_string(),
        reading: reading.clone(),
        caption: caption.clone(),
        empty: shown.edges.0.is_empty().then_some(*empty),
        body: Body::Graph(shown.clone()),
    }
}

/// The chart at a size.
pub(super) fn plot(shown: &Shown, width: u32, height: u32) -> Plot {
    match &shown.places {
        None => heat::plot(&shown.edges.0, width, height),
        Some(places) => network::plot(&shown.edges.0, &places.0, width, height),
    }
}

/// Every edge.
pub(super) fn twin(shown: &Shown) -> Twin {
    words::twin(&shown.edges.0)
}

/// A graph with a choice of views.
#[component]
pub fn GraphView(props: &GraphViewProps) -> Html {
    let view = use_state_eq(|| View::Heat);
    let picture = ByRef(Rc::clone(&props.picture));
    let edges = use_memo(picture.clone(), |picture| Edges::of(&picture.0.nodes, &picture.0.weights));
    let places = use_places(&edges);
    let source = Source::Graph(Shown {
        testid: props.testid.clone(),
        title: props.title.clone(),
        picture,
        edges: ByRef(edges),
        places: (*view == View::Network).then_some(ByRef(places)),
    });
    // On a time slider a graph without edges may follow: what stands below it stays where it is.
    let tabs = if props.picture.nodes.is_empty() { Html::default() } else { tabs(&view) };
    let controls = html! { <>{ props.more.clone() }{ tabs }</> };
    html! { <Chart {source} {controls} /> }
}

/// Places of the nodes in the network; they stay while the nodes stay, so that on a time slider only edges move.
#[hook]
fn use_places(edges: &Rc<Edges>) -> Rc<layout::Places> {
    let known = use_mut_ref(|| None::<(Vec<String>, Rc<layout::Places>)>);
    let mut known = known.borrow_mut();
    match &*known {
        Some((nodes, places)) if *nodes == edges.nodes => Rc::clone(places),
        _ => {
            let places = Rc::new(layout::places(edges));
            *known = Some((edges.nodes.clone(), Rc::clone(&places)));
            places
        }
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
