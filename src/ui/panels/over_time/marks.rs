//! What lies along the time slider: labelled faults above it, times below it, and both in words.
//!
//! Places are shares of the width, as attributes of an SVG: the page's policy refuses `style`.

use yew::prelude::*;

use crate::charts::{stamp, time_labels};
use crate::data::{DatasetSummary, Fault};
use crate::explore::Slider;
use crate::ui::strings;

/// Steps between times with a label.
const MOST_STEPS: usize = 3;
/// Renewals that are marked; more would be a grey band.
const MOST_RENEWALS: usize = 96;
/// Faults that are read out.
const MOST_SPOKEN: usize = 50;
/// A label nearer to an end than this stands beside its mark, not in the middle below it.
const NEAR_END: f64 = 0.05;
/// A mark is never narrower than this share of the slider: no width would be no mark.
const NARROWEST: f64 = 5e-4;

/// All of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Marks {
    pub(super) faults: Html,
    pub(super) times: Html,
    pub(super) words: Html,
}

impl Marks {
    /// What lies along the slider of a data set.
    pub(super) fn of(dataset: &DatasetSummary, slider: Slider) -> Self {
        Self { faults: faults(dataset, slider), times: times(dataset, slider), words: words(dataset, slider) }
    }
}

fn faults(dataset: &DatasetSummary, slider: Slider) -> Html {
    let stretches = slider.broken(&dataset.system.faults);
    if stretches.is_empty() {
        return Html::default();
    }
    let mark = |from: f64, to: f64| html! { <rect x={percent(from)} y="0" width={percent((to - from).max(NARROWEST))} height="100%" /> };
    html! {
        <svg class="slider-faults" aria-hidden="true" focusable="false">
            { for stretches.iter().map(|stretch| mark(stretch.from, stretch.to)) }
        </svg>
    }
}

fn times(dataset: &DatasetSummary, slider: Slider) -> Html {
    let labels = time_labels(dataset.start_secs, slider.at_secs(slider.last()), MOST_STEPS);
    html! {
        <svg class="slider-times" aria-hidden="true" focusable="false">
            { for slider.renewals(MOST_RENEWALS).into_iter().map(|share| tick(share, "3")) }
            { for labels.iter().map(|(secs, label)| time(slider.share(secs.saturating_mul(1000)), label)) }
        </svg>
    }
}

fn tick(share: f64, length: &'static str) -> Html {
    html! { <line x1={percent(share)} x2={percent(share)} y1="0" y2={length} /> }
}

fn time(share: f64, label: &str) -> Html {
    let anchor = match share {
        _ if share < NEAR_END => "start",
        _ if share > 1.0 - NEAR_END => "end",
        _ => "middle",
    };
    html! {
        <g>
            { tick(share, "6") }
            <text x={percent(share)} y="18" text-anchor={anchor}>{ label }</text>
        </g>
    }
}

/// How many faults are marked, and a list of them for those who do not see the marks.
fn words(dataset: &DatasetSummary, slider: Slider) -> Html {
    let faults = &dataset.system.faults;
    if faults.is_empty() {
        return Html::default();
    }
    let n_within = slider.within(faults).count();
    html! {
        <>
            <p class="hint">{ strings::faults_marked(n_within, faults.len() - n_within) }</p>
            <ul class="spoken">
                { for slider.within(faults).take(MOST_SPOKEN).map(|fault| html! { <li>{ spoken(dataset, fault) }</li> }) }
                if n_within > MOST_SPOKEN {
                    <li>{ strings::more_faults(n_within - MOST_SPOKEN) }</li>
                }
            </ul>
        </>
    }
}

fn spoken(dataset: &DatasetSummary, fault: &Fault) -> String {
    let at = |millis: i64| stamp(dataset.start_secs, millis.div_euclid(1000));
    strings::fault_marked((&fault.kind, &fault.target), (&at(fault.start_millis), &at(fault.end_millis)))
}

fn percent(share: f64) -> String {
    format!("{:.2}%", 100.0 * share)
}
