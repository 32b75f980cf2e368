//! Prometheus answers.

use super::*;

/// A pod with a counter that restarts, and one value that is no number.
pub(super) const POD: &str = r#"{"status":"success","data":{"resultType":"matrix","result":[
 {"metric":{"__name__":"container_cpu_usage_seconds_total","pod":"web-6b494569-abcde","instance":"n1","cpu":"total"},
  "values":[[0,"100"],[5,"101.5"],[10.0,"101.5"],[14,"102.3"],[19,"NaN"],[24,"0.5"],[26,"1.5"]]},
 {"values":[[0,"7"],[5.0004,"8"]],"metric":{"pod":"db-0","instance":"n2","__name__":"container_memory_rss","image":"x"}}
]}}"#;

fn answer(series: &[&str]) -> String {
    format!(r#"{{"status":"success","data":{{"resultType":"matrix","result":[{}]}}}}"#, series.join(","))
}

fn series(labels: &str, values: &str) -> String {
    let labels: Vec<String> = labels
        .split(' ')
        .map(|pair| pair.split_once('=').expect("a label"))
        .map(|(label, text)| format!("\"{label}\":\"{text}\""))
        .collect();
    let values: Vec<String> = values
        .split(' ')
        .map(|pair| pair.split_once('=').expect("a value"))
        .map(|(secs, value)| format!("[{secs},\"{value}\"]"))
        .collect();
    format!(r#"{{"metric":{{{}}},"values":[{}]}}"#, labels.join(","), values.join(","))
}

/// Node, metric, times and values of everything recorded on instances, or else on machines.
fn recorded(gathered: &Gathered) -> Vec<(&str, &str, Vec<i64>, Vec<f32>)> {
    let series = gathered.system.recording.iter();
    series
        .map(|one| {
            let (node, metric) = (&gathered.nodes[one.node as usize], &gathered.metrics[one.metric as usize]);
            (node.as_str(), metric.id.as_str(), one.at_millis.clone(), one.values.clone())
        })
        .collect()
}

#[track_caller]
fn gather(all: &[String]) -> Gathered {
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    gathered(read(&answer(&all)).expect("an answer"))
}

#[test]
fn counters_become_rates_and_gauges_stay() {
    let found = read(POD).expect("an answer");
    assert_eq!((found.0, found.1), (9, Some("Prometheus answer")));
    let gathered = gathered(found);
    assert_eq!(gathered.nodes, ["db-0", "web-6b494569-abcde"]);
    assert_eq!(
        recorded(&gathered),
        [
            ("db-0", "mem", vec![0, 5000], vec![7.0, 8.0]),
            ("web-6b494569-abcde", "cpu", vec![2500, 7500, 12_000, 25_000], vec![0.3, 0.0, 0.2, 0.5]),
        ]
    );
    let places: Vec<(&str, &str)> =
        gathered.system.placements.iter().map(|of| (of.service.as_str(), of.host.as_str())).collect();
    assert_eq!(places, [("db", "n2"), ("web", "n1")]);
    let place = "“f.json”, web-6b494569-abcde";
    assert_eq!(count(&gathered.findings, "counter_resets"), Some((1, place.to_owned())));
    assert_eq!(count(&gathered.findings, "not_finite"), Some((1, place.to_owned())));
    assert_eq!(count(&gathered.findings, "series_gaps"), None);
}

#[test]
fn the_pod_as_a_whole_goes_before_its_containers() {
    let cpu = "__name__=container_cpu_usage_seconds_total instance=n pod=web-0";
    let gathered = gather(&[
        series(&format!("{cpu} container=web image=i"), "0=0 10=5"),
        series(&format!("{cpu} container=POD image=p"), "0=0 10=50"),
        series(cpu, "0=0 10=10"),
        series(&format!("{cpu} cpu=cpu00"), "0=0 10=3"),
    ]);
    assert_eq!(recorded(&gathered), [("web-0", "cpu", vec![5000], vec![1.0])]);
    assert_eq!(count(&gathered.findings, "finer_series"), Some((3, "“f.json”, web-0".to_owned())));
}

#[test]
fn parts_are_summed_where_that_is_safe() {
    let network = "__name__=container_network_receive_bytes_total instance=n pod=web-0";
    let memory = "__name__=container_memory_working_set_bytes instance=n pod=web-0 image=i";
    let mode = |mode: &str| format!("__name__=container_cpu_{mode}_seconds_total name=db instance=n");
    let gathered = gather(&[
        series(&format!("{network} interface=eth0"), "0=0 10=10 20=40"),
        series(&format!("{network} interface=eth1"), "0=0 10=20 20=20"),
        series(&format!("{network} interface=lo"), "0=0 10=900 20=900"),
        series(&format!("{memory} container=a"), "0=1 10=1"),
        series(&format!("{memory} container=b"), "0=2 10=3"),
        series(&mode("user"), "0=0 10=10"),
        series(&mode("system"), "0=0 10=5"),
    ]);
    assert_eq!(
        recorded(&gathered),
        [
            ("db", "cpu", vec![5000], vec![1.5]),
            ("web-0", "mem", vec![0, 10_000], vec![3.0, 4.0]),
            ("web-0", "net_in", vec![5000, 15_000], vec![3.0, 3.0]),
        ]
    );
    assert_eq!(count(&gathered.findings, "summed_series"), Some((6, "“f.json”, db".to_owned())));
    assert_eq!(count(&gathered.findings, "finer_series"), Some((1, "“f.json”, web-0".to_owned())));
    assert_eq!(count(&gathered.findings, "cpu_part"), None);
}

#[test]
fn what_cannot_be_summed_is_left_out() {
    let memory = "__name__=container_memory_rss instance=n pod=web-0 image=i";
    let gauge = "__name__=temperature instance=n pod=web-0";
    let cpu = "__name__=container_cpu_usage_seconds_total instance=n pod=web-0";
    let gathered = gather(&[
        series(&format!("{memory} container=a"), "0=1 10=1"),
        series(&format!("{memory} container=b"), "1=2 11=3"),
        series(&format!("{gauge} device=a"), "0=1 10=1"),
        series(&format!("{gauge} device=b"), "0=2 10=3"),
        series(&format!("{cpu} job=a"), "0=1 10=1"),
        series(&format!("{cpu} job=b"), "0=1 10=1"),
        series("__name__=up instance=n pod=web-0", "0=1 10=1"),
    ]);
    assert_eq!(recorded(&gathered), [("web-0", "up", vec![0, 10_000], vec![1.0, 1.0])]);
    assert_eq!(count(&gathered.findings, "ambiguous_series"), Some((6, "“f.json”, web-0".to_owned())));
    assert_eq!(count(&gathered.findings, "constant_series"), Some((1, "“f.json”, web-0".to_owned())));
}

#[test]
fn usage_goes_before_its_parts_and_one_part_alone_is_said() {
    let of = |mode: &str, name: &str| format!("__name__=container_cpu_{mode}_seconds_total name={name} instance=n");
    let both = gather(&[series(&of("usage", "db"), "0=0 10=10"), series(&of("system", "db"), "0=0 10=5")]);
    assert_eq!(recorded(&both), [("db", "cpu", vec![5000], vec![1.0])]);
    assert_eq!(count(&both.findings, "other_measures"), Some((1, "“f.json”, db".to_owned())));
    let system = gather(&[series(&of("system", "db"), "0=0 10=5")]);
    assert_eq!(recorded(&system), [("db", "cpu", vec![5000], vec![0.5])]);
    assert_eq!(count(&system.findings, "cpu_part"), Some((1, "“f.json”, db".to_owned())));
}

#[test]
fn a_container_made_anew_goes_on() {
    let of = |id: &str| format!("__name__=container_cpu_usage_seconds_total name=db instance=n id=/docker/{id}");
    let gathered = gather(&[series(&of("b"), "30=0 40=5"), series(&of("a"), "0=0 10=10")]);
    assert_eq!(recorded(&gathered), [("db", "cpu", vec![5000, 35_000], vec![1.0, 0.5])]);
}

#[test]
fn idle_time_of_machines_is_not_usage() {
    let of = |mode: &str| format!("__name__=node_cpu_seconds_total instance=n1 cpu=0 mode={mode}");
    let gathered =
        gather(&[series(&of("idle"), "0=0 10=9"), series(&of("user"), "0=0 10=1"), series(&of("system"), "0=0 10=2")]);
    let all = recorded(&gathered);
    assert_eq!(all.last().map(|one| (one.0, one.3.clone())), Some(("n1", vec![0.3])));
    assert_eq!(count(&gathered.findings, "idle_time"), Some((1, "“f.json”, node_cpu_seconds_total".to_owned())));
}

#[test]
fn names_of_several_name_spaces_are_kept_apart() {
    let of = |space: &str| format!("__name__=up namespace={space} pod=db-0 instance=n");
    let gathered = gather(&[series(&of("a"), "0=1"), series(&of("b"), "0=1")]);
    assert_eq!(gathered.nodes, ["a/db-0", "b/db-0"]);
    let services: Vec<&str> = gathered.system.placements.iter().map(|of| of.service.as_str()).collect();
    assert_eq!(services, ["a/db", "b/db"]);
}

#[test]
fn odd_series_are_counted() {
    let gathered = gather(&[
        series("job=api", "0=1"),
        series("pod=web-0", "0=1 5=2 10=3 15=4 40=5"),
        series("__name__=requests_total pod=web-0", "0=1"),
    ]);
    assert_eq!(recorded(&gathered).len(), 1);
    assert_eq!(count(&gathered.findings, "unnamed_series"), Some((1, "“f.json”, a series".to_owned())));
    assert_eq!(count(&gathered.findings, "nameless_metric"), Some((1, "“f.json”, web-0".to_owned())));
    assert_eq!(count(&gathered.findings, "single_samples"), Some((1, "“f.json”, web-0".to_owned())));
    assert_eq!(count(&gathered.findings, "series_gaps"), Some((1, "“f.json”, web-0: the longest, 25.0 s".to_owned())));
    let text = answer(&[&series("pod=web-0", "0=1 5=2")]);
    let named = super::gathered(read_chunks("rate_CPU.json", [text.as_bytes()]).expect("an answer"));
    assert_eq!(recorded(&named), [("web-0", "cpu", vec![0, 5000], vec![1.0, 2.0])]);
}

#[test]
fn the_order_of_series_and_keys_does_not_matter() {
    let all = [
        series("__name__=container_cpu_usage_seconds_total pod=a-0 instance=n1", "0=0 10=5"),
        series("__name__=container_cpu_usage_seconds_total pod=b-0 instance=n2", "0=0 10=5 20=1"),
        series("__name__=container_cpu_usage_seconds_total pod=b-0 instance=n2 cpu=cpu00", "0=0 10=5 20=1"),
    ];
    let backwards: Vec<String> = all.iter().rev().cloned().collect();
    assert_eq!(format!("{:?}", gather(&all)), format!("{:?}", gather(&backwards)));
}

#[test]
fn a_cut_answer_keeps_its_whole_series() {
    let cut = &POD[..POD.len() - 40];
    let found = read(cut).expect("a series before the cut");
    assert_eq!(found.0, 7);
    let gathered = gathered(found);
    assert_eq!(gathered.nodes, ["web-6b494569-abcde"]);
    assert_eq!(count(&gathered.findings, "cut_json").map(|found| found.0), Some(1));
}

#[test]
fn answers_that_are_no_range_are_explained() {
    let of = |kind: &str| format!("a Prometheus answer of one moment (a {kind}) instead of a range (a matrix)");
    let head = r#"{"status":"success","data":{"#;
    refused(&format!("{head}\"resultType\":\"vector\",\"result\":[]}}}}"), (1, 42), &of("vector"));
    refused(&format!("{head}\"result\":[{{\"metric\":{{}},\"value\":[1,\"2\"]}}]}}}}"), (1, 60), &of("vector"));
    refused(&format!("{head}\"resultType\":\"scalar\",\"result\":[1,\"2\"]}}}}"), (1, 42), &of("scalar"));
    refused(
        r#"{"status":"error","errorType":"bad_data","error":"parse error: no expression found"}"#,
        (1, 84),
        "an error message of Prometheus (bad_data: parse error: no expression found)",
    );
}

#[test]
fn bad_samples_are_explained_with_their_place() {
    let of = |values: &str| {
        format!("{{\"data\":{{\"result\":[{{\"metric\":{{\"pod\":\"a-0\"}},\n\"values\":[{values}]}}]}}}}")
    };
    unreadable(&of("[1,\"x\"]"), (2, 14), "“x” where a value belongs");
    unreadable(&of("[-1,\"1\"]"), (2, 12), "“-1” where a time stamp in seconds belongs");
    unreadable(&of("[1]"), (2, 13), "no pair of a time stamp and a value");
    unreadable(&of("[1,\"2\",3]"), (2, 18), "no pair of a time stamp and a value");
    unreadable(&of("5"), (2, 11), "no pair of a time stamp and a value");
    let long = "a".repeat(300);
    let text = format!("{{\"data\":{{\"result\":[{{\"metric\":{{\"pod\":\"{long}\"}}}}]}}}}");
    unreadable(&text, (1, 37), "a label “pod” that is no name of at most 256 bytes on one line");
}

#[test]
fn series_of_nothing_are_explained() {
    let text = answer(&[&series("job=api", "0=1"), &series("job=web", "0=1")]);
    let found = "2 series with none of the labels pod, name, node and instance".to_owned();
    let error = read(&text).map(|found| found.0);
    assert_eq!(error, Err(DataError::NoRow { file: "f.json".into(), line: 1, found }));
}
