//! The written layer on top of the drawn one: texts, crosshair, tooltip and keyboard.

use std::rc::Rc;

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::door::Picture;
use crate::charts::{Drawing, Hits, Label, Move, Point, Swatch, Tip, Tone, outline_of};

/// A drawing passed by reference; two are equal if they are the same one.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// Whose drawing.
    pub picture: Rc<Picture>,
    /// All of it but the drawn layer.
    pub drawing: Rc<Drawing>,
}

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.drawing, &other.drawing)
    }
}

/// Properties of [`Overlay`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub(super) struct OverlayProps {
    /// What is shown.
    pub plot: Shown,
    /// Name of the chart for a screen reader.
    pub name: AttrValue,
    /// Windows were selected, by press or by Enter.
    pub on_pick: Option<Callback<Vec<u32>>>,
}

/// What is pointed at, and whether it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cursor {
    place: Option<usize>,
    /// Where a range of places begins that is being selected.
    from: Option<usize>,
    pinned: bool,
    /// Reached by key: to be spoken.
    spoken: bool,
}

/// Texts, crosshair and tooltip of a plot, with pointer and keyboard.
#[component]
pub(super) fn Overlay(props: &OverlayProps) -> Html {
    let plot = &props.plot.drawing;
    let cursor = use_state_eq(Cursor::default);
    let svg = use_node_ref();
    let tip_box = use_node_ref();
    let place = cursor.place.filter(|place| *place < plot.hits.len());
    let range = cursor.from.zip(place).and_then(|(from, to)| range_view(plot, from, to));
    let tip = use_memo((props.plot.clone(), place), |(plot, place)| place.and_then(|place| plot.picture.tip(place)));
    use_placed_tip(tip_box.clone(), props.plot.clone(), Rc::clone(&tip));
    let spoken = if cursor.spoken { tip.as_ref().as_ref().map(Tip::spoken) } else { None };
    html! {
        <>
            <svg ref={&svg} class="plot overlay" tabindex={if plot.hits.is_empty() { "-1" } else { "0" }}
                role="application" aria-label={props.name.clone()}
                width={plot.width.to_string()} height={plot.height.to_string()}
                onpointerdown={on_down(&cursor, &props.plot, &svg)}
                onpointermove={on_pointer(&cursor, &props.plot, &svg)}
                onclick={on_click(&cursor, &props.plot, &svg, &props.on_pick)}
                onpointerleave={on_leave(&cursor)} onblur={on_blur(&cursor)}
                onkeydown={on_key(&cursor, &props.plot, &props.on_pick)}>
                <g aria-hidden="true">
                    { for plot.labels.iter().map(label_view) }
                    { for tip.as_ref().as_ref().map(pointed_view) }
                    { for range }
                </g>
            </svg>
            <div ref={tip_box} class={classes!("tip", cursor.pinned.then_some("pinned"))} hidden={tip.is_none()}>
                { for tip.as_ref().as_ref().map(tip_view) }
            </div>
            <output class="chart-spoken" aria-live="polite">{ spoken.unwrap_or_default() }</output>
        </>
    }
}

/// Puts the tooltip beside its mark once its size is known.
#[hook]
fn use_placed_tip(tip_box: NodeRef, plot: Shown, tip: Rc<Option<Tip>>) {
    use_effect_with((plot, tip), move |(plot, tip)| {
        let found = tip_box.cast::<HtmlElement>().zip(tip.as_ref().as_ref());
        if let Some((element, tip)) = found {
            let size = (f64::from(element.offset_width()), f64::from(element.offset_height()));
            let room = (f64::from(plot.drawing.width), f64::from(plot.drawing.height));
            let (left, top) = beside(tip.at, size, room);
            // A refused property leaves the tooltip at the corner; it stays readable.
            let _ = element.style().set_property("left", &format!("{left:.0}px"));
            let _ = element.style().set_property("top", &format!("{top:.0}px"));
        }
    });
}

/// Right of the place if there is room, else left of it, else above or below it; never over it.
fn beside(at: Point, size: Point, room: Point) -> Point {
    const GAP: f64 = 14.0;
    let top = (at.1 - size.1 - GAP).clamp(0.0, (room.1 - size.1).max(0.0));
    if at.0 + GAP + size.0 <= room.0 {
        return (at.0 + GAP, top);
    }
    if at.0 - GAP - size.0 >= 0.0 {
        return (at.0 - GAP - size.0, top);
    }
    let left = (at.0 - size.0 / 2.0).clamp(0.0, (room.0 - size.0).max(0.0));
    let above = at.1 - GAP - size.1;
    (left, if above >= 0.0 { above } else { at.1 + GAP })
}

fn local(svg: &NodeRef, event: &MouseEvent) -> Option<Point> {
    let rect = svg.cast::<Element>()?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top()))
}

fn on_pointer(cursor: &UseStateHandle<Cursor>, plot: &Shown, svg: &NodeRef) -> Callback<PointerEvent> {
    let (cursor, plot, svg) = (cursor.clone(), plot.clone(), svg.clone());
    Callback::from(move |event: PointerEvent| {
        // Without a pressed button nothing is being dragged.
        let from = cursor.from.filter(|_| event.buttons() != 0);
        if !cursor.pinned || from.is_some() {
            let place = local(&svg, &event).and_then(|at| plot.drawing.hits.under(at));
            cursor.set(Cursor { place, from, ..Cursor::default() });
        }
    })
}

/// A range begins where places follow each other in time and select windows.
fn on_down(cursor: &UseStateHandle<Cursor>, plot: &Shown, svg: &NodeRef) -> Callback<PointerEvent> {
    let (cursor, plot, svg) = (cursor.clone(), plot.clone(), svg.clone());
    Callback::from(move |event: PointerEvent| {
        let place = local(&svg, &event).and_then(|at| plot.drawing.hits.under(at));
        let from = place.filter(|place| begins_range(&plot, *place));
        if let (Some(_), Some(svg)) = (from, svg.cast::<Element>()) {
            // Without it a range ends at the edge of the plot.
            let _ = svg.set_pointer_capture(event.pointer_id());
        }
        cursor.set(Cursor { from, ..*cursor });
    })
}

/// A press that slips by a few pixels is meant for one place.
fn is_far(plot: &Shown, from: usize, (x, _): Point) -> bool {
    matches!(&plot.drawing.hits, Hits::Along(xs) if xs.get(from).is_some_and(|from| (from - x).abs() >= 4.0))
}

fn begins_range(plot: &Shown, place: usize) -> bool {
    matches!(plot.drawing.hits, Hits::Along(_)) && !plot.picture.picks(place, place).is_empty()
}

/// Selects the windows of a place, or of a range that ends there, if there are any.
fn pick(plot: &Shown, cursor: Cursor, on_pick: &Option<Callback<Vec<u32>>>) {
    if let (Some(place), Some(on_pick)) = (cursor.place, on_pick) {
        let picks = plot.picture.picks(cursor.from.unwrap_or(place), place);
        if !picks.is_empty() {
            on_pick.emit(picks);
        }
    }
}

fn on_click(
    cursor: &UseStateHandle<Cursor>,
    plot: &Shown,
    svg: &NodeRef,
    on_pick: &Option<Callback<Vec<u32>>>,
) -> Callback<MouseEvent> {
    let (cursor, plot, svg, on_pick) = (cursor.clone(), plot.clone(), svg.clone(), on_pick.clone());
    Callback::from(move |event: MouseEvent| {
        let at = local(&svg, &event);
        let place = at.and_then(|at| plot.drawing.hits.under(at));
        let from = cursor.from.filter(|from| Some(*from) != place && at.is_some_and(|at| is_far(&plot, *from, at)));
        let again = cursor.pinned && cursor.place == place;
        pick(&plot, Cursor { place, from, ..*cursor }, &on_pick);
        let pinned = from.is_none() && place.is_some() && !again;
        cursor.set(Cursor { place, from: None, pinned, spoken: true });
    })
}

fn on_leave(cursor: &UseStateHandle<Cursor>) -> Callback<PointerEvent> {
    let cursor = cursor.clone();
    Callback::from(move |_| {
        if !cursor.pinned {
            cursor.set(Cursor::default());
        }
    })
}

fn on_blur(cursor: &UseStateHandle<Cursor>) -> Callback<FocusEvent> {
    let cursor = cursor.clone();
    Callback::from(move |_| {
        if !cursor.pinned {
            cursor.set(Cursor::default());
        }
    })
}

fn on_key(
    cursor: &UseStateHandle<Cursor>,
    plot: &Shown,
    on_pick: &Option<Callback<Vec<u32>>>,
) -> Callback<KeyboardEvent> {
    let (cursor, plot, on_pick) = (cursor.clone(), plot.clone(), on_pick.clone());
    Callback::from(move |event: KeyboardEvent| {
        let next = match event.key().as_str() {
            "Escape" if cursor.place.is_some() => Cursor::default(),
            "Enter" if cursor.place.is_some() => {
                pick(&plot, *cursor, &on_pick);
                Cursor { from: None, pinned: cursor.from.is_none() && !cursor.pinned, spoken: true, ..*cursor }
            }
            " " if cursor.place.is_some() => {
                let from = cursor.place.filter(|place| cursor.from.is_none() && begins_range(&plot, *place));
                Cursor { from, pinned: false, spoken: true, ..*cursor }
            }
            key => match key_move(key, event.shift_key()) {
                Some(step) => {
                    let place = plot.drawing.hits.moved(cursor.place, step);
                    Cursor { place, from: cursor.from, pinned: false, spoken: true }
                }
                None => return,
            },
        };
        event.prevent_default();
        cursor.set(next);
    })
}

/// Arrows go by one, with Shift by ten.
fn key_move(key: &str, shift: bool) -> Option<Move> {
    let by = if shift { 10 } else { 1 };
    Some(match key {
        "ArrowLeft" => Move::Along(-by),
        "ArrowRight" => Move::Along(by),
        "ArrowUp" => Move::Across(-by),
        "ArrowDown" => Move::Across(by),
        "Home" => Move::First,
        "End" => Move::Last,
        _ => return None,
    })
}

fn number(value: f64) -> AttrValue {
    AttrValue::from(format!("{value:.1}"))
}

/// Width that a stroke before a text takes.
const SWATCH: f64 = 18.0;

fn label_view(label: &Label) -> Html {
    let (x, y) = label.at;
    let shift = if label.swatch.is_some() { SWATCH + 4.0 } else { 0.0 };
    let tone = match label.tone {
        Tone::Tick => "tick",
        Tone::Name => "name",
        Tone::Strong => "strong",
    };
    html! {
        <>
            { for label.leader.map(|from| line_view(from, (x - 2.0, y), "leader")) }
            { for label.swatch.map(|swatch| swatch_view(swatch, (x, y))) }
            <text class={tone} x={number(x + shift)} y={number(y)} dy="0.35em" text-anchor={label.anchor.name()}>
                { &label.text }
            </text>
        </>
    }
}

fn line_view(from: Point, to: Point, class: &'static str) -> Html {
    html! { <line {class} x1={number(from.0)} y1={number(from.1)} x2={number(to.0)} y2={number(to.1)} /> }
}

fn swatch_view(swatch: Swatch, (x, y): Point) -> Html {
    let middle = (x + SWATCH / 2.0, y);
    let points = |marker| {
        let corners = outline_of(marker, middle, 3.5);
        corners.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ")
    };
    html! {
        <>
            <line x1={number(x)} x2={number(x + SWATCH)} y1={number(y)} y2={number(y)}
                stroke={swatch.ink.code()} stroke-width={swatch.width.to_string()} />
            { for swatch.marker.map(|marker| html! {
                <polygon points={points(marker)} fill={swatch.ink.undashed().code()} />
            }) }
        </>
    }
}

/// A stroke in the flow of a text.
pub fn swatch_inline(swatch: Swatch) -> Html {
    html! {
        <svg class="plot swatch" width="18" height="10" aria-hidden="true" focusable="false">
            { swatch_view(swatch, (0.0, 5.0)) }
        </svg>
    }
}

/// The range that is being selected, over the whole height.
fn range_view(plot: &Drawing, from: usize, to: usize) -> Option<Html> {
    let Hits::Along(xs) = &plot.hits else { return None };
    let (from, to) = (*xs.get(from)?, *xs.get(to)?);
    Some(outline_view([from.min(to), 1.0, from.max(to), f64::from(plot.height) - 1.0]))
}

fn outline_view([left, top, right, bottom]: [f64; 4]) -> Html {
    html! {
        <rect class="outline" x={number(left)} y={number(top)}
            width={number(right - left)} height={number(bottom - top)} />
    }
}

fn pointed_view(tip: &Tip) -> Html {
    html! {
        <>
            { for tip.lines.iter().map(|(from, to)| line_view(*from, *to, "pointed")) }
            { for tip.crosshair.map(|(top, bottom)| line_view((tip.at.0, top), (tip.at.0, bottom), "crosshair")) }
            { for tip.rings.iter().map(|((x, y), ink)| html! {
                <circle class="pointed" cx={number(*x)} cy={number(*y)} r="4" stroke={ink.undashed().code()} />
            }) }
            { for tip.outline.map(outline_view) }
        </>
    }
}

fn tip_view(tip: &Tip) -> Html {
    html! {
        <>
            <strong>{ &tip.title }</strong>
            <dl>{ for tip.rows.iter().map(|row| html! {
                <div>
                    <dt>{ for row.swatch.map(swatch_inline) }{ &row.name }</dt>
                    <dd>{ &row.value }</dd>
                </div>
            }) }</dl>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tooltip_stands_right_left_or_above_and_never_over_the_mark() {
        assert_eq!(beside((10.0, 100.0), (100.0, 40.0), (300.0, 200.0)), (24.0, 46.0));
        assert_eq!(beside((290.0, 100.0), (100.0, 40.0), (300.0, 200.0)), (176.0, 46.0));
        assert_eq!(beside((50.0, 100.0), (90.0, 40.0), (100.0, 200.0)), (5.0, 46.0));
        assert_eq!(beside((50.0, 20.0), (90.0, 40.0), (100.0, 200.0)), (5.0, 34.0));
    }

    #[test]
    fn shift_goes_by_ten() {
        assert_eq!(key_move("ArrowRight", true), Some(Move::Along(10)));
        assert_eq!(key_move("ArrowUp", false), Some(Move::Across(-1)));
        assert_eq!(key_move("a", false), None);
    }
}
