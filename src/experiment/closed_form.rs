//! Models without gradient steps: `persistence` and `ar`.

use crate::config::ArConfig;
use crate::models::{ArModel, NormalEquations};
use crate::train::Problem;

/// A closed-form forecast of the test part.
pub(super) struct Fitted {
    /// `[test origins, N]`, percent / 100.
    pub(super) forecast: Vec<f32>,
    /// The fitted numbers.
    pub(super) coefficients: Vec<f64>,
    /// What validation chose.
    pub(super) chosen: String,
}

/// The last value again.
pub(super) fn persistence(problem: &Problem) -> Fitted {
    let n = problem.prepared.n_nodes();
    let last = |origin: usize| problem.prepared.last_value[origin * n..(origin + 1) * n].to_vec();
    let forecast = problem.prepared.split.test.iter().flat_map(|&origin| last(origin)).collect();
    Fitted { forecast, coefficients: Vec::new(), chosen: String::new() }
}

/// Ridge on the lags of the target, fitted on training origins; the penalty with the smallest validation error wins.
///
/// `None` if no penalty gives a solution.
pub(super) fn ar(problem: &Problem, config: &ArConfig) -> Option<Fitted> {
    let lags = if config.lags == 0 { problem.config.window.input_steps } else { config.lags };
    let split = &problem.prepared.split;
    let mut equations = NormalEquations::new(lags);
    for (row, target) in observed_rows(problem, &split.training, lags) {
        equations.add(&row, f64::from(target));
    }
    let candidates = config.ridge.iter().filter_map(|&ridge| Some((ridge, equations.solve(ridge)?)));
    let error = |model: &ArModel| -> f64 {
        let rows = observed_rows(problem, &split.validation, lags);
        rows.map(|(row, target)| (model.forecast(&row) - f64::from(target)).powi(2)).sum()
    };
    let (ridge, model) = candidates
        .map(|(ridge, model)| (error(&model), ridge, model))
        .min_by(|(a, ..), (b, ..)| a.total_cmp(b))
        .map(|(_, ridge, model)| (ridge, model))?;
    let n = problem.prepared.n_nodes();
    let cells = split.test.iter().flat_map(|&origin| (0..n).map(move |node| (origin, node)));
    let forecast = cells.map(|(origin, node)| model.forecast(&lag_row(problem, origin, node, lags)) as f32).collect();
    Some(Fitted { forecast, coefficients: model.coefficients, chosen: format!("{lags} lags, ridge {ridge}") })
}

fn observed_rows<'a>(
    problem: &'a Problem,
    origins: &'a [usize],
    lags: usize,
) -> impl Iterator<Item = (Vec<f32>, f32)> + 'a {
    let n = problem.prepared.n_nodes();
    let ahead = problem.config.window.score_step;
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
