//! The single door from host arrays to tensors.

use burn::tensor::{Device, Tensor, TensorData};

/// Windows as plain arrays, row-major.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostBatch {
    /// `B`.
    pub n_windows: usize,
    /// `T`.
    pub n_steps: usize,
    /// `N`.
    pub n_nodes: usize,
    /// `F`.
    pub n_features: usize,
    /// `P`.
    pub n_outputs: usize,
    /// Which of the `F` features is the target itself, in the scale of the model.
    pub target_feature: usize,
    /// Model input, `[B, T, N, F]`, finite.
    pub inputs: Vec<f32>,
    /// Last known target in the scale of the model, `[B, N]`.
    pub last: Vec<f32>,
    /// Targets in the scale of the model, `[B, N, P]`; 0 where missing.
    pub target: Vec<f32>,
    /// 1 where the target was observed, else 0, `[B, N, P]`.
    pub weight: Vec<f32>,
    /// Steps of the window at which a graph begins, ascending, the first 0; empty for models without a graph.
    pub graph_steps: Vec<usize>,
    /// Correlation at each graph step, `[graph steps][B, N, N]`.
    pub correlation: Vec<Vec<f32>>,
    /// Records at each graph step, the same shape; empty if the data hold none.
    pub records: Vec<Vec<f32>>,
    /// What edge attention reads at each graph step, `[graph steps][B, N, F]`; empty: that step of the window.
    pub graph_inputs: Vec<Vec<f32>>,
    /// 0 where an edge is lost, else 1, `[graph steps][B, N, N]`; empty: none is.
    pub edges_left: Vec<Vec<f32>>,
    /// The last `T` bins at further strides, `[strides][B, T, N, F]`; empty for models that read one stride.
    pub strided: Vec<Vec<f32>>,
    /// Bin of each window's last step, `[B]`; keys what is drawn anew at each moment.
    pub origins: Vec<usize>,
}

impl HostBatch {
    /// Number of observed targets.
    pub fn n_observed(&self) -> usize {
        self.weight.iter().filter(|&&weight| weight > 0.0).count()
    }

    /// A number for the bin at which a graph of a window begins, the same in whichever batch the window is: `T − 1`
    /// more than the bin. Windows without an origin are numbered.
    pub fn moment(&self, window: usize, graph: usize) -> usize {
        self.origins.get(window).copied().unwrap_or(window) + self.graph_steps.get(graph).copied().unwrap_or(0)
    }
}

/// Windows on a device.
#[derive(Debug, Clone)]
pub struct Batch {
    host: HostBatch,
    device: Device,
}

impl Batch {
    /// Binds windows to a device.
    pub fn new(host: HostBatch, device: &Device) -> Self {
        Self { host, device: device.clone() }
    }

    /// The arrays.
    pub fn host(&self) -> &HostBatch {
        &self.host
    }

    /// The device that tensors are made on.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Input of one step, `[B·N, F]`.
    pub fn step(&self, step: usize) -> Tensor<2> {
        self.rows(self.gather(&self.host.inputs, step, 1))
    }

    /// One step at the further stride with this index, `[B·N, F]`.
    pub fn strided_step(&self, stride: usize, step: usize) -> Tensor<2> {
        self.rows(self.gather(&self.host.strided[stride], step, 1))
    }

    /// What edge attention reads for the graph with this index, `[B·N, F]`.
    pub fn graph_input(&self, graph: usize) -> Tensor<2> {
        match self.host.graph_inputs.get(graph) {
            Some(inputs) => self.rows(inputs.clone()),
            None => self.step(self.host.graph_steps[graph]),
        }
    }

    fn rows(&self, values: Vec<f32>) -> Tensor<2> {
        tensor(values, [self.host.n_windows * self.host.n_nodes, self.host.n_features], &self.device)
    }

    /// Inputs of `len` steps from `start`, `[B, N, len, F]`.
    pub fn block(&self, start: usize, len: usize) -> Tensor<4> {
        let host = &self.host;
        tensor(
            self.gather(&host.inputs, start, len),
            [host.n_windows, host.n_nodes, len, host.n_features],
            &self.device,
        )
    }

    /// Each node's window as a sequence, `[B·N, T, F]`.
    pub fn sequences(&self) -> Tensor<3> {
        let host = &self.host;
        let rows = host.n_windows * host.n_nodes;
        tensor(self.gather(&host.inputs, 0, host.n_steps), [rows, host.n_steps, host.n_features], &self.device)
    }

    /// Each node's own target over the window, in the scale of the model, `[B·N, T]`.
    pub fn target_lags(&self) -> Tensor<2> {
        let host = &self.host;
        let features = self.gather(&host.inputs, 0, host.n_steps); // [B, N, T, F]
        let lags = features.into_iter().skip(host.target_feature).step_by(host.n_features).collect();
        tensor(lags, [host.n_windows * host.n_nodes, host.n_steps], &self.device)
    }

    /// `[B, N, len, F]` of `[B, T, N, F]`.
    fn gather(&self, inputs: &[f32], start: usize, len: usize) -> Vec<f32> {
        let host = &self.host;
        let (n, f) = (host.n_nodes, host.n_features);
        let mut out = Vec::with_capacity(host.n_windows * n * len * f);
        for window in 0..host.n_windows {
            for node in 0..n {
                for step in start..start + len {
                    let at = ((window * host.n_steps + step) * n + node) * f;
                    out.extend_from_slice(&inputs[at..at + f]);
                }
            }
        }
        out
    }

    /// Correlation of the graph with this index, `[B, 1, N, N]`.
    pub fn correlation(&self, graph: usize) -> Tensor<4> {
        self.square(self.host.correlation[graph].clone())
    }

    /// Records of the graph with this index, `[B, 1, N, N]`, if the data hold any.
    pub fn records(&self, graph: usize) -> Option<Tensor<4>> {
        self.host.records.get(graph).map(|records| self.square(records.clone()))
    }

    /// A `[B, N, N]` array as `[B, 1, N, N]`.
    pub fn square(&self, values: Vec<f32>) -> Tensor<4> {
        let host = &self.host;
        tensor(values, [host.n_windows, 1, host.n_nodes, host.n_nodes], &self.device)
    }

    /// Last known target, `[B, N, 1]`.
    pub fn last(&self) -> Tensor<3> {
        tensor(self.host.last.clone(), [self.host.n_windows, self.host.n_nodes, 1], &self.device)
    }

    /// Sum of squared errors of a forecast `[B, N, P]` over the observed targets, in the scale of the model.
    pub fn squared_error(&self, forecast: Tensor<3>) -> Tensor<1> {
        let host = &self.host;
        let shape = [host.n_windows, host.n_nodes, host.n_outputs];
        let target = tensor(host.target.clone(), shape, &self.device);
        let weight = tensor(host.weight.clone(), shape, &self.device);
        ((forecast - target) * weight).square().sum()
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Backend;

    #[test]
    fn a_block_of_one_step_is_that_step() {
        let inputs: Vec<f32> = (0..2 * 3 * 4 * 5).map(|value| value as f32).collect();
        let host = HostBatch { n_windows: 2, n_steps: 3, n_nodes: 4, n_features: 5, inputs, ..HostBatch::default() };
        let batch = Batch::new(host, &crate::models::device(Backend::Flex));
        let step = batch.step(1).into_data();
        let block = batch.block(1, 1).into_data();
        assert_eq!(step.as_slice::<f32>().ok(), block.as_slice::<f32>().ok());
        // Window 1, node 0, step 1 begins at ((1·3 + 1)·4 + 0)·5 = 80.
        assert_eq!(step.as_slice::<f32>().expect("floats")[20], 80.0);
    }
}
