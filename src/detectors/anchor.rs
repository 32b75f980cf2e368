//! The published anchor of detection: largest `|z|` of CPU over the pods of Sock Shop, minute by minute.
//!
//! It follows its script to the letter, so that its numbers can be set beside the published ones; it is no protocol for
//! comparing detectors. Deviations are from the normal days; labels count at both ends; nothing is left out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rank::{average_precision, quantile, roc_auc};
use crate::data::{Dataset, Fault};

/// Added to the standard deviation of a pod, in cores.
const LEAST_DEVIATION: f64 = 1e-4;
/// Quantile of the largest `|z|` of the normal days above which the script calls a minute faulty.
const ALARM_QUANTILE: f64 = 0.995;

/// Shortest silence that may part the normal days from those with faults; there it lasts two days.
const LEAST_SILENCE_MILLIS: i64 = 3_600_000;

/// Why the anchor cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// No single samples of a metric `cpu`.
    #[error("The anchor needs single samples of CPU; open train_pods.csv and container_chaos_pods.csv of Sock Shop")]
    NoCpu,
    /// No labels.
    #[error("The anchor needs fault labels; open container_chaos_faults.csv of Sock Shop as well")]
    NoFaults,
    /// Samples of the normal days, or of the days with faults, are not there.
    #[error("The anchor needs days without and days with faults; open train_pods.csv beside container_chaos_pods.csv")]
    NoNormalDays,
    /// All minutes have the same label.
    #[error("The anchor needs samples inside and outside of the labelled faults; open the labels of the same days")]
    OneClass,
}

/// How one kind of fault is ranked above the minutes without any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnchorKind {
    /// Fault type as labelled.
    pub kind: String,
    /// Minutes in which it is the last one labelled.
    pub n: usize,
    /// Area under the ROC curve.
    pub auc: f64,
    /// Average precision.
    pub average_precision: f64,
}

/// What the anchor's script prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// Minutes of the normal days.
    pub n_normal: usize,
    /// Minutes of the days with faults.
    pub n_scored: usize,
    /// Pods that report in both.
    pub n_pods: usize,
    /// Share of scored minutes inside a fault.
    pub prevalence: f64,
    /// Area under the ROC curve over all faults.
    pub auc: f64,
    /// Average precision over all faults.
    pub average_precision: f64,
    /// By kind of fault, in the order of their names.
    pub kinds: Vec<AnchorKind>,
    /// Quantile 99.5 % of the largest `|z|` of the normal days.
    pub threshold: f64,
    /// Precision at that threshold; `None` without alarms.
    pub precision: Option<f64>,
    /// Recall at that threshold.
    pub recall: f64,
}

/// CPU of all pods at one moment; NaN where one did not report. By time.
type Moments = BTreeMap<i64, Vec<f64>>;

/// Computes the anchor from the three opened files `train_pods.csv`, `container_chaos_pods.csv` and
/// `container_chaos_faults.csv`.
///
/// The files do not say where one ends: the normal days are what lies before the longest silence before the first fault.
///
/// # Errors
/// When something that the script reads is not part of the data set.
pub fn anchor(dataset: &Dataset) -> Result<Anchor, AnchorError> {
    let moments = moments(dataset).ok_or(AnchorError::NoCpu)?;
    let faults = &dataset.system.faults;
    let first = faults.first().ok_or(AnchorError::NoFaults)?;
    let begin = begin_of_scored(&moments, first.start_millis).ok_or(AnchorError::NoNormalDays)?;
    let (normal, scored): (Moments, Moments) = moments.into_iter().partition(|(at, _)| *at < begin);
    let pods = Pods::fit(&normal, &scored);
    let largest = |moments: &Moments| moments.values().map(|row| pods.largest(row)).collect::<Vec<f64>>();
    let threshold = quantile(largest(&normal), ALARM_QUANTILE).ok_or(AnchorError::NoNormalDays)?;
    let scores = largest(&scored);
    let kinds: Vec<Option<&str>> = scored.keys().map(|&at| kind_at(faults, at)).collect();
    let labels: Vec<bool> = kinds.iter().map(Option::is_some).collect();
    let n_faulty = labels.iter().filter(|&&label| label).count();
    let n_alarms = scores.iter().filter(|&&score| score > threshold).count();
    let hits = scores.iter().zip(&labels).filter(|&(&score, &label)| label && score > threshold).count();
    Ok(Anchor {
        n_normal: normal.len(),
        n_scored: scored.len(),
        n_pods: pods.0.iter().flatten().count(),
        prevalence: n_faulty as f64 / labels.len() as f64,
        auc: roc_auc(&scores, &labels).ok_or(AnchorError::OneClass)?,
        average_precision: average_precision(&scores, &labels).ok_or(AnchorError::OneClass)?,
        kinds: by_kind(&scores, &kinds),
        threshold,
        precision: (n_alarms > 0).then(|| hits as f64 / n_alarms as f64),
        recall: hits as f64 / n_faulty as f64,
    })
}

fn moments(dataset: &Dataset) -> Option<Moments> {
    let cpu = dataset.metrics.iter().position(|metric| metric.id == "cpu")? as u32;
    let mut moments = Moments::new();
    for series in dataset.system.recording.iter().filter(|series| series.metric == cpu) {
        for (&at, &value) in series.at_millis.iter().zip(&series.values) {
            let row = moments.entry(at).or_insert_with(|| vec![f64::NAN; dataset.n_nodes()]);
            row[series.node as usize] = f64::from(value);
        }
    }
    (!moments.is_empty()).then_some(moments)
}

/// The first moment after the longest silence before the first fault.
fn begin_of_scored(moments: &Moments, first_fault: i64) -> Option<i64> {
    let times: Vec<i64> = moments.keys().copied().take_while(|&at| at <= first_fault).collect();
    let silences = times.windows(2).filter(|pair| pair[1] - pair[0] >= LEAST_SILENCE_MILLIS);
    silences.max_by_key(|pair| pair[1] - pair[0]).map(|pair| pair[1])
}

/// Kind of the last fault that covers a moment, both ends included.
fn kind_at(faults: &[Fault], at: i64) -> Option<&str> {
    faults.iter().rfind(|fault| fault.start_millis <= at && at <= fault.end_millis).map(|fault| fault.kind.as_str())
}

fn by_kind(scores: &[f64], of: &[Option<&str>]) -> Vec<AnchorKind> {
    let mut kinds: Vec<&str> = of.iter().copied().flatten().collect();
    kinds.sort_unstable();
    kinds.dedup();
    let against_normal = |kind: &str| {
        let seen = scores.iter().zip(of).filter(|(_, of)| of.is_none_or(|of| of == kind));
        let (scores, labels): (Vec<f64>, Vec<bool>) = seen.map(|(&score, of)| (score, of.is_some())).unzip();
        Some(AnchorKind {
            kind: kind.to_owned(),
            n: labels.iter().filter(|&&label| label).count(),
            auc: roc_auc(&scores, &labels)?,
            average_precision: average_precision(&scores, &labels)?,
        })
    };
    kinds.into_iter().filter_map(against_normal).collect()
}

/// Mean and divisor of every pod; `None` for one that does not report on normal days and on others.
#[derive(Debug, Clone, PartialEq)]
struct Pods(Vec<Option<(f64, f64)>>);

impl Pods {
    fn fit(normal: &Moments, scored: &Moments) -> Self {
        let values = |moments: &Moments, pod: usize| -> Vec<f64> {
            moments.values().map(|row| row[pod]).filter(|value| !value.is_nan()).collect()
        };
        let of_pod = |pod: usize| {
            let seen = values(normal, pod);
            (!seen.is_empty() && !values(scored, pod).is_empty()).then(|| {
                let usual = super::levels::moments(seen.iter().copied());
                (usual.mean, usual.sd + LEAST_DEVIATION)
            })
        };
        Self((0..normal.values().next().map_or(0, Vec::len)).map(of_pod).collect())
    }

    /// Largest `|z|` of the pods; one that did not report counts as 0.
    fn largest(&self, row: &[f64]) -> f64 {
        let z = |(value, pod): (&f64, &Option<(f64, f64)>)| pod.map(|(mean, divisor)| ((value - mean) / divisor).abs());
        row.iter().zip(&self.0).filter_map(z).fold(0.0, f64::max)
    }
}
