//! Loss curves: validation and training error by epoch, up to the planned end.

mod data;
mod plot;
mod words;

use yew::prelude::*;

pub use data::Curve;

use super::frame::{Figure, Reserve};
use super::scene::Plot;
use super::twin::Twin;
use data::group;

/// Properties of [`LossChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct LossChartProps {
    /// Curves of all models and seeds, in the order in which they started.
    pub curves: Vec<Curve>,
    /// Epochs that were planned; fixes the horizontal axis.
    pub planned_epochs: usize,
    /// Whether a run is under way.
    #[prop_or_default]
    pub running: bool,
}

/// Loss curves of a run, live or finished.
#[component]
pub fn LossChart(props: &LossChartProps) -> Html {
    let data = (props.curves.clone(), props.planned_epochs);
    let draw = use_callback(data.clone(), |(width, height): (u32, u32), (curves, planned)| -> Plot {
        plot::plot(&group(curves), *planned, width, height)
    });
    let twin = use_callback(data, |(), (curves, _)| -> Twin { words::twin(curves) });
    let models = group(&props.curves);
    let has_points = models.iter().any(|model| !model.points.is_empty());
    let empty = (!has_points).then(|| AttrValue::from(words::empty(props.running)));
    html! {
        <Figure testid="loss-chart" title={words::title(&models)} reading={words::reading(&models, props.planned_epochs)}
            caption={if has_points { words::caption(&models) } else { String::new() }}
            reserve={Reserve::Fixed(240, 200)} {empty} {draw} {twin} />
    }
}
