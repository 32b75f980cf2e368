//! Looking at data before anything is trained: graphs and snapshots of moments.

mod common;

use std::sync::Arc;

use common::{config, read_chunks, real_file};
use loadstone::config::DataConfig;
use loadstone::data::Dataset;
use loadstone::explore::{Frames, snapshot_document};
use loadstone::graph::ChannelGraphs;
use loadstone::sandbox::simulate;

fn open(name: &str, bytes: &[u8]) -> Dataset {
    read_chunks(&DataConfig::default(), name, [bytes]).expect("it can be read")
}

/// Printed, never asserted: how long all graphs, the first look and a step on take.
#[expect(clippy::disallowed_methods, reason = "a test outside the core may look at the clock")]
fn time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let done = work();
    println!("{what}: {:.1} ms", 1000.0 * start.elapsed().as_secs_f64());
    done
}

fn look(name: &str, dataset: Dataset) {
    let config = config(|_| {});
    println!("{name}: {} nodes, {} bins of {} s", dataset.n_nodes(), dataset.n_bins, dataset.grid_secs);
    let dataset = Arc::new(dataset);
    let all = time("  all graphs", || ChannelGraphs::of_all(&dataset, &config).expect("they fit"));
    let frames = time("  ready to look", || Frames::new(Arc::clone(&dataset), &config).expect("they fit"));
    let middle = dataset.n_bins / 2;
    let frame = time("  first look", || frames.at(middle));
    time("  one renewal on", || frames.at(middle + all.renew_bins()));
    if frame.nodes.len() == dataset.n_nodes() {
        let mut wanted = all.correlation_at(middle).to_vec();
        if let Some(records) = all.records_at(middle) {
            wanted.iter_mut().zip(records).for_each(|(weight, record)| *weight += record);
        }
        assert_eq!(frame.weights, wanted);
    }
}

#[test]
fn the_first_look_at_real_machines_is_that_of_all_graphs() {
    for path in ["alibaba2018/machine_usage_15min_118nodes.csv", "alibaba2018/machine_usage.csv"] {
        if let Some(bytes) = real_file("the_first_look_at_real_machines_is_that_of_all_graphs", path) {
            look(path, open(path, &bytes));
        }
    }
}

#[test]
fn the_first_look_at_simulated_systems_is_that_of_all_graphs() {
    for scenario in ["sample", "mesh-paper"] {
        look(scenario, simulate(scenario).expect("a scenario"));
    }
}

/// Saved, dropped, saved again: the same bytes, and the slider stops once at each snapshot.
fn come_back(name: &str, dataset: &Dataset) {
    let saved = snapshot_document(dataset).expect("instances with samples");
    let opened = open("snapshots.json", saved.as_bytes());
    assert_eq!(snapshot_document(&opened).expect("stored"), saved, "{name}");
    let counts = opened.summary.system.snapshots.expect("they are counted");
    let document = opened.system.snapshots.clone().expect("they are kept");
    assert_eq!((counts.n_snapshots, opened.n_bins), (document.snapshots.len(), document.snapshots.len()));
    println!("{name}: {counts:?}, {} MB", saved.len() / 1_000_000);
    let frames = Frames::new(Arc::new(opened), &config(|_| {})).expect("they fit");
    let step = 1 + document.snapshots.len() / 40;
    for (bin, stored) in document.snapshots.iter().enumerate().step_by(step) {
        let view = frames.at(bin).snapshot().expect("a snapshot");
        assert_eq!((view.at_millis, view.label, view.kept), (stored.at_millis, stored.label, stored.kept));
        let width = document.header.feature_names.len();
        assert!(view.nodes.iter().zip(stored.features.chunks(width)).all(|(node, row)| node.value == row[0]));
        assert_eq!(view.edges, document.header.edges);
    }
}

#[test]
fn snapshots_of_the_simulated_mesh_come_back() {
    come_back("mesh-paper", &simulate("mesh-paper").expect("a scenario"));
}

#[test]
fn snapshots_of_real_recordings_come_back() {
    for path in ["chaosstarbench/test-failure.json", "sockshop/container_chaos_pods.csv"] {
        if let Some(bytes) = real_file("snapshots_of_real_recordings_come_back", path) {
            come_back(path, &open(path, &bytes));
        }
    }
}
