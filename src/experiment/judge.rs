//! Errors by load, prediction intervals and conditions, over the seeds of a model.

use super::board::{Board, StepBoard};
use super::part::{PartResult, StepForecast};
use crate::evaluate::{AbsoluteErrors, ErrorSums, decile_results, deciles, spread};
use crate::report::{ConditionResult, DecileResult, IntervalResult};

/// Coverage that is asked of the prediction intervals.
const LEVEL: f64 = 0.9;

/// Errors by tenth of the test truths.
pub(super) fn by_decile(board: &Board, forecasts: &[&[f32]]) -> Vec<DecileResult> {
    let board = board.main();
    let truths: Vec<f64> = board.truth.iter().filter(|truth| !truth.is_nan()).map(|&truth| f64::from(truth)).collect();
    let tenths = deciles(&truths);
    let sums = |forecast: &&[f32]| crate::evaluate::by_decile(board.points(forecast).flatten(), &tenths);
    let seeds: Vec<Vec<ErrorSums>> = forecasts.iter().map(sums).collect();
    decile_results(&tenths, &seeds)
}

/// Conformal interval of each seed, from its own validation errors.
pub(super) fn interval(board: &Board, forecasts: &[&StepForecast]) -> Option<IntervalResult> {
    let board = board.main();
    let errors = |forecast: &&StepForecast| AbsoluteErrors {
        validation: board.validation_errors(&forecast.validation),
        test: absolute_errors(board, &forecast.test),
    };
    let seeds: Vec<AbsoluteErrors> = forecasts.iter().map(errors).collect();
    crate::evaluate::interval(LEVEL, &seeds)
}

fn absolute_errors(board: &StepBoard, forecast: &[f32]) -> Vec<f64> {
    board.points(forecast).flatten().map(|point| (point.forecast - point.truth).abs()).collect()
}

/// Conditions of a robustness study, mean over seeds.
pub(super) fn conditions(parts: &[&PartResult]) -> Vec<ConditionResult> {
    let Some(first) = parts.first() else { return Vec::new() };
    let condition = |idx: usize| ConditionResult {
        kind: first.conditions[idx].kind.clone(),
        level: first.conditions[idx].level,
        rmse: spread(parts.iter().map(|part| part.conditions.get(idx).and_then(|error| error.rmse))),
    };
    (0..first.conditions.len()).map(condition).collect()
}
