//! Recordings of the anomaly paper's own testbed: scores and marked intervals, and never an accuracy.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use std::sync::Arc;

use common::real_file;
use loadstone::config::{DataConfig, Detector, Supervision, preset};
use loadstone::data::{Dataset, Fault, Ingest};
use loadstone::experiment::Experiment;
use loadstone::report::Report;

const INFERRED: &str = "inferred_faults.json";

/// A recording with its inferred intervals, or `None` and a line that says which test was skipped.
fn open(test: &str, recording: &str) -> Option<Dataset> {
    let mut ingest = Ingest::new(&DataConfig::default());
    for file in [recording, INFERRED] {
        let bytes = real_file(test, &format!("chaosstarbench/{file}"))?;
        ingest.begin_file(file);
        bytes.chunks(65_536).try_for_each(|chunk| ingest.push(chunk)).expect("a recording");
        ingest.end_file().expect("a recording");
    }
    Some(ingest.finish().expect("one system"))
}

/// The preset with short trainings.
fn run(dataset: Dataset) -> Report {
    let mut config = preset("detect-testbed").expect("the preset").config;
    let detect = config.detect.as_mut().expect("detection");
    assert!(detect.detectors.iter().all(|detector| detector.supervision() != Supervision::Labels));
    assert!(detect.detectors.contains(&Detector::LstmAe));
    detect.train.epochs = 2;
    let mut experiment = Experiment::new(Arc::new(dataset), config.check().expect("a valid config"));
    while experiment.step().expect("the recording can be cut").is_some() {}
    experiment.report().expect("scores")
}

/// Everything that would be an accuracy is absent.
fn assert_nothing_is_measured(report: &Report) {
    let found = report.detection.as_ref().expect("a detection");
    assert!(found.withheld.contains("no ground truth") && found.lies.is_empty());
    let cell = &found.cells[0];
    assert!(cell.differences.is_empty());
    assert_eq!(cell.detectors.len(), 7);
    for detector in &cell.detectors {
        assert!(detector.spreads.is_empty(), "{}", detector.id);
        for seed in &detector.seeds {
            let lists = [seed.measures.len(), seed.kinds.len(), seed.choices.len(), seed.budget.len()];
            assert_eq!((lists, seed.roc.len(), seed.pr.len(), seed.accuracy.len()), ([0; 4], 0, 0, 0));
            assert_eq!(seed.confusion, [0; 4], "{}", detector.id);
        }
    }
    let board = found.board.as_ref().expect("a board");
    assert!(board.embeddings.iter().all(|view| view.auc.is_none() && view.silhouette.is_none()));
    for table in report.tables() {
        let head = table.text.lines().next().unwrap_or_default();
        let names = ["auc", "ap", "f1", "recall", "precision"];
        let is_empty = table.text.lines().count() < 2;
        assert!(is_empty || head.split(',').all(|name| !names.contains(&name)), "{}: {head}", table.name);
    }
}

/// Scores of all detectors, each a number, and the intervals on the same clock.
fn assert_scores_and_marks(report: &Report, intervals: &[(f64, f64)]) {
    let board = report.detection.as_ref().and_then(|found| found.board.as_ref()).expect("a board");
    assert_eq!(board.lines.len(), 7);
    for line in &board.lines {
        assert_eq!(line.scores.len(), board.last.len(), "{}", line.id);
        assert!(line.scores.iter().all(|score| score.is_finite()), "{}", line.id);
        assert!(line.scores.iter().any(|score| *score != line.scores[0]), "{} says the same of all", line.id);
        assert!(line.thresholds[0].is_some(), "{}", line.id);
    }
    let mut marked: Vec<(f64, f64)> =
        board.episodes.iter().map(|episode| (episode.start_secs, episode.end_secs)).collect();
    marked.dedup();
    // The grid begins with the first sample of CPU, the intervals count from the first of all: less than a snapshot.
    let is_near = |(a, b): (&(f64, f64), &(f64, f64))| (a.0 - b.0).abs() < 5.0 && (a.1 - b.1).abs() < 5.0;
    assert!(marked.len() == intervals.len() && marked.iter().zip(intervals).all(is_near), "{marked:?}");
    let (from, to) = *intervals.last().expect("an interval");
    let inside = board.windows_in(0, from, to);
    println!("{} windows are scored, {} of them in the last interval", board.last.len(), inside.len());
    assert!(inside.len() as f64 >= 0.8 * (to - from) / board.window_secs);
    assert!(board.episodes.iter().all(|episode| episode.kind.starts_with("inferred: ")));
}

#[test]
fn the_failed_pods_are_scored_and_marked_and_nothing_is_measured() {
    let test = "the_failed_pods_are_scored_and_marked_and_nothing_is_measured";
    let Some(dataset) = open(test, "test-failure.json") else { return };
    assert!(dataset.system.faults.len() == 7 && dataset.system.faults.iter().all(Fault::is_inferred));
    let report = run(dataset);
    assert_nothing_is_measured(&report);
    assert_scores_and_marks(&report, &[(1680.0, 3480.0)]);
}

#[test]
fn the_bursts_are_scored_and_marked_and_nothing_is_measured() {
    let test = "the_bursts_are_scored_and_marked_and_nothing_is_measured";
    let Some(dataset) = open(test, "pod-fail-test.json") else { return };
    let report = run(dataset);
    assert_nothing_is_measured(&report);
    assert_scores_and_marks(&report, &[(240.0, 510.0), (660.0, 1000.0), (3360.0, 3880.0)]);
}
