//! What the graph of a trained model looks like over the test part: its average, how alike the nodes become under it,
//! and some of its moments. One origin per step, so that a stop need not wait.

use crate::graph::{dirichlet_energy, mean_cosine, symmetrised};
use crate::models::{Batch, EdgeGraph, Encoding, Tsf, device};
use crate::report::{GraphMoment, LearnedGraph, Smoothing};
use crate::train::{Problem, Session};

/// Test origins over which a learned graph and the smoothing are averaged, at most.
const AVERAGED_ORIGINS: usize = 32;
/// Test origins whose graph is kept, at most.
const MOMENTS: usize = 12;
/// Edges of a kept graph, at most.
const MOMENT_EDGES: usize = 400;

/// Sums over the origins that have been visited.
#[derive(Debug)]
pub(super) struct GraphSurvey {
    origins: Vec<Visit>,
    next: usize,
    sums: GraphSums,
    smoothing: SmoothingSums,
    moments: Vec<GraphMoment>,
}

/// A test origin and what it is visited for.
#[derive(Debug, Clone, Copy)]
struct Visit {
    origin: usize,
    averaged: bool,
    moment: bool,
}

impl GraphSurvey {
    /// Evenly spaced origins of the test part.
    pub(super) fn new(test: &[usize]) -> Self {
        let step = |most: usize| test.len().div_ceil(most).max(1);
        let (averaged, moment) = (step(AVERAGED_ORIGINS), step(MOMENTS));
        let visit = |(idx, &origin): (usize, &usize)| Visit {
            origin,
            averaged: idx.is_multiple_of(averaged),
            moment: idx.is_multiple_of(moment),
        };
        let visits = test.iter().enumerate().map(visit);
        Self {
            origins: visits.filter(|visit| visit.averaged || visit.moment).collect(),
            next: 0,
            sums: GraphSums::default(),
            smoothing: SmoothingSums::default(),
            moments: Vec::new(),
        }
    }

    /// Visits one origin; false when all are done or the model has no graph.
    pub(super) fn step(&mut self, tsf: &Tsf, session: &Session) -> bool {
        let Some(&visit) = self.origins.get(self.next) else { return false };
        self.next += 1;
        let batch = session.batch(&[visit.origin], &device(session.backend()));
        let n_graphs = batch.host().graph_steps.len();
        // Only the last graph of a window stands in for a moment.
        let first = if visit.averaged { 0 } else { n_graphs.saturating_sub(1) };
        let graphs: Vec<EdgeGraph> = (first..n_graphs).filter_map(|graph| tsf.graph(&batch, graph)).collect();
        let Some(last) = graphs.last() else { return false };
        if visit.averaged {
            self.sums.add(&graphs);
            self.smoothing.add(&tsf.encodings(&batch), last, &batch);
        }
        if visit.moment {
            self.moments.push(moment(visit.origin, &last.mean_weights(), batch.host().n_nodes));
        }
        true
    }

    /// What was found; `None` for a model without a graph.
    pub(super) fn graph(&self, tsf: &Tsf, problem: &Problem) -> Option<LearnedGraph> {
        let sums = &self.sums;
        (sums.n_graphs > 0.0).then(|| LearnedGraph {
            nodes: problem.prepared.node_names.clone(),
            weights: sums.weights.iter().map(|sum| (sum / sums.n_graphs) as f32).collect(),
            lambda: tsf.lambda(),
            alpha: tsf.alpha(),
            kept_per_row: (sums.kept / sums.n_graphs / problem.prepared.n_nodes() as f64).round() as usize,
            overlap: (sums.compared > 0.0).then(|| sums.stayed / sums.compared),
            smoothing: self.smoothing.result(),
            moments: self.moments.clone(),
        })
    }
}

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
    /// Adds the graphs of one window, in the order of time.
    fn add(&mut self, graphs: &[EdgeGraph]) {
        let n_kept = |graph: &EdgeGraph| graph.kept.iter().copied().map(f64::from).sum::<f64>();
        for graph in graphs {
            let weights = graph.mean_weights();
            self.weights.resize(weights.len(), 0.0);
            self.weights.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += f64::from(weight));
            self.n_graphs += 1.0;
            self.kept += n_kept(graph);
        }
        for pair in graphs.windows(2) {
            let both = pair[0].kept.iter().zip(&pair[1].kept);
            self.stayed += both.map(|(a, b)| f64::from(a * b)).sum::<f64>();
            self.compared += n_kept(&pair[1]);
        }
    }
}

/// Cosine and energy per layer, over the origins.
#[derive(Debug, Default)]
struct SmoothingSums {
    layers: Vec<(f64, f64)>,
    n: f64,
}

impl SmoothingSums {
    /// The energy is taken per node, summed over the units of the encoding, on the undirected graph
    /// `(Ã + Ãᵀ) / 2` without loops, where `Ã = D⁻¹ (E + I)` is the graph in use, averaged over the heads. A lone node
    /// is not like any other.
    fn add(&mut self, encodings: &[Encoding], graph: &EdgeGraph, batch: &Batch) {
        let n = batch.host().n_nodes;
        if n < 2 {
            return;
        }
        let in_use = symmetrised(&graph.mean_in_use(), n);
        self.layers.resize(encodings.len(), (0.0, 0.0));
        for (sums, encoding) in self.layers.iter_mut().zip(encodings) {
            let unit = |unit: usize| -> Vec<f32> {
                encoding.values.iter().skip(unit).step_by(encoding.width).copied().collect()
            };
            let energies = (0..encoding.width).map(|idx| f64::from(dirichlet_energy(&in_use, &unit(idx))));
            sums.0 += mean_cosine(&encoding.values, encoding.width).unwrap_or(0.0);
            sums.1 += energies.sum::<f64>() / n as f64;
        }
        self.n += 1.0;
    }

    fn result(&self) -> Vec<Smoothing> {
        let mean = |(layer, &(cosine, energy)): (usize, &(f64, f64))| Smoothing {
            layer,
            cosine: cosine / self.n,
            energy: energy / self.n,
        };
        self.layers.iter().enumerate().map(mean).collect()
    }
}

/// The strongest edges of `[N, N]`, ties by receiver and sender; an edge that rounds to 0 is left out.
fn moment(bin: usize, weights: &[f32], n_nodes: usize) -> GraphMoment {
    let mut order: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] >= 0.0005).collect();
    order.sort_by(|&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
    let edge = |&at: &usize| {
        let weight = (f64::from(weights[at]) * 1000.0).round() / 1000.0;
        ((at / n_nodes) as u32, (at % n_nodes) as u32, weight as f32)
    };
    GraphMoment { bin, edges: order.iter().take(MOMENT_EDGES).map(edge).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_holds_the_strongest_edges_first_to_three_decimals() {
        let weights = [0.0, 0.12345, 0.5, 0.0, 0.0, 0.5, 0.0004, 0.9, 0.0];
        let found = moment(7, &weights, 3);
        assert_eq!(found.bin, 7);
        assert_eq!(found.edges, [(2, 1, 0.9), (0, 2, 0.5), (1, 2, 0.5), (0, 1, 0.123)]);
        let many = vec![0.5; 30 * 30];
        assert_eq!(moment(0, &many, 30).edges.len(), MOMENT_EDGES);
    }

    #[test]
    fn visits_are_evenly_spaced_and_few() {
        for n in [1, 5, 12, 13, 32, 33, 130, 1000] {
            let test: Vec<usize> = (100..100 + n).collect();
            let survey = GraphSurvey::new(&test);
            let count = |what: fn(&Visit) -> bool| survey.origins.iter().filter(|visit| what(visit)).count();
            let (averaged, moments) = (count(|visit| visit.averaged), count(|visit| visit.moment));
            assert!((1..=AVERAGED_ORIGINS).contains(&averaged), "{averaged} of {n}");
            assert!((1..=MOMENTS).contains(&moments), "{moments} of {n}");
        }
        assert!(GraphSurvey::new(&[]).origins.is_empty());
    }
}
