//! What the report needs of a fold, without its values.

use super::located::CallFacts;
use crate::config::CheckedDetect;
use crate::detect::{Episode, Fold, FoldSummary, Window};
use crate::evaluate::detection::{Embedding, embedding};
use crate::report::{AuditResult, CostRow};

/// Most windows of a picture of embeddings.
pub(super) const MOST_POINTS: usize = 800;

/// Windows and faults of a fold, and what was found out while it was cut.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) window_millis: i64,
    pub(super) instances: Vec<String>,
    pub(super) runs: Vec<RunFacts>,
    pub(super) episodes: Vec<Episode>,
    pub(super) validation: Vec<Window>,
    pub(super) test: Vec<Window>,
    pub(super) n_synthetic: usize,
    pub(super) summary: FoldSummary,
    pub(super) audit: Vec<AuditResult>,
    /// Test windows in the plane of their scaled values.
    pub(super) raw: Option<Embedding>,
    /// Unusual calls, if it is asked where a fault is.
    pub(super) calls: Option<CallFacts>,
    /// What was said while training windows were made up.
    pub(super) remarks: Vec<String>,
    /// Detectors that learn from normal windows are fitted on runs of their own (P4).
    pub(super) has_normal_runs: bool,
    /// What a propagation costs, if that was asked for.
    pub(super) costs: Vec<CostRow>,
}

/// A run of a fold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunFacts {
    pub(super) name: String,
    pub(super) start_millis: i64,
}

impl Facts {
    pub(super) fn of(fold: &Fold, summary: FoldSummary, config: &CheckedDetect, instances: Vec<String>) -> Self {
        let run = |run: &crate::detect::RunValues| RunFacts { name: run.name.clone(), start_millis: run.start_millis };
        Self {
            window_millis: fold.window_millis,
            instances,
            runs: fold.runs.iter().map(run).collect(),
            episodes: fold.episodes.clone(),
            validation: fold.validation.clone(),
            test: fold.test.clone(),
            n_synthetic: fold.synthetic.len(),
            audit: crate::detect::audit(fold, &summary, config),
            summary,
            raw: raw(fold),
            calls: None,
            remarks: Vec::new(),
            has_normal_runs: false,
            costs: Vec::new(),
        }
    }

    /// When a window is decided, on the clock of the data.
    pub(super) fn decided_millis(&self, window: &Window) -> i64 {
        self.runs[window.run as usize].start_millis + (i64::from(window.last) + 1) * self.window_millis
    }
}

/// Evenly spaced indices, all of them if they are few.
pub(super) fn spaced(n: usize) -> Vec<usize> {
    let shown = n.min(MOST_POINTS);
    (0..shown).map(|idx| idx * n / shown.max(1)).collect()
}

/// The windows of a picture: of training those outside the buffers, of the test evenly spaced ones.
pub(super) fn pictured(fold: &Fold) -> (Vec<Window>, Vec<Window>) {
    let train: Vec<Window> = fold.train.iter().filter(|window| !window.buffer).copied().collect();
    let pick = |windows: &[Window]| spaced(windows.len()).into_iter().map(|idx| windows[idx]).collect();
    (pick(&train), pick(&fold.test))
}

/// The plane in which the scaled means of the instances vary most, fitted on training windows.
fn raw(fold: &Fold) -> Option<Embedding> {
    let (train, test) = pictured(fold);
    let rows = |windows: &[Window]| windows.iter().flat_map(|&window| means(fold, window)).collect::<Vec<f32>>();
    let labels: Vec<bool> = test.iter().map(|window| window.label).collect();
    embedding(&rows(&train), &rows(&test), &labels, fold.n_instances())
}

/// Mean of each instance over a window, `[I]`.
fn means(fold: &Fold, window: Window) -> Vec<f32> {
    let n_slices = fold.n_slices();
    let mut sums = vec![0.0_f64; fold.n_instances()];
    for snapshot in fold.snapshots(window) {
        for (sum, slices) in sums.iter_mut().zip(snapshot.chunks_exact(n_slices)) {
            *sum += slices.iter().map(|&value| f64::from(value)).sum::<f64>();
        }
    }
    let n = (n_slices * fold.sequence) as f64;
    sums.into_iter().map(|sum| (sum / n) as f32).collect()
}
