//! One detector and seed, judged over all folds of a cell.

use super::super::part::{DetectScores, PartResult};
use super::board::{Board, Which};
use super::located;
use crate::config::{DetectConfig, ThresholdRule};
use crate::evaluate::detection::{
    Alarms, Confusion, DetectionMetrics, Instant, Ranking, Truth, average_precision, best_f1, budget, budget_cut,
    budget_thresholds, confusion, events, f1, found_at_alarms, judge, paper_cut, prior_shift, roc_auc, share_between,
};
use crate::report::{BudgetRow, DetectSeed, KindResult, Measured, ThresholdChoice};

/// Rows of the alarm budget.
const BUDGET_ROWS: usize = 40;
/// Points of a curve.
const CURVE_POINTS: usize = 200;
/// Share of normal scores below the threshold where validation holds no fault to choose it by.
const NORMAL_SHARE: f64 = 0.995;

/// A cell's windows and how thresholds are chosen on them.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) test: Board<'a>,
    pub(super) validation: Board<'a>,
    config: &'a DetectConfig,
}

/// Scores of one detector and seed on all windows of a cell, and the thresholds of its folds.
#[derive(Debug)]
pub(super) struct Judged {
    /// With several folds, scores above the threshold of their fold.
    pub(super) test: Vec<f32>,
    validation: Vec<f32>,
    pub(super) threshold: f32,
    pub(super) thresholds: Vec<Option<f64>>,
}

impl Judged {
    pub(super) fn alarms(&self) -> Alarms<'_> {
        Alarms { scores: &self.test, threshold: self.threshold }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(facts: &[&'a super::facts::Facts], config: &'a DetectConfig) -> Self {
        let board = |which| Board::new(facts.to_vec(), config.split.protocol, which);
        Self { test: board(Which::Test), validation: board(Which::Validation), config }
    }

    /// Scores of all folds, and the thresholds by a rule.
    pub(super) fn scores(&self, parts: &[&DetectScores], rule: ThresholdRule) -> Judged {
        let cuts: Vec<Option<f32>> = parts.iter().map(|part| self.cut(part, rule)).collect();
        // Scores of different trainings are compared by their distance from the threshold of their own.
        let shift = |fold: usize| if parts.len() > 1 { cuts[fold].unwrap_or(0.0) } else { 0.0 };
        let of = |scores: fn(&DetectScores) -> &[f32]| {
            move |fold: usize, idx: usize| scores(parts[fold]).get(idx).map_or(f32::NAN, |score| score - shift(fold))
        };
        let single = cuts.first().copied().flatten().unwrap_or(f32::INFINITY);
        Judged {
            test: self.test.gather(of(|part| &part.test)),
            validation: self.validation.gather(of(|part| &part.validation)),
            threshold: if parts.len() > 1 { 0.0 } else { single },
            thresholds: cuts.into_iter().map(|cut| cut.filter(|cut| cut.is_finite()).map(f64::from)).collect(),
        }
    }

    /// The threshold of a fold: chosen on its validation windows outside the buffers, never on test.
    fn cut(&self, part: &DetectScores, rule: ThresholdRule) -> Option<f32> {
        let facts = self.validation.facts[part.fold];
        let core = facts.validation.iter().zip(&part.validation).filter(|(window, _)| !window.buffer);
        let (labels, scores): (Vec<bool>, Vec<f32>) = core.map(|(window, &score)| (window.label, score)).unzip();
        let usual = || quantile(&part.normal, NORMAL_SHARE);
        let fallback =
            || if part.is_probability { Some(0.5) } else { usual().or_else(|| quantile(&scores, NORMAL_SHARE)) };
        let best = || best_f1(&scores, &labels);
        // What is fitted on normal runs alone is cut on them too, at the same place in all folds.
        let is_apart = facts.has_normal_runs && !part.is_probability;
        match rule {
            ThresholdRule::Paper | ThresholdRule::Half | ThresholdRule::BestF1 if is_apart => usual(),
            ThresholdRule::Paper if part.is_probability => paper_cut(&scores, &labels),
            ThresholdRule::Half if part.is_probability => Some(0.5),
            ThresholdRule::Paper | ThresholdRule::Half | ThresholdRule::BestF1 => best(),
            ThresholdRule::Alarms { per_hour } => {
                let windows: Vec<Instant> = facts
                    .validation
                    .iter()
                    .map(|window| Instant {
                        run: window.run,
                        millis: facts.decided_millis(window),
                        label: window.label,
                        buffer: window.buffer,
                    })
                    .collect();
                let truth = Truth { windows: &windows, step_millis: facts.window_millis, episodes: &[] };
                budget_cut(&truth, &part.validation, per_hour)
            }
        }
        .or_else(fallback)
    }

    /// Everything about a seed of which all folds are done.
    pub(super) fn seed(&self, parts: &[&PartResult]) -> DetectSeed {
        let scores: Vec<&DetectScores> = parts.iter().filter_map(|part| part.detection.as_deref()).collect();
        let judged = self.scores(&scores, self.config.threshold);
        let truth = self.test.truth();
        let metrics = judge(&truth, judged.alarms(), self.config.split.seed);
        let first = parts[0];
        let is_probability = scores.len() == 1 && scores[0].is_probability;
        let in_band = is_probability.then(|| share_between(&scores[0].validation, 0.47, 0.52)).flatten();
        let curve = |points: &[crate::evaluate::detection::CurvePoint]| {
            let step = points.len().div_ceil(CURVE_POINTS).max(1);
            let kept = points.iter().enumerate().filter(|(idx, _)| idx % step == 0 || idx + 1 == points.len());
            kept.map(|(_, point)| (point.x, point.y)).collect()
        };
        DetectSeed {
            seed: first.seed,
            thresholds: judged.thresholds.clone(),
            confusion: counts(&metrics.confusion),
            kinds: self.kinds(&judged, &metrics),
            choices: self.choices(&scores),
            budget: self.budget(&judged),
            roc: curve(&metrics.roc),
            pr: curve(&metrics.pr),
            measures: measures(&metrics, is_probability, in_band).into_iter().chain(self.at_budget(&judged)).collect(),
            curve: first.curve.clone(),
            accuracy: scores.first().map_or_else(Vec::new, |scores| scores.accuracy.clone()),
            best_epoch: first.best_epoch,
            stop: first.stop,
            chosen: first.chosen.clone(),
            weights_sha256: crate::digest::sha256_of(
                &parts.iter().map(|part| &part.weights_sha256).collect::<Vec<_>>(),
            ),
            located: located::located(self, &scores),
        }
    }

    fn kinds(&self, judged: &Judged, metrics: &DetectionMetrics) -> Vec<KindResult> {
        let places = &self.test.places;
        let mut kinds: Vec<&str> = self.test.episodes.iter().map(|episode| episode.kind.as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let of = |kind: &str| -> Option<KindResult> {
            let is_core = |place: &(usize, usize)| !self.test.window(*place, Which::Test).buffer;
            let belongs = |place: (usize, usize)| {
                !self.test.window(place, Which::Test).label || self.test.kind(place, Which::Test) == Some(kind)
            };
            let chosen = places.iter().zip(&judged.test).filter(|(place, _)| is_core(place) && belongs(**place));
            let (labels, scores): (Vec<bool>, Vec<f32>) =
                chosen.map(|(place, &score)| (self.test.window(*place, Which::Test).label, score)).unzip();
            let cuts = Ranking::new(&scores, &labels).cuts();
            let episodes = metrics.events.episodes.iter();
            let of_kind = episodes.filter(|row| self.test.episodes[row.episode as usize].kind == kind);
            let (n_episodes, found) =
                of_kind.fold((0, 0), |(n, found), row| (n + 1, found + usize::from(row.n_alarms > 0)));
            (n_episodes > 0).then(|| KindResult {
                kind: kind.to_owned(),
                n: labels.iter().filter(|label| **label).count() as u64,
                auc: roc_auc(&cuts),
                ap: average_precision(&cuts),
                episodes: n_episodes,
                found,
            })
        };
        kinds.into_iter().filter_map(of).collect()
    }

    /// The share of faults that is found at the daily budget of false alarms, if that was asked for.
    fn at_budget(&self, judged: &Judged) -> Option<Measured> {
        let value = found_at_alarms(&self.test.truth(), &judged.test, self.config.alarms_per_day?);
        Some(Measured { id: super::asked::FOUND_AT_BUDGET.to_owned(), value })
    }

    /// What other rules would have chosen on validation, and what would have come of it (MODELS.md B.9).
    fn choices(&self, parts: &[&DetectScores]) -> Vec<ThresholdChoice> {
        let rules = [
            ("paper", ThresholdRule::Paper),
            ("half", ThresholdRule::Half),
            ("best_f1", ThresholdRule::BestF1),
            ("alarms", ThresholdRule::Alarms { per_hour: 1.0 }),
        ];
        let truth = self.test.truth();
        let choice = |(rule, how): (&str, ThresholdRule)| {
            let judged = self.scores(parts, how);
            outcome(rule, &truth, judged.alarms(), judged.thresholds.first().copied().flatten())
        };
        let mut choices: Vec<ThresholdChoice> = rules.map(choice).into();
        choices.extend(self.prior_corrected(parts));
        choices
    }

    /// Probabilities moved from a balanced training to the prevalence of validation, cut at one half.
    fn prior_corrected(&self, parts: &[&DetectScores]) -> Option<ThresholdChoice> {
        let [part] = parts else { return None };
        let windows = || self.validation.facts[part.fold].validation.iter().filter(|window| !window.buffer);
        let prior = windows().filter(|window| window.label).count() as f64 / windows().count().max(1) as f64;
        if !part.is_probability || prior <= 0.0 || prior >= 1.0 {
            return None;
        }
        let scores: Vec<f32> = self.test.gather(|_, idx| {
            let score = part.test.get(idx).map_or(f64::NAN, |&score| f64::from(score));
            prior_shift(score, prior).map_or(f32::NAN, |score| score as f32)
        });
        let alarms = Alarms { scores: &scores, threshold: 0.5 };
        Some(outcome("prior", &self.test.truth(), alarms, Some(1.0 - prior)))
    }

    /// What thresholds cost on validation, and what they give on test.
    fn budget(&self, judged: &Judged) -> Vec<BudgetRow> {
        let thresholds = budget_thresholds(&judged.validation, judged.threshold);
        let step = thresholds.len().div_ceil(BUDGET_ROWS).max(1);
        let thresholds: Vec<f32> = thresholds.into_iter().step_by(step).collect();
        let validation = budget(&self.validation.truth(), &judged.validation, &thresholds);
        let test = budget(&self.test.truth(), &judged.test, &thresholds);
        let rows = validation.into_iter().zip(test).filter_map(|(chosen, found)| {
            Some(BudgetRow {
                threshold: chosen.threshold,
                validation_per_week: chosen.alarms_per_week?,
                test_per_week: found.alarms_per_week?,
                found: found.found as usize,
                delay_secs: found.median_delay_secs,
            })
        });
        rows.collect()
    }
}

fn outcome(rule: &str, truth: &Truth, alarms: Alarms, threshold: Option<f64>) -> ThresholdChoice {
    let (scores, labels) = truth.core(alarms.scores);
    let flags = Alarms { scores: &scores, ..alarms }.flags();
    let events = events(truth, alarms);
    let found = (events.n_episodes > 0).then(|| events.found as f64 / events.n_episodes as f64);
    ThresholdChoice {
        rule: rule.to_owned(),
        threshold,
        f1: f1(&confusion(&flags, &labels)),
        alarms_per_hour: events.false_alarms_per_hour,
        found,
    }
}

fn counts(confusion: &Confusion) -> [u64; 4] {
    [confusion.tn, confusion.fp, confusion.missed, confusion.tp]
}

/// The score below which a share of some scores lies.
fn quantile(scores: &[f32], share: f64) -> Option<f32> {
    let mut sorted: Vec<f32> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    sorted.sort_unstable_by(f32::total_cmp);
    let at = (share * sorted.len().saturating_sub(1) as f64).ceil() as usize;
    sorted.get(at).copied()
}

/// Every measure by its id; absent values are undefined.
fn measures(metrics: &DetectionMetrics, is_probability: bool, in_band: Option<f64>) -> Vec<Measured> {
    let [normal, fault, plain, weighted] = &metrics.classes;
    let buffer = &metrics.buffer;
    let n_buffer = buffer.missed + buffer.tp;
    let events = &metrics.events;
    [
        ("accuracy", metrics.accuracy),
        ("precision", fault.precision),
        ("recall", fault.recall),
        ("f1", fault.f1),
        ("precision_normal", normal.precision),
        ("recall_normal", normal.recall),
        ("f1_normal", normal.f1),
        ("macro_precision", plain.precision),
        ("macro_recall", plain.recall),
        ("macro_f1", plain.f1),
        ("weighted_precision", weighted.precision),
        ("weighted_recall", weighted.recall),
        ("weighted_f1", weighted.f1),
        ("balanced_accuracy", metrics.balanced_accuracy),
        ("mcc", metrics.matthews),
        ("auc", metrics.roc_auc),
        ("auc_low", metrics.intervals[1].map(|(low, _)| low)),
        ("auc_high", metrics.intervals[1].map(|(_, high)| high)),
        ("ap", metrics.average_precision),
        ("ap_low", metrics.intervals[2].map(|(low, _)| low)),
        ("ap_high", metrics.intervals[2].map(|(_, high)| high)),
        ("fpr_at_recall_95", metrics.fpr_at_recall_95),
        ("brier", metrics.brier.filter(|_| is_probability)),
        ("vus_roc", metrics.vus_roc),
        ("vus_pr", metrics.vus_pr),
        ("affiliation_precision", metrics.affiliation_precision),
        ("affiliation_recall", metrics.affiliation_recall),
        ("episodes", Some(events.n_episodes as f64)),
        ("episodes_found", (events.n_episodes > 0).then_some(events.found as f64)),
        ("delay_secs", events.median_delay_secs),
        ("false_alarms_per_hour", events.false_alarms_per_hour),
        ("point_adjusted_f1", metrics.point_adjusted_f1),
        ("share_in_paper_band", in_band),
        ("buffer_faulty_rate", (n_buffer > 0).then(|| buffer.tp as f64 / n_buffer as f64)),
    ]
    .map(|(id, value)| Measured { id: id.to_owned(), value })
    .into()
}
