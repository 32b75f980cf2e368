//! Where each part of the anomaly-detection paper can be seen on the page, and which test holds it.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/map.rs"]
mod map;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::real_file;
use loadstone::config::preset;
use map::Row;

const EQUATIONS: [&str; 3] = ["encoder", "temporal", "loss"];

fn rows() -> Vec<Row> {
    serde_json::from_str(include_str!("anomaly_paper_map.json")).expect("rows of the map")
}

fn ids(kind: &str) -> BTreeSet<String> {
    map::ids(&rows(), kind)
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All sources of the page, one after the other.
fn page() -> String {
    fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { sources(&path, out) } else { out.push(path) }
        }
    }
    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    files.iter().map(|path| fs::read_to_string(path).expect("a text")).collect()
}

#[test]
fn every_table_and_figure_has_a_row() {
    let numbered = |n: usize| (1..=n).map(|id| id.to_string()).collect::<BTreeSet<_>>();
    assert_eq!((ids("table"), ids("figure")), (numbered(4), numbered(14)));
    assert_eq!(ids("equation"), EQUATIONS.map(str::to_owned).into());
    assert!(rows().iter().all(|row| ["section", "equation", "table", "figure"].contains(&row.kind.as_str())));
}

#[test]
fn no_row_is_empty_and_every_preset_and_chart_exists() {
    let page = page();
    for row in rows() {
        assert!(row.fields().iter().all(|field| !field.trim().is_empty()), "{row:?}");
        let known = preset(&row.preset).and_then(|preset| preset.config.detect);
        assert!(known.is_some(), "{row:?}: no such preset of detection");
        assert!(page.contains(&format!("\"{}\"", row.chart)), "{row:?}: nothing on the page has this id");
    }
}

#[test]
fn every_named_test_exists() {
    rows().iter().for_each(Row::expect_test);
}

#[test]
fn the_parts_are_those_of_the_text() {
    let Some(bytes) = real_file("the_parts_are_those_of_the_text", "../papers/anomaly-detection.txt") else { return };
    let text = String::from_utf8(bytes).expect("text");
    let headings = text.lines().filter_map(|line| line.split_once(". ").or_else(|| line.split_once(' ')));
    let is_number = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || c == '.');
    // Related work and chapters without a text of their own say nothing that could be shown.
    let silent = ["2", "3", "4", "5", "6"];
    let numbered =
        headings.map(|(word, _)| word.trim_end_matches('.')).filter(|word| is_number(word) && word.len() <= 5);
    let mut sections: BTreeSet<String> =
        numbered.filter(|word| !silent.contains(word) && !word.starts_with('9')).map(str::to_owned).collect();
    sections.insert("abstract".to_owned());
    let rows = ids("section");
    assert!(rows.is_subset(&sections), "{:?} are no sections", rows.difference(&sections));
    for id in 1..=14 {
        assert!(text.contains(&format!("Figure {id}.")), "figure {id}");
    }
    for id in 1..=4 {
        assert!(text.contains(&format!("Table {id}.")), "table {id}");
    }
}
