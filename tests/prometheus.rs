//! What the Prometheus and Jaeger files of a real testbed become: ChaosStarBench, the Social Network.

mod common;

use std::collections::BTreeMap;

use common::{bits, read_chunks, real_file};
use loadstone::config::DataConfig;
use loadstone::data::{DataError, Dataset, Ingest, Unit};

const TRACES: &str = "jaeger_traces_1695947455229.json";
const EDGES: &str = "jaeger_trace_edges.csv";

/// A file of the testbed, read in pieces.
fn testbed(test: &str, names: &[&str], config: &DataConfig) -> Option<Result<Dataset, DataError>> {
    let mut ingest = Ingest::new(config);
    for name in names {
        let bytes = real_file(test, &format!("chaosstarbench/{name}"))?;
        ingest.begin_file(name);
        let pushed = bytes.chunks(65_536).try_for_each(|chunk| ingest.push(chunk)).and_then(|()| ingest.end_file());
        if let Err(error) = pushed {
            return Some(Err(error));
        }
    }
    Some(ingest.finish())
}

/// The facts of a data set, one per line.
fn facts(dataset: &Dataset) -> String {
    let placements = &dataset.system.placements;
    let distinct = |word: fn(&loadstone::data::Placement) -> &str| {
        let mut words: Vec<&str> = placements.iter().map(word).filter(|word| !word.is_empty()).collect();
        words.sort_unstable();
        words.dedup();
        words.len()
    };
    let metrics: Vec<String> =
        dataset.metrics.iter().map(|metric| format!("{} in {}", metric.id, metric.unit.symbol())).collect();
    let n_samples: usize = dataset.system.recording.iter().map(|series| series.values.len()).sum();
    let mut lines = vec![
        format!("{} rows, {} nodes", dataset.summary.n_rows, dataset.nodes.len()),
        format!("{} services, {} hosts", distinct(|of| &of.service), distinct(|of| &of.host)),
        format!("{}; {n_samples} samples", metrics.join(", ")),
        format!("{} bins of {} s from {}", dataset.n_bins, dataset.grid_secs, dataset.start_secs),
    ];
    let joined =
        placements.iter().filter(|of| of.names.len() > 1).map(|of| format!("joined: {}", of.names.join(" > ")));
    lines.extend(joined);
    let findings = dataset.summary.findings.iter();
    lines.extend(findings.map(|finding| format!("{}: {}, {}", finding.id, finding.count, finding.first)));
    lines.join("\n")
}

#[track_caller]
fn becomes(file: &str, expected: &str) {
    let Some(dataset) = testbed("becomes", &[file], &DataConfig::default()) else { return };
    let found = facts(&dataset.expect("an answer"));
    assert_eq!(found, expected.trim(), "{file}:\n{found}");
}

#[test]
fn kubernetes_answers() {
    becomes(
        "test-failure.json",
        "
56191 rows, 78 nodes
26 services, 1 hosts
cpu in cores; 56113 samples
759 bins of 5 s from 1711040675
constant_series: 2, “test-failure.json”, media-frontend-6dc5db8d6-b7h4f
series_gaps: 400, “test-failure.json”, url-shorten-memcached-dcf8457d-vh84j: the longest, 33.7 s
missing_cells: 3139, media-frontend-6dc5db8d6-b7h4f, bin 0 (1711040675 s)
sparse_machines: 10, home-timeline-redis-5774f4dfdc-8jmz5, 24 % missing
entity_gaps: 2244, compose-post-service-67b44dc876-7946v, bin 79 (1711041070 s), 1 bins long",
    );
    becomes(
        "pod-fail-test.json",
        "
20278 rows, 26 nodes
26 services, 3 hosts
cpu in cores; 20252 samples
799 bins of 5 s from 1711379120
constant_series: 1, “pod-fail-test.json”, media-frontend-77cd978649-vlwn2
series_gaps: 57, “pod-fail-test.json”, media-frontend-77cd978649-vlwn2: the longest, 34.0 s
missing_cells: 575, compose-post-service-67b44dc876-vj6zs, bin 0 (1711379120 s)
sparse_machines: 1, media-frontend-77cd978649-vlwn2, 52 % missing
entity_gaps: 393, compose-post-service-67b44dc876-vj6zs, bin 3 (1711379135 s), 1 bins long",
    );
}

/// These counters are of system time alone, which is said.
#[test]
fn docker_answers() {
    becomes(
        "sample_1hr.json",
        "
20160 rows, 28 nodes
28 services, 1 hosts
cpu in cores; 20132 samples
719 bins of 5 s from 1694261775
constant_series: 1, “sample_1hr.json”, socialnetwork_media-frontend_1
cpu_part: 28, “sample_1hr.json”, redis",
    );
    becomes(
        "expdelay-compose-3i.json",
        "
18240 rows, 76 nodes
28 services, 1 hosts
cpu in cores; 18164 samples
239 bins of 5 s from 1698233405
constant_series: 1, “expdelay-compose-3i.json”, socialnetwork_media-frontend_1
cpu_part: 76, “expdelay-compose-3i.json”, redis",
    );
    becomes(
        "rfluc-userr.json",
        "
10080 rows, 28 nodes
28 services, 1 hosts
cpu in cores; 10052 samples
359 bins of 5 s from 1696510795
constant_series: 2, “rfluc-userr.json”, socialnetwork_home-timeline-service_1
cpu_part: 28, “rfluc-userr.json”, redis",
    );
}

#[test]
fn pods_are_placed_by_their_names_and_labels() {
    let test = "pods_are_placed_by_their_names_and_labels";
    let Some(dataset) = testbed(test, &["pod-fail-test.json"], &DataConfig::default()) else { return };
    let dataset = dataset.expect("an answer");
    assert_eq!(dataset.metrics[0].unit, Unit::Cores);
    let node = dataset.nodes.iter().position(|name| name == "compose-post-service-67b44dc876-vj6zs").expect("a pod");
    let place = &dataset.system.placements[node];
    assert_eq!((place.service.as_str(), place.host.starts_with("minikube")), ("compose-post-service", true));
    assert_eq!(dataset.system.summary().n_calls, 0);
}

/// No pod is replaced within a file of the testbed, but four days later all have other names.
#[test]
fn pods_of_a_later_file_continue_those_of_an_earlier_one() {
    let test = "pods_of_a_later_file_continue_those_of_an_earlier_one";
    let config = DataConfig { grid_secs: Some(3600), ..DataConfig::default() };
    let files = ["test-failure.json", "pod-fail-test.json"];
    let Some(dataset) = testbed(test, &files, &config) else { return };
    let dataset = dataset.expect("answers");
    assert_eq!(dataset.nodes.len(), 78);
    let joined = dataset.system.placements.iter().filter(|place| place.names.len() == 2).count();
    assert_eq!(joined, 26);
    let mut turned = files;
    turned.reverse();
    let turned = testbed(test, &turned, &config).expect("the same files").expect("answers");
    assert_eq!((bits(&turned), turned.system), (bits(&dataset), dataset.system));
}

/// Mean CPU of a node between two times after the start of the data.
fn mean_cores(dataset: &Dataset, node: &str, from_secs: usize, until_secs: usize) -> f32 {
    let node = dataset.nodes.iter().position(|name| name == node).expect("a pod");
    let bins = from_secs / dataset.grid_secs as usize..until_secs / dataset.grid_secs as usize;
    let values: Vec<f32> = bins.map(|bin| dataset.at(bin, node, 0)).filter(|value| !value.is_nan()).collect();
    values.iter().sum::<f32>() / values.len() as f32
}

/// What a picture of the counters shows: a burst of about one core and one of about two (no published labels).
#[test]
fn bursts_of_cpu_are_seen_in_the_rates() {
    let test = "bursts_of_cpu_are_seen_in_the_rates";
    let Some(dataset) = testbed(test, &["pod-fail-test.json"], &DataConfig::default()) else { return };
    let dataset = dataset.expect("an answer");
    let pod = "compose-post-service-67b44dc876-vj6zs";
    let [calm, one, two] =
        [(1200, 3200), (270, 480), (690, 970)].map(|(from, until)| mean_cores(&dataset, pod, from, until));
    assert!(calm < 0.1 && (0.9..1.1).contains(&one) && (1.7..2.1).contains(&two), "{calm} {one} {two}");
}

/// One call: second, caller and callee, duration in microseconds.
type Call = (i64, (String, String), u64);
/// Calls, mean and 95th percentile by nearest rank, in microseconds.
type Edge = (u32, f64, f64);

/// All calls of the export by another parser, which holds the whole file.
fn calls_by_hand(test: &str) -> Option<Vec<Call>> {
    let bytes = real_file(test, &format!("chaosstarbench/{TRACES}"))?;
    let export: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let mut calls = Vec::new();
    for trace in export["data"].as_array().expect("traces") {
        let spans = trace["spans"].as_array().expect("spans");
        let service = |span: &serde_json::Value| {
            let process = span["processID"].as_str().expect("a process");
            trace["processes"][process]["serviceName"].as_str().expect("a service").to_owned()
        };
        for span in spans {
            let Some(reference) = span["references"].get(0) else { continue };
            let parent = spans.iter().find(|other| other["spanID"] == reference["spanID"]).expect("a parent");
            let (caller, callee) = (service(parent), service(span));
            if caller != callee {
                let number = |key: &str| span[key].as_u64().expect("a number");
                calls.push(((number("startTime") / 1_000_000) as i64, (caller, callee), number("duration")));
            }
        }
    }
    Some(calls)
}

fn edges<K: Ord>(calls: &[Call], key: impl Fn(&Call) -> K) -> BTreeMap<K, Edge> {
    let mut durations: BTreeMap<K, Vec<u64>> = BTreeMap::new();
    for call in calls {
        durations.entry(key(call)).or_default().push(call.2);
    }
    let edge = |mut all: Vec<u64>| {
        all.sort_unstable();
        let n = all.len();
        (n as u32, all.iter().sum::<u64>() as f64 / n as f64, all[(95 * n).div_ceil(100) - 1] as f64)
    };
    durations.into_iter().map(|(key, all)| (key, edge(all))).collect()
}

/// The published percentiles are nearest ranks as well.
#[test]
fn calls_by_hand_are_the_known_edges() {
    let test = "calls_by_hand_are_the_known_edges";
    let (Some(calls), Some(known)) = (calls_by_hand(test), real_file(test, "chaosstarbench/call_edges.csv")) else {
        return;
    };
    let found = edges(&calls, |call| call.1.clone());
    let known = String::from_utf8(known).expect("text");
    assert_eq!((found.len(), known.lines().count()), (11, 12));
    for line in known.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |idx: usize| fields[idx].parse::<f64>().expect("a number");
        let (n, mean, p95) = found[&(fields[0].to_owned(), fields[1].to_owned())];
        // Means are published with one decimal.
        assert!(f64::from(n) == number(2) && (mean - number(3)).abs() <= 0.051 && p95 == number(4), "{line}");
    }
}

#[track_caller]
fn shows_all_calls(test: &str, file: &str) {
    // Any metrics do: calls alone make no data set.
    let Some(dataset) = testbed(test, &[file, "rfluc-userr.json"], &DataConfig::default()) else { return };
    let (dataset, Some(calls)) = (dataset.expect("a data set"), calls_by_hand(test)) else { return };
    let known = edges(&calls, |call| (call.0, call.1.clone()));
    let name = |service: u32| dataset.system.services[service as usize].clone();
    assert_eq!((dataset.system.services.len(), dataset.system.calls.len()), (12, known.len()));
    assert_eq!(dataset.system.summary().n_calls, 220);
    for call in &dataset.system.calls {
        let (n, mean, p95) = known[&(call.at_secs, (name(call.caller), name(call.callee)))];
        let (found_mean, found_p95) = (f64::from(call.mean_millis) * 1000.0, f64::from(call.p95_millis) * 1000.0);
        // Durations are kept as 32-bit milliseconds.
        let is_same = call.count == n && (found_mean - mean).abs() < 0.01 && (found_p95 - p95).abs() < 0.01;
        assert!(is_same, "{call:?} is not {n} calls of {mean} and {p95} µs");
    }
    assert!(dataset.summary.findings.iter().all(|finding| finding.id != "orphan_spans" && finding.id != "bad_spans"));
}

#[test]
fn jaeger_traces_show_all_calls() {
    shows_all_calls("jaeger_traces_show_all_calls", TRACES);
}

#[test]
fn the_flattened_table_shows_all_calls() {
    shows_all_calls("the_flattened_table_shows_all_calls", EDGES);
}

#[test]
fn traces_alone_open_without_nodes() {
    for file in [TRACES, EDGES] {
        let Some(answer) = testbed("traces_alone_open_without_nodes", &[file], &DataConfig::default()) else {
            continue;
        };
        let dataset = answer.expect("traces");
        assert_eq!((dataset.n_nodes(), dataset.summary.system.n_call_edges), (0, 11));
        assert!(dataset.summary.findings.iter().any(|finding| finding.id == "no_series"));
    }
}

const RECORDING: &[u8] = include_bytes!("fixtures/recording.json");
const INFERRED: &[u8] = include_bytes!("fixtures/inferred_faults.json");

fn read_files(files: &[(&str, &[u8])], n_chunk: usize) -> Result<Dataset, DataError> {
    let mut ingest = Ingest::new(&DataConfig::default());
    for (name, bytes) in files {
        ingest.begin_file(name);
        bytes.chunks(n_chunk).try_for_each(|chunk| ingest.push(chunk))?;
        ingest.end_file()?;
    }
    ingest.finish()
}

/// Start, end, target and kind of every fault.
fn faults(dataset: &Dataset) -> Vec<(i64, i64, &str, &str)> {
    let faults = dataset.system.faults.iter();
    faults.map(|of| (of.start_millis, of.end_millis, of.target.as_str(), of.kind.as_str())).collect()
}

fn found<'a>(dataset: &'a Dataset, id: &str) -> Option<(u64, &'a str)> {
    dataset.summary.findings.iter().find(|finding| finding.id == id).map(|f| (f.count, f.first.as_str()))
}

#[test]
fn inferred_faults_are_marked_and_count_from_the_first_sample() {
    let mut files = [("data/recording.json", RECORDING), ("inferred_faults.json", INFERRED)];
    let dataset = read_files(&files, 1000).expect("a recording and what was inferred from it");
    let pod = "web-6b494569-abcde";
    // The first sample of a counter, at 1,700,000,000.5 s, is none of a rate.
    let expected = [
        (1_700_000_005_500, 1_700_000_013_000, pod, "inferred: burst"),
        (1_700_000_015_500, 1_700_000_020_500, pod, "inferred: burst"),
    ];
    assert_eq!(faults(&dataset), expected);
    assert!(dataset.system.faults.iter().all(loadstone::data::Fault::is_inferred));
    assert_eq!(dataset.summary.format, "Prometheus answer, inferred faults");
    assert_eq!(found(&dataset, "inferred_faults"), Some((2, "web-6b494569-abcde, inferred: burst")));
    let said = dataset.summary.findings.iter().find(|finding| finding.id == "inferred_faults").expect("it is said");
    assert!(said.action.starts_with("not ground truth: someone inferred them from the counters"), "{}", said.action);
    assert_eq!(found(&dataset, "recordings_not_open"), Some((1, "elsewhere")));
    assert_eq!(found(&dataset, "unknown_targets"), None);
    for n_chunk in [1, 7, 61] {
        let pieces = read_files(&files, n_chunk).expect("in any pieces");
        assert_eq!((&pieces.summary, &pieces.system), (&dataset.summary, &dataset.system), "{n_chunk}");
    }
    files.reverse();
    let reversed = read_files(&files, 1000).expect("in any order");
    assert_eq!((bits(&reversed), &reversed.system), (bits(&dataset), &dataset.system));
    assert_eq!(reversed.summary.findings, dataset.summary.findings);
    // A shift is for labels from another clock; these have none of their own.
    let mut ingest = Ingest::new(&DataConfig { label_offset_secs: 3600, ..DataConfig::default() });
    for (name, bytes) in files {
        ingest.begin_file(name);
        ingest.push(bytes).expect("a file");
    }
    assert_eq!(faults(&ingest.finish().expect("a data set")), expected);
}

#[test]
fn inferred_faults_alone_say_which_recordings_they_wait_for() {
    let dataset = read_files(&[("inferred_faults.json", INFERRED)], 1000).expect("they open");
    assert_eq!((dataset.n_nodes(), dataset.summary.n_rows, dataset.system.faults.len()), (0, 4, 0));
    assert_eq!(found(&dataset, "recordings_not_open"), Some((2, "elsewhere, recording")));
    assert_eq!(found(&dataset, "no_series"), Some((1, "in these files")));
    assert_eq!(found(&dataset, "inferred_faults"), None);
}

#[test]
fn the_real_inferred_faults_stand_beside_their_recordings() {
    let test = "the_real_inferred_faults_stand_beside_their_recordings";
    let config = DataConfig::default();
    let file = "inferred_faults.json";
    let Some(alone) = testbed(test, &[file], &config) else { return };
    let alone = alone.expect("it opens");
    assert_eq!(
        facts(&alone),
        "10 rows, 0 nodes\n0 services, 0 hosts\n; 0 samples\n0 bins of 60 s from 0\nno_series: 1, in these files\n\
         recordings_not_open: 2, pod-fail-test, test-failure"
    );
    let Some(failure) = testbed(test, &["test-failure.json", file], &config) else { return };
    let failure = failure.expect("an answer and its faults");
    let interval = (1_711_040_675_035 + 1_680_000, 1_711_040_675_035 + 3_480_000);
    assert_eq!(failure.system.faults.len(), 7);
    for fault in &failure.system.faults {
        assert_eq!((fault.start_millis, fault.end_millis), interval);
        assert_eq!(fault.kind, "inferred: pod-failure (Chaos Mesh PodChaos, 1800 s)");
        assert!(failure.nodes.contains(&fault.target), "{}", fault.target);
    }
    assert_eq!(found(&failure, "recordings_not_open"), Some((1, "pod-fail-test")));
    assert_eq!(found(&failure, "inferred_faults").map(|(count, _)| count), Some(7));
    assert_eq!((found(&failure, "unknown_targets"), found(&failure, "labels_outside")), (None, None));
    let Some(bursts) = testbed(test, &[file, "pod-fail-test.json"], &config) else { return };
    let bursts = bursts.expect("faults and their answer");
    let start = 1_711_379_117_139;
    let windows: Vec<(i64, i64)> = bursts
        .system
        .faults
        .iter()
        .map(|of| ((of.start_millis - start) / 1000, (of.end_millis - start) / 1000))
        .collect();
    assert_eq!(windows, [(240, 510), (660, 1000), (3360, 3880)]);
    assert!(bursts.system.faults.iter().all(|of| of.target == "compose-post-service-67b44dc876-vj6zs"));
}

#[test]
fn any_chunking_gives_the_same_data_set() {
    let test = "any_chunking_gives_the_same_data_set";
    let Some(bytes) = real_file(test, "chaosstarbench/rfluc-userr.json") else { return };
    let config = DataConfig::default();
    let whole = read_chunks(&config, "f.json", [&bytes[..]]).expect("an answer");
    for size in [61, 4096] {
        let pieces = read_chunks(&config, "f.json", bytes.chunks(size)).expect("an answer");
        assert_eq!(bits(&pieces), bits(&whole), "pieces of {size} bytes");
        assert_eq!(pieces.summary, whole.summary);
        assert_eq!(pieces.system, whole.system);
    }
}
