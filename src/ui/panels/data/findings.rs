//! What was found while reading, repaired and left out; each repair can be switched off.

use yew::prelude::*;

use crate::data::{Finding, Severity};
use crate::ui::components::{Button, Card, Table, badge};
use crate::ui::ctx::Ctx;
use crate::ui::{actions, format, strings};

/// The report of the trace doctor.
pub(super) fn findings(ctx: &Ctx) -> Html {
    let dataset = ctx.state.dataset.as_deref();
    let found = dataset.map_or(&[][..], |dataset| &dataset.findings);
    let aside = if dataset.is_some() { badge(strings::findings(found.len()).into()) } else { Html::default() };
    let table = if found.is_empty() {
        html! { <p class="reading">{ if dataset.is_some() { strings::NO_FINDINGS } else { strings::DATA_EMPTY } }</p> }
    } else {
        let rows = found.iter().map(|found| finding(ctx, found)).collect();
        Table::new(strings::FINDINGS, &strings::FINDING_HEADS, rows).view()
    };
    let body = html! { <>{ table }{ switched_off(ctx) }</> };
    Card { title: strings::FINDINGS.into(), aside, testid: Some("doctor-report".into()), body, ..Card::default() }
        .view()
}

fn finding(ctx: &Ctx, finding: &Finding) -> Vec<Html> {
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
    let action = html! { <>{ &finding.action }{ " " }{ switch(ctx, finding) }</> };
    vec![title, html! { count }, html! { &finding.first }, action]
}

fn switch(ctx: &Ctx, finding: &Finding) -> Html {
    if !finding.can_be_off || ctx.state.is_busy() {
        return Html::default();
    }
    let (page, id) = (ctx.clone(), finding.id.clone());
    Button::new(strings::LEAVE_AS_IS, Callback::from(move |()| actions::switch_repair(&page, &id))).view()
}

/// Repairs that are not made, so that they can be made again.
fn switched_off(ctx: &Ctx) -> Html {
    let button = |id: &String| {
        let (page, id, label) = (ctx.clone(), id.clone(), strings::repair_again(id));
        Button::new(label, Callback::from(move |()| actions::switch_repair(&page, &id))).view()
    };
    let off = &ctx.state.config.data.off;
    if off.is_empty() || ctx.state.is_busy() {
        return Html::default();
    }
    html! { <div class="choose">{ for off.iter().map(button) }</div> }
}
