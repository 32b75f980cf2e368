//! Error by model: one row per model, one dot per seed, the naive baseline as a line.

mod data;
mod plot;

pub use data::verdict;
pub(super) use data::{p_value, phrase};

use std::rc::Rc;

use yew::prelude::*;

use super::frame::{Figure, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use crate::report::Report;

/// Properties of [`ErrorByModel`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct ErrorByModelProps {
    /// Whose errors.
    pub report: Rc<Report>,
}

/// RMSE of every model with its spread over seeds.
#[component]
pub fn ErrorByModel(props: &ErrorByModelProps) -> Html {
    let bars = use_memo(Rc::clone(&props.report), |report| Rc::new(data::bars(report)));
    let bars = Rc::clone(&bars);
    let draw =
        use_callback(Rc::clone(&bars), |(width, height): (u32, u32), bars| -> Plot { plot::plot(bars, width, height) });
    let twin = use_callback(Rc::clone(&bars), |(), bars| -> Twin { data::twin(bars) });
    let empty = (bars.rows.len() < 2).then(|| AttrValue::from("Run two models to compare them."));
    let height = plot::height(&bars);
    html! {
        <Figure testid="error-by-model" title="RMSE by model" reading={data::reading(&bars)}
            caption={data::caption(&bars)} reserve={Reserve::Fixed(height, height)} {empty} {draw} {twin} />
    }
}
