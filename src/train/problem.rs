//! A prepared data set as a learning problem: windows in, batches out.

use std::rc::Rc;

use crate::config::{Checked, GraphControl, ModelConfig};
use crate::graph::ChannelGraphs;
use crate::models::{FURTHER_STRIDES, HostBatch, Network, Shape};
use crate::prepare::Prepared;
use crate::stream::Stream;

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

    /// The windows that end at these origins, as a model reads them.
    pub fn batch_for(&self, model: &ModelConfig, origins: &[usize]) -> HostBatch {
        let graph_steps = Network::graph_steps(model, self.config.window.input_steps);
        let mut host = match model {
            ModelConfig::Tsf(tsf) if tsf.control == GraphControl::TimeShuffled => {
                self.with_shuffled_graphs(origins, &graph_steps)
            }
            model if model.reads_mean_graph() => self.with_mean_graph(origins, &graph_steps),
            _ => self.batch(origins, &graph_steps),
        };
        if let ModelConfig::Tsf(tsf) = model {
            if tsf.control == GraphControl::StaticMean {
                host.graph_inputs = vec![self.training_mean_inputs().repeat(origins.len()); graph_steps.len()];
            }
            if tsf.multi_scale {
                host.strided = FURTHER_STRIDES.iter().map(|&stride| self.strided(origins, stride)).collect();
            }
        }
        host
    }

    /// The windows that end at these origins.
    ///
    /// `graph_steps` are the steps of a window at which a graph begins; each graph knows nothing after its step.
    pub fn batch(&self, origins: &[usize], graph_steps: &[usize]) -> HostBatch {
        self.with_channels_of(origins, graph_steps, &|bin| bin)
    }

    /// The windows without any graph.
    fn windows(&self, origins: &[usize]) -> HostBatch {
        let shape = self.shape();
        let (target, weight) = self.targets(origins);
        HostBatch {
            n_windows: origins.len(),
            n_steps: shape.n_steps,
            n_nodes: shape.n_nodes,
            n_features: shape.n_features,
            n_outputs: shape.n_outputs,
            target_feature: self.prepared.target_feature,
            inputs: self.strided(origins, 1),
            last: origins.iter().flat_map(|&t| (0..shape.n_nodes).map(move |node| self.last(t, node))).collect(),
            target,
            weight,
            origins: origins.to_vec(),
            ..HostBatch::default()
        }
    }

    /// Inputs of the last `T` bins that lie `stride` apart, `[B, T, N, F]`, the last one being the origin.
    ///
    /// A bin before the data begin is the first bin. So every origin has a window at every stride, all models are
    /// scored on the same points, and no window knows more than its origin; it may reach into an earlier part, as the
    /// trailing correlation does.
    fn strided(&self, origins: &[usize], stride: usize) -> Vec<f32> {
        let steps = self.config.window.input_steps;
        let bins = origins.iter().flat_map(|&t| (0..steps).rev().map(move |back| (t, t.saturating_sub(stride * back))));
        if !self.config.window.relative {
            return bins.flat_map(|(_, bin)| self.prepared.inputs_at(bin)).copied().collect();
        }
        let n_metrics = self.n_metrics();
        let relative = move |(origin, bin): (usize, usize)| {
            let cells = self.prepared.inputs_at(bin).iter().zip(self.prepared.inputs_at(origin)).enumerate();
            let is_metric = move |cell: usize| cell % self.prepared.n_features() < n_metrics;
            cells.map(move |(cell, (&value, &last))| if is_metric(cell) { value - last } else { value })
        };
        bins.flat_map(relative).collect()
    }

    /// Metrics among the features: all but the mask and the clock.
    pub(super) fn n_metrics(&self) -> usize {
        self.prepared.scaler.scales.len() / self.prepared.n_nodes().max(1)
    }

    /// Bin of each window's step.
    fn bins_at<'a>(&self, origins: &'a [usize], step: usize) -> impl Iterator<Item = usize> + 'a {
        let steps = self.config.window.input_steps;
        origins.iter().map(move |&origin| origin + 1 - steps + step)
    }

    /// The windows with the channels of the bins that `source` names for their own.
    fn with_channels_of(&self, origins: &[usize], graph_steps: &[usize], source: &dyn Fn(usize) -> usize) -> HostBatch {
        let bins = |step: usize| self.bins_at(origins, step).map(source);
        let square = |step: usize, of: &dyn Fn(&ChannelGraphs, usize) -> Option<Vec<f32>>| -> Option<Vec<f32>> {
            let graphs = self.graphs.as_ref()?;
            bins(step).map(|bin| of(graphs, bin)).collect::<Option<Vec<_>>>().map(|parts| parts.concat())
        };
        let correlation = |&step: &usize| square(step, &|graphs, bin| Some(graphs.correlation_at(bin).to_vec()));
        let records = |&step: &usize| square(step, &|graphs, bin| graphs.records_at(bin).map(<[f32]>::to_vec));
        HostBatch {
            graph_steps: graph_steps.to_vec(),
            correlation: graph_steps.iter().filter_map(correlation).collect(),
            records: graph_steps.iter().filter_map(records).collect(),
            ..self.windows(origins)
        }
    }

    /// The windows with the channels and the attention's input of other moments.
    fn with_shuffled_graphs(&self, origins: &[usize], graph_steps: &[usize]) -> HostBatch {
        let inputs = |&step: &usize| {
            let bins = self.bins_at(origins, step).map(|bin| self.other_bin(bin));
            bins.flat_map(|bin| self.prepared.inputs_at(bin)).copied().collect()
        };
        HostBatch {
            graph_inputs: graph_steps.iter().map(inputs).collect(),
            ..self.with_channels_of(origins, graph_steps, &|bin| self.other_bin(bin))
        }
    }

    /// The bin whose graph stands in for that of a bin: drawn once per bin from the training part, and never a later
    /// one, so that no graph knows more than its moment. The first bin has no other.
    fn other_bin(&self, bin: usize) -> usize {
        match bin.min(self.n_training_bins()) {
            0 => bin,
            n => Stream::Split.rng(0, &format!("time-shuffled graph {bin}")).below(n),
        }
    }

    /// The windows with one graph for all time, that of the training part's means.
    fn with_mean_graph(&self, origins: &[usize], graph_steps: &[usize]) -> HostBatch {
        let mean = self.graphs.as_ref().and_then(|graphs| graphs.training_mean());
        let everywhere = |values: &Vec<f32>| vec![values.repeat(origins.len()); graph_steps.len()];
        let records = mean.and_then(|mean| mean.records.as_ref());
        HostBatch {
            graph_steps: graph_steps.to_vec(),
            correlation: mean.map_or_else(Vec::new, |mean| everywhere(&mean.correlation)),
            records: records.map_or_else(Vec::new, everywhere),
            ..self.windows(origins)
        }
    }

    /// Each node's mean input over the training part, `[N, F]`.
    fn training_mean_inputs(&self) -> Vec<f32> {
        let n_bins = self.n_training_bins();
        let mut sums = vec![0.0_f64; self.prepared.n_nodes() * self.prepared.n_features()];
        for bin in 0..n_bins {
            sums.iter_mut().zip(self.prepared.inputs_at(bin)).for_each(|(sum, &value)| *sum += f64::from(value));
        }
        sums.iter().map(|sum| (sum / n_bins.max(1) as f64) as f32).collect()
    }

    fn n_training_bins(&self) -> usize {
        self.prepared.split.parts.first().map_or(0, |part| part.end_bin)
    }

    /// Index of the feature that is predicted.
    pub fn target_feature(&self) -> usize {
        let wanted = self.config.window.target.as_deref().unwrap_or("cpu");
        self.prepared.feature_names.iter().position(|name| name == wanted).unwrap_or(0)
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
