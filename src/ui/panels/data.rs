//! Files, and what is in them.

use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use super::setting::{fields, more};
use super::{open_word, row};
use crate::data::{DatasetSummary, Finding, Severity};
use crate::protocol::Stage as Where;
use crate::ui::charts::CoverageChart;
use crate::ui::components::{Badge, Button, Card, Stage, Table};
use crate::ui::ctx::{Ctx, PanelProps};
use crate::ui::settings::Place;
use crate::ui::state::{Phase, SAMPLE, StageId, scenario_of};
use crate::ui::{actions, browser, format, strings};

/// Stage Data.
#[component]
pub(crate) fn DataPanel(props: &PanelProps) -> Html {
    let ctx = &props.ctx;
    let row = row(ctx, StageId::Data);
    let offers_file = matches!(ctx.state.phase, Phase::Sample) && !row.open;
    let action = if offers_file { AttrValue::from(strings::USE_OWN_FILE) } else { open_word(row.open) };
    let on_action = offers_file.then(|| Callback::from(|()| browser::click("file")));
    html! {
        <Stage id="data" name={row.name} glyph={row.glyph} glyph_text={row.glyph_text} open={row.open}
            on_toggle={row.on_toggle} summary={summary(ctx)} summary_testid="dataset-summary" {action} {on_action}
            message={message(ctx)}>
            <div class="decisions">
                { files(ctx) }
                { fields(ctx, Place::Data) }
                { more(ctx, Place::MoreData) }
            </div>
            <div class="evidence">
                if let Some(dataset) = &ctx.state.dataset {
                    <CoverageChart summary={dataset.clone()} />
                }
                { findings(ctx.state.dataset.as_deref()) }
            </div>
        </Stage>
    }
}

fn summary(ctx: &Ctx) -> String {
    let Some(dataset) = &ctx.state.dataset else { return strings::DATA_EMPTY.to_owned() };
    let span = format::span(dataset.n_bins as u64 * u64::from(dataset.grid_secs));
    let grid = format::span(u64::from(dataset.grid_secs));
    let machines = dataset.nodes.len();
    if dataset.synthetic {
        let name = if scenario_of(dataset) == Some(SAMPLE) { strings::SYNTHETIC } else { &dataset.name };
        return strings::synthetic_dataset(name, machines, &span, &grid);
    }
    strings::dataset(&dataset.name, machines, &span, &format::whole(dataset.n_rows), &grid, &dataset.grid_reason)
}

/// A file that cannot be read is said here, with the one button that may help.
fn message(ctx: &Ctx) -> Html {
    let Phase::Failed { stage: Where::Read, message } = &ctx.state.phase else { return Html::default() };
    let can_skip = message.contains("Skip bad rows") && !ctx.state.config.data.skip_bad_rows;
    let page = ctx.clone();
    let skip = Callback::from(move |()| actions::skip_bad_rows(&page));
    html! {
        <div class="message bad" role="alert">
            <p data-testid="error">{ "! " }{ message }</p>
            if can_skip {
                <Button label={strings::SKIP_BAD_ROWS} on_press={skip} />
            } else {
                <Button label={strings::ADD_FILES} on_press={Callback::from(|()| browser::click("file"))} />
            }
        </div>
    }
}

fn files(ctx: &Ctx) -> Html {
    let dataset = ctx.state.dataset.as_deref();
    let page = ctx.clone();
    let onchange = Callback::from(move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let chosen = files_of(&input);
        // So that the same file can be chosen again.
        input.set_value("");
        actions::choose(&page, chosen);
    });
    html! {
        <div class="files" role="group" aria-label={strings::FILES}>
            <ul>{ for dataset.into_iter().flat_map(|dataset| &dataset.files).map(|file| html! {
                <li><span class="name">{ &file.name }</span><span class="size">{ format::bytes(file.bytes) }</span></li>
            }) }</ul>
            <div class="choose">
                <label class="button" for="file">{ strings::ADD_FILES }</label>
                <input id="file" class="file" type="file" multiple=true aria-label={strings::FILE_INPUT}
                    data-testid="file-input" {onchange} />
                { sample_button(ctx) }
            </div>
            <p class="hint">{ strings::FORMATS }</p>
            if let Some(dataset) = dataset {
                <p class="fact"><span class="key">{ strings::FORMAT }</span>{ &dataset.format }</p>
            }
        </div>
    }
}

fn sample_button(ctx: &Ctx) -> Html {
    if ctx.state.scenario().is_some() || ctx.state.is_busy() {
        return Html::default();
    }
    let page = ctx.clone();
    html! {
        <Button label={strings::LOAD_SAMPLE} on_press={Callback::from(move |()| actions::open_sandbox(&page, SAMPLE))} />
    }
}

fn files_of(input: &HtmlInputElement) -> Vec<File> {
    let Some(list) = input.files() else { return Vec::new() };
    (0..list.length()).filter_map(|idx| list.get(idx)).collect()
}

fn findings(dataset: Option<&DatasetSummary>) -> Html {
    let found = dataset.map_or(&[][..], |dataset| &dataset.findings);
    let aside = html! { <>{ for dataset.map(|_| html! { <Badge label={strings::findings(found.len())} /> }) }</> };
    html! {
        <Card title={strings::FINDINGS} {aside} testid="doctor-report">
            if found.is_empty() {
                <p class="reading">{ if dataset.is_some() { strings::NO_FINDINGS } else { strings::DATA_EMPTY } }</p>
            } else {
                <Table caption={strings::FINDINGS} head={strings::FINDING_HEADS.map(AttrValue::from).to_vec()}
                    rows={found.iter().map(finding).collect::<Vec<_>>()} />
            }
        </Card>
    }
}

fn finding(finding: &Finding) -> Vec<Html> {
    let (mark, text) = match finding.severity {
        Severity::Warning => (strings::WARNING, strings::WARNING_TEXT),
        Severity::Info => (strings::INFO, strings::INFO_TEXT),
    };
    let title = html! {
        <>
            <span class={if mark == strings::WARNING { "severity warn" } else { "severity" }} aria-hidden="true">{ mark }</span>
            <span class="spoken">{ format!("{text}: ") }</span>
            { &finding.title }
        </>
    };
    let count = format!("{} {}", format::whole(finding.count), finding.unit);
    vec![title, html! { count }, html! { &finding.first }, html! { &finding.action }]
}
