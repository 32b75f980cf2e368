//! A finding of a report in its frame, with a choice of what it shows.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::found::Finding;
use super::frame::Chart;
use super::source::{ByRef, Source};
use crate::report::Report;

/// Properties of [`FindingChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct FindingProps {
    /// Whose numbers.
    pub report: ByRef<Report>,
    /// Which of them.
    pub finding: Finding,
}

/// One finding of a report, with a list of its choices where it has several.
#[component]
pub fn FindingChart(props: &FindingProps) -> Html {
    let chosen = use_state_eq(|| None::<usize>);
    let choice = chosen.unwrap_or_else(|| props.finding.first_choice(&props.report.0));
    let choices = props.finding.choices(&props.report.0);
    let controls = if choices.len() > 1 {
        list(props.finding.choice_word(), &choices, choice, chosen.setter())
    } else {
        Html::default()
    };
    html! { <Chart source={Source::Finding(props.report.clone(), props.finding, choice)} {controls} /> }
}

fn list(word: &str, choices: &[String], choice: usize, chosen: UseStateSetter<Option<usize>>) -> Html {
    let onchange = Callback::from(move |event: Event| {
        let place = event.target_dyn_into::<HtmlSelectElement>().and_then(|select| select.value().parse().ok());
        if place.is_some() {
            chosen.set(place);
        }
    });
    let option = |(place, name): (usize, &String)| {
        html! { <option value={place.to_string()} selected={place == choice}>{ name }</option> }
    };
    html! { <label>{ word }<select {onchange}>{ for choices.iter().enumerate().map(option) }</select></label> }
}
