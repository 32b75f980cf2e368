//! All runs of a data set, and the folds that a protocol makes of them.

use super::calls::standardised;
use super::error::DetectError;
use super::fold::{Episode, Fold, Window};
use super::run::{Nodes, Run};
use super::runs::runs;
use super::scale::{fitted_on, scalings};
use super::split::{Split, splits};
use super::summary::{FoldSummary, summary};
use crate::config::CheckedDetect;
use crate::data::{Dataset, Deployment};
use crate::snapshot::{FeatureLayout, SnapshotError, SnapshotSeries};

/// Snapshots of all runs, built once, and the windows of every fold.
#[derive(Debug, Clone)]
pub struct Source {
    config: CheckedDetect,
    nodes: Nodes,
    runs: Vec<Run>,
    left_out: Vec<String>,
    splits: Vec<Split>,
}

impl Source {
    /// Resamples every run of a data set, cuts it into windows and tells them apart.
    ///
    /// # Errors
    /// When there is nothing to cut, no fault, or too little for the protocol.
    pub fn new(dataset: &Dataset, config: &CheckedDetect) -> Result<Self, DetectError> {
        let nodes = Nodes::new(dataset, config);
        let mut out: Vec<Run> = Vec::new();
        let (mut left_out, mut n_episodes) = (Vec::new(), 0);
        for span in runs(dataset) {
            match Run::build(dataset, &span, (out.len() as u32, n_episodes), (config, &nodes)) {
                Ok(run) if run.windows.is_empty() => left_out.push(format!("{}: no whole sequence", span.name)),
                Ok(run) => {
                    n_episodes += run.episodes.len() as u32;
                    out.push(run);
                }
                // Other runs may be long enough, or report the metric.
                Err(error @ (SnapshotError::TooShort { .. } | SnapshotError::NoSamples { .. })) => {
                    left_out.push(format!("{}: {error}", span.name));
                }
                Err(error) => return Err(error.into()),
            }
        }
        if out.is_empty() {
            // Says why.
            SnapshotSeries::build(dataset, &config.snapshot)?;
        }
        let splits = splits(&out, config)?;
        Ok(Self { config: config.clone(), nodes, runs: out, left_out, splits })
    }

    /// How many folds the protocol has.
    pub fn n_folds(&self) -> usize {
        self.splits.len()
    }

    /// Types, hosts and instances of the graph; services in place of instances if they are merged.
    pub fn deployment(&self) -> &Deployment {
        &self.nodes.deployment
    }

    /// A fold, with values scaled on its training part.
    ///
    /// # Errors
    /// When there is no such fold, nothing to fit its scale on, or no calls although they are asked for.
    pub fn fold(&self, k: usize) -> Result<Fold, DetectError> {
        self.scaled_on(k, |split| &split.parts[0])
    }

    /// The same fold for detectors that learn from normal windows only, if these are of runs of their own: the scale is
    /// fitted on them alone too, so that nothing labelled is learned from (P4 on the windows of P3, MODELS.md B.7).
    ///
    /// # Errors
    /// As for [`Source::fold`].
    pub fn unlabelled(&self, k: usize) -> Result<Option<Fold>, DetectError> {
        let is_apart = self.splits.get(k).is_some_and(|split| split.normal.is_some());
        is_apart.then(|| self.scaled_on(k, |split| split.normal.as_ref().unwrap_or(&split.parts[0]))).transpose()
    }

    fn scaled_on(&self, k: usize, of: impl Fn(&Split) -> &Vec<Window>) -> Result<Fold, DetectError> {
        let chosen = self.chosen(k)?;
        let ranges = fitted_on(&chosen.runs, of(&chosen.split), &self.config);
        if ranges.is_empty() {
            return Err(DetectError::NoNormal { fold: k + 1 });
        }
        let scalings = scalings(&chosen.runs, &ranges, self.nodes.hierarchy.n_instances(), self.config.setup.scale);
        let runs = chosen.runs.iter().zip(&scalings).map(|(run, scaling)| run.scaled(scaling)).collect();
        let is_needed = self.config.needs_calls();
        let calls = is_needed.then(|| standardised(&chosen.runs, &ranges, &self.config)).flatten();
        // Detectors that need calls are refused without; the others are not.
        if self.config.setup.calls && calls.is_none() {
            return Err(DetectError::NoCalls);
        }
        let [train, validation, test] = chosen.split.parts;
        let normal = chosen.split.normal.as_deref().unwrap_or(&train);
        Ok(Fold {
            hierarchy: self.nodes.hierarchy.clone(),
            layout: FeatureLayout::of(&self.config.snapshot),
            sequence: self.config.snapshot.sequence,
            window_millis: 1000 * i64::from(self.config.snapshot.window_secs),
            runs,
            episodes: chosen.episodes,
            normal: normal.iter().filter(|window| window.is_normal()).copied().collect(),
            train,
            validation,
            test,
            synthetic: Vec::new(),
            calls,
        })
    }

    /// What a report and an audit say of a fold.
    ///
    /// # Errors
    /// When there is no such fold.
    pub fn summary(&self, k: usize) -> Result<FoldSummary, DetectError> {
        let chosen = self.chosen(k)?;
        let ranges = fitted_on(&chosen.runs, &chosen.split.parts[0], &self.config);
        Ok(summary(&chosen, ranges, self.left_out.clone(), &self.config))
    }

    /// The runs that take part in a fold, numbered anew, and its windows.
    fn chosen(&self, k: usize) -> Result<Chosen<'_>, DetectError> {
        let split = self.splits.get(k).ok_or(DetectError::NoFold { asked: k + 1, n: self.splits.len() })?;
        let mut takes_part = vec![false; self.runs.len()];
        let windows = split.parts.iter().chain(&split.normal).flatten();
        windows.for_each(|window| takes_part[window.run as usize] = true);
        let (mut run_ids, mut episode_ids) = (Vec::new(), Vec::new());
        let (mut runs, mut episodes): (Vec<&Run>, Vec<Episode>) = (Vec::new(), Vec::new());
        for (run, takes_part) in self.runs.iter().zip(takes_part) {
            let id = runs.len() as u32;
            run_ids.push(id);
            for episode in &run.episodes {
                episode_ids.push(episodes.len() as u32);
                if takes_part {
                    episodes.push(Episode { run: id, ..episode.clone() });
                }
            }
            if takes_part {
                runs.push(run);
            }
        }
        let renumbered = |windows: &Vec<Window>| -> Vec<Window> {
            let new = |window: &Window| Window {
                run: run_ids[window.run as usize],
                episode: window.episode.map(|episode| episode_ids[episode as usize]),
                ..*window
            };
            windows.iter().map(new).collect()
        };
        let split = Split {
            parts: split.parts.each_ref().map(renumbered),
            normal: split.normal.as_ref().map(renumbered),
            n_purged: split.n_purged,
        };
        Ok(Chosen { runs, episodes, split })
    }
}

/// A fold before its values are scaled.
pub(super) struct Chosen<'a> {
    pub(super) runs: Vec<&'a Run>,
    pub(super) episodes: Vec<Episode>,
    pub(super) split: Split,
}

#[cfg(test)]
mod tests {
    use super::super::made::{changed, config, recorded, samples, stream};
    use super::*;
    use crate::config::DetectProtocol;

    const MINUTE: i64 = 60_000;

    /// The stream, and five hours without a fault before it, of another level.
    fn stream_behind_normal_hours() -> Dataset {
        let quiet = |level: f32| {
            let before = samples(-400 * MINUTE, -100 * MINUTE).into_iter().map(move |(at, value)| (at, level * value));
            before.chain(samples(0, 600 * MINUTE)).collect::<Vec<_>>()
        };
        let pods = [quiet(3.0), quiet(5.0)];
        let dataset = recorded(&pods.each_ref().map(Vec::as_slice));
        Dataset { system: crate::data::System { faults: stream().system.faults, ..dataset.system }, ..dataset }
    }

    #[test]
    fn what_learns_without_labels_is_fitted_and_scaled_on_normal_runs_alone() {
        let source = Source::new(&stream_behind_normal_hours(), &config(DetectProtocol::P3)).expect("two runs");
        let folds: Vec<Fold> = (0..5).map(|k| source.unlabelled(k).expect("a fold").expect("normal runs")).collect();
        for (k, fold) in folds.iter().enumerate() {
            let labelled = source.fold(k).expect("a fold");
            assert_eq!((&fold.test, &fold.normal), (&labelled.test, &labelled.normal), "the same windows");
            assert_eq!(fold.runs, folds[0].runs, "nothing of a fold is in the scale");
            assert_ne!(fold.runs, labelled.runs);
            assert!(fold.normal.iter().all(|window| fold.test.iter().all(|test| test.run != window.run)));
        }
    }

    #[test]
    fn without_normal_runs_there_is_one_fold_for_all() {
        for config in [config(DetectProtocol::P3), changed(DetectProtocol::P3, |config| config.split.folds = 3)] {
            let source = Source::new(&stream(), &config).expect("a stream");
            assert_eq!(source.unlabelled(0).expect("a fold"), None);
        }
    }
}
