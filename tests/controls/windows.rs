//! What the windows of the controls and of several scales hold, and that none of it knows the future.

use loadstone::config::GraphControl;
use loadstone::models::{HostBatch, Network};
use loadstone::prepare::perturbed_after;
use loadstone::train::Problem;

use super::{N_METRICS, N_NODES, STEPS, bits, data, gru, multi_scale, origins, problem, tsf};

/// The same problem with every value and relation behind a bin changed.
fn changed_after(bin: usize) -> Problem {
    let mut changed = perturbed_after(&data(1), bin);
    let end_secs = (bin as i64 + 1) * i64::from(changed.grid_secs);
    for relation in changed.relations.iter_mut().filter(|relation| relation.at_secs >= end_secs) {
        relation.weight = 9.0;
        std::mem::swap(&mut relation.from, &mut relation.to);
    }
    problem(&changed)
}

fn given(host: &HostBatch) -> Vec<Vec<u32>> {
    let graphs = [&host.correlation, &host.records, &host.graph_inputs, &host.strided];
    graphs.into_iter().flatten().chain([&host.inputs, &host.last]).map(|values| bits(values)).collect()
}

#[test]
fn a_changed_future_leaves_every_window_unchanged() {
    let plain = problem(&data(1));
    let training_end = plain.prepared.split.parts[0].end_bin;
    let models =
        [tsf(GraphControl::Learned), tsf(GraphControl::TimeShuffled), tsf(GraphControl::StaticMean), multi_scale()];
    for origin in origins(&plain).into_iter().filter(|origin| *origin >= training_end).step_by(7) {
        let changed = changed_after(origin);
        for model in &models {
            let both = [&plain, &changed].map(|problem| given(&problem.batch_for(model, &[origin])));
            assert_eq!(both[0], both[1], "origin {origin}, {model:?}");
        }
    }
}

#[test]
fn shuffled_graphs_of_training_windows_know_nothing_behind_their_moment() {
    let plain = problem(&data(1));
    // A change inside the training part would move its scales, so the moments are compared with earlier windows:
    // every graph of an origin is the own graph of a bin that is not later than the moment.
    let model = tsf(GraphControl::TimeShuffled);
    let mut n_moved = 0;
    for origin in origins(&plain) {
        let host = plain.batch_for(&model, &[origin]);
        for (graph, &step) in host.graph_steps.iter().enumerate() {
            let bin = origin + 1 - STEPS + step;
            let end = plain.prepared.split.parts[0].end_bin.min(bin + 1);
            let source = (0..end).find(|&bin| plain.prepared.inputs_at(bin) == host.graph_inputs[graph]);
            let source = source.unwrap_or_else(|| panic!("origin {origin}, step {step}: no training bin"));
            let graphs = plain.graphs.as_ref().expect("graphs");
            assert_eq!(graphs.correlation_at(source), host.correlation[graph]);
            assert_eq!(graphs.records_at(source), Some(&host.records[graph][..]));
            assert!(source < bin || bin == 0, "bin {bin} has itself");
            n_moved += 1;
        }
        assert_eq!(host.inputs, plain.batch_for(&gru(), &[origin]).inputs, "the nodes read their own window");
    }
    assert!(n_moved > 100);
}

#[test]
fn the_mean_graph_is_one_for_all_time_and_from_the_training_part_alone() {
    let plain = problem(&data(1));
    let model = tsf(GraphControl::StaticMean);
    let host = plain.batch_for(&model, &origins(&plain));
    let first = |values: &[f32], width: usize| values[..width].to_vec();
    for (values, width) in [(&host.correlation, N_NODES * N_NODES), (&host.records, N_NODES * N_NODES)] {
        assert!(values.iter().all(|graph| graph.chunks(width).all(|one| one == first(&values[0], width))));
    }
    let training_end = plain.prepared.split.parts[0].end_bin;
    let graphs = plain.graphs.as_ref().expect("graphs");
    let at = N_NODES + 2;
    let mean =
        (0..training_end).map(|bin| f64::from(graphs.correlation_at(bin)[at])).sum::<f64>() / training_end as f64;
    assert!((f64::from(host.correlation[0][at]) - mean).abs() < 1e-6, "one graph per bin here");
    let n_features = host.n_features;
    let input = (0..training_end).map(|bin| f64::from(plain.prepared.inputs_at(bin)[n_features])).sum::<f64>();
    assert!((f64::from(host.graph_inputs[0][n_features]) - input / training_end as f64).abs() < 1e-6);
    let other = changed_after(training_end - 1).batch_for(&model, &origins(&plain));
    assert_eq!(
        (other.correlation, other.records, other.graph_inputs),
        (host.correlation, host.records, host.graph_inputs)
    );
}

#[test]
fn strides_end_at_the_origin_and_begin_with_the_first_bin_where_there_is_no_more() {
    let plain = problem(&data(1));
    let all = origins(&plain);
    let host = plain.batch_for(&multi_scale(), &all);
    assert_eq!(host.strided.len(), 2);
    for (values, stride) in host.strided.iter().zip([2, 4]) {
        for (row, bin) in values.chunks(host.n_nodes * host.n_features).zip(
            all.iter()
                .flat_map(|&origin| (0..STEPS).map(move |step| origin.saturating_sub(stride * (STEPS - 1 - step)))),
        ) {
            assert_eq!(row, plain.prepared.inputs_at(bin));
        }
    }
    assert_eq!(all[0], STEPS - 1, "the first origin is not lost, its history is");
    let without = plain.batch_for(&gru(), &all);
    assert_eq!((&host.origins, &host.target, &host.weight), (&without.origins, &without.target, &without.weight));
    assert!(without.strided.is_empty());
}

#[test]
fn windows_do_not_depend_on_the_other_windows_of_their_batch() {
    let plain = problem(&data(1));
    let all = &plain.prepared.split.test;
    for model in [tsf(GraphControl::TimeShuffled), tsf(GraphControl::StaticMean), multi_scale()] {
        let (whole, last) = (plain.batch_for(&model, all), plain.batch_for(&model, &all[all.len() - 1..]));
        for (whole, last) in given(&whole).iter().zip(given(&last)) {
            assert_eq!(whole[whole.len() - last.len()..], last);
        }
    }
}

#[test]
fn graphless_controls_ask_for_no_graph() {
    for control in [GraphControl::None, GraphControl::Identity] {
        assert!(Network::graph_steps(&tsf(control), STEPS).is_empty());
        let host = problem(&data(1)).batch_for(&tsf(control), &[20]);
        assert!(host.correlation.is_empty() && host.records.is_empty() && host.graph_inputs.is_empty());
        assert_eq!(host.n_features, N_METRICS + 1);
    }
}
