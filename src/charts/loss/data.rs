//! Curves of several seeds become one line with a band.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::charts::order::sort_by;
use crate::charts::series::{extent, median};
use crate::report::{EpochPoint, StopReason};

/// One training as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Model id.
    pub model: String,
    /// Seed.
    pub seed: u32,
    /// Finished epochs.
    pub points: Vec<EpochPoint>,
    /// Best epoch so far, from 1; 0 before the first.
    pub best_epoch: usize,
    /// Why it ended; `None` while it runs.
    pub stop: Option<StopReason>,
}

/// Losses of a model after an epoch, over its seeds that got there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BandPoint {
    /// Epoch, from 1.
    pub epoch: usize,
    /// Median validation loss.
    pub validation: Option<f64>,
    /// Median training loss.
    pub train: Option<f64>,
    /// Smallest and largest validation loss.
    pub band: Option<(f64, f64)>,
    /// Number of seeds.
    pub n_seeds: usize,
}

/// All seeds of a model.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Group {
    /// Model id.
    pub model: String,
    /// By epoch, rising.
    pub points: Vec<BandPoint>,
    /// Best epoch of each seed that has one, rising.
    pub best: Vec<usize>,
    /// Last epoch and reason of each seed that ended.
    pub ended: Vec<(usize, StopReason)>,
    /// Number of seeds with a curve.
    pub n_seeds: usize,
}

impl Group {
    /// The epoch that is marked as best: the middle one over the seeds.
    pub(super) fn best_epoch(&self) -> Option<usize> {
        self.best.get(self.best.len().checked_sub(1)? / 2).copied()
    }

    /// Whether a seed is still being trained.
    pub(super) fn is_running(&self) -> bool {
        self.ended.len() < self.n_seeds
    }

    /// The point of an epoch.
    pub(super) fn at(&self, epoch: usize) -> Option<&BandPoint> {
        self.points.iter().find(|point| point.epoch == epoch)
    }

    /// Last epoch of the line.
    pub(super) fn last_epoch(&self) -> Option<usize> {
        self.points.last().map(|point| point.epoch)
    }

    /// Epoch at which the line ends by early stopping: the latest one, once all seeds ended early.
    pub(super) fn stopped_early(&self) -> Option<usize> {
        let early = !self.is_running() && self.ended.iter().any(|(_, stop)| *stop == StopReason::Early);
        early.then(|| self.ended.iter().map(|(epoch, _)| *epoch).max()).flatten()
    }
}

/// Groups curves by model, models in the order of their first curve.
pub(super) fn group(curves: &[Curve]) -> Vec<Group> {
    let mut models: Vec<&str> = Vec::new();
    for curve in curves {
        if !models.contains(&curve.model.as_str()) {
            models.push(&curve.model);
        }
    }
    let of = |model: &str| curves.iter().filter(|curve| curve.model == model).collect::<Vec<_>>();
    models.iter().map(|model| one_group(model, &of(model))).collect()
}

fn one_group(model: &str, curves: &[&Curve]) -> Group {
    let mut by_epoch: BTreeMap<usize, Vec<&EpochPoint>> = BTreeMap::new();
    for point in curves.iter().flat_map(|curve| &curve.points) {
        by_epoch.entry(point.epoch).or_default().push(point);
    }
    let mut best: Vec<usize> = curves.iter().map(|curve| curve.best_epoch).filter(|epoch| *epoch > 0).collect();
    sort_by(&mut best, usize::cmp);
    let last = |curve: &Curve| curve.points.last().map_or(0, |point| point.epoch);
    Group {
        model: model.to_owned(),
        points: by_epoch.iter().map(|(epoch, points)| band_point(*epoch, points)).collect(),
        best,
        ended: curves.iter().filter_map(|curve| Some((last(curve), curve.stop?))).collect(),
        n_seeds: curves.len(),
    }
}

fn band_point(epoch: usize, points: &[&EpochPoint]) -> BandPoint {
    let validation: Vec<f64> = points.iter().map(|point| point.validation).collect();
    let train: Vec<f64> = points.iter().map(|point| point.train).collect();
    BandPoint {
        epoch,
        validation: median(&validation),
        train: median(&train),
        band: extent(validation),
        n_seeds: points.len(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn curve(model: &str, seed: u32, losses: &[f64], best_epoch: usize, stop: Option<StopReason>) -> Curve {
        let point = |(idx, loss): (usize, &f64)| EpochPoint {
            epoch: idx + 1,
            train: loss * 0.9,
            validation: *loss,
            rate: 1e-3,
            gradient_norm: 1.0,
        };
        Curve { model: model.into(), seed, points: losses.iter().enumerate().map(point).collect(), best_epoch, stop }
    }

    #[test]
    fn seeds_become_a_median_and_a_band() {
        let curves =
            [curve("tsf", 1, &[3.0, 1.0], 2, None), curve("tsf", 2, &[5.0], 1, None), curve("gru", 1, &[9.0], 1, None)];
        let groups = group(&curves);
        assert_eq!(groups.iter().map(|group| group.model.as_str()).collect::<Vec<_>>(), ["tsf", "gru"]);
        let first = groups[0].points[0];
        assert_eq!((first.validation, first.band, first.n_seeds), (Some(4.0), Some((3.0, 5.0)), 2));
        assert_eq!((groups[0].points[1].validation, groups[0].points[1].n_seeds), (Some(1.0), 1));
        assert_eq!(groups[0].best_epoch(), Some(1));
    }

    #[test]
    fn a_model_stopped_early_once_all_its_seeds_ended() {
        let early = Some(StopReason::Early);
        let half = [curve("tsf", 1, &[3.0, 1.0], 1, early), curve("tsf", 2, &[5.0], 1, None)];
        assert_eq!(group(&half)[0].stopped_early(), None);
        let whole = [curve("tsf", 1, &[3.0, 1.0], 1, early), curve("tsf", 2, &[5.0], 1, early)];
        assert_eq!(group(&whole)[0].stopped_early(), Some(2));
    }
}
