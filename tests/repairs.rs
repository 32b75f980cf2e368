//! Each repair that can be switched off: what is found while it is made, and what the data are without it.

mod common;

use common::real_file;
use loadstone::config::DataConfig;
use loadstone::data::{Dataset, Ingest};

fn read(files: &[(&str, &str)], off: &[&str]) -> Dataset {
    let off = off.iter().map(|&id| id.to_owned()).collect();
    let mut ingest = Ingest::new(&DataConfig { off, ..DataConfig::default() });
    for (name, text) in files {
        ingest.begin_file(name);
        ingest.push(text.as_bytes()).expect("a trace");
        ingest.end_file().expect("rows");
    }
    ingest.finish().expect("a data set")
}

fn count(dataset: &Dataset, id: &str) -> u64 {
    dataset.summary.findings.iter().filter(|finding| finding.id == id).map(|finding| finding.count).sum()
}

/// A repair is found so often, and can be switched off: then it is not made, and not counted.
#[track_caller]
fn differs<T: std::fmt::Debug + PartialEq>(
    (id, n): (&str, u64),
    files: &[(&str, &str)],
    fact: impl Fn(&Dataset) -> T,
    (made, not_made): (T, T),
) {
    let repaired = read(files, &[]);
    let finding = repaired.summary.findings.iter().find(|finding| finding.id == id).expect("it is found");
    assert!(finding.can_be_off, "{id}");
    assert_eq!((finding.count, fact(&repaired)), (n, made), "{id} made");
    let as_it_is = read(files, &[id]);
    assert_eq!((count(&as_it_is, id), fact(&as_it_is)), (0, not_made), "{id} not made");
}

/// A Prometheus answer; each series is labels and samples.
fn answer(series: &[(&str, &str)]) -> String {
    let series: Vec<String> =
        series.iter().map(|(labels, values)| format!(r#"{{"metric":{{{labels}}},"values":[{values}]}}"#)).collect();
    format!(r#"{{"data":{{"resultType":"matrix","result":[{}]}}}}"#, series.join(","))
}

fn metrics(dataset: &Dataset) -> Vec<String> {
    dataset.metrics.iter().map(|metric| metric.id.clone()).collect()
}

fn rates(dataset: &Dataset) -> Vec<f32> {
    dataset.system.recording[0].values.clone()
}

const SAMPLES: &str = r#"[0,"1"],[5,"2"],[10,"3"]"#;

#[test]
fn times_before_the_trace() {
    let usage = "0,1,25,44,42,16,16,16\n-60,1,35,20,30,0,0,0\n";
    let fact = |dataset: &Dataset| (dataset.start_secs, dataset.n_bins, dataset.at(0, 0, 0));
    differs(("before_trace", 1), &[("u", usage)], fact, ((0, 1, 30.0), (-300, 2, 35.0)));
}

#[test]
fn calls_that_both_ends_record() {
    let calls = ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n0,t,0,0.1,a,rpc,b,i,6\n1,t,0,0.1,a,rpc,b,i,-4\n";
    let fact = |dataset: &Dataset| (dataset.system.summary().n_calls, dataset.system.calls[0].mean_millis);
    differs(("call_repeats", 1), &[("c", calls)], fact, ((1, 6.0), (2, 5.0)));
}

#[test]
fn calls_with_an_unknown_end() {
    let calls = ",traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n0,t,0,0.1,(?),rpc,b,i,6\n1,t,0,0.2,,rpc,b,i,4\n\
                 2,t,0,0.3,a,rpc,b,i,4\n";
    let fact = |dataset: &Dataset| dataset.system.services.join(" ");
    differs(("unknown_end", 2), &[("c", calls)], fact, ("a b".to_owned(), "(?) a b unknown".to_owned()));
}

#[test]
fn counters_that_restart() {
    let cpu = r#""__name__":"container_cpu_usage_seconds_total","pod":"a-0","instance":"n""#;
    let text = answer(&[(cpu, r#"[0,"5"],[5,"10"],[10,"1"],[15,"2"]"#)]);
    differs(("counter_resets", 1), &[("f.json", &text)], rates, (vec![1.0, 0.2], vec![1.0, 0.2, 0.2]));
}

#[test]
fn cpu_of_one_mode() {
    let cpu = r#""__name__":"container_cpu_system_seconds_total","name":"db","instance":"n""#;
    let text = answer(&[(cpu, SAMPLES)]);
    let (made, not_made) = (vec!["cpu".to_owned()], vec!["cpu_system".to_owned()]);
    differs(("cpu_part", 1), &[("f.json", &text)], metrics, (made, not_made));
}

#[test]
fn cpu_by_the_name_of_the_file() {
    let text = answer(&[(r#""pod":"a-0","instance":"n""#, SAMPLES)]);
    let (made, not_made) = (vec!["cpu".to_owned()], vec!["value".to_owned()]);
    differs(("nameless_cpu", 1), &[("cpu.json", &text)], metrics, (made, not_made));
    assert_eq!(count(&read(&[("cpu.json", &text)], &["nameless_cpu"]), "nameless_metric"), 1);
}

#[test]
fn other_measures_of_a_resource() {
    let memory = |name: &str| format!(r#""__name__":"container_memory_{name}","pod":"a-0","instance":"n""#);
    let text = answer(&[(&memory("working_set_bytes"), SAMPLES), (&memory("rss"), SAMPLES)]);
    let (made, not_made) = (vec!["mem".to_owned()], vec!["mem".to_owned(), "container_memory_rss".to_owned()]);
    differs(("other_measures", 1), &[("f.json", &text)], metrics, (made, not_made));
}

#[test]
fn pods_that_replace_each_other() {
    let cpu = |pod: &str| format!(r#""__name__":"container_cpu_usage_seconds_total","pod":"{pod}","instance":"n""#);
    let (first, second) = (cpu("web-6b494569-bcdfg"), cpu("web-6b494569-hjklm"));
    let text = answer(&[(&first, SAMPLES), (&second, r#"[20,"1"],[25,"2"]"#)]);
    differs(("replaced_instances", 1), &[("f.json", &text)], Dataset::n_nodes, (1, 2));
}

#[test]
fn labels_given_twice() {
    let labels = "start,end,target,fault_type\n1,2,a,x\n1,2,a,x\n3,4,a,x\n";
    differs(("duplicate_labels", 1), &[("l", labels)], |dataset| dataset.system.faults.len(), (2, 3));
}

#[test]
fn labels_that_all_entities_share() {
    let rows = "time,pod,cpu,label\n0,a,1,0\n0,b,1,0\n60,a,1,hog\n60,b,1,hog\n120,a,1,0\n120,b,1,hog\n180,a,1,0\n180,b,1,0\n\
                240,a,1,hog\n240,b,1,hog\n300,a,1,0\n300,b,1,0\n";
    let fact = |dataset: &Dataset| {
        dataset.system.faults.iter().map(|of| format!("{}:{}", of.start_millis / 1000, of.target)).collect::<Vec<_>>()
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<String>>();
    differs(("shared_labels", 1), &[("t", rows)], fact, (words("60:a 60:b 240:"), words("60:a 60:b 240:a 240:b")));
}

#[test]
fn rows_given_twice() {
    let rows = "m_1,0,10,1,,,1,1,1\nm_1,0,10,1,,,1,1,1\nm_1,10,40,1,,,1,1,1\n";
    differs(("duplicate_rows", 1), &[("machine_usage", rows)], |dataset| dataset.at(0, 0, 0), (25.0, 20.0));
    let rows = "time,pod,cpu\n0,a,10\n0,a,10\n1,a,40\n";
    differs(("duplicate_rows", 1), &[("t", rows)], |dataset| dataset.system.recording[0].values.len(), (2, 3));
}

#[test]
fn values_above_a_capacity() {
    let machines = "m_1,0,50,1,,,1,1,1\nm_1,10,110,1,,,1,1,1\n";
    differs(("out_of_range", 1), &[("machine_usage", machines)], |dataset| dataset.at(0, 0, 0), (50.0, 80.0));
    let containers = "c_1,m_1,0,50,33,1,1,1,1,2,3\nc_1,m_1,10,250,33,1,1,1,1,2,3\n";
    differs(("out_of_range", 1), &[("container_usage", containers)], |dataset| dataset.at(0, 0, 0), (50.0, 150.0));
    // Below 0 nothing can be, and machines are never at more than twice their capacity.
    let machines = format!("{machines}m_1,20,-1,1,,,1,1,1\nm_1,30,201,1,,,1,1,1\n");
    let containers = format!("{containers}c_1,m_1,20,-1,33,1,1,1,1,2,3\n");
    for (text, n, mean) in [(machines, 2, 80.0), (containers, 1, 150.0)] {
        let repaired = read(&[("usage", &text)], &[]);
        assert_eq!((count(&repaired, "out_of_range"), count(&repaired, "impossible_values")), (n + 1, 0));
        let as_it_is = read(&[("usage", &text)], &["out_of_range"]);
        let found = ["out_of_range", "impossible_values"].map(|id| count(&as_it_is, id));
        assert_eq!((found, as_it_is.at(0, 0, 0)), ([0, n], mean));
        let impossible = as_it_is.summary.findings.iter().find(|finding| finding.id == "impossible_values");
        assert!(impossible.is_some_and(|finding| !finding.can_be_off));
    }
}

#[test]
fn spans_that_end_before_they_start_have_no_duration() {
    let spans = "traceId,startTime,endTime,childMS,parentMS\nt,2000000,1000000,b,a\nt,3000000,3000500,b,a\n";
    let dataset = read(&[("s.csv", spans)], &[]);
    assert_eq!((count(&dataset, "negative_durations"), dataset.system.summary().n_calls), (1, 2));
    assert!(dataset.system.calls[0].mean_millis.is_nan() && dataset.system.calls[1].mean_millis == 0.5);
}

/// 8 of the 16 values are 101, and 8 are -1.
#[test]
fn the_marks_of_the_real_machine_table() {
    let test = "the_marks_of_the_real_machine_table";
    let Some(bytes) = real_file(test, "alibaba2018/machine_usage.csv") else { return };
    let text = String::from_utf8(bytes).expect("text");
    let files = [("machine_usage.csv", text.as_str())];
    let [repaired, as_it_is] = [&[][..], &["out_of_range"]].map(|off| read(&files, off));
    let found = |dataset: &Dataset| ["out_of_range", "impossible_values"].map(|id| count(dataset, id));
    assert_eq!(found(&repaired)[0], 16);
    let n_above = text.lines().flat_map(|line| line.split(',').skip(2)).filter(|field| *field == "101").count() as u64;
    assert_eq!(found(&as_it_is), [0, 16 - n_above]);
}
