//! Sentences that belong under a table of detectors.

use super::facts::Facts;
use crate::config::{Balance, DetectConfig, DetectProtocol, Detector, Supervision};
use crate::detect::{Balanced, Fold};

/// How the windows of a cell were told apart, and what that means for its numbers (MODELS.md B.7 and B.8).
pub(super) fn of_cell(config: &DetectConfig, facts: &[&Facts], refused: Option<&str>) -> Vec<String> {
    let mut remarks: Vec<String> = refused.map(str::to_owned).into_iter().collect();
    remarks.extend(of_protocol(config.split.protocol).map(str::to_owned));
    if config.split.label_shift > 0 {
        remarks.push(format!(
            "A control: the labels of each run are moved in a circle before anything is cut (draw {}), so there is \
             nothing to learn",
            config.split.label_shift
        ));
    }
    if facts.iter().any(|facts| facts.has_normal_runs) {
        remarks.push(
            "Detectors that learn without labels are fitted, scaled and cut on the recordings without faults alone (P4), \
             the others on the folds; all score the same windows"
                .to_owned(),
        );
    }
    if let Some(facts) = facts.first() {
        let shared = facts.summary.shared;
        if shared.any > 0 {
            let percent = |n: u64| 100.0 * n as f64 / shared.n.max(1) as f64;
            remarks.push(format!(
                "{:.1} % of the test windows share snapshots with a training window, {:.1} % all but one of them",
                percent(shared.any),
                percent(shared.most)
            ));
        }
        let tested = &facts.summary.windows[2];
        if tested.faulty == 0 {
            remarks.push(
                "The test part has no fault: recall, precision, ROC and PR are undefined, not 0 and not 1".to_owned(),
            );
        }
        let trained = &facts.summary.windows[0];
        if trained.faulty == 0 && config.detectors.iter().any(|detector| detector.supervision() == Supervision::Labels)
        {
            remarks.push("The training part has no fault: what learns from labels has none to learn from".to_owned());
        }
        remarks.extend(facts.remarks.clone());
    }
    if config.train.thin > 1 && config.detectors.iter().any(|detector| detector.is_network()) {
        remarks.push(format!(
            "Of the chunks of normal training windows, one of {} is used in each epoch, another draw each time",
            config.train.thin
        ));
    }
    if facts.len() > 1 {
        remarks.push(
            "Scores of different folds are compared by their distance from the threshold of their fold".to_owned(),
        );
    }
    if matches!(config.balance, Balance::Smote { .. } | Balance::Duplicate { .. } | Balance::Weights) {
        remarks.push(
            "Training was balanced, so a probability of 0.5 does not mean that half of such windows are faulty"
                .to_owned(),
        );
    }
    remarks
}

fn of_protocol(protocol: DetectProtocol) -> Option<&'static str> {
    match protocol {
        DetectProtocol::P0Rand => Some(
            "Leaky on purpose: test windows overlap training windows of the same episode, as in the paper's shuffled split",
        ),
        DetectProtocol::P0Class => Some("Optimistic: the same episode lies on both sides of every cut"),
        DetectProtocol::P0Chron => {
            Some("One fault in one run, cut by time: it lies in a single part, so the others have none")
        }
        DetectProtocol::P1 => None,
        DetectProtocol::P1Folds => {
            Some("Cross-validation within the training runs of P1; its validation and test runs are not touched")
        }
        DetectProtocol::P1Target => Some("Targets of the test runs are never at fault in training"),
        DetectProtocol::P2 => Some("One fold per fault type, which is left out of its training"),
        DetectProtocol::P3 => Some("Folds are blocks of one stream, cut between episodes"),
        DetectProtocol::AnchorSockshop => Some(
            "Minute by minute as in the script of the anchor: labels count at both ends, nothing is left out; not a \
             protocol for comparing detectors",
        ),
        DetectProtocol::Testbed => {
            Some("The longest stretch without a fault trains, and what follows it is scored; nothing before it is")
        }
        DetectProtocol::P4 => Some("Trained on normal windows only; all labelled windows are test"),
    }
}

/// How much is known of calls, if they are edges of the graph (MODELS.md B.11).
pub(super) fn of_calls(fold: &Fold, config: &DetectConfig) -> Option<String> {
    let calls = fold.calls.as_ref().filter(|calls| calls.on_graph)?;
    let known = fold.test.iter().flat_map(|window| fold.call_durations(window.run, window.last));
    let (n, n_known) = known.fold((0_u64, 0_u64), |(n, known), value| (n + 1, known + u64::from(!value.is_nan())));
    let others = config.detectors.iter().filter(|detector| !detector.reads_calls()).map(|detector| detector.id());
    let others: Vec<&str> = others.collect();
    let others = if others.is_empty() { String::new() } else { format!("; not read by {}", others.join(", ")) };
    Some(format!(
        "Setup B: durations of calls along {} edges between services, averaged over {} ms; {:.1} % of them are known in \
         the test windows, the others had no call for a minute and weigh nothing{others}",
        calls.edges.len(),
        config.setup.call_millis,
        100.0 * n_known as f64 / n.max(1) as f64
    ))
}

/// Why a detector of calls has no row.
pub(super) fn without_calls(detector: Detector) -> String {
    format!("{} reads calls between services, and the data hold none with a time and a duration", detector.id())
}

/// What was made up for training.
pub(super) fn of_balance(made: &Balanced) -> Option<String> {
    (made.n_interpolated + made.n_duplicated > 0).then(|| {
        format!(
            "Training has {} made-up windows: {} between two neighbours of the same run and fault type, {} copies",
            made.n_interpolated + made.n_duplicated,
            made.n_interpolated,
            made.n_duplicated
        )
    })
}
