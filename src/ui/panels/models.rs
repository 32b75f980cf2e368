//! Which models run, and how.

use yew::prelude::*;

use super::detect::{detect_models, detect_summary};
use super::setting::{control_id, fields, more};
use super::stage;
use crate::charts::Source;
use crate::config::{Cell, ModelConfig, RunConfig, preset, presets};
use crate::ui::charts::Chart;
use crate::ui::components::{Card, Group, Select, Stage, Table};
use crate::ui::ctx::Ctx;
use crate::ui::settings::{Place, differences};
use crate::ui::state::{Action, MODEL_GROUPS, StageId, Task, error, parts_of, planned_cells};
use crate::ui::{format, strings};

/// Values of a sweep that are read at a glance.
const FEW_VALUES: usize = 8;

/// Stage Models.
pub(crate) fn models_panel(ctx: &Ctx) -> Html {
    let stage = stage(ctx, StageId::Models, strings::CHANGE);
    if let Some(detect) = &ctx.state.config.detect {
        let (summary, body) = (detect_summary(&ctx.state.config, detect), detect_models(ctx, preset_select(ctx)));
        return Stage { summary: summary.into(), body, ..stage }.view();
    }
    let body = html! {
        <>
            <div class="decisions">
                if ctx.state.is_busy() {
                    <p class="hint">{ strings::READ_ONLY }</p>
                }
                { preset_select(ctx) }
                <div class="study">{ fields(ctx, Place::Study) }</div>
                { model_boxes(ctx) }
                { fields(ctx, Place::Models) }
                { more(ctx, Place::MoreModels) }
                { more(ctx, Place::EachModel) }
            </div>
            <div class="evidence">
                { plan(&ctx.state.config) }
                { model_diagram(ctx) }
            </div>
        </>
    };
    Stage { summary: summary(&ctx.state.config).into(), body, ..stage }.view()
}

fn summary(config: &RunConfig) -> String {
    let ids = |learned: bool| -> Vec<&str> {
        config.models.iter().filter(|model| model.is_learned() == learned).map(ModelConfig::id).collect()
    };
    let window = &config.window;
    strings::models_summary(&ids(true), &ids(false), config.seeds.len(), window.input_steps, window.output_steps)
}

fn preset_select(ctx: &Ctx) -> Html {
    let state = &ctx.state;
    let task = state.task();
    let all: Vec<_> = presets().into_iter().filter(|preset| Task::of(&preset.config) == task).collect();
    let of = |group: &'static str| {
        let inside = all.iter().filter(|preset| strings::preset_group(preset.id) == group);
        (AttrValue::from(group), inside.map(|preset| (preset.id.into(), preset.title.into())).collect())
    };
    let groups: Vec<Group> = strings::PRESET_GROUPS.map(of).to_vec();
    let changed = preset(&state.preset).map_or(0, |preset| differences(&preset.config, &state.config).len());
    let hint = if changed == 0 { String::new() } else { strings::preset_changed(changed) };
    Select {
        id: "preset".into(),
        label: strings::PRESET.into(),
        groups,
        value: state.preset.clone().into(),
        hint: hint.into(),
        locked: state.is_busy(),
        testid: Some("preset-select".into()),
        on_change: ctx.with(Action::PresetChosen),
        ..Select::default()
    }
    .view()
}

fn model_boxes(ctx: &Ctx) -> Html {
    let wrong = error(&ctx.state).filter(|(field, _)| field == "models").map(|(_, sentence)| sentence);
    html! {
        <fieldset class="model-boxes" disabled={ctx.state.is_busy()}>
            <legend class="field-label">{ strings::MODELS_HEADING }</legend>
            { for MODEL_GROUPS.iter().zip(strings::MODEL_GROUP_NAMES).map(|(ids, name)| model_group(ctx, name, ids)) }
            if let Some(sentence) = wrong {
                <p class="hint"><span class="bad">{ "✕ " }{ sentence }</span></p>
            }
        </fieldset>
    }
}

fn model_group(ctx: &Ctx, name: &'static str, ids: &[&'static str]) -> Html {
    html! {
        <div class="model-group" role="group" aria-label={name}>
            <span class="key">{ name }</span>
            { for ids.iter().map(|&id| model_box(ctx, id)) }
        </div>
    }
}

fn model_box(ctx: &Ctx, id: &'static str) -> Html {
    let on = ctx.state.config.models.iter().any(|model| model.id() == id);
    let onchange: Callback<Event> = ctx.on(Action::ModelToggled(id.to_owned()));
    // The first carries the id of the list, so that an error can lead to it.
    let control = if MODEL_GROUPS[0].first() == Some(&id) { control_id("models") } else { control_id(id) };
    html! {
        <label class="model-box" title={strings::model_text(id)}>
            <input id={control} type="checkbox" checked={on} {onchange} data-model={id} />
            <span>{ id }</span>
        </label>
    }
}

/// What the graph model computes, with the shapes of the present data.
fn model_diagram(ctx: &Ctx) -> Html {
    let dataset = ctx.state.dataset.as_deref();
    let n_nodes = dataset.map(|dataset| dataset.nodes.len());
    if ctx.state.config.tsf().is_none() {
        return Html::default();
    }
    let config = Box::new(ctx.state.config.clone());
    html! { <Chart source={Source::Diagram(config, n_nodes, dataset.map(|dataset| dataset.metrics.len()))} /> }
}

fn plan(config: &RunConfig) -> Html {
    let cells = planned_cells(config);
    let is_study = cells.len() > 1;
    let row = |model: &ModelConfig| {
        let parts = match model.is_learned() {
            _ if is_study => strings::parts(parts_of(&cells, Some(model.id()))),
            true => format::count(config.seeds.len(), "seed", "seeds"),
            false => strings::CLOSED_FORM.to_owned(),
        };
        vec![html! { model.id() }, html! { strings::model_text(model.id()) }, html! { parts }]
    };
    let groups = || cells.chunk_by(|a, b| a.group == b.group).map(study_row).collect();
    let body = html! {
        <>
            if is_study {
                { Table::new(strings::STUDY_PLAN, &strings::STUDY_HEADS, groups()).view() }
            }
            { Table::new(strings::PLAN_HEADING, &strings::PLAN_HEADS, config.models.iter().map(row).collect()).view() }
        </>
    };
    let reading = strings::plan_reading(cells.len(), parts_of(&cells, None)).into();
    Card { title: strings::PLAN_HEADING.into(), reading, body, ..Card::default() }.view()
}

/// One group of cells: its values, many of them by the first and the last.
fn study_row(cells: &[Cell]) -> Vec<Html> {
    let labels: Vec<&str> = cells.iter().map(|cell| cell.label.as_str()).collect();
    let is_numeric = cells.iter().all(|cell| cell.x.is_some());
    let values = match labels.as_slice() {
        [first, .., last] if is_numeric && labels.len() > FEW_VALUES => strings::range(first, last, labels.len()),
        labels => labels.join(", "),
    };
    let group = cells.first().map(|cell| strings::varies(&cell.group)).unwrap_or_default();
    vec![html! { group }, html! { values }, html! { strings::parts(parts_of(cells, None)) }]
}
