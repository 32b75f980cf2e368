//! Pictures in their frame, and those of a report with a choice of what they show.

use std::rc::Rc;

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::found::Finding;
use super::frame::{Figure, Reserve};
use super::picture::Picture;
use super::scene::Plot;
use super::twin::Twin;
use crate::report::Report;

/// Properties of [`PictureView`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct PictureProps {
    /// What is shown.
    pub picture: Rc<Picture>,
    /// Pickers of the chart.
    #[prop_or_default]
    pub controls: Html,
}

/// A picture in its frame.
#[component]
pub fn PictureView(props: &PictureProps) -> Html {
    let picture = &props.picture;
    let draw = use_callback(Rc::clone(picture), |(width, height): (u32, u32), picture| -> Plot {
        picture.plot(width, height)
    });
    let twin = use_callback(Rc::clone(picture), |(), picture| -> Twin { picture.twin() });
    let (wide, narrow) = picture.heights();
    html! {
        <Figure testid={picture.testid.clone()} title={picture.title.clone()} reading={picture.reading.clone()}
            caption={picture.caption.clone()} controls={props.controls.clone()} reserve={Reserve::Fixed(wide, narrow)}
            {draw} {twin} />
    }
}

/// A report by reference: two are equal if they are the same one, so that no chart compares all numbers of a report.
#[derive(Debug, Clone)]
pub struct ByRef(pub Rc<Report>);

impl PartialEq for ByRef {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Properties of [`FindingChart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct FindingProps {
    /// Whose numbers.
    pub report: ByRef,
    /// Which of them.
    pub finding: Finding,
}

/// One finding of a report, with a list of its choices where it has several.
#[component]
pub fn FindingChart(props: &FindingProps) -> Html {
    let chosen = use_state_eq(|| None::<usize>);
    let choice = chosen.unwrap_or_else(|| props.finding.first_choice(&props.report.0));
    let picture = use_memo((props.report.clone(), props.finding, choice), |(report, finding, choice)| {
        finding.picture(&report.0, *choice)
    });
    let choices = props.finding.choices(&props.report.0);
    let controls = if choices.len() > 1 {
        list(props.finding.choice_word(), &choices, choice, chosen.setter())
    } else {
        Html::default()
    };
    html! { <PictureView {picture} {controls} /> }
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
