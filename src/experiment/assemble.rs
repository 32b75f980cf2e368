//! From finished parts to the report.

use super::board::Board;
use crate::config::Checked;
use crate::data::{Dataset, Unit};
use crate::evaluate::{LossSeries, compare_all, spread};
use crate::prepare::target_metric;
use crate::report::{
    EpochPoint, ForecastBoard, ForecastLine, LearnedGraph, Metrics, ModelResult, ProtocolSummary, REPORT_SCHEMA,
    Report, SeedResult, Spread, StopReason, Timing,
};

/// A finished part.
#[derive(Debug, Clone)]
pub(super) struct PartResult {
    pub(super) seed: u32,
    pub(super) learned: bool,
    pub(super) n_params: usize,
    pub(super) backend: String,
    pub(super) curve: Vec<EpochPoint>,
    pub(super) best_epoch: usize,
    pub(super) stop: StopReason,
    pub(super) weights_sha256: String,
    pub(super) chosen: String,
    /// `[test bins, N]`, percent / 100 or the target's own unit.
    pub(super) forecast: Vec<f32>,
    pub(super) graph: Option<LearnedGraph>,
}

/// Everything that is finished so far.
#[derive(Debug)]
pub(super) struct Assembly {
    board: Board,
    protocol: ProtocolSummary,
    results: Vec<(String, PartResult)>,
    timings: Vec<Timing>,
}

impl Assembly {
    pub(super) fn new(board: Board, protocol: ProtocolSummary) -> Self {
        Self { board, protocol, results: Vec::new(), timings: Vec::new() }
    }

    pub(super) fn add(&mut self, id: &str, result: PartResult) {
        self.timings.push(Timing { model: id.to_owned(), seed: result.seed, secs: 0.0, forecast_millis: None, cell: 0 });
        self.results.push((id.to_owned(), result));
    }

    /// Adds seconds to the part that was finished last.
    pub(super) fn add_secs(&mut self, secs: f64) {
        if let Some(timing) = self.timings.last_mut() {
            timing.secs += secs;
        }
    }

    fn parts(&self, id: &str) -> Vec<&PartResult> {
        self.results.iter().filter(|(model, _)| model == id).map(|(_, result)| result).collect()
    }

    /// All finished seeds of a model.
    pub(super) fn model(&self, id: &str) -> ModelResult {
        let parts = self.parts(id);
        let first = parts.first();
        let seeds: Vec<SeedResult> = parts.iter().filter_map(|part| self.seed(part)).collect();
        let over = |measure: fn(&Metrics) -> Option<f64>| -> Option<Spread> {
            spread(seeds.iter().map(|seed| measure(&seed.metrics)))
        };
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
            rmse_by_node: self.rmse_by_node(&parts),
            chosen: first.map_or_else(String::new, |part| part.chosen.clone()),
            by_horizon: Vec::new(),
            by_decile: Vec::new(),
            interval: None,
            core: None,
            conditions: Vec::new(),
            seeds,
        }
    }

    fn seed(&self, part: &PartResult) -> Option<SeedResult> {
        Some(SeedResult {
            seed: part.seed,
            metrics: self.board.score(&part.forecast)?,
            curve: part.curve.clone(),
            best_epoch: part.best_epoch,
            stop: part.stop,
            weights_sha256: part.weights_sha256.clone(),
            pretraining: Vec::new(),
            mixing: Vec::new(),
        })
    }

    /// Mean over seeds of each node's RMSE.
    fn rmse_by_node(&self, parts: &[&PartResult]) -> Vec<Option<f64>> {
        let per_seed: Vec<_> = parts.iter().map(|part| self.board.squared_by_node(&part.forecast)).collect();
        let rmse = |node: usize| {
            let roots = per_seed.iter().map(|sums| sums[node]);
            let roots: Option<Vec<f64>> = roots.map(|(sum, n)| (n > 0).then(|| (sum / n as f64).sqrt())).collect();
            roots.filter(|roots| !roots.is_empty()).map(|roots| roots.iter().sum::<f64>() / roots.len() as f64)
        };
        (0..self.board.n_nodes).map(rmse).collect()
    }

    pub(super) fn report(&self, dataset: &Dataset, config: &Checked, complete: bool) -> Option<Report> {
        if self.results.is_empty() {
            return None;
        }
        let ids: Vec<&str> =
            config.models.iter().map(|model| model.id()).filter(|id| !self.parts(id).is_empty()).collect();
        let losses: Vec<LossSeries> = ids.iter().map(|id| self.board.losses(id, &self.forecasts(id))).collect();
        Some(Report {
            schema: REPORT_SCHEMA,
            app_version: env!("CARGO_PKG_VERSION").to_owned(),
            target: if cfg!(target_arch = "wasm32") { "wasm32" } else { std::env::consts::ARCH }.to_owned(),
            complete,
            config: (**config).clone(),
            config_sha256: config.sha256(),
            dataset: dataset.summary.clone(),
            protocol: self.protocol.clone(),
            models: ids.iter().map(|id| self.model(id)).collect(),
            comparisons: compare_all(&losses, config.window.score_step),
            horizons: Vec::new(),
            study: None,
            forecast: self.forecast_board(&ids, target_unit(dataset, config)),
            graph: self.results.iter().find_map(|(_, result)| result.graph.clone()),
            timings: self.timings.clone(),
        })
    }

    fn forecasts(&self, id: &str) -> Vec<&[f32]> {
        self.parts(id).iter().map(|part| &part.forecast[..]).collect()
    }

    fn forecast_board(&self, ids: &[&str], unit: Unit) -> ForecastBoard {
        let (Some(&first), Some(&last)) = (self.board.bins.first(), self.board.bins.last()) else {
            return ForecastBoard::default();
        };
        let n_bins = last - first + 1;
        let lines = ids.iter().map(|id| ForecastLine {
            id: (*id).to_owned(),
            values: self.on_every_bin(&mean(&self.forecasts(id)), unit, (first, n_bins)),
        });
        ForecastBoard {
            first_bin: first,
            n_bins,
            truth: self.on_every_bin(&self.board.truth, unit, (first, n_bins)),
            models: lines.collect(),
        }
    }

    /// Values of the scored bins in the unit of the target, per cent to two decimals; `None` on the bins between them.
    fn on_every_bin(&self, values: &[f32], unit: Unit, (first, n_bins): (usize, usize)) -> Vec<Option<f32>> {
        let n = self.board.n_nodes;
        let mut out = vec![None; n_bins * n];
        for (row, &bin) in self.board.bins.iter().enumerate() {
            for node in 0..n {
                let value = values[row * n + node];
                let shown = if unit == Unit::Percent { (value * 10_000.0).round() / 100.0 } else { value };
                out[(bin - first) * n + node] = shown.is_finite().then_some(shown);
            }
        }
        out
    }
}

/// Unit in which the data hold the target.
fn target_unit(dataset: &Dataset, config: &Checked) -> Unit {
    // A run that got as far as a report has a target.
    target_metric(dataset, config).map_or(Unit::Unknown, |metric| dataset.metrics[metric].unit)
}

/// Mean over seeds; NaN stays NaN.
fn mean(forecasts: &[&[f32]]) -> Vec<f32> {
    let n = forecasts.len() as f32;
    let cells = forecasts.first().map_or(0, |forecast| forecast.len());
    (0..cells).map(|cell| forecasts.iter().map(|forecast| forecast[cell]).sum::<f32>() / n).collect()
}
