//! `gbm-lite`: boosted trees of depth 3 on sorted features (MODELS.md B.13).

use super::Scores;
use super::features::{N_SORTED, Training, sorted};
use super::logistic::{log_odds, logistic};
use super::trees::{Binned, Tree};
use crate::detect::Fold;

const MAX_TREES: usize = 100;
const LEARNING_RATE: f64 = 0.1;
/// Trees without a better validation before boosting stops.
const PATIENCE: usize = 10;

/// Log odds before the first tree, and the trees.
#[derive(Debug, Clone)]
struct Boosted {
    start: f64,
    trees: Vec<Tree>,
}

/// Rows with labels and the logits so far.
struct Part {
    rows: Vec<f32>,
    labels: Vec<bool>,
    logits: Vec<f64>,
}

impl Part {
    fn add(&mut self, tree: &Tree, width: usize) {
        for (logit, row) in self.logits.iter_mut().zip(self.rows.chunks_exact(width)) {
            *logit += LEARNING_RATE * tree.value(row);
        }
    }

    /// Mean cross-entropy.
    fn loss(&self) -> f64 {
        let of = |(&logit, &label): (&f64, &bool)| {
            logit.max(0.0) + (-logit.abs()).exp().ln_1p() - if label { logit } else { 0.0 }
        };
        self.logits.iter().zip(&self.labels).map(of).sum::<f64>() / self.labels.len().max(1) as f64
    }
}

impl Boosted {
    /// Boosts until the loss on validation has not fallen for [`PATIENCE`] trees, and keeps the trees of the best one;
    /// without validation windows all of them.
    fn fit(fold: &Fold, training: Training, width: usize) -> Self {
        let n = training.labels.len();
        let n_faulty = training.labels.iter().filter(|&&label| label).count() as f64;
        let start = log_odds(n_faulty, n as f64 - n_faulty);
        let binned = Binned::fit(&training.rows, width);
        let mut train = Part { rows: training.rows, labels: training.labels, logits: vec![start; n] };
        let mut validation = Part {
            rows: fold.validation.iter().flat_map(|&window| sorted(fold, window)).collect(),
            labels: fold.validation.iter().map(|window| window.label).collect(),
            logits: vec![start; fold.validation.len()],
        };
        let mut trees: Vec<Tree> = Vec::new();
        let (mut best_loss, mut n_best) = (validation.loss(), 0);
        while trees.len() < MAX_TREES && (trees.len() < n_best + PATIENCE || validation.labels.is_empty()) {
            let probabilities: Vec<f64> = train.logits.iter().map(|&logit| logistic(logit)).collect();
            let residual = |(p, &label): (&f64, &bool)| p - f64::from(u8::from(label));
            let gradients: Vec<f64> = probabilities.iter().zip(&train.labels).map(residual).collect();
            let hessians: Vec<f64> = probabilities.iter().map(|p| p * (1.0 - p)).collect();
            let tree = Tree::grow(&binned, &gradients, &hessians);
            train.add(&tree, width);
            validation.add(&tree, width);
            trees.push(tree);
            if validation.labels.is_empty() || validation.loss() < best_loss {
                (best_loss, n_best) = (validation.loss(), trees.len());
            }
        }
        trees.truncate(n_best);
        Self { start, trees }
    }

    fn probability(&self, row: &[f32]) -> f64 {
        logistic(self.start + self.trees.iter().map(|tree| LEARNING_RATE * tree.value(row)).sum::<f64>())
    }
}

/// Probabilities of a fault.
pub(super) fn gbm_lite(fold: &Fold) -> Scores {
    let fitted = Boosted::fit(fold, Training::sorted(fold), N_SORTED * fold.n_instances());
    let n_params = 1 + fitted.trees.iter().map(Tree::n_params).sum::<usize>();
    let scores = Scores::of(fold, |window| fitted.probability(&sorted(fold, window)) as f32);
    Scores { n_params, chosen: format!("{} trees", fitted.trees.len()), is_probability: true, ..scores }
}
