//! Models without gradient steps: `persistence` and `ar`; those of one node's series are in `each_node`.

use super::ExperimentError;
use super::each_node::{Disturbed, fit_each_node};
use super::part::StepForecast;
use crate::config::{ArConfig, ModelConfig};
use crate::models::{ArModel, NormalEquations, Univariate};
use crate::train::{Condition, Problem};

/// A closed-form forecast of test and validation.
pub(super) struct Fitted {
    /// One entry per scored step.
    pub(super) forecasts: Vec<StepForecast>,
    /// The fitted numbers.
    pub(super) coefficients: Vec<f64>,
    /// What validation chose.
    pub(super) chosen: String,
    /// What forecasts under conditions need.
    pub(super) model: Predictor,
}

/// A fitted model.
pub(super) enum Predictor {
    /// Repeats the last value.
    LastValue,
    /// The regression of the headline's step.
    Ar(ArModel),
    /// One model per node, before its first value.
    EachNode(Vec<Univariate>),
}

/// Fits a closed-form model on a prepared problem.
///
/// # Errors
/// When the data do not allow it.
pub(super) fn fit(problem: &Problem, model: &ModelConfig) -> Result<Fitted, ExperimentError> {
    match model {
        ModelConfig::Persistence {} => Ok(persistence(problem)),
        ModelConfig::Ar(config) => ar(problem, config).ok_or_else(|| no_solution("ar")),
        model => fit_each_node(problem, model),
    }
}

/// A regression that no penalty of the config makes solvable.
pub(super) fn no_solution(id: &str) -> ExperimentError {
    ExperimentError(format!("{id} has no solution on these data; raise its ridge"))
}

/// Forecast of the headline's step under a condition, `[origins, N]` of the problem's own nodes; NaN for those removed.
///
/// Values are read from the disturbed windows, as every other model reads them.
pub(super) fn forecast_under(
    problem: &Problem,
    (config, model): (&ModelConfig, &Predictor),
    origins: &[usize],
    condition: Condition,
    seed: u32,
) -> Vec<f32> {
    let model = match model {
        Predictor::EachNode(models) => {
            return Disturbed { problem, origins, condition, seed }.forecast(config, models);
        }
        Predictor::LastValue => None,
        Predictor::Ar(model) => Some(model),
    };
    let host = problem.batch_under(config, origins, condition, seed);
    let nodes = problem.nodes_under(condition, seed);
    let n = problem.prepared.n_nodes();
    let mut out = vec![f32::NAN; origins.len() * n];
    for window in 0..origins.len() {
        for (row, node) in nodes.iter().enumerate().filter_map(|(row, node)| Some((row, (*node)?))) {
            let cell = |step: usize| ((window * host.n_steps + step) * host.n_nodes + row) * host.n_features;
            let value = |step: usize| problem.to_unit(host.inputs[cell(step) + host.target_feature], node);
            out[window * n + node] = model.map_or_else(
                || problem.to_unit(host.last[window * host.n_nodes + row], node),
                |model| {
                    let lags = model.coefficients.len() - 1;
                    let row: Vec<f32> = (host.n_steps - lags..host.n_steps).map(value).collect();
                    model.forecast(&row) as f32
                },
            );
        }
    }
    out
}

/// The last value again.
fn persistence(problem: &Problem) -> Fitted {
    let n = problem.prepared.n_nodes();
    let last = |origins: &[usize]| -> Vec<f32> {
        origins.iter().flat_map(|&origin| problem.prepared.last_value[origin * n..(origin + 1) * n].to_vec()).collect()
    };
    let split = &problem.prepared.split;
    let (test, validation) = (last(&split.test), last(&split.validation));
    let steps = problem.config.window.scored_steps().into_iter();
    let forecasts = steps.map(|step| StepForecast { step, test: test.clone(), validation: validation.clone() });
    Fitted {
        forecasts: forecasts.collect(),
        coefficients: Vec::new(),
        chosen: String::new(),
        model: Predictor::LastValue,
    }
}

/// Ridge on the lags of the target, fitted on training origins, one regression per scored step; the penalty with the
/// smallest validation error wins.
///
/// `None` if no penalty gives a solution.
fn ar(problem: &Problem, config: &ArConfig) -> Option<Fitted> {
    let lags = if config.lags == 0 { problem.config.window.input_steps } else { config.lags };
    let mut fitted =
        Fitted { forecasts: Vec::new(), coefficients: Vec::new(), chosen: String::new(), model: Predictor::LastValue };
    let steps = problem.config.window.scored_steps();
    for &step in &steps {
        let (ridge, model) = ar_step(problem, config, lags, step)?;
        let split = &problem.prepared.split;
        let [test, validation] =
            [&split.test, &split.validation].map(|origins| ar_forecast(problem, &model, origins, lags));
        fitted.forecasts.push(StepForecast { step, test, validation });
        fitted.coefficients.extend(&model.coefficients);
        if step == problem.config.window.score_step {
            fitted.model = Predictor::Ar(model);
        }
        let ahead = if steps.len() > 1 { format!(" at step {step}") } else { String::new() };
        let before = if fitted.chosen.is_empty() { format!("{lags} lags, ") } else { format!("{}, ", fitted.chosen) };
        fitted.chosen = format!("{before}ridge {ridge}{ahead}");
    }
    Some(fitted)
}

fn ar_step(problem: &Problem, config: &ArConfig, lags: usize, step: usize) -> Option<(f64, ArModel)> {
    let split = &problem.prepared.split;
    let mut equations = NormalEquations::new(lags);
    for (row, target) in observed_rows(problem, &split.training, lags, step) {
        equations.add(&row, f64::from(target));
    }
    let candidates = config.ridge.iter().filter_map(|&ridge| Some((ridge, equations.solve(ridge)?)));
    let error = |model: &ArModel| -> f64 {
        let rows = observed_rows(problem, &split.validation, lags, step);
        rows.map(|(row, target)| (model.forecast(&row) - f64::from(target)).powi(2)).sum()
    };
    let judged = candidates.map(|(ridge, model)| (error(&model), ridge, model));
    judged.min_by(|(a, ..), (b, ..)| a.total_cmp(b)).map(|(_, ridge, model)| (ridge, model))
}

fn ar_forecast(problem: &Problem, model: &ArModel, origins: &[usize], lags: usize) -> Vec<f32> {
    let n = problem.prepared.n_nodes();
    let cells = origins.iter().flat_map(|&origin| (0..n).map(move |node| (origin, node)));
    cells.map(|(origin, node)| model.forecast(&lag_row(problem, origin, node, lags)) as f32).collect()
}

fn observed_rows<'a>(
    problem: &'a Problem,
    origins: &'a [usize],
    lags: usize,
    ahead: usize,
) -> impl Iterator<Item = (Vec<f32>, f32)> + 'a {
    let n = problem.prepared.n_nodes();
    let cells = origins.iter().flat_map(move |&origin| (0..n).map(move |node| (origin, node)));
    cells.filter_map(move |(origin, node)| {
        let target = problem.prepared.target[(origin + ahead) * n + node];
        (!target.is_nan()).then(|| (lag_row(problem, origin, node, lags), target))
    })
}

/// Past targets, oldest first, with gaps filled causally.
fn lag_row(problem: &Problem, origin: usize, node: usize, lags: usize) -> Vec<f32> {
    let n = problem.prepared.n_nodes();
    (origin + 1 - lags..=origin).map(|bin| problem.prepared.last_value[bin * n + node]).collect()
}
