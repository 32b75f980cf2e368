//! A prepared data set as a learning problem: windows in, batches out.

use std::rc::Rc;

use crate::config::Checked;
use crate::graph::ChannelGraphs;
use crate::models::{HostBatch, Shape};
use crate::prepare::Prepared;

/// Prepared series, graphs and settings of one run.
#[derive(Debug)]
pub struct Problem {
    /// Cleaned and scaled series, split into origins.
    pub prepared: Rc<Prepared>,
    /// Causal graphs of the kept nodes; absent if no model of the run uses one.
    pub graphs: Option<Rc<ChannelGraphs>>,
    /// What was asked.
    pub config: Checked,
}

impl Problem {
    /// Sizes that the networks need.
    pub fn shape(&self) -> Shape {
        Shape {
            n_nodes: self.prepared.n_nodes(),
            n_steps: self.config.window.input_steps,
            n_features: self.prepared.n_features(),
            n_outputs: self.config.window.output_steps,
            has_records: self.graphs.as_ref().is_some_and(|graphs| graphs.records_at(0).is_some()),
        }
    }

    /// The windows that end at these origins.
    ///
    /// `graph_steps` are the steps of a window at which a graph begins; each graph knows nothing after its step.
    pub fn batch(&self, origins: &[usize], graph_steps: &[usize]) -> HostBatch {
        let shape = self.shape();
        let (n, f) = (shape.n_nodes, shape.n_features);
        let first_bin = |origin: usize| origin + 1 - shape.n_steps;
        let inputs = origins
            .iter()
            .flat_map(|&origin| self.prepared.inputs[first_bin(origin) * n * f..(origin + 1) * n * f].iter().copied());
        let (target, weight) = self.targets(origins);
        let graph_bins = |step: usize| origins.iter().map(move |&origin| first_bin(origin) + step);
        let square = |step: usize, of: &dyn Fn(&ChannelGraphs, usize) -> Option<Vec<f32>>| -> Option<Vec<f32>> {
            let graphs = self.graphs.as_ref()?;
            graph_bins(step).map(|bin| of(graphs, bin)).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
        };
        let correlation = |&step: &usize| square(step, &|graphs, bin| Some(graphs.correlation_at(bin).to_vec()));
        let records = |&step: &usize| square(step, &|graphs, bin| graphs.records_at(bin).map(<[f32]>::to_vec));
        HostBatch {
            n_windows: origins.len(),
            n_steps: shape.n_steps,
            n_nodes: n,
            n_features: f,
            n_outputs: shape.n_outputs,
            target_feature: self.prepared.target_feature,
            inputs: inputs.collect(),
            last: origins.iter().flat_map(|&origin| (0..n).map(move |node| self.last(origin, node))).collect(),
            target,
            weight,
            graph_steps: graph_steps.to_vec(),
            correlation: graph_steps.iter().filter_map(correlation).collect(),
            records: graph_steps.iter().filter_map(records).collect(),
        }
    }

    /// Targets and their weights, `[B, N, P]`, in the scale of the model.
    fn targets(&self, origins: &[usize]) -> (Vec<f32>, Vec<f32>) {
        let n = self.prepared.n_nodes();
        let steps = self.config.window.output_steps;
        let cells = origins
            .iter()
            .flat_map(|&origin| (0..n).flat_map(move |node| (1..=steps).map(move |step| (origin + step, node))));
        let value = |(bin, node): (usize, usize)| match self.prepared.target[bin * n + node] {
            missing if missing.is_nan() => (0.0, 0.0),
            unit => (self.to_model(unit, node), 1.0),
        };
        cells.map(value).unzip()
    }

    /// Last known target at an origin, in the scale of the model.
    fn last(&self, origin: usize, node: usize) -> f32 {
        self.to_model(self.prepared.last_value[origin * self.prepared.n_nodes() + node], node)
    }

    fn to_model(&self, unit: f32, node: usize) -> f32 {
        self.prepared.target_scale[node].apply(unit)
    }

    /// From the scale of the model to percent / 100.
    pub fn to_unit(&self, model: f32, node: usize) -> f32 {
        self.prepared.target_scale[node].invert(model)
    }
}
