//! The points that every model of a cell is scored on.

use crate::evaluate::{LossSeries, Point, score};
use crate::report::Metrics;
use crate::train::Problem;

/// The points of one step ahead, in the unit in which errors are measured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StepBoard {
    /// Steps ahead.
    pub(super) step: usize,
    /// Target bins of the test part, ascending.
    pub(super) bins: Vec<usize>,
    /// Truth, `[bins, N]`; NaN where nothing was observed.
    pub(super) truth: Vec<f32>,
    /// Persistence, `[bins, N]`; NaN where there is no last value.
    pub(super) naive: Vec<f32>,
    /// Truth of the validation part, `[origins, N]`; empty under the anchor protocol.
    pub(super) validation: Vec<f32>,
}

/// All points of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Board {
    /// Number of nodes.
    pub(super) n_nodes: usize,
    /// Training MAE of persistence at the scored step, for MASE.
    pub(super) train_naive_mae: f64,
    /// Nodes of the common core; `None` where all nodes are used.
    pub(super) core: Option<Vec<bool>>,
    /// The step of the headline.
    score_step: usize,
    /// One entry per scored step ahead, ascending.
    pub(super) steps: Vec<StepBoard>,
}

impl Board {
    /// The test part of a prepared problem.
    pub(super) fn of(problem: &Problem) -> Self {
        let prepared = &problem.prepared;
        let n = prepared.n_nodes();
        let rows = |values: &[f32], bins: &mut dyn Iterator<Item = usize>| -> Vec<f32> {
            bins.flat_map(|bin| values[bin * n..(bin + 1) * n].to_vec()).collect()
        };
        let (test, validation) = (&prepared.split.test, &prepared.split.validation);
        let step = |step: usize| StepBoard {
            step,
            bins: test.iter().map(|origin| origin + step).collect(),
            truth: rows(&prepared.target, &mut test.iter().map(|origin| origin + step)),
            naive: rows(&prepared.last_value, &mut test.iter().copied()),
            validation: rows(&prepared.target, &mut validation.iter().map(|origin| origin + step)),
        };
        Self {
            n_nodes: n,
            train_naive_mae: prepared.naive_mae,
            core: prepared.core.clone(),
            score_step: problem.config.window.score_step,
            steps: problem.config.window.scored_steps().into_iter().map(step).collect(),
        }
    }

    /// A board of one step, without validation.
    pub(super) fn of_one_step(n_nodes: usize, train_naive_mae: f64, step: StepBoard) -> Self {
        Self { n_nodes, train_naive_mae, core: None, score_step: step.step, steps: vec![step] }
    }

    /// The points of the headline.
    pub(super) fn main(&self) -> &StepBoard {
        let found = self.steps.iter().find(|board| board.step == self.score_step);
        found.expect("the scored step is among the scored steps")
    }

    /// Errors of a forecast of the headline's points; `None` without any.
    pub(super) fn score(&self, forecast: &[f32]) -> Option<Metrics> {
        score(self.main().points(forecast).flatten(), self.train_naive_mae)
    }

    /// Errors on the common core.
    pub(super) fn score_core(&self, forecast: &[f32]) -> Option<Metrics> {
        let core = self.core.as_ref()?;
        let points = self.main().points(forecast).enumerate();
        let inside = points.filter(|(cell, _)| core[cell % self.n_nodes]).filter_map(|(_, point)| point);
        score(inside, self.train_naive_mae)
    }

    /// Squared errors `(sum, points)` per node.
    pub(super) fn squared_by_node(&self, forecast: &[f32]) -> Vec<(f64, u64)> {
        let mut sums = vec![(0.0, 0); self.n_nodes];
        for (cell, point) in self.main().points(forecast).enumerate() {
            let Some(point) = point else { continue };
            let sum = &mut sums[cell % self.n_nodes];
            sum.0 += (point.forecast - point.truth).powi(2);
            sum.1 += 1;
        }
        sums
    }
}

impl StepBoard {
    /// One entry per cell `[bins, N]`; `None` where truth or forecast is missing.
    pub(super) fn points<'a>(&'a self, forecast: &'a [f32]) -> impl Iterator<Item = Option<Point>> + 'a {
        let cells = self.truth.iter().zip(&self.naive).zip(forecast);
        cells.map(|((&truth, &naive), &forecast)| {
            let scored = !truth.is_nan() && !forecast.is_nan();
            let (truth, forecast, naive) = (f64::from(truth), f64::from(forecast), f64::from(naive));
            scored.then_some(Point { truth, forecast, naive })
        })
    }

    /// Absolute errors of a forecast of the validation part.
    pub(super) fn validation_errors(&self, forecast: &[f32]) -> Vec<f64> {
        let errors = self.validation.iter().zip(forecast).map(|(truth, forecast)| f64::from((forecast - truth).abs()));
        errors.filter(|error| !error.is_nan()).collect()
    }

    /// Mean squared error per origin, averaged over the forecasts (one per seed).
    pub(super) fn losses(&self, id: &str, n_nodes: usize, forecasts: &[&[f32]]) -> LossSeries {
        let per_seed: Vec<Vec<Option<f64>>> =
            forecasts.iter().map(|forecast| self.losses_of(n_nodes, forecast)).collect();
        let mean = |origin: usize| {
            let losses: Option<Vec<f64>> = per_seed.iter().map(|losses| losses[origin]).collect();
            losses.map(|losses| losses.iter().sum::<f64>() / losses.len() as f64)
        };
        LossSeries { id: id.to_owned(), losses: (0..self.bins.len()).map(mean).collect() }
    }

    fn losses_of(&self, n_nodes: usize, forecast: &[f32]) -> Vec<Option<f64>> {
        let points: Vec<Option<Point>> = self.points(forecast).collect();
        let loss = |row: &[Option<Point>]| {
            let errors: Vec<f64> = row.iter().flatten().map(|point| (point.forecast - point.truth).powi(2)).collect();
            (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
        };
        points.chunks(n_nodes).map(loss).collect()
    }
}
