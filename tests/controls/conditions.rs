//! Disturbed windows.

use loadstone::config::{GraphControl, ModelConfig};
use loadstone::models::{HostBatch, Network, device};
use loadstone::train::{Condition, Problem, Session};

use super::{N_METRICS, N_NODES, STEPS, bits, data, gru, multi_scale, problem, tsf};

const NONE: [Condition; 6] = [
    Condition::Noise(0.0),
    Condition::Missing(0.0),
    Condition::MissingBlocks(0.0),
    Condition::Edges(0.0),
    Condition::NodesRemoved(0),
    Condition::NodesAdded(0),
];

fn models() -> [ModelConfig; 5] {
    let of = |control| tsf(control);
    [gru(), multi_scale(), of(GraphControl::Learned), of(GraphControl::TimeShuffled), of(GraphControl::None)]
}

fn under(problem: &Problem, model: &ModelConfig, condition: Condition) -> HostBatch {
    problem.batch_under(model, &problem.prepared.split.test, condition, 1)
}

#[test]
fn level_0_is_the_plain_batch_bit_by_bit() {
    let problem = problem(&data(2));
    for model in models() {
        let plain = problem.batch_for(&model, &problem.prepared.split.test);
        for condition in NONE {
            let found = under(&problem, &model, condition);
            assert_eq!(found, plain, "{condition:?}");
            assert_eq!(bits(&found.inputs), bits(&plain.inputs));
        }
    }
}

#[test]
fn the_last_value_of_a_plain_window_is_its_last_input() {
    let problem = problem(&data(2));
    let host = under(&problem, &gru(), Condition::Noise(0.0));
    let rows = host.inputs.chunks(N_NODES * host.n_features).skip(STEPS - 1).step_by(STEPS);
    let target = problem.target_feature();
    let last: Vec<f32> = rows.flat_map(|row| row.chunks(host.n_features).map(|node| node[target])).collect();
    assert_eq!(last, host.last);
}

#[test]
fn noise_has_its_size_and_spares_mask_and_target() {
    let problem = problem(&data(2));
    let (plain, noisy) =
        (under(&problem, &gru(), Condition::Noise(0.0)), under(&problem, &gru(), Condition::Noise(0.5)));
    let cells = plain.inputs.iter().zip(&noisy.inputs).enumerate();
    let (mask, metrics): (Vec<_>, Vec<_>) = cells.partition(|(idx, _)| idx % plain.n_features == N_METRICS);
    assert!(mask.iter().all(|(_, (a, b))| a == b));
    let variance = metrics.iter().map(|(_, (a, b))| (*a - *b).powi(2)).sum::<f32>() / metrics.len() as f32;
    assert!((variance.sqrt() - 0.5).abs() < 0.03, "{}", variance.sqrt());
    assert_eq!((&noisy.target, &noisy.weight), (&plain.target, &plain.weight));
    assert_ne!(noisy.last, plain.last);
}

#[test]
fn every_model_sees_the_same_disturbed_window_in_any_batch() {
    let problem = problem(&data(2));
    let test = &problem.prepared.split.test;
    for condition in [Condition::Noise(1.0), Condition::Missing(0.3), Condition::MissingBlocks(0.3)] {
        let of_gru = under(&problem, &gru(), condition);
        for model in models() {
            let found = under(&problem, &model, condition);
            assert_eq!((&found.inputs, &found.last), (&of_gru.inputs, &of_gru.last), "{condition:?} {model:?}");
        }
        let alone = problem.batch_under(&gru(), &test[3..4], condition, 1);
        let per_window = alone.inputs.len();
        assert_eq!(alone.inputs, of_gru.inputs[3 * per_window..4 * per_window]);
        assert_ne!(problem.batch_under(&gru(), test, condition, 2).inputs, of_gru.inputs, "another seed");
    }
}

/// Entries of the target's feature that the mask calls missing although the plain mask does not.
fn gone(plain: &HostBatch, host: &HostBatch) -> Vec<bool> {
    let masks =
        |host: &HostBatch| host.inputs.iter().skip(N_METRICS).step_by(host.n_features).copied().collect::<Vec<_>>();
    masks(plain).iter().zip(masks(host)).map(|(before, now)| *before > now).collect()
}

#[test]
fn missing_values_are_carried_forward_inside_the_window_else_0() {
    let problem = problem(&data(2));
    let plain = under(&problem, &gru(), Condition::Missing(0.0));
    for condition in [Condition::Missing(0.3), Condition::MissingBlocks(0.3)] {
        let host = under(&problem, &gru(), condition);
        let gone = gone(&plain, &host);
        let share = gone.iter().filter(|&&gone| gone).count() as f64 / gone.len() as f64;
        assert!((0.22..0.36).contains(&share), "{condition:?}: {share}");
        let target = problem.target_feature();
        for (at, _) in gone.iter().enumerate().filter(|(_, gone)| **gone) {
            let step = at / N_NODES % STEPS;
            let value = |at: usize| host.inputs[at * host.n_features + target];
            assert_eq!(value(at), if step == 0 { 0.0 } else { value(at - N_NODES) }, "{condition:?} at {at}");
        }
    }
}

#[test]
fn gaps_are_longer_than_single_losses() {
    let problem = problem(&data(2));
    let plain = under(&problem, &gru(), Condition::Missing(0.0));
    let pairs = |condition| {
        let gone = gone(&plain, &under(&problem, &gru(), condition));
        (N_NODES..gone.len())
            .filter(|&at| !(at / N_NODES).is_multiple_of(STEPS) && gone[at] && gone[at - N_NODES])
            .count()
    };
    assert!(pairs(Condition::MissingBlocks(0.3)) > 2 * pairs(Condition::Missing(0.3)));
}

#[test]
fn lost_edges_have_no_channel_and_no_weight() {
    let problem = problem(&data(2));
    for control in [GraphControl::Learned, GraphControl::Random, GraphControl::Rewired, GraphControl::Permuted] {
        let model = tsf(control);
        let [plain, fewer] = [0.0, 0.5].map(|share| under(&problem, &model, Condition::Edges(share)));
        assert_eq!(plain.inputs, fewer.inputs);
        let n_left: f32 = fewer.edges_left.iter().flatten().sum();
        let n_pairs = fewer.edges_left.iter().map(Vec::len).sum::<usize>() as f32;
        assert!((n_left / n_pairs - 0.5).abs() < 0.03, "{n_left} of {n_pairs}");
        for (graph, left) in fewer.edges_left.iter().enumerate() {
            let lost = left.iter().zip(&fewer.correlation[graph]).zip(&fewer.records[graph]);
            assert!(lost.filter(|((left, _), _)| **left == 0.0).all(|((_, a), b)| *a == 0.0 && *b == 0.0));
        }
        let device = device(loadstone::config::Backend::Flex);
        let Some(Network::Tsf(tsf)) = Network::init(&model, problem.shape(), 1, &device) else { panic!("tsf") };
        let kept = |host: &HostBatch| -> f32 {
            let batch = loadstone::models::Batch::new(host.clone(), &device);
            (0..host.graph_steps.len())
                .map(|graph| tsf.graph(&batch, graph).expect("a graph").kept.iter().sum::<f32>())
                .sum()
        };
        let share = kept(&fewer) / kept(&plain);
        assert!((0.4..0.68).contains(&share), "{control:?}: {share} of the edges are left");
        if control == GraphControl::Learned {
            let edges = tsf.graph(&loadstone::models::Batch::new(fewer.clone(), &device), 0).expect("a graph");
            let n = N_NODES * N_NODES;
            for (window, weights) in edges.mean_weights().chunks(n).enumerate() {
                let left = &fewer.edges_left[0][window * n..(window + 1) * n];
                assert!(weights.iter().zip(left).all(|(weight, left)| *left > 0.0 || *weight == 0.0));
            }
        }
    }
}

#[test]
fn removed_nodes_leave_no_row_and_no_column() {
    let problem = problem(&data(2));
    for model in models() {
        let condition = Condition::NodesRemoved(2);
        let (plain, host) = (under(&problem, &model, Condition::NodesRemoved(0)), under(&problem, &model, condition));
        let nodes: Vec<usize> = problem.nodes_under(condition, 1).into_iter().flatten().collect();
        assert_eq!((nodes.len(), host.n_nodes), (N_NODES - 2, N_NODES - 2));
        assert!(nodes.is_sorted());
        let f = host.n_features;
        for (row, values) in host.inputs.chunks(f).enumerate() {
            let (cell, node) = (row / nodes.len(), nodes[row % nodes.len()]);
            assert_eq!(values, &plain.inputs[(cell * N_NODES + node) * f..][..f]);
        }
        for (plain, graphs) in plain.correlation.iter().zip(&host.correlation) {
            let m = nodes.len();
            for (at, weight) in graphs.iter().enumerate() {
                let (window, i, j) = (at / (m * m), nodes[at / m % m], nodes[at % m]);
                assert_eq!(*weight, plain[(window * N_NODES + i) * N_NODES + j]);
            }
        }
        assert_eq!(host.target.len(), host.n_windows * host.n_nodes * host.n_outputs);
        assert_eq!(under(&problem, &model, Condition::NodesRemoved(99)).n_nodes, 1, "one is left");
    }
}

#[test]
fn added_nodes_are_scaled_copies_that_are_not_scored() {
    let problem = problem(&data(2));
    for model in models() {
        let (plain, host) =
            (under(&problem, &model, Condition::NodesAdded(0)), under(&problem, &model, Condition::NodesAdded(3)));
        assert_eq!(host.n_nodes, N_NODES + 3);
        assert_eq!(problem.nodes_under(Condition::NodesAdded(3), 1)[N_NODES..], [None; 3]);
        let f = host.n_features;
        for (row, values) in host.inputs.chunks(host.n_nodes * f).enumerate() {
            assert_eq!(values[..N_NODES * f], plain.inputs[row * N_NODES * f..(row + 1) * N_NODES * f]);
        }
        let scored = host.weight.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        assert!(scored.clone().all(|(at, _)| at / host.n_outputs % host.n_nodes < N_NODES));
        assert_eq!(scored.count(), plain.n_observed());
        for (graph, weights) in host.correlation.iter().enumerate() {
            for window in 0..host.n_windows {
                let at = |i: usize, j: usize| weights[(window * host.n_nodes + i) * host.n_nodes + j];
                let own = |i: usize, j: usize| plain.correlation[graph][(window * N_NODES + i) * N_NODES + j];
                assert!((0..N_NODES).all(|i| (0..N_NODES).all(|j| at(i, j) == own(i, j))));
                assert!((0..host.n_nodes).all(|i| at(i, i) == 0.0));
                assert!((N_NODES..host.n_nodes).all(|copy| (0..N_NODES).filter(|&j| at(copy, j) == 1.0).count() <= 1));
            }
        }
        assert_eq!(under(&problem, &model, Condition::NodesAdded(99)).n_nodes, 2 * N_NODES, "each is copied once");
    }
}

#[test]
fn forecasts_under_conditions_have_the_shape_of_plain_ones() {
    let problem = std::rc::Rc::new(problem(&data(2)));
    let test = problem.prepared.split.test.clone();
    for model in models() {
        let session = Session::new(problem.clone(), &model, 1).expect("a learned model");
        let network = session.best_network();
        let plain = session.forecast(&network, &test).concat();
        let of = |condition| problem.forecast_under((&network, &model), &test, condition, 1);
        for condition in NONE {
            assert_eq!(bits(&of(condition)), bits(&plain), "{condition:?}");
        }
        let conditions =
            [Condition::Noise(1.0), Condition::Missing(0.3), Condition::MissingBlocks(0.3), Condition::Edges(0.5)];
        for condition in conditions.into_iter().chain([Condition::NodesAdded(3)]) {
            let found = of(condition);
            assert_eq!(found.len(), plain.len());
            assert!(found.iter().all(|value| value.is_finite()), "{condition:?} {model:?}");
        }
        let removed = of(Condition::NodesRemoved(2));
        let kept = problem.nodes_under(Condition::NodesRemoved(2), 1);
        let is_kept = |at: usize| kept.contains(&Some(at % N_NODES));
        assert!(removed.iter().enumerate().all(|(at, value)| value.is_nan() != is_kept(at)));
        if model == gru() {
            let same = removed.iter().zip(&plain).filter(|(value, _)| !value.is_nan());
            assert!(same.clone().count() > 0 && same.clone().all(|(a, b)| (a - b).abs() < 1e-6), "nodes are apart");
            assert_eq!(bits(&of(Condition::Edges(0.5))), bits(&plain), "no graph, no lost edges");
        }
    }
}
