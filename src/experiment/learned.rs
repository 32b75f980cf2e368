//! One learned part: training, then the forecast of the test part in pieces, then the graph it learned.

use std::rc::Rc;

use crate::config::ModelConfig;
use crate::models::{Network, Tsf};
use crate::report::LearnedGraph;
use crate::train::{Problem, Session, Unit};

/// Test origins over which a learned graph is averaged, at most.
const GRAPH_ORIGINS: usize = 32;

/// A training in progress, and the forecast after it.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) session: Session,
    problem: Rc<Problem>,
    best: Option<Network>,
    pub(super) forecast: Vec<f32>,
}

impl Learned {
    pub(super) fn new(problem: Rc<Problem>, model: &ModelConfig, seed: u32) -> Option<Self> {
        let session = Session::new(problem.clone(), model, seed)?;
        Some(Self { session, problem, best: None, forecast: Vec::new() })
    }

    /// Trains or forecasts a few windows; `None` when the forecast is complete.
    pub(super) fn step(&mut self) -> Option<Unit> {
        if self.session.ended().is_none() {
            return Some(self.session.step());
        }
        let best = self.best.get_or_insert_with(|| self.session.best_network());
        let n = self.problem.prepared.n_nodes();
        let start = self.forecast.len() / n;
        let origins = &self.problem.prepared.split.test;
        if start == origins.len() {
            return None;
        }
        let end = (start + 2 * self.session.windows_per_step()).min(origins.len());
        self.forecast.extend(self.session.forecast(best, &origins[start..end]));
        Some(Unit::Windows(1.0))
    }

    /// The graph in use, averaged over test origins; `None` for models without one.
    pub(super) fn graph(&self) -> Option<LearnedGraph> {
        let Some(Network::Tsf(tsf)) = &self.best else { return None };
        Some(average_graph(tsf, &self.session, &self.problem))
    }
}

/// Sums over the graphs of the test origins.
#[derive(Debug, Default)]
struct GraphSums {
    weights: Vec<f64>,
    n_graphs: f64,
    kept: f64,
    /// Edges kept in a graph and in the one before it, and all edges of graphs that have one before them.
    stayed: f64,
    compared: f64,
}

impl GraphSums {
    fn add(&mut self, weights: &[f32], kept: &[f32], before: Option<&[f32]>) {
        self.weights.resize(weights.len(), 0.0);
        self.weights.iter_mut().zip(weights).for_each(|(sum, &weight)| *sum += f64::from(weight));
        let n_kept: f64 = kept.iter().copied().map(f64::from).sum();
        self.n_graphs += 1.0;
        self.kept += n_kept;
        if let Some(before) = before {
            self.stayed += before.iter().zip(kept).map(|(a, b)| f64::from(a * b)).sum::<f64>();
            self.compared += n_kept;
        }
    }
}

fn average_graph(tsf: &Tsf, session: &Session, problem: &Problem) -> LearnedGraph {
    let test = &problem.prepared.split.test;
    let device = crate::models::device(session.backend());
    let mut sums = GraphSums::default();
    for &origin in test.iter().step_by(test.len().div_ceil(GRAPH_ORIGINS).max(1)) {
        let batch = session.batch(&[origin], &device);
        let mut before: Option<Vec<f32>> = None;
        for graph in 0..batch.host().graph_steps.len() {
            let edges = tsf.graph(&batch, graph);
            let weights = edges.weights.mean_dim(1).into_data().try_to_vec::<f32>().expect("weights are f32");
            sums.add(&weights, &edges.kept, before.as_deref());
            before = Some(edges.kept);
        }
    }
    LearnedGraph {
        nodes: problem.prepared.node_names.clone(),
        weights: sums.weights.iter().map(|sum| (sum / sums.n_graphs) as f32).collect(),
        lambda: tsf.lambda(),
        alpha: tsf.alpha(),
        kept_per_row: (sums.kept / sums.n_graphs / problem.prepared.n_nodes() as f64).round() as usize,
        overlap: (sums.compared > 0.0).then(|| sums.stayed / sums.compared),
        smoothing: Vec::new(),
        moments: Vec::new(),
    }
}
