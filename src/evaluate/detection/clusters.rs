//! How sure is a measure? Whole episodes are resampled, because windows of one episode are one observation
//! (MODELS.md B.7).

use super::{Alarms, Cut, Ranking, Truth, average_precision, roc_auc};
use crate::stream::Stream;

/// Bootstrap resamples.
const RESAMPLES: usize = 2000;

/// What is resampled; windows in buffers are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// F1 of the fault class at the frozen threshold.
    F1,
    /// Area under the ROC curve.
    RocAuc,
    /// Average precision.
    AveragePrecision,
}

/// The cluster of each window, and how many there are: runs, cut half way between two episodes of a run.
pub fn clusters(truth: &Truth) -> (Vec<u32>, usize) {
    let mut cluster_of = Vec::new();
    let mut next = 0;
    for run in truth.runs() {
        let windows = &truth.windows[run];
        let episodes: Vec<_> = truth.episodes.iter().filter(|span| span.run == windows[0].run).collect();
        let cuts: Vec<i64> =
            episodes.windows(2).map(|pair| pair[0].end_millis.midpoint(pair[1].start_millis)).collect();
        let mut last = None;
        for window in windows {
            let piece = cuts.partition_point(|&cut| cut < window.millis);
            next += u32::from(last != Some(piece));
            last = Some(piece);
            cluster_of.push(next - 1);
        }
    }
    (cluster_of, next as usize)
}

/// How often each cluster was drawn, in each resample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resamples {
    n_clusters: usize,
    counts: Vec<u16>,
}

impl Resamples {
    /// Draws as many clusters as there are, with replacement, 2 000 times. `None` for fewer than two clusters, or more
    /// than 65 535.
    pub fn new(n_clusters: usize, seed: u32) -> Option<Self> {
        if n_clusters < 2 || n_clusters > usize::from(u16::MAX) {
            return None;
        }
        let mut rng = Stream::Bootstrap.rng(seed, "clusters");
        let mut counts = vec![0; RESAMPLES * n_clusters];
        for resample in counts.chunks_exact_mut(n_clusters) {
            (0..n_clusters).for_each(|_| resample[rng.below(n_clusters)] += 1);
        }
        Some(Self { n_clusters, counts })
    }

    /// 2.5 % and 97.5 % quantiles of a measure that is told how often each cluster was drawn.
    ///
    /// Resamples where it is undefined are left out; `None` if they are more than a tenth.
    pub fn interval(&self, measure: impl Fn(&[u16]) -> Option<f64>) -> Option<(f64, f64)> {
        let mut values: Vec<f64> = self.counts.chunks_exact(self.n_clusters).filter_map(measure).collect();
        if values.len() * 10 < RESAMPLES * 9 {
            return None;
        }
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
        Some((at(0.025), at(0.975)))
    }
}

/// 95 % interval of a measure of one detector.
pub fn cluster_interval(truth: &Truth, alarms: Alarms, measure: Measure, seed: u32) -> Option<(f64, f64)> {
    let (cluster_of, n) = clusters(truth);
    let subject = Subject::new(truth, alarms, measure, &cluster_of);
    Resamples::new(n, seed)?.interval(|counts| subject.measured(counts))
}

/// 95 % interval of a measure of `a` less that of `b`, both on the same resamples.
pub fn cluster_difference(truth: &Truth, a: Alarms, b: Alarms, measure: Measure, seed: u32) -> Option<(f64, f64)> {
    let (cluster_of, n) = clusters(truth);
    let [a, b] = [a, b].map(|alarms| Subject::new(truth, alarms, measure, &cluster_of));
    Resamples::new(n, seed)?.interval(|counts| Some(a.measured(counts)? - b.measured(counts)?))
}

/// The windows of one detector, sorted once for all resamples.
struct Subject {
    ranking: Ranking,
    clusters: Vec<u32>,
    measure: Measure,
    threshold: f32,
}

impl Subject {
    fn new(truth: &Truth, alarms: Alarms, measure: Measure, cluster_of: &[u32]) -> Self {
        let (scores, labels) = truth.core(alarms.scores);
        let core = truth.windows.iter().zip(cluster_of).filter(|(window, _)| !window.buffer);
        let clusters = core.map(|(_, &cluster)| cluster).collect();
        Self { ranking: Ranking::new(&scores, &labels), clusters, measure, threshold: alarms.threshold }
    }

    fn measured(&self, counts: &[u16]) -> Option<f64> {
        let cuts = self.ranking.weighted_cuts(|idx| f64::from(counts[self.clusters[idx] as usize]));
        match self.measure {
            Measure::RocAuc => roc_auc(&cuts),
            Measure::AveragePrecision => average_precision(&cuts),
            Measure::F1 => f1_at(&cuts, self.threshold),
        }
    }
}

fn f1_at(cuts: &[Cut], threshold: f32) -> Option<f64> {
    let positives = cuts.last()?.tp;
    let flagged = cuts.partition_point(|cut| cut.threshold >= threshold).checked_sub(1).map(|idx| cuts[idx]);
    let (tp, fp) = flagged.map_or((0.0, 0.0), |cut| (cut.tp, cut.fp));
    super::ratio(2.0 * tp, tp + fp + positives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::detection::truth::{Instant, instants};
    use crate::evaluate::detection::{Span, confusion, f1};

    /// Runs of ten windows, the last three of them faulty.
    fn windows(n_runs: u32) -> Vec<Instant> {
        let windows = (0..n_runs).flat_map(|run| (0..10).map(move |step| (run, step)));
        windows.map(|(run, step)| Instant { run, millis: 5000 * step, label: step > 6, buffer: false }).collect()
    }

    fn noisy(n: usize, shift: f32, scope: &str) -> Vec<f32> {
        let mut rng = Stream::Data.rng(1, scope);
        (0..n).map(|idx| rng.unit() + if idx % 10 > 6 { shift } else { 0.0 }).collect()
    }

    const MEASURES: [Measure; 3] = [Measure::F1, Measure::RocAuc, Measure::AveragePrecision];

    #[test]
    fn one_cluster_has_no_interval() {
        let windows = windows(1);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let alarms = Alarms { scores: &noisy(10, 0.3, "a"), threshold: 0.5 };
        for measure in MEASURES {
            assert_eq!(cluster_interval(&truth, alarms, measure, 0), None);
        }
        assert_eq!(clusters(&Truth { windows: &[], ..truth }), (vec![], 0));
    }

    #[test]
    fn equal_runs_have_an_interval_of_no_width() {
        let windows = windows(4);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let scores = noisy(10, 0.3, "a").repeat(4);
        let alarms = Alarms { scores: &scores, threshold: 0.5 };
        let cuts = Ranking::new(&scores, &truth.labels()).cuts();
        let plain = [f1(&confusion(&alarms.flags(), &truth.labels())), roc_auc(&cuts), average_precision(&cuts)];
        for (measure, plain) in MEASURES.into_iter().zip(plain) {
            let (low, high) = cluster_interval(&truth, alarms, measure, 0).expect("four clusters");
            assert!((low - high).abs() < 1e-12 && (low - plain.expect("defined")).abs() < 1e-12, "{measure:?}");
            assert_eq!(cluster_difference(&truth, alarms, alarms, measure, 0), Some((0.0, 0.0)));
        }
    }

    #[test]
    fn the_interval_holds_the_measure_and_depends_on_the_seed_alone() {
        let windows = windows(8);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let (good, bad) = (noisy(80, 0.6, "good"), noisy(80, 0.0, "bad"));
        let [good, bad] = [&good, &bad].map(|scores| Alarms { scores, threshold: 0.8 });
        let (low, high) = cluster_interval(&truth, good, Measure::RocAuc, 3).expect("eight clusters");
        let auc = roc_auc(&Ranking::new(good.scores, &truth.labels()).cuts()).expect("two classes");
        assert!(low < auc && auc < high, "{low} {auc} {high}");
        assert_eq!(cluster_interval(&truth, good, Measure::RocAuc, 3), Some((low, high)));
        assert_ne!(Resamples::new(8, 3), Resamples::new(8, 4));
        let (low, _) = cluster_difference(&truth, good, bad, Measure::RocAuc, 3).expect("eight clusters");
        assert!(low > 0.0, "{low}");
    }

    #[test]
    fn a_fault_in_one_run_of_two_leaves_too_many_resamples_undefined() {
        let mut windows = windows(2);
        windows[..10].iter_mut().for_each(|window| window.label = false);
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &[] };
        let alarms = Alarms { scores: &noisy(20, 0.3, "a"), threshold: 0.5 };
        assert_eq!(cluster_interval(&truth, alarms, Measure::RocAuc, 0), None);
    }

    #[test]
    fn a_run_is_cut_half_way_between_its_episodes() {
        let windows = instants(&[false; 12]);
        let span = |start: i64, end: i64| Span { run: 0, start_millis: start * 1000, end_millis: end * 1000 };
        let episodes = [span(5, 10), span(30, 40), span(50, 55)];
        let truth = Truth { windows: &windows, step_millis: 5000, episodes: &episodes };
        // Cuts at 20 s and 45 s; windows are decided at 5, 10, …, 60 s.
        assert_eq!(clusters(&truth), (vec![0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2], 3));
    }
}
