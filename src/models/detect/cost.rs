//! Multiply-adds of a forward pass; used to cut work into steps short enough for a prompt stop.

use super::batch::DetectShape;
use crate::config::{Detector, NetworkConfig};

/// Those of encoding one snapshot, and of reading one sequence. An estimate: it never changes a result but for rounding.
pub(super) fn cost(detector: Detector, network: &NetworkConfig, shape: &DetectShape) -> [usize; 2] {
    let (n_instances, n_slices, features) = (shape.n_instances(), shape.n_slices(), shape.layout.width());
    let n_shared = shape.hierarchy.first_instance();
    let n_calls = shape.calls.edges.len();
    let n_steps = shape.sequence * n_slices;
    let encode = |n_slices: usize, hidden: usize| {
        let n_nodes = n_shared + n_instances * (1 + n_slices);
        let linear = n_nodes * hidden * (2 * hidden + features);
        let structured = 2 * hidden * n_instances * ((1 + n_slices) * (1 + n_slices) + 2 * n_shared);
        // Activations, masks and pooling are bound by memory.
        linear + structured + 60 * n_nodes * hidden
    };
    let lstm = |steps: usize, input: usize, units: usize| steps * 4 * units * (input + units + 40);
    let gru = |steps: usize, input: usize| steps * 3 * 32 * (input + 32 + 40);
    let (hidden, units) = (network.hidden, network.units);
    match detector {
        Detector::LstmOnly => [0, lstm(n_steps, n_instances, units)],
        Detector::Sgc => [shape.hierarchy.n_nodes() * 60, lstm(shape.sequence, 2 * features, units)],
        Detector::Gcn25 => [0, encode(n_steps, hidden)],
        Detector::SepParallel => [0, 2 * encode(0, hidden) + lstm(n_steps, n_instances, units)],
        Detector::Static => [encode(0, hidden), lstm(shape.sequence, 2 * hidden, units)],
        Detector::LstmAe => [0, lstm(n_steps, n_instances, 32) + lstm(n_steps, 32, n_instances)],
        Detector::GruPred => [0, n_instances * gru(shape.sequence, n_slices)],
        Detector::StaticPred => [encode(0, 32), n_instances * gru(shape.sequence, 32)],
        Detector::Gdn => [0, n_instances * (64 * (n_instances + 300) + 60 * n_instances)],
        Detector::Usad => [0, 6 * (shape.sequence * n_instances).pow(2)],
        Detector::GgnnSvdd => [shape.hierarchy.n_nodes() * 3 * (2 * 32 * 32 + gru(1, 32)), 1000],
        Detector::TegGgnnSvdd => [n_calls * 3 * (3 * 32 * (32 + n_calls) + gru(1, 32)), 1000],
        Detector::RpcStgcn => [0, n_calls * shape.sequence * 16 * (150 + n_calls)],
        _ => [encode(n_slices, hidden), lstm(shape.sequence, 2 * hidden, units)],
    }
}
