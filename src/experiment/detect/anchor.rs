//! The published anchor as a result like any other.

use crate::detectors::Anchor;
use crate::report::{DetectSeed, KindResult, Measured, StopReason};

/// What the anchor's script prints.
pub(super) fn seed_of(found: &Anchor) -> DetectSeed {
    let faulty = (found.prevalence * found.n_scored as f64).round();
    let hits = (found.recall * faulty).round();
    let alarms = found.precision.map_or(0.0, |precision| (hits / precision).round());
    let f1 = (alarms + faulty > 0.0).then(|| 2.0 * hits / (alarms + faulty));
    let normal = found.n_scored as f64 - faulty;
    let measures = [
        ("auc", Some(found.auc)),
        ("ap", Some(found.average_precision)),
        ("precision", found.precision),
        ("recall", Some(found.recall)),
        ("f1", f1),
    ];
    DetectSeed {
        thresholds: vec![Some(found.threshold)],
        confusion: [normal - (alarms - hits), alarms - hits, faulty - hits, hits].map(|n| n as u64),
        measures: measures.map(|(id, value)| Measured { id: id.to_owned(), value }).into(),
        kinds: found
            .kinds
            .iter()
            .map(|kind| KindResult {
                kind: kind.kind.clone(),
                n: kind.n as u64,
                auc: Some(kind.auc),
                ap: Some(kind.average_precision),
                episodes: 0,
                found: 0,
            })
            .collect(),
        stop: StopReason::Fitted,
        chosen: format!("{} pods, {} normal minutes, threshold at their 99.5 % quantile", found.n_pods, found.n_normal),
        ..DetectSeed::default()
    }
}
