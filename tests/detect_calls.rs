//! Setup B against its definition (MODELS.md B.11): call durations weigh edges between types, and the adjacency is normalised
//! anew in every snapshot. Here with all entries of the matrix, in 64 bits.

use loadstone::config::{Backend, Detector, HostFeature, NetworkConfig};
use loadstone::models::{
    CallShape, DetectNetwork, DetectShape, Dropout, HostCalls, HostSequences, SequenceBatch, device, flatten, load,
};
use loadstone::snapshot::{FeatureLayout, Hierarchy, features};
use loadstone::stream::Stream;

const MEMBERS: [(usize, usize); 5] = [(0, 0), (0, 1), (1, 1), (2, 0), (2, 1)];
/// Callers and callees; two directions between 0 and 1.
const CALLS: [(u32, u32); 4] = [(0, 1), (0, 2), (1, 0), (1, 2)];
const H: usize = 4;
/// `θ₁` and `θ₀`.
const WEIGHING: [f32; 2] = [0.7, -0.3];

fn shape(n_slices: usize) -> DetectShape {
    DetectShape {
        hierarchy: Hierarchy { n_types: 3, n_hosts: 2, members: MEMBERS.to_vec(), n_slices },
        layout: FeatureLayout { host: HostFeature::Mean, typed: true, mask: false },
        sequence: 1,
        calls: CallShape { edges: CALLS.to_vec(), n_patterns: 0, on_graph: true },
    }
}

/// `D^-½ (A + I) D^-½` of one snapshot, `[n, n]`.
fn dense(hierarchy: &Hierarchy, durations: &[f32]) -> Vec<f64> {
    let n = hierarchy.n_nodes();
    let mut adjacency = vec![0.0; n * n];
    let mut join = |a: usize, b: usize, weight: f64| {
        adjacency[a * n + b] += weight;
        adjacency[b * n + a] += weight;
    };
    hierarchy.edges().into_iter().for_each(|edge| join(edge.from, edge.to, 1.0));
    for (&(caller, callee), &duration) in CALLS.iter().zip(durations).filter(|(_, duration)| !duration.is_nan()) {
        let [slope, offset] = WEIGHING.map(f64::from);
        let directions = if CALLS.contains(&(callee, caller)) { 2.0 } else { 1.0 };
        join(caller as usize, callee as usize, (slope * f64::from(duration) + offset).exp().ln_1p() / directions);
    }
    (0..n).for_each(|i| adjacency[i * n + i] = 1.0);
    let degree = |i: usize| adjacency[i * n..(i + 1) * n].iter().sum::<f64>();
    let degrees: Vec<f64> = (0..n).map(degree).collect();
    (0..n * n).map(|at| adjacency[at] / (degrees[at / n] * degrees[at % n]).sqrt()).collect()
}

/// `[a, b] × [b, c]`.
fn product(left: &[f64], right: &[f64], b: usize) -> Vec<f64> {
    let c = right.len() / b;
    let cell = |at: usize| (0..b).map(|k| left[at / c * b + k] * right[k * c + at % c]).sum();
    (0..left.len() / b * c).map(cell).collect()
}

/// `ReLU(Â … ReLU(Â X W¹ + b¹) …)`, then mean and maximum over the nodes.
fn pooled(adjacency: &[f64], x: Vec<f64>, widths: [usize; 4], mut weights: &[f32]) -> Vec<f64> {
    let n = x.len() / widths[0];
    let mut hidden = x;
    for pair in widths.windows(2) {
        let (weight, rest) = weights.split_at(pair[0] * pair[1]);
        let (bias, rest) = rest.split_at(pair[1]);
        weights = rest;
        let weight: Vec<f64> = weight.iter().map(|&weight| weight.into()).collect();
        let sums = product(&product(adjacency, &hidden, n), &weight, pair[0]);
        let relu = |(at, sum): (usize, f64)| (sum + f64::from(bias[at % pair[1]])).max(0.0);
        hidden = sums.into_iter().enumerate().map(relu).collect();
    }
    let column = |of: usize| hidden.iter().skip(of).step_by(H).copied();
    let means = (0..H).map(|of| column(of).sum::<f64>() / n as f64);
    means.chain((0..H).map(|of| column(of).fold(f64::NEG_INFINITY, f64::max))).collect()
}

#[test]
fn networks_on_calls_agree_with_the_dense_product() {
    for (detector, with_slices) in [(Detector::Integrated, true), (Detector::Static, false)] {
        for backend in [Backend::Flex, Backend::Ndarray] {
            let device = device(backend);
            let shape = shape(2);
            let settings = NetworkConfig { hidden: H, units: 3, ..NetworkConfig::default() };
            let network = DetectNetwork::init(detector, &settings, &shape, 3, &device).expect("it is built");
            let widths = [shape.layout.width(), H, H, H];
            let n_layers = widths.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum::<usize>();
            let mut weights = flatten(&network);
            // Behind the layers; at first slope 0 and offset ln(e − 1).
            assert!(weights[n_layers] == 0.0 && (weights[n_layers + 1] - 0.541_325).abs() < 1e-6);
            weights[n_layers..n_layers + 2].copy_from_slice(&WEIGHING);
            let network = load(network, &weights);
            let rng = &mut Stream::Data.rng(5, "dense calls");
            for snapshot in 0..4 {
                let values: Vec<f32> = (0..MEMBERS.len() * 2).map(|_| rng.uniform(-1.0, 2.0)).collect();
                let duration = |at: usize| if (at + snapshot) % 4 == 3 { f32::NAN } else { rng.uniform(-2.0, 3.0) };
                let durations: Vec<f32> = (0..CALLS.len()).map(duration).collect();
                let host = HostSequences {
                    values: values.clone(),
                    missing: vec![false; MEMBERS.len()],
                    index: vec![0],
                    target: vec![1.0],
                    weight: vec![1.0],
                    instance_target: Vec::new(),
                    calls: HostCalls { durations: durations.clone(), ..HostCalls::default() },
                };
                let readout = network.readout(&SequenceBatch::new(host, &device), &mut Dropout { rng: None });
                let found = readout.and_then(|readout| readout.pooled).expect("a pooled vector");
                let found = found.into_data().try_to_vec::<f32>().expect("f32");
                let mut x = features(&shape.hierarchy, &values, &[false; 5], shape.layout);
                let graph = Hierarchy { n_slices: if with_slices { 2 } else { 0 }, ..shape.hierarchy.clone() };
                x.truncate(graph.n_nodes() * widths[0]);
                let x = x.into_iter().map(f64::from).collect();
                let wanted = pooled(&dense(&graph, &durations), x, widths, &weights);
                let close = found.iter().zip(&wanted).all(|(a, b)| (f64::from(*a) - b).abs() < 1e-5);
                assert!(close && found.len() == 2 * H, "{}, {backend:?}: {found:?}, not {wanted:?}", detector.id());
            }
        }
    }
}
