//! What the simulator writes, the project's own readers read back without loss.

use loadstone::config::DataConfig;
use loadstone::data::{CallStat, Dataset, Ingest, System};
use loadstone::sandbox::mesh::{MeshConfig, simulate_mesh};
use loadstone::sandbox::{file, file_names, scenarios, simulate};

fn read_back(scenario: &str, names: &[&str]) -> Dataset {
    let mut ingest = Ingest::new(&DataConfig::default());
    for name in names {
        ingest.begin_file(name);
        let text = file(scenario, name).expect("a listed file");
        text.as_bytes().chunks(1 << 16).for_each(|chunk| ingest.push(chunk).expect("a trace that is read"));
        ingest.end_file().expect("a whole file");
    }
    ingest.finish().expect("a data set")
}

#[test]
fn metrics_deployment_and_labels_come_back_bit_by_bit() {
    let names = file_names("mesh-paper");
    assert_eq!(names, ["prometheus.json", "jaeger.json", "labels.csv"]);
    let (written, read) = (simulate("mesh-paper").expect("a scenario"), read_back("mesh-paper", &names));
    assert_eq!(read.nodes, written.nodes);
    assert_eq!(read.metrics, written.metrics);
    assert_eq!(read.system.faults, written.system.faults);
    assert_eq!(read.system.placements, written.system.placements);
    assert_eq!(read.system.recording.len(), written.system.recording.len());
    for (read, written) in read.system.recording.iter().zip(&written.system.recording) {
        assert_eq!((read.node, read.metric), (written.node, written.metric));
        assert_eq!(read.at_millis, written.at_millis, "node {}", read.node);
        assert_eq!(read.values, written.values, "node {}", read.node);
    }
}

#[test]
fn calls_come_back_bit_by_bit() {
    for id in ["mesh-paper", "mesh-quiet", "mesh-p1-1", "mesh-p1-20"] {
        let (written, read) = (simulate(id).expect("a scenario").system, read_back(id, &file_names(id)).system);
        assert_eq!(read.services, written.services, "{id}");
        let bits = |system: &System| -> Vec<(i64, u32, u32, u32, u32, u32)> {
            let of = |call: &CallStat| {
                let millis = (call.mean_millis.to_bits(), call.p95_millis.to_bits());
                (call.at_secs, call.caller, call.callee, call.count, millis.0, millis.1)
            };
            system.calls.iter().map(of).collect()
        };
        assert_eq!(bits(&read), bits(&written), "{id}");
        println!("{id}: {} calls between {} services", read.calls.len(), read.services.len());
        assert_eq!(read, written, "{id}");
        assert_eq!(read.services.len(), 12, "services that record spans");
        // Four hours with a request a minute, each with eight calls at most and two at least.
        assert!((400..2500).contains(&read.calls.len()), "{id}: {}", read.calls.len());
    }
}

#[test]
fn scenarios_with_traces_say_how_few_are_sampled() {
    let config = MeshConfig::default();
    // Uploads, one in 241 requests, are never traced.
    let requests_per_hour = 3600 * (30 + 60 + 30);
    assert_eq!(requests_per_hour / config.traces_per_hour, 7200);
    for scenario in scenarios().into_iter().filter(|scenario| scenario.id.starts_with("mesh")) {
        // Sets of runs have a request per window of 5 s.
        let share = if scenario.id.starts_with("mesh-p1") { "1 in 600" } else { "1 in 7,200" };
        assert!(scenario.title.ends_with(&format!("{share} requests traced")), "{}", scenario.title);
    }
    let n_traces = simulate_mesh(&config, 1).traces.len();
    assert!((190..290).contains(&n_traces), "{n_traces} traces of 240 expected ones");
}

#[test]
fn another_order_of_the_files_gives_the_same_data_set() {
    let forth = read_back("mesh-p1-1", &["prometheus.json", "labels.csv"]);
    let back = read_back("mesh-p1-1", &["labels.csv", "prometheus.json"]);
    assert_eq!((forth.nodes, forth.system), (back.nodes, back.system));
}

#[test]
fn a_cluster_comes_back_from_its_official_tables() {
    let (written, read) = (simulate("sample").expect("a scenario"), read_back("sample", &file_names("sample")));
    // Raw tables have a grid of 900 s by default; `simulating` compares values on the same grid.
    assert_eq!((&read.nodes, read.n_bins), (&written.nodes, written.n_bins.div_ceil(15)));
    let schedule = &read.system.schedule;
    // 72 containers of 8 applications, three of which move once.
    assert_eq!((schedule.apps.len(), schedule.containers.len()), (8, 75));
    let moves = schedule.containers.iter().filter(|sighting| sighting.at_secs > 0);
    assert_eq!(moves.map(|sighting| sighting.at_secs / 60).collect::<Vec<_>>(), [615, 1330, 2105]);
    assert!(schedule.containers.iter().all(|sighting| sighting.node.is_some()));
    assert!(read.system.placements.iter().all(|placement| placement.domains.len() == 2));
}

#[test]
fn the_twenty_runs_of_protocol_p1_have_ids() {
    assert!((1..=20).all(|run| simulate(&format!("mesh-p1-{run}")).is_some()));
    assert!(["mesh-p1-0", "mesh-p1-21", "mesh-p1-", "mesh-p1-x"].iter().all(|id| file_names(id).is_empty()));
}
