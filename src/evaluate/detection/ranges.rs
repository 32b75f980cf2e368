//! Areas and volumes that forgive small shifts (Paparrizos et al., "Volume under the surface", VLDB 2022), and point
//! adjustment, which forgives nearly everything (MODELS.md B.14).

use std::ops::Range;

use super::{Ranking, Truth, ratio};

/// Longest buffer of the volumes, in windows: 2 minutes of 5 s windows.
pub const VUS_BUFFER: usize = 24;
/// Most thresholds of an area.
const MAX_THRESHOLDS: usize = 250;

/// Areas of one buffer length, or their mean over buffer lengths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Areas {
    /// Under the ROC curve. `None` unless both classes occur.
    pub roc: Option<f64>,
    /// Under the precision-recall curve. `None` without a labelled window.
    pub pr: Option<f64>,
}

/// VUS: the mean of [`range_areas`] over the buffers `0..=longest`.
pub fn volumes(truth: &Truth, scores: &[f32], longest: usize) -> Areas {
    let surface = Surface::new(truth, scores);
    let areas: Vec<Areas> = (0..=longest).map(|buffer| surface.areas(buffer)).collect();
    let mean = |of: fn(&Areas) -> Option<f64>| {
        let sum: Option<f64> = areas.iter().map(of).sum();
        sum.map(|sum| sum / areas.len() as f64)
    };
    Areas { roc: mean(|areas| areas.roc), pr: mean(|areas| areas.pr) }
}

/// Range-AUC: areas under curves whose true ranges are longer by `buffer / 2` windows at both sides.
///
/// A window in a buffer at distance `d` of its range counts `√(1 − d / buffer)` of a true one, and only if it is
/// flagged. The recall is multiplied by the share of ranges in which anything is flagged. Buffers end with their run.
pub fn range_areas(truth: &Truth, scores: &[f32], buffer: usize) -> Areas {
    Surface::new(truth, scores).areas(buffer)
}

/// Flags after every true range with one of them has become flagged throughout.
pub fn point_adjusted(truth: &Truth, flags: &[bool]) -> Vec<bool> {
    let mut adjusted = flags.to_vec();
    for range in truth.ranges() {
        if flags[range.clone()].contains(&true) {
            adjusted[range].fill(true);
        }
    }
    adjusted
}

/// What all buffer lengths share.
struct Surface {
    n: usize,
    /// Windows by descending score.
    ranked: Vec<(f32, bool, usize)>,
    /// How many windows each threshold flags, ascending.
    flagged: Vec<usize>,
    /// Score of each window.
    scores: Vec<f32>,
    /// True ranges, each with the run it lies in.
    ranges: Vec<(Range<usize>, Range<usize>)>,
}

impl Surface {
    fn new(truth: &Truth, scores: &[f32]) -> Self {
        let ranked = Ranking::new(scores, &truth.labels()).ranked;
        let mut scores = vec![f32::NEG_INFINITY; ranked.len()];
        ranked.iter().for_each(|&(score, _, idx)| scores[idx] = score);
        let runs = truth.runs();
        let run_of = |range: &Range<usize>| runs[runs.partition_point(|run| run.end <= range.start)].clone();
        let ranges = truth.ranges().into_iter().map(|range| (range.clone(), run_of(&range))).collect();
        let reaching = |rank: usize| ranked.partition_point(|&(score, ..)| score >= ranked[rank].0);
        let flagged = threshold_ranks(ranked.len()).map(reaching).collect();
        Self { n: ranked.len(), ranked, flagged, scores, ranges }
    }

    fn areas(&self, buffer: usize) -> Areas {
        let positives: usize = self.ranges.iter().map(|(range, _)| range.len()).sum();
        if positives == 0 {
            return Areas { roc: None, pr: None };
        }
        let weights = self.weights(buffer);
        let peaks = self.peaks(buffer);
        let (mut roc, mut pr, mut before) = (0.0, 0.0, (0.0, 0.0));
        let (mut seen, mut hits, mut near) = (0, 0.0, 0.0);
        for &flagged in &self.flagged {
            for &(_, label, idx) in &self.ranked[seen..flagged] {
                *(if label { &mut hits } else { &mut near }) += weights[idx];
            }
            seen = flagged;
            let held = positives as f64 + near / 2.0; // (P + Σl) / 2 with Σl = P + the flagged part of the buffers
            let found = peaks.iter().filter(|&&peak| peak >= self.ranked[flagged - 1].0).count() as f64;
            let recall = ((hits + near) / held).min(1.0) * found / peaks.len() as f64;
            let fall_out = ratio(flagged as f64 - hits - near, self.n as f64 - held).unwrap_or(0.0);
            roc += (fall_out - before.0) * (recall + before.1) / 2.0;
            pr += (recall - before.1) * (hits + near) / flagged as f64;
            before = (fall_out, recall);
        }
        roc += (1.0 - before.0) * (1.0 + before.1) / 2.0;
        Areas { roc: (positives < self.n).then_some(roc), pr: Some(pr) }
    }

    /// How much each window counts as a true one if it is flagged.
    fn weights(&self, buffer: usize) -> Vec<f64> {
        let mut weights = vec![0.0_f64; self.n];
        let weight = |distance: usize| (1.0 - distance as f64 / buffer as f64).sqrt();
        for (range, run) in &self.ranges {
            weights[range.clone()].fill(1.0);
            for distance in 1..=buffer / 2 {
                let after = range.end + distance - 1;
                if after < run.end {
                    weights[after] += weight(distance);
                }
                if range.start >= run.start + distance {
                    weights[range.start - distance] += weight(distance);
                }
            }
        }
        weights.iter().map(|weight| weight.min(1.0)).collect()
    }

    /// Largest score in each range with its buffers; ranges whose buffers meet are one.
    fn peaks(&self, buffer: usize) -> Vec<f32> {
        let half = buffer / 2;
        let mut merged: Vec<(Range<usize>, &Range<usize>)> = Vec::new();
        for (range, run) in &self.ranges {
            let wide = range.start.saturating_sub(half).max(run.start)..(range.end + half).min(run.end);
            match merged.last_mut() {
                // By the reference, buffers meet if they share a window.
                Some((last, same)) if *same == run && last.end > wide.start => last.end = wide.end,
                _ => merged.push((wide, run)),
            }
        }
        let peak = |range: Range<usize>| self.scores[range].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        merged.into_iter().map(|(range, _)| peak(range)).collect()
    }
}

/// At most 250 equally spaced ranks, first and last included, cut down to whole ones.
fn threshold_ranks(n: usize) -> impl Iterator<Item = usize> {
    let count = n.min(MAX_THRESHOLDS);
    let step = n.saturating_sub(1) as f64 / count.saturating_sub(1).max(1) as f64;
    (0..count).map(move |k| if k + 1 == count { n - 1 } else { (k as f64 * step) as usize })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::truth::instants;

    const SCORES: [f32; 12] = [0.1, 0.2, 0.15, 0.3, 0.6, 0.9, 0.8, 0.7, 0.2, 0.1, 0.05, 0.12];

    fn labels(ones: Range<usize>, n: usize) -> Vec<bool> {
        (0..n).map(|idx| ones.contains(&idx)).collect()
    }

    fn with<T>(labels: &[bool], judge: impl Fn(&Truth) -> T) -> T {
        judge(&Truth { windows: &instants(labels), step_millis: 5000, episodes: &[] })
    }

    #[test]
    fn volumes_are_those_of_the_oracle() {
        // MODELS.md F.10.
        let truth = labels(4..7, 12);
        for (longest, roc, pr) in [(0, 0.962_963, 0.916_667), (2, 0.972_338, 0.935_165), (4, 0.981_541, 0.954_944)] {
            let found = with(&truth, |truth| volumes(truth, &SCORES, longest));
            assert!((found.roc.expect("two classes") - roc).abs() < 1e-6, "{longest}: {found:?}");
            assert!((found.pr.expect("a label") - pr).abs() < 1e-6, "{longest}: {found:?}");
        }
    }

    #[test]
    fn buffers_are_those_of_the_oracle() {
        let weights = with(&labels(4..7, 12), |truth| Surface::new(truth, &SCORES).weights(4));
        let wanted = [
            0.0,
            0.0,
            std::f64::consts::FRAC_1_SQRT_2,
            0.866_025,
            1.0,
            1.0,
            1.0,
            0.866_025,
            std::f64::consts::FRAC_1_SQRT_2,
            0.0,
            0.0,
            0.0,
        ];
        assert!(weights.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-6), "{weights:?}");
    }

    #[test]
    fn without_a_buffer_the_areas_of_one_range_are_the_plain_ones() {
        // One range: anything flagged in it is needed for any recall, so its share changes nothing.
        let truth = labels(4..7, 12);
        let cuts = Ranking::new(&SCORES, &truth).cuts();
        let found = with(&truth, |truth| range_areas(truth, &SCORES, 0));
        let plain = [super::super::roc_auc(&cuts), super::super::average_precision(&cuts)];
        for (found, plain) in [found.roc, found.pr].into_iter().zip(plain) {
            assert!((found.expect("defined") - plain.expect("defined")).abs() < 1e-12);
        }
    }

    #[test]
    fn buffers_end_with_their_run() {
        let mut windows = instants(&labels(2..4, 8));
        (4..8).for_each(|idx| windows[idx].run = 1);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let weights = Surface::new(&truth, &SCORES[..8]).weights(4);
        assert!(weights[1] > 0.8 && weights[4..].iter().all(|&weight| weight == 0.0), "{weights:?}");
    }

    #[test]
    fn one_class_has_no_volume() {
        let none = with(&[false; 4], |truth| volumes(truth, &SCORES[..4], 2));
        assert_eq!(none, Areas { roc: None, pr: None });
        let all = with(&[true; 4], |truth| volumes(truth, &SCORES[..4], 2));
        assert_eq!((all.roc, all.pr.map(|pr| (pr - 1.0).abs() < 1e-12)), (None, Some(true)));
        assert_eq!(with(&[], |truth| volumes(truth, &[], 2)), none);
    }

    #[test]
    fn one_hit_earns_the_whole_range() {
        let truth = [false, true, true, true, false, true, false];
        let flags = [true, false, true, false, false, false, false];
        let adjusted = with(&truth, |truth| point_adjusted(truth, &flags));
        assert_eq!(adjusted, [true, true, true, true, false, false, false]);
    }

    #[test]
    fn ranks_go_from_the_first_to_the_last() {
        assert_eq!(threshold_ranks(3).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!((threshold_ranks(0).count(), threshold_ranks(1).collect::<Vec<_>>()), (0, vec![0]));
        let ranks: Vec<usize> = threshold_ranks(2880).collect();
        assert_eq!((ranks.len(), ranks[0], ranks[249]), (250, 0, 2879));
    }
}
