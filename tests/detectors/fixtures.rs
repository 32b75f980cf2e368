//! The same scores as scikit-learn and numpy, window by window; `fixtures.py` writes them.

use loadstone::config::Detector;
use loadstone::detectors::{Scores, fit_and_score};
use serde_json::Value;

use super::fold::small_fold;

const FIXTURES: &str = include_str!("fixtures.json");

fn fixture(name: &str) -> Value {
    let all: Value = serde_json::from_str(FIXTURES).expect("JSON");
    all[name].clone()
}

fn numbers(of: &Value) -> Vec<f64> {
    of.as_array().expect("a list").iter().map(|value| value.as_f64().expect("a number")).collect()
}

fn scores(detector: Detector) -> Scores {
    fit_and_score(detector, &small_fold(), 1).expect("no network")
}

/// Every score within a tolerance of the fixture's.
fn agrees(detector: Detector, name: &str, tolerance: f64) {
    let found = scores(detector);
    let fixture = fixture(name);
    for (part, found) in [("validation", &found.validation), ("test", &found.test)] {
        let wanted = numbers(&fixture[part]);
        assert_eq!(found.len(), wanted.len());
        for (at, (&found, wanted)) in found.iter().zip(wanted).enumerate() {
            assert!((f64::from(found) - wanted).abs() <= tolerance, "{name}, {part} {at}: {found}, not {wanted}");
        }
    }
}

#[test]
fn deviations_agree() {
    agrees(Detector::Zmax, "zmax", 1e-5);
    agrees(Detector::Ztop3, "ztop3", 1e-5);
}

#[test]
fn regressions_agree() {
    agrees(Detector::Clock, "clock", 1e-5);
    agrees(Detector::Logreg, "logreg", 1e-4);
}

#[test]
fn boosted_trees_agree() {
    agrees(Detector::GbmLite, "gbm-lite", 1e-4);
    let n_trees = fixture("gbm-lite")["n_trees"].as_u64().expect("a count");
    assert_eq!(scores(Detector::GbmLite).chosen, format!("{n_trees} trees"));
}

#[test]
fn what_components_leave_agrees() {
    agrees(Detector::PcaSpe, "pca_spe", 1e-5);
    let n = fixture("pca_spe")["n_components"].as_u64().expect("a count");
    assert_eq!(scores(Detector::PcaSpe).chosen, format!("{n} of 6 components"));
}

#[test]
fn distances_from_core_points_agree() {
    agrees(Detector::DbscanCpu, "dbscan_cpu", 1e-5);
}

#[test]
fn matrix_profiles_agree() {
    agrees(Detector::Mp, "mp", 1e-3);
    agrees(Detector::MpPlain, "mp_plain", 1e-3);
}

#[test]
fn the_chart_agrees_at_the_rate_that_was_chosen() {
    let chosen = scores(Detector::Ewma).chosen;
    let rate = chosen.strip_prefix("λ = ").expect("a rate");
    agrees(Detector::Ewma, &format!("ewma {rate}"), 1e-5);
}

#[test]
fn deviations_from_replicas_and_cycles_agree() {
    agrees(Detector::ReplicaDev, "replica_dev", 1e-5);
    let chosen = scores(Detector::CycleDev).chosen;
    // The load repeats every 24 snapshots; noise may move the peak by one, and the fixture has those as well.
    let (cycle, _) = chosen.split_once(" snapshots").expect("a cycle was found");
    agrees(Detector::CycleDev, cycle, 1e-5);
}

/// Forests are drawn: the mean of some of ours is that of twenty of scikit-learn's, within what is left of chance.
#[test]
fn forests_agree_on_average() {
    const N: u32 = 10;
    let fold = small_fold();
    let fixture = numbers(&fixture("iforest")["test"]);
    let mut mean = vec![0.0; fixture.len()];
    for seed in 0..N {
        let scores = fit_and_score(Detector::Iforest, &fold, seed).expect("no network").test;
        mean.iter_mut().zip(scores).for_each(|(mean, score)| *mean += f64::from(score) / f64::from(N));
    }
    for (at, (found, wanted)) in mean.iter().zip(&fixture).enumerate() {
        assert!((found - wanted).abs() < 0.015, "{at}: {found}, not {wanted}");
    }
}
