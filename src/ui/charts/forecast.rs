//! The forecast chart with its choice of machine and models.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::door;
use super::frame::Chart;
use super::overlay::swatch_inline;
use crate::charts::{MOST_MODELS, Source, Swatch, toggled};
use crate::report::Report;

/// What the reader chose, and what to call when another choice is made.
#[derive(Debug)]
pub struct ForecastChart<'a> {
    /// Whose forecasts.
    pub report: &'a Rc<Report>,
    /// Chosen machine, an index into the report's nodes.
    pub node: usize,
    /// A machine was chosen.
    pub on_node: Callback<usize>,
    /// Models laid over the truth, at most [`MOST_MODELS`].
    pub models: Vec<String>,
    /// Other models were chosen.
    pub on_models: Callback<Vec<String>>,
}

impl ForecastChart<'_> {
    /// Forecasts against truth for the chosen machine.
    pub fn view(&self) -> Html {
        let source = Source::Forecast(door::number(self.report), self.node, self.models.clone());
        html! { <Chart {source} controls={controls(self)} /> }
    }
}

fn controls(props: &ForecastChart<'_>) -> Html {
    html! {
        <>
            <label>{ "Machine" }{ node_select(props) }</label>
            { for props.report.forecast.models.iter().map(|line| model_box(props, &line.id)) }
        </>
    }
}

fn node_select(props: &ForecastChart<'_>) -> Html {
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
fn model_box(props: &ForecastChart<'_>, id: &str) -> Html {
    let checked = props.models.iter().any(|model| model == id);
    let (models, on_models, chosen) = (props.models.clone(), props.on_models.clone(), id.to_owned());
    let onchange = Callback::from(move |event: Event| {
        let on = event.target_dyn_into::<HtmlInputElement>().is_some_and(|input| input.checked());
        on_models.emit(toggled(&models, &chosen, on));
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
