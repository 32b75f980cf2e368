//! The paper's Figure 1 with the shapes of the present config: what `tsf` computes, part by part.

mod plot;
mod sketch;

use std::rc::Rc;

pub(super) use plot::{HEIGHT, plot};
pub(super) use sketch::Sketch;

use super::picture::{Body, Picture};
use crate::config::RunConfig;

/// The diagram of a config with `tsf`; nothing for one without it.
///
/// `n_nodes` and `n_features` are those of the data, letters stand for what is not known yet. A sample of the nodes and
/// the features that the config appends are taken into account here.
pub(super) fn picture(config: &RunConfig, n_nodes: Option<usize>, n_features: Option<usize>) -> Option<Picture> {
    let sketch = sketch::sketch(config, n_nodes, n_features)?;
    Some(Picture {
        testid: "model-diagram".to_owned(),
        title: "What tsf computes".to_owned(),
        reading: sketch.reading.clone(),
        caption: sketch::CAPTION.to_owned(),
        empty: None,
        choices: Default::default(),
        body: Body::Sketch(Rc::new(sketch)),
    })
}
