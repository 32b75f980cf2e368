//! Models of one node's series at a time: `seasonal_naive`, `moving_average`, `ets`, `arma`, `mstl` (MODELS.md A.9).
//!
//! Each is fitted once on the training part and then told one value after the other. The values are those that all
//! models read, with gaps filled causally; what was filled counts in no error.

use super::ExperimentError;
use super::closed_form::{Fitted, Predictor};
use super::part::StepForecast;
use crate::config::{ArmaConfig, ModelConfig, MstlConfig};
use crate::models::{Ets, MovingAverage, Mstl, SeasonalNaive, Univariate, ets_candidates, fit_arma, last_seasons};
use crate::train::{Condition, Problem};

/// `phi` of the smoothing behind `mstl`, the default of `ets`.
const REST_DAMPING: f64 = 0.9;

/// Fits one model per node and forecasts test and validation.
///
/// # Errors
/// When the training part is too short for the model.
pub(super) fn fit_each_node(problem: &Problem, config: &ModelConfig) -> Result<Fitted, ExperimentError> {
    let nodes = 0..problem.prepared.n_nodes();
    let models: Vec<Univariate> = match config {
        ModelConfig::SeasonalNaive(naive) => {
            let season = season_bins(naive.season_secs, problem.prepared.grid_secs);
            if 2 * season > n_training_bins(problem) {
                return Err(too_short(problem, config.id(), season));
            }
            nodes.map(|_| Univariate::SeasonalNaive(SeasonalNaive::new(season))).collect()
        }
        ModelConfig::MovingAverage(mean) => {
            let candidates: Vec<Univariate> =
                mean.windows.iter().map(|&window| Univariate::MovingAverage(MovingAverage::new(window))).collect();
            let of_all = |model: &Univariate| nodes.clone().map(|node| validation_error(problem, model, node)).sum();
            let best = smallest(candidates, of_all)?;
            nodes.map(|_| best.clone()).collect()
        }
        ModelConfig::Ets(ets) => {
            let candidates = || ets_candidates(ets.damping).into_iter().map(Univariate::Ets);
            let best = |node: usize| smallest(candidates(), |model| validation_error(problem, model, node));
            nodes.map(best).collect::<Result<_, _>>()?
        }
        ModelConfig::Arma(arma) => nodes.map(|node| arma_of(problem, arma, node)).collect::<Result<_, _>>()?,
        ModelConfig::Mstl(mstl) => mstl_of_all(problem, mstl)?,
        other => return Err(ExperimentError(format!("{} is not a model of one node's series", other.id()))),
    };
    Ok(Fitted {
        forecasts: forecasts(problem, &models),
        coefficients: models.iter().flat_map(Univariate::coefficients).collect(),
        chosen: describe(&models, problem, config),
        model: Predictor::EachNode(models),
    })
}

/// Bins of a season; at least 1.
pub(super) fn season_bins(season_secs: usize, grid_secs: u32) -> usize {
    let grid_secs = (grid_secs as usize).max(1);
    ((season_secs + grid_secs / 2) / grid_secs).max(1)
}

/// The candidate with the smallest error, the first one among equals.
fn smallest(
    candidates: impl IntoIterator<Item = Univariate>,
    error: impl Fn(&Univariate) -> f64,
) -> Result<Univariate, ExperimentError> {
    let judged = candidates.into_iter().map(|model| (error(&model), model));
    let best = judged.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, model)| model);
    best.ok_or_else(|| ExperimentError("There is no model to choose from".to_owned()))
}

/// Sum of squared errors over the node's observed validation targets, at the headline's step; 0 without any.
fn validation_error(problem: &Problem, model: &Univariate, node: usize) -> f64 {
    let (n, step) = (problem.prepared.n_nodes(), problem.config.window.score_step);
    let origins = &problem.prepared.split.validation;
    let mut sum = 0.0;
    walk(problem, model, node, origins, |origin, model| {
        let target = problem.prepared.target[(origin + step) * n + node];
        if !target.is_nan() {
            sum += (model.forecast(step) - f64::from(target)).powi(2);
        }
    });
    sum
}

/// Tells a model the values up to each origin (ascending) in turn.
fn walk(
    problem: &Problem,
    model: &Univariate,
    node: usize,
    origins: &[usize],
    mut at_origin: impl FnMut(usize, &Univariate),
) {
    let mut model = model.clone();
    let mut next_bin = 0;
    for &origin in origins {
        (next_bin..=origin).for_each(|bin| model.push(value(problem, bin, node)));
        next_bin = origin + 1;
        at_origin(origin, &model);
    }
}

fn value(problem: &Problem, bin: usize, node: usize) -> f64 {
    f64::from(problem.prepared.last_value[bin * problem.prepared.n_nodes() + node])
}

fn n_training_bins(problem: &Problem) -> usize {
    problem.prepared.split.parts.first().map_or(0, |part| part.end_bin)
}

fn training_series(problem: &Problem, node: usize) -> Vec<f64> {
    (0..n_training_bins(problem)).map(|bin| value(problem, bin, node)).collect()
}

fn arma_of(problem: &Problem, config: &ArmaConfig, node: usize) -> Result<Univariate, ExperimentError> {
    let series = training_series(problem, node);
    let target = |bin: usize| problem.prepared.target[bin * problem.prepared.n_nodes() + node];
    let observed: Vec<bool> = (0..series.len()).map(|bin| !target(bin).is_nan()).collect();
    let fit = fit_arma(&series, &observed, (config.max_ar, config.max_ma));
    let name = &problem.prepared.node_names[node];
    let too_few = || format!("arma has too few observed values of {name} in the training part; choose a longer trace");
    fit.map(|fit| Univariate::Arma(fit.model)).ok_or_else(|| ExperimentError(too_few()))
}

/// Seasons fitted on the training part; the smoothing of the rest is chosen per node on validation.
fn mstl_of_all(problem: &Problem, config: &MstlConfig) -> Result<Vec<Univariate>, ExperimentError> {
    let lengths = season_lengths(problem, config)?;
    let of_node = |node: usize| {
        let seasons = last_seasons(&training_series(problem, node), &lengths);
        let seasons = seasons.ok_or_else(|| too_short(problem, "mstl", lengths[0]))?;
        let with = |rest: Ets| Univariate::Mstl(Mstl::new(seasons.clone(), rest));
        let candidates = ets_candidates(REST_DAMPING).into_iter().map(with);
        smallest(candidates, |model| validation_error(problem, model, node))
    };
    (0..problem.prepared.n_nodes()).map(of_node).collect()
}

/// Lengths that the training part holds twice, ascending, at least 2 bins each.
fn season_lengths(problem: &Problem, config: &MstlConfig) -> Result<Vec<usize>, ExperimentError> {
    let bins = |&secs: &usize| season_bins(secs, problem.prepared.grid_secs).max(2);
    let mut all: Vec<usize> = config.season_secs.iter().map(bins).collect();
    all.dedup();
    let usable: Vec<usize> = all.iter().copied().filter(|length| 2 * length <= n_training_bins(problem)).collect();
    match (usable.is_empty(), all.first()) {
        (true, Some(&shortest)) => Err(too_short(problem, "mstl", shortest)),
        _ => Ok(usable),
    }
}

fn too_short(problem: &Problem, id: &str, season: usize) -> ExperimentError {
    let n = n_training_bins(problem);
    ExperimentError(format!(
        "{id} needs two seasons of {season} bins in the training part, which has {n} bins; choose a longer trace or a \
         shorter season"
    ))
}

fn forecasts(problem: &Problem, models: &[Univariate]) -> Vec<StepForecast> {
    let (split, n) = (&problem.prepared.split, models.len());
    let steps = problem.config.window.scored_steps();
    let of_part = |origins: &[usize]| -> Vec<Vec<f32>> {
        let mut out = vec![vec![0.0; origins.len() * n]; steps.len()];
        for (node, model) in models.iter().enumerate() {
            let mut row = 0;
            walk(problem, model, node, origins, |_, model| {
                for (out, &step) in out.iter_mut().zip(&steps) {
                    out[row * n + node] = model.forecast(step) as f32;
                }
                row += 1;
            });
        }
        out
    };
    let parts = of_part(&split.test).into_iter().zip(of_part(&split.validation));
    let step = |(&step, (test, validation))| StepForecast { step, test, validation };
    steps.iter().zip(parts).map(step).collect()
}

/// Where a model of one node's series stands in the windows of a condition.
pub(super) struct Disturbed<'a> {
    pub(super) problem: &'a Problem,
    pub(super) origins: &'a [usize],
    /// What happens to the windows.
    pub(super) condition: Condition,
    /// Of the condition.
    pub(super) seed: u32,
}

impl Disturbed<'_> {
    /// Forecasts of the headline's step `[origins, N]`; NaN for nodes that were removed.
    ///
    /// What lies before the window is told as it was, what lies in it as the condition left it.
    pub(super) fn forecast(&self, config: &ModelConfig, models: &[Univariate]) -> Vec<f32> {
        let problem = self.problem;
        let host = problem.batch_under(config, self.origins, self.condition, self.seed);
        let (n, step) = (models.len(), problem.config.window.score_step);
        let mut out = vec![f32::NAN; self.origins.len() * n];
        let nodes = problem.nodes_under(self.condition, self.seed);
        for (row, node) in nodes.iter().enumerate().filter_map(|(row, node)| Some((row, (*node)?))) {
            let (mut before, mut next_bin) = (models[node].clone(), 0);
            for (window, &origin) in self.origins.iter().enumerate() {
                let first = origin + 1 - host.n_steps;
                (next_bin..first).for_each(|bin| before.push(value(problem, bin, node)));
                next_bin = first;
                let mut model = before.clone();
                for step in 0..host.n_steps {
                    let cell = ((window * host.n_steps + step) * host.n_nodes + row) * host.n_features;
                    model.push(f64::from(problem.to_unit(host.inputs[cell + host.target_feature], node)));
                }
                out[window * n + node] = model.forecast(step) as f32;
            }
        }
        out
    }
}

/// What was chosen, over all nodes.
fn describe(models: &[Univariate], problem: &Problem, config: &ModelConfig) -> String {
    let grid_secs = problem.prepared.grid_secs;
    match (config, models.first()) {
        (ModelConfig::SeasonalNaive(naive), _) => {
            format!("season of {} bins", season_bins(naive.season_secs, grid_secs))
        }
        (_, Some(Univariate::MovingAverage(mean))) => format!("mean of the last {}", mean.window()),
        (_, Some(Univariate::Ets(_))) => smoothing(models.iter().filter_map(|model| match model {
            Univariate::Ets(ets) => Some(ets),
            _ => None,
        })),
        (_, Some(Univariate::Arma(_))) => orders(models),
        (_, Some(Univariate::Mstl(first))) => {
            let lengths: Vec<String> = first.lengths().map(|length| length.to_string()).collect();
            let rests = models.iter().filter_map(|model| match model {
                Univariate::Mstl(mstl) => Some(mstl.rest()),
                _ => None,
            });
            format!("seasons of {} bins, {}", lengths.join(" and "), smoothing(rests))
        }
        _ => String::new(),
    }
}

fn smoothing<'a>(models: impl Iterator<Item = &'a Ets>) -> String {
    let all: Vec<&Ets> = models.collect();
    let n_damped = all.iter().filter(|ets| ets.has_trend()).count();
    let mut alphas: Vec<f64> = all.iter().map(|ets| ets.alpha()).collect();
    alphas.sort_unstable_by(f64::total_cmp);
    format!("median α {}, damped trend for {n_damped} of {}", alphas[alphas.len() / 2], all.len())
}

/// The three most frequent orders.
fn orders(models: &[Univariate]) -> String {
    let mut counts: Vec<((usize, usize), usize)> = Vec::new();
    for model in models {
        let Univariate::Arma(arma) = model else { continue };
        match counts.iter_mut().find(|(orders, _)| *orders == arma.orders()) {
            Some((_, count)) => *count += 1,
            None => counts.push((arma.orders(), 1)),
        }
    }
    counts.sort_unstable_by(|(a, n_a), (b, n_b)| n_b.cmp(n_a).then(a.cmp(b)));
    let text = |((p, q), count): &((usize, usize), usize)| format!("ARMA({p},{q}) {count}");
    format!("{} of {}", counts.iter().take(3).map(text).collect::<Vec<_>>().join(", "), models.len())
}
