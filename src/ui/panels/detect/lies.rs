//! Which measures can be lied with: controls that know nothing, beside the detectors.

use yew::prelude::*;

use super::super::metrics::undefined;
use crate::config::Detector;
use crate::report::{LieRow, Report};
use crate::ui::components::{Card, Table};
use crate::ui::{format, strings};

/// A control this near to the first detector has fooled the measure.
const NEAR: f64 = 0.05;

/// The same scores under every measure.
pub(super) fn lies(report: &Report) -> Html {
    let rows = report.detection.as_ref().map_or(&[][..], |found| &found.lies);
    let Some(first) = rows.first() else { return Html::default() };
    let head = std::iter::once(strings::DETECTOR_HEAD).chain(first.measures.iter().map(|measure| head(&measure.id)));
    let head: Vec<AttrValue> = head.map(AttrValue::Static).collect();
    let row = |row: &LieRow| {
        let cells = first.measures.iter().map(|measure| cell(first, row, &measure.id));
        std::iter::once(html! { strings::control(&row.id) }).chain(cells).collect::<Vec<Html>>()
    };
    let table = Table {
        head,
        numbers_from: 1,
        testid: Some("lie-table".into()),
        ..Table::new(strings::LIES, &[], rows.iter().map(row).collect())
    };
    let random = rows.iter().find(|row| row.id == "random").and_then(|row| value(row, "point_adjusted_f1"));
    let random = random.map(|value| format::fixed(value, 2));
    let body = html! { <>{ table.view() }<p class="hint">{ strings::LIE_KEY }</p></> };
    let reading = strings::lie_reading(random.as_deref()).into();
    Card { title: strings::LIES.into(), reading, body, ..Card::default() }.view()
}

fn head(id: &str) -> &'static str {
    match id {
        "alarm_share" => strings::ALARM_SHARE,
        "episodes_found" => strings::FOUND_SHARE,
        id => strings::measure(id).map_or("", |words| words.head),
    }
}

fn value(row: &LieRow, id: &str) -> Option<f64> {
    row.measures.iter().find(|measure| measure.id == id)?.value
}

/// Whether it knows nothing: the clock, chance, constant alarm, a network without training.
fn is_control(id: &str) -> bool {
    Detector::of(id).is_none_or(|detector| matches!(detector, Detector::Clock | Detector::Prior))
}

fn is_fooled(first: &LieRow, row: &LieRow, id: &str) -> bool {
    let is_quality = !matches!(id, "alarm_share" | "false_alarms_per_hour");
    let both = value(first, id).zip(value(row, id));
    is_quality && is_control(&row.id) && both.is_some_and(|(model, control)| control >= model - NEAR)
}

fn cell(first: &LieRow, row: &LieRow, id: &str) -> Html {
    let Some(found) = value(row, id) else { return undefined(strings::NOT_MEASURED) };
    let decimals = if id == "false_alarms_per_hour" { 1 } else { 3 };
    let text = format::fixed(found, decimals);
    if is_fooled(first, row, id) {
        html! { <span class="fooled">{ text }{ " " }{ strings::FOOLED }</span> }
    } else {
        html! { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::fixture::detection;

    #[test]
    fn a_measure_is_fooled_by_a_control_that_comes_near() {
        let rows = detection().detection.expect("a detection").lies;
        let fooled = |row: usize, id: &str| is_fooled(&rows[0], &rows[row], id);
        assert!(fooled(1, "point_adjusted_f1") && !fooled(2, "point_adjusted_f1"));
        assert!(!fooled(1, "f1") && !fooled(1, "auc"), "undefined fools nobody");
        assert!(!fooled(0, "f1"), "the detector is no control of itself");
    }

    #[test]
    fn untrained_networks_and_the_clock_are_controls() {
        assert!(["clock", "prior", "random", "integrated, untrained"].into_iter().all(is_control));
        assert!(!is_control("zmax"));
    }
}
