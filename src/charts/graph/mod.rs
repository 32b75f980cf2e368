//! A graph: who receives from whom, as a heat map and as a network.

mod data;
mod heat;
mod layout;
mod network;
mod words;

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::picture::{Body, Picture, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use data::Edges;

pub(super) use words::learned;
pub use words::{UNTRAINED, moment_name};

/// A graph to look at, with the words beside it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GraphPicture {
    /// Stable id for scripts.
    pub testid: String,
    /// What it shows.
    pub title: String,
    /// Names.
    pub nodes: Vec<String>,
    /// `[N, N]`; row receives from column.
    pub weights: Vec<f32>,
    /// What it says, in one sentence.
    pub reading: String,
    /// What the weights are and where they come from.
    pub caption: String,
    /// The sentence in place of the picture while there is no edge.
    pub empty: String,
}

/// A view of the same graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum View {
    /// Cells by receiver and sender.
    Heat,
    /// Nodes and the strongest edges.
    Network,
}

/// A graph as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shown {
    edges: Rc<Edges>,
    /// Where the nodes stand in the network; `None` for the heat map.
    places: Option<Rc<layout::Places>>,
    empty: String,
}

impl Shown {
    /// The sentence in place of a graph without edges.
    pub(super) fn empty(&self) -> Option<&str> {
        self.edges.is_empty().then_some(self.empty.as_str())
    }
}

/// Places of the nodes of the networks that were shown last, by the id of the chart.
pub(super) type KnownPlaces = BTreeMap<String, (Vec<String>, Rc<layout::Places>)>;

/// Height that is kept free.
pub(super) const RESERVE: Reserve = Reserve::Square(420, heat::BELOW);

/// The graph and its words.
pub(super) fn picture(known: &mut KnownPlaces, graph: &GraphPicture, view: View) -> Picture {
    let edges = Rc::new(Edges::of(&graph.nodes, &graph.weights));
    let places = places(known, &graph.testid, &edges);
    Picture {
        testid: graph.testid.clone(),
        title: graph.title.clone(),
        reading: graph.reading.clone(),
        caption: graph.caption.clone(),
        empty: None,
        choices: Default::default(),
        body: Body::Graph(Shown {
            edges,
            places: (view == View::Network).then_some(places),
            empty: graph.empty.clone(),
        }),
    }
}

/// Places of the nodes in the network; they stay while the nodes stay, so that on a time slider only edges move.
fn places(known: &mut KnownPlaces, testid: &str, edges: &Edges) -> Rc<layout::Places> {
    match known.get(testid) {
        Some((nodes, places)) if *nodes == edges.nodes => Rc::clone(places),
        _ => {
            let places = Rc::new(layout::places(edges));
            known.insert(testid.to_owned(), (edges.nodes.clone(), Rc::clone(&places)));
            places
        }
    }
}

/// The chart at a size.
pub(super) fn plot(shown: &Shown, width: u32, height: u32) -> Plot {
    match &shown.places {
        None => heat::plot(&shown.edges, width, height),
        Some(places) => network::plot(&shown.edges, places, width, height),
    }
}

/// Every edge.
pub(super) fn twin(shown: &Shown) -> Twin {
    words::twin(&shown.edges)
}
