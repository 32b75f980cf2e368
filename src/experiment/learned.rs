//! One learned part: training, then the forecast of the test part in pieces, then the graph it learned.

use std::rc::Rc;

use super::part::{PartResult, StepForecast};
use crate::config::ModelConfig;
use crate::models::{Network, Tsf};
use crate::report::{LearnedGraph, StopReason};
use crate::train::{Problem, Session, Unit};

/// Test origins over which a learned graph is averaged, at most.
const GRAPH_ORIGINS: usize = 32;

/// A training in progress, and the forecasts after it.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) session: Session,
    problem: Rc<Problem>,
    best: Option<Network>,
    /// One entry per scored step.
    forecasts: Vec<StepForecast>,
    n_forecast: usize,
}

impl Learned {
    pub(super) fn new(problem: Rc<Problem>, model: &ModelConfig, seed: u32) -> Option<Self> {
        let session = Session::new(problem.clone(), model, seed)?;
        let steps = problem.config.window.scored_steps().into_iter();
        let forecasts = steps.map(|step| StepForecast { step, test: Vec::new(), validation: Vec::new() }).collect();
        Some(Self { session, problem, best: None, forecasts, n_forecast: 0 })
    }

    /// Trains or forecasts a few windows; `None` when the forecasts are complete.
    pub(super) fn step(&mut self) -> Option<Unit> {
        if self.session.ended().is_none() {
            return Some(self.session.step());
        }
        let best = self.best.get_or_insert_with(|| self.session.best_network());
        let split = &self.problem.prepared.split;
        let start = self.n_forecast;
        let is_test = start < split.test.len();
        let origins = if is_test { &split.test[start..] } else { &split.validation[start - split.test.len()..] };
        if origins.is_empty() {
            return None;
        }
        let origins = &origins[..origins.len().min(2 * self.session.windows_per_step())];
        for (forecast, values) in self.forecasts.iter_mut().zip(self.session.forecast(best, origins)) {
            if is_test { &mut forecast.test } else { &mut forecast.validation }.extend(values);
        }
        self.n_forecast += origins.len();
        Some(Unit::Windows(1.0))
    }

    /// Ends training now; false if nothing was learned yet.
    pub(super) fn stop(&mut self) -> bool {
        self.session.stop();
        self.session.best_epoch() > 0
    }

    /// Whether training is over and forecasts are being made.
    pub(super) fn is_forecasting(&self) -> bool {
        self.session.ended().is_some()
    }

    /// Origins that were forecast.
    pub(super) fn n_forecast(&self) -> usize {
        self.n_forecast
    }

    /// Finished epochs.
    pub(super) fn epochs_done(&self) -> usize {
        self.session.epochs_done()
    }

    /// All that the report needs.
    pub(super) fn finish(self, seed: u32) -> PartResult {
        let session = &self.session;
        let weights: Vec<u8> = session.best_weights().iter().flat_map(|weight| weight.to_le_bytes()).collect();
        PartResult {
            seed,
            learned: true,
            n_params: session.n_params(),
            backend: format!("{:?}", session.backend()).to_lowercase(),
            curve: session.curve().to_vec(),
            pretraining: session.pretraining().to_vec(),
            mixing: Vec::new(),
            best_epoch: session.best_epoch(),
            stop: session.ended().unwrap_or(StopReason::Planned),
            weights_sha256: crate::digest::sha256_hex(&weights),
            chosen: String::new(),
            graph: self.graph(),
            forecasts: self.forecasts,
            conditions: Vec::new(),
            secs: 0.0,
            forecast_millis: None,
        }
    }

    /// The graph in use, averaged over test origins; `None` for models without one.
    fn graph(&self) -> Option<LearnedGraph> {
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
