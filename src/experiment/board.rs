//! The points that every model of a run is scored on.

use crate::evaluate::{LossSeries, Point, score};
use crate::report::Metrics;
use crate::train::Problem;

/// Target bins of the test part, their truth and the forecast of persistence, in the unit in which errors are
/// measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Board {
    /// Target bins, ascending.
    pub(super) bins: Vec<usize>,
    /// Number of nodes.
    pub(super) n_nodes: usize,
    /// Truth, `[bins, N]`; NaN where nothing was observed.
    pub(super) truth: Vec<f32>,
    /// Persistence, `[bins, N]`; NaN where there is no last value.
    pub(super) naive: Vec<f32>,
    /// Training MAE of persistence, for MASE.
    pub(super) train_naive_mae: f64,
}

impl Board {
    /// The test part of a prepared problem.
    pub(super) fn of(problem: &Problem) -> Self {
        let prepared = &problem.prepared;
        let n = prepared.n_nodes();
        let ahead = problem.config.window.score_step;
        let origins = &prepared.split.test;
        let rows = |values: &[f32], bin: usize| values[bin * n..(bin + 1) * n].to_vec();
        Self {
            bins: origins.iter().map(|origin| origin + ahead).collect(),
            n_nodes: n,
            truth: origins.iter().flat_map(|&origin| rows(&prepared.target, origin + ahead)).collect(),
            naive: origins.iter().flat_map(|&origin| rows(&prepared.last_value, origin)).collect(),
            train_naive_mae: prepared.naive_mae,
        }
    }

    fn points<'a>(&'a self, forecast: &'a [f32]) -> impl Iterator<Item = Option<Point>> + 'a {
        let cells = self.truth.iter().zip(&self.naive).zip(forecast);
        cells.map(|((&truth, &naive), &forecast)| {
            let scored = !truth.is_nan() && !forecast.is_nan();
            let (truth, forecast, naive) = (f64::from(truth), f64::from(forecast), f64::from(naive));
            scored.then_some(Point { truth, forecast, naive })
        })
    }

    /// Errors of a forecast `[bins, N]` over all its points; `None` without any.
    pub(super) fn score(&self, forecast: &[f32]) -> Option<Metrics> {
        score(self.points(forecast).flatten(), self.train_naive_mae)
    }

    /// Squared errors `(sum, points)` per node.
    pub(super) fn squared_by_node(&self, forecast: &[f32]) -> Vec<(f64, u64)> {
        let mut sums = vec![(0.0, 0); self.n_nodes];
        for (cell, point) in self.points(forecast).enumerate() {
            let Some(point) = point else { continue };
            let sum = &mut sums[cell % self.n_nodes];
            sum.0 += (point.forecast - point.truth).powi(2);
            sum.1 += 1;
        }
        sums
    }

    /// Mean squared error per origin, averaged over the forecasts (one per seed).
    pub(super) fn losses(&self, id: &str, forecasts: &[&[f32]]) -> LossSeries {
        let per_seed: Vec<Vec<Option<f64>>> = forecasts.iter().map(|forecast| self.losses_of(forecast)).collect();
        let mean = |origin: usize| {
            let losses: Option<Vec<f64>> = per_seed.iter().map(|losses| losses[origin]).collect();
            losses.map(|losses| losses.iter().sum::<f64>() / losses.len() as f64)
        };
        LossSeries { id: id.to_owned(), losses: (0..self.bins.len()).map(mean).collect() }
    }

    fn losses_of(&self, forecast: &[f32]) -> Vec<Option<f64>> {
        let points: Vec<Option<Point>> = self.points(forecast).collect();
        let loss = |row: &[Option<Point>]| {
            let errors: Vec<f64> = row.iter().flatten().map(|point| (point.forecast - point.truth).powi(2)).collect();
            (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
        };
        points.chunks(self.n_nodes).map(loss).collect()
    }
}
