//! The paper's Figure 1 with the shapes of the present config: what `tsf` computes, part by part.

mod plot;
mod sketch;

use std::rc::Rc;

use yew::prelude::*;

pub(super) use plot::{HEIGHT, plot};
pub(super) use sketch::Sketch;

use super::frame::Chart;
use super::picture::{Body, Picture};
use super::source::Source;
use crate::config::RunConfig;

/// The diagram of a config with `tsf`; nothing for one without it.
///
/// `n_nodes` and `n_features` are those of the data, letters stand for what is not known yet. A sample of the nodes and
/// the features that the config appends are taken into account here.
pub fn diagram(config: &RunConfig, n_nodes: Option<usize>, n_features: Option<usize>) -> Html {
    let Some(sketch) = sketch::sketch(config, n_nodes, n_features) else { return Html::default() };
    html! { <Chart source={Source::Diagram(Rc::new(sketch))} /> }
}

/// The diagram and its words.
pub(super) fn picture(sketch: &Rc<Sketch>) -> Picture {
    Picture {
        testid: "model-diagram".to_owned(),
        title: "What tsf computes".to_owned(),
        reading: sketch.reading.clone(),
        caption: sketch::CAPTION.to_owned(),
        empty: None,
        body: Body::Sketch(Rc::clone(sketch)),
    }
}
