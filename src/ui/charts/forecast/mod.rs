//! Forecast and truth: the test part of one machine with the forecasts laid over it.

mod data;
mod plot;
mod strip;
mod words;

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

pub use data::{MOST_MODELS, default_models};

use super::frame::{Figure, Reserve};
use super::overlay::swatch_inline;
use super::scene::{Plot, Swatch};
use super::twin::Twin;
use crate::report::Report;
use data::{NodeView, node_view};

/// Properties of [`ForecastChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct ForecastChartProps {
    /// Whose forecasts.
    pub report: Rc<Report>,
    /// Chosen machine, an index into the report's nodes.
    pub node: usize,
    /// A machine was chosen.
    pub on_node: Callback<usize>,
    /// Models laid over the truth, at most [`MOST_MODELS`].
    pub models: Vec<String>,
    /// Other models were chosen.
    pub on_models: Callback<Vec<String>>,
}

/// Forecasts against truth for a chosen machine.
#[component]
pub fn ForecastChart(props: &ForecastChartProps) -> Html {
    let deps = (Rc::clone(&props.report), props.node, props.models.clone());
    let view = use_memo(deps, |(report, node, models)| Rc::new(node_view(report, *node, models)));
    let view: Rc<NodeView> = Rc::clone(&view);
    let draw =
        use_callback(Rc::clone(&view), |(width, height): (u32, u32), view| -> Plot { plot::plot(view, width, height) });
    let twin = use_callback(Rc::clone(&view), |(), view| -> Twin { words::twin(view) });
    let empty = view.is_empty().then(|| AttrValue::from("Run a model to lay its forecast over the truth."));
    html! {
        <Figure testid="forecast-chart" title={words::title(&view)} reading={words::reading(&view)}
            caption={words::caption(&view)} controls={controls(props)}
            reserve={Reserve::Fixed(260 + strip::HEIGHT, 180 + strip::HEIGHT)} {empty} {draw} {twin} />
    }
}

fn controls(props: &ForecastChartProps) -> Html {
    html! {
        <>
            <label>{ "Machine" }{ node_select(props) }</label>
            { for props.report.forecast.models.iter().map(|line| model_box(props, &line.id)) }
        </>
    }
}

fn node_select(props: &ForecastChartProps) -> Html {
    let on_node = props.on_node.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = event.target_dyn_into::<HtmlSelectElement>().and_then(|select| select.value().parse().ok());
        if let Some(node) = chosen {
            on_node.emit(node);
        }
    });
    let options = props.report.protocol.nodes.iter().enumerate().map(|(idx, name)| {
        html! { <option value={idx.to_string()} selected={idx == props.node}>{ name }</option> }
    });
    html! { <select {onchange}>{ for options }</select> }
}

/// A model to show or hide; a fourth cannot be added.
fn model_box(props: &ForecastChartProps, id: &str) -> Html {
    let checked = props.models.iter().any(|model| model == id);
    let (models, on_models, chosen) = (props.models.clone(), props.on_models.clone(), id.to_owned());
    let onchange = Callback::from(move |event: Event| {
        let on = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
        on_models.emit(data::toggled(&models, &chosen, on));
    });
    let full = !checked && props.models.len() >= MOST_MODELS;
    let title = full.then(|| format!("At most {MOST_MODELS} models at a time"));
    html! {
        <label class="pick" {title}>
            <input type="checkbox" {checked} disabled={full} {onchange} />
            { swatch_inline(Swatch::of(id)) }{ id }
        </label>
    }
}
