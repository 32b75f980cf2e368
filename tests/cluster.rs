//! The simulated cluster with scheduling records: readable like a real trace, and with something to learn from its
//! record graph where it says so.

mod common;

#[path = "cluster/information.rs"]
mod information;
#[path = "cluster/ridge.rs"]
mod ridge;
#[path = "cluster/statistics.rs"]
mod statistics;

use common::bits;
use loadstone::config::DataConfig;
use loadstone::data::{Dataset, Ingest, RelationKind};
use loadstone::digest::sha256_hex;
use loadstone::sandbox::{file, file_names, scenarios, simulate};

const IDS: [&str; 2] = ["cluster", "cluster-uncoupled"];

fn simulated(id: &str) -> Dataset {
    simulate(id).expect("a known scenario")
}

fn read_back(id: &str, names: &[&str]) -> Dataset {
    let mut ingest = Ingest::new(&DataConfig { grid_secs: Some(60), ..DataConfig::default() });
    for name in names {
        ingest.begin_file(name);
        let text = file(id, name).expect("a listed file");
        text.as_bytes().chunks(1 << 16).for_each(|chunk| ingest.push(chunk).expect("a table that is read"));
        ingest.end_file().expect("a whole file");
    }
    ingest.finish().expect("a data set")
}

#[test]
fn the_official_tables_read_back_as_the_same_data_set() {
    for id in IDS {
        let (written, read) = (simulated(id), read_back(id, &file_names(id)));
        assert_eq!((&read.nodes, &read.metrics), (&written.nodes, &written.metrics));
        assert_eq!((read.n_bins, read.grid_secs, read.start_secs), (4320, 60, 0));
        assert_eq!(bits(&read), bits(&written));
        assert_eq!(read.system.placements, written.system.placements);
        assert_eq!(read.system.schedule, written.system.schedule);
        assert_eq!(read.system, written.system);
        assert_eq!(read.relations, written.relations);
        let facts =
            |data: &Dataset| (data.summary.system.clone(), data.summary.n_relations, data.summary.coverage.clone());
        assert_eq!(facts(&read), facts(&written));
    }
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let names = ["batch_instance.csv", "machine_meta.csv", "batch_task.csv", "machine_usage.csv", "container_meta.csv"];
    let (forth, back) = (read_back("cluster", &file_names("cluster")), read_back("cluster", &names));
    assert_eq!((bits(&forth), forth.system), (bits(&back), back.system));
}

#[test]
fn records_are_as_official_ones_and_the_same_at_every_coupling() {
    let data = simulated("cluster");
    let schedule = &data.system.schedule;
    assert_eq!((data.n_nodes(), schedule.apps.len()), (40, 16));
    assert!(data.summary.synthetic && data.relations.is_empty());
    assert!(schedule.containers.len() > 100 && schedule.task_runs.len() > 2500);
    assert!(schedule.dependencies.iter().any(|pairs| pairs.len() == 3), "a job in the form of R4_2_3");
    let n_running = schedule.task_runs.iter().filter(|run| run.end_secs.is_none()).count();
    assert!((5..=40).contains(&n_running), "{n_running} instances run when the trace ends");
    assert_eq!(data.system.schedule, simulated("cluster-uncoupled").system.schedule);
    let tasks = file("cluster", "batch_task.csv").expect("a listed file");
    let names: Vec<&str> = tasks.lines().filter_map(|line| line.split(',').next()).collect();
    for name in ["M1", "R2_1", "R3_2", "J3_1_2", "R4_2_3", "MergeTask"] {
        assert!(names.contains(&name), "{name}");
    }
    assert!(names.iter().any(|name| name.starts_with("task_")));
    assert!(tasks.lines().all(|line| line.split(',').count() == 9));
    let instances = file("cluster", "batch_instance.csv").expect("a listed file");
    assert!(instances.lines().all(|line| line.split(',').count() == 14));
    for status in ["Terminated", "Failed", "Running"] {
        assert!(instances.contains(&format!(",{status},")), "{status}");
    }
}

#[test]
fn the_older_clusters_keep_their_own_records() {
    let sample = simulated("sample");
    assert!(sample.relations.iter().any(|relation| relation.kind == RelationKind::SharedApp));
    assert!(sample.system.schedule.task_runs.is_empty() && sample.system.schedule.containers.is_empty());
    assert_eq!(sample.summary.n_relations, sample.relations.len());
    assert_eq!(file_names("sample"), ["machine_usage.csv", "container_meta.csv", "machine_meta.csv"]);
    // A stored report rests on these values.
    let digest = |data: &Dataset| {
        let values = data.values.iter().map(|x| if x.is_nan() { f32::NAN } else { *x });
        sha256_hex(&values.flat_map(f32::to_le_bytes).collect::<Vec<u8>>())
    };
    let expected = [
        "6e10329bf330d324eb4d3dc844ddeaffa668b0e465439ee2c9ac96bc62f198b6",
        "a056909c6599d79b9246f16f40123fb04af65e91e3036ffa39a275940849437e",
    ];
    assert_eq!([digest(&sample), digest(&simulated("sample-uncoupled"))], expected);
}

#[test]
fn the_values_are_the_same_bytes_on_every_target() {
    // Gaps get one bit pattern: how a NaN is written is not part of the arithmetic.
    let digest = |id: &str| {
        let values = simulated(id).values.into_iter().map(|x| if x.is_nan() { f32::NAN } else { x });
        let tables = ["container_meta.csv", "batch_task.csv", "batch_instance.csv"].map(|name| file(id, name));
        let bytes = values.flat_map(f32::to_le_bytes).chain(tables.into_iter().flatten().flat_map(String::into_bytes));
        sha256_hex(&bytes.collect::<Vec<u8>>())
    };
    assert_eq!(
        IDS.map(digest),
        [
            "f8f985c460fd16a6f4f43f0f536d8ed1a97368ac50081a1a2b78fc0e6a11fb8f",
            "2c388f28cdf8e90de71652dbe58e45196ed57241b8d355a48c160ec2db77f28e"
        ]
    );
}

#[test]
fn scenarios_say_what_they_are() {
    for (id, coupling) in IDS.into_iter().zip([1.0, 0.0]) {
        let scenario = scenarios().into_iter().find(|scenario| scenario.id == id).expect("a scenario");
        let summary = simulated(id).summary;
        assert_eq!((scenario.coupling, scenario.title), (coupling, summary.name.as_str()));
        assert_eq!(summary.format, format!("simulated cluster with scheduling records, coupling {coupling}, seed 1"));
    }
}
