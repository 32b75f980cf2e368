//! Choosing a threshold on validation windows (MODELS.md B.9); it is frozen before anything is tested.

use super::{Alarms, Cut, Ranking, Truth, confusion, events, f1};

/// The paper's rule: of 0.470, 0.475, …, 0.520 the one with the largest F1, of equals the one closest to 0.5.
///
/// `None` if F1 is undefined at all of them.
pub fn paper_cut(scores: &[f32], labels: &[bool]) -> Option<f32> {
    // Thousandths, so that equal distances from 0.5 are equal; the smaller of two goes first.
    let candidates = (470..=520_i32).step_by(5);
    let judged = candidates.filter_map(|cut| {
        let flags: Vec<bool> = scores.iter().map(|&score| score >= cut as f32 / 1000.0).collect();
        Some((f1(&confusion(&flags, labels))?, cut))
    });
    let better = |a: (f64, i32), b: (f64, i32)| {
        let closer = (b.1 - 500).abs() < (a.1 - 500).abs();
        if b.0 > a.0 || (b.0 == a.0 && closer) { b } else { a }
    };
    judged.reduce(better).map(|(_, cut)| cut as f32 / 1000.0)
}

/// The score with the largest F1 if it is taken as the threshold; of equals the largest. `None` without a label.
pub fn best_f1(scores: &[f32], labels: &[bool]) -> Option<f32> {
    let cuts = Ranking::new(scores, labels).cuts();
    let positives = cuts.last().filter(|end| end.tp > 0.0)?.tp;
    let f1 = |cut: &Cut| 2.0 * cut.tp / (cut.tp + cut.fp + positives);
    let best = cuts.iter().reduce(|a, b| if f1(b) > f1(a) { b } else { a })?;
    Some(best.threshold)
}

/// The smallest threshold that raises at most so many false alarms per normal hour, of the scores of normal windows
/// and of a threshold just above them all. `None` without normal windows.
///
/// Merging makes alarms fewer again where most windows are flagged; the search goes down from above and ends at the
/// first threshold that is too many, so it stays on the side where alarms are rare.
pub fn budget_cut(truth: &Truth, scores: &[f32], per_hour: f64) -> Option<f32> {
    let (core, labels) = truth.core(scores);
    let normal: Vec<f32> = core.iter().zip(&labels).filter(|(_, label)| !**label).map(|(&score, _)| score).collect();
    let cuts = Ranking::new(&normal, &vec![false; normal.len()]).cuts();
    let above = cuts.first()?.threshold.next_up();
    let affordable = |cut: &&Cut| {
        let found = events(truth, Alarms { scores, threshold: cut.threshold });
        found.false_alarms_per_hour.is_some_and(|rate| rate <= per_hour)
    };
    Some(cuts.iter().take_while(affordable).last().map_or(above, |cut| cut.threshold))
}

/// Share of the episodes that are found at the lowest threshold with at most so many false alarms a day.
///
/// The threshold is chosen on the windows that are judged, which only an oracle could do: it compares scores without the
/// luck of a validation part and promises nothing. `None` without normal windows or without episodes.
pub fn found_at_alarms(truth: &Truth, scores: &[f32], per_day: f64) -> Option<f64> {
    let threshold = budget_cut(truth, scores, per_day / 24.0)?;
    let found = events(truth, Alarms { scores, threshold });
    super::ratio(found.found as f64, found.n_episodes as f64)
}

/// Share of scores in `[low, high]`: how much a search between them can change at all.
pub fn share_between(scores: &[f32], low: f32, high: f32) -> Option<f64> {
    let inside = scores.iter().filter(|&&score| score >= low && score <= high).count();
    super::ratio(inside as f64, scores.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::Span;
    use crate::evaluate::detection::truth::instants;

    #[test]
    fn recall_at_a_budget_counts_episodes_above_the_last_affordable_alarm() {
        // A day and two hours of 5 s windows; faults at 1 h and 2 h, and two false alarms apart from each other.
        let hour = 720;
        let is_faulty = |idx: usize| [hour, 2 * hour].iter().any(|begin| (*begin..begin + 60).contains(&idx));
        let windows = instants(&(0..26 * hour).map(is_faulty).collect::<Vec<_>>());
        let span =
            |begin: usize| Span { run: 0, start_millis: 5000 * begin as i64, end_millis: 5000 * (begin + 60) as i64 };
        let episodes = [span(hour), span(2 * hour)];
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &episodes };
        let mut scores = vec![0.0_f32; 26 * hour];
        (scores[hour + 5], scores[2 * hour + 5], scores[5 * hour], scores[9 * hour]) = (0.9, 0.5, 0.7, 0.6);
        let found = |per_day| found_at_alarms(&truth, &scores, per_day);
        // One alarm at 0.7 leaves the fault with 0.5 below; a second one at 0.6 too; always alarm is never reached.
        assert_eq!((found(0.5), found(1.0), found(2.0)), (Some(0.5), Some(0.5), Some(0.5)));
        (scores[5 * hour], scores[9 * hour]) = (0.7, 0.4);
        let found = |per_day| found_at_alarms(&truth, &scores, per_day);
        assert_eq!((found(0.5), found(1.0), found(2.0)), (Some(0.5), Some(0.5), Some(1.0)));
        let nothing = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        assert_eq!(found_at_alarms(&nothing, &scores, 1.0), None);
    }

    #[test]
    fn of_equal_candidates_the_one_closest_to_a_half_is_taken() {
        // All candidates separate these alike.
        assert_eq!(paper_cut(&[0.1, 0.9], &[false, true]), Some(0.5));
        // Only those of at least 0.515 do here.
        assert_eq!(paper_cut(&[0.512, 0.9], &[false, true]), Some(0.515));
        assert_eq!(paper_cut(&[0.1, 0.2], &[false, false]), None);
        assert_eq!(paper_cut(&[], &[]), None);
    }

    #[test]
    fn the_best_f1_is_found_anywhere() {
        assert_eq!(best_f1(&[0.01, 0.02, 0.03, 0.04], &[false, true, true, true]), Some(0.02));
        assert_eq!(best_f1(&[0.1], &[false]), None);
    }

    #[test]
    fn the_budget_is_kept_and_used() {
        // Two minutes and a normal hour of 5 s windows around; every 100th window stands out a little more.
        let labels: Vec<bool> = (0..744).map(|step| (300..324).contains(&step)).collect();
        let windows = instants(&labels);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let scores: Vec<f32> = (0..744).map(|step| if step % 100 == 0 { step as f32 } else { 0.0 }).collect();
        // Window 300 is in the fault, so the normal ones that stand out are 700, 600, 500, 400, 200 and 100.
        for (per_hour, wanted) in [(1.0, 700.0), (2.9, 600.0), (4.0, 400.0)] {
            assert_eq!(budget_cut(&truth, &scores, per_hour), Some(wanted), "{per_hour}");
        }
        assert_eq!(budget_cut(&truth, &scores, 0.0), Some(700_f32.next_up()));
        assert_eq!(budget_cut(&Truth { windows: &[], ..truth }, &[], 1.0), None);
    }

    #[test]
    fn the_band_counts_both_ends() {
        assert_eq!(share_between(&[0.47, 0.5, 0.52, 0.6], 0.47, 0.52), Some(0.75));
        assert_eq!(share_between(&[], 0.47, 0.52), None);
    }
}
