//! Real tables of the Alibaba traces, alone and together.

mod common;

use common::{bits, real_file};
use loadstone::config::{DataConfig, NodeLevel};
use loadstone::data::{DataError, Dataset, Ingest};
use proptest::prelude::*;

fn read(config: &DataConfig, files: &[(&str, &[u8])]) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(config);
    for (name, bytes) in files {
        ingest.begin_file(name);
        for chunk in bytes.chunks(65_537) {
            ingest.push(chunk)?;
        }
        ingest.end_file()?;
    }
    ingest.finish()
}

fn read_all(files: &[(&str, &[u8])]) -> Dataset {
    read(&DataConfig::default(), files).expect("a data set")
}

/// Count, unit and first place of a finding.
fn found<'a>(dataset: &'a Dataset, id: &str) -> Option<(u64, &'a str, &'a str)> {
    let finding = dataset.summary.findings.iter().find(|finding| finding.id == id)?;
    Some((finding.count, &finding.unit, &finding.first))
}

fn metrics(dataset: &Dataset) -> Vec<(&str, &str)> {
    dataset.metrics.iter().map(|metric| (metric.id.as_str(), metric.unit.symbol())).collect()
}

/// A header stays; the rows behind it come in the opposite order.
fn reversed(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let rows: Vec<&str> = lines.collect();
    let all: Vec<&str> = [header].into_iter().chain(rows.into_iter().rev()).collect();
    (all.join("\n") + "\n").into_bytes()
}

#[test]
fn scheduling_tables_of_2018_stand_beside_machine_usage() {
    let test = "scheduling_tables_of_2018_stand_beside_machine_usage";
    let Some(tasks) = real_file(test, "alibaba2018/batch_task_j3.csv") else { return };
    let Some(containers) = real_file(test, "alibaba2018/container_meta_c1.csv") else { return };
    let Some(meta) = real_file(test, "alibaba2018/machine_meta.csv") else { return };
    let Some(usage) = real_file(test, "alibaba2018/machine_usage.csv") else { return };
    let files = [
        ("batch_task.csv", tasks.as_slice()),
        ("container_meta.csv", &containers),
        ("machine_meta.csv", &meta),
        ("machine_usage.csv", &usage),
    ];
    let dataset = read_all(&files);
    assert_eq!(
        dataset.summary.format,
        "Alibaba v2018 batch_task, Alibaba v2018 container_meta, Alibaba v2018 machine_meta, Alibaba v2018 machine_usage"
    );
    assert_eq!((dataset.n_nodes(), dataset.grid_secs, dataset.summary.n_rows), (16, 900, 14 + 3 + 17_592 + 100_002));
    assert_eq!(bits(&dataset), bits(&read_all(&files[3..])), "the values are those of the usage alone");
    let placements = &dataset.system.placements;
    assert_eq!((dataset.nodes[0].as_str(), placements[0].domains.join("/")), ("m_1932", "18/91".to_owned()));
    assert!(placements.iter().all(|place| place.domains.len() == 2 && place.service.is_empty()));
    let schedule = &dataset.system.schedule;
    assert_eq!((schedule.dependencies.len(), schedule.dependencies[0].len()), (1, 13));
    assert_eq!((schedule.apps.as_slice(), schedule.containers.len()), (&["app_5052".to_owned()][..], 3));
    assert!(schedule.containers.iter().all(|sighting| sighting.node.is_none()), "m_2556 has no usage here");
    assert_eq!(found(&dataset, "not_a_node"), Some((3, "records", "scheduling records")));
    assert_eq!(found(&dataset, "independent_tasks"), None);
    let mut back = files;
    back.reverse();
    let other = read_all(&back);
    assert_eq!((bits(&other), &other.system), (bits(&dataset), &dataset.system), "the order of files does not matter");
}

#[test]
fn tables_of_2017_without_series_wait_for_usage() {
    let test = "tables_of_2017_without_series_wait_for_usage";
    let Some(events) = real_file(test, "alibaba2017/server_event.csv") else { return };
    let Some(tasks) = real_file(test, "alibaba2017/batch_task.csv") else { return };
    let both = [("server_event.csv", events.as_slice()), ("batch_task.csv", &tasks)];
    for files in [&both[..], &both[1..]] {
        let dataset = read_all(files);
        assert_eq!((dataset.n_nodes(), dataset.n_bins), (0, 0));
        assert!(dataset.summary.findings.iter().any(|finding| finding.id == "no_series"));
    }
    let usage = b"39600,1075,25.4,44.3,42.8,16.4,16.5,16.6\n39900,372,10,20,30,1,1,1\n";
    let dataset = read_all(&[both[0], both[1], ("server_usage.csv", usage)]);
    assert_eq!(
        dataset.summary.format,
        "Alibaba v2017 server_event, Alibaba v2017 batch_task, Alibaba v2017 server_usage"
    );
    assert_eq!((dataset.nodes.as_slice(), dataset.grid_secs), (&["m_372".to_owned(), "m_1075".to_owned()][..], 300));
    assert_eq!(dataset.summary.n_rows, 1352 + 80_553 + 2);
    assert_eq!(found(&dataset, "machines_added"), Some((1313, "rows", "“server_event.csv”, line 1")));
    assert_eq!(found(&dataset, "soft_errors").map(|(count, ..)| count), Some(39));
    assert_eq!(found(&dataset, "hard_errors"), None);
    assert_eq!(found(&dataset, "tasks_nowhere"), Some((80_553, "rows", "“batch_task.csv”, line 2")));
    let faults = &dataset.system.faults;
    assert_eq!((faults.len(), faults[0].start_millis, faults[0].end_millis), (39, 777_000, 778_000));
    assert_eq!((faults[0].target.as_str(), faults[0].kind.as_str()), ("m_930", "softerror"));
}

#[test]
fn three_tables_of_2021_become_services_that_call_each_other() {
    let test = "three_tables_of_2021_become_services_that_call_each_other";
    let Some(nodes) = real_file(test, "alibaba2021/Node.csv") else { return };
    let Some(resources) = real_file(test, "alibaba2021/Resource.csv") else { return };
    let Some(calls) = real_file(test, "alibaba2021/Callgraph.csv") else { return };
    let files = [("Node.csv", nodes.as_slice()), ("Resource.csv", &resources), ("Callgraph.csv", &calls)];
    let dataset = read_all(&files);
    assert_eq!(dataset.summary.format, "Alibaba v2021 Node, Alibaba v2021 MSResource, Alibaba v2021 MSCallGraph");
    assert_eq!((dataset.n_nodes(), dataset.grid_secs, dataset.start_secs), (402, 60, 0));
    assert_eq!(dataset.summary.n_rows, 3 * 999);
    assert_eq!(metrics(&dataset), [("cpu", "share"), ("mem", "share"), ("instances", "")]);

    // The numbers were counted in the file by other means.
    let system = &dataset.summary.system;
    assert_eq!((system.services.len(), system.n_call_edges, system.n_calls), (95, 133, 592));
    assert_eq!(found(&dataset, "unknown_end").map(|(count, ..)| count), Some(185));
    assert_eq!(found(&dataset, "call_repeats").map(|(count, ..)| count), Some(999 - 185 - 592));
    let in_minute = |secs: i64| -> u32 {
        dataset.system.calls.iter().filter(|call| call.at_secs == secs).map(|call| call.count).sum()
    };
    assert_eq!([0, 60, 120, 180, 240].map(in_minute), [121, 20, 55, 269, 127]);
    let total: f64 = dataset.system.calls.iter().map(|call| f64::from(call.mean_millis) * f64::from(call.count)).sum();
    assert!((total - 9146.0).abs() < 0.01, "{total}");

    let busy = dataset.nodes.iter().position(|name| name.starts_with("315f624d")).expect("a service of the file");
    for (bin, cpu) in [0.548_25, 0.541_694_44, 0.558_187_5, 0.562_321_4, 0.553_633_33, 0.600_145_8].iter().enumerate() {
        assert!((dataset.at(bin, busy, 0) - cpu).abs() < 1e-6, "bin {bin}: {}", dataset.at(bin, busy, 0));
    }
    let known = |name: &&String| dataset.nodes.contains(name);
    assert_eq!(dataset.system.services.iter().filter(known).count(), 13, "the snippets overlap a little");
}

#[test]
fn tables_of_2021_alone_are_machines_services_instances_or_wait() {
    let test = "tables_of_2021_alone_are_machines_services_instances_or_wait";
    let Some(nodes) = real_file(test, "alibaba2021/Node.csv") else { return };
    let Some(resources) = real_file(test, "alibaba2021/Resource.csv") else { return };
    let Some(calls) = real_file(test, "alibaba2021/Callgraph.csv") else { return };
    let machines = read_all(&[("Node.csv", &nodes)]);
    assert_eq!((machines.n_nodes(), machines.n_bins, metrics(&machines).len()), (964, 598, 2));
    assert_eq!(machines.values.iter().step_by(2).filter(|value| !value.is_nan()).count(), 995);
    let services = read_all(&[("Resource.csv", &resources)]);
    assert_eq!((services.n_nodes(), services.n_bins), (402, 6));
    let config = DataConfig { nodes: Some(NodeLevel::Instance), ..DataConfig::default() };
    let instances = read(&config, &[("Resource.csv", &resources)]).expect("instances");
    assert_eq!((instances.n_nodes(), instances.n_bins), (992, 6));
    assert!(instances.system.placements.iter().all(|place| !place.service.is_empty() && !place.host.is_empty()));
    let alone = read_all(&[("Callgraph.csv", &calls)]);
    assert_eq!((alone.n_nodes(), alone.summary.system.n_calls), (0, 592));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let test = "the_order_of_rows_changes_nothing";
    let Some(resources) = real_file(test, "alibaba2021/Resource.csv") else { return };
    let Some(calls) = real_file(test, "alibaba2021/Callgraph.csv") else { return };
    let forth = read_all(&[("r", &resources), ("c", &calls)]);
    let back = read_all(&[("c", &reversed(&calls)), ("r", &reversed(&resources))]);
    assert_eq!((bits(&forth), forth.nodes, forth.metrics), (bits(&back), back.nodes, back.metrics));
    assert_eq!(forth.system, back.system);
}

/// First records of all tables, with a row for those that begin with a header.
const BEGINNINGS: [&str; 16] = [
    "m_1,0,219,17,96,100,USING",
    "c_1,m_2556,0,app_5052,started,400,400,1.56",
    "c_1,m_2556,386640,4,33,1.2,0.3,1,0,0,1",
    "M1,12846,j_3,1,Terminated,157213,157295,100.0,0.3",
    "i,M1,j_2,10,Terminated,673795,673797,m_2637,1,1,13,16,0.02,0.02",
    "39600,1075,25.4,44.3,42.8,16.4,16.5,16.4",
    "1351,1075,softerror,agent_check,0,0,0",
    "6036,6046,4,7,393,Waiting,,",
    "41562,41618,120,686,299,Terminated,1,1,1.5,0.3,0.02,0.01",
    "0,Create,3,7,4,0.04,0.02,1|2|33|34",
    "39600,9088,1.2,30.5,12,0.1,0.1,0.1,1.3,0.9,1.8,2.1",
    "timestamp,nodeid,cpu_utilization,memory_utilization\n0,NODE_1,0.5,0.5",
    ",msname,msinstanceid,nodeid,instance_cpu_usage,instance_memory_usage,timestamp\n0,a,b,c,0.5,0.5,0",
    ",timestamp,msname,msinstanceid,metric,value\n0,0,a,b,HTTP_MCR,4\n1,0,a,b,HTTP_RT,4",
    "timestamp,msname,msinstanceid,providerrpc_mcr,providerrpc_rt\n0,MS_1,b,0.5,3",
    "timestamp,traceid,service,rpc_id,um,uminstanceid,rpctype,interface,dm,dminstanceid,rt\n0,t,s,0.1,a,,rpc,,b,,3",
];

proptest! {
    #[test]
    fn any_rows_give_a_data_set_or_an_error_in_any_chunking(
        which in 0_usize..BEGINNINGS.len(),
        rows in proptest::collection::vec("[a-z0-9.-]{0,4}|-?[0-9]{1,20}|1e300|NaN|None|R2_1", 0..40),
        n_chunk in 1_usize..50,
        n_columns in 1_usize..16,
        skip_bad_rows: bool,
    ) {
        let rows: Vec<String> =
            rows.chunks(n_columns).map(|row| row.join(",")).collect();
        let text = format!("{}\n{}", BEGINNINGS[which], rows.join("\n"));
        let config = DataConfig { skip_bad_rows, grid_secs: Some(86_400), ..DataConfig::default() };
        let read = |n_chunk: usize| {
            let mut ingest = Ingest::new(&config);
            for (name, bytes) in [("u", "m_1,0,41,92,,,43.04,33.08,5\n"), ("t", text.as_str())] {
                ingest.begin_file(name);
                bytes.as_bytes().chunks(n_chunk).try_for_each(|chunk| ingest.push(chunk))?;
                ingest.end_file()?;
            }
            ingest.finish()
        };
        match (read(n_chunk), read(text.len())) {
            (Ok(a), Ok(b)) => prop_assert!(bits(&a) == bits(&b) && a.summary == b.summary),
            (a, b) => prop_assert_eq!(a.err(), b.err()),
        }
    }
}
