//! The published anchor of detection, from the real files.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::real_file;
use std::sync::Arc;

use loadstone::config::{DataConfig, Detector, preset};
use loadstone::data::{Dataset, Ingest};
use loadstone::detectors::{AnchorError, anchor};
use loadstone::experiment::Experiment;

const NORMAL: &str = "train_pods.csv";
const PODS: &str = "container_chaos_pods.csv";
const FAULTS: &str = "container_chaos_faults.csv";

/// Files of the Sock Shop opened together, or `None` and a line that says which test was skipped.
fn open(test: &str, files: &[&str]) -> Option<Dataset> {
    let mut ingest = Ingest::new(&DataConfig::default());
    for file in files {
        let bytes = real_file(test, &format!("sockshop/{file}"))?;
        ingest.begin_file(file);
        bytes.chunks(65_536).try_for_each(|chunk| ingest.push(chunk)).expect("a table");
        ingest.end_file().expect("a table");
    }
    Some(ingest.finish().expect("tables of one system"))
}

#[test]
fn the_published_areas_come_back() {
    let Some(dataset) = open("the_published_areas_come_back", &[NORMAL, PODS, FAULTS]) else { return };
    let found = anchor(&dataset).expect("all three files");
    println!("{found:#?}");
    assert_eq!((found.n_normal, found.n_scored, found.n_pods), (8281, 2802, 19));
    let close = |what: &str, value: f64, wanted: f64, tolerance: f64| {
        assert!((value - wanted).abs() <= tolerance, "{what}: {value}, published {wanted}");
    };
    close("prevalence", found.prevalence, 0.165, 0.001);
    close("ROC AUC", found.auc, 0.62, 0.02);
    close("average precision", found.average_precision, 0.43, 0.02);
    let kinds: Vec<&str> = found.kinds.iter().map(|kind| kind.kind.as_str()).collect();
    assert_eq!(kinds, ["cpu-stress", "memory-stress", "network-delay"]);
    for (kind, wanted) in found.kinds.iter().zip([0.90, 0.51, 0.49]) {
        close(&kind.kind, kind.auc, wanted, 0.02);
    }
    // What the script prints beyond the published figures, to its last digit.
    close("ROC AUC", found.auc, 0.619_599_8, 1e-5);
    close("average precision", found.average_precision, 0.430_939_0, 1e-5);
    close("threshold", found.threshold, 6.882_656_9, 1e-4);
    close("precision", found.precision.expect("alarms"), 0.922_330_1, 1e-6);
    close("recall", found.recall, 0.205_627_7, 1e-6);
    let of: Vec<(usize, f64, f64)> =
        found.kinds.iter().map(|kind| (kind.n, kind.auc, kind.average_precision)).collect();
    for ((n, auc, precision), wanted) in
        of.into_iter().zip([(141, 0.8955, 0.7875), (150, 0.5127, 0.0801), (171, 0.4858, 0.0718)])
    {
        assert_eq!(n, wanted.0);
        close("ROC AUC", auc, wanted.1, 1e-4);
        close("average precision", precision, wanted.2, 1e-4);
    }
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let test = "the_order_of_the_files_does_not_matter";
    let Some(forth) = open(test, &[NORMAL, PODS, FAULTS]) else { return };
    let Some(back) = open(test, &[FAULTS, PODS, NORMAL]) else { return };
    assert_eq!(anchor(&forth), anchor(&back));
}

#[test]
fn what_is_not_opened_is_said_in_one_sentence() {
    let test = "what_is_not_opened_is_said_in_one_sentence";
    let Some(without_labels) = open(test, &[NORMAL, PODS]) else { return };
    assert_eq!(anchor(&without_labels), Err(AnchorError::NoFaults));
    let Some(without_normal_days) = open(test, &[PODS, FAULTS]) else { return };
    assert_eq!(anchor(&without_normal_days), Err(AnchorError::NoNormalDays));
    let Some(only_labels) = open(test, &[FAULTS]) else { return };
    assert_eq!(anchor(&only_labels), Err(AnchorError::NoCpu));
}

/// The preset without its network, which takes minutes.
#[test]
fn the_preset_shows_every_measure_on_the_same_windows() {
    let test = "the_preset_shows_every_measure_on_the_same_windows";
    let Some(dataset) = open(test, &[NORMAL, PODS, FAULTS]) else { return };
    let mut config = preset("sockshop").expect("the preset").config;
    let detect = config.detect.as_mut().expect("detection");
    assert!(detect.detectors.contains(&Detector::Integrated), "the preset has the network");
    detect.detectors.retain(|detector| !detector.is_network());
    let mut experiment = Experiment::new(Arc::new(dataset), config.check().expect("a valid config"));
    while experiment.step().expect("the files fit").is_some() {}
    let report = experiment.report().expect("a result");
    let cell = &report.detection.as_ref().expect("a detection").cells[0];
    assert_eq!(cell.detectors.len(), 11);
    let n_scored = |confusion: [u64; 4]| confusion.iter().sum::<u64>();
    for detector in &cell.detectors {
        let seed = &detector.seeds[0];
        println!(
            "{:10} {:?}",
            detector.id,
            ["auc", "ap", "vus_pr", "found_at_budget"]
                .map(|id| { detector.measured(id).map(|spread| (1000.0 * spread.mean).round() / 1000.0) })
        );
        for id in ["auc", "ap", "vus_pr", "found_at_budget"] {
            assert!(detector.measured(id).is_some(), "{} has no {id}", detector.id);
        }
        let kinds: Vec<&str> = seed.kinds.iter().map(|kind| kind.kind.as_str()).collect();
        assert_eq!(kinds, ["cpu-stress", "memory-stress", "network-delay"], "{}", detector.id);
        assert!(seed.kinds.iter().all(|kind| kind.auc.is_some()), "{}", detector.id);
        assert_eq!(n_scored(seed.confusion), n_scored(cell.detectors[0].seeds[0].confusion), "{}", detector.id);
        // Trained on `train_pods` alone: one fit, one threshold for all folds; the others have one of each fold.
        let is_one = seed.thresholds.iter().all(|threshold| threshold.is_some() && *threshold == seed.thresholds[0]);
        assert_eq!(seed.thresholds.len(), 5);
        assert!(is_one || detector.supervision == "labels", "{}: {:?}", detector.id, seed.thresholds);
    }
    println!("{:#?}", cell.remarks);
    assert!(cell.remarks.iter().any(|remark| remark.contains("(P4)")));
    assert!(cell.remarks.iter().any(|remark| remark.starts_with("Average precision: ")));
    let against_zmax = cell.differences.iter().filter(|difference| difference.b == "zmax");
    assert!(against_zmax.clone().count() == 10 && against_zmax.clone().all(|difference| difference.interval.is_some()));
}
