//! The frame of every chart: card, title, reading, plot in a box of reserved height, caption, table twin and menu.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, HtmlSelectElement, ResizeObserver};
use yew::prelude::*;

use super::door::{Door, Picture, use_door};
use super::overlay::{Overlay, Shown};
use super::{export, table};
use crate::charts::{ByRef, NARROW, Reserve, Source, Words};
use crate::ui::strings;

/// Properties of [`Chart`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct ChartProps {
    /// What it is made of.
    pub source: Source,
    /// Pickers of the chart.
    #[prop_or_default]
    pub controls: Html,
    /// Test windows were selected.
    #[prop_or_default]
    pub on_pick: Option<Callback<Vec<u32>>>,
}

/// A chart in its card.
///
/// Until the program that draws is there, the card is as high as it will be, as far as that is known.
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let door = use_door();
    let chosen = use_state_eq(|| None::<usize>);
    let picture = use_memo((source(&props.source, *chosen), door), |(source, door)| {
        (*door == Door::Open).then(|| Picture::of(source)).flatten().map(Rc::new)
    });
    let words = match &*picture {
        Some(picture) => picture.words.clone(),
        None => without_picture(door),
    };
    let figure = use_node_ref();
    let plot_box = use_node_ref();
    let as_table = use_state_eq(|| false);
    let width = use_width(plot_box.clone());
    let plot = use_plot(&picture, width);
    let toggle = {
        let as_table = as_table.clone();
        Callback::from(move |_: MouseEvent| as_table.set(!*as_table))
    };
    let (title_id, reading_id) = (format!("{}-title", words.testid), format!("{}-reading", words.testid));
    let described = format!("{title_id} {reading_id}");
    html! {
        <figure ref={&figure} class="card chart" data-testid={words.testid.clone()}>
            <figcaption>
                <h3 id={title_id}>{ &words.title }</h3>
                <p id={reading_id} class="reading">{ &words.reading }</p>
            </figcaption>
            if let Some(picture) = (*picture).as_ref().filter(|picture| picture.words.empty.is_none()) {
                <div class="chart-tools">
                    <button type="button" class="quiet" aria-pressed={as_table.to_string()} onclick={toggle}>
                        { "Table" }
                    </button>
                    { menu(picture, &figure) }
                </div>
            }
            <div class="chart-controls">{ choices(&words, chosen.setter()) }{ props.controls.clone() }</div>
            <div ref={plot_box} class="plot-box">
                { strut(words.reserve.height(width.unwrap_or(NARROW))) }
                { match (&words.empty, &*picture, plot) {
                    (Some(sentence), ..) => html! { <p class="chart-empty">{ sentence }</p> },
                    (None, Some(picture), _) if *as_table => {
                        picture.twin().map(|twin| table::table(&twin, &words.title)).unwrap_or_default()
                    }
                    (None, Some(_), Some((plot, drawn))) => layers(plot, &drawn, &words.title, &described, &props.on_pick),
                    (None, ..) => Html::default(),
                } }
            </div>
            <p class="chart-note">{ &words.caption }</p>
        </figure>
    }
}

/// The source with the reader's choice.
fn source(source: &Source, chosen: Option<usize>) -> Source {
    match source {
        Source::Finding(report, finding, None) => Source::Finding(*report, *finding, chosen),
        Source::Snapshot(frame, None) => Source::Snapshot(frame.clone(), chosen),
        other => other.clone(),
    }
}

/// What stands in the card of a chart without a picture.
fn without_picture(door: Door) -> Words {
    let line = || "\u{a0}".to_owned();
    Words {
        testid: "chart".to_owned(),
        title: line(),
        reading: line(),
        caption: line(),
        empty: (door != Door::Opening).then(|| strings::NO_CHART.to_owned()),
        reserve: Reserve::Fixed(240, 200),
        choices: Default::default(),
    }
}

/// A list of what the chart can show in turn, where that is more than one.
fn choices(words: &Words, chosen: UseStateSetter<Option<usize>>) -> Html {
    let choices = &words.choices;
    if choices.names.len() < 2 {
        return Html::default();
    }
    let onchange = Callback::from(move |event: Event| {
        let place = event.target_dyn_into::<HtmlSelectElement>().and_then(|select| select.value().parse().ok());
        if place.is_some() {
            chosen.set(place);
        }
    });
    let option = |(place, name): (usize, &String)| {
        html! { <option value={place.to_string()} selected={place == choices.chosen}>{ name }</option> }
    };
    html! {
        <label>{ &choices.word }<select {onchange}>{ for choices.names.iter().enumerate().map(option) }</select></label>
    }
}

/// The hatch of missing and unknown data; stands once in the page, before the charts.
///
/// Its measures are those of the drawn layer, four to a pixel.
pub fn chart_defs() -> Html {
    html! {
        <svg class="chart-defs" width="0" height="0" aria-hidden="true" focusable="false">
            <defs>
                <pattern id="hatch" width="24" height="24" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <line x1="0" y1="0" x2="0" y2="24" />
                </pattern>
            </defs>
        </svg>
    }
}

/// Holds the height of the box, since no style may.
fn strut(height: u32) -> Html {
    html! { <svg class="strut" width="1" height={height.to_string()} aria-hidden="true" focusable="false"></svg> }
}

fn layers(
    plot: Shown,
    picture: &AttrValue,
    title: &str,
    described: &str,
    on_pick: &Option<Callback<Vec<u32>>>,
) -> Html {
    html! {
        <>
            <div class="plot-layer" role="img" aria-labelledby={described.to_owned()}>
                { Html::from_html_unchecked(picture.clone()) }
            </div>
            <Overlay {plot} name={format!("{title}: read values with the arrow keys")} on_pick={on_pick.clone()} />
        </>
    }
}

/// The plot at a width, drawn again only when the width or the data change.
#[hook]
fn use_plot(picture: &Rc<Option<Rc<Picture>>>, width: Option<u32>) -> Option<(Shown, AttrValue)> {
    let to_draw = (**picture).clone().filter(|picture| picture.words.empty.is_none());
    let drawn = use_memo((to_draw.map(ByRef), width), |(picture, width)| {
        let picture = Rc::clone(&picture.as_ref()?.0);
        let mut drawing = picture.draw((*width)?)?;
        let svg = AttrValue::from(std::mem::take(&mut drawing.svg));
        Some((Shown { picture, drawing: Rc::new(drawing) }, svg))
    });
    (*drawn).clone()
}

/// Milliseconds without a change of size before a plot is drawn again.
const SETTLE_MILLIS: u32 = 100;

/// Width of an element in whole pixels; `None` until it is known.
#[hook]
fn use_width(node: NodeRef) -> Option<u32> {
    let width = use_state_eq(|| None);
    let found = width.clone();
    use_effect_with((), move |()| {
        let element = node.cast::<HtmlElement>();
        let observed = element.map(|element| {
            found.set(measured(&element));
            observe(element, Callback::from(move |width| found.set(width)))
        });
        move || drop(observed)
    });
    *width
}

/// A hidden element measures 0 and keeps the width it had.
fn measured(element: &HtmlElement) -> Option<u32> {
    u32::try_from(element.client_width()).ok().filter(|width| *width > 0)
}

/// Stops observing when dropped.
struct Observed {
    observer: ResizeObserver,
    _on_resize: Closure<dyn FnMut()>,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn observe(element: HtmlElement, on_width: Callback<Option<u32>>) -> Option<Observed> {
    let target: Element = element.clone().unchecked_into();
    let mut waiting: Option<Timeout> = None;
    let on_resize = Closure::<dyn FnMut()>::new(move || {
        let (element, on_width) = (element.clone(), on_width.clone());
        let settled = Timeout::new(SETTLE_MILLIS, move || {
            if let Some(width) = measured(&element) {
                on_width.emit(Some(width));
            }
        });
        // Dropping the timer before this one ends it.
        drop(waiting.replace(settled));
    });
    let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok()?;
    observer.observe(&target);
    Some(Observed { observer, _on_resize: on_resize })
}

fn menu(picture: &Rc<Picture>, figure: &NodeRef) -> Html {
    let words = &picture.words;
    let name = &words.testid;
    let (shown, file) = (Rc::clone(picture), format!("{name}.csv"));
    let csv = Callback::from(move |_| export::save(&file, "text/csv", &shown.csv()));
    let (shown, file) = (Rc::clone(picture), format!("{name}.md"));
    let markdown = Callback::from(move |_| export::copy_or_save(&file, "text/markdown", &shown.markdown()));
    let (figure, file) = (figure.clone(), format!("{name}.svg"));
    let heading = [words.title.clone(), words.reading.clone(), words.caption.clone()];
    let svg = Callback::from(move |_| {
        let document = figure.cast::<Element>().and_then(|figure| export::svg_document(&figure, &heading));
        if let Some(document) = document {
            export::save(&file, "image/svg+xml", &document);
        }
    });
    html! {
        <details class="menu">
            <summary aria-label="More ways to keep this chart">{ "⋯" }</summary>
            <div class="menu-list">
                { menu_entry("Save picture (SVG)", svg) }
                { menu_entry("Save numbers (CSV)", csv) }
                { menu_entry("Copy numbers (Markdown)", markdown) }
            </div>
        </details>
    }
}

/// Chooses and closes the menu.
fn menu_entry(text: &'static str, chosen: Callback<()>) -> Html {
    let onclick = Callback::from(move |event: MouseEvent| {
        let list = event.target_dyn_into::<Element>().and_then(|button| button.closest("details").ok().flatten());
        if let Some(details) = list {
            // An attribute that was not there is not an error.
            let _ = details.remove_attribute("open");
        }
        chosen.emit(());
    });
    html! { <button type="button" class="quiet" {onclick}>{ text }</button> }
}
