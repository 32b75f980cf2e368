//! What the numbers rest on: windows of each part, remarks, checks on leaks.

use yew::prelude::*;

use crate::report::{AuditResult, DetectCellResult, Report, WindowCount};
use crate::ui::components::Card;
use crate::ui::strings;

/// Parts and remarks of the first cell.
pub(super) fn rests_on(report: &Report, cell: &DetectCellResult) -> Html {
    let part = |part: &WindowCount| {
        let WindowCount { name, runs, normal, faulty, buffer, episodes } = part;
        html! { <li>{ strings::part_windows(name, *runs, *normal, *faulty, *buffer, *episodes) }</li> }
    };
    let remarks: Vec<&String> = cell.remarks.iter().chain(&report.protocol.remarks).collect();
    let body = html! {
        <>
            <ul class="facts">{ for cell.parts.iter().map(part) }</ul>
            if !remarks.is_empty() {
                <ul class="facts remarks">{ for remarks.iter().map(|remark| html! { <li>{ remark }</li> }) }</ul>
            }
        </>
    };
    Card { title: strings::RESTS_ON.into(), body, ..Card::default() }.view()
}

/// Every check with its outcome in words.
pub(super) fn audit(report: &Report) -> Html {
    let checks = report.detection.as_ref().map_or(&[][..], |found| &found.audit);
    if checks.is_empty() {
        return Html::default();
    }
    let asked = checks.iter().filter(|check| check.passed.is_some()).count();
    let failed = checks.iter().filter(|check| check.passed == Some(false)).count();
    let line = |check: &AuditResult| {
        let class = if check.passed == Some(false) { "check bad" } else { "check" };
        html! {
            <li {class} data-check={check.id.clone()}>
                <span class="word">{ strings::check(check.passed) }</span>
                <span>{ &check.title }<span class="hint">{ " " }{ &check.detail }</span></span>
            </li>
        }
    };
    let body = html! { <ul class="checks" data-testid="leak-audit">{ for checks.iter().map(line) }</ul> };
    let reading = strings::audit_reading(failed, asked).into();
    Card { title: strings::AUDIT.into(), reading, body, ..Card::default() }.view()
}
