//! Coverage: how much of each machine's time holds observations.

mod data;
mod plot;

use std::rc::Rc;

use yew::prelude::*;

use super::frame::{Figure, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use crate::data::DatasetSummary;

/// Properties of [`CoverageChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct CoverageChartProps {
    /// Whose coverage.
    pub summary: Rc<DatasetSummary>,
}

/// Machines by time, tinted by the share of bins with an observation.
#[component]
pub fn CoverageChart(props: &CoverageChartProps) -> Html {
    let summary = &props.summary;
    let draw = use_callback(Rc::clone(summary), |(width, height): (u32, u32), summary| -> Plot {
        plot::plot(summary, width, height)
    });
    let twin = use_callback(Rc::clone(summary), |(), summary| -> Twin { data::twin(summary) });
    let nothing = summary.nodes.is_empty() || summary.coverage.n_columns == 0;
    let empty = nothing.then(|| AttrValue::from("Drop a file to see what is in it."));
    let height = plot::height(summary);
    html! {
        <Figure testid="coverage-chart" title="Coverage over time" reading={data::reading(summary)}
            caption={data::caption(summary)} reserve={Reserve::Fixed(height, height)} {empty} {draw} {twin} />
    }
}
