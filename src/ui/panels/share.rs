//! Link, receipt, Verify, exports.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::stage;
use crate::report::{Difference, Receipt, Report};
use crate::ui::components::{Button, Card, Select, Stage, Table};
use crate::ui::ctx::Ctx;
use crate::ui::state::{Action, StageId, Verify, wrong_file};
use crate::ui::{actions, browser, charts, format, link, strings};

/// Id of the list of trained models.
const MODEL_LIST: &str = "model-file";

/// What is shared: the receipt and its address.
pub(crate) struct Shared {
    receipt: Rc<Receipt>,
    address: AttrValue,
}

/// Makes what is shared.
#[hook]
pub(crate) fn use_shared(ctx: &Ctx) -> Rc<Option<Shared>> {
    // Made once per report, not once per progress message: it hashes the whole report.
    let deps = (ctx.state.report.as_ref().map(Rc::as_ptr), ctx.state.link.clone());
    let state = ctx.state.clone();
    use_memo(deps, move |_| {
        state.receipt().map(|receipt| Shared { address: browser::address(&link::encode(&receipt)).into(), receipt })
    })
}

/// Stage Share.
pub(crate) fn share_panel(ctx: &Ctx, shared: Option<&Shared>) -> Html {
    let summary = if shared.is_some() { strings::SHARE_SUMMARY } else { strings::SHARE_EMPTY };
    let body = html! {
        <>
            if let Some(Shared { receipt, address }) = shared {
                <div class="decisions">
                    { link_field(ctx, address) }
                    { for ctx.state.report.clone().map(exports) }
                    { models(ctx) }
                </div>
                <div class="evidence">{ receipt_card(ctx, receipt) }</div>
            } else {
                <p class="empty">{ strings::SHARE_EMPTY }</p>
            }
        </>
    };
    Stage { summary: summary.into(), body, ..stage(ctx, StageId::Share, strings::OPEN) }.view()
}

fn link_field(ctx: &Ctx, address: &AttrValue) -> Html {
    let (ctx, text) = (ctx.clone(), address.clone());
    let copy = Callback::from(move |()| {
        let (ctx, text) = (ctx.clone(), text.clone());
        spawn_local(async move {
            if browser::copy(&text).await {
                ctx.send(Action::Said(strings::LINK_COPIED.to_owned()));
            } else {
                browser::select("share-link");
            }
        });
    });
    html! {
        <div class="field wide">
            <label class="field-label" for="share-link">{ strings::LINK }</label>
            <div class="input">
                <input id="share-link" type="text" readonly=true value={address.clone()} data-testid="share-link" />
            </div>
            <p class="hint">{ strings::LINK_TEXT }</p>
            { Button::new(strings::COPY_LINK, copy).view() }
        </div>
    }
}

fn exports(report: Rc<Report>) -> Html {
    let name = format!("loadstone-{}", format::hash(&report.config_sha256));
    let (csv_report, csv_name) = (report.clone(), format!("{name}.csv"));
    let json = Callback::from(move |()| {
        if let Ok(text) = serde_json::to_string(&*report) {
            browser::save(&format!("{name}.json"), "application/json", &text);
        }
    });
    let csv = Callback::from(move |()| {
        if let Some(text) = charts::tables(&csv_report) {
            browser::save(&csv_name, "text/csv;charset=utf-8", &text);
        }
    });
    html! {
        <div class="field" role="group" aria-label={strings::EXPORTS}>
            <span class="field-label">{ strings::EXPORTS }</span>
            <div class="buttons">
                { Button::new(strings::EXPORT_JSON, json).view() }
                { Button::new(strings::EXPORT_CSV, csv).view() }
            </div>
        </div>
    }
}

/// The trained models of a result. The worker has them, so there are none of a stored result.
fn models(ctx: &Ctx) -> Html {
    let report = ctx.state.report.as_deref().filter(|_| ctx.state.is_loaded());
    let names = report.map_or_else(Vec::new, actions::trained).into_iter().map(|(name, _)| AttrValue::from(name));
    let choices: Vec<(AttrValue, AttrValue)> = names.map(|name| (name.clone(), name)).collect();
    if choices.is_empty() {
        return Html::default();
    }
    let page = ctx.clone();
    let on_press = Callback::from(move |()| {
        let name = browser::chosen(MODEL_LIST).unwrap_or_default();
        actions::save_model(&page, &name, actions::keep(&page, &name));
    });
    let select = Select {
        id: MODEL_LIST.into(),
        label: strings::MODEL_FILE.into(),
        choices,
        hint: strings::MODEL_FILE_TEXT.into(),
        testid: Some("model-select".into()),
        ..Select::default()
    };
    let button = Button { testid: Some("save-model".into()), ..Button::new(strings::SAVE_MODEL, on_press) };
    html! { <>{ select.view() }{ button.view() }</> }
}

fn receipt_card(ctx: &Ctx, receipt: &Rc<Receipt>) -> Html {
    let body = html! {
        <>
            <dl class="receipt" data-testid="receipt">{ for lines(receipt).into_iter().map(|(name, value, full)| html! {
                <div><dt>{ name }</dt><dd title={full}>{ value }</dd></div>
            }) }</dl>
            { verify(ctx, receipt) }
        </>
    };
    Card { title: strings::RECEIPT.into(), reading: strings::RECEIPT_TEXT.into(), body, ..Card::default() }.view()
}

/// Name, shown value and full value.
fn lines(receipt: &Receipt) -> Vec<(&'static str, String, String)> {
    let version = format!("{}, {}", receipt.app_version, receipt.target);
    let mut lines = vec![(strings::LINE_VERSION, version.clone(), version)];
    if let Some(scenario) = &receipt.scenario {
        lines.push((strings::LINE_SCENARIO, scenario.clone(), scenario.clone()));
    }
    lines.extend(receipt.files.iter().map(|file| {
        let text = strings::receipt_file(&file.name, file.bytes, file.rows);
        (strings::LINE_FILE, format!("{text}, {}", format::hash(&file.sha256)), file.sha256.clone())
    }));
    let hashes = [
        (strings::LINE_CONFIG, &receipt.config_sha256),
        (strings::LINE_SPLIT, &receipt.split_sha256),
        (strings::LINE_METRICS, &receipt.metrics_sha256),
        (strings::LINE_WEIGHTS, &receipt.weights_sha256),
        (strings::LINE_REPORT, &receipt.report_sha256),
    ];
    lines.extend(hashes.map(|(name, full)| (name, format::hash(full), full.clone())));
    lines
}

fn verify(ctx: &Ctx, receipt: &Rc<Receipt>) -> Html {
    let (page, wanted) = (ctx.clone(), receipt.clone());
    let on_press = Callback::from(move |()| {
        // The button is off, and says why, whenever this would be refused.
        let _ = actions::verify(&page, wanted.clone());
    });
    let label = if ctx.state.verify == Verify::Running { strings::VERIFYING } else { strings::VERIFY };
    let blocked = blocked(ctx, receipt);
    let remark = blocked.clone().unwrap_or(AttrValue::Static(strings::VERIFY_TEXT));
    let button = Button { blocked, testid: Some("verify".into()), ..Button::new(label, on_press) };
    html! {
        <div class="verify">
            { button.view() }
            <p class="hint">{ remark }</p>
            <div class="answer" role="status" data-testid="verify-result">{ answer(&ctx.state.verify) }</div>
        </div>
    }
}

fn blocked(ctx: &Ctx, receipt: &Receipt) -> Option<AttrValue> {
    let state = &ctx.state;
    if state.is_busy() {
        return Some(strings::VERIFY_BUSY.into());
    }
    if receipt.scenario.is_some() {
        return None;
    }
    match &state.dataset {
        Some(dataset) if state.is_loaded() => wrong_file(receipt, dataset).map(AttrValue::from),
        _ => Some(strings::VERIFY_NEEDS_FILES.into()),
    }
}

fn answer(verify: &Verify) -> Html {
    let Verify::Answered { verdict, differences, n_numbers } = verify else { return Html::default() };
    let row = |line: &Difference| vec![html! { &line.part }, mono(&line.expected), mono(&line.found)];
    let rows: Vec<Vec<Html>> = differences.iter().map(row).collect();
    html! {
        <>
            <p class={strings::verdict_class(*verdict)}>{ strings::verdict(*verdict, *n_numbers) }</p>
            if !rows.is_empty() {
                { Table::new(strings::VERIFY, &strings::DIFFERENCE_HEADS, rows).view() }
            }
        </>
    }
}

fn mono(full: &str) -> Html {
    html! { <span class="mono" title={full.to_owned()}>{ format::hash(full) }</span> }
}
