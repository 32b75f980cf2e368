//! Where each part of the load-forecasting paper can be seen on the page, and which test holds it.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/map.rs"]
mod map;

use std::collections::BTreeSet;

use common::real_file;
use map::Row;
use serde_json::Value;

const SECTIONS: [&str; 11] = ["abstract", "1", "2", "3", "3.1", "3.2", "3.3", "4", "4.1", "4.2", "5"];
const EQUATIONS: [&str; 7] = ["1", "2", "3", "4", "5", "6", "7"];
const TABLES: [&str; 1] = ["1"];
const FIGURES: [&str; 5] = ["1", "2", "3", "4", "5"];

const PRESETS: [&str; 13] = [
    "sample",
    "quick",
    "class",
    "table1-class",
    "table1-full",
    "horizons",
    "sensitivity-class",
    "sensitivity-full",
    "ablation",
    "necessity",
    "robustness",
    "rolling",
    "search",
];
const CHARTS: [&str; 19] = [
    "metrics-table",
    "loss-chart",
    "forecast-chart",
    "graph-view",
    "sensitivity-layers",
    "sensitivity-heads",
    "sensitivity-sparsity",
    "sensitivity-nodes",
    "ablation-chart",
    "conditions-chart",
    "mixing-chart",
    "smoothing-chart",
    "model-diagram",
    "replay-table",
    "decile-chart",
    "horizon-table",
    "dataset-summary",
    "doctor-report",
    "significance",
];

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("forecasting_paper_map.json")).expect("rows of the map")
}

fn ids(kind: &str) -> BTreeSet<String> {
    map::ids(&rows(), kind)
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

#[test]
fn every_part_of_the_paper_has_a_row() {
    let kinds = [("section", &SECTIONS[..]), ("equation", &EQUATIONS), ("table", &TABLES), ("figure", &FIGURES)];
    for (kind, wanted) in kinds {
        assert_eq!(ids(kind), set(wanted), "{kind}s");
    }
    let known = kinds.map(|(kind, _)| kind);
    assert!(rows().iter().all(|row| known.contains(&row.kind.as_str())));
}

#[test]
fn no_row_is_empty_and_every_preset_and_chart_is_known() {
    for row in rows() {
        assert!(row.fields().iter().all(|field| !field.trim().is_empty()), "{row:?}");
        assert!(PRESETS.contains(&row.preset.as_str()), "{row:?}: no such preset");
        assert!(CHARTS.contains(&row.chart.as_str()), "{row:?}: no such chart");
    }
    let charts: BTreeSet<String> = rows().into_iter().map(|row| row.chart).collect();
    assert_eq!(charts, set(&CHARTS), "every chart shows something of the paper");
}

#[test]
fn every_named_test_exists() {
    rows().iter().for_each(Row::expect_test);
}

#[test]
fn the_parts_are_those_of_the_text() {
    let Some(bytes) = real_file("the_parts_are_those_of_the_text", "../papers/load-forecasting.txt") else { return };
    let text = String::from_utf8(bytes).expect("text");
    let headings = text.lines().filter(|line| line.starts_with('#')).filter_map(|line| line.split_whitespace().nth(1));
    let numbered = headings.map(|word| word.trim_end_matches('.')).filter(|word| word.starts_with(char::is_numeric));
    let mut sections: BTreeSet<String> = numbered.map(str::to_owned).collect();
    sections.insert("abstract".to_owned());
    assert_eq!(sections, set(&SECTIONS));
    assert_eq!(text.lines().filter(|line| line.starts_with("$$")).count(), EQUATIONS.len());
    let caption = |kind: &str, id: &str| {
        let starts = [format!("{kind} {id}."), format!("**{kind} {id}.**"), format!("**{kind} {id}:**")];
        text.lines().any(|line| starts.iter().any(|start| line.starts_with(start)))
    };
    assert!(FIGURES.iter().all(|id| caption("Figure", id)) && !caption("Figure", "6"));
    assert!(TABLES.iter().all(|id| caption("Table", id)) && !caption("Table", "2"));
}

#[test]
fn the_stored_numbers_are_those_of_the_specification() {
    let name = "the_stored_numbers_are_those_of_the_specification";
    let Some(bytes) = real_file(name, "../spec/paper_numbers.json") else { return };
    let all: Value = serde_json::from_slice(&bytes).expect("JSON");
    let stored: Value = serde_json::from_str(include_str!("fixtures/paper_forecasting.json")).expect("JSON");
    assert_eq!(all["forecasting"], stored);
}
