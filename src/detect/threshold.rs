//! Rules for a threshold, on scores of validation alone (MODELS.md B.9). A window is flagged if its score is at or above
//! the threshold.

use std::collections::BTreeMap;

use crate::config::ThresholdRule;

/// Alarms within this time of each other are one.
const MERGE_MILLIS: i64 = 60_000;
/// The paper's grid: 0.470 to 0.520 in steps of 0.005, in thousandths.
const GRID: [u32; 11] = [470, 475, 480, 485, 490, 495, 500, 505, 510, 515, 520];

/// Scores of windows, their labels, and when they are decided.
#[derive(Debug, Clone, Copy)]
pub struct Scored<'a> {
    /// Higher is more suspicious.
    pub scores: &'a [f32],
    /// Whether something is broken.
    pub labels: &'a [bool],
    /// Run and time of each decision, ascending.
    pub decided: &'a [(u32, i64)],
    /// Time between two decisions of a run that follow each other.
    pub window_millis: i64,
}

/// The threshold of a rule; `None` if the scores of validation cannot give it, for example without any fault.
///
/// For scores that are no probabilities the paper's grid and 0.5 mean nothing, and the best F1 is taken instead.
pub fn choose(rule: ThresholdRule, validation: Scored<'_>, is_probability: bool) -> Option<f32> {
    let Scored { scores, labels, .. } = validation;
    match rule {
        ThresholdRule::Paper if is_probability => paper_grid(scores, labels),
        ThresholdRule::Half if is_probability => Some(0.5),
        ThresholdRule::Paper | ThresholdRule::Half | ThresholdRule::BestF1 => best_f1(scores, labels),
        ThresholdRule::Alarms { per_hour } => alarm_budget(validation, per_hour),
    }
}

/// F1 at a threshold: `2 TP / (2 TP + FP + FN)`; `None` if nothing is broken and nothing flagged.
pub fn f1_at(scores: &[f32], labels: &[bool], threshold: f32) -> Option<f64> {
    let (mut hits, mut wrong) = (0_u64, 0_u64);
    for (score, &label) in scores.iter().zip(labels) {
        let is_flagged = *score >= threshold;
        hits += u64::from(is_flagged && label);
        wrong += u64::from(is_flagged != label);
    }
    (hits + wrong > 0).then(|| (2 * hits) as f64 / (2 * hits + wrong) as f64)
}

/// The paper's rule: of 0.470, 0.475, … 0.520 the one with the best F1; of equals the nearest to 0.5, then the lower.
/// `None` without a fault.
pub fn paper_grid(scores: &[f32], labels: &[bool]) -> Option<f32> {
    if !labels.contains(&true) {
        return None;
    }
    let mut grid = GRID;
    grid.sort_unstable_by_key(|&candidate| (candidate.abs_diff(500), candidate));
    let mut best: Option<(f64, f32)> = None;
    for candidate in grid {
        let threshold = candidate as f32 / 1000.0;
        let f1 = f1_at(scores, labels, threshold).unwrap_or(0.0);
        if best.is_none_or(|(most, _)| f1 > most) {
            best = Some((f1, threshold));
        }
    }
    best.map(|(_, threshold)| threshold)
}

/// The score at which F1 is best; of equals the highest. `None` without a fault.
pub fn best_f1(scores: &[f32], labels: &[bool]) -> Option<f32> {
    let n_faulty = labels.iter().filter(|label| **label).count() as u64;
    if n_faulty == 0 {
        return None;
    }
    let mut order: Vec<(f32, bool)> = scores.iter().copied().zip(labels.iter().copied()).collect();
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hits, mut best) = (0_u64, None);
    for (idx, &(score, label)) in order.iter().enumerate() {
        hits += u64::from(label);
        let is_last_of_equals = order.get(idx + 1).is_none_or(|next| next.0 < score);
        // 2 TP + FP + FN = flagged + faulty.
        let f1 = (2 * hits) as f64 / (idx as u64 + 1 + n_faulty) as f64;
        if is_last_of_equals && best.is_none_or(|(most, _)| f1 > most) {
            best = Some((f1, score));
        }
    }
    best.map(|(_, threshold)| threshold)
}

/// The lowest threshold, coming from above, up to which there are at most so many false alarms per hour of normal windows:
/// one of the scores, or above them all. Alarms of one run within 60 s are one. `None` without normal windows.
///
/// Far below it alarms merge, until everything is a single one; that is no threshold to look for.
pub fn alarm_budget(scored: Scored<'_>, per_hour: f64) -> Option<f32> {
    let normal: Vec<usize> = (0..scored.labels.len()).filter(|&idx| !scored.labels[idx]).collect();
    let hours = normal.len() as f64 * scored.window_millis as f64 / 3_600_000.0;
    if normal.is_empty() {
        return None;
    }
    let mut order = normal.clone();
    order.sort_unstable_by(|&a, &b| scored.scores[b].total_cmp(&scored.scores[a]).then(a.cmp(&b)));
    let highest = scored.scores[order[0]];
    let mut threshold = highest.next_up();
    let mut alarms = Alarms::default();
    for (place, &idx) in order.iter().enumerate() {
        alarms.add(scored.decided[idx]);
        let score = scored.scores[idx];
        let is_last_of_equals = order.get(place + 1).is_none_or(|&next| scored.scores[next] < score);
        if !is_last_of_equals {
            continue;
        }
        if alarms.n as f64 > per_hour * hours {
            break;
        }
        threshold = score;
    }
    Some(threshold)
}

/// False alarms: runs of flagged normal windows, those of one run within 60 s merged.
pub fn n_false_alarms(scored: Scored<'_>, threshold: f32) -> u64 {
    let mut alarms = Alarms::default();
    for idx in (0..scored.scores.len()).filter(|&idx| !scored.labels[idx] && scored.scores[idx] >= threshold) {
        alarms.add(scored.decided[idx]);
    }
    alarms.n
}

/// Alarms while flagged windows are added in any order.
#[derive(Default)]
struct Alarms {
    flagged: BTreeMap<(u32, i64), ()>,
    n: u64,
}

impl Alarms {
    fn add(&mut self, at: (u32, i64)) {
        let is_near = |other: (u32, i64)| other.0 == at.0 && (other.1 - at.1).abs() <= MERGE_MILLIS;
        let before = self.flagged.range(..at).next_back().map(|(&other, ())| other);
        let after = self.flagged.range(at..).next().map(|(&other, ())| other);
        if after == Some(at) {
            return;
        }
        self.flagged.insert(at, ());
        let joins_before = before.is_some_and(is_near);
        let joins_after = after.is_some_and(is_near);
        let were_joined = before.zip(after).is_some_and(|(a, b)| a.0 == b.0 && b.1 - a.1 <= MERGE_MILLIS);
        match (joins_before, joins_after) {
            (false, false) => self.n += 1,
            (true, true) if !were_joined => self.n -= 1,
            _ => {}
        }
    }
}

/// Share of scores inside [0.47, 0.52]: below one per cent, the paper's calibration does nothing. `None` without scores.
pub fn share_in_grid(scores: &[f32]) -> Option<f64> {
    let n = scores.iter().filter(|score| (0.47..=0.52).contains(*score)).count();
    (!scores.is_empty()).then(|| n as f64 / scores.len() as f64)
}

/// The logit of a model trained at one fault per normal window, for use where faults have the prevalence `prior`:
/// `logit(p) + logit(π) − logit(½)`.
pub fn prior_corrected(logit: f32, prior: f64) -> f32 {
    (f64::from(logit) + (prior / (1.0 - prior)).ln()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored<'a>(scores: &'a [f32], labels: &'a [bool], decided: &'a [(u32, i64)]) -> Scored<'a> {
        Scored { scores, labels, decided, window_millis: 5000 }
    }

    #[test]
    fn the_grid_takes_the_best_and_of_equals_the_nearest_to_a_half() {
        assert_eq!(paper_grid(&[0.1, 0.9], &[false, true]), Some(0.5));
        assert_eq!(paper_grid(&[0.506, 0.9], &[false, true]), Some(0.51));
        assert_eq!(paper_grid(&[0.1, 0.478], &[false, true]), Some(0.475));
        assert_eq!(paper_grid(&[0.1, 0.9], &[false; 2]), None);
    }

    #[test]
    fn the_best_of_all_is_that_of_a_search() {
        let scores = [0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.2];
        let labels = [false, false, true, true, false, true, true];
        let found = best_f1(&scores, &labels).expect("faults");
        let best = scores.iter().map(|&at| f1_at(&scores, &labels, at).expect("faults")).fold(0.0, f64::max);
        assert_eq!(f1_at(&scores, &labels, found), Some(best));
        assert_eq!(best_f1(&[0.3; 3], &[true, false, false]), Some(0.3));
        assert_eq!(best_f1(&scores, &[false; 7]), None);
        assert_eq!(f1_at(&[0.1], &[false], 0.5), None);
    }

    #[test]
    fn alarms_within_a_minute_are_one() {
        let decided: Vec<(u32, i64)> = [(0, 0), (0, 60_000), (0, 120_001), (1, 120_002), (1, 300_000)].into();
        let all = scored(&[1.0; 5], &[false; 5], &decided);
        assert_eq!(n_false_alarms(all, 0.5), 4);
        assert_eq!(n_false_alarms(all, 1.5), 0);
        // The window in the middle joins its neighbours, in whatever order they come.
        let mut alarms = Alarms::default();
        let n: Vec<u64> = [(0, 0), (0, 100_000), (0, 50_000), (0, 50_000), (1, 50_000)]
            .into_iter()
            .map(|at| {
                alarms.add(at);
                alarms.n
            })
            .collect();
        assert_eq!(n, [1, 2, 1, 1, 2]);
    }

    #[test]
    fn the_budget_is_used_up_and_kept() {
        // Two hours of windows of 5 s; high scores every ten minutes, one higher than the other.
        let n = 1440;
        let scores: Vec<f32> =
            (0..n).map(|k| if k % 120 == 0 { 1.0 + k as f32 / 1440.0 } else { (k % 7) as f32 / 10.0 }).collect();
        let decided: Vec<(u32, i64)> = (0..n).map(|k| (0, 5000 * k as i64)).collect();
        let labels = vec![false; n];
        let all = scored(&scores, &labels, &decided);
        let threshold = alarm_budget(all, 2.0).expect("normal windows");
        assert_eq!(n_false_alarms(all, threshold), 4);
        assert_eq!(n_false_alarms(all, 0.0), 1, "everything is one alarm");
        let two_runs: Vec<(u32, i64)> = (0..n).map(|k| (k as u32, 0)).collect();
        let apart = scored(&scores, &labels, &two_runs);
        let threshold = alarm_budget(apart, 2.0).expect("normal windows");
        assert_eq!(n_false_alarms(apart, threshold), 4);
        assert_eq!(n_false_alarms(apart, alarm_budget(apart, 0.0).expect("normal windows")), 0);
        assert_eq!(alarm_budget(scored(&[1.0], &[true], &[(0, 0)]), 1.0), None);
    }

    // MODELS.md F.10: at a prevalence of .1875 a half becomes .1875, and .8125 a half.
    #[test]
    fn prior_shift() {
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        let logit = |p: f32| (p / (1.0 - p)).ln();
        assert!((sigmoid(prior_corrected(0.0, 0.1875)) - 0.1875).abs() < 1e-6);
        assert!((sigmoid(prior_corrected(logit(0.8125), 0.1875)) - 0.5).abs() < 1e-6);
        assert!((sigmoid(prior_corrected(logit(0.47), 0.1875)) - 0.1699).abs() < 1e-4);
        assert_eq!(share_in_grid(&[0.1, 0.5, 0.47, 0.9]), Some(0.5));
        assert_eq!(share_in_grid(&[]), None);
    }

    #[test]
    fn scores_that_are_no_probabilities_fall_back() {
        let all = scored(&[3.0, 7.0], &[false, true], &[(0, 0), (0, 5000)]);
        assert_eq!(choose(ThresholdRule::Paper, all, false), Some(7.0));
        assert_eq!(choose(ThresholdRule::Half, all, true), Some(0.5));
        assert_eq!(choose(ThresholdRule::BestF1, all, true), Some(7.0));
    }
}
