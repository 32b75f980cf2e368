//! The frame of every chart: card, title, reading, plot in a box of reserved height, caption, table twin and menu.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, ResizeObserver};
use yew::prelude::*;

use super::axes::NARROW;
use super::export;
use super::overlay::{Overlay, Shown};
use super::picture::Picture;
use super::source::{ByRef, Source};

/// Height that is kept free for a plot before it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserve {
    /// A height for a wide and one for a narrow plot.
    Fixed(u32, u32),
    /// As high as wide up to a limit, and a strip below.
    Square(u32, u32),
}

impl Reserve {
    /// The height at a width.
    pub fn height(self, width: u32) -> u32 {
        match self {
            Self::Fixed(_, narrow) if width < NARROW => narrow,
            Self::Fixed(wide, _) => wide,
            Self::Square(limit, below) => width.min(limit) + below,
        }
    }
}

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
#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let picture = use_memo(props.source.clone(), Source::picture);
    let figure = use_node_ref();
    let plot_box = use_node_ref();
    let as_table = use_state_eq(|| false);
    let width = use_width(plot_box.clone());
    let plot = use_plot(&picture, width);
    let has_plot = picture.empty.is_none();
    let toggle = {
        let as_table = as_table.clone();
        Callback::from(move |_: MouseEvent| as_table.set(!*as_table))
    };
    let (title_id, reading_id) = (format!("{}-title", picture.testid), format!("{}-reading", picture.testid));
    let described = format!("{title_id} {reading_id}");
    html! {
        <figure ref={&figure} class="card chart" data-testid={picture.testid.clone()}>
            <figcaption>
                <h3 id={title_id}>{ &picture.title }</h3>
                <p id={reading_id} class="reading">{ &picture.reading }</p>
            </figcaption>
            if has_plot {
                <div class="chart-tools">
                    <button type="button" class="quiet" aria-pressed={as_table.to_string()} onclick={toggle}>
                        { "Table" }
                    </button>
                    { menu(&picture, &figure) }
                </div>
            }
            <div class="chart-controls">{ props.controls.clone() }</div>
            <div ref={plot_box} class="plot-box">
                { strut(picture.reserve().height(width.unwrap_or(NARROW))) }
                { match (picture.empty, plot) {
                    (Some(sentence), _) => html! { <p class="chart-empty">{ sentence }</p> },
                    (None, _) if *as_table => picture.twin().view(&picture.title),
                    (None, Some((plot, drawn))) => layers(plot, &drawn, &picture.title, &described, &props.on_pick),
                    (None, None) => Html::default(),
                } }
            </div>
            <p class="chart-note">{ &picture.caption }</p>
        </figure>
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
fn use_plot(picture: &Rc<Picture>, width: Option<u32>) -> Option<(Shown, AttrValue)> {
    let deps = (ByRef(Rc::clone(picture)), width.filter(|_| picture.empty.is_none()));
    let drawn = use_memo(deps, |(picture, width)| {
        width.map(|width| {
            let plot = picture.0.plot(width, picture.0.reserve().height(width));
            let svg = AttrValue::from(plot.svg());
            (Shown(Rc::new(plot)), svg)
        })
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
    let name = picture.testid.clone();
    let (shown, file) = (Rc::clone(picture), format!("{name}.csv"));
    let csv = Callback::from(move |_| export::save(&file, "text/csv", &shown.twin().csv()));
    let (shown, file) = (Rc::clone(picture), format!("{name}.md"));
    let markdown = Callback::from(move |_| export::copy_or_save(&file, "text/markdown", &shown.twin().markdown()));
    let (figure, file) = (figure.clone(), format!("{name}.svg"));
    let heading = [picture.title.to_string(), picture.reading.to_string(), picture.caption.to_string()];
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_is_known_before_the_data() {
        assert_eq!((Reserve::Fixed(240, 200).height(900), Reserve::Fixed(240, 200).height(326)), (240, 200));
        assert_eq!((Reserve::Square(480, 40).height(900), Reserve::Square(480, 40).height(326)), (520, 366));
    }
}
