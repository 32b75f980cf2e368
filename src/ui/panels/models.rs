//! Which models run, and how.

use yew::prelude::*;

use super::setting::{control_id, fields, more};
use super::{open_word, row};
use crate::config::{ModelConfig, RunConfig, preset, presets};
use crate::ui::components::{Card, Select, Stage, Table};
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::settings::{Place, differences};
use crate::ui::state::{Action, MODEL_ORDER, StageId, error, planned_parts};
use crate::ui::{format, strings};

/// Stage Models.
#[component]
pub(crate) fn ModelsPanel(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let row = row(ctx, StageId::Models);
    html! {
        <Stage id="models" name={row.name} glyph={row.glyph} glyph_text={row.glyph_text} open={row.open}
            on_toggle={row.on_toggle} summary={summary(&ctx.state.config)} action={open_word(row.open)}>
            <div class="decisions">
                if ctx.state.is_busy() {
                    <p class="hint">{ strings::READ_ONLY }</p>
                }
                { preset_select(ctx) }
                { model_boxes(ctx) }
                { fields(ctx, Place::Models) }
                { more(ctx, Place::MoreModels) }
            </div>
            <div class="evidence">{ plan(&ctx.state.config) }</div>
        </Stage>
    }
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
    let choices: Vec<(AttrValue, AttrValue)> =
        presets().into_iter().map(|preset| (preset.id.into(), preset.title.into())).collect();
    let changed = preset(&state.preset).map_or(0, |preset| differences(&preset.config, &state.config).len());
    let hint = if changed == 0 { String::new() } else { strings::preset_changed(changed) };
    html! {
        <Select id="preset" label={strings::PRESET} {choices} value={state.preset.clone()} {hint} locked={state.is_busy()}
            testid="preset-select" on_change={ctx.with(Action::PresetChosen)} />
    }
}

fn model_boxes(ctx: &Ctx) -> Html {
    let wrong = error(&ctx.state).filter(|(field, _)| field == "models").map(|(_, sentence)| sentence);
    html! {
        <fieldset class="model-boxes" disabled={ctx.state.is_busy()}>
            <legend class="field-label">{ strings::MODELS_HEADING }</legend>
            { for MODEL_ORDER.iter().enumerate().map(|(idx, id)| model_box(ctx, idx, id)) }
            if let Some(sentence) = wrong {
                <p class="hint"><span class="bad">{ "✕ " }{ sentence }</span></p>
            }
        </fieldset>
    }
}

fn model_box(ctx: &Ctx, idx: usize, id: &'static str) -> Html {
    let on = ctx.state.config.models.iter().any(|model| model.id() == id);
    let onchange: Callback<Event> = ctx.on(Action::ModelToggled(id.to_owned()));
    // The first carries the id of the list, so that an error can lead to it.
    let control = if idx == 0 { control_id("models") } else { control_id(id) };
    html! {
        <label class="model-box" title={strings::model_text(id)}>
            <input id={control} type="checkbox" checked={on} {onchange} data-model={id} />
            <span>{ id }</span>
        </label>
    }
}

fn plan(config: &RunConfig) -> Html {
    let row = |model: &ModelConfig| {
        let parts = if model.is_learned() {
            format::count(config.seeds.len(), "seed", "seeds")
        } else {
            strings::CLOSED_FORM.to_owned()
        };
        vec![html! { model.id() }, html! { strings::model_text(model.id()) }, html! { parts }]
    };
    html! {
        <Card title={strings::PLAN_HEADING} reading={strings::plan_reading(planned_parts(config))}>
            <Table caption={strings::PLAN_HEADING} head={strings::PLAN_HEADS.map(AttrValue::from).to_vec()}
                rows={config.models.iter().map(row).collect::<Vec<_>>()} />
        </Card>
    }
}
