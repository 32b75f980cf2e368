//! The conditions of a robustness study (MODELS.md A.10b), and the error of a trained model under each.

use super::board::Board;
use crate::report::ConditionError;
use crate::train::{Condition, Problem};

/// Seed of all disturbances, so that every model and every training meets the same ones.
const SEED: u32 = 0;

/// Noise, gaps, lost edges, lost and new nodes, each weaker one first.
pub(super) const CONDITIONS: [Condition; 11] = [
    Condition::Noise(0.5),
    Condition::Noise(1.0),
    Condition::Noise(2.0),
    Condition::Missing(0.1),
    Condition::Missing(0.3),
    Condition::MissingBlocks(0.1),
    Condition::MissingBlocks(0.3),
    Condition::Edges(0.1),
    Condition::Edges(0.5),
    Condition::NodesRemoved(5),
    Condition::NodesAdded(5),
];

/// Makes forecasts of the test part under one condition after the other, some origins at a time.
#[derive(Debug, Default)]
pub(super) struct Trial {
    /// Finished and unfinished forecasts, `[test origins, N]`.
    forecasts: Vec<Vec<f32>>,
}

impl Trial {
    /// Does up to `n_windows` windows; false when all conditions are done. `forecast` gives `[origins, N]`.
    pub(super) fn step(
        &mut self,
        problem: &Problem,
        n_windows: usize,
        forecast: impl Fn(&[usize], Condition, u32) -> Vec<f32>,
    ) -> bool {
        let (test, n) = (&problem.prepared.split.test, problem.prepared.n_nodes());
        if self.forecasts.last().is_none_or(|last| last.len() == test.len() * n) {
            if self.forecasts.len() == CONDITIONS.len() {
                return false;
            }
            self.forecasts.push(Vec::new());
        }
        let condition = CONDITIONS[self.forecasts.len() - 1];
        if let Some(present) = self.forecasts.last_mut() {
            let start = present.len() / n;
            let end = (start + n_windows.max(1)).min(test.len());
            present.extend(forecast(&test[start..end], condition, SEED));
        }
        true
    }

    /// Errors under all conditions; each kind begins with level 0, the plain forecast of the same nodes.
    pub(super) fn errors(&self, board: &Board, plain: &[f32]) -> Vec<ConditionError> {
        let mut out: Vec<ConditionError> = Vec::new();
        for (condition, forecast) in CONDITIONS.iter().zip(&self.forecasts) {
            let rmse = |forecast: &[f32]| board.score(forecast).map(|metrics| metrics.rmse);
            let error = |level: f64, rmse| ConditionError { kind: condition.kind().to_owned(), level, rmse };
            if out.last().is_none_or(|last| last.kind != condition.kind()) {
                let same_nodes = plain.iter().zip(forecast).map(|(&plain, under)| plain + 0.0 * under);
                out.push(error(0.0, rmse(&same_nodes.collect::<Vec<f32>>())));
            }
            out.push(error(condition.level(), rmse(forecast)));
        }
        out
    }
}
