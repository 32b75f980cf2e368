//! Protocols that deal whole runs: P1 and its folds, P1-target, P2 and P4.

use super::deal::{Dealer, by_kind, whole_runs};
use super::purge::{Gap, purge};
use super::{Part, Split, count, cuts, part_at, part_of_group, shares};
use crate::config::DetectConfig;
use crate::detect::error::DetectError;
use crate::detect::fold::Window;
use crate::detect::run::Run;

fn too_few(config: &DetectConfig, needed: impl Into<String>, found: String, advice: &'static str) -> DetectError {
    DetectError::TooFew { protocol: config.split.protocol.id(), needed: needed.into(), found, advice }
}

/// P1: stratified by fault type over runs.
pub(super) fn stratified(runs: &[Run], config: &DetectConfig) -> Result<Split, DetectError> {
    if runs.len() < 3 {
        let found = count(runs.len(), "run", "runs");
        return Err(too_few(config, "at least 3 runs", found, "p0-chron, or p3 for a long run with many faults"));
    }
    Ok(whole_runs(runs, &all_dealt(runs, config)))
}

/// All runs with their parts under P1.
fn all_dealt(runs: &[Run], config: &DetectConfig) -> Vec<(usize, Part)> {
    dealt(runs, &(0..runs.len()).collect::<Vec<_>>(), shares(config), config).collect()
}

/// These runs with their parts, each type of fault by itself.
fn dealt(
    runs: &[Run],
    chosen: &[usize],
    shares: [f64; 3],
    config: &DetectConfig,
) -> impl Iterator<Item = (usize, Part)> + use<> {
    let mut dealer = Dealer::new(shares);
    by_kind(runs, chosen, config).into_iter().map(move |run| (run, dealer.next(1)))
}

/// P1-folds: the training runs of P1 in groups, fault types spread over them. In each fold one group is scored, the next one
/// (after the last, the first) is for choosing, the others train; what P1 keeps for validation and test is not touched.
pub(super) fn folds_of_training(runs: &[Run], config: &DetectConfig) -> Result<Vec<Split>, DetectError> {
    let k = config.split.folds;
    let dealt = all_dealt(runs, config).into_iter().filter(|(_, part)| *part == Part::Train);
    let trained: Vec<usize> = dealt.map(|(run, _)| run).collect();
    if k < 3 || trained.len() < k {
        let found =
            format!("{}, for {}", count(trained.len(), "training run", "training runs"), count(k, "fold", "folds"));
        return Err(too_few(config, "at least 3 folds and a training run for each", found, "fewer split.folds, or p1"));
    }
    let fold = |test: usize| {
        let part = |(place, &run): (usize, &usize)| (run, part_of_group(place % k, test, k));
        whole_runs(runs, &trained.iter().enumerate().map(part).collect::<Vec<_>>())
    };
    Ok((0..k).map(fold).collect())
}

/// P1-target: runs with a common target stay together, so that no target of one part is faulted in another.
pub(super) fn by_target(runs: &[Run], config: &DetectConfig) -> Result<Split, DetectError> {
    let faulty: Vec<usize> = (0..runs.len()).filter(|&run| !runs[run].episodes.is_empty()).collect();
    let healthy: Vec<usize> = (0..runs.len()).filter(|&run| runs[run].episodes.is_empty()).collect();
    let mut groups = with_common_targets(runs, by_kind(runs, &faulty, config));
    if groups.len() < 3 {
        let found = count(groups.len(), "target", "targets");
        return Err(too_few(config, "runs with at least 3 different targets", found, "p1"));
    }
    // Large groups first; the order among equals is that of their types.
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    let mut dealer = Dealer::new(shares(config));
    let mut parts: Vec<(usize, Part)> = Vec::new();
    for group in groups {
        let part = dealer.next(group.len());
        parts.extend(group.into_iter().map(|run| (run, part)));
    }
    parts.extend(dealt(runs, &healthy, shares(config), config));
    Ok(whole_runs(runs, &parts))
}

/// Runs in groups, in the order of their first member: two runs with a common target are in one group.
fn with_common_targets(runs: &[Run], order: Vec<usize>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for run in order {
        let is_near = |group: &Vec<usize>| group.iter().any(|&other| has_common_target(&runs[run], &runs[other]));
        let (near, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_near);
        let mut joined: Vec<usize> = near.into_iter().flatten().collect();
        joined.push(run);
        rest.push(joined);
        groups = rest;
    }
    groups
}

/// Whether an instance is faulted in both; labels that stand for no instance are compared by their text.
fn has_common_target(one: &Run, other: &Run) -> bool {
    let pairs = one.episodes.iter().flat_map(|a| other.episodes.iter().map(move |b| (a, b)));
    let mut pairs = pairs.map(|(a, b)| match (a.instances.is_empty(), b.instances.is_empty()) {
        (false, false) => a.instances.iter().any(|instance| b.instances.contains(instance)),
        _ => a.target == b.target,
    });
    pairs.any(|is_common| is_common)
}

/// Shares of training and validation where the test is chosen otherwise.
fn without_test(config: &DetectConfig) -> [f64; 3] {
    let [train, validation, _] = shares(config);
    [train / (train + validation), validation / (train + validation), 0.0]
}

/// P2: in each fold one fault type is left for the test. Of runs without faults, every part gets its share.
pub(super) fn without_a_kind(runs: &[Run], config: &DetectConfig) -> Result<Vec<Split>, DetectError> {
    let mut kinds: Vec<String> = runs.iter().flat_map(Run::kinds).collect();
    kinds.sort_unstable();
    kinds.dedup();
    if runs.len() < 3 || kinds.len() < 2 {
        let found =
            format!("{} with {}", count(runs.len(), "run", "runs"), count(kinds.len(), "fault type", "fault types"));
        return Err(too_few(config, "at least 3 runs with at least 2 fault types", found, "p1, p3 or p0-chron"));
    }
    kinds.iter().map(|kind| without(runs, kind, config)).collect()
}

fn without(runs: &[Run], kind: &str, config: &DetectConfig) -> Result<Split, DetectError> {
    let all = 0..runs.len();
    let (test, rest): (Vec<usize>, Vec<usize>) =
        all.partition(|&run| runs[run].episodes.iter().any(|episode| episode.kind == kind));
    let (healthy, learned): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(|&run| runs[run].episodes.is_empty());
    if learned.len() < 2 {
        let found = count(learned.len(), "such run", "such runs");
        let needed = format!("at least 2 runs with faults, none of type {kind}");
        return Err(too_few(config, needed, found, "p1"));
    }
    let mut parts: Vec<(usize, Part)> = test.into_iter().map(|run| (run, Part::Test)).collect();
    parts.extend(dealt(runs, &learned, without_test(config), config));
    parts.extend(dealt(runs, &healthy, shares(config), config));
    Ok(whole_runs(runs, &parts))
}

/// P4: runs without faults for training and validation, all others for the test. A single such run is cut by time.
pub(super) fn normal_only(runs: &[Run], config: &DetectConfig) -> Result<Split, DetectError> {
    let (healthy, faulty): (Vec<usize>, Vec<usize>) = (0..runs.len()).partition(|&run| runs[run].episodes.is_empty());
    let shares = without_test(config);
    let mut parts: Vec<(usize, Part)> = faulty.into_iter().map(|run| (run, Part::Test)).collect();
    match healthy[..] {
        [] => Err(too_few(config, "at least 1 run without faults", "none".to_owned(), "p1 or p3")),
        [only] => {
            let mut split = whole_runs(runs, &parts);
            let windows: &[Window] = &runs[only].windows;
            let cuts = cuts(windows.len(), shares);
            windows.iter().enumerate().for_each(|(place, window)| split.of(part_at(place, cuts)).push(*window));
            purge(&mut split, Gap::of(config, false));
            Ok(split)
        }
        _ => {
            parts.extend(dealt(runs, &healthy, shares, config));
            Ok(whole_runs(runs, &parts))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::DetectProtocol::{P1, P1Folds};
    use crate::detect::made::{changed, config, twelve_runs};
    use crate::detect::{Source, Window};

    /// First and last moments of the test windows' runs, by fold, and those of training in the first fold.
    fn runs_of(source: &Source, of: impl Fn(&crate::detect::Fold) -> Vec<Window>) -> Vec<Vec<i64>> {
        let run = |k: usize| {
            let fold = source.fold(k).expect("a fold");
            let mut starts: Vec<i64> =
                of(&fold).iter().map(|window| fold.runs[window.run as usize].start_millis).collect();
            starts.sort_unstable();
            starts.dedup();
            starts
        };
        (0..source.n_folds()).map(run).collect()
    }

    #[test]
    fn folds_of_training_score_each_training_run_of_p1_once_and_no_other() {
        let p1 = Source::new(&twelve_runs(), &config(P1)).expect("runs");
        let [trained] = &runs_of(&p1, |fold| fold.train.clone())[..] else { panic!("one fold") };
        let folds = Source::new(&twelve_runs(), &changed(P1Folds, |config| config.split.folds = 3)).expect("runs");
        let scored = runs_of(&folds, |fold| fold.test.clone());
        let mut all: Vec<i64> = scored.iter().flatten().copied().collect();
        all.sort_unstable();
        assert_eq!((scored.len(), &all), (3, trained));
        let everything = |fold: &crate::detect::Fold| [&fold.train[..], &fold.validation, &fold.test].concat();
        assert!(runs_of(&folds, everything).iter().all(|runs| runs == trained));
    }

    #[test]
    fn more_folds_than_training_runs_are_refused_in_one_sentence() {
        let config = changed(P1Folds, |config| config.split.folds = 9);
        let refused = Source::new(&twelve_runs(), &config).expect_err("six training runs").to_string();
        assert!(refused.contains("6 training runs, for 9 folds") && refused.contains("fewer split.folds"), "{refused}");
    }
}
