//! Errors by load, prediction intervals and conditions, over the seeds of a model.

use super::assemble::spread_of;
use super::board::Board;
use super::part::{PartResult, StepForecast};
use crate::report::{ConditionResult, DecileResult, IntervalResult};

pub(super) fn by_decile(_board: &Board, _forecasts: &[&[f32]]) -> Vec<DecileResult> {
    Vec::new()
}

pub(super) fn interval(_board: &Board, _forecasts: &[&StepForecast]) -> Option<IntervalResult> {
    None
}

/// Conditions of a robustness study, mean over seeds.
pub(super) fn conditions(parts: &[&PartResult]) -> Vec<ConditionResult> {
    let Some(first) = parts.first() else { return Vec::new() };
    let condition = |idx: usize| ConditionResult {
        kind: first.conditions[idx].kind.clone(),
        level: first.conditions[idx].level,
        rmse: spread_of(parts.iter().map(|part| part.conditions.get(idx).and_then(|error| error.rmse))),
    };
    (0..first.conditions.len()).map(condition).collect()
}
