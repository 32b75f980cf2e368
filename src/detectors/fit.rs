//! From a detector's name to its scores.

use super::{
    Scores, chart, clock, dbscan, deviation, forest, gbm, logreg, pca,
    profile::{self, Distance},
    symmetry,
};
use crate::config::{Detector, Supervision};
use crate::detect::Fold;

/// Fits a detector on the training windows of a fold and scores its other windows.
///
/// `None` for networks, which need tensors. `seed` matters only to detectors that draw
/// ([`Detector::is_seeded`]).
pub fn fit_and_score(detector: Detector, fold: &Fold, seed: u32) -> Option<Scores> {
    if detector.is_network() {
        return None;
    }
    if let Some(reason) = nothing_to_learn_from(detector, fold) {
        return Some(Scores::constant(fold, 0.0, reason));
    }
    match detector {
        Detector::Zmax => Some(deviation::mean_of_top(fold, 1)),
        Detector::Ztop3 => Some(deviation::mean_of_top(fold, 3)),
        Detector::Clock => Some(clock::clock(fold)),
        Detector::Prior => Some(clock::prior(fold, seed)),
        Detector::Logreg => Some(logreg::logreg(fold)),
        Detector::GbmLite => Some(gbm::gbm_lite(fold)),
        Detector::Ewma => Some(chart::ewma(fold)),
        Detector::Cusum => Some(chart::cusum(fold)),
        Detector::Iforest => Some(forest::iforest(fold, seed)),
        Detector::PcaSpe => Some(pca::pca_spe(fold)),
        Detector::Mp => Some(profile::matrix_profile(fold, Distance::Normalised)),
        Detector::MpPlain => Some(profile::matrix_profile(fold, Distance::Plain)),
        Detector::DbscanCpu => Some(dbscan::dbscan_cpu(fold)),
        Detector::ReplicaDev => Some(symmetry::replica_dev(fold)),
        Detector::CycleDev => Some(symmetry::cycle_dev(fold)),
        _ => None,
    }
}

/// How suspicious each instance is in the test windows, `[test windows, I]`; empty for detectors that do not say where.
pub fn blame(detector: Detector, fold: &Fold) -> Vec<f32> {
    match detector {
        Detector::Zmax | Detector::Ztop3 => deviation::of_instances(fold),
        _ => Vec::new(),
    }
}

fn nothing_to_learn_from(detector: Detector, fold: &Fold) -> Option<&'static str> {
    match detector.supervision() {
        _ if fold.n_instances() == 0 => Some("no instances"),
        Supervision::NormalOnly if fold.normal.is_empty() => Some("no normal training windows"),
        Supervision::Labels if fold.train.is_empty() => Some("no training windows"),
        _ => None,
    }
}
