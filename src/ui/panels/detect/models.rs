//! Which detectors run, and how.

use yew::prelude::*;

use super::super::setting::{control_id, fields, more};
use crate::config::{DetectCell, DetectConfig, Detector, RunConfig};
use crate::ui::components::{Card, Table};
use crate::ui::ctx::Ctx;
use crate::ui::settings::Place;
use crate::ui::state::{Action, DETECTOR_GROUPS, detect_cells, detect_parts, error};
use crate::ui::{format, strings};

/// The Models row.
pub(in crate::ui::panels) fn detect_summary(config: &RunConfig, detect: &DetectConfig) -> String {
    let ids: Vec<&str> = detect.detectors.iter().map(|detector| detector.id()).collect();
    strings::detect_summary(&ids, &detect.split.protocol.id().to_ascii_uppercase(), config.seeds.len())
}

/// Decisions and evidence of the stage.
pub(in crate::ui::panels) fn detect_models(ctx: &Ctx, preset: Html) -> Html {
    html! {
        <>
            <div class="decisions">
                if ctx.state.is_busy() {
                    <p class="hint">{ strings::READ_ONLY }</p>
                }
                { preset }
                <div class="study">{ fields(ctx, Place::Study) }</div>
                { fields(ctx, Place::Models) }
                { boxes(ctx) }
                { more(ctx, Place::MoreModels) }
            </div>
            <div class="evidence">{ plan(&ctx.state.config) }</div>
        </>
    }
}

fn boxes(ctx: &Ctx) -> Html {
    let wrong = error(&ctx.state).filter(|(field, _)| field == "models").map(|(_, sentence)| sentence);
    let group = |(detectors, name): (&&[Detector], &'static str)| {
        html! {
            <div class="model-group" role="group" aria-label={name}>
                <span class="key">{ name }</span>
                { for detectors.iter().map(|detector| one(ctx, *detector)) }
            </div>
        }
    };
    html! {
        <fieldset class="model-boxes" disabled={ctx.state.is_busy()}>
            <legend class="field-label">{ strings::DETECTORS_HEADING }</legend>
            { for DETECTOR_GROUPS.iter().zip(strings::DETECTOR_GROUP_NAMES).map(group) }
            if let Some(sentence) = wrong {
                <p class="hint"><span class="bad">{ "✕ " }{ sentence }</span></p>
            }
        </fieldset>
    }
}

fn one(ctx: &Ctx, detector: Detector) -> Html {
    let id = detector.id();
    let on = ctx.state.config.detect.as_ref().is_some_and(|detect| detect.detectors.contains(&detector));
    let onchange: Callback<Event> = ctx.on(Action::ModelToggled(id.to_owned()));
    // The first carries the id of the list, so that an error can lead to it.
    let control = if detector == Detector::Integrated { control_id("models") } else { control_id(id) };
    html! {
        <label class="model-box" title={detector.title()}>
            <input id={control} type="checkbox" checked={on} {onchange} data-model={id} />
            <span>{ id }</span>
        </label>
    }
}

fn learns_from(detector: Detector) -> &'static str {
    strings::supervision(detector.supervision().id())
}

fn plan(config: &RunConfig) -> Html {
    let cells = detect_cells(config);
    let n_seeds = config.seeds.len();
    let mut detectors: Vec<Detector> = Vec::new();
    for detector in cells.iter().flat_map(|cell| &cell.config.detectors) {
        if !detectors.contains(detector) {
            detectors.push(*detector);
        }
    }
    let row = |detector: &Detector| {
        let parts = detect_parts(&cells, n_seeds, Some(*detector));
        let words = [detector.id(), detector.title(), learns_from(*detector)].map(|word| html! { word });
        words.into_iter().chain([html! { strings::parts(parts) }]).collect::<Vec<Html>>()
    };
    let groups = || cells.chunk_by(|a, b| a.group == b.group).map(|cells| study_row(cells, n_seeds)).collect();
    let body = html! {
        <>
            if cells.len() > 1 {
                { Table::new(strings::STUDY_PLAN, &strings::STUDY_HEADS, groups()).view() }
            }
            { Table::new(strings::PLAN_HEADING, &strings::DETECT_PLAN_HEADS, detectors.iter().map(row).collect()).view() }
        </>
    };
    let reading = strings::detect_plan_reading(cells.len(), detect_parts(&cells, n_seeds, None)).into();
    Card { title: strings::PLAN_HEADING.into(), reading, body, ..Card::default() }.view()
}

/// One group of configs with its values.
fn study_row(cells: &[DetectCell], n_seeds: usize) -> Vec<Html> {
    let labels: Vec<&str> = cells.iter().map(|cell| cell.label.as_str()).collect();
    let group = cells.first().map(|cell| format::capital(&cell.group)).unwrap_or_default();
    vec![html! { group }, html! { labels.join(", ") }, html! { strings::parts(detect_parts(cells, n_seeds, None)) }]
}
