//! Which instances and which calls stand behind an alarm (MODELS.md B.3, `node_head`).

use super::super::part::DetectScores;
use super::board::Which;
use super::judge::{Judge, Judged};
use crate::detect::Fold;
use crate::report::{BoardCalls, Located, LocatedLine};

/// Places that are told.
const PLACES: usize = 3;
/// Most alarms of a detector that are told.
const MOST_ALARMS: usize = 200;

/// Call edges of test windows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CallFacts {
    /// Caller and callee.
    edges: Vec<(String, String)>,
    /// Of each test window the most unusual ones, with their standardised durations.
    unusual: Vec<Vec<(u32, f32)>>,
}

impl CallFacts {
    /// Of the last snapshots of the test windows; `None` without calls.
    pub(super) fn of(fold: &Fold, types: &[String]) -> Option<Self> {
        let calls = fold.calls.as_ref()?;
        let name = |service: u32| types.get(service as usize).cloned().unwrap_or_default();
        let unusual = |window: &crate::detect::Window| {
            let durations: Vec<f32> = fold.call_durations(window.run, window.last).collect();
            let known = (0..durations.len() as u32).filter(|&edge| !durations[edge as usize].is_nan());
            let apart = |edge: u32| durations[edge as usize].abs();
            let mut order: Vec<u32> = known.collect();
            order.sort_unstable_by(|&a, &b| apart(b).total_cmp(&apart(a)).then(a.cmp(&b)));
            order.into_iter().take(PLACES).map(|edge| (edge, durations[edge as usize])).collect()
        };
        Some(Self {
            edges: calls.edges.iter().map(|&(caller, callee)| (name(caller), name(callee))).collect(),
            unusual: fold.test.iter().map(unusual).collect(),
        })
    }
}

/// Adds the instances of the next test windows to the scores of a part, `[B, I]`; of equal ones the first.
pub(super) fn add(scores: &mut DetectScores, of_instances: &[f32], n_instances: usize) {
    for row in of_instances.chunks_exact(n_instances.max(1)) {
        let mut order: Vec<u32> = (0..row.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| row[b as usize].total_cmp(&row[a as usize]).then(a.cmp(&b)));
        order.truncate(PLACES);
        scores.suspicion.push(order.iter().map(|&instance| row[instance as usize]).collect());
        scores.suspects.push(order);
    }
}

/// How often the target is found; `None` for detectors that do not say where.
pub(super) fn located(judge: &Judge<'_>, parts: &[&DetectScores]) -> Option<Located> {
    if parts.is_empty() || parts.iter().any(|part| part.suspects.is_empty()) {
        return None;
    }
    let mut found = Located::default();
    let mut episodes: Vec<(usize, u32)> = Vec::new();
    for &(fold, idx) in &judge.test.places {
        let window = judge.test.window((fold, idx), Which::Test);
        let Some(episode) = window.episode.filter(|_| window.label && !window.buffer) else { continue };
        let targets = &judge.test.facts[fold].episodes[episode as usize].instances;
        let Some(suspects) = parts[fold].suspects.get(idx).filter(|_| !targets.is_empty()) else { continue };
        episodes.push((fold, episode));
        found.n += 1;
        found.first += u64::from(suspects.first().is_some_and(|suspect| targets.contains(suspect)));
        found.three += u64::from(suspects.iter().any(|suspect| targets.contains(suspect)));
    }
    episodes.sort_unstable();
    episodes.dedup();
    Some(Located { episodes: episodes.len() as u64, ..found })
}

/// The instances behind the alarms of a detector; `None` for those that do not say where.
pub(super) fn line(judge: &Judge<'_>, id: &str, parts: &[&DetectScores], judged: &Judged) -> Option<LocatedLine> {
    if parts.iter().any(|part| part.suspects.is_empty()) {
        return None;
    }
    let alarms = judged.alarms();
    let windows: Vec<u32> =
        (0..judged.test.len() as u32).filter(|&window| judged.test[window as usize] >= alarms.threshold).collect();
    let step = windows.len().div_ceil(MOST_ALARMS).max(1);
    let windows: Vec<u32> = windows.into_iter().step_by(step).collect();
    let place = |&window: &u32| judge.test.places[window as usize];
    let short = |score: &f32| (score * 1e3).round() / 1e3;
    Some(LocatedLine {
        id: id.to_owned(),
        instances: windows.iter().map(place).map(|(fold, idx)| parts[fold].suspects[idx].clone()).collect(),
        scores: windows
            .iter()
            .map(place)
            .map(|(fold, idx)| parts[fold].suspicion[idx].iter().map(short).collect())
            .collect(),
        windows,
    })
}

/// The unusual calls in the windows of some lines; `None` without calls, and where folds have other edges.
pub(super) fn calls(judge: &Judge<'_>, lines: &[LocatedLine]) -> Option<BoardCalls> {
    let mut windows: Vec<u32> = lines.iter().flat_map(|line| line.windows.iter().copied()).collect();
    windows.sort_unstable();
    windows.dedup();
    let [facts] = judge.test.facts[..] else { return None };
    let known = facts.calls.as_ref().filter(|_| !windows.is_empty())?;
    let short = |&(edge, duration): &(u32, f32)| (edge, (duration * 1e3).round() / 1e3);
    let unusual = |&window: &u32| known.unusual[judge.test.places[window as usize].1].iter().map(short).collect();
    Some(BoardCalls { edges: known.edges.clone(), unusual: windows.iter().map(unusual).collect(), windows })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_suspicious_come_first_and_of_equal_ones_the_first() {
        let mut scores = DetectScores::default();
        add(&mut scores, &[0.1, 0.9, 0.9, 0.3, 0.0, 0.0, 0.0, 7.0], 4);
        assert_eq!(scores.suspects, [[1, 2, 3], [3, 0, 1]]);
        assert_eq!(scores.suspicion, [[0.9, 0.9, 0.3], [7.0, 0.0, 0.0]]);
        let mut few = DetectScores::default();
        add(&mut few, &[0.5, 1.5], 2);
        assert_eq!(few.suspects, [[1, 0]]);
    }
}
