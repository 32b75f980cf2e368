//! Tables of detectors and of configs.

use yew::prelude::*;

use super::super::metrics::undefined;
use super::so_far;
use crate::report::{DetectCellResult, DetectorResult, Report, ThresholdChoice};
use crate::ui::components::{Button, Card, Table, Weight, fold};
use crate::ui::ctx::Ctx;
use crate::ui::detection::{ranked, told};
use crate::ui::state::{Action, Live};
use crate::ui::strings::MeasureWords;
use crate::ui::{format, strings};

/// Rows of a run that goes on.
const MOST_LIVE: usize = 16;

fn columns(all: bool) -> &'static [MeasureWords] {
    if all { &strings::MEASURES } else { &strings::MEASURES[..strings::FEW_MEASURES] }
}

/// The measures of a detector in these columns; what is undefined says why.
fn measures(cell: &DetectCellResult, detector: &DetectorResult, columns: &[MeasureWords]) -> Vec<Html> {
    let value = |words: &MeasureWords| match told(cell, detector, words) {
        Ok(text) => html! { text },
        Err(reason) => undefined(reason),
    };
    columns.iter().map(value).collect()
}

fn heads(first: &[&'static str], columns: &[MeasureWords], last: &[&'static str]) -> Vec<AttrValue> {
    let words = first.iter().copied().chain(columns.iter().map(|words| words.head)).chain(last.iter().copied());
    words.map(AttrValue::Static).collect()
}

/// Every detector of the first cell with its doubt, best average precision first.
pub(super) fn metrics_table(ctx: &Ctx, cell: &DetectCellResult) -> Html {
    let all = ctx.state.all_metrics;
    // The last measure is there only where it was asked for.
    let is_asked = cell.detectors.iter().any(|detector| detector.measured("found_at_budget").is_some());
    let columns = columns(all);
    let columns = &columns[..columns.len() - usize::from(all && !is_asked)];
    let row = |detector: &DetectorResult| {
        let lead = [name(detector), html! { strings::supervision(&detector.supervision) }];
        let tail = [html! { format::whole(detector.n_params as u64) }, html! { detector.seeds.len() }];
        let tail = tail.into_iter().filter(|_| all);
        lead.into_iter().chain(measures(cell, detector, columns)).chain(tail).collect::<Vec<Html>>()
    };
    let rows = ranked(&cell.detectors).into_iter().map(row).collect();
    let last: &[&'static str] = if all { &[strings::PARAMS_HEAD, strings::SEEDS_HEAD] } else { &[] };
    let table = Table {
        head: heads(&[strings::DETECTOR_HEAD, strings::LEARNED_FROM_HEAD], columns, last),
        numbers_from: 2,
        testid: Some("metrics-table".into()),
        ..Table::new(strings::DETECT_CAPTION, &[], rows)
    };
    let word = if all { strings::FEWER_METRICS } else { strings::ALL_METRICS };
    let more = Button { weight: Weight::Quiet, ..Button::new(word, ctx.on(Action::AllMetricsToggled)) };
    let single = cell.detectors.iter().any(|detector| detector.learned && detector.seeds.len() < 2);
    html! {
        <div class="metrics">
            { table.view() }
            <div class="table-foot">
                <span class="key">{ if single { strings::ONE_SEED } else { "" } }</span>
                { more.view() }
            </div>
            { fold(strings::MEASURES_TEXT.into(), false, explained(columns)) }
        </div>
    }
}

fn explained(columns: &[MeasureWords]) -> Html {
    let line = |words: &MeasureWords| html! { <div><dt>{ words.head }</dt><dd>{ words.text }</dd></div> };
    html! { <dl class="measures">{ for columns.iter().map(line) }</dl> }
}

fn name(detector: &DetectorResult) -> Html {
    html! { <span title={detector.title.clone()}>{ &detector.id }</span> }
}

/// Every config and detector of a study.
pub(super) fn study_table(report: &Report) -> Html {
    let Some(found) = report.detection.as_ref().filter(|found| found.cells.len() > 1) else { return Html::default() };
    let columns = &strings::MEASURES[..strings::FEW_MEASURES];
    let row = |cell: &DetectCellResult, detector: &DetectorResult| {
        let lead = [html! { strings::cell_name(&cell.group, &cell.label) }, name(detector)];
        lead.into_iter().chain(measures(cell, detector, columns)).collect::<Vec<Html>>()
    };
    let cells = found.cells.iter();
    let rows = cells.flat_map(|cell| cell.detectors.iter().map(move |detector| row(cell, detector))).collect();
    let table = Table {
        head: heads(&[strings::CELL_HEAD, strings::DETECTOR_HEAD], columns, &[]),
        numbers_from: 2,
        testid: Some("study-table".into()),
        ..Table::new(strings::STUDY_TABLE, &[], rows)
    };
    let is_of_protocols = found.cells.iter().all(|cell| cell.group == "protocols");
    let reading = if is_of_protocols { strings::PROTOCOLS_READING } else { strings::STUDY_TABLE_READING };
    Card { title: strings::STUDY_TABLE.into(), reading: reading.into(), body: table.view(), ..Card::default() }.view()
}

fn number(value: Option<f64>, decimals: usize) -> Html {
    value.map_or_else(|| undefined(strings::NOT_MEASURED), |value| html! { format::fixed(value, decimals) })
}

/// Fault types of one detector, first seed.
pub(super) fn kinds(detector: &DetectorResult) -> Html {
    let kinds = detector.seeds.first().map_or(&[][..], |seed| seed.kinds.as_slice());
    if kinds.is_empty() {
        return Html::default();
    }
    let rows = kinds.iter().map(|kind| {
        vec![
            html! { &kind.kind },
            html! { format::whole(kind.n) },
            html! { strings::of(&kind.found.to_string(), &kind.episodes.to_string()) },
            number(kind.auc, 3),
            number(kind.ap, 3),
        ]
    });
    let table = Table::new(strings::KINDS, &strings::KIND_HEADS, rows.collect());
    Table { numbers_from: 1, testid: Some("kinds-table".into()), ..table }.view()
}

/// What other rules would have given.
pub(super) fn choices(detector: &DetectorResult) -> Html {
    let choices = detector.seeds.first().map_or(&[][..], |seed| seed.choices.as_slice());
    if choices.is_empty() {
        return Html::default();
    }
    let row = |choice: &ThresholdChoice| {
        vec![
            html! { strings::rule(&choice.rule) },
            number(choice.threshold, 3),
            number(choice.f1, 3),
            number(choice.alarms_per_hour, 2),
            number(choice.found, 2),
        ]
    };
    let table = Table::new(strings::CHOICES, &strings::CHOICE_HEADS, choices.iter().map(row).collect());
    let table = Table { numbers_from: 1, testid: Some("thresholds-table".into()), ..table };
    html! { <div class="card">{ fold(strings::choices_of(&detector.id).into(), false, table.view()) }</div> }
}

/// The paper's numbers beside those of each cell that has its model.
pub(super) fn paper(report: &Report) -> Html {
    let Some(found) = &report.detection else { return Html::default() };
    let shown = |cell: &DetectCellResult, id: &str, measure: &str| {
        let detector = cell.detectors.iter().find(|detector| detector.id == id)?;
        let words = strings::measure(measure)?;
        Some(match told(cell, detector, words) {
            Ok(text) => html! { text },
            Err(reason) => undefined(reason),
        })
    };
    let line = |cell: &DetectCellResult| {
        let rows = strings::DETECT_PAPER_ROWS.iter().filter_map(|(model, id, measure, published)| {
            let ours = shown(cell, id, measure)?;
            let head = strings::measure(measure).map_or("", |words| words.head);
            let place = strings::cell_name(&cell.group, &cell.label);
            Some(vec![html! { *model }, html! { head }, html! { *published }, ours, html! { place }])
        });
        rows.collect::<Vec<_>>()
    };
    let rows: Vec<Vec<Html>> = found.cells.iter().filter(|cell| cell.x.is_none()).flat_map(line).collect();
    if rows.is_empty() {
        return Html::default();
    }
    let table = Table::new(strings::DETECT_PAPER, &strings::DETECT_PAPER_HEADS, rows);
    let body = Table { testid: Some("paper-table".into()), ..table }.view();
    let (title, reading) = (strings::DETECT_PAPER.into(), strings::DETECT_PAPER_READING.into());
    Card { title, reading, body, ..Card::default() }.view()
}

/// What has been found so far; of a long run what came last.
pub(in crate::ui::panels) fn live_table(live: &Live) -> Html {
    let row = |(cell, detector): &(usize, DetectorResult)| {
        let label = live.parts.iter().find(|part| part.cell == *cell).map(|part| part.label.clone());
        vec![
            html! { label.unwrap_or_default() },
            name(detector),
            so_far(detector, "episodes_found"),
            so_far(detector, "false_alarms_per_hour"),
            so_far(detector, "ap"),
            html! { detector.seeds.len() },
        ]
    };
    let rows = live.detected.iter().rev().take(MOST_LIVE).map(row).collect();
    let table = Table::new(strings::FOUND, &strings::DETECTED_HEADS, rows);
    Table { numbers_from: 2, testid: Some("metrics-table".into()), ..table }.view()
}
