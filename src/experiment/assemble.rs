//! From the finished parts of one cell to its numbers.

use super::board::Board;
use super::part::{PartResult, StepForecast};
use crate::data::Unit;
use crate::evaluate::{LossSeries, spread};
use crate::report::{
    CoreResult, ForecastBoard, ForecastLine, HorizonResult, LearnedGraph, Metrics, ModelResult, SeedResult, Timing,
};

/// The finished parts of a cell, in the order of the plan, and the points they are scored on.
#[derive(Debug)]
pub(super) struct Assembly<'a> {
    pub(super) board: &'a Board,
    pub(super) parts: Vec<(&'a str, &'a PartResult)>,
}

impl<'a> Assembly<'a> {
    /// Ids of the models with a finished part, each once.
    pub(super) fn ids(&self) -> Vec<&'a str> {
        let mut ids: Vec<&str> = self.parts.iter().map(|(id, _)| *id).collect();
        ids.dedup();
        ids
    }

    fn of(&self, id: &str) -> Vec<&'a PartResult> {
        self.parts.iter().filter(|(model, _)| *model == id).map(|(_, part)| *part).collect()
    }

    /// Forecasts of the headline's step, one per seed.
    pub(super) fn forecasts(&self, id: &str) -> Vec<&'a [f32]> {
        self.steps(id, self.board.main().step).into_iter().map(|forecast| &forecast.test[..]).collect()
    }

    fn steps(&self, id: &str, step: usize) -> Vec<&'a StepForecast> {
        let of_step = |part: &'a PartResult| part.forecasts.iter().find(|forecast| forecast.step == step);
        self.of(id).into_iter().filter_map(of_step).collect()
    }

    /// Losses per origin at a step ahead, of every model.
    pub(super) fn losses(&self, step: usize) -> Vec<LossSeries> {
        let Some(board) = self.board.steps.iter().find(|board| board.step == step) else { return Vec::new() };
        let series = |id: &&str| {
            let forecasts: Vec<&[f32]> = self.steps(id, step).iter().map(|forecast| &forecast.test[..]).collect();
            board.losses(id, self.board.n_nodes, &forecasts)
        };
        self.ids().iter().map(series).collect()
    }

    /// All finished seeds of a model.
    pub(super) fn model(&self, id: &str) -> ModelResult {
        let parts = self.of(id);
        let first = parts.first();
        let forecasts = self.forecasts(id);
        let metrics: Vec<Metrics> = forecasts.iter().filter_map(|forecast| self.board.score(forecast)).collect();
        let over = |measure: fn(&Metrics) -> Option<f64>| spread(metrics.iter().map(measure));
        ModelResult {
            id: id.to_owned(),
            learned: first.is_some_and(|part| part.learned),
            n_params: first.map_or(0, |part| part.n_params),
            backend: first.map_or_else(String::new, |part| part.backend.clone()),
            rmse: over(|m| Some(m.rmse)),
            mae: over(|m| Some(m.mae)),
            mse: over(|m| Some(m.mse)),
            skill: over(|m| m.skill),
            mape: over(|m| m.mape),
            wape: over(|m| m.wape),
            mase: over(|m| m.mase),
            rmse_by_node: self.rmse_by_node(&forecasts),
            chosen: first.map_or_else(String::new, |part| part.chosen.clone()),
            by_horizon: self.by_horizon(id),
            by_decile: super::judge::by_decile(self.board, &forecasts),
            interval: super::judge::interval(self.board, &self.steps(id, self.board.main().step)),
            core: self.core(&forecasts),
            conditions: super::judge::conditions(&parts),
            seeds: parts.iter().filter_map(|part| self.seed(part)).collect(),
        }
    }

    fn seed(&self, part: &PartResult) -> Option<SeedResult> {
        let main = part.forecasts.iter().find(|forecast| forecast.step == self.board.main().step)?;
        Some(SeedResult {
            seed: part.seed,
            metrics: self.board.score(&main.test)?,
            curve: part.curve.clone(),
            best_epoch: part.best_epoch,
            stop: part.stop,
            weights_sha256: part.weights_sha256.clone(),
            pretraining: part.pretraining.clone(),
            mixing: part.mixing.clone(),
        })
    }

    fn by_horizon(&self, id: &str) -> Vec<HorizonResult> {
        if self.board.steps.len() < 2 {
            return Vec::new();
        }
        let at = |board: &super::board::StepBoard| {
            let forecasts = self.steps(id, board.step);
            // Without the training error of persistence at this step there is no MASE here.
            let score = |forecast: &&StepForecast| crate::evaluate::score(board.points(&forecast.test).flatten(), 0.0);
            let metrics: Vec<Metrics> = forecasts.iter().filter_map(score).collect();
            let over = |measure: fn(&Metrics) -> Option<f64>| spread(metrics.iter().map(measure));
            HorizonResult {
                step: board.step,
                n: metrics.first().map_or(0, |metrics| metrics.n),
                rmse: over(|m| Some(m.rmse)),
                mae: over(|m| Some(m.mae)),
                skill: over(|m| m.skill),
            }
        };
        self.board.steps.iter().map(at).collect()
    }

    fn core(&self, forecasts: &[&[f32]]) -> Option<CoreResult> {
        let core = self.board.core.as_ref()?;
        let metrics: Option<Vec<Metrics>> = forecasts.iter().map(|forecast| self.board.score_core(forecast)).collect();
        let metrics = metrics?;
        let over = |measure: fn(&Metrics) -> Option<f64>| spread(metrics.iter().map(measure));
        Some(CoreResult {
            n_nodes: core.iter().filter(|inside| **inside).count(),
            mse: over(|m| Some(m.mse))?,
            rmse: over(|m| Some(m.rmse))?,
            mae: over(|m| Some(m.mae))?,
            mape: over(|m| m.mape),
        })
    }

    /// Mean over seeds of each node's RMSE.
    fn rmse_by_node(&self, forecasts: &[&[f32]]) -> Vec<Option<f64>> {
        let per_seed: Vec<_> = forecasts.iter().map(|forecast| self.board.squared_by_node(forecast)).collect();
        let rmse = |node: usize| {
            let roots = per_seed.iter().map(|sums| sums[node]);
            let roots: Option<Vec<f64>> = roots.map(|(sum, n)| (n > 0).then(|| (sum / n as f64).sqrt())).collect();
            roots.filter(|roots| !roots.is_empty()).map(|roots| roots.iter().sum::<f64>() / roots.len() as f64)
        };
        (0..self.board.n_nodes).map(rmse).collect()
    }

    /// Mean over seeds of the smallest validation error; absent for closed-form models.
    pub(super) fn validation(&self) -> Option<f64> {
        let errors: Vec<f64> = self.parts.iter().filter_map(|(_, part)| part.validation()).collect();
        (!errors.is_empty()).then(|| errors.iter().sum::<f64>() / errors.len() as f64)
    }

    /// The graph of the first part that has one.
    pub(super) fn graph(&self) -> Option<LearnedGraph> {
        self.parts.iter().find_map(|(_, part)| part.graph.clone())
    }

    /// Wall-clock time of each part.
    pub(super) fn timings(&self, cell: usize) -> impl Iterator<Item = Timing> + '_ {
        self.parts.iter().map(move |(id, part)| Timing {
            model: (*id).to_owned(),
            seed: part.seed,
            secs: part.secs,
            forecast_millis: part.forecast_millis,
            cell,
        })
    }

    /// Truth and mean forecasts at the headline's step.
    pub(super) fn forecast_board(&self, unit: Unit) -> ForecastBoard {
        let board = self.board.main();
        let (Some(&first), Some(&last)) = (board.bins.first(), board.bins.last()) else {
            return ForecastBoard::default();
        };
        let n_bins = last - first + 1;
        let lines = self.ids().into_iter().map(|id| ForecastLine {
            id: id.to_owned(),
            values: self.on_every_bin(&mean(&self.forecasts(id)), unit, (first, n_bins)),
        });
        ForecastBoard {
            first_bin: first,
            n_bins,
            truth: self.on_every_bin(&board.truth, unit, (first, n_bins)),
            models: lines.collect(),
        }
    }

    /// Values of the scored bins in the unit of the target, per cent to two decimals; `None` on the bins between them.
    fn on_every_bin(&self, values: &[f32], unit: Unit, (first, n_bins): (usize, usize)) -> Vec<Option<f32>> {
        let n = self.board.n_nodes;
        let mut out = vec![None; n_bins * n];
        for (row, &bin) in self.board.main().bins.iter().enumerate() {
            for node in 0..n {
                let value = values[row * n + node];
                let shown = if unit == Unit::Percent { (value * 10_000.0).round() / 100.0 } else { value };
                out[(bin - first) * n + node] = shown.is_finite().then_some(shown);
            }
        }
        out
    }
}

/// Mean over seeds; NaN stays NaN.
fn mean(forecasts: &[&[f32]]) -> Vec<f32> {
    let n = forecasts.len() as f32;
    let cells = forecasts.first().map_or(0, |forecast| forecast.len());
    (0..cells).map(|cell| forecasts.iter().map(|forecast| forecast[cell]).sum::<f32>() / n).collect()
}
