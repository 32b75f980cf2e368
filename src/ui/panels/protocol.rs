//! What the numbers rest on: split, points, scale, repairs, leak checks, remarks.

use yew::prelude::*;

use super::metrics::intervals;
use crate::report::{LeakCheck, Report};
use crate::ui::components::{Card, fold};
use crate::ui::{format, settings, strings};

/// The card.
pub(super) fn protocol_card(report: &Report) -> Html {
    let remarks = &report.protocol.remarks;
    let body = html! {
        <>
            <ul class="facts">{ for facts(report).into_iter().map(|fact| html! { <li>{ fact }</li> }) }</ul>
            { leak_checks(&report.protocol.leak_checks) }
            { intervals(&report.models) }
            if !remarks.is_empty() {
                <ul class="facts remarks">{ for remarks.iter().map(|remark| html! { <li>{ remark }</li> }) }</ul>
            }
        </>
    };
    Card { title: strings::RESTS_ON.into(), body, ..Card::default() }.view()
}

fn facts(report: &Report) -> Vec<String> {
    let (config, protocol) = (&report.config, &report.protocol);
    let split = strings::split(&config.split);
    let origins = protocol.parts.iter().find(|part| part.name == "test").map_or(0, |part| part.n_origins);
    let scale = settings::setting("prepare.input_scale")
        .and_then(|setting| Some(setting.shown(&setting.value(config)?)))
        .unwrap_or_default();
    let mut facts = vec![
        strings::purge(&split, protocol.purge_bins),
        strings::points(&format::whole(protocol.n_points), protocol.nodes.len(), origins),
        strings::scale(&scale),
    ];
    if !protocol.edge_sources.is_empty() {
        let sources: Vec<&str> = protocol.edge_sources.iter().map(String::as_str).collect();
        facts.push(strings::edge_sources(&format::list(&sources)));
    }
    if !protocol.left_out.is_empty() {
        facts.push(strings::left_out(protocol.left_out.len()));
    }
    if protocol.windows_left_out > 0 {
        facts.push(strings::windows_left_out(protocol.windows_left_out));
    }
    facts.extend(protocol.repairs.iter().filter(|(_, n)| *n > 0).map(|(rule, n)| strings::repair(rule, *n)));
    facts
}

/// A failed check opens the list by itself.
fn leak_checks(checks: &[LeakCheck]) -> Html {
    if checks.is_empty() {
        return Html::default();
    }
    let asked = checks.iter().filter(|check| check.passed.is_some()).count();
    let passed = checks.iter().filter(|check| check.passed == Some(true)).count();
    let line = |check: &LeakCheck| {
        let class = if check.passed == Some(false) { "check bad" } else { "check" };
        html! { <li {class}><span class="word">{ strings::check(check.passed) }</span>{ &check.title }</li> }
    };
    let list = html! { <ul class="checks">{ for checks.iter().map(line) }</ul> };
    fold(strings::leak_checks(passed, asked).into(), passed < asked, list)
}
