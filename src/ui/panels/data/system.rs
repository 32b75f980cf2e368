//! The system behind the series: where things run, who calls whom, what was broken.

use std::collections::BTreeSet;

use yew::prelude::*;

use crate::data::{DatasetSummary, Fault, Placement};
use crate::ui::components::{Card, Table, fold};
use crate::ui::{format, strings};

/// Fault labels that are listed.
const MOST_FAULTS: usize = 200;

/// Deployment, calls and fault labels, as far as the files say anything.
pub(super) fn system(dataset: Option<&DatasetSummary>) -> Html {
    let Some(dataset) = dataset else { return Html::default() };
    let system = &dataset.system;
    if system.placements.is_empty() && system.services.is_empty() && system.faults.is_empty() {
        return Html::default();
    }
    let body = if system.faults.is_empty() { Html::default() } else { faults(dataset) };
    let (title, reading, testid) = (strings::SYSTEM.into(), reading(dataset).into(), Some("system".into()));
    Card { title, reading, testid, body, ..Card::default() }.view()
}

fn faults(dataset: &DatasetSummary) -> Html {
    let faults = &dataset.system.faults;
    let rows = faults.iter().take(MOST_FAULTS).map(|fault| row(dataset, fault)).collect();
    let table = Table::new(strings::FAULTS, &strings::FAULT_HEADS, rows);
    fold(
        strings::fault_labels(faults.len()).into(),
        false,
        Table { testid: Some("fault-labels".into()), ..table }.view(),
    )
}

fn reading(dataset: &DatasetSummary) -> String {
    let system = &dataset.system;
    let distinct = |of: fn(&Placement) -> &String| {
        count_distinct(system.placements.iter().map(of).filter(|name| !name.is_empty()))
    };
    let mut parts = vec![format::count_of(dataset.nodes.len(), dataset.level.words())];
    parts.extend(strings::of_services(distinct(|placement| &placement.service)));
    parts.extend(strings::on_hosts(distinct(|placement| &placement.host)));
    let mut sentence = parts.join(" ");
    if system.n_calls > 0 {
        sentence.push_str(&strings::calls(system.n_calls, system.services.len(), system.n_call_edges));
    }
    if !system.faults.is_empty() {
        sentence.push_str(&strings::faults(system.faults.len(), kinds(&system.faults)));
    }
    if let Some(counts) = system.snapshots {
        sentence.push_str(&strings::snapshots(counts.n_snapshots, counts.n_nodes, counts.n_edges, counts.n_labels));
    }
    sentence + "."
}

fn count_distinct<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    names.filter(|name| seen.insert(name)).count()
}

fn kinds(faults: &[Fault]) -> usize {
    count_distinct(faults.iter().map(|fault| &fault.kind))
}

fn row(dataset: &DatasetSummary, fault: &Fault) -> Vec<Html> {
    let since = |millis: i64| {
        let secs = millis.div_euclid(1000) - dataset.start_secs;
        let ago = format::span(secs.unsigned_abs());
        if secs < 0 { strings::before_start(&ago) } else { ago }
    };
    let length = format::span((fault.end_millis - fault.start_millis).max(0).unsigned_abs() / 1000);
    let word = |text: &str| if text.is_empty() { strings::UNSAID.to_owned() } else { text.to_owned() };
    vec![
        html! { since(fault.start_millis) },
        html! { length },
        html! { word(&fault.kind) },
        html! { word(&fault.target) },
    ]
}
