//! Leaks between the parts of a fold (MODELS.md E): what is checked on the fold itself, not on what was meant.

use super::fold::{Fold, Window};
use super::smote::is_allowed;
use super::split::Part;
use super::summary::{FoldSummary, Shared, labelled_episodes};
use crate::config::{Balance, DetectConfig, ScaleFrom, ThresholdRule};
use crate::report::AuditResult;

/// All checks.
pub fn audit(fold: &Fold, summary: &FoldSummary, config: &DetectConfig) -> Vec<AuditResult> {
    vec![
        shared_snapshots(fold),
        episodes(fold),
        wall_clock(summary),
        normal_windows(fold),
        scale(fold, summary, config),
        smote(fold, config),
        threshold(fold, config),
    ]
}

fn finding(id: &str, title: &str, passed: impl Into<Option<bool>>, detail: String) -> AuditResult {
    AuditResult { id: id.to_owned(), title: title.to_owned(), passed: passed.into(), detail }
}

/// Windows of two parts that have snapshots in common.
fn shared_snapshots(fold: &Fold) -> AuditResult {
    let test = Shared::count(&fold.test, &fold.train, fold.sequence);
    let chosen = Shared::count(&fold.test, &fold.validation, fold.sequence);
    let validation = Shared::count(&fold.validation, &fold.train, fold.sequence);
    let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
    finding(
        "shared-snapshots",
        "No window of one part shares a snapshot with one of another",
        test.any + chosen.any + validation.any == 0,
        format!(
            "{} of {} test windows ({:.1} %) share a snapshot with training, {} ({:.1} %) all but one; {} share one with \
             validation, and {} validation windows one with training.",
            test.any,
            test.n,
            percent(test.any, test.n),
            test.most,
            percent(test.most, test.n),
            chosen.any,
            validation.any
        ),
    )
}

/// Episodes that several parts hold labelled windows of.
fn episodes(fold: &Fold) -> AuditResult {
    let parts = [&fold.train, &fold.validation, &fold.test].map(|windows| labelled_episodes(windows));
    let is_shared = |episode: &u32| parts.iter().filter(|part| part.binary_search(episode).is_ok()).count() > 1;
    let n = (0..fold.episodes.len() as u32).filter(is_shared).count();
    finding(
        "episode-on-both-sides",
        "No fault stands on two sides of the split",
        (!fold.episodes.is_empty()).then_some(n == 0),
        format!("{n} of {} faults have labelled windows in more than one part.", fold.episodes.len()),
    )
}

/// Different runs of different parts that were recorded at the same time.
fn wall_clock(summary: &FoldSummary) -> AuditResult {
    let runs = &summary.runs;
    let pairs = runs.iter().enumerate().flat_map(|(idx, run)| runs[..idx].iter().map(move |other| (run, other)));
    let overlapping: Vec<String> = pairs
        .filter(|(a, b)| a.begin_millis < b.end_millis && b.begin_millis < a.end_millis && a.parts != b.parts)
        .map(|(a, b)| format!("{} and {}", b.name, a.name))
        .collect();
    let detail = match overlapping.first() {
        None => format!("None of {} runs overlaps one of another part in time.", runs.len()),
        Some(first) => {
            format!("{} pairs of runs of different parts overlap in time, first {first}.", overlapping.len())
        }
    };
    finding(
        "same-time",
        "No two parts were recorded at the same time in different runs",
        overlapping.is_empty(),
        detail,
    )
}

/// Windows that normal-only detectors learn from.
fn normal_windows(fold: &Fold) -> AuditResult {
    let scored = Shared::count(&fold.normal, &fold.test, fold.sequence).any;
    let chosen = Shared::count(&fold.normal, &fold.validation, fold.sequence).any;
    let broken = fold.normal.iter().filter(|window| !window.is_normal()).count() as u64;
    finding(
        "normal-windows",
        "Detectors that learn from normal windows see none of validation and test",
        scored + chosen + broken == 0,
        format!(
            "Of {} windows {broken} are near a fault, {scored} share snapshots with test and {chosen} with validation.",
            fold.normal.len()
        ),
    )
}

/// Snapshots that the scale was fitted on.
fn scale(fold: &Fold, summary: &FoldSummary, config: &DetectConfig) -> AuditResult {
    let n: u64 = summary.scaled_on.iter().map(|range| u64::from(range.end - range.begin)).sum();
    if config.setup.scale == ScaleFrom::Commission {
        let millis =
            |run: u32, snapshot: u32| fold.runs[run as usize].start_millis + i64::from(snapshot) * fold.window_millis;
        let is_broken = |range: &&super::SnapshotRange| {
            let (begin, end) = (millis(range.run, range.begin), millis(range.run, range.end));
            let faults = fold.episodes.iter().filter(|episode| episode.run == range.run);
            faults.into_iter().any(|episode| episode.start_millis < end && episode.end_millis > begin)
        };
        let n_broken = summary.scaled_on.iter().filter(is_broken).count();
        return finding(
            "scale",
            "The scale is fitted on what was healthy",
            n_broken == 0,
            format!(
                "Each run is scaled on its own first {} minutes, for all detectors alike; in {n_broken} of {} runs \
                 something is broken in them.",
                config.setup.commission_minutes,
                summary.scaled_on.len()
            ),
        );
    }
    let n_scored = |windows: &[Window]| windows.iter().filter(|window| is_in_any(window, fold, summary)).count();
    let (test, validation) = (n_scored(&fold.test), n_scored(&fold.validation));
    finding(
        "scale",
        "The scale is fitted on training only",
        test + validation == 0 && n > 0,
        format!(
            "Fitted on {n} snapshots of normal training windows; {test} test and {validation} validation windows hold one \
             of them."
        ),
    )
}

/// Whether a window holds a snapshot that the scale was fitted on.
fn is_in_any(window: &Window, fold: &Fold, summary: &FoldSummary) -> bool {
    let (begin, end) = (window.last + 1 - fold.sequence as u32, window.last + 1);
    // Ranges are ordered and apart.
    let ranges = &summary.scaled_on;
    let next = ranges.partition_point(|range| (range.run, range.end) <= (window.run, begin));
    ranges.get(next).is_some_and(|range| range.run == window.run && range.begin < end)
}

/// Parents of made-up windows.
fn smote(fold: &Fold, config: &DetectConfig) -> AuditResult {
    let n = fold.synthetic.len();
    let n_wrong = fold.synthetic.iter().filter(|synthetic| !is_allowed(fold, **synthetic)).count();
    let parents = fold.synthetic.iter().flat_map(|synthetic| synthetic.parents);
    let mut parents: Vec<Window> = parents.filter_map(|parent| fold.train.get(parent as usize)).copied().collect();
    parents.sort_unstable_by_key(|window| (window.run, window.last));
    parents.dedup_by_key(|window| (window.run, window.last));
    let held_out = |windows: &[Window]| Shared::count(&parents, windows, fold.sequence).any;
    let (test, validation) = (held_out(&fold.test), held_out(&fold.validation));
    let is_asked = matches!(config.balance, Balance::Smote { .. } | Balance::Duplicate { .. });
    finding(
        "smote-parents",
        "Made-up windows have two training windows of one run and fault type as parents",
        is_asked.then_some(n_wrong == 0 && test + validation == 0),
        format!(
            "{n} made-up windows; {n_wrong} break the rule; of their parents {test} share snapshots with test and \
             {validation} with validation."
        ),
    )
}

/// What the threshold is chosen on.
fn threshold(fold: &Fold, config: &DetectConfig) -> AuditResult {
    let is_shared = |window: &&Window| {
        let key = |window: &Window| (window.run, window.last);
        fold.test.binary_search_by_key(&key(window), key).is_ok()
    };
    let n_shared = fold.validation.iter().filter(is_shared).count();
    let n_faulty = fold.validation.iter().filter(|window| window.label).count();
    let needs_faults = !matches!(config.threshold, ThresholdRule::Alarms { .. } | ThresholdRule::Half);
    let detail = if needs_faults && n_faulty == 0 {
        "Validation holds no fault, so that no threshold can be chosen on it.".to_owned()
    } else {
        format!(
            "Chosen on {} windows of {}, {n_faulty} with a fault; {n_shared} of them are scored as well.",
            fold.validation.len(),
            Part::Validation.title()
        )
    };
    let can_be_chosen = !needs_faults || n_faulty > 0;
    finding(
        "threshold-source",
        "The threshold is chosen on validation alone",
        (n_shared > 0 || can_be_chosen).then_some(n_shared == 0),
        detail,
    )
}

#[cfg(test)]
mod tests {
    use super::super::made::{changed, many_runs, stream, twelve_runs};
    use super::super::smote::balance;
    use super::super::{Source, Synthetic};
    use super::*;
    use crate::config::{CheckedDetect, DetectProtocol};
    use crate::data::Dataset;

    fn with_smote(protocol: DetectProtocol) -> CheckedDetect {
        changed(protocol, |config| config.balance = Balance::Smote { ratio: 1.0, neighbours: 5 })
    }

    fn audited(dataset: &Dataset, config: &CheckedDetect) -> (Fold, FoldSummary) {
        let source = Source::new(dataset, config).expect("runs");
        let mut fold = source.fold(0).expect("a fold");
        balance(&mut fold, &config.balance, 1);
        (fold, source.summary(0).expect("a fold"))
    }

    fn failed(fold: &Fold, summary: &FoldSummary, config: &DetectConfig) -> Vec<String> {
        audit(fold, summary, config).into_iter().filter(|of| of.passed == Some(false)).map(|of| of.id).collect()
    }

    #[test]
    fn honest_protocols_pass_every_check() {
        for (dataset, protocol) in [
            (twelve_runs(), DetectProtocol::P1),
            (twelve_runs(), DetectProtocol::P1Folds),
            (twelve_runs(), DetectProtocol::P2),
            (twelve_runs(), DetectProtocol::P4),
            (stream(), DetectProtocol::P3),
        ] {
            let config = with_smote(protocol);
            let (fold, summary) = audited(&dataset, &config);
            assert_eq!(failed(&fold, &summary, &config), [""; 0], "{protocol:?}");
            let n_passed = audit(&fold, &summary, &config).iter().filter(|of| of.passed == Some(true)).count();
            // Validation of P4 holds no fault.
            assert_eq!(n_passed, if protocol == DetectProtocol::P4 { 6 } else { 7 }, "{protocol:?}");
        }
    }

    #[test]
    fn leaky_protocols_fail_where_they_leak() {
        let data = many_runs(&[("crash", "pod-0")]);
        let of = |protocol| {
            let config = with_smote(protocol);
            let (fold, summary) = audited(&data, &config);
            failed(&fold, &summary, &config)
        };
        assert_eq!(
            of(DetectProtocol::P0Rand),
            ["shared-snapshots", "episode-on-both-sides", "normal-windows", "scale", "smote-parents"]
        );
        assert_eq!(of(DetectProtocol::P0Class), ["episode-on-both-sides"]);
        assert_eq!(of(DetectProtocol::P0Chron), [""; 0]);
    }

    #[test]
    fn what_is_done_to_an_honest_fold_is_found() {
        let config = with_smote(DetectProtocol::P1);
        let (fold, summary) = audited(&twelve_runs(), &config);
        let mut scaled = summary.clone();
        let last = fold.test[fold.test.len() - 1];
        scaled.scaled_on.push(super::super::SnapshotRange { run: last.run, begin: last.last, end: last.last + 1 });
        scaled.scaled_on.sort_unstable_by_key(|range| (range.run, range.begin));
        assert_eq!(failed(&fold, &scaled, &config), ["scale"]);
        let mut across = fold.clone();
        let faulty = |run: u32| fold.train.iter().position(|w| w.label && !w.buffer && w.run == run);
        let mut runs = (0..fold.runs.len() as u32).filter_map(faulty);
        let parents = [runs.next(), runs.next()].map(|idx| idx.expect("two runs with faults") as u32);
        across.synthetic.push(Synthetic { parents, share: 0.5 });
        assert_eq!(failed(&across, &summary, &config), ["smote-parents"]);
        let mut moved = summary.clone();
        let (train, test) = (
            moved.runs.iter().position(|run| run.parts == [Part::Train]),
            moved.runs.iter().position(|run| run.parts == [Part::Test]),
        );
        let (train, test) = (train.expect("a training run"), test.expect("a test run"));
        moved.runs[test].begin_millis = moved.runs[train].begin_millis;
        moved.runs[test].end_millis = moved.runs[train].end_millis;
        assert_eq!(failed(&fold, &moved, &config), ["same-time"]);
        let mut chosen = fold.clone();
        chosen.validation.push(chosen.test[0]);
        assert!(failed(&chosen, &summary, &config).contains(&"threshold-source".to_owned()));
    }

    #[test]
    fn commissioning_needs_healthy_first_minutes() {
        let config = changed(DetectProtocol::P1, |config| {
            config.setup.scale = ScaleFrom::Commission;
            config.setup.commission_minutes = 9;
        });
        let (fold, summary) = audited(&twelve_runs(), &config);
        assert_eq!(failed(&fold, &summary, &config), [""; 0]);
        let late = changed(DetectProtocol::P1, |config| config.setup.scale = ScaleFrom::Commission);
        let (fold, summary) = audited(&twelve_runs(), &late);
        assert_eq!(failed(&fold, &summary, &late), ["scale"]);
    }
}
