//! The protocol `anchor-118`, exactly as the published anchors were computed: all machines, forward-filled lags without
//! limit, training on the first 60 % of the bins, scores on the last 20 %, no purge, each model on the points it can
//! predict.

use super::ExperimentError;
use super::board::{Board, StepBoard};
use super::closed_form::{Fitted, Predictor, no_solution};
use super::each_node::season_bins;
use super::part::StepForecast;
use crate::config::{ArConfig, Checked, ModelConfig};
use crate::data::Dataset;
use crate::models::{seasons_back, solve_ridge};
use crate::prepare::{PrepareError, target_metric};
use crate::report::{Part, ProtocolSummary};

/// The target of all machines in the unit in which errors are measured (percent / 100), and its forward fill.
#[derive(Debug)]
pub(super) struct Anchor {
    n_bins: usize,
    n_nodes: usize,
    ahead: usize,
    grid_secs: u32,
    train_end: usize,
    test_start: usize,
    /// `[T, N]`, NaN where nothing was observed.
    target: Vec<f32>,
    /// `[T, N]`, the last observation; NaN before the first.
    filled: Vec<f32>,
}

impl Anchor {
    /// # Errors
    /// Without the target metric.
    pub(super) fn new(dataset: &Dataset, config: &Checked) -> Result<Self, PrepareError> {
        let metric = target_metric(dataset, config)?;
        let unit = dataset.metrics[metric].unit;
        let (n_bins, n_nodes) = (dataset.n_bins, dataset.n_nodes());
        let cells = (0..n_bins).flat_map(|bin| (0..n_nodes).map(move |node| (bin, node)));
        let target: Vec<f32> = cells.map(|(bin, node)| unit.to_unit(dataset.at(bin, node, metric))).collect();
        let mut filled = target.clone();
        for cell in n_nodes..filled.len() {
            if filled[cell].is_nan() {
                filled[cell] = filled[cell - n_nodes];
            }
        }
        // int(T * .6) and int(T * .8) of the anchor script.
        let cut = |share: f64| (n_bins as f64 * share) as usize;
        let ahead = config.window.score_step;
        let grid_secs = dataset.grid_secs;
        Ok(Self { n_bins, n_nodes, ahead, grid_secs, train_end: cut(0.6), test_start: cut(0.8), target, filled })
    }

    /// The scored points.
    pub(super) fn board(&self) -> Board {
        let step = StepBoard {
            step: self.ahead,
            bins: (self.test_start..self.n_bins).collect(),
            truth: self.target[self.test_start * self.n_nodes..].to_vec(),
            naive: self.naive(),
            validation: Vec::new(),
        };
        Board::of_one_step(self.n_nodes, self.train_naive_mae(), step)
    }

    /// Fits one of the models that have an anchor.
    ///
    /// # Errors
    /// For any other model, and when a regression has no solution.
    pub(super) fn fit(&self, model: &ModelConfig) -> Result<Fitted, ExperimentError> {
        match model {
            ModelConfig::Persistence {} => Ok(self.fitted(self.naive(), Vec::new(), String::new())),
            ModelConfig::SeasonalNaive(naive) => {
                Ok(self.seasonal_naive(season_bins(naive.season_secs, self.grid_secs)))
            }
            ModelConfig::Ar(config) => self.ar(config).ok_or_else(|| no_solution("ar")),
            other => Err(ExperimentError(format!("{} has no anchor", other.id()))),
        }
    }

    /// Raw bins: where the value one season before was not observed there is no forecast.
    fn seasonal_naive(&self, season: usize) -> Fitted {
        let back = season * seasons_back(self.ahead, season);
        let before = |bin: usize, node: usize| bin.checked_sub(back).map(|bin| self.target[bin * self.n_nodes + node]);
        let cells = (self.test_start..self.n_bins).flat_map(|bin| (0..self.n_nodes).map(move |node| (bin, node)));
        let test = cells.map(|(bin, node)| before(bin, node).unwrap_or(f32::NAN)).collect();
        self.fitted(test, Vec::new(), format!("season of {season} bins"))
    }

    /// The last value in raw bins: a missing predecessor gives no forecast.
    fn naive(&self) -> Vec<f32> {
        let start = self.test_start.saturating_sub(self.ahead) * self.n_nodes;
        let end = self.n_bins.saturating_sub(self.ahead) * self.n_nodes;
        self.target[start..end].to_vec()
    }

    fn fitted(&self, test: Vec<f32>, coefficients: Vec<f64>, chosen: String) -> Fitted {
        let forecast = StepForecast { step: self.ahead, test, validation: Vec::new() };
        Fitted { forecasts: vec![forecast], coefficients, chosen, model: Predictor::LastValue }
    }

    fn train_naive_mae(&self) -> f64 {
        let pairs = (self.ahead * self.n_nodes..self.train_end * self.n_nodes)
            .map(|cell| f64::from(self.target[cell] - self.target[cell - self.ahead * self.n_nodes]))
            .filter(|difference| !difference.is_nan());
        let (sum, n) = pairs.fold((0.0, 0u64), |(sum, n), difference| (sum + difference.abs(), n + 1));
        if n == 0 { 0.0 } else { sum / n as f64 }
    }

    /// Pooled ridge on forward-filled lags with the first penalty of the config. `None` if it has no solution.
    fn ar(&self, config: &ArConfig) -> Option<Fitted> {
        let lags = if config.lags == 0 { 24 } else { config.lags };
        let ridge = *config.ridge.first()?;
        let first = lags + self.ahead - 1;
        let rows: Vec<(Vec<f32>, f64)> = (first..self.train_end)
            .flat_map(|bin| (0..self.n_nodes).map(move |node| (bin, node)))
            .filter_map(|(bin, node)| {
                let target = self.target[bin * self.n_nodes + node];
                let row = self.lag_row(bin, node, lags)?;
                (!target.is_nan()).then_some((row, f64::from(target)))
            })
            .collect();
        let model = solve_ridge(rows.iter().map(|(row, target)| (&row[..], *target)), lags, ridge)?;
        let cells = (self.test_start..self.n_bins).flat_map(|bin| (0..self.n_nodes).map(move |node| (bin, node)));
        let forecast = |(bin, node)| match self.lag_row(bin, node, lags) {
            Some(row) => model.forecast(&row) as f32,
            None => f32::NAN,
        };
        let test = cells.map(forecast).collect();
        Some(self.fitted(test, model.coefficients, format!("{lags} lags, ridge {ridge}")))
    }

    /// Lags before a target bin, oldest first; `None` where one is unknown or lies before the data.
    fn lag_row(&self, bin: usize, node: usize, lags: usize) -> Option<Vec<f32>> {
        let end = (bin + 1).checked_sub(self.ahead)?;
        let row: Vec<f32> = (end.checked_sub(lags)?..end).map(|bin| self.filled[bin * self.n_nodes + node]).collect();
        row.iter().all(|value| !value.is_nan()).then_some(row)
    }

    pub(super) fn summary(&self, dataset: &Dataset) -> ProtocolSummary {
        let part = |name: &str, first_bin: usize, end_bin: usize| Part {
            name: name.to_owned(),
            first_bin,
            end_bin,
            n_origins: end_bin - first_bin,
        };
        let n_points = self.target[self.test_start * self.n_nodes..].iter().filter(|y| !y.is_nan()).count();
        ProtocolSummary {
            parts: vec![
                part("training", 0, self.train_end),
                part("unused", self.train_end, self.test_start),
                part("test", self.test_start, self.n_bins),
            ],
            purge_bins: 0,
            nodes: dataset.nodes.clone(),
            left_out: Vec::new(),
            windows_left_out: 0,
            n_points: n_points as u64,
            repairs: Vec::new(),
            edge_sources: Vec::new(),
            leak_checks: Vec::new(),
            remarks: vec![
                "The protocol of the published anchors: all machines, lags forward-filled without limit, no purge, and \
                 each model on the points it can predict, so the rows of the table do not share their points."
                    .to_owned(),
            ],
        }
    }
}
